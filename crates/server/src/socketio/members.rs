//! Who is in a namespace, and in which rooms.
//!
//! ```text
//!  sockets   0: ana {lobby}    1: ben {lobby, game}    2: eva {}
//!  rooms     lobby: 0 1        game: 1
//!
//!  all                         0 1 2
//!  to lobby, except ben        0
//! ```

use super::Socket;
use slab::Slab;
use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

/// The sockets of a namespace.
#[derive(Debug, Default)]
pub(super) struct Members {
    sockets: Slab<Member>,
    /// Where a socket lies, by its id.
    places: HashMap<Arc<str>, usize>,
    rooms: HashMap<Arc<str>, BTreeSet<usize>>,
}

#[derive(Debug)]
struct Member {
    socket: Socket,
    rooms: Rooms,
}

/// The rooms of one socket.
pub(super) type Rooms = BTreeSet<Arc<str>>;

/// For whom an event is. The id of a socket may stand for a room, with only it inside.
#[derive(Debug, Clone, Default)]
pub(super) struct Target {
    /// Whoever is in one of these; empty: everybody.
    pub(super) rooms: Vec<String>,
    /// But for those in one of these.
    pub(super) except: Vec<String>,
}

impl Members {
    pub(super) fn insert(&mut self, socket: Socket, rooms: Rooms) {
        let id = Arc::clone(socket.shared_id());
        let place = self.sockets.insert(Member { socket, rooms: Rooms::new() });
        self.places.insert(Arc::clone(&id), place);
        for room in rooms {
            self.enter(place, room);
        }
    }

    /// Removes a socket; gives the rooms in which it was.
    pub(super) fn remove(&mut self, socket: &Socket) -> Option<Rooms> {
        let place = self.places.remove(socket.id())?;
        let Member { rooms, .. } = self.sockets.remove(place);
        for room in &rooms {
            self.empty(place, room);
        }
        Some(rooms)
    }

    pub(super) fn join(&mut self, id: &str, room: &str) {
        let Some(&place) = self.places.get(id) else { return };
        // One name for all members of a room.
        let known = self.rooms.get_key_value(room).map(|(name, _)| Arc::clone(name));
        self.enter(place, known.unwrap_or_else(|| room.into()));
    }

    pub(super) fn leave(&mut self, id: &str, room: &str) {
        let Some(&place) = self.places.get(id) else { return };
        if self.sockets[place].rooms.remove(room) {
            self.empty(place, room);
        }
    }

    pub(super) fn rooms_of(&self, id: &str) -> Vec<Arc<str>> {
        let rooms = self.places.get(id).map(|&place| &self.sockets[place].rooms);
        rooms.into_iter().flatten().cloned().collect()
    }

    pub(super) fn get(&self, id: &str) -> Option<&Socket> {
        let place = *self.places.get(id)?;
        Some(&self.sockets[place].socket)
    }

    pub(super) fn count(&self) -> usize {
        self.sockets.len()
    }

    /// Does something with each socket that an event is for.
    pub(super) fn each(&self, target: &Target, mut act: impl FnMut(&Socket)) {
        let mut act = |member: &Member| {
            if target.except.is_empty() || !is_in(&target.except, member.socket.id(), &member.rooms)
            {
                act(&member.socket);
            }
        };
        match &target.rooms[..] {
            [] => self.sockets.iter().for_each(|(_, member)| act(member)),
            [room] => self.inside(room).for_each(|place| act(&self.sockets[place])),
            rooms => {
                // Who is in two of them gets it once.
                let places: BTreeSet<usize> =
                    rooms.iter().flat_map(|room| self.inside(room)).collect();
                places.into_iter().for_each(|place| act(&self.sockets[place]));
            }
        }
    }

    fn inside(&self, room: &str) -> impl Iterator<Item = usize> {
        let members = self.rooms.get(room).into_iter().flatten();
        members.chain(self.places.get(room)).copied()
    }

    fn enter(&mut self, place: usize, room: Arc<str>) {
        self.rooms.entry(Arc::clone(&room)).or_default().insert(place);
        self.sockets[place].rooms.insert(room);
    }

    fn empty(&mut self, place: usize, room: &str) {
        let Some(members) = self.rooms.get_mut(room) else { return };
        members.remove(&place);
        if members.is_empty() {
            self.rooms.remove(room);
        }
    }
}

impl Target {
    /// For one socket alone.
    pub(super) fn only(id: &str) -> Self {
        Target { rooms: vec![id.to_owned()], except: Vec::new() }
    }

    /// Whether an event was for a socket with this id, in these rooms.
    pub(super) fn reaches(&self, id: &str, rooms: &Rooms) -> bool {
        (self.rooms.is_empty() || is_in(&self.rooms, id, rooms)) && !is_in(&self.except, id, rooms)
    }
}

fn is_in(names: &[String], id: &str, rooms: &Rooms) -> bool {
    names.iter().any(|name| name == id || rooms.contains(name.as_str()))
}
