//! The rooms by name: each begins with the first who comes in, and makes place for
//! another when all have left.
//!
//! Book: chapter 9.

use crate::{
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
    /// A plain mutex: it is held for a moment, and never across an await.
    places: Mutex<HashMap<Name, Place>>,
}

impl Rooms {
    /// No rooms yet; there will be so many at most.
    pub fn new(limits: Limits, most: usize) -> Self {
        Rooms { limits, most, places: Mutex::default() }
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
        let place = places.entry(name).or_insert_with(|| Place::new(self.limits));
        Some(Arc::clone(&place.hub))
    }

    /// The room of this name, if anybody has come in yet.
    pub fn find(&self, name: &str) -> Option<Arc<Hub>> {
        let name = Name::decode(name, LONGEST_NAME).ok()?;
        let places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        Some(Arc::clone(&places.get(&name)?.hub))
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
    fn new(limits: Limits) -> Self {
        let hub = Arc::new(Hub::new(limits));
        let kept = Arc::clone(&hub);
        let keeper = tokio::spawn(async move { kept.keep().await }).abort_handle();
        Place { hub, keeper }
    }

    /// Whether nobody is there, or on the way in: only the place and its keeper hold it.
    fn is_deserted(&self) -> bool {
        Arc::strong_count(&self.hub) == 2 && self.hub.is_empty()
    }
}
