//! Ask after a silence, and give up when no answer comes.
//!
//! ```text
//!   heard ── ping_after ──► ping ── pong_timeout ──► dead
//!     ▲                      │
//!     └── any byte at all ───┘
//! ```
//!
//! Time is an input, so a day passes in a test without a second of waiting.
//! All times are milliseconds of one clock.
//!
//! Write your answer in `src/exercise.rs`, then: `cargo test -p try-ping-timeout`
//!
//! Book: chapter 9

#[cfg(not(feature = "solution"))]
mod exercise;
#[cfg(feature = "solution")]
#[path = "../solution.rs"]
mod exercise;

pub use exercise::*;

/// What to do now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beat {
    /// Nothing, for the moment.
    Wait,
    /// Send a ping, once.
    Ping,
    /// Nobody is there. End the connection.
    Dead,
}
