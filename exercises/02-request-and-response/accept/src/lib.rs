//! Choose the form that the client would rather have.
//!
//! Which form shall the answer have? The client says in `Accept` which media types it would rather
//! have, and may weigh them (RFC 9110, section 12.5.1).
//!
//! ```text
//! Accept: text/html, application/json;q=0.8, */*;q=0.1
//!
//! text/html           1       what has no weight has the weight 1
//! application/json    0.8
//! text/plain          0.1     by the last entry, which stands for every type
//! ```
//!
//! Write `choose` in `src/exercise.rs`, then: `cargo test -p try-accept`
//!
//! Book: chapter 2.

#[cfg(not(feature = "solution"))]
mod exercise;
#[cfg(feature = "solution")]
#[path = "../solution.rs"]
mod exercise;

pub use exercise::*;
