//! The key has four bytes, but its last index is 3, and that is what is divided by.

/// Masks, or unmasks, one piece of a payload in place.
pub fn apply_mask(key: [u8; 4], at: u64, piece: &mut [u8]) {
    for (index, byte) in piece.iter_mut().enumerate() {
        *byte ^= key[((at % 3) as usize + index) % 3];
    }
}
