//! Connections that end with a reset, whatever state they are in.

use crate::{
    socket::{OPENING, frame},
    victim::{Victim, statuses, with_places},
};
use server::websocket;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

#[tokio::test]
async fn survives_a_reset_in_every_state() {
    let victim = Victim::start(with_places(1), websocket::Config::default()).await;
    let upgrade = format!("GET /socket HTTP/1.1\r\n{OPENING}\r\n");
    let with = |frames: &[u8]| [upgrade.as_bytes(), frames].concat();
    let large = frame(0x82, &[0; 1 << 20]);
    // What is said, and how many bytes are heard before the reset.
    let states: [(&str, Vec<u8>, usize); 15] = [
        ("before a word", b"".to_vec(), 0),
        ("in a head", b"GET / HT".to_vec(), 0),
        ("in a body", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nb".to_vec(), 0),
        (
            "in a chunk",
            b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nb".to_vec(),
            0,
        ),
        ("before an answer", b"GET / HTTP/1.1\r\nHost: a\r\n\r\n".to_vec(), 0),
        ("in an answer", b"GET /much HTTP/1.1\r\nHost: a\r\n\r\n".to_vec(), 100_000),
        ("between requests", b"GET / HTTP/1.1\r\nHost: a\r\n\r\n".to_vec(), 60),
        ("behind a refusal", b"\0".to_vec(), 30),
        ("before the 101", with(b""), 0),
        ("behind the 101", with(b""), 100),
        ("in a frame", with(&large[..1000]), 100),
        ("in an echo", with(&large), 100_000),
        ("in a fragment", with(&frame(0x01, b"one")), 100),
        ("in the closing handshake", with(&frame(0x88, b"")), 131),
        ("behind a broken rule", with(&frame(0x83, b"")), 140),
    ];
    for (state, said, heard) in &states {
        for _ in 0..3 {
            let mut stream = victim.site.connect().await;
            stream.set_zero_linger().unwrap();
            stream.write_all(said).await.unwrap();
            stream.read_exact(&mut vec![0; *heard]).await.unwrap();
            drop(stream);
        }
        // There is one place, and it is free again.
        let said = victim.say(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await;
        assert_eq!(statuses(&said), [200], "{state}");
    }
    victim.ends_unharmed().await;
}
