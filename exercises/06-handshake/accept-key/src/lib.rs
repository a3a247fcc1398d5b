//! Compute the answer to a handshake's key.
//!
//! The key and its answer (RFC 6455, section 4.2.2).
//!
//! ```text
//! Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==
//!                    │ the key as text, 24 characters, and the GUID behind it
//!                    ▼
//!                    SHA-1: 20 bytes
//!                    │ base64
//!                    ▼
//! Sec-WebSocket-Accept: HSmrc0sMlYUkAGmm5OPpG2HaGWk=
//! ```
//!
//! The tools are there: `Sha1::digest(bytes)` from the crate `sha1` gives 20 bytes, and
//! `BASE64_STANDARD.encode(bytes)` from `base64` makes text of them.
//!
//! Write `accept_key` and `is_answered` in `src/exercise.rs`, then: `cargo test -p try-accept-key`
//!
//! Book: chapter 6.

#[cfg(not(feature = "solution"))]
mod exercise;
#[cfg(feature = "solution")]
#[path = "../solution.rs"]
mod exercise;

pub use exercise::*;
