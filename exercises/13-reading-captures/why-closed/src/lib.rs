//! Say why a connection closed, and what its page was told.
//!
//! A page's `onclose` knows a number, and the packets know more. Three faults at
//! three places are all 1006 to a page.
//!
//! Write your answer in `src/exercise.rs`, then: `cargo test -p try-why-closed`
//!
//! Book: chapter 13

use wire::Side;

#[cfg(not(feature = "solution"))]
mod exercise;
#[cfg(feature = "solution")]
#[path = "../solution.rs"]
mod exercise;

pub use exercise::*;

/// What a capture shows of an ending, in the order of its packets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A close frame, with its code if it has one.
    CloseFrame(Side, Option<u16>),
    /// TCP's orderly end of one direction.
    Fin(Side),
    /// TCP was torn down.
    Reset(Side),
    /// One side sent the same bytes again and again, and nobody acknowledged them.
    Unheard(Side),
}

/// Why a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Both said goodbye. `by` did so first, with this code.
    Closed {
        /// Who began.
        by: Side,
        /// With which code, if any.
        code: Option<u16>,
    },
    /// `by` said goodbye, and TCP ended without the other's answer.
    Unanswered {
        /// Who said goodbye in vain.
        by: Side,
    },
    /// Nobody said goodbye, and the operating system of `by` ended TCP in good order.
    Fin {
        /// Whose end came first.
        by: Side,
    },
    /// Nobody said goodbye, and `by` tore TCP down.
    Reset {
        /// Who tore it down.
        by: Side,
    },
    /// Nothing ended. `by` spoke and was not heard: the line is dead.
    Unplugged {
        /// Who was not heard.
        by: Side,
    },
    /// Nothing has ended yet.
    Open,
}
