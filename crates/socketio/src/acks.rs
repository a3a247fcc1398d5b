//! The acknowledgements that are awaited (Socket.IO 5, Acknowledgement).
//!
//! ```text
//! we    212["foo"]   ──►            an event with the id 12
//!       ◄──  312["bar"]             its acknowledgement, before its time is over
//! ```

use crate::Namespace;
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Instant,
};

/// The ids that were sent and not answered yet.
#[derive(Debug, Default)]
pub(crate) struct Acks {
    awaited: BTreeMap<(Namespace, u64), Option<Instant>>,
    /// Those among them that are awaited until a certain time.
    deadlines: BTreeSet<(Instant, Namespace, u64)>,
    next: u64,
}

impl Acks {
    /// An id that is not awaited on this namespace.
    pub(crate) fn next_id(&mut self, namespace: &Namespace) -> u64 {
        loop {
            let id = self.next;
            self.next += 1;
            if !self.awaited.contains_key(&(namespace.clone(), id)) {
                return id;
            }
        }
    }

    /// Whether `id` is free, and fewer than `most` are awaited.
    pub(crate) fn has_room(&self, namespace: &Namespace, id: u64, most: usize) -> bool {
        self.awaited.len() < most && !self.awaited.contains_key(&(namespace.clone(), id))
    }

    pub(crate) fn expect(&mut self, namespace: &Namespace, id: u64, until: Option<Instant>) {
        self.awaited.insert((namespace.clone(), id), until);
        if let Some(until) = until {
            self.deadlines.insert((until, namespace.clone(), id));
        }
    }

    /// An acknowledgement has come; whether it was awaited.
    pub(crate) fn take(&mut self, namespace: &Namespace, id: u64) -> bool {
        let Some(until) = self.awaited.remove(&(namespace.clone(), id)) else { return false };
        if let Some(until) = until {
            self.deadlines.remove(&(until, namespace.clone(), id));
        }
        true
    }

    /// Nothing more will come from this namespace.
    pub(crate) fn forget(&mut self, namespace: &Namespace) {
        self.awaited.retain(|(other, _), _| other != namespace);
        self.deadlines.retain(|(_, other, _)| other != namespace);
    }

    /// The next one whose time is over, which is awaited no longer.
    pub(crate) fn expired(&mut self, now: Instant) -> Option<(Namespace, u64)> {
        let (until, _, _) = self.deadlines.first()?;
        if *until > now {
            return None;
        }
        let (_, namespace, id) = self.deadlines.pop_first()?;
        self.awaited.remove(&(namespace.clone(), id));
        Some((namespace, id))
    }

    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.deadlines.first().map(|(until, _, _)| *until)
    }
}
