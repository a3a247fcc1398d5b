//! It makes room for all that was announced.

use std::io::{self, Read};

/// Reads `count` bytes, and not one more: what stands behind them stays in the stream.
///
/// It keeps room only for what has come, not for what was announced, since a `count` of
/// some exabytes costs the other side eight bytes. For a `count` of 0 it does not ask
/// the stream for anything.
///
/// # Errors
/// [`io::ErrorKind::UnexpectedEof`] if the stream ends first, and any error of the stream
/// itself. The exception is [`io::ErrorKind::Interrupted`]: it says "ask again".
pub fn read_exactly(stream: &mut impl Read, count: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(count as usize);
    let mut piece = [0; 4096];
    let mut missing = count;
    while missing > 0 {
        let room = missing.min(piece.len() as u64) as usize;
        let len = match stream.read(&mut piece[..room]) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(len) => len,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        bytes.extend_from_slice(&piece[..len]);
        missing -= len as u64;
    }
    Ok(bytes)
}
