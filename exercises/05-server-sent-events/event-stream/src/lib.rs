//! Make events of the lines of an event stream.
//!
//! What the lines of an event stream mean (HTML standard, section 9.2.6).
//!
//! ```text
//! id: 7                   where we are, until another id comes
//! event: greeting         the type of this event; without it, it is `message`
//! data: hello             the text
//! data: world             another line of it
//! : still here            a comment
//!                         an empty line: now the event is given to the page
//! ```
//!
//! The lines come one by one and without their ends. The details are stranger than they look;
//! the page has most of them, and the tests have them all.
//!
//! Write your answer in `src/exercise.rs`, then: `cargo test -p try-event-stream`
//!
//! Book: chapter 5.

#[cfg(not(feature = "solution"))]
mod exercise;
#[cfg(feature = "solution")]
#[path = "../solution.rs"]
mod exercise;

pub use exercise::*;
