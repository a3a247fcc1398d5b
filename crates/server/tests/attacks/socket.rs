//! The client's end of a WebSocket without a conscience: it sends any bytes.

use crate::victim::{hear, throw};
use frame::{Decoder, Header, Kind, LengthForm, Mask, Settings, deflate::Window};
use std::{
    net::SocketAddr,
    ops::{Deref, DerefMut},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use wire::Side;

/// A TCP connection behind the opening handshake.
pub(crate) struct Socket(TcpStream);

impl Socket {
    pub(crate) async fn open(address: SocketAddr, path: &str) -> Socket {
        Socket::over(TcpStream::connect(address).await.unwrap(), path).await
    }

    pub(crate) async fn over(stream: TcpStream, path: &str) -> Socket {
        Socket::ask(stream, path, "").await
    }

    /// One that compresses, both ways.
    pub(crate) async fn open_deflating(address: SocketAddr, path: &str) -> Socket {
        let stream = TcpStream::connect(address).await.unwrap();
        Socket::ask(stream, path, "Sec-WebSocket-Extensions: permessage-deflate\r\n").await
    }

    async fn ask(mut stream: TcpStream, path: &str, fields: &str) -> Socket {
        let request = format!("GET {path} HTTP/1.1\r\n{OPENING}{fields}\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            // Byte by byte, since frames may follow.
            answer.push(stream.read_u8().await.unwrap());
        }
        assert!(answer.starts_with(b"HTTP/1.1 101 "), "{}", answer.escape_ascii());
        Socket(stream)
    }

    /// Sends the bytes, as many as the server takes, and gives what it says until its end.
    pub(crate) async fn throw(self, bytes: &[u8]) -> Vec<Said> {
        decode(&throw(self.0, bytes).await)
    }

    /// What the server says until its end.
    pub(crate) async fn hear(mut self) -> Vec<Said> {
        decode(&hear(&mut self.0).await)
    }
}

/// The fields of a correct opening handshake.
pub(crate) const OPENING: &str = "Host: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
    Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

impl From<Socket> for TcpStream {
    fn from(socket: Socket) -> TcpStream {
        socket.0
    }
}

impl Deref for Socket {
    type Target = TcpStream;

    fn deref(&self) -> &TcpStream {
        &self.0
    }
}

impl DerefMut for Socket {
    fn deref_mut(&mut self) -> &mut TcpStream {
        &mut self.0
    }
}

/// A message or control frame of the server.
pub(crate) type Said = (Kind, Vec<u8>);

/// A close frame, where the last thing that was said is one.
pub(crate) fn close_code(said: &[Said]) -> Option<u16> {
    match said.last() {
        Some((Kind::Close, payload)) => payload.first_chunk().copied().map(u16::from_be_bytes),
        _ => None,
    }
}

fn decode(bytes: &[u8]) -> Vec<Said> {
    let deflate = Some(Window::default());
    let mut decoder = Decoder::new(Settings { deflate, ..Settings::from(Side::Server) });
    decoder.receive(bytes);
    let mut said = Vec::new();
    while let Some(step) = decoder.next_frame() {
        assert_eq!(step.violations, [], "the server keeps the rules");
        said.extend(step.message.map(|message| (message.kind, message.payload.to_vec())));
    }
    said
}

/// A masked frame; its first byte says what it is: FIN, RSV1 to RSV3, opcode.
pub(crate) fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = claim(first, payload.len() as u64);
    let start = bytes.len();
    bytes.extend_from_slice(payload);
    MASK.apply(0, &mut bytes[start..]);
    bytes
}

/// The header of a masked frame, whatever follows.
pub(crate) fn claim(first: u8, len: u64) -> Vec<u8> {
    let (header, _) = Header::decode(&[first, 0]).expect("two bytes are a header");
    let mut bytes = Vec::new();
    Header { len, form: LengthForm::minimal(len), ..header.masked(MASK) }.encode(&mut bytes);
    bytes
}

const MASK: Mask = Mask([0x37, 0xfa, 0x21, 0x3d]);
