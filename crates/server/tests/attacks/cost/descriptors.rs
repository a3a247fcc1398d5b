//! More connections than the system lets the server have.

use super::child::Child;
use crate::{neighbour::Neighbour, victim::hear};
use tokio::{io::AsyncWriteExt, net::TcpStream};

#[tokio::test]
async fn serves_again_when_descriptors_are_free_again() {
    let child = Child::with_descriptors(32);
    let neighbour = Neighbour::of(child.address).await;
    let mut streams = Vec::new();
    for _ in 0..64 {
        let mut stream = TcpStream::connect(child.address).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n").await.unwrap();
        streams.push(stream);
    }
    let rounds = neighbour.rounds();
    let mut waiting = TcpStream::connect(child.address).await.unwrap();
    waiting.write_all(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await.unwrap();
    while neighbour.rounds() < rounds + 100 {
        tokio::task::yield_now().await;
    }
    drop(streams);
    assert!(hear(&mut waiting).await.starts_with(b"HTTP/1.1 200 "));
    neighbour.ends_unharmed().await;
}
