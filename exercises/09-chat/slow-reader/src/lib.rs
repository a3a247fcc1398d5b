//! Let slow readers cost no memory.
//!
//! The room has one log of a fixed size, and each reader has a cursor:
//!
//! ```text
//!   forgotten │          the log          │
//!    1  2  3  │  4    5    6    7    8    │
//!       ▲     │            ▲         ▲
//!     a phone in a tunnel  Bob       Ada
//! ```
//!
//! Whoever is too slow falls behind, and at last out of the log. They are told
//! how much they have lost.
//!
//! Write your answer in `src/exercise.rs`, then: `cargo test -p try-slow-reader`
//!
//! Book: chapter 9

#[cfg(not(feature = "solution"))]
mod exercise;
#[cfg(feature = "solution")]
#[path = "../solution.rs"]
mod exercise;

pub use exercise::*;

/// What a reader takes out of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The next entries, oldest first.
    pub entries: Vec<String>,
    /// The reader's cursor from now on.
    pub cursor: u64,
    /// How many entries behind the old cursor the log has forgotten already.
    pub lost: u64,
}
