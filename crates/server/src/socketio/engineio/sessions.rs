//! All sessions, by their ids.

use super::{Client, Machine};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use socketio::engineio::rules;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use wire::Violation;

/// All sessions that have not ended.
#[derive(Debug)]
pub(super) struct Sessions<M> {
    /// How many there may be.
    most: usize,
    /// A plain mutex: it is held for a moment, and never across an await.
    open: Mutex<Open<M>>,
}

#[derive(Debug)]
struct Open<M> {
    clients: HashMap<Box<str>, Arc<Client<M>>>,
    is_shut_down: bool,
}

impl<M: Machine> Sessions<M> {
    pub(super) fn new(most: usize) -> Self {
        Sessions { most, open: Mutex::new(Open { clients: HashMap::new(), is_shut_down: false }) }
    }

    /// Whether one more would find its place.
    pub(super) fn has_room(&self) -> bool {
        let open = self.open();
        !open.is_shut_down && open.clients.len() < self.most
    }

    /// Takes one more; whether there is room for it.
    pub(super) fn insert(&self, client: &Arc<Client<M>>) -> bool {
        let sid = client.sid();
        let mut open = self.open();
        let has_room = !open.is_shut_down && open.clients.len() < self.most;
        if has_room {
            open.clients.insert(sid, Arc::clone(client));
        }
        has_room
    }

    pub(super) fn find(&self, sid: &str) -> Result<Arc<Client<M>>, Violation> {
        let found = self.open().clients.get(sid).cloned();
        found.ok_or_else(|| rules::SID_UNKNOWN.broken("there is no session of this id"))
    }

    pub(super) fn remove(&self, sid: &str) {
        // Dropped behind the lock: with it may go what a program has left in its handlers.
        let removed = self.open().clients.remove(sid);
        drop(removed);
    }

    pub(super) fn count(&self) -> usize {
        self.open().clients.len()
    }

    /// All there are, and there will be no more.
    pub(super) fn shut_down(&self) -> Vec<Arc<Client<M>>> {
        let mut open = self.open();
        open.is_shut_down = true;
        open.clients.values().cloned().collect()
    }

    pub(super) fn is_shut_down(&self) -> bool {
        self.open().is_shut_down
    }

    fn open(&self) -> MutexGuard<'_, Open<M>> {
        // Whole between two calls, whoever panicked beside it.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An id that nobody guesses: 120 random bits, 20 characters.
///
/// Who knows the id of a session can read what it is told and speak in its name,
/// so the numbers come from a generator that is made for secrets.
pub(crate) fn id() -> String {
    BASE64_URL_SAFE_NO_PAD.encode(rand::random::<[u8; 15]>())
}
