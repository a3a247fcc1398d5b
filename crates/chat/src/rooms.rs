//! The rooms by name: each begins with the first who comes in, and makes place for
//! another when all have left.
//!
//! Book: chapter 9.

use crate::{
    backplane::Backplane,
    hub::Hub,
    room::{Limits, Name},
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::task::AbortHandle;

/// The rooms of a server.
#[derive(Debug)]
pub struct Rooms {
    limits: Limits,
    most: usize,
    backplane: Option<Backplane>,
    /// A plain mutex: it is held for a moment, and never across an await.
    places: Mutex<HashMap<Name, Place>>,
}

impl Rooms {
    /// No rooms yet; there will be so many at most. With a backplane, other processes
    /// have the same ones.
    pub fn new(limits: Limits, most: usize, backplane: Option<Backplane>) -> Self {
        Rooms { limits, most, backplane, places: Mutex::default() }
    }

    /// The room of this name; a new one, if there is room for it.
    pub fn enter(&self, name: &str) -> Option<Arc<Hub>> {
        let name = Name::decode(name, LONGEST_NAME).ok()?;
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new = !places.contains_key(&name);
        if is_new && places.len() >= self.most {
            places.retain(|_, place| !place.is_deserted());
        }
        if is_new && places.len() >= self.most {
            return None;
        }
        if is_new {
            places.insert(name.clone(), self.begin(&name));
        }
        Some(Arc::clone(&places.get(&name)?.hub))
    }

    /// The room of this name, if anybody has come in yet.
    pub fn find(&self, name: &str) -> Option<Arc<Hub>> {
        if self.backplane.is_some() {
            // They may have come in elsewhere.
            return self.enter(name);
        }
        let name = Name::decode(name, LONGEST_NAME).ok()?;
        let places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        Some(Arc::clone(&places.get(&name)?.hub))
    }

    fn begin(&self, name: &Name) -> Place {
        let (hub, keeper) = match &self.backplane {
            None => {
                let hub = Arc::new(Hub::new(self.limits));
                let kept = Arc::clone(&hub);
                (hub, tokio::spawn(async move { kept.keep().await }))
            }
            Some(backplane) => {
                let (hub, carried) = backplane.carry(name, self.limits);
                (hub, tokio::spawn(async move { match carried.await {} }))
            }
        };
        Place { hub, keeper: keeper.abort_handle() }
    }
}

/// The longest name of a room, in characters.
const LONGEST_NAME: usize = 64;

/// A room, and the task that watches its clock.
#[derive(Debug)]
struct Place {
    hub: Arc<Hub>,
    keeper: AbortHandle,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.keeper.abort();
    }
}

impl Place {
    /// Whether nobody is there, or on the way in: only the place and its keeper hold it.
    fn is_deserted(&self) -> bool {
        Arc::strong_count(&self.hub) == 2 && self.hub.is_empty()
    }
}
