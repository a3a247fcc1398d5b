//! Your answer.

use crate::{Header, Refusal};
use wire::Side;

/// Checks the header of a frame that `sender` has sent.
///
/// `deflate` says whether both sides have agreed on permessage-deflate, which
/// gives RSV1 a meaning: "this message is compressed". It stands on the first
/// frame of a message, text or binary, and nowhere else.
///
/// # Errors
/// A rule that the header breaks. If it breaks several, any of them.
pub fn check(header: Header, sender: Side, deflate: bool) -> Result<(), Refusal> {
    // TODO: replace the line below.
    todo!("is {header:?} allowed from the {sender}, with deflate {deflate}?")
}
