//! Read and write the packets of Engine.IO.
//!
//! ```text
//!   4hello     message "hello"          0{"sid":…}   open, with JSON
//!   2probe     ping "probe"             1 5 6        close, upgrade, noop: nothing behind
//! ```
//!
//! A packet is one digit, its type, and the rest, which only some types have.
//!
//! Write your answer in `src/exercise.rs`, then: `cargo test -p try-engine-packet`
//!
//! Book: chapter 11

#[cfg(not(feature = "solution"))]
mod exercise;
#[cfg(feature = "solution")]
#[path = "../solution.rs"]
mod exercise;

pub use exercise::*;

/// A packet of Engine.IO, as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packet<'a> {
    /// `0`: the session begins, with JSON that describes it.
    Open(&'a str),
    /// `1`: the session ends.
    Close,
    /// `2`: are you there? Perhaps with a word.
    Ping(&'a str),
    /// `3`: I am here, with the same word.
    Pong(&'a str),
    /// `4`: what the program says.
    Message(&'a str),
    /// `5`: from here on by WebSocket.
    Upgrade,
    /// `6`: nothing, ends a poll.
    Noop,
}

/// Why a text is no packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// There is not even a type.
    Empty,
    /// No type begins with this character.
    Type(char),
    /// A close, upgrade or noop has something behind it.
    NotBare,
}
