//! Take single bits and small numbers out of a byte.
//!
//! A byte may hold several small things: answers of one bit, and numbers of a few bits.
//! This is the first byte of the frame `81 05 48 65 6c 6c 6f`, as the figures of the
//! RFCs count its bits, from the most significant one:
//!
//! ```text
//! place   0 1 2 3 4 5 6 7
//! bit     1 0 0 0 0 0 0 1
//!         │ └─┬─┘ └──┬──┘
//!         │   │      └ a number of four bits: 1, a text
//!         │   └ three answers: no, no, no
//!         └ an answer: yes
//! ```
//!
//! Write `bit` and `number` in `src/exercise.rs`, then: `cargo test -p try-bits`
//!
//! Book: chapter 0.

#[cfg(not(feature = "solution"))]
mod exercise;
#[cfg(feature = "solution")]
#[path = "../solution.rs"]
mod exercise;

pub use exercise::*;
