//! Clients that send much, and read nothing of the answers.

use super::child::{self, Child};
use crate::{
    neighbour::Neighbour,
    site::PATIENCE,
    socket::{Socket, frame},
};
use frame::{Decoder, Kind, Settings};
use http1::{EventKind, Limits};
use std::{net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::timeout,
};
use wire::Side;

/// A connection whose kernel takes little that is not read.
async fn connect(address: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    socket.connect(address).await.unwrap()
}

/// Writes until the server takes no more, or all is written; how much that is.
async fn fill(stream: &mut TcpStream, bytes: &[u8]) -> usize {
    let mut written = 0;
    // How long it waits decides nothing: a server that is slow, and not full, has
    // less to hold.
    let patience = Duration::from_millis(500);
    while let Ok(len) = timeout(patience, stream.write(&bytes[written..])).await {
        written += len.unwrap();
        if written == bytes.len() {
            break;
        }
    }
    written
}

/// Writes the rest, reads meanwhile, and gives all pieces to `heard` until it is content.
async fn exchange(stream: &mut TcpStream, rest: &[u8], mut heard: impl FnMut(&[u8]) -> bool) {
    let (mut reading, mut writing) = stream.split();
    let listening = async {
        let mut piece = vec![0; 64 << 10];
        loop {
            let len = reading.read(&mut piece).await.unwrap();
            assert_ne!(len, 0, "the server stays");
            if heard(&piece[..len]) {
                break;
            }
        }
    };
    let both = async { tokio::join!(writing.write_all(rest), listening).0 };
    timeout(PATIENCE, both).await.expect("all is answered").unwrap();
}

#[tokio::test]
async fn answers_a_hundred_thousand_pipelined_requests_when_the_client_reads_at_last() {
    let child = Child::start(child::DEFAULT);
    let neighbour = Neighbour::of(child.address).await;
    let before = child.peak();
    let all: u32 = 100_000;
    let request =
        |number| format!("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\n{number:06}");
    let requests: String = (0..all).map(request).collect();

    let mut stream = connect(child.address).await;
    let written = fill(&mut stream, requests.as_bytes()).await;
    let grown = child.peak() - before;
    assert!(grown < 1024, "{written} bytes of requests cost {grown} KiB");

    let mut decoder = http1::Decoder::responses(Limits::default());
    let (mut next, mut body) = (0, Vec::new());
    exchange(&mut stream, &requests.as_bytes()[written..], |piece| {
        decoder.receive(piece);
        while let Some(event) = decoder.next_event() {
            match event.kind {
                EventKind::Body(piece) => body.extend_from_slice(piece),
                EventKind::End { .. } => {
                    assert_eq!(body, format!("{next:06}").as_bytes());
                    body.clear();
                    next += 1;
                }
                _ => {}
            }
        }
        next == all
    })
    .await;
    neighbour.ends_unharmed().await;
}

#[tokio::test]
async fn echoes_a_hundred_thousand_messages_when_the_client_reads_at_last() {
    let child = Child::start(child::DEFAULT);
    let neighbour = Neighbour::of(child.address).await;
    let before = child.peak();
    let all: u32 = 100_000;
    let text = |number| format!("message {number:0100}");
    let messages: Vec<u8> =
        (0..all).flat_map(|number| frame(0x81, text(number).as_bytes())).collect();

    let mut stream = Socket::over(connect(child.address).await, "/socket").await;
    let written = fill(&mut stream, &messages).await;
    let grown = child.peak() - before;
    assert!(grown < 1024, "{written} bytes of messages cost {grown} KiB");

    let mut decoder = Decoder::new(Settings::from(Side::Server));
    let mut next = 0;
    exchange(&mut stream, &messages[written..], |piece| {
        decoder.receive(piece);
        while let Some(step) = decoder.next_frame() {
            let said = step.message.and_then(|message| message.text());
            assert_eq!(said, Some(&*text(next)));
            next += 1;
        }
        next == all
    })
    .await;
    neighbour.ends_unharmed().await;
}

#[tokio::test]
async fn answers_some_pings_of_a_client_that_reads_at_last_and_the_newest() {
    let child = Child::start(child::DEFAULT);
    let neighbour = Neighbour::of(child.address).await;
    let before = child.peak();
    let all: u32 = 1_000_000;
    let mut pings: Vec<u8> =
        (0..all).flat_map(|number| frame(0x89, &number.to_be_bytes())).collect();
    pings.extend(frame(0x81, b"the end"));

    let mut stream = Socket::over(connect(child.address).await, "/socket").await;
    let written = fill(&mut stream, &pings).await;
    let grown = child.peak() - before;
    assert!(grown < 1024, "{written} bytes of pings cost {grown} KiB");

    let mut decoder = Decoder::new(Settings::from(Side::Server));
    let mut pongs = Vec::new();
    exchange(&mut stream, &pings[written..], |piece| {
        decoder.receive(piece);
        while let Some(step) = decoder.next_frame() {
            let message = step.message.expect("the server sends no fragments");
            match message.kind {
                Kind::Pong => pongs.push(u32::from_be_bytes(message.payload.try_into().unwrap())),
                _ => return message.text() == Some("the end"),
            }
        }
        false
    })
    .await;
    assert!(pongs.is_sorted());
    neighbour.ends_unharmed().await;
}

/// A client that broke a rule, or said goodbye, and goes on and on.
#[tokio::test]
async fn ends_with_who_talks_on_after_the_end() {
    let child = Child::start(child::HASTY);
    let neighbour = Neighbour::of(child.address).await;
    for last in [frame(0x88, b"\x03\xe8"), frame(0x83, b"")] {
        let mut socket = Socket::open(child.address, "/socket").await;
        socket.write_all(&last).await.unwrap();
        let on_and_on = frame(0x82, &[b'x'; 60_000]);
        while socket.write_all(&on_and_on).await.is_ok() {}
    }
    let mut stream = TcpStream::connect(child.address).await.unwrap();
    stream.write_all(b"\0").await.unwrap();
    while stream.write_all(&[b'x'; 60_000]).await.is_ok() {}
    neighbour.ends_unharmed().await;
}
