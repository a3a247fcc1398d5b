//! What was forgotten is not told.

use std::collections::VecDeque;

/// What stands behind a reader's cursor.
#[derive(Debug, PartialEq, Eq)]
pub struct News {
    /// The messages, the oldest first.
    pub messages: Vec<String>,
    /// Where the reader is now, and what it sends with its next question.
    pub cursor: u64,
    /// How many messages behind the reader's cursor have been forgotten.
    pub lost: u64,
    /// Whether this is all. If not, there are more than the reader wanted at once.
    pub whole: bool,
}

/// A log that keeps its newest messages.
#[derive(Debug)]
pub struct Log {
    capacity: usize,
    messages: VecDeque<String>,
    /// The number of the newest message.
    end: u64,
}

impl Log {
    /// An empty log that will keep `capacity` messages, and forget the oldest of more. A
    /// capacity is at least 1.
    pub fn new(capacity: usize) -> Self {
        Log { capacity, messages: VecDeque::new(), end: 0 }
    }

    /// Appends a message and gives its number. The first one has the number 1.
    pub fn say(&mut self, text: &str) -> u64 {
        if self.messages.len() == self.capacity {
            self.messages.pop_front();
        }
        self.messages.push_back(text.to_owned());
        self.end += 1;
        self.end
    }

    /// The messages whose number is greater than `cursor`, but `most` of them at most; the
    /// oldest are given first. A reader that has seen nothing has the cursor 0.
    ///
    /// A cursor behind the end of the log was never given to anybody, by this log: it is
    /// treated as the end.
    pub fn after(&self, cursor: u64, most: usize) -> News {
        let cursor = cursor.min(self.end);
        let forgotten = self.end - self.messages.len() as u64;
        let start = cursor.max(forgotten);
        let behind = self.messages.iter().skip((start - forgotten) as usize);
        let messages: Vec<String> = behind.take(most).cloned().collect();
        let cursor_now = start + messages.len() as u64;
        News { messages, cursor: cursor_now, lost: 0, whole: cursor_now == self.end }
    }
}
