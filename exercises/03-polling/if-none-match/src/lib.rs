//! Answer 304 when nothing has changed.
//!
//! A validator: "the same as before", in fewer bytes (RFC 9110, section 13.1.2).
//!
//! A server names the state of what it sends in the field `ETag`. Who asks again sends the
//! names that it knows in `If-None-Match`, and if one of them is still right, the answer is
//! 304 and has no body.
//!
//! ```text
//! ETag: "7-12"                         the name, with its quotation marks
//! If-None-Match: "7-12"                is it still this one?
//! If-None-Match: "7-11", W/"7-12"      or one of these?
//! If-None-Match: *                     or any at all?
//! ```
//!
//! Write `is_unchanged` in `src/exercise.rs`, then: `cargo test -p try-if-none-match`
//!
//! Book: chapter 3.

#[cfg(not(feature = "solution"))]
mod exercise;
#[cfg(feature = "solution")]
#[path = "../solution.rs"]
mod exercise;

pub use exercise::*;
