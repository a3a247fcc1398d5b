//! Write other people's text into a page of HTML.
//!
//! `textContent` does this for a page that has a script. A server that makes the
//! page itself has to do it, and at this very place: where text becomes HTML.
//!
//! ```text
//!   <img src=x onerror=alert(1)>     the name of somebody in the room
//!   &lt;img src=x onerror=alert(1)&gt;
//! ```
//!
//! Write your answer in `src/exercise.rs`, then: `cargo test -p try-escape-name`
//!
//! Book: chapter 9

#[cfg(not(feature = "solution"))]
mod exercise;
#[cfg(feature = "solution")]
#[path = "../solution.rs"]
mod exercise;

pub use exercise::*;
