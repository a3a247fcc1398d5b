//! Say whether a connection stays open behind a message.
//!
//! Whether a connection can be used again behind a message (RFC 9112, section 9.3).
//!
//! | version | without a word | `close` | `keep-alive` |
//! | --- | --- | --- | --- |
//! | HTTP/1.1 | stays open | ends | stays open |
//! | HTTP/1.0 | ends | ends | stays open |
//!
//! The words stand in the field `Connection`, which is a list. To compare its whole value
//! with `close` would be wrong: `Connection: close, Upgrade` has the word, and so have two
//! lines of which one is `close`.
//!
//! Write `stays_open` in `src/exercise.rs`, then: `cargo test -p try-keep-alive`
//!
//! Book: chapter 2.

#[cfg(not(feature = "solution"))]
mod exercise;
#[cfg(feature = "solution")]
#[path = "../solution.rs"]
mod exercise;

pub use exercise::*;
