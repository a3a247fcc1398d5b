//! Send everything back, until the other side has ended.
//!
//! The smallest server that there is: it sends every byte back.
//!
//! A connection has two directions, and each ends by itself. When a `read` gives 0, the
//! client has ended *its* half: it will send no more, but it still listens. What it sent
//! last must still reach it.
//!
//! The function takes anything that can be read from and anything that can be written to,
//! so the tests can play a network of the worst kind.
//!
//! Write `echo` in `src/exercise.rs`, then: `cargo test -p try-echo`
//!
//! Book: chapter 1.

#[cfg(not(feature = "solution"))]
mod exercise;
#[cfg(feature = "solution")]
#[path = "../solution.rs"]
mod exercise;

pub use exercise::*;
