//! Refuse a frame that breaks a rule.
//!
//! Every pair of bytes begins *some* header, and not every header is allowed. A server that forgives a broken frame has to guess what was meant, and the
//! next program on the way guesses otherwise. So RFC 6455 wants it refused.
//!
//! RFC 6455, sections 5.1, 5.2 and 5.5; RFC 7692, section 6.
//!
//! Write your answer in `src/exercise.rs`, then: `cargo test -p try-frame-rules`
//!
//! Book: chapter 7

#[cfg(not(feature = "solution"))]
mod exercise;
#[cfg(feature = "solution")]
#[path = "../solution.rs"]
mod exercise;

pub use exercise::*;

/// A frame's header, decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// Whether this frame is the last one of its message.
    pub fin: bool,
    /// Reserved; compression uses it.
    pub rsv1: bool,
    /// Reserved.
    pub rsv2: bool,
    /// Reserved.
    pub rsv3: bool,
    /// What the payload is: 0 to 15.
    pub opcode: u8,
    /// Whether the payload is masked.
    pub masked: bool,
    /// How many bytes of payload follow.
    pub payload: u64,
}

/// Which rule a header breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// A reserved bit is set, and no extension has given it a meaning here.
    ReservedBits,
    /// The opcode has no meaning.
    ReservedOpcode,
    /// A control frame has FIN 0.
    ControlFragmented,
    /// A control frame has more than 125 bytes of payload.
    ControlTooLong,
    /// A client did not mask.
    Unmasked,
    /// A server did mask.
    Masked,
}
