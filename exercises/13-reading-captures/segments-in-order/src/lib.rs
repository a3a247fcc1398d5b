//! Make a stream out of packets that come late, twice and out of order.
//!
//! ```text
//!   sequence 100 "Hel"     ──► "Hel"
//!   sequence 105 "world"   ──► nothing yet: 103 and 104 are missing
//!   sequence 103 "lo"      ──► "loworld"
//!   sequence 100 "Hel"     ──► nothing: it was seen before
//! ```
//!
//! RFC 9293, section 3.4.
//!
//! Write your answer in `src/exercise.rs`, then: `cargo test -p try-segments-in-order`
//!
//! Book: chapter 13

#[cfg(not(feature = "solution"))]
mod exercise;
#[cfg(feature = "solution")]
#[path = "../solution.rs"]
mod exercise;

pub use exercise::*;
