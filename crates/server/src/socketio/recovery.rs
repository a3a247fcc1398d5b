//! What a client that lost its connection has missed (Socket.IO, Connection state recovery).
//!
//! ```text
//!  events      41  42  43  44  45          each says its number, as its last argument
//!  a client     ▲       ✕                  got 41, and lost its line
//!               └─ back, with pid and "41": it gets 42 to 45, as far as they were for it
//! ```
//!
//! The number is the offset of the documents. It counts the events of a namespace,
//! and each of them is kept until it is too old or too much is kept. A client that
//! comes too late for what it missed is a new client, and sees that it is.

use super::members::{Rooms, Target};
use socketio::{Encoded, Recovery as Claim};
use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
    time::{Duration, Instant},
};

/// How much is kept for clients that lose their connections, in each namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recovery {
    /// How long a client may be away.
    pub patience: Duration,
    /// How many clients may be.
    pub clients: usize,
    /// How much the events may hold that they may have missed, in bytes.
    pub bytes: usize,
}

/// As the reference has it, two minutes; 10,000 clients and 1 MiB of events.
impl Default for Recovery {
    fn default() -> Self {
        Recovery { patience: Duration::from_secs(120), clients: 10_000, bytes: 1 << 20 }
    }
}

/// The events of a namespace, and the clients that may ask for them.
#[derive(Debug)]
pub(super) struct Memory {
    limits: Recovery,
    events: VecDeque<Kept>,
    /// The number of the first event that is kept, or of the next one.
    first: u64,
    /// What the events hold, in bytes.
    bytes: usize,
    away: HashMap<Box<str>, Away>,
    /// Their private ids, in the order in which they left.
    order: VecDeque<(Instant, Box<str>)>,
}

#[derive(Debug)]
struct Kept {
    at: Instant,
    target: Target,
    event: Encoded,
}

/// A client that is away.
#[derive(Debug)]
pub(super) struct Away {
    pub(super) id: Arc<str>,
    pub(super) rooms: Rooms,
    left: Instant,
}

impl Memory {
    pub(super) fn new(limits: Recovery) -> Self {
        let (events, order) = (VecDeque::new(), VecDeque::new());
        Memory { limits, events, first: 1, bytes: 0, away: HashMap::new(), order }
    }

    /// The offset of the next event.
    pub(super) fn next_offset(&self) -> u64 {
        self.first + self.events.len() as u64
    }

    /// Keeps the next event.
    pub(super) fn keep(&mut self, target: Target, event: Encoded, now: Instant) {
        self.bytes += weight(&event);
        self.events.push_back(Kept { at: now, target, event });
        while self.events.front().is_some_and(|oldest| self.is_too_much(oldest, now)) {
            self.bytes -= self.events.pop_front().map_or(0, |oldest| weight(&oldest.event));
            self.first += 1;
        }
    }

    fn is_too_much(&self, oldest: &Kept, now: Instant) -> bool {
        self.bytes > self.limits.bytes || now > oldest.at + self.limits.patience
    }

    /// A client has lost its connection.
    pub(super) fn leave(&mut self, pid: &str, id: Arc<str>, rooms: Rooms, now: Instant) {
        self.away.insert(pid.into(), Away { id, rooms, left: now });
        self.order.push_back((now, pid.into()));
        while let Some((left, pid)) = self.order.front() {
            if self.order.len() <= self.limits.clients && now <= *left + self.limits.patience {
                break;
            }
            // One who came back and left again has left later.
            if self.away.get(pid).is_some_and(|away| away.left == *left) {
                self.away.remove(pid);
            }
            self.order.pop_front();
        }
    }

    /// A client says that it is one of those: who it was, and what it has missed.
    /// `None`: it must begin anew.
    pub(super) fn come_back(
        &mut self,
        claim: &Claim,
        now: Instant,
    ) -> Option<(Away, Vec<Encoded>)> {
        let away = self.away.remove(claim.pid.as_str())?;
        let got: u64 = claim.offset.parse().ok()?;
        let next = self.next_offset();
        let is_late = now > away.left + self.limits.patience;
        if is_late || got >= next || got + 1 < self.first {
            return None;
        }
        let known = usize::try_from(got + 1 - self.first).ok()?;
        let missed = self.events.iter().skip(known);
        let missed = missed.filter(|kept| kept.target.reaches(&away.id, &away.rooms));
        let missed = missed.map(|kept| kept.event.clone()).collect();
        Some((away, missed))
    }
}

/// What an event holds on to: many small ones are no way around the bound.
fn weight(event: &Encoded) -> usize {
    size_of::<Kept>() + event.frames().iter().map(|frame| frame.payload_len() + 64).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use socketio::Namespace;

    fn event(name: &str) -> Encoded {
        Encoded::event(&Namespace::MAIN, name, &[], None).unwrap()
    }

    fn claim(offset: &str) -> Claim {
        Claim { pid: "secret".to_owned(), offset: offset.to_owned() }
    }

    fn rooms(names: &[&str]) -> Rooms {
        names.iter().map(|&name| name.into()).collect()
    }

    /// A memory in which one client left after the first of three events.
    fn memory(limits: Recovery, now: Instant) -> Memory {
        let mut memory = Memory::new(limits);
        memory.keep(Target::default(), event("a"), now);
        memory.leave("secret", "ana".into(), rooms(&["lobby"]), now);
        let lobby = Target { rooms: vec!["lobby".to_owned()], except: Vec::new() };
        memory.keep(lobby.clone(), event("b"), now);
        memory.keep(Target { except: vec!["ana".to_owned()], ..lobby }, event("c"), now);
        memory.keep(Target::only("ana"), event("d"), now);
        memory.keep(Target::only("ben"), event("e"), now);
        memory
    }

    #[test]
    fn who_comes_back_gets_what_was_for_it() {
        let now = Instant::now();
        let mut memory = memory(Recovery::default(), now);
        let (away, missed) = memory.come_back(&claim("1"), now).unwrap();
        assert_eq!((&*away.id, away.rooms), ("ana", rooms(&["lobby"])));
        assert_eq!(missed, [event("b"), event("d")]);
        assert!(memory.come_back(&claim("1"), now).is_none(), "a claim is good for once");
    }

    #[test]
    fn who_has_missed_nothing_gets_nothing() {
        let now = Instant::now();
        let (_, missed) = memory(Recovery::default(), now).come_back(&claim("5"), now).unwrap();
        assert_eq!(missed, []);
    }

    #[test]
    fn a_claim_that_is_none_begins_anew() {
        let now = Instant::now();
        for offset in ["", "x", "6", "18446744073709551615", "-1"] {
            assert!(memory(Recovery::default(), now).come_back(&claim(offset), now).is_none());
        }
        let other = Claim { pid: "guess".to_owned(), offset: "1".to_owned() };
        assert!(memory(Recovery::default(), now).come_back(&other, now).is_none());
    }

    #[test]
    fn who_is_away_too_long_begins_anew() {
        let now = Instant::now();
        let mut memory = memory(Recovery::default(), now);
        let late = now + Recovery::default().patience + Duration::from_millis(1);
        assert!(memory.come_back(&claim("1"), late).is_none());
    }

    #[test]
    fn only_the_newest_events_are_kept() {
        let now = Instant::now();
        let two = 2 * weight(&event("a"));
        let limits = Recovery { bytes: two, ..Recovery::default() };
        assert_eq!(memory(limits, now).events.len(), 2);
        // What came after the third is still there, and what came after the second is not.
        let (_, missed) = memory(limits, now).come_back(&claim("3"), now).unwrap();
        assert_eq!(missed, [event("d")]);
        assert!(memory(limits, now).come_back(&claim("2"), now).is_none());
    }

    #[test]
    fn only_the_last_who_left_are_remembered() {
        let now = Instant::now();
        let mut memory = Memory::new(Recovery { clients: 2, ..Recovery::default() });
        for pid in ["a", "b", "c"] {
            memory.leave(pid, pid.into(), Rooms::new(), now);
        }
        let mut known: Vec<_> = memory.away.keys().map(|pid| &**pid).collect();
        known.sort_unstable();
        assert_eq!((known, memory.order.len()), (vec!["b", "c"], 2));
    }
}
