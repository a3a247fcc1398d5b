//! Read numbers of two and eight bytes.
//!
//! Numbers that take more than one byte, as they come from the network: the most
//! significant byte first. A WebSocket frame writes its length in this way, in two
//! bytes or in eight.
//!
//! ```text
//! 01 00                      256
//! 00 00 00 00 00 01 00 00    65536
//! ```
//!
//! Write `read_u16` and `read_u64` in `src/exercise.rs`, then: `cargo test -p try-big-endian`
//!
//! Book: chapter 0.

#[cfg(not(feature = "solution"))]
mod exercise;
#[cfg(feature = "solution")]
#[path = "../solution.rs"]
mod exercise;

pub use exercise::*;
