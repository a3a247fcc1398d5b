//! Decode a body that comes in chunks.
//!
//! A body that comes in chunks (RFC 9112, section 7.1).
//!
//! ```text
//! 5 CR LF                    the length of the first chunk, in hexadecimal
//! hello CR LF                its bytes, and a line end that belongs to nobody
//! a;note=ten CR LF           ten bytes; what stands behind the semicolon is passed over
//! , goodbye! CR LF
//! 0 CR LF                    the last chunk has no bytes
//! X-Checksum: 1234 CR LF     trailers: fields that are passed over
//! CR LF                      an empty line ends the body
//! ```
//!
//! The edges of chunks mean nothing to the application: the body is `hello, goodbye!`.
//!
//! Write `decode` in `src/exercise.rs`, then: `cargo test -p try-chunked`
//!
//! Book: chapter 2.

#[cfg(not(feature = "solution"))]
mod exercise;
#[cfg(feature = "solution")]
#[path = "../solution.rs"]
mod exercise;

pub use exercise::*;
