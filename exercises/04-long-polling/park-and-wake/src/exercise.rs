//! Your answer.

use std::time::Duration;

/// A room: what was said in it, and those who wait for more.
#[derive(Debug, Default)]
pub struct Room {
    // TODO: what do those who speak and those who listen share?
}

impl Room {
    /// Says something, and wakes everybody who waits.
    pub fn say(&self, text: &str) {
        // TODO: replace the line below.
        todo!("say {text:?}")
    }

    /// All that was said behind the cursor, in order. `cursor` is the number of messages that
    /// the reader has seen already.
    ///
    /// If there is nothing, waits until there is something, but not longer than `patience`
    /// in all, however often it is woken. If the time is over, looks one last time and gives
    /// what is there, which may be nothing.
    pub fn take(&self, cursor: usize, patience: Duration) -> Vec<String> {
        // TODO: replace the line below.
        todo!("what was said after {cursor}, or nothing after {patience:?}")
    }
}
