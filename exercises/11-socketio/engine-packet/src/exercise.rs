//! Your answer.

use crate::{Packet, Refusal};

/// Reads a packet from a text, which is a WebSocket message or a part of a body.
///
/// # Errors
/// Why it is none. Texts come from strangers: whatever it is, do not panic.
pub fn decode(text: &str) -> Result<Packet<'_>, Refusal> {
    // TODO: replace the line below.
    todo!("which packet is {text:?}?")
}

/// Writes a packet: the opposite of [`decode`].
pub fn encode(packet: Packet<'_>) -> String {
    // TODO: replace the line below.
    todo!("write {packet:?}")
}

/// What has to be answered to a packet, whichever side we are: a ping is
/// answered by a pong with the same word, and everything else by nothing.
pub fn answer(packet: Packet<'_>) -> Option<Packet<'_>> {
    // TODO: replace the line below.
    todo!("is there an answer to {packet:?}?")
}
