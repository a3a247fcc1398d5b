//! Engine.IO and Socket.IO: packets, payloads and session machines, without I/O.
//!
//! ```text
//! 451-/chat,13["photo",{"_placeholder":true,"num":0}]    then a message of bytes
//! ││├┘├───┘ ├┘└─ payload ───────────────────────────┘
//! │││ │     └ id: please acknowledge
//! │││ └ namespace
//! ││└ one attachment follows
//! │└ Socket.IO: BINARY_EVENT
//! └ Engine.IO: message; by long polling or WebSocket, whichever works
//! ```
//!
//! ```
//! use socketio::{Content, Decoder, engineio};
//!
//! let engineio::Packet::Message(text) = engineio::Packet::decode(r#"42["foo",7]"#)? else { panic!() };
//! let packet = Decoder::default().receive(text)?.expect("a packet without attachments");
//! let Content::Event { name, arguments, id: None } = packet.content else { panic!() };
//! assert_eq!((&*name, arguments[0].as_u64()), ("foo", Some(7)));
//! # Ok::<(), wire::Violation>(())
//! ```
//!
//! - [`engineio`]: messages both ways over polling or WebSocket; its machines, its rules.
//! - [`packet`]: types, namespaces, ids, payloads.
//! - [`decoder`]: packets and the attachments behind them.
//! - [`encoded`]: packets, encoded once for all who get them.
//! - [`value`]: JSON that may have bytes in it; [`binary`]: the bytes, shared.
//! - [`namespace`]: conversations that share a connection.
//! - [`session`]: the server's machine.
//! - [`client`]: the client's machine.
//! - [`reason`]: why it ended.
//! - [`limits`]: how much of everything a peer may send.
//! - [`describe`](mod@describe): a packet as a tree of named byte ranges.
//! - [`rules`]: the rule book.
//!
//! # What this crate does not do
//! It opens no socket, knows no clock and makes no random numbers: bytes, time
//! and ids are arguments. HTTP, CORS and WebSocket frames are other crates'. It
//! knows no rooms and keeps no messages: who gets an event, and what a client
//! that comes back has missed, is the program's to know. Of Engine.IO it speaks
//! revision 4 only (no JSONP, no WebTransport), of Socket.IO revision 5 with the
//! parser that everybody has. A text with half a surrogate pair, which
//! JavaScript may send, is refused as no JSON.
//!
//! Book: chapter 11.

mod acks;
pub mod binary;
pub mod client;
pub mod decoder;
pub mod describe;
pub mod encoded;
pub mod engineio;
pub mod limits;
pub mod namespace;
pub mod packet;
mod quote;
pub mod reason;
pub mod rules;
pub mod session;
pub mod value;

pub use binary::Binary;
pub use client::{Client, ClientEvent};
pub use decoder::Decoder;
pub use describe::describe;
pub use encoded::{EncodeError, Encoded};
pub use limits::Limits;
pub use namespace::Namespace;
pub use packet::{Content, Head, Kind, Packet};
pub use reason::Reason;
pub use rules::RULES;
pub use session::{Config, Event, FIRST_SHARED_ID, Recovery, SendError, Session, Welcome};
pub use value::{HasBinary, Object, Value};
