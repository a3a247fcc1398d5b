//! The log: bounded, in one order.
//!
//! ```text
//! said      16      17   18       20         the newest thousand: who misses one is told
//! passing       ·            19       21     the newest of each kind: who is here, who is typing
//! read      16      17   18  19   20  21     by place, as if they were one
//! ```

use super::{Cursor, MemberId, Moment};
use crate::message::{Entry, Message, Passing};
use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    iter,
    ops::Bound::{Excluded, Unbounded},
    sync::Arc,
};

#[derive(Debug)]
pub(super) struct Log {
    pub(super) said: VecDeque<Arc<Entry>>,
    pub(super) passing: BTreeMap<Cursor, Arc<Entry>>,
    /// Where the newest of each kind is.
    newest_of: HashMap<Passing, Cursor>,
    pub(super) newest: Cursor,
    /// The newest that was said to all and is here no more.
    pub(super) forgotten: Cursor,
    /// What members call what they have said.
    keys: HashMap<(MemberId, Arc<str>), Cursor>,
    most: usize,
    most_bytes: usize,
    bytes: usize,
}

/// How long somebody's typing, or their new name, is told to who comes, in milliseconds.
const PASSED: u64 = 5_000;

impl Log {
    pub(super) fn new(born: Cursor, most: usize, most_bytes: usize) -> Self {
        Log {
            said: VecDeque::new(),
            passing: BTreeMap::new(),
            newest_of: HashMap::new(),
            newest: born,
            forgotten: born,
            keys: HashMap::new(),
            // With none at all, nobody would ever be told anything.
            most: most.max(1),
            most_bytes,
            bytes: 0,
        }
    }

    /// Adds an entry; gives back what had to be forgotten for it.
    pub(super) fn push(&mut self, now: Moment, message: Message) -> Vec<Arc<Entry>> {
        self.forget_passed(now);
        self.newest = Cursor(self.newest.0 + 1);
        let entry = Arc::new(Entry::new(self.newest, now.date, message));
        match entry.message.passing() {
            Some(kind) => {
                self.pass(kind, entry);
                Vec::new()
            }
            None => self.keep(entry),
        }
    }

    /// Of everything that passes, only the newest means anything.
    pub(super) fn pass(&mut self, kind: Passing, entry: Arc<Entry>) {
        if let Some(older) = self.newest_of.insert(kind, entry.cursor) {
            self.passing.remove(&older);
        }
        self.passing.insert(entry.cursor, entry);
    }

    fn keep(&mut self, entry: Arc<Entry>) -> Vec<Arc<Entry>> {
        if let Message::Said { id, .. } = &entry.message {
            // Who has said it is typing it no more.
            self.forget_passing(Passing::Typing(*id));
        }
        self.append(entry);
        let mut forgotten = Vec::new();
        while self.said.len() > self.most || (self.bytes > self.most_bytes && self.said.len() > 1) {
            forgotten.extend(self.forget_oldest());
        }
        forgotten
    }

    pub(super) fn append(&mut self, entry: Arc<Entry>) {
        if let Message::Said { id, key: Some(key), .. } = &entry.message {
            self.keys.insert((*id, Arc::clone(key)), entry.cursor);
        }
        self.bytes += entry.message.weight();
        self.said.push_back(entry);
    }

    fn forget_oldest(&mut self) -> Option<Arc<Entry>> {
        let oldest = self.said.pop_front()?;
        self.bytes -= oldest.message.weight();
        if let Message::Said { id, to, key, .. } = &oldest.message {
            if let Some(key) = key {
                self.keys.remove(&(*id, Arc::clone(key)));
            }
            if to.is_none() {
                self.forgotten = oldest.cursor;
            }
        }
        Some(oldest)
    }

    fn forget_passed(&mut self, now: Moment) {
        let is_over = |entry: &Entry| entry.date.0.saturating_add(PASSED) < now.date.0;
        let passed: Vec<Passing> = (self.passing.values())
            .take_while(|entry| {
                is_over(entry) || entry.message.passing() == Some(Passing::Userlist)
            })
            .filter_map(|entry| entry.message.passing())
            .filter(|kind| *kind != Passing::Userlist)
            .collect();
        for kind in passed {
            self.forget_passing(kind);
        }
    }

    fn forget_passing(&mut self, kind: Passing) {
        if let Some(cursor) = self.newest_of.remove(&kind) {
            self.passing.remove(&cursor);
        }
    }

    /// Forgets what is true of this member no more.
    pub(super) fn forget_member(&mut self, id: MemberId) {
        self.forget_passing(Passing::Typing(id));
        self.forget_passing(Passing::Username(id));
    }

    pub(super) fn newest(&self) -> Cursor {
        self.newest
    }

    /// The newest that was said to all and is here no more.
    pub(super) fn forgotten(&self) -> Cursor {
        self.forgotten
    }

    /// Where stands what this member has said under this key.
    pub(super) fn find(&self, id: MemberId, key: &Arc<str>) -> Option<Cursor> {
        self.keys.get(&(id, Arc::clone(key))).copied()
    }

    pub(super) fn userlist(&self) -> Option<&Arc<Entry>> {
        self.passing.get(self.newest_of.get(&Passing::Userlist)?)
    }

    /// What stands behind a cursor, the oldest first.
    pub(super) fn behind(&self, cursor: Cursor) -> impl Iterator<Item = &Arc<Entry>> {
        // From the end: most who ask have read almost everything.
        let unread = self.said.iter().rev().take_while(|entry| entry.cursor > cursor).count();
        let mut said = self.said.range(self.said.len() - unread..).peekable();
        let passing = self.passing.range((Excluded(cursor), Unbounded));
        let mut passing = passing.map(|(_, entry)| entry).peekable();
        iter::from_fn(move || match (said.peek(), passing.peek()) {
            (Some(one), Some(other)) if one.cursor < other.cursor => said.next(),
            (_, Some(_)) => passing.next(),
            (_, None) => said.next(),
        })
    }
}
