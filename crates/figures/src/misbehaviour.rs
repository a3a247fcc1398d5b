//! What a server must not suffer from.

use crate::load;
use frame::{Header, Mask, Opcode};
use std::{io, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{sleep, timeout},
};

/// A way to misbehave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Misbehaviour {
    /// Says nothing.
    Silence,
    /// Sends its request a byte at a time.
    SlowHead,
    /// Sends fields without an end.
    EndlessHead,
    /// Sends frames without a mask.
    Unmasked,
    /// Claims that a frame is a terabyte long.
    Terabyte,
    /// Sends text that is none.
    NoText,
    /// Pings, and does not read the pongs.
    PingFlood,
    /// Asks for much, and reads nothing.
    NoReader,
    /// Resets the connection in the middle of a frame.
    Reset,
}

/// How long one misbehaviour lasts, if the server does not end it.
const PATIENCE: Duration = Duration::from_secs(15);

impl Misbehaviour {
    /// All of them.
    pub const ALL: [Misbehaviour; 9] = [
        Misbehaviour::Silence,
        Misbehaviour::SlowHead,
        Misbehaviour::EndlessHead,
        Misbehaviour::Unmasked,
        Misbehaviour::Terabyte,
        Misbehaviour::NoText,
        Misbehaviour::PingFlood,
        Misbehaviour::NoReader,
        Misbehaviour::Reset,
    ];

    /// In a few words.
    pub fn name(self) -> &'static str {
        match self {
            Misbehaviour::Silence => "said nothing",
            Misbehaviour::SlowHead => "sent a head byte by byte",
            Misbehaviour::EndlessHead => "sent a head without an end",
            Misbehaviour::Unmasked => "sent unmasked frames",
            Misbehaviour::Terabyte => "claimed a terabyte",
            Misbehaviour::NoText => "sent text that is no UTF-8",
            Misbehaviour::PingFlood => "pinged without reading",
            Misbehaviour::NoReader => "asked for much without reading",
            Misbehaviour::Reset => "reset inside a frame",
        }
    }

    /// Misbehaves until the server has had enough, or for a while.
    ///
    /// # Errors
    /// The server ended it with a reset.
    pub async fn commit(self, port: u16) -> io::Result<()> {
        timeout(PATIENCE, self.begin(port)).await.unwrap_or(Ok(()))
    }

    async fn begin(self, port: u16) -> io::Result<()> {
        match self {
            Misbehaviour::Silence => end(&mut load::connect(port, b"").await?).await,
            Misbehaviour::SlowHead => {
                let mut stream = load::connect(port, b"").await?;
                for byte in b"GET / HTTP/1.1\r\nHost: a\r\nX: ".iter().chain([b'a'; 1000].iter()) {
                    stream.write_all(&[*byte]).await?;
                    sleep(Duration::from_millis(200)).await;
                }
                Ok(())
            }
            Misbehaviour::EndlessHead => {
                let mut stream = load::connect(port, b"").await?;
                stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n").await?;
                loop {
                    stream
                        .write_all(b"X: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n")
                        .await?;
                }
            }
            Misbehaviour::Unmasked => say(port, &header(5, None), b"hello").await,
            Misbehaviour::Terabyte => say(port, &header(1 << 40, MASK), b"").await,
            Misbehaviour::NoText => say(port, &header(2, MASK), b"\xff\xfe").await,
            Misbehaviour::PingFlood => {
                let ping = Header { mask: MASK, ..Header::new(Opcode::Ping, 0) };
                flood(port, &ping, b"").await
            }
            Misbehaviour::NoReader => flood(port, &header(4096, MASK), &[b'x'; 4096]).await,
            Misbehaviour::Reset => {
                let mut stream = load::connect(port, &load::opening("/")).await?;
                stream.write_all(&encoded(&header(100, MASK))).await?;
                stream.set_zero_linger()?;
                Ok(())
            }
        }
    }
}

/// With this key nothing changes, so payloads need no masking.
const MASK: Option<Mask> = Some(Mask([0; 4]));

fn header(len: u64, mask: Option<Mask>) -> Header {
    Header { mask, ..Header::new(Opcode::Text, len) }
}

fn encoded(header: &Header) -> Vec<u8> {
    let mut bytes = Vec::new();
    header.encode(&mut bytes);
    bytes
}

/// Sends one frame on a WebSocket, and waits for the end.
async fn say(port: u16, header: &Header, payload: &[u8]) -> io::Result<()> {
    let mut stream = load::connect(port, &load::opening("/")).await?;
    stream.write_all(&[&encoded(header), payload].concat()).await?;
    end(&mut stream).await
}

/// Sends a frame over and over, and reads nothing.
async fn flood(port: u16, header: &Header, payload: &[u8]) -> io::Result<()> {
    let mut stream = load::connect(port, &load::opening("/")).await?;
    let frame = [&encoded(header), payload].concat();
    loop {
        stream.write_all(&frame).await?;
    }
}

async fn end(stream: &mut TcpStream) -> io::Result<()> {
    let mut buffer = [0; 1024];
    while stream.read(&mut buffer).await? > 0 {}
    Ok(())
}
