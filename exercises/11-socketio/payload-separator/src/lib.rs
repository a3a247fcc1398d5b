//! Put several packets of Engine.IO into one body, and take them out again.
//!
//! ```text
//!   4hello ␞ 2 ␞ bAQIDBA==
//!   text     text   bytes 01 02 03 04, as base64 behind a b
//! ```
//!
//! `␞` stands for the byte `1e`, the record separator, which JSON never has inside.
//!
//! Write your answer in `src/exercise.rs`, then: `cargo test -p try-payload-separator`
//!
//! Book: chapter 11

#[cfg(not(feature = "solution"))]
mod exercise;
#[cfg(feature = "solution")]
#[path = "../solution.rs"]
mod exercise;

pub use exercise::*;

/// A packet in the body of a poll.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// A packet of text, with its type in front.
    Text(String),
    /// A message of bytes.
    Binary(Vec<u8>),
}

/// Why a body is no payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// A packet is empty: two separators without anything between, one at an
    /// end, or nothing at all.
    Empty,
    /// Behind a `b` stands no base64.
    Base64,
}
