//! Whoever closed first ends TCP, and so a client may have to remember the connection.

use crate::{Act, State, Turn};
use wire::Side;

/// Where `turn` leads from `state`, and what we have to do, in order.
pub fn step(we: Side, state: State, turn: Turn) -> (State, &'static [Act]) {
    match (state, turn) {
        (State::Open, Turn::WeClose) => (State::Closing, &[Act::SendClose]),
        (State::Open, Turn::TheyClose) => match we {
            Side::Client | Side::Server => (State::Ending, &[Act::SendClose]),
        },
        (State::Closing, Turn::TheyClose) => match we {
            Side::Client | Side::Server => (State::Ending, &[Act::EndStream]),
        },
        (State::Open | State::Closing, Turn::StreamEnds) => (State::Closed { clean: false }, &[]),
        (State::Ending, Turn::StreamEnds) => (State::Closed { clean: true }, &[]),
        (State::Closing, Turn::TimedOut) => (State::Closed { clean: false }, &[Act::EndStream]),
        (State::Ending, Turn::TimedOut) => (State::Closed { clean: true }, &[Act::EndStream]),
        // One close frame is enough, Open waits for nothing, and Closed is the end.
        (state, _) => (state, &[]),
    }
}

/// Whether we may still send messages.
pub fn can_send(state: State) -> bool {
    state == State::Open
}

/// Whether messages may still arrive.
pub fn can_receive(state: State) -> bool {
    matches!(state, State::Open | State::Closing)
}
