//! Write one line of a hex dump.
//!
//! One line of a hex dump: an offset, the bytes as hexadecimal digits, and the same
//! bytes as characters.
//!
//! ```text
//! 00000010  eb a9 94 ec 95 84 eb a6  ac 0a                    |..........|
//! └ offset  └ first eight bytes      └ up to eight more        └ characters
//! ```
//!
//! Whoever can write this line can read every table of this book.
//!
//! Write `line` in `src/exercise.rs`, then: `cargo test -p try-hexdump-line`
//!
//! Book: chapter 0.

#[cfg(not(feature = "solution"))]
mod exercise;
#[cfg(feature = "solution")]
#[path = "../solution.rs"]
mod exercise;

pub use exercise::*;
