//! Your answer.

use crate::{Packet, Refusal};

/// Takes a packet apart. Whether its JSON is right is not asked here.
///
/// A namespace begins with `/` and ends with the next `,`, which belongs to
/// neither part; without one, all of the rest is the namespace.
///
/// # Errors
/// Why it is no packet.
pub fn decode(text: &str) -> Result<Packet<'_>, Refusal> {
    // TODO: replace the line below.
    todo!("take {text:?} apart")
}

/// The acknowledgement of an event, with `json`, an array of arguments without
/// attachments. `None` if the packet is no event (2 or 5) or does not want one.
///
/// The main namespace is not written.
pub fn acknowledge(packet: &Packet<'_>, json: &str) -> Option<String> {
    // TODO: replace the line below.
    todo!("answer {packet:?} with {json}")
}
