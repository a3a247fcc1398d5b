//! Your answer.

use crate::{Entry, Message};

/// One page in the room, through any number of lines.
#[derive(Debug)]
pub struct Seat {
    // What was heard, and what did we say that has not come back?
}

impl Seat {
    /// The seat of `member`, who has heard and said nothing yet.
    pub fn new(member: u64) -> Self {
        // TODO: replace the line below.
        todo!("member {member} takes a seat")
    }

    /// Our visitor says something. It is sent now, and kept.
    pub fn say(&mut self, message: Message) {
        // TODO: replace the line below.
        todo!("keep {message:?}")
    }

    /// An entry arrives. Returns it if it is to be shown: entries come in order
    /// on one line, but a new line may repeat what was heard on the old one.
    pub fn take(&mut self, entry: Entry) -> Option<Entry> {
        // TODO: replace the line below.
        todo!("is {entry:?} new? Is it ours, come back?")
    }

    /// A new line is there. Returns the cursor behind which the room shall go
    /// on, 0 at the very beginning, and what has to be said again, in order.
    pub fn reconnect(&self) -> (u64, Vec<Message>) {
        // TODO: replace the line below.
        todo!("where were we, and what is not sure to have arrived?")
    }
}

/// The room, which remembers everything here.
#[derive(Debug, Default)]
pub struct Room {
    // What was said.
}

impl Room {
    /// `member` says something. Returns its cursor: a new one, or the old one if
    /// the same member has said something under this key before. Different
    /// members may use the same key for different messages.
    pub fn say(&mut self, member: u64, message: Message) -> u64 {
        // TODO: replace the line below.
        todo!("{member} says {message:?}, perhaps again")
    }

    /// All entries behind `cursor`, in order.
    pub fn since(&self, cursor: u64) -> Vec<Entry> {
        // TODO: replace the line below.
        todo!("what was said behind {cursor}?")
    }
}
