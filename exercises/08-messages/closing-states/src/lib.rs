//! Build the machine of the closing handshake.
//!
//! Two close frames, and then TCP ends:
//!
//! ```text
//!           we close                    they close
//!   Open ──────────────► Closing ──────────────────────► Ending
//!     │                                                    ▲ │
//!     │ they close: we answer                              │ │ the end of TCP
//!     └────────────────────────────────────────────────────┘ ▼
//!                                                           Closed
//! ```
//!
//! The drawing shows the good ways only. What if TCP ends too early, or nobody
//! answers? RFC 6455, section 7.1.
//!
//! Write your answer in `src/exercise.rs`, then: `cargo test -p try-closing-states`
//!
//! Book: chapter 8

#[cfg(not(feature = "solution"))]
mod exercise;
#[cfg(feature = "solution")]
#[path = "../solution.rs"]
mod exercise;

pub use exercise::*;

/// Where one side of a connection stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nobody has said goodbye.
    Open,
    /// We have said it, and wait for theirs.
    Closing,
    /// Both have, and only the end of TCP is missing.
    Ending,
    /// TCP has ended.
    Closed {
        /// Whether both close frames had passed: `wasClean` in a browser. If
        /// not, the browser tells its page 1006.
        clean: bool,
    },
}

/// What happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Our program calls `close()`.
    WeClose,
    /// Their close frame arrives.
    TheyClose,
    /// TCP has ended.
    StreamEnds,
    /// We have waited long enough. Only `Closing` and `Ending` wait for anything.
    TimedOut,
}

/// What we have to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Send a close frame.
    SendClose,
    /// End the TCP connection.
    EndStream,
}
