//! The whole buffer is sent back, with what was in it before.

use std::io::{self, Read, Write};

/// Sends every byte that comes in from `incoming` back through `outgoing`, until
/// `incoming` ends, and gives the number of bytes.
///
/// Each piece is sent back, and flushed, before the next is read, since the client may wait for it
/// before it goes on. What is held in memory does not grow with the conversation.
///
/// # Errors
/// The first error of either direction; [`io::ErrorKind::Interrupted`] is none, it says
/// "ask again". A direction that takes no more bytes ([`Write::write`] gives 0) is
/// [`io::ErrorKind::WriteZero`].
pub fn echo(incoming: &mut impl Read, outgoing: &mut impl Write) -> io::Result<u64> {
    let mut piece = [0; 8 * 1024];
    let mut count = 0;
    loop {
        let len = match incoming.read(&mut piece) {
            Ok(0) => return Ok(count),
            Ok(len) => len,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        outgoing.write_all(&piece)?;
        outgoing.flush()?;
        count += len as u64;
    }
}
