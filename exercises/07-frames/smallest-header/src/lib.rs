//! Write the smallest header of a frame.
//!
//! A short length has its short form, and the long forms are forbidden for it:
//!
//! ```text
//!   81 05                        text, 5 bytes, from a server
//!   81 85 37 fa 21 3d            the same from a client, with its masking key
//!   82 7e 01 00                  binary, 256 bytes
//! ```
//!
//! RFC 6455, section 5.2.
//!
//! Write your answer in `src/exercise.rs`, then: `cargo test -p try-smallest-header`
//!
//! Book: chapter 7

#[cfg(not(feature = "solution"))]
mod exercise;
#[cfg(feature = "solution")]
#[path = "../solution.rs"]
mod exercise;

pub use exercise::*;
