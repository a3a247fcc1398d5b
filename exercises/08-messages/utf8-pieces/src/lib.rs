//! Check UTF-8 that comes in pieces.
//!
//! A fragment may end inside a character. Find out whether the whole message is
//! UTF-8, without waiting for its end.
//!
//! ```text
//!   ec 95 88 eb │ 85 95 ed 95 98 ec 84 │ b8 ec 9a 94
//!   안        녕…      하       세…      요
//! ```
//!
//! RFC 6455, section 8.1; RFC 3629.
//!
//! Write your answer in `src/exercise.rs`, then: `cargo test -p try-utf8-pieces`
//!
//! Book: chapter 8

#[cfg(not(feature = "solution"))]
mod exercise;
#[cfg(feature = "solution")]
#[path = "../solution.rs"]
mod exercise;

pub use exercise::*;

/// These bytes are no UTF-8, and nothing that follows can make them so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Invalid;
