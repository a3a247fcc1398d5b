//! Engine.IO, revision 4: messages both ways over long polling or WebSocket,
//! whichever works.
//!
//! ```text
//!  GET  ?EIO=4&transport=polling        ◄── 0{"sid":"x",…}        open
//!  POST …&sid=x   4hello           ──►  ◄── ok                    message
//!  GET  …&sid=x                         ◄── 4hi␞2                 message, ping
//!  POST …&sid=x   3                ──►  ◄── ok                    pong
//!  GET  ?EIO=4&transport=websocket&sid=x    ◄── 101
//!       2probe ──►  ◄── 3probe  5 ──►           from here on each packet is a WebSocket message
//! ```
//!
//! - [`packet`]: a type, a digit, and what it carries.
//! - [`payload`]: packets between separators, for requests and responses.
//! - [`frame`]: a packet encoded once, for both transports.
//! - [`open`]: what the server says first.
//! - [`request`]: what an HTTP request wants, and how it is refused.
//! - [`session`]: the server's machine.
//! - [`client`]: the client's machine.
//! - [`describe`](mod@describe): packets and payloads as trees of named byte ranges.
//! - [`rules`]: the rule book.
//!
//! Book: chapter 11.

pub mod client;
pub mod describe;
pub mod frame;
pub(crate) mod heartbeat;
pub mod open;
pub mod packet;
pub mod payload;
pub(crate) mod queue;
pub mod reason;
pub mod request;
pub mod rules;
pub mod session;

pub use client::{Client, ClientConfig, Transmit};
pub use frame::Frame;
pub use open::Open;
pub use packet::{Kind, Packet};
pub use reason::Reason;
pub use request::{Refusal, Request, Transport};
pub use rules::RULES;
pub use session::{Config, Event, SendError, Session};
