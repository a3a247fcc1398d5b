//! Find the client's address behind proxies, and believe nobody else's.
//!
//! Each proxy appends the address that *it* was connected from. Anybody can
//! write such a field too, so only what our own proxies have appended counts.
//!
//! ```text
//!   X-Forwarded-For: 6.6.6.6, 203.0.113.7, 10.0.0.2      from 10.0.0.1
//!                    └ made up └ the client └ our proxies ──┘
//! ```
//!
//! Write your answer in `src/exercise.rs`, then: `cargo test -p try-forwarded`
//!
//! Book: chapter 10

#[cfg(not(feature = "solution"))]
mod exercise;
#[cfg(feature = "solution")]
#[path = "../solution.rs"]
mod exercise;

pub use exercise::*;
