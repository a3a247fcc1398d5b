//! A load: many connections that ask, wait for the whole answer, and ask again.
//!
//! What is asked and how long the answer is, is known beforehand, so the load
//! decodes nothing and costs little beside the server.

use frame::{Kind, Mask};
use std::{cell::Cell, io, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, timeout_at},
};

/// What each connection says.
#[derive(Debug, Clone)]
pub struct Script {
    /// Once, at the beginning; its answer ends with an empty line.
    pub opening: Vec<u8>,
    /// Again and again.
    pub request: Vec<u8>,
    /// How many bytes come back each time; 0: as many as the first time.
    pub answer: usize,
    /// How many messages that is.
    pub messages: u64,
}

impl Script {
    /// GET over and over.
    pub fn get() -> Self {
        let request = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".to_vec();
        Script { opening: Vec::new(), request, answer: 0, messages: 1 }
    }

    /// So many text messages of so many bytes at once, which come back.
    pub fn echo(size: usize, depth: usize) -> Self {
        let mut request = Vec::new();
        let payload = vec![b'x'; size];
        for _ in 0..depth {
            frame::encode(Kind::Text, &payload, Some(Mask([0x37, 0xfa, 0x21, 0x3d])), &mut request);
        }
        // What comes back has no masking keys.
        let answer = request.len() - 4 * depth;
        Script { opening: opening("/"), request, answer, messages: depth as u64 }
    }
}

/// An opening handshake.
pub fn opening(path: &str) -> Vec<u8> {
    let request = handshake::Offer::new("127.0.0.1", path).request(*b"the sample nonce");
    let mut bytes = Vec::new();
    request.expect("an offer like any other").encode(&mut bytes);
    bytes
}

/// Opens WebSockets, and keeps them open.
///
/// # Errors
/// The server refuses one.
pub async fn open(port: u16, count: usize) -> io::Result<Vec<TcpStream>> {
    let mut sockets = Vec::new();
    for _ in 0..count {
        sockets.push(connect(port, &opening("/")).await?);
    }
    Ok(sockets)
}

/// How many messages came back in this time.
///
/// # Errors
/// A connection broke.
pub async fn run(
    port: u16,
    script: &Script,
    connections: usize,
    time: Duration,
) -> io::Result<u64> {
    let until = Instant::now() + time;
    let count = Cell::new(0);
    let talks = (0..connections).map(|_| talk(port, script, until, &count));
    futures_util::future::try_join_all(talks).await?;
    Ok(count.get())
}

async fn talk(port: u16, script: &Script, until: Instant, count: &Cell<u64>) -> io::Result<()> {
    let Script { opening, request, answer, messages } = script;
    let mut stream = connect(port, opening).await?;
    let mut buffer = vec![0; 64 << 10];
    let mut answer = *answer;
    if answer == 0 {
        // One whole answer comes in one piece on loopback: it is that long.
        stream.write_all(request).await?;
        answer = stream.read(&mut buffer).await?;
    }
    while Instant::now() < until {
        stream.write_all(request).await?;
        let answered = timeout_at(until, stream.read_exact(&mut buffer[..answer])).await;
        let Ok(answered) = answered else { break };
        answered?;
        count.set(count.get() + messages);
    }
    Ok(())
}

/// A connection, behind what is said at its beginning and the head that answers it.
///
/// # Errors
/// The server does not answer.
pub async fn connect(port: u16, opening: &[u8]) -> io::Result<TcpStream> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
    stream.set_nodelay(true)?;
    stream.write_all(opening).await?;
    let mut head = Vec::new();
    while !opening.is_empty() && !head.ends_with(b"\r\n\r\n") {
        if stream.read_buf(&mut head).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(stream)
}
