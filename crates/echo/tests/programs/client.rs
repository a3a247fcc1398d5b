//! What the client promises.

use crate::program::{Client, ECHO_CLIENT, ECHO_THREADS, ECHO_TOKIO, Ended, PATIENCE, Server};
use std::{
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    process::Command,
    sync::mpsc::channel,
    thread,
};

#[test]
fn brings_a_file_there_and_back() {
    // More than all buffers on the way can hold.
    let file: Vec<u8> = (0..6_000_000_u32).flat_map(u32::to_le_bytes).collect();
    for program in [ECHO_THREADS, ECHO_TOKIO] {
        let server = Server::start(program, &[]);
        let Ended { status, output, errors } =
            Client::start(server.address, &[]).input(&file).end();
        assert_eq!((status, errors.as_str()), (Some(0), ""), "{program}");
        assert!(output == file, "{program}: {} of {} bytes", output.len(), file.len());
    }
}

#[test]
fn ends_its_half_with_its_input_and_reads_on() {
    let (listener, client) = listener_and_client(&[]);
    let client = client.input(b"a question");
    let mut stream = accept(&listener);
    let mut question = String::new();
    stream.read_to_string(&mut question).unwrap();
    assert_eq!(question, "a question");
    stream.write_all(b"a late answer").unwrap();
    drop(stream);
    let ended = client.end();
    assert_eq!((ended.status, ended.output.as_slice()), (Some(0), &b"a late answer"[..]));
}

#[test]
fn ends_with_the_server_though_its_input_is_open() {
    let (listener, mut client) = listener_and_client(&[]);
    let stdin = client.take_input();
    let mut stream = accept(&listener);
    stream.write_all(b"goodbye").unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let ended = client.end();
    assert_eq!((ended.status, ended.output.as_slice()), (Some(0), &b"goodbye"[..]));
    drop(stdin);
}

#[test]
fn writes_in_pieces_and_shows_them() {
    let (listener, client) = listener_and_client(&["--piece", "5", "--pause", "1", "--show"]);
    let client = client.input(b"Hello, world!");
    let mut stream = accept(&listener);
    let mut received = String::new();
    stream.read_to_string(&mut received).unwrap();
    stream.write_all(received.to_uppercase().as_bytes()).unwrap();
    drop(stream);
    let ended = client.end();
    assert_eq!(ended.output, b"HELLO, WORLD!");
    let shown: Vec<&str> = ended.errors.lines().collect();
    let hex = |hex: &str| format!("{hex:49}");
    let pieces = [
        ("──▶  at      0      5 B", hex("48 65 6c 6c 6f"), "\"Hello\""),
        ("──▶  at      5      5 B", hex("2c 20 77 6f 72"), "\", wor\""),
        ("──▶  at     10      3 B", hex("6c 64 21"), "\"ld!\""),
    ];
    let mut wanted = pieces.map(|(place, hex, text)| format!("{place}  {hex}  {text}")).to_vec();
    wanted.push("──▶  at     13      end  no more will come".to_owned());
    let hex = hex("48 45 4c 4c 4f 2c 20 57 4f 52 4c 44 21");
    wanted.push(format!("◀──  at      0     13 B  {hex}  \"HELLO, WORLD!\""));
    wanted.push("◀──  at     13      end  no more will come".to_owned());
    assert_eq!(shown, wanted);
}

#[test]
fn says_that_nobody_listens() {
    // A port that is taken by somebody who does not listen there.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let busy = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let address = busy.local_addr().unwrap();
    let Ended { status, output, errors } = Client::start(address, &[]).end();
    assert_eq!((status, output), (Some(1), vec![]));
    assert_eq!(errors.lines().count(), 1, "{errors}");
    assert!(errors.starts_with(&format!("echo-client: cannot connect to {address}: ")), "{errors}");
    assert!(errors.contains("is echo-threads or echo-tokio running?"), "{errors}");
}

#[cfg(target_os = "linux")]
#[test]
fn says_that_the_connection_broke() {
    let (listener, mut client) = listener_and_client(&[]);
    let mut stdin = client.take_input();
    let stream = accept(&listener);
    stdin.write_all(b"a question").unwrap();
    stream.peek(&mut [0]).unwrap();
    // On Linux, whoever leaves without reading what has come resets the connection (RFC 9293 3.6.1).
    drop(stream);
    let ended = client.end();
    assert_eq!(ended.status, Some(1), "{}", ended.errors);
    let address = listener.local_addr().unwrap();
    let sentence = format!("echo-client: {address} broke the connection: ");
    assert!(ended.errors.starts_with(&sentence), "{}", ended.errors);
}

#[test]
fn says_nothing_when_nobody_reads_its_output() {
    let server = Server::start(ECHO_TOKIO, &[]);
    let mut client = Client::start_unread(server.address);
    let mut stdin = client.take_input();
    stdin.write_all(b"Hello").unwrap();
    let ended = client.end();
    assert_eq!((ended.status, ended.errors.as_str()), (Some(0), ""));
    drop(stdin);
}

#[cfg(unix)]
#[test]
fn says_that_its_input_cannot_be_read() {
    let server = Server::start(ECHO_THREADS, &[]);
    let folder = std::fs::File::open("/").unwrap();
    let mut command = Command::new(ECHO_CLIENT);
    let output = command.arg(server.address.to_string()).stdin(folder).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let sentence = String::from_utf8(output.stderr).unwrap();
    assert!(sentence.starts_with("echo-client: cannot read standard input: "), "{sentence}");
}

/// A client, and a listener of this test to which it connects.
fn listener_and_client(options: &[&str]) -> (TcpListener, Client) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = Client::start(listener.local_addr().unwrap(), options);
    (listener, client)
}

/// The next connection, which comes soon or never.
#[track_caller]
fn accept(listener: &TcpListener) -> TcpStream {
    let (sender, receiver) = channel();
    let listener = listener.try_clone().unwrap();
    thread::spawn(move || sender.send(listener.accept().unwrap()));
    let (stream, _) = receiver.recv_timeout(PATIENCE).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}
