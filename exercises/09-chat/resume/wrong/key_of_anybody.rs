//! Another member's entry with the same key is taken for our own.

use crate::{Entry, Message};

/// One page in the room, through any number of lines.
#[derive(Debug)]
pub struct Seat {
    cursor: u64,
    /// What we have said, and not heard yet.
    kept: Vec<Message>,
}

impl Seat {
    /// The seat of `member`, who has heard and said nothing yet.
    pub fn new(_member: u64) -> Self {
        Seat { cursor: 0, kept: Vec::new() }
    }

    /// Our visitor says something.
    pub fn say(&mut self, message: Message) {
        self.kept.push(message);
    }

    /// An entry arrives. Returns it if it is to be shown.
    pub fn take(&mut self, entry: Entry) -> Option<Entry> {
        if entry.cursor <= self.cursor {
            return None;
        }
        self.cursor = entry.cursor;
        self.kept.retain(|message| message.key != entry.key);
        Some(entry)
    }

    /// A new line is there: where to go on, and what to say again.
    pub fn reconnect(&self) -> (u64, Vec<Message>) {
        (self.cursor, self.kept.clone())
    }
}

/// The room, which remembers everything here.
#[derive(Debug, Default)]
pub struct Room {
    log: Vec<Entry>,
}

impl Room {
    /// `member` says something, perhaps again.
    pub fn say(&mut self, member: u64, message: Message) -> u64 {
        let said = |entry: &&Entry| entry.member == member && entry.key == message.key;
        if let Some(entry) = self.log.iter().find(said) {
            return entry.cursor;
        }
        let cursor = self.log.len() as u64 + 1;
        let Message { key, text } = message;
        self.log.push(Entry { cursor, member, key, text });
        cursor
    }

    /// All entries behind `cursor`, in order.
    pub fn since(&self, cursor: u64) -> Vec<Entry> {
        self.log.iter().filter(|entry| entry.cursor > cursor).cloned().collect()
    }
}
