//! Engine.IO, and soon Socket.IO: packets, payloads and session machines, without I/O.
//!
//! ```text
//! 4hello
//! │└ what the application says
//! └ message; by long polling or WebSocket, whichever works
//! ```
//!
//! ```
//! use socketio::engineio::Packet;
//!
//! assert_eq!(Packet::decode("4hello")?, Packet::Message("hello"));
//! # Ok::<(), wire::Violation>(())
//! ```
//!
//! - [`engineio`]: messages both ways over polling or WebSocket; its machines, its rules.
//! - [`binary`]: bytes that many can share.
//!
//! # What this crate does not do
//! It opens no socket, knows no clock and makes no random numbers: bytes, time
//! and ids are arguments. HTTP, CORS and WebSocket frames are other crates'. It
//! speaks revision 4 only (no JSONP, no WebTransport).
//!
//! Book: chapter 11.

pub mod binary;
pub mod engineio;
mod quote;

pub use binary::Binary;
