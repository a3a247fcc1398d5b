//! Bytes behind the number make it unreadable.

/// The number in the first two bytes, most significant byte first.
///
/// `None` if there are fewer than two: the rest may be on its way. What stands
/// behind them is somebody else's.
pub fn read_u16(bytes: &[u8]) -> Option<u16> {
    bytes.try_into().ok().map(u16::from_be_bytes)
}

/// The number in the first eight bytes, most significant byte first; `None` if
/// there are fewer.
pub fn read_u64(bytes: &[u8]) -> Option<u64> {
    bytes.first_chunk().map(|&first| u64::from_be_bytes(first))
}
