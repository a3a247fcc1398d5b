//! The programs of this crate, started by a test and ended with it.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::Duration,
};

/// Nothing takes so long unless it will never come.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) const ECHO_THREADS: &str = env!("CARGO_BIN_EXE_echo-threads");
pub(crate) const ECHO_TOKIO: &str = env!("CARGO_BIN_EXE_echo-tokio");
pub(crate) const ECHO_CLIENT: &str = env!("CARGO_BIN_EXE_echo-client");

/// A server that listens on a port of its own.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    lines: Receiver<String>,
    child: Child,
}

impl Server {
    pub(crate) fn start(program: &str, options: &[&str]) -> Server {
        Server::run(Command::new(program).args(options))
    }

    pub(crate) fn run(command: &mut Command) -> Server {
        let command = command.arg("127.0.0.1:0").stdin(Stdio::null());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let lines = lines_of(child.stderr.take().unwrap());
        let said = lines_of(child.stdout.take().unwrap()).recv_timeout(PATIENCE).unwrap();
        let (_, address) = said.split_once(" listens on ").unwrap();
        let (address, _) = address.split_once(", process ").unwrap();
        Server { address: address.parse().unwrap(), lines, child }
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        stream.set_nodelay(true).unwrap();
        stream
    }

    /// What it says on standard error, up to the first line that contains `last`.
    #[track_caller]
    pub(crate) fn lines_until(&self, last: &str) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        while !lines.last().is_some_and(|line| line.contains(last)) {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => lines.push(line),
                Err(error) => panic!("no line with {last:?}: {error}; there were {lines:#?}"),
            }
        }
        lines
    }

    /// A number that Linux tells of the process, by its name: `Threads`, `VmRSS`.
    #[cfg(target_os = "linux")]
    pub(crate) fn status(&self, name: &str) -> u64 {
        let status = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(status).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        line.unwrap().split_whitespace().next().unwrap().parse().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A client, its input still open.
pub(crate) struct Client {
    child: Child,
    output: Receiver<Vec<u8>>,
    errors: Receiver<Vec<u8>>,
}

/// What is left of a client.
pub(crate) struct Ended {
    pub(crate) status: Option<i32>,
    pub(crate) output: Vec<u8>,
    pub(crate) errors: String,
}

impl Client {
    pub(crate) fn start(address: SocketAddr, options: &[&str]) -> Client {
        let mut command = Command::new(ECHO_CLIENT);
        let command = command.args(options).arg(address.to_string());
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let output = all_of(child.stdout.take().unwrap());
        let errors = all_of(child.stderr.take().unwrap());
        Client { child, output, errors }
    }

    /// Nobody reads what it prints: its standard output is a pipe without an end.
    pub(crate) fn start_unread(address: SocketAddr) -> Client {
        let (reader, writer) = io::pipe().unwrap();
        let mut command = Command::new(ECHO_CLIENT);
        let command = command.arg(address.to_string()).stdin(Stdio::piped()).stdout(writer);
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        drop(reader);
        let errors = all_of(child.stderr.take().unwrap());
        Client { child, output: all_of(io::empty()), errors }
    }

    /// Where its input is written; the input ends when this is dropped.
    pub(crate) fn take_input(&mut self) -> ChildStdin {
        self.child.stdin.take().unwrap()
    }

    /// Gives it all of `input`, and its end.
    pub(crate) fn input(mut self, input: &[u8]) -> Client {
        let mut stdin = self.take_input();
        let input = input.to_vec();
        // It may have ended before it read everything.
        thread::spawn(move || stdin.write_all(&input));
        self
    }

    /// Waits until it has ended.
    pub(crate) fn end(mut self) -> Ended {
        let output = self.output.recv_timeout(PATIENCE);
        let errors = self.errors.recv_timeout(PATIENCE);
        if output.is_err() || errors.is_err() {
            self.child.kill().unwrap();
            panic!("the client does not end: {errors:?}");
        }
        let (output, errors) = (output.unwrap(), String::from_utf8(errors.unwrap()).unwrap());
        Ended { status: self.child.wait().unwrap().code(), output, errors }
    }
}

fn lines_of(source: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for line in BufReader::new(source).lines() {
            // The test may want no more; the program can say it all the same.
            let _ = sender.send(line.unwrap());
        }
    });
    receiver
}

fn all_of(mut source: impl Read + Send + 'static) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        source.read_to_end(&mut bytes).unwrap();
        // The test may want no more.
        let _ = sender.send(bytes);
    });
    receiver
}
