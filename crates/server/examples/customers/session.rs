//! State on the server: what a cookie's number stands for.
//!
//! ```text
//! Cookie: session=9c2e…7a ──► 9c2e…7a │ ada │ until 15:00 ──► ada
//!                             51d0…b3 │ ada │ until 15:20
//! ```
//!
//! The number says nothing, and cannot be guessed. All that it means stands in this table.
//! So a logout works at once. And so a server that starts anew knows nobody any more, and
//! a second server beside the first must ask it.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

// ANCHOR: sessions
/// Who is logged in, by the number in the cookie.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    /// A plain mutex: it is held for a moment, and never across an await.
    open: Mutex<HashMap<String, Session>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Session {
    pub(crate) name: String,
    /// When it ends, in seconds since 1970.
    pub(crate) until: u64,
}

/// Memory is finite, and so is the number of sessions.
const AT_MOST: usize = 10_000;

impl Sessions {
    /// Opens a session; gives its number.
    pub(crate) fn open(&self, session: Session, now: u64) -> String {
        let mut open = self.lock();
        if open.len() >= AT_MOST {
            open.retain(|_, session| session.until > now);
        }
        if open.len() >= AT_MOST {
            // Whoever logged in longest ago has to do so again.
            let oldest = open.iter().min_by_key(|(_, session)| session.until);
            if let Some(id) = oldest.map(|(id, _)| id.clone()) {
                open.remove(&id);
            }
        }
        // 128 bits from the system's generator: guessing is hopeless.
        let id = format!("{:032x}", rand::random::<u128>());
        open.insert(id.clone(), session);
        id
    }

    /// The session with this number, if it has not ended.
    pub(crate) fn find(&self, id: &str, now: u64) -> Option<Session> {
        let mut open = self.lock();
        let session = open.get(id)?;
        if session.until <= now {
            open.remove(id);
            return None;
        }
        Some(session.clone())
    }

    /// Forgets a session, now.
    pub(crate) fn close(&self, id: &str) {
        self.lock().remove(id);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Session>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
// ANCHOR_END: sessions

impl Session {
    /// What the table holds for one session, in bytes, without the table's own.
    pub(crate) fn bytes(&self) -> usize {
        size_of::<(String, Session)>() + 32 + self.name.len()
    }
}
