//! The attacked server as a process of its own, so that what it costs can be read
//! from the system: this test program once more, as [`is_the_server_of_other_tests`].

use crate::{host::Host, site::PATIENCE};
use server::{Server, websocket};
use std::{
    env, fs,
    io::{self, BufRead, BufReader, Read},
    net::SocketAddr,
    process::{self, Command, Stdio},
    sync::Arc,
    time::Duration,
};
use tokio::{net::TcpListener, sync::oneshot};

/// Tells a child what kind of server to be.
const KIND: &str = "ATTACKED_SERVER";

/// As it comes.
pub(crate) const DEFAULT: &str = "default";
/// Waits for nobody.
pub(crate) const HASTY: &str = "hasty";
/// Takes heads, targets and extensions of some MiB.
pub(crate) const ROOMY: &str = "roomy";
/// Compresses, and takes messages of 1 MiB.
pub(crate) const DEFLATING: &str = "deflating";

fn of_kind(kind: &str) -> (Server, websocket::Config) {
    let mut server = Server::default();
    let mut config = websocket::Config::default();
    match kind {
        DEFAULT => {}
        HASTY => config.close_timeout = Duration::from_millis(100),
        ROOMY => {
            server.http.limits.head = 4 << 20;
            server.http.limits.fields = 1 << 20;
            server.http.limits.chunk_extensions = 4 << 20;
            server.http.head = PATIENCE;
        }
        DEFLATING => {
            config.handshake.deflate = Some(handshake::deflate::Policy::default());
            config.limits = frame::Limits { frame: 1 << 20, message: 1 << 20 };
        }
        kind => panic!("there is no {kind} server"),
    }
    (server, config)
}

/// A server in a process of its own, which ends with this value.
pub(crate) struct Child {
    pub(crate) address: SocketAddr,
    process: process::Child,
}

impl Child {
    pub(crate) fn start(kind: &str) -> Child {
        Child::run(Command::new(env::current_exe().unwrap()), kind)
    }

    /// One that may open only so many files, sockets among them.
    pub(crate) fn with_descriptors(most: usize) -> Child {
        let mut shell = Command::new("sh");
        let limited = format!("ulimit -n {most} && exec \"$0\" \"$@\"");
        shell.args(["-c", &limited]).arg(env::current_exe().unwrap());
        Child::run(shell, DEFAULT)
    }

    fn run(mut command: Command, kind: &str) -> Child {
        let name = "cost::child::is_the_server_of_other_tests";
        command.args(["--exact", name, "--nocapture", "--test-threads=1"]).env(KIND, kind);
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let address = lines.find_map(|line| line.unwrap().strip_prefix(LISTENING)?.parse().ok());
        Child { address: address.expect("it listens"), process }
    }

    /// The most memory that it had so far, in KiB.
    pub(crate) fn peak(&self) -> u64 {
        let status = fs::read_to_string(self.file("status")).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }

    /// How long it has kept a processor busy.
    pub(crate) fn cpu(&self) -> Duration {
        let threads = fs::read_dir(self.file("task")).unwrap();
        let times = threads.map(|thread| {
            let times = fs::read_to_string(thread.unwrap().path().join("schedstat")).unwrap();
            times.split(' ').next().unwrap().parse().map(Duration::from_nanos).unwrap()
        });
        times.sum()
    }

    fn file(&self, name: &str) -> String {
        format!("/proc/{}/{name}", self.process.id())
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        _ = self.process.kill();
        _ = self.process.wait();
    }
}

const LISTENING: &str = "listening on ";

/// No test by itself: does nothing unless a [`Child`] asks for it.
#[test]
fn is_the_server_of_other_tests() {
    let Ok(kind) = env::var(KIND) else { return };
    let (stop, stopped) = oneshot::channel::<()>();
    std::thread::spawn(move || {
        // It ends with the program that started it, however that ends.
        _ = io::stdin().read_to_end(&mut Vec::new());
        drop(stop);
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (server, websocket) = of_kind(&kind);
        let host = Host { websocket: Arc::new(websocket), ..Host::default() };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("\n{LISTENING}{}", listener.local_addr().unwrap());
        let answer = move |exchange| host.clone().answer(exchange);
        server.serve(listener, answer, async { _ = stopped.await }).await;
    });
}
