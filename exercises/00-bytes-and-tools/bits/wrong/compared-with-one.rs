//! A bit counts only if `&` gives exactly 1.

/// Whether the bit at `place` is 1. Place 0 is the most significant bit, place 7 the
/// least significant one.
pub fn bit(byte: u8, place: u32) -> bool {
    byte & (0x80 >> place) == 1
}

/// The number in the `count` bits that begin at place `first`. `count` is at least 1, and
/// the bits end inside the byte: `first + count` is at most 8.
pub fn number(byte: u8, first: u32, count: u32) -> u8 {
    // What stands before the number is pushed out at the left, what stands behind it at the right.
    (byte << first) >> (8 - count)
}
