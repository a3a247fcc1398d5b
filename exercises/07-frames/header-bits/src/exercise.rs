//! Your answer.

use crate::Bits;

/// Takes the first two bytes of a frame apart, as they came from the wire.
///
/// Every pair of bytes has a meaning here; whether it is an allowed one is
/// decided elsewhere.
pub fn decode(first: u8, second: u8) -> Bits {
    // TODO: replace the line below.
    todo!("take {first:#04x} and {second:#04x} apart, bit by bit")
}

/// Puts them together again: the opposite of [`decode`].
///
/// `opcode` is at most 15 and `length` at most 127.
pub fn encode(bits: Bits) -> [u8; 2] {
    // TODO: replace the line below.
    todo!("put {bits:?} into two bytes")
}

/// Whether a frame with this opcode controls the connection, and carries no data.
///
/// An opcode that nobody has given a meaning to has its side already.
pub fn is_control(opcode: u8) -> bool {
    // TODO: replace the line below.
    todo!("which side is {opcode:#x} on?")
}
