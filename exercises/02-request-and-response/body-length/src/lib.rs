//! Say where the body of a request ends.
//!
//! Where the body of a request ends (RFC 9112, section 6.3).
//!
//! | the request | its body ends |
//! | --- | --- |
//! | with `Transfer-Encoding: chunked` | behind the chunk of length 0 |
//! | with `Content-Length` | after so many bytes |
//! | with neither | at once: there is none |
//! | with both | nobody knows: refuse it |
//!
//! A server that is wrong here takes somebody's body for somebody else's request. So
//! whatever could be read in two ways is refused.
//!
//! Write `body_of_request` in `src/exercise.rs`, then: `cargo test -p try-body-length`
//!
//! Book: chapter 2.

#[cfg(not(feature = "solution"))]
mod exercise;
#[cfg(feature = "solution")]
#[path = "../solution.rs"]
mod exercise;

pub use exercise::*;
