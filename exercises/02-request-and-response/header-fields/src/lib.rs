//! Decode the field lines of a head, and look a field up.
//!
//! The fields of a head: lines with a name, a colon and a value.
//!
//! ```text
//! hOsT:server.example.com
//! Accept:   application/json
//! Cache-Control: no-cache
//! Cache-Control: no-store
//! ```
//!
//! The case of a name means nothing, and neither does the space around a value. A name may
//! come several times; then it is one list, as if its values stood in one line with a comma
//! between them (RFC 9110, section 5.3).
//!
//! Write `decode_line` and `value` in `src/exercise.rs`, then: `cargo test -p try-header-fields`
//!
//! Book: chapter 2.

#[cfg(not(feature = "solution"))]
mod exercise;
#[cfg(feature = "solution")]
#[path = "../solution.rs"]
mod exercise;

pub use exercise::*;
