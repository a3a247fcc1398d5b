//! What every layer shares: a cursor to read bytes, names for ranges of bytes,
//! the types of the rule book, and hexadecimal in and out.
//!
//! ```text
//!            81        85        37 fa 21 3d     7f 9f 4d 51 58
//! Reader     u8 ─────► u8 ─────► array::<4> ───► take(5)
//! Span       └ first ┘ └ second┘ └ mask ──────┘ └ payload ────┘
//! Rule       "frame/unmasked-client": what a peer must do, and the answer if it does not
//! ```
//!
//! ```
//! use wire::{Reader, hex};
//!
//! let bytes = hex::decode("81 85 37fa213d 7f9f4d5158 # a masked Hello")?;
//! let mut reader = Reader::new(&bytes);
//! assert_eq!(reader.u8(), Some(0x81));
//! assert_eq!(reader.u8(), Some(0x85));
//! assert_eq!(reader.array::<4>(), Some([0x37, 0xfa, 0x21, 0x3d]));
//! assert_eq!(reader.remaining().len(), 5);
//! # Ok::<(), hex::Error>(())
//! ```
//!
//! - [`reader`]: every bounds check of the ground happens here.
//! - [`span`]: a tree of named byte ranges; the terminal, the page and the book draw from it.
//! - [`rule`]: one row per thing a peer must do.
//! - [`hex`]: dumps out; hand-written bytes, with comments and quoted text, in.
//! - [`side`]: client and server.
//! - [`transcript`]: both sides of a conversation, written by hand.
//! - [`laws`] (feature `laws`): what every decoder obeys, as test helpers.
//!
//! # What this crate does not do
//! It knows no protocol, opens no file and keeps no state between calls.
//!
//! Book: chapter 0.

pub mod hex;
#[cfg(any(test, doc, feature = "laws"))]
pub mod laws;
pub mod reader;
pub mod rule;
pub mod side;
pub mod span;
pub mod transcript;

pub use reader::Reader;
pub use rule::{Answer, Rule, Severity, Violation};
pub use side::{Side, Sides};
pub use span::{Bits, Span};
