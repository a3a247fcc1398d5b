//! Come back after a lost line, and say and hear everything once.
//!
//! A line may break before our message arrives, or behind it and before we hear
//! so. The page says it *at least once*, until its own copy comes back; the room
//! hears it *at most once*, by its key. Together that is once.
//!
//! Write your answer in `src/exercise.rs`, then: `cargo test -p try-resume`
//!
//! Book: chapter 9

#[cfg(not(feature = "solution"))]
mod exercise;
#[cfg(feature = "solution")]
#[path = "../solution.rs"]
mod exercise;

pub use exercise::*;

/// What a page sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// What the page calls it: no two of its messages have the same key.
    pub key: String,
    /// The words.
    pub text: String,
}

/// What the room tells everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its place in the room: 1, 2, 3 and so on.
    pub cursor: u64,
    /// Who said it.
    pub member: u64,
    /// What its member called it.
    pub key: String,
    /// The words.
    pub text: String,
}
