//! Inflate the messages that RSV1 marks as compressed.
//!
//! The sender has cut four bytes off the end of each, `00 00 ff ff`, because they
//! are always the same. The window of the messages before is kept, unless the
//! two sides have agreed otherwise. And a few bytes may become gigabytes.
//!
//! ```text
//!   c1 07 f2 48 cd c9 c9 07 00    "Hello"
//!   c1 05 f2 00 11 00 00          "Hello" again: go back 5 bytes, copy 5
//! ```
//!
//! RFC 7692, section 7.2.2.
//!
//! Write your answer in `src/exercise.rs`, then: `cargo test -p try-inflate-rsv1`
//!
//! Book: chapter 10

#[cfg(not(feature = "solution"))]
mod exercise;
#[cfg(feature = "solution")]
#[path = "../solution.rs"]
mod exercise;

pub use exercise::*;

/// Why a message is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It is longer than the limit, when it is inflated.
    TooBig,
    /// It is no DEFLATE.
    Invalid,
}
