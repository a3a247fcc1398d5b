//! Your answer.

/// Masks, or unmasks, one piece of a payload in place (RFC 6455, section 5.3).
///
/// - `key`: the masking key, in the order in which its bytes stand on the wire.
/// - `at`: how many bytes of the same payload came before this piece; 0 for the first piece.
/// - `piece`: the bytes to change. It may have any length, also none.
///
/// Byte `i` of the *payload* meets byte `i` modulo 4 of the key, and the two are combined by XOR.
pub fn apply_mask(key: [u8; 4], at: u64, piece: &mut [u8]) {
    // TODO: replace the line below.
    todo!("mask {} bytes from byte {at} on with {key:02x?}", piece.len())
}
