//! Your answer.

use crate::{Act, State, Turn};
use wire::Side;

/// Where `turn` leads from `state`, and what we have to do, in order.
///
/// `we` says which side we are: when both have said goodbye, the server ends
/// TCP and the client waits for it. When a wait times out, either side ends
/// TCP and is `Closed`. What changes nothing leads to the same state, with
/// nothing to do.
pub fn step(we: Side, state: State, turn: Turn) -> (State, &'static [Act]) {
    // TODO: replace the line below.
    todo!("the {we} is in {state:?}, and then: {turn:?}")
}

/// Whether we may still send messages.
pub fn can_send(state: State) -> bool {
    // TODO: replace the line below.
    todo!("may a message be sent in {state:?}?")
}

/// Whether messages may still arrive.
pub fn can_receive(state: State) -> bool {
    // TODO: replace the line below.
    todo!("may a message arrive in {state:?}?")
}
