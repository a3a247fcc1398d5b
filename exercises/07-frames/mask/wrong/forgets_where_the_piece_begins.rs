//! Begins with the first key byte again in each piece.

/// Masks, or unmasks, one piece of a payload in place.
pub fn apply_mask(key: [u8; 4], _at: u64, piece: &mut [u8]) {
    for (index, byte) in piece.iter_mut().enumerate() {
        *byte ^= key[index % 4];
    }
}
