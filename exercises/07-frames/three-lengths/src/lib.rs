//! Read the length of a frame, in its three forms.
//!
//! It stands in seven bits, in two more bytes or in eight more bytes, and not all
//! of them may have arrived yet.
//!
//! ```text
//!   05                           5
//!   7e 01 00                     256
//!   7f 00 00 00 00 00 01 00 00   65,536
//! ```
//!
//! RFC 6455, section 5.2.
//!
//! Write your answer in `src/exercise.rs`, then: `cargo test -p try-three-lengths`
//!
//! Book: chapter 7

#[cfg(not(feature = "solution"))]
mod exercise;
#[cfg(feature = "solution")]
#[path = "../solution.rs"]
mod exercise;

pub use exercise::*;

/// A payload's length, as it stood on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Length {
    /// How many bytes of payload the frame has.
    pub payload: u64,
    /// How many bytes the length itself took: 1, 3 or 9.
    pub taken: usize,
}

/// Why a length is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The length would have fitted into a shorter form.
    NotMinimal,
    /// The highest bit of the eight bytes is set.
    HighBit,
}
