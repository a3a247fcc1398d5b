//! Read exactly so many bytes from a stream that trickles.
//!
//! Exactly so many bytes, from a stream that hands them over in pieces of any size.
//!
//! A `read` gives what has come: one byte, or some, or as many as there is room for. It
//! gives 0 when the other side has ended its half. Rust's library has `read_exact` for
//! this; write it yourself once, and better: it wants room for all the bytes before the
//! first of them has come, and a length on the wire is only what the other end claims.
//!
//! Use `Read::read` here, or anything of `Read` that never needs such room.
//!
//! Write `read_exactly` in `src/exercise.rs`, then: `cargo test -p try-read-exactly`
//!
//! Book: chapter 1.

#[cfg(not(feature = "solution"))]
mod exercise;
#[cfg(feature = "solution")]
#[path = "../solution.rs"]
mod exercise;

pub use exercise::*;
