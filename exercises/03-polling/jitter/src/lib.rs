//! Take pages out of step with a little chance.
//!
//! Jitter: do not all come at once.
//!
//! A thousand pages that have lost their connections at the same instant ask in step from then
//! on. The cure is a little chance in each wait. The server says how much, because it knows how
//! busy it is:
//!
//! ```text
//! "poll": {"after": 2000, "jitter": 1000}     wait two seconds, and up to one more by chance
//! ```
//!
//! Write `next_wait` in `src/exercise.rs`, then: `cargo test -p try-jitter`
//!
//! Book: chapter 3.

#[cfg(not(feature = "solution"))]
mod exercise;
#[cfg(feature = "solution")]
#[path = "../solution.rs"]
mod exercise;

pub use exercise::*;
