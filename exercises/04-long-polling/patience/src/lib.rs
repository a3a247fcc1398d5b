//! Grant a question some of the time that it asks for.
//!
//! How long is a question held? The page says in its query how long it is willing to wait, and the
//! server grants 30 seconds at most, since somebody in between may lose patience.
//!
//! ```text
//! /messages?since=17&wait=25      25 seconds
//! /messages?since=17&wait=3600    30 seconds: no more is granted
//! /messages?since=17              none: this is plain polling, and the answer comes at once
//! ```
//!
//! Write `patience` in `src/exercise.rs`, then: `cargo test -p try-patience`
//!
//! Book: chapter 4.

#[cfg(not(feature = "solution"))]
mod exercise;
#[cfg(feature = "solution")]
#[path = "../solution.rs"]
mod exercise;

pub use exercise::*;
