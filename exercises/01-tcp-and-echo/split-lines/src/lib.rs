//! Find the lines of a stream, over any cut.
//!
//! The lines of a stream that comes in pieces.
//!
//! Nobody promises that a piece is a line. It may hold half a line, or three and the
//! beginning of a fourth, and it may end inside a syllable. What all pieces together say is
//! always the same, and so are its lines.
//!
//! ```text
//! pieces   | he | llo\r | \nwor | ld\n\n어 (a third of it) | (the rest)서\n |
//! lines    "hello", "world", "", "어서"
//! ```
//!
//! Write your answer in `src/exercise.rs`, then: `cargo test -p try-split-lines`
//!
//! Book: chapter 1.

#[cfg(not(feature = "solution"))]
mod exercise;
#[cfg(feature = "solution")]
#[path = "../solution.rs"]
mod exercise;

pub use exercise::*;
