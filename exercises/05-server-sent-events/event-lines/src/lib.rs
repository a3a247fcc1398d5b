//! Find the lines of an event stream, which may end in three ways.
//!
//! The lines of an event stream (HTML standard, section 9.2.5).
//!
//! In most protocols a line ends in one way. Here there are three, and a stream may mix them:
//! LF, CR LF, or CR alone. The stream comes in pieces, as every stream does, and a cut
//! between CR and LF is the hard one: is the LF that comes next the rest of this line end,
//! or an empty line?
//!
//! ```text
//! pieces   | data: two\r | \r\ndata: three\r\n | \n |
//! lines    "data: two", "", "data: three", ""
//! ```
//!
//! Write your answer in `src/exercise.rs`, then: `cargo test -p try-event-lines`
//!
//! Book: chapter 5.

#[cfg(not(feature = "solution"))]
mod exercise;
#[cfg(feature = "solution")]
#[path = "../solution.rs"]
mod exercise;

pub use exercise::*;
