//! What both servers promise: each of these tests runs with either.

use crate::program::{ECHO_THREADS, ECHO_TOKIO, Server};
use proptest::{
    collection::vec,
    prelude::any,
    test_runner::{Config, TestRunner},
};
use std::{
    io::{ErrorKind, Read, Write},
    net::{Shutdown, TcpStream},
    process::Command,
    thread,
    time::Duration,
};

macro_rules! both_servers {
    ($($(#[$attribute:meta])* $promise:ident)*) => {
        mod echo_threads {
            $(#[test] $(#[$attribute])* fn $promise() { super::$promise(super::ECHO_THREADS); })*
        }
        mod echo_tokio {
            $(#[test] $(#[$attribute])* fn $promise() { super::$promise(super::ECHO_TOKIO); })*
        }
    };
}

both_servers! {
    sends_back_what_was_sent
    brings_back_any_stream_however_it_is_cut
    closes_its_half_when_all_has_come_back
    serves_a_hundred_clients_at_once
    a_client_that_does_not_read_stops_only_itself
    goes_on_after_a_reset
    shows_each_read_with_its_place_in_the_stream
    colours_only_where_colours_are_wanted
    lets_newcomers_wait_when_all_places_are_taken
    #[cfg(unix)] survives_a_lack_of_files
    says_who_is_in_the_way
}

fn sends_back_what_was_sent(program: &str) {
    let server = Server::start(program, &[]);
    let mut stream = server.connect();
    exchange(&mut stream, b"Hello, world!");
    exchange(&mut stream, "안녕하세요".as_bytes());
    exchange(&mut stream, &[0, 0xff, b'\r', b'\n', 0x1b]);
}

fn brings_back_any_stream_however_it_is_cut(program: &str) {
    let servers = ["1", "7", "8192"].map(|size| Server::start(program, &["--buffer", size]));
    let pieces = vec(vec(any::<u8>(), 0..600), 0..40);
    let mut runner = TestRunner::new(Config::with_cases(16));
    let result = runner.run(&pieces, |pieces| {
        for server in &servers {
            let stream = server.connect();
            let mut received = Vec::new();
            thread::scope(|scope| {
                scope.spawn(|| {
                    for piece in &pieces {
                        (&stream).write_all(piece).unwrap();
                    }
                    stream.shutdown(Shutdown::Write).unwrap();
                });
                (&stream).read_to_end(&mut received).unwrap();
            });
            assert_eq!(received, pieces.concat());
        }
        Ok(())
    });
    result.unwrap();
}

fn closes_its_half_when_all_has_come_back(program: &str) {
    let server = Server::start(program, &[]);
    let mut stream = server.connect();
    stream.write_all(b"the last words").unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let mut received = String::new();
    stream.read_to_string(&mut received).unwrap();
    assert_eq!(received, "the last words");

    let mut silent = server.connect();
    silent.shutdown(Shutdown::Write).unwrap();
    assert_eq!(silent.read(&mut [0]).unwrap(), 0);
}

fn serves_a_hundred_clients_at_once(program: &str) {
    let server = Server::start(program, &[]);
    let mut clients: Vec<TcpStream> = (0..100).map(|_| server.connect()).collect();
    for (number, stream) in clients.iter_mut().enumerate() {
        write!(stream, "this is client {number:2}").unwrap();
    }
    for (number, stream) in clients.iter_mut().enumerate().rev() {
        let mut received = [0; 17];
        stream.read_exact(&mut received).unwrap();
        assert_eq!(received, format!("this is client {number:2}").as_bytes());
    }
}

fn a_client_that_does_not_read_stops_only_itself(program: &str) {
    let server = Server::start(program, &[]);
    let mut neighbour = server.connect();
    exchange(&mut neighbour, b"I was here before");
    #[cfg(target_os = "linux")]
    let before = server.status("VmRSS");

    let mut stuck: Vec<(TcpStream, u64)> = (0..4)
        .map(|_| {
            let mut stream = server.connect();
            let taken = write_until_nothing_is_taken(&mut stream);
            (stream, taken)
        })
        .collect();
    exchange(&mut neighbour, b"and I still am");
    exchange(&mut server.connect(), b"I have just come");
    #[cfg(target_os = "linux")]
    {
        let grown = server.status("VmRSS").saturating_sub(before);
        assert!(grown < 2048, "{grown} kB more for {stuck:?}");
    }

    for (stream, taken) in &mut stuck {
        stream.shutdown(Shutdown::Write).unwrap();
        expect_counting(stream, *taken);
    }
}

fn goes_on_after_a_reset(program: &str) {
    let server = Server::start(program, &["--show"]);
    let mut neighbour = server.connect();
    exchange(&mut neighbour, b"I stay");
    let mut stream = server.connect();
    stream.write_all(b"I go").unwrap();
    stream.peek(&mut [0]).unwrap();
    // On Linux, whoever leaves without reading what has come resets the connection (RFC 9293 3.6.1).
    drop(stream);
    if cfg!(target_os = "linux") {
        let lines = server.lines_until("broken");
        assert!(lines.last().unwrap().starts_with("#2   at      4   broken  "), "{lines:#?}");
    }
    exchange(&mut neighbour, b"I am still here");
    exchange(&mut server.connect(), b"I have just come");
}

fn shows_each_read_with_its_place_in_the_stream(program: &str) {
    let server = Server::start(program, &["--show", "--buffer", "5"]);
    let mut stream = server.connect();
    for piece in ["Hel", "lo, wor", "ld!\n안", "녕하세요"] {
        stream.write_all(piece.as_bytes()).unwrap();
    }
    stream.shutdown(Shutdown::Write).unwrap();
    let mut sent = String::new();
    stream.read_to_string(&mut sent).unwrap();

    let lines = server.lines_until(" end ");
    let [first, reads @ .., last] = &lines[..] else { panic!("{lines:#?}") };
    assert_eq!(*first, format!("#1   from {}", stream.local_addr().unwrap()));
    let mut received = Vec::new();
    for line in reads {
        let words: Vec<&str> = line.split_whitespace().collect();
        let ["#1", "at", offset, len, "B", rest @ ..] = &words[..] else { panic!("{line}") };
        let len: usize = len.parse().unwrap();
        assert_eq!(offset.parse(), Ok(received.len()), "{line}");
        assert!((1..=5).contains(&len), "{line}");
        received.extend(rest[..len].iter().map(|byte| u8::from_str_radix(byte, 16).unwrap()));
    }
    assert_eq!(String::from_utf8(received), Ok(sent.clone()));
    assert_eq!(*last, format!("#1   at {:>6}      end  no more will come", sent.len()));
}

fn colours_only_where_colours_are_wanted(program: &str) {
    for (variables, is_coloured) in
        [(&[][..], false), (&["CLICOLOR_FORCE"], true), (&["CLICOLOR_FORCE", "NO_COLOR"], false)]
    {
        let mut command = Command::new(program);
        command.arg("--show").env_remove("CLICOLOR_FORCE").env_remove("NO_COLOR");
        let server = Server::run(command.envs(variables.iter().map(|name| (name, "1"))));
        exchange(&mut server.connect(), b"a colourful line");
        let lines = server.lines_until("colourful");
        assert_eq!(lines.concat().contains('\x1b'), is_coloured, "{variables:?}: {lines:#?}");
    }
}

fn lets_newcomers_wait_when_all_places_are_taken(program: &str) {
    let server = Server::start(program, &["--at-most", "2"]);
    let mut inside = [server.connect(), server.connect()];
    inside.iter_mut().for_each(|stream| exchange(stream, b"inside"));
    let mut waiting = [server.connect(), server.connect()];
    for stream in &mut waiting {
        stream.write_all(b"let me in").unwrap();
    }
    inside.iter_mut().for_each(|stream| exchange(stream, b"we are still alone"));
    for stream in &waiting {
        stream.set_nonblocking(true).unwrap();
        assert_eq!(stream.peek(&mut [0]).unwrap_err().kind(), ErrorKind::WouldBlock);
        stream.set_nonblocking(false).unwrap();
    }
    drop(inside);
    for stream in &mut waiting {
        expect(stream, b"let me in");
    }
}

#[cfg(unix)]
fn survives_a_lack_of_files(program: &str) {
    let mut command = Command::new("sh");
    let server = Server::run(command.args(["-c", "ulimit -n 20; exec \"$0\" \"$@\"", program]));
    let mut clients: Vec<TcpStream> = (0..30).map(|_| server.connect()).collect();
    server.lines_until("cannot accept a connection: ");
    // Few enough: tokio has files of its own open, and we do not know what else it inherits.
    let mut late = clients.split_off(27);
    drop(clients);
    for stream in &mut late {
        exchange(stream, b"I have waited");
    }
}

fn says_who_is_in_the_way(program: &str) {
    let server = Server::start(program, &[]);
    let output = Command::new(program).arg(server.address.to_string()).output().unwrap();
    assert_eq!((output.status.code(), output.stdout), (Some(1), vec![]));
    let sentence = String::from_utf8(output.stderr).unwrap();
    assert!(sentence.contains(&format!("cannot listen on {}: ", server.address)), "{sentence}");
    assert!(sentence.contains("is another echo running?"), "{sentence}");
}

/// A stack of 2 MiB for each thread does not fit often into 64 MiB.
#[cfg(target_os = "linux")]
#[test]
fn a_thread_that_cannot_start_costs_one_connection() {
    let mut command = Command::new("sh");
    let limited = ["-c", "ulimit -v 65536; exec \"$0\" \"$@\"", ECHO_THREADS];
    let server = Server::run(command.args(limited));
    let mut clients: Vec<TcpStream> = (0..40).map(|_| server.connect()).collect();
    let refused = server.lines_until("cannot start a thread for connection ");
    let (_, number) = refused.last().unwrap().split_once("connection ").unwrap();
    let (number, _) = number.split_once(':').unwrap();
    let mut without_thread = clients.remove(number.parse::<usize>().unwrap() - 1);
    assert_eq!(without_thread.read(&mut [0]).unwrap(), 0);
    exchange(&mut clients[0], b"I have a thread");
}

/// As the table in the crate's documentation says.
#[cfg(target_os = "linux")]
#[test]
fn a_connection_is_a_thread_here_and_a_task_there() {
    for (program, threads_of_100_clients) in [(ECHO_THREADS, 100), (ECHO_TOKIO, 0)] {
        let server = Server::start(program, &[]);
        let mut first = server.connect();
        exchange(&mut first, b"everything has started");
        let before = server.status("Threads");
        let mut clients: Vec<TcpStream> = (0..100).map(|_| server.connect()).collect();
        clients.iter_mut().for_each(|stream| exchange(stream, b"I am served"));
        let more = server.status("Threads") - before;
        assert_eq!(more, threads_of_100_clients, "{program}");
    }
}

/// Sends `bytes`, and expects them back.
#[track_caller]
fn exchange(stream: &mut TcpStream, bytes: &[u8]) {
    stream.write_all(bytes).unwrap();
    expect(stream, bytes);
}

#[track_caller]
fn expect(stream: &mut TcpStream, bytes: &[u8]) {
    let mut received = vec![0; bytes.len()];
    stream.read_exact(&mut received).unwrap();
    assert_eq!(received, bytes);
}

/// Counts 0, 1, 2… 250, 0… without reading, until all buffers are full.
fn write_until_nothing_is_taken(stream: &mut TcpStream) -> u64 {
    stream.set_write_timeout(Some(Duration::from_millis(200))).unwrap();
    let bytes: Vec<u8> = (0..=250).cycle().take(251 * 1000).collect();
    let mut taken = 0;
    loop {
        match stream.write(&bytes[(taken % 251) as usize..]) {
            Ok(len) => taken += len as u64,
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                return taken;
            }
            Err(error) => panic!("{error} after {taken} bytes"),
        }
        assert!(taken < 1 << 30, "the server takes everything, and where does it keep it?");
    }
}

/// Reads what the function above has written, and the end.
fn expect_counting(stream: &mut TcpStream, len: u64) {
    let mut received = Vec::new();
    stream.read_to_end(&mut received).unwrap();
    assert_eq!(received.len() as u64, len);
    let counting = received.iter().enumerate().all(|(i, byte)| *byte as usize == i % 251);
    assert!(counting, "the bytes come back in their order");
}
