//! Predict the bytes of a day, by polling and over an open stream.
//!
//! Polling pays for each question, and the stream for each message and for
//! silence. Which is cheaper depends on how much is said, and on how long one
//! can wait.
//!
//! Write your answer in `src/exercise.rs`, then: `cargo test -p try-cost-of-polling`
//!
//! Book: chapter 12

#[cfg(not(feature = "solution"))]
mod exercise;
#[cfg(feature = "solution")]
#[path = "../solution.rs"]
mod exercise;

pub use exercise::*;

/// The seconds of a day. It begins behind second 0 and ends with this one.
pub const DAY: u64 = 86_400;

/// What things cost, in bytes of IP packets, both ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prices {
    /// A request and its answer, without any message; for a stream, to open it.
    pub request: u64,
    /// One message, in an answer or in the stream.
    pub message: u64,
    /// One heartbeat of an open stream.
    pub heartbeat: u64,
}

/// What a day has cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bill {
    /// How many requests were made.
    pub requests: u64,
    /// How many bytes have travelled.
    pub bytes: u64,
    /// How many seconds the unluckiest message took to arrive. A message that
    /// the day did not bring any more does not count, and costs nothing.
    pub longest_delay: u64,
}
