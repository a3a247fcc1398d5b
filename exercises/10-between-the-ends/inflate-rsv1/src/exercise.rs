//! Your answer.

use crate::Refusal;

/// Inflates the messages of one direction.
#[derive(Debug)]
pub struct Inflater {
    // `flate2::Decompress::new(false)` inflates DEFLATE without zlib's header.
}

impl Inflater {
    /// With `takeover`, the window is kept from message to message; without, each
    /// compressed message begins with an empty one.
    pub fn new(takeover: bool) -> Self {
        // TODO: replace the line below.
        todo!("begin with an empty window, and with takeover {takeover}")
    }

    /// Takes a whole message, and returns what the program gets. `rsv1` is that
    /// of its first frame; without it, the message is not compressed, and the
    /// window stays as it is.
    ///
    /// # Errors
    /// Why it is refused. `limit` is how many bytes the program may get, and
    /// memory for more than about that is never taken. After an error the
    /// connection is over, and nothing more is asked.
    pub fn receive(
        &mut self,
        rsv1: bool,
        payload: &[u8],
        limit: usize,
    ) -> Result<Vec<u8>, Refusal> {
        // TODO: replace the line below.
        todo!("RSV1 {rsv1}, {payload:02x?}, at most {limit} bytes")
    }
}
