//! Let in the pages that may connect, and nobody else's.
//!
//! Who asks? A browser sends cookies with every handshake, from whatever page it comes, and says
//! in `Origin` from which page that was. The decision is the server's (RFC 6455, section 10.2).
//!
//! ```text
//! https://bank.example          an origin: scheme, host, and the port if it is not the usual one
//! https://bank.example.evil.example        somebody else's
//! null                          a page of no known origin: a file, a sandboxed frame
//! ```
//!
//! It looks like a comparison of two texts, and that is what it is. Everything cleverer has
//! been broken.
//!
//! Write `may_connect` in `src/exercise.rs`, then: `cargo test -p try-origin`
//!
//! Book: chapter 6.

#[cfg(not(feature = "solution"))]
mod exercise;
#[cfg(feature = "solution")]
#[path = "../solution.rs"]
mod exercise;

pub use exercise::*;
