//! Your answer.

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
    // TODO: what must a log remember?
}

impl Log {
    /// An empty log that will keep `capacity` messages, and forget the oldest of more. A
    /// capacity is at least 1.
    pub fn new(capacity: usize) -> Self {
        // TODO: replace the line below.
        todo!("a log that keeps {capacity} messages")
    }

    /// Appends a message and gives its number. The first one has the number 1.
    pub fn say(&mut self, text: &str) -> u64 {
        // TODO: replace the line below.
        todo!("append {text:?}")
    }

    /// The messages whose number is greater than `cursor`, but `most` of them at most; the
    /// oldest are given first. A reader that has seen nothing has the cursor 0.
    ///
    /// A cursor behind the end of the log was never given to anybody, by this log: it is
    /// treated as the end.
    pub fn after(&self, cursor: u64, most: usize) -> News {
        // TODO: replace the line below.
        todo!("at most {most} messages after {cursor}")
    }
}
