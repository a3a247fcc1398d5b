//! Answer a handshake: yes, no, or which version would do.
//!
//! What a server answers to a request that may be an opening handshake (RFC 6455, section 4.2).
//!
//! | the first of these that is so | the answer |
//! | --- | --- |
//! | no `Upgrade` with the word `websocket` | an ordinary response: it is no handshake |
//! | `Sec-WebSocket-Version` once, but not `13` | 426, and `Sec-WebSocket-Version: 13` |
//! | any other fault | 400 |
//! | none of them | 101 |
//!
//! `Upgrade` and `Connection` are lists of words without case. Firefox sends
//! `Connection: keep-alive, Upgrade`, and a server that compares the whole value refuses it.
//!
//! Write `answer` in `src/exercise.rs`, then: `cargo test -p try-refuse`
//!
//! Book: chapter 6.

#[cfg(not(feature = "solution"))]
mod exercise;
#[cfg(feature = "solution")]
#[path = "../solution.rs"]
mod exercise;

pub use exercise::*;
