//! Your answer.

use crate::{Event, Frame, Refusal};

/// Makes messages out of the frames of one direction.
#[derive(Debug)]
pub struct Assembly {
    // Put here what has to be remembered from frame to frame.
}

impl Assembly {
    /// Nothing has begun. A message may have up to `limit` bytes.
    pub fn new(limit: usize) -> Self {
        // TODO: replace the line below.
        todo!("remember the limit of {limit} bytes")
    }

    /// Takes the next frame, and returns what a program is told now, if anything.
    ///
    /// # Errors
    /// The rule that the frame breaks. A message that grows beyond the limit is
    /// refused with the first frame that makes it too long, and not at its end.
    pub fn receive(&mut self, frame: Frame) -> Result<Option<Event>, Refusal> {
        // TODO: replace the line below.
        todo!("what does {frame:?} mean after the frames before it?")
    }
}
