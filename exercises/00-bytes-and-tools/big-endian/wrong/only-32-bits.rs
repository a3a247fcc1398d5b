//! The upper half of a long number is lost.

/// The number in the first two bytes, most significant byte first.
///
/// `None` if there are fewer than two: the rest may be on its way. What stands
/// behind them is somebody else's.
pub fn read_u16(bytes: &[u8]) -> Option<u16> {
    bytes.first_chunk().map(|&first| u16::from_be_bytes(first))
}

/// The number in the first eight bytes, most significant byte first; `None` if
/// there are fewer.
pub fn read_u64(bytes: &[u8]) -> Option<u64> {
    let first: &[u8; 8] = bytes.first_chunk()?;
    let mut number: u32 = 0;
    for &byte in first {
        number = number << 8 | u32::from(byte);
    }
    Some(u64::from(number))
}
