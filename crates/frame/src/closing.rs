//! The closing handshake (RFC 6455 5.5.1, 7.1): both ends say Close, then TCP ends.
//!
//! ```text
//!             we send Close             the peer's Close
//!   Open ───────────────────► Closing ───────────────────► Ending
//!    │                           │ a broken rule              ▲ │
//!    │                           ├────────────────────────────┤ │
//!    │ the peer's Close: we answer with ours                  │ │
//!    ├────────────────────────────────────────────────────────┤ │
//!    │ a broken rule: we send a Close that says which         │ │
//!    ├────────────────────────────────────────────────────────┘ │
//!    │                           │                              │
//!    │ end of stream             │ end of stream, timeout       │ end of stream, timeout
//!    └───────────────────────────┴──────────────────────────────┴──────────► Closed
//! ```
//!
//! In `Closing` the peer's messages still arrive, since it may have sent them
//! before it saw our Close. In `Ending` both have said Close, what follows is
//! thrown away, and only the end of the TCP stream is missing: the server goes
//! first (7.1.1).
//!
//! Book: chapter 8.

use std::time::Instant;

/// Where the closing handshake stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Open,
    /// We said Close. The deadline is set when somebody first asks for it.
    Closing {
        deadline: Option<Instant>,
    },
    /// Nothing is read any more.
    Ending {
        deadline: Option<Instant>,
        failed: bool,
    },
    Closed,
}

/// What moves the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    CloseSent,
    CloseReceived,
    RuleBroken,
    StreamEnded,
    TimedOut,
}

impl State {
    // ANCHOR: step
    pub(crate) fn step(self, turn: Turn) -> State {
        match (self, turn) {
            (State::Open, Turn::CloseSent) => State::Closing { deadline: None },
            (State::Open, Turn::CloseReceived) => State::Ending { deadline: None, failed: false },
            (State::Open, Turn::RuleBroken) => State::Ending { deadline: None, failed: true },
            (State::Closing { deadline }, Turn::CloseReceived) => {
                State::Ending { deadline, failed: false }
            }
            (State::Closing { deadline }, Turn::RuleBroken) => {
                State::Ending { deadline, failed: true }
            }
            (State::Closing { .. } | State::Ending { .. }, Turn::TimedOut) => State::Closed,
            (_, Turn::StreamEnded) => State::Closed,
            // One Close is enough, nothing is read in Ending, and Open has no deadline.
            (state, _) => state,
        }
    }
    // ANCHOR_END: step

    /// Where the deadline of this state stands, if it has one.
    pub(crate) fn deadline(&mut self) -> Option<&mut Option<Instant>> {
        match self {
            State::Closing { deadline } | State::Ending { deadline, .. } => Some(deadline),
            State::Open | State::Closed => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPEN: State = State::Open;
    const CLOSING: State = State::Closing { deadline: None };
    const ENDING: State = State::Ending { deadline: None, failed: false };
    const FAILED: State = State::Ending { deadline: None, failed: true };
    const CLOSED: State = State::Closed;

    #[test]
    fn walks_every_edge_of_the_drawing() {
        use Turn::{CloseReceived, CloseSent, RuleBroken, StreamEnded, TimedOut};
        let turns = [CloseSent, CloseReceived, RuleBroken, StreamEnded, TimedOut];
        let table = [
            (OPEN, [CLOSING, ENDING, FAILED, CLOSED, OPEN]),
            (CLOSING, [CLOSING, ENDING, FAILED, CLOSED, CLOSED]),
            (ENDING, [ENDING, ENDING, ENDING, CLOSED, CLOSED]),
            (FAILED, [FAILED, FAILED, FAILED, CLOSED, CLOSED]),
            (CLOSED, [CLOSED; 5]),
        ];
        for (state, row) in table {
            for (turn, want) in turns.into_iter().zip(row) {
                assert_eq!(state.step(turn), want, "{state:?} on {turn:?}");
            }
        }
    }
}
