//! Read a list of extensions, as a client offers them.
//!
//! ```text
//!   permessage-deflate; client_max_window_bits, x-trace; level="3"
//!   └───── name ─────┘  └───── parameter ────┘  └name─┘  └ parameter, with a value
//! ```
//!
//! `,` stands between extensions and `;` between the parts of one. RFC 6455,
//! section 9.1; RFC 7692, section 7.1.
//!
//! Write your answer in `src/exercise.rs`, then: `cargo test -p try-extension-offer`
//!
//! Book: chapter 10

#[cfg(not(feature = "solution"))]
mod exercise;
#[cfg(feature = "solution")]
#[path = "../solution.rs"]
mod exercise;

pub use exercise::*;

/// One extension of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extension {
    /// Its name, as it is written.
    pub name: String,
    /// Its parameters in order: a name, and perhaps a value without its quotes.
    pub parameters: Vec<(String, Option<String>)>,
}

/// This is no list of extensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Invalid;
