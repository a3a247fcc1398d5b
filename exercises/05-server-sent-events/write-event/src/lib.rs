//! Write an event that no text can break.
//!
//! Writing an event (HTML standard, section 9.2.5).
//!
//! It can be done with `printf`, and that is the danger: a text with a line end in it writes a
//! line of its own, and whoever chose the text chooses what that line says.
//!
//! ```text
//! text             wrong                   right
//! hello LF         data: hello LF          data: hello LF
//! id: 99           id: 99 LF               data: id: 99 LF
//!                  LF                      LF
//! ```
//!
//! The tests read what you write as a browser does.
//!
//! Write `encode` in `src/exercise.rs`, then: `cargo test -p try-write-event`
//!
//! Book: chapter 5.

#[cfg(not(feature = "solution"))]
mod exercise;
#[cfg(feature = "solution")]
#[path = "../solution.rs"]
mod exercise;

pub use exercise::*;
