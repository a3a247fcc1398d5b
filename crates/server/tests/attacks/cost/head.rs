//! Heads and chunks that are long, or come in very small pieces.

use super::{
    child::{self, Child},
    grows_linearly,
};
use crate::{
    neighbour::Neighbour,
    victim::{hear, throw},
};
use std::net::SocketAddr;
use tokio::{io::AsyncWriteExt, net::TcpStream, task::JoinSet};

#[tokio::test]
async fn forgets_what_is_too_large() {
    let child = Child::start(child::DEFAULT);
    let neighbour = Neighbour::of(child.address).await;
    let before = child.peak();
    let head = b"GET / HTTP/1.1\r\nHost: a\r\n".as_slice();
    let endless = [head, b"X: ", &vec![b'y'; 4 << 20]].concat();
    let fields = [head, &b"a:\r\n".repeat(1 << 20)].concat();
    let chunked = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;".as_slice();
    let extension = [chunked, &vec![b'y'; 4 << 20]].concat();
    for attack in [endless, fields, extension] {
        let mut throwing = JoinSet::new();
        for _ in 0..32 {
            let stream = TcpStream::connect(child.address).await.unwrap();
            let attack = attack.clone();
            throwing.spawn(async move { throw(stream, &attack).await });
        }
        while let Some(answer) = throwing.join_next().await {
            assert!(answer.unwrap().starts_with(b"HTTP/1.1 4"));
        }
    }
    neighbour.ends_unharmed().await;
    let grown = child.peak() - before;
    assert!(grown < 32 * 512, "32 times 4 MiB cost {grown} KiB");
}

/// Writes a byte at a time, as far as the kernel leaves them apart.
async fn trickle(address: SocketAddr, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    for &byte in bytes {
        stream.write_u8(byte).await.unwrap();
    }
    stream.shutdown().await.unwrap();
    hear(&mut stream).await
}

#[tokio::test]
async fn takes_linear_time_for_heads_and_chunks_that_come_byte_by_byte() {
    let child = Child::start(child::ROOMY);
    let field = |len| format!("GET / HTTP/1.1\r\nHost: a\r\nX: {}\r\n\r\n", "y".repeat(len));
    let fields = |len| format!("GET / HTTP/1.1\r\nHost: a\r\n{}\r\n", "a:\r\n".repeat(len / 4));
    let start = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    let extension = |len| format!("{start}0;{}\r\n\r\n", "y".repeat(len));
    let chunks = |len| format!("{start}{}0\r\n\r\n", "1\r\nb\r\n".repeat(len / 6));
    let trailers = |len| format!("{start}0\r\n{}\r\n", "a:\r\n".repeat(len / 4));
    let attacks: [(&str, &dyn Fn(usize) -> String); 5] = [
        ("a field", &field),
        ("fields", &fields),
        ("a chunk extension", &extension),
        ("chunks", &chunks),
        ("trailers", &trailers),
    ];
    for (attack, of_len) in attacks {
        grows_linearly(attack, &child, async |times| {
            let bytes = of_len(times << 16);
            let answer = trickle(child.address, bytes.as_bytes()).await;
            assert!(answer.starts_with(b"HTTP/1.1 200 "), "{attack}: {}", answer.escape_ascii());
        })
        .await;
    }
}
