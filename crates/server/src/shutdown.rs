//! How connections learn that the server stops.
//!
//! ```text
//! Running ──► Draining ──► Over
//!             │            └ whoever is left is cut off
//!             └ answer what was asked, say goodbye, ask nothing new
//! ```

use slab::Slab;
use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU8, Ordering},
    },
    task::{Context, Waker},
};

/// How far the end of a server is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    Running,
    Draining,
    Over,
}

/// Rings for all connections at once. A thousand of them wait for it all their
/// life, so waiting costs a number to compare, and no lock.
#[derive(Debug, Default)]
pub(crate) struct Bell {
    stage: AtomicU8,
    /// A plain mutex: it is held for a moment, and never across an await.
    waiting: Mutex<Slab<Waker>>,
}

impl Bell {
    pub(crate) fn ring(&self, stage: Stage) {
        self.stage.store(stage as u8, Ordering::Release);
        for (_, waker) in self.waiting().iter() {
            waker.wake_by_ref();
        }
    }

    fn stage(&self) -> Stage {
        match self.stage.load(Ordering::Acquire) {
            0 => Stage::Running,
            1 => Stage::Draining,
            _ => Stage::Over,
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Slab<Waker>> {
        // Wakers are whole even if a thread panicked beside them.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody who listens to the bell.
#[derive(Debug)]
pub(crate) struct Ear {
    bell: Arc<Bell>,
    /// The place in the list of the waiting, and who is to be woken there.
    place: Option<(usize, Waker)>,
}

impl Ear {
    pub(crate) fn of(bell: &Arc<Bell>) -> Self {
        Ear { bell: Arc::clone(bell), place: None }
    }

    /// How far the end is; the task is woken when that changes.
    #[inline]
    pub(crate) fn poll(&mut self, context: &Context<'_>) -> Stage {
        let is_known = |(_, known): &(usize, Waker)| known.will_wake(context.waker());
        if !self.place.as_ref().is_some_and(is_known) {
            self.register(context.waker());
        }
        // Looked at behind the registration, so that no ring is missed in between.
        self.stage()
    }

    #[cold]
    fn register(&mut self, waker: &Waker) {
        let mut waiting = self.bell.waiting();
        let key = match &self.place {
            Some((key, _)) => {
                waiting[*key] = waker.clone();
                *key
            }
            None => waiting.insert(waker.clone()),
        };
        self.place = Some((key, waker.clone()));
    }

    pub(crate) fn stage(&self) -> Stage {
        self.bell.stage()
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        if let Some((key, _)) = self.place {
            self.bell.waiting().remove(key);
        }
    }
}
