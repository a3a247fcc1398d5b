//! Hold a question until there is news, and lose none.
//!
//! The heart of long polling: a question is held until there is news, or until its time is over.
//!
//! Each question is held by a thread here, since threads need nothing but Rust's library: a
//! `Mutex` around what was said, and a `Condvar` to wait at. Looking and waiting are two steps.
//! The mistake of this chapter is a message that comes between them and rings a bell that nobody
//! hears yet: you will see it hang. `Condvar` has the cure built in: it takes the lock that you
//! hold, and lets go of it at the same instant at which it begins to wait.
//!
//! The tests never wait for an answer longer than some seconds.
//!
//! Write your answer in `src/exercise.rs`, then: `cargo test -p try-park-and-wake`
//!
//! Book: chapter 4.

#[cfg(not(feature = "solution"))]
mod exercise;
#[cfg(feature = "solution")]
#[path = "../solution.rs"]
mod exercise;

pub use exercise::*;
