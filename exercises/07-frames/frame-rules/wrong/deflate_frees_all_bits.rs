//! With deflate, no reserved bit is looked at any more.

use crate::{Header, Refusal};
use wire::Side;

const MAX_CONTROL_PAYLOAD: u64 = 125;

/// Checks the header of a frame that `sender` has sent.
pub fn check(header: Header, sender: Side, deflate: bool) -> Result<(), Refusal> {
    let Header { fin, rsv1, rsv2, rsv3, opcode, masked, payload } = header;

    let begins_a_message = matches!(opcode, 0x1 | 0x2);
    let rsv1_has_a_meaning = deflate && begins_a_message;
    if (rsv1 || rsv2 || rsv3) && !rsv1_has_a_meaning {
        return Err(Refusal::ReservedBits);
    }
    match opcode {
        0x0..=0x2 => {}
        0x8..=0xa if !fin => return Err(Refusal::ControlFragmented),
        0x8..=0xa if payload > MAX_CONTROL_PAYLOAD => return Err(Refusal::ControlTooLong),
        0x8..=0xa => {}
        _ => return Err(Refusal::ReservedOpcode),
    }
    match sender {
        Side::Client if !masked => Err(Refusal::Unmasked),
        Side::Server if masked => Err(Refusal::Masked),
        Side::Client | Side::Server => Ok(()),
    }
}
