//! A room that is the same in every process, because all do the same in one order.
//!
//! ```text
//! stream   1 begin   2 join Ada   3 say Hello   4 hold 1   5 join Bob  …
//!             │          │            │            │           │
//! here        ▼          ▼            ▼            ▼           ▼        apply, one after another
//! there       ▼          ▼            ▼            ▼           ▼        the same room
//! ```
//!
//! A room is pure, so this is all there is to it: the moment comes with the post,
//! from the one clock of the machine that holds the stream, and so does a member's
//! token. Who gets which name, which number and which cursor, who speaks too fast and
//! who has stayed away for too long, each process finds out for itself, and all find
//! the same.
//!
//! Nothing here opens a socket or reads a clock.
//!
//! Book: chapter 9.

use super::{Deed, Post, Process};
use crate::room::{Joined, Limits, MemberId, Millis, Moment, Refusal, Room, Snapshot};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

/// What a process has to know beside the room, to do what others post.
#[derive(Debug)]
pub struct Replica {
    /// When the room began, on this machine's clock. Only differences count.
    origin: Instant,
    state: State,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct State {
    born: Option<Millis>,
    latest: Millis,
    lease: Duration,
    last: Option<Mark>,
    processes: BTreeMap<Process, Seen>,
}

/// By what a post is known again: whose it is, their number for it, and when it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark(Process, u64, Millis);

/// A process, as its posts show it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Seen {
    /// The number of its last post.
    number: u64,
    /// When that came.
    date: Millis,
    /// The members that have a line to it.
    holds: BTreeSet<MemberId>,
}

/// A room and its replica, written down.
#[derive(Debug, Serialize, Deserialize)]
struct Written {
    state: State,
    room: Snapshot,
}

/// For how long a process is known that says nothing and holds nobody. Whatever it
/// posts twice, it posts within seconds.
const KNOWN: Duration = Duration::from_secs(600);

impl Replica {
    /// One that knows nothing yet.
    pub fn new(now: Instant) -> Self {
        Replica { origin: now, state: State::default() }
    }

    /// Does what was posted at that moment. `None`: it was posted twice, and is done.
    pub fn apply(
        &mut self,
        room: &mut Room,
        date: Millis,
        post: &Post<'_>,
    ) -> Option<Result<Option<Joined>, Refusal>> {
        let Post { by, number, deed } = post;
        self.state.last = Some(Mark(*by, *number, date));
        let seen = self.state.processes.entry(*by).or_default();
        if *number <= seen.number {
            return None;
        }
        // The clock of the other machine may be set back; ours must not go back with it.
        self.state.latest = self.state.latest.max(date);
        seen.number = *number;
        seen.date = self.state.latest;
        if let Deed::Begin { limits, lease, after } = deed {
            if self.state.born == *after {
                self.begin(room, *limits, *lease);
            }
            return Some(Ok(None));
        }
        if self.state.born.is_none() {
            return Some(Err(Refusal::NotHere));
        }
        let now = self.now();
        self.see_off(room);
        room.handle_timeout(now);
        Some(match deed {
            Deed::Act(act) => act.perform(room, now),
            Deed::Hold(members) => {
                for id in members.iter().filter(|id| self.holds_of(*by).insert(**id)) {
                    room.connect(*id);
                }
                Ok(None)
            }
            Deed::Release(members) => {
                for id in members.iter().filter(|id| self.holds_of(*by).remove(id)) {
                    room.disconnect(*id, now);
                }
                Ok(None)
            }
            Deed::Pass {} | Deed::Begin { .. } => Ok(None),
        })
    }

    fn begin(&mut self, room: &mut Room, limits: Limits, lease: Duration) {
        self.state.born = Some(self.state.latest);
        self.state.lease = lease;
        for seen in self.state.processes.values_mut() {
            seen.holds.clear();
        }
        *room = Room::new(limits, self.now());
    }

    /// Lets go of what processes held that have not been heard for too long.
    fn see_off(&mut self, room: &mut Room) {
        let (now, lease) = (self.now(), self.state.lease);
        self.state.processes.retain(|_, seen| {
            let silent = Duration::from_millis(now.date.0 - seen.date.0);
            if silent > lease {
                for id in std::mem::take(&mut seen.holds) {
                    room.disconnect(id, now);
                }
            }
            silent <= KNOWN
        });
    }

    fn holds_of(&mut self, process: Process) -> &mut BTreeSet<MemberId> {
        &mut self.state.processes.entry(process).or_default().holds
    }

    /// The moment of the last post.
    fn now(&self) -> Moment {
        let date = self.state.latest;
        let born = self.state.born.unwrap_or(date);
        Moment { instant: self.origin + Duration::from_millis(date.0 - born.0), date }
    }

    /// How long after the last post something is due in the room.
    pub fn due(&self, room: &Room) -> Option<Duration> {
        Some(room.poll_timeout()?.saturating_duration_since(self.now().instant))
    }

    /// The members to whom this process holds a line, as all the others know it.
    pub fn holds(&self, process: Process) -> BTreeSet<MemberId> {
        self.state.processes.get(&process).map(|seen| seen.holds.clone()).unwrap_or_default()
    }

    /// The number of this process's last post.
    pub fn number(&self, process: Process) -> u64 {
        self.state.processes.get(&process).map_or(0, |seen| seen.number)
    }

    /// When the room began, by the clock of the stream; `None`: it has not begun.
    pub fn born(&self) -> Option<Millis> {
        self.state.born
    }

    /// By what the last post is known again.
    pub fn last(&self) -> Option<Mark> {
        self.state.last
    }

    /// Both, written down as JSON.
    pub fn write(&self, room: &Room) -> String {
        let written = Written { state: self.state.clone(), room: room.snapshot(self.origin) };
        serde_json::to_string(&written).expect("texts and numbers are JSON")
    }

    /// Both, as they were written down.
    ///
    /// # Errors
    /// Whoever wrote that speaks differently.
    pub fn read(json: &str, now: Instant) -> Result<(Replica, Room), serde_json::Error> {
        let Written { state, room } = serde_json::from_str(json)?;
        Ok((Replica { origin: now, state }, Room::restore(room, now)))
    }
}

impl Mark {
    /// The mark of a post that came at that moment.
    pub fn of(post: &Post<'_>, date: Millis) -> Mark {
        Mark(post.by, post.number, date)
    }

    /// A post that does nothing, and has this mark.
    pub fn into_post(self) -> (Millis, Post<'static>) {
        let Mark(by, number, date) = self;
        (date, Post { by, number, deed: Deed::Pass {} })
    }
}
