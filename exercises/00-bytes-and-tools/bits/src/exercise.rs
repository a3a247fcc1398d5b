//! Your answer.

/// Whether the bit at `place` is 1. Place 0 is the most significant bit, place 7 the
/// least significant one.
pub fn bit(byte: u8, place: u32) -> bool {
    // TODO: replace the line below.
    todo!("the bit of {byte:08b} at {place}")
}

/// The number in the `count` bits that begin at place `first`. `count` is at least 1, and
/// the bits end inside the byte: `first + count` is at most 8.
pub fn number(byte: u8, first: u32, count: u32) -> u8 {
    // TODO: replace the line below.
    todo!("the number in {count} bits of {byte:08b}, from {first} on")
}
