//! WebSocket frames, masking, messages, close and permessage-deflate, without I/O.
//!
//! ```text
//! 81 85 37 fa 21 3d 7f 9f 4d 51 58
//! │  │  └─ mask ──┘ └─ payload ──┘   7f ^ 37 = 48 'H', 9f ^ fa = 65 'e' …
//! │  └ MASK 1, length 5
//! └ FIN 1, opcode 0x1: text          "Hello"
//! ```
//!
//! ```
//! use frame::{Decoder, Settings};
//! use wire::Side;
//!
//! let mut decoder = Decoder::new(Settings::from(Side::Client));
//! decoder.receive(b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58");
//! let step = decoder.next_frame().unwrap();
//! assert_eq!(step.message.unwrap().text(), Some("Hello"));
//! assert_eq!(step.violations, []);
//! ```
//!
//! - [`header`]: the 2 to 14 bytes before every payload; opcodes.
//! - [`mask`]: XOR with four bytes.
//! - [`message`]: what an application sends, in one frame or in many.
//! - [`utf8`]: text that arrives in pieces.
//! - [`close`]: codes and reasons.
//! - [`deflate`](mod@deflate): permessage-deflate.
//! - [`decoder`]: one direction, decoded leniently: every broken rule is reported.
//! - [`describe`](mod@describe): a frame as a tree of named byte ranges.
//! - [`connection`]: the strict machine of one end, with the closing handshake.
//! - [`sender`]: messages in, bytes out.
//! - [`rules`]: the rule book.
//!
//! # What this crate does not do
//! It opens no socket, knows no clock and makes no random numbers: bytes, time
//! and masking keys are arguments. The opening handshake, which agrees on
//! extensions, is the crate `handshake`.
//!
//! Book: chapters 7, 8 and 10.

mod assembly;
mod buffer;
mod check;
pub mod close;
mod closing;
pub mod connection;
pub mod decoder;
pub mod deflate;
pub mod describe;
pub mod header;
pub mod mask;
pub mod message;
mod output;
pub mod rules;
pub mod sender;
mod step;
pub mod utf8;

pub use close::{Close, Code};
pub use connection::{Closed, Config, Connection, Deflate, Event};
pub use decoder::{Decoder, Limits, Settings};
pub use describe::describe;
pub use header::{Header, LengthForm, Opcode, Reserved};
pub use mask::Mask;
pub use message::{Kind, Message, State};
pub use rules::RULES;
pub use sender::{SendError, Sender, encode};
pub use step::{Missed, Pending, Step};
