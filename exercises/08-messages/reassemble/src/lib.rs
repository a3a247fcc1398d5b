//! Make messages out of frames, with a ping in between.
//!
//! A message may come in pieces, and control frames may stand between them:
//!
//! ```text
//!   text, no FIN   "Hel"   ┐
//!   ping           "ping"  │ ──► ping "ping", at once
//!   continuation   "lo"    ┘ ──► message "Hello"
//! ```
//!
//! RFC 6455, section 5.4.
//!
//! Write your answer in `src/exercise.rs`, then: `cargo test -p try-reassemble`
//!
//! Book: chapter 8

#[cfg(not(feature = "solution"))]
mod exercise;
#[cfg(feature = "solution")]
#[path = "../solution.rs"]
mod exercise;

pub use exercise::*;

/// What a frame is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opcode {
    /// `0x0`: the next part of a message that has begun.
    Continuation,
    /// `0x1`: a message of text begins.
    Text,
    /// `0x2`: a message of bytes begins.
    Binary,
    /// `0x8`: the end of the conversation.
    Close,
    /// `0x9`: are you there?
    Ping,
    /// `0xa`: I am here.
    Pong,
}

/// A frame whose header was checked already: control frames have FIN 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Whether it is the last one of its message.
    pub fin: bool,
    /// What it is.
    pub opcode: Opcode,
    /// What it carries, unmasked.
    pub payload: Vec<u8>,
}

/// What a program is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A whole message of text. (Whether it is UTF-8 is another step's question.)
    Text(Vec<u8>),
    /// A whole message of bytes.
    Binary(Vec<u8>),
    /// A control frame: its opcode and its payload.
    Control(Opcode, Vec<u8>),
}

/// Why a frame is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// A message has begun, and here another one begins.
    ExpectedContinuation,
    /// A continuation, and no message has begun.
    UnexpectedContinuation,
    /// The message would become longer than the limit.
    TooBig,
}
