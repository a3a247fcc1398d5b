//! One answer.

use crate::Taken;
use std::collections::VecDeque;

/// What was said in a room: the newest entries, never more than fit.
#[derive(Debug)]
pub struct Log {
    capacity: usize,
    entries: VecDeque<String>,
    /// How many entries were forgotten, which is the cursor before the oldest one.
    forgotten: u64,
}

impl Log {
    /// An empty log that remembers the newest `capacity` entries, at least one.
    pub fn new(capacity: usize) -> Self {
        Log { capacity, entries: VecDeque::with_capacity(capacity), forgotten: 0 }
    }

    /// Appends an entry and returns its cursor.
    pub fn say(&mut self, text: &str) -> u64 {
        if self.entries.len() == self.capacity {
            self.entries.pop_front();
            self.forgotten += 1;
        }
        self.entries.push_back(text.to_owned());
        self.newest()
    }

    /// The entries behind `cursor`, at most `at_most` of them.
    pub fn take(&self, cursor: u64, at_most: usize) -> Taken {
        if cursor >= self.newest() {
            return Taken { entries: Vec::new(), cursor, lost: 0 };
        }
        let lost = self.forgotten.saturating_sub(cursor);
        let cursor = cursor + lost;
        let seen = (cursor - self.forgotten) as usize;
        let entries: Vec<String> = self.entries.iter().skip(seen).take(at_most).cloned().collect();
        let cursor = cursor + entries.len() as u64;
        Taken { entries, cursor, lost }
    }

    /// How many entries are remembered just now.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether no entry is remembered.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The cursor of the newest entry, or 0 before the first one.
    fn newest(&self) -> u64 {
        self.forgotten + self.entries.len() as u64
    }
}
