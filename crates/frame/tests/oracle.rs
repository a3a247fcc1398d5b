//! Another implementation as the judge: what tungstenite encodes we decode, and the reverse.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use frame::{Code, Config, Connection, Event, Mask};
use proptest::prelude::*;
use std::io::{self, Read, Write};
use tungstenite::{
    Error, Message, WebSocket,
    protocol::{
        CloseFrame, Role,
        frame::{
            Frame,
            coding::{Data, OpCode},
        },
    },
};

/// A socket in memory: what is read was put there, what is written stays there.
#[derive(Default)]
struct Pipe {
    incoming: io::Cursor<Vec<u8>>,
    outgoing: Vec<u8>,
}

impl Read for Pipe {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self.incoming.read(out)? {
            0 => Err(io::ErrorKind::WouldBlock.into()),
            len => Ok(len),
        }
    }
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.outgoing.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A message that either implementation can send, and in fragments of how many bytes.
#[derive(Debug, Clone, PartialEq)]
enum Say {
    Text(String, usize),
    Binary(Vec<u8>, usize),
    Ping(Vec<u8>),
    Pong(Vec<u8>),
}

#[derive(Debug, Clone, PartialEq)]
enum Heard {
    Text(String),
    Binary(Vec<u8>),
    Ping(Vec<u8>),
    Pong(Vec<u8>),
    Close(u16, String),
}

impl Say {
    fn heard(&self) -> Heard {
        match self.clone() {
            Say::Text(text, _) => Heard::Text(text),
            Say::Binary(bytes, _) => Heard::Binary(bytes),
            Say::Ping(payload) => Heard::Ping(payload),
            Say::Pong(payload) => Heard::Pong(payload),
        }
    }
}

fn say() -> impl Strategy<Value = Say> {
    let most = prop_oneof![1_usize..10, Just(usize::MAX)];
    // Lengths at the borders of the three forms, and between.
    let len = prop_oneof![0_usize..200, 65_530_usize..65_540, 120_usize..130];
    let bytes = (len, any::<u8>()).prop_map(|(len, seed)| {
        (0..len).map(|index| seed.wrapping_add(index as u8)).collect::<Vec<_>>()
    });
    let control = || prop::collection::vec(any::<u8>(), 0..=125);
    prop_oneof![
        ("\\PC{0,200}", most).prop_map(|(text, most)| Say::Text(text, most)),
        (bytes, Just(usize::MAX)).prop_map(|(bytes, most)| Say::Binary(bytes, most)),
        control().prop_map(Say::Ping),
        control().prop_map(Say::Pong),
    ]
}

/// The bytes with which tungstenite says it all, then closes.
fn said_by_tungstenite(role: Role, talk: &[Say], close: Option<&CloseFrame>) -> Vec<u8> {
    let mut socket = WebSocket::from_raw_socket(Pipe::default(), role, None);
    for say in talk {
        match say.clone() {
            Say::Text(text, usize::MAX) => socket.send(Message::text(text)),
            Say::Binary(bytes, _) => socket.send(Message::binary(bytes)),
            Say::Ping(payload) => socket.send(Message::Ping(payload.into())),
            Say::Pong(payload) => socket.send(Message::Pong(payload.into())),
            Say::Text(text, most) => {
                let fragments: Vec<_> = text.as_bytes().chunks(most).collect();
                let last = fragments.len().max(1) - 1;
                let fragments = if fragments.is_empty() { vec![&b""[..]] } else { fragments };
                for (index, fragment) in fragments.into_iter().enumerate() {
                    let data = if index == 0 { Data::Text } else { Data::Continue };
                    let opcode = OpCode::Data(data);
                    let frame = Frame::message(fragment.to_vec(), opcode, index == last);
                    socket.send(Message::Frame(frame)).unwrap();
                }
                Ok(())
            }
        }
        .unwrap();
    }
    socket.close(close.cloned()).unwrap();
    std::mem::take(&mut socket.get_mut().outgoing)
}

fn heard_by_us(mut connection: Connection, bytes: &[u8]) -> Vec<Heard> {
    connection.receive(bytes);
    let mut heard = Vec::new();
    while let Some(event) = connection.next_event().unwrap() {
        heard.push(match event {
            Event::Text(text) => Heard::Text(text.to_owned()),
            Event::Binary(bytes) => Heard::Binary(bytes.to_vec()),
            Event::Ping(payload) => Heard::Ping(payload.to_vec()),
            Event::Pong(payload) => Heard::Pong(payload.to_vec()),
            Event::Close(close) => close
                .map(|close| Heard::Close(close.code.0, close.reason.into_owned()))
                .unwrap_or(Heard::Close(1005, String::new())),
        });
    }
    heard
}

fn said_by_us(mut connection: Connection, talk: &[Say]) -> Vec<u8> {
    let sender = connection.sender();
    for say in talk {
        match say {
            Say::Text(text, most) => sender.send_in_fragments(Event::Text(text), *most),
            Say::Binary(bytes, most) => sender.send_in_fragments(Event::Binary(bytes), *most),
            Say::Ping(payload) => sender.send(Event::Ping(payload)),
            Say::Pong(payload) => sender.send(Event::Pong(payload)),
        }
        .unwrap();
    }
    connection.close(Code::GOING_AWAY, "그만").unwrap();
    connection.transmit().to_vec()
}

fn heard_by_tungstenite(role: Role, bytes: Vec<u8>) -> Vec<Heard> {
    let pipe = Pipe { incoming: io::Cursor::new(bytes), outgoing: Vec::new() };
    let mut socket = WebSocket::from_raw_socket(pipe, role, None);
    let mut heard = Vec::new();
    loop {
        heard.push(match socket.read() {
            Ok(Message::Text(text)) => Heard::Text(text.to_string()),
            Ok(Message::Binary(bytes)) => Heard::Binary(bytes.to_vec()),
            Ok(Message::Ping(payload)) => Heard::Ping(payload.to_vec()),
            Ok(Message::Pong(payload)) => Heard::Pong(payload.to_vec()),
            Ok(Message::Close(close)) => close
                .map(|close| Heard::Close(close.code.into(), close.reason.to_string()))
                .unwrap_or(Heard::Close(1005, String::new())),
            Ok(Message::Frame(frame)) => panic!("a raw frame was read: {frame}"),
            Err(Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => return heard,
            Err(Error::ConnectionClosed) => return heard,
            Err(error) => panic!("{error}"),
        });
    }
}

fn ours(role: Role) -> Connection {
    let mut key = 1_u32;
    let masks = move || {
        key = key.wrapping_mul(0x9e37_79b1);
        Mask(key.to_be_bytes())
    };
    match role {
        Role::Client => Connection::client(Config::default(), masks),
        Role::Server => Connection::server(Config::default()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]
    #[test]
    fn tungstenite_and_we_understand_each_other(
        talk in prop::collection::vec(say(), 0..8), with_body: bool,
    ) {
        for (speaker, listener) in [(Role::Client, Role::Server), (Role::Server, Role::Client)] {
            let mut want: Vec<_> = talk.iter().map(Say::heard).collect();
            let close = CloseFrame { code: 4321.into(), reason: "enough".into() };
            let bytes = said_by_tungstenite(speaker, &talk, with_body.then_some(&close));
            want.push(match with_body {
                true => Heard::Close(4321, "enough".to_owned()),
                false => Heard::Close(1005, String::new()),
            });
            prop_assert_eq!(&heard_by_us(ours(listener), &bytes), &want);

            want.pop();
            want.push(Heard::Close(1001, "그만".to_owned()));
            let bytes = said_by_us(ours(speaker), &talk);
            prop_assert_eq!(&heard_by_tungstenite(listener, bytes), &want);
        }
    }
}
