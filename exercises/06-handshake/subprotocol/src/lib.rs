//! Choose a subprotocol from what the client names.
//!
//! What stands inside the messages: the client names the subprotocols that it speaks, the best
//! first, and the server chooses at most one (RFC 6455, sections 4.1 and 4.2.2).
//!
//! ```text
//! Sec-WebSocket-Protocol: chat, superchat      the client's list
//! Sec-WebSocket-Protocol: chat                 the server's choice
//! ```
//!
//! The client looks at the choice again. A server that guesses is more dangerous than one that
//! refuses.
//!
//! Write `choose` and `accepts` in `src/exercise.rs`, then: `cargo test -p try-subprotocol`
//!
//! Book: chapter 6.

#[cfg(not(feature = "solution"))]
mod exercise;
#[cfg(feature = "solution")]
#[path = "../solution.rs"]
mod exercise;

pub use exercise::*;
