//! Find the holes in a recorded stream, and say who has lost the bytes.
//!
//! ```text
//!   seen           ██████    ████████      ████
//!   acknowledged   ───────────────────┤
//!   holes                ~~~~        ~~~~~~
//!                        recorder    ││ not yet: TCP will send it again
//!                                    └ recorder
//! ```
//!
//! What the other side has acknowledged did arrive there, so only the recorder
//! has missed it, and nobody will send it again.
//!
//! Write your answer in `src/exercise.rs`, then: `cargo test -p try-lost-bytes`
//!
//! Book: chapter 13

use std::ops::Range;

#[cfg(not(feature = "solution"))]
mod exercise;
#[cfg(feature = "solution")]
#[path = "../solution.rs"]
mod exercise;

pub use exercise::*;

/// The holes in a stream, each list in order. A hole is a range of offsets,
/// from the first missing byte to the first that is there again.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Holes {
    /// Missing for ever: they arrived, and the recorder did not see them.
    pub recorder: Vec<Range<u64>>,
    /// Missing for now: nobody has acknowledged them.
    pub pending: Vec<Range<u64>>,
}
