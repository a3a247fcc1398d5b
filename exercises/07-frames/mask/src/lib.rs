//! Mask a payload, and unmask it.
//!
//! A client changes each byte of a payload by one byte of a four-byte key, so that a page
//! cannot choose what stands on the wire. The server does the same again and has the payload
//! back. A large payload comes in pieces, and then a piece must know where it begins.
//!
//! Write `apply_mask` in `src/exercise.rs`, then: `cargo test -p try-mask`
//!
//! Book: chapter 7

#[cfg(not(feature = "solution"))]
mod exercise;
#[cfg(feature = "solution")]
#[path = "../solution.rs"]
mod exercise;

pub use exercise::*;
