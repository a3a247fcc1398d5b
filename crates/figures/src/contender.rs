//! Those who decode: ours, three libraries, and two bounds.
//!
//! Each is a function that makes a decoder around a [`Source`] and returns what
//! decodes the next `n` frames from it. All look at the length of each message;
//! none looks at its bytes, beyond what its library does by itself.

use crate::source::{Content, Source};
use frame::{Config, Connection, Decoder, Mask, Settings};
use futures_util::StreamExt;
use std::hint::black_box;
use tokio::runtime::Runtime;
use wire::Side;

/// What is decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Case {
    /// Text, which must be checked, or binary.
    pub content: Content,
    /// The length of each payload.
    pub len: usize,
}

/// Decodes so many frames.
pub type Decode = Box<dyn FnMut(usize)>;

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Contender {
    /// How it is called there.
    pub name: &'static str,
    /// What it is to the others.
    pub role: Role,
    /// Makes a fresh decoder.
    pub start: fn(Case) -> Decode,
}

/// What a contender is to the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Does less than a decoder must: nobody can be faster.
    Bound,
    /// A library.
    Peer,
    /// This workspace.
    Ours,
}

/// All of them.
pub const ALL: [Contender; 7] = [
    Contender { name: "memcpy", role: Role::Bound, start: memcpy },
    Contender { name: "copy + xor", role: Role::Bound, start: copy_and_xor },
    Contender { name: "our Decoder", role: Role::Ours, start: decoder },
    Contender { name: "our Connection", role: Role::Ours, start: connection },
    Contender { name: "tungstenite", role: Role::Peer, start: tungstenite },
    Contender { name: "fastwebsockets", role: Role::Peer, start: fastwebsockets },
    Contender { name: "tokio-websockets", role: Role::Peer, start: tokio_websockets },
];

/// How much our machines ask for at once.
const READ: usize = 16 << 10;

/// Longer than the longest message, for those who want to know.
const LIMIT: usize = 64 << 20;

fn memcpy(case: Case) -> Decode {
    let mut source = Source::new(case.content, case.len);
    let mut frame = vec![0; Source::frame_len(case.len)];
    Box::new(move |count| {
        for _ in 0..count {
            source.fill(&mut frame);
            black_box(&mut frame);
        }
    })
}

/// What cannot be saved: one copy out of the source, one pass to unmask.
fn copy_and_xor(case: Case) -> Decode {
    let mut source = Source::new(case.content, case.len);
    let mut frame = vec![0; Source::frame_len(case.len)];
    let head = frame.len() - case.len;
    Box::new(move |count| {
        for _ in 0..count {
            source.fill(&mut frame);
            let (header, payload) = frame.split_at_mut(head);
            if let Some(key) = header.last_chunk() {
                Mask(*key).apply(0, payload);
            }
            black_box(payload);
        }
    })
}

fn decoder(case: Case) -> Decode {
    let mut source = Source::new(case.content, case.len);
    let mut decoder = Decoder::new(Settings::from(Side::Client));
    Box::new(move |count| {
        let mut decoded = 0;
        while decoded < count {
            match decoder.next_frame() {
                Some(step) => {
                    let message = step.message.expect("every frame is a message");
                    assert_eq!(message.payload.len(), case.len);
                    black_box(message.payload);
                    decoded += 1;
                }
                None => {
                    let len = source.copy_to(decoder.spare(READ));
                    decoder.advance(len);
                }
            }
        }
    })
}

fn connection(case: Case) -> Decode {
    use frame::Event;
    let mut source = Source::new(case.content, case.len);
    let mut connection = Connection::server(Config::default());
    Box::new(move |count| {
        let mut decoded = 0;
        while decoded < count {
            match connection.next_event().expect("the peer keeps to the rules") {
                Some(event) => {
                    let len = match event {
                        Event::Text(text) => black_box(text).len(),
                        Event::Binary(bytes) => black_box(bytes).len(),
                        _ => unreachable!("only messages are sent"),
                    };
                    assert_eq!(len, case.len);
                    decoded += 1;
                }
                None => {
                    let len = source.copy_to(connection.spare(READ));
                    connection.advance(len);
                }
            }
        }
    })
}

fn tungstenite(case: Case) -> Decode {
    use tungstenite::{WebSocket, protocol};
    let source = Source::new(case.content, case.len);
    let mut socket = WebSocket::from_raw_socket(source, protocol::Role::Server, None);
    Box::new(move |count| {
        for _ in 0..count {
            let message = socket.read().expect("the peer keeps to the rules");
            assert_eq!(message.len(), case.len);
            black_box(message);
        }
    })
}

fn fastwebsockets(case: Case) -> Decode {
    use fastwebsockets::{FragmentCollector, Role, WebSocket};
    let source = Source::new(case.content, case.len);
    let runtime = runtime();
    let mut socket = WebSocket::after_handshake(source, Role::Server);
    socket.set_max_message_size(LIMIT);
    let mut socket = FragmentCollector::new(socket);
    Box::new(move |count| {
        runtime.block_on(async {
            for _ in 0..count {
                let frame = socket.read_frame().await.expect("the peer keeps to the rules");
                assert_eq!(frame.payload.len(), case.len);
                black_box(&frame.payload);
            }
        });
    })
}

fn tokio_websockets(case: Case) -> Decode {
    let source = Source::new(case.content, case.len);
    let runtime = runtime();
    let mut socket = tokio_websockets::ServerBuilder::new().serve(source);
    Box::new(move |count| {
        runtime.block_on(async {
            for _ in 0..count {
                let message = socket.next().await.expect("the source has no end");
                let message = message.expect("the peer keeps to the rules");
                assert_eq!(message.as_payload().len(), case.len);
                black_box(message);
            }
        });
    })
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime without I/O starts")
}
