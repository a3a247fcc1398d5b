//! Your answer.

/// The header of a frame: everything that stands before its payload.
///
/// `opcode` is at most 15, and the three reserved bits are 0. `key` is the
/// masking key, which a client has and a server has not. `payload` is the
/// length of the payload in bytes, less than `1 << 63`.
pub fn header(fin: bool, opcode: u8, key: Option<[u8; 4]>, payload: u64) -> Vec<u8> {
    // TODO: replace the line below.
    todo!("write the header for fin {fin}, opcode {opcode:#x}, key {key:02x?}, {payload} bytes")
}
