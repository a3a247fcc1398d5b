//! One answer.

/// Masks, or unmasks, one piece of a payload in place (RFC 6455, section 5.3).
///
/// `key` is in the order of the wire; `at` bytes of the same payload came before this piece.
pub fn apply_mask(key: [u8; 4], at: u64, piece: &mut [u8]) {
    // Where the key begins for this piece: 0, 1, 2 or 3.
    let start = (at % 4) as usize;
    for (byte, key) in piece.iter_mut().zip(key.into_iter().cycle().skip(start)) {
        *byte ^= key;
    }
}
