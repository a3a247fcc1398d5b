//! Takes four bytes at a time, and leaves the one, two or three at the end as they are.

/// Masks, or unmasks, one piece of a payload in place.
pub fn apply_mask(mut key: [u8; 4], at: u64, piece: &mut [u8]) {
    key.rotate_left((at % 4) as usize);
    for four in piece.chunks_exact_mut(4) {
        for (byte, key) in four.iter_mut().zip(key) {
            *byte ^= key;
        }
    }
}
