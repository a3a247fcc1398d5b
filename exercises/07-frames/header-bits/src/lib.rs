//! Take the first two bytes of a frame apart.
//!
//! They hold seven fields, the most significant bit first:
//!
//! ```text
//!   first byte               second byte
//!   FIN RSV1 RSV2 RSV3 opcode   MASK length
//!    1   1    1    1     4        1     7     bits
//! ```
//!
//! RFC 6455, section 5.2.
//!
//! Write your answer in `src/exercise.rs`, then: `cargo test -p try-header-bits`
//!
//! Book: chapter 7

#[cfg(not(feature = "solution"))]
mod exercise;
#[cfg(feature = "solution")]
#[path = "../solution.rs"]
mod exercise;

pub use exercise::*;

/// The fields of a frame's first two bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bits {
    /// Whether this frame is the last one of its message.
    pub fin: bool,
    /// Reserved; compression uses it.
    pub rsv1: bool,
    /// Reserved.
    pub rsv2: bool,
    /// Reserved.
    pub rsv3: bool,
    /// What the payload is: four bits, 0 to 15.
    pub opcode: u8,
    /// Whether a masking key follows.
    pub mask: bool,
    /// The payload's length, or a sign that it is longer: seven bits, 0 to 127.
    pub length: u8,
}
