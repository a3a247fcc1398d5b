//! Your answer.

use crate::{Close, Refusal};

/// Reads the payload of a close frame, unmasked and at most 125 bytes long.
///
/// `Ok(None)` is an empty payload: goodbye, without a reason.
///
/// A code may travel if RFC 6455 or the registry that goes with it gives it a
/// meaning for a frame: 1000 to 1003, 1007 to 1014, and all of 3000 to 4999.
///
/// # Errors
/// What is wrong with it. A payload with a wrong code *and* a wrong reason is
/// refused for its code.
pub fn decode(payload: &[u8]) -> Result<Option<Close>, Refusal> {
    // TODO: replace the line below.
    todo!("read a code and a reason from {payload:02x?}")
}

/// Writes the payload of a close frame.
///
/// It must not be longer than 125 bytes. A reason that is too long is cut, as
/// late as possible, and never inside a character.
pub fn encode(code: u16, reason: &str) -> Vec<u8> {
    // TODO: replace the line below.
    todo!("write {code} and {reason:?}")
}
