//! Read and write the payload of a close frame.
//!
//! It is empty, or it has a code of two bytes and perhaps a reason:
//!
//! ```text
//!   0b b9 ed 95 a0 20 ec 9d bc 20 eb 81 9d
//!   3001  "할 일 끝"
//! ```
//!
//! RFC 6455, sections 5.5.1 and 7.4.
//!
//! Write your answer in `src/exercise.rs`, then: `cargo test -p try-close-payload`
//!
//! Book: chapter 8

#[cfg(not(feature = "solution"))]
mod exercise;
#[cfg(feature = "solution")]
#[path = "../solution.rs"]
mod exercise;

pub use exercise::*;

/// Why somebody says goodbye.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Close {
    /// The code.
    pub code: u16,
    /// The reason, for a log; often empty.
    pub reason: String,
}

/// Why the payload of a close frame is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// One byte is half a code.
    HalfACode,
    /// This code must never stand in a frame.
    Code(u16),
    /// The reason is not UTF-8.
    Reason,
}
