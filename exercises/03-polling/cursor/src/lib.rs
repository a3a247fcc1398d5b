//! Keep a log that loses nothing and says what it had to forget.
//!
//! A log of messages, read with a cursor: lose nothing, show nothing twice.
//!
//! The server numbers its messages from 1, in one order, and never uses a number twice. A page
//! says which number it has seen last; the server keeps no list of who has read what. The
//! log cannot grow for ever, so it forgets its oldest messages, and tells whoever missed them.
//!
//! ```text
//! say:    1 2 3 4 5          a log that keeps three: [3 4 5], and 1 and 2 are forgotten
//! after 4:  [5], cursor 5, lost 0
//! after 1:  [3 4 5], cursor 5, lost 1       (2 is what this reader has missed)
//! ```
//!
//! Write your answer in `src/exercise.rs`, then: `cargo test -p try-cursor`
//!
//! Book: chapter 3.

#[cfg(not(feature = "solution"))]
mod exercise;
#[cfg(feature = "solution")]
#[path = "../solution.rs"]
mod exercise;

pub use exercise::*;
