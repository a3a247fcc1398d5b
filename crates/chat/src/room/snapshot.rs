//! A room, written down: whoever reads it has the same room.
//!
//! ```text
//! Room ── snapshot(origin) ──► Snapshot ── as JSON, anywhere ──► Snapshot ── restore(origin) ──► Room
//! ```
//!
//! All that decides what the room does next is in it, and nothing that follows from
//! the rest. An instant means nothing on another machine, so each is written as the
//! time since an origin, which every machine has somewhere on its own clock.

use super::{
    Cursor, Limits, MemberId, Millis, Name, Room, Token,
    flood::Bucket,
    log::Log,
    members::{Line, Member, Members},
    presence::Presence,
};
use crate::message::{Entry, Message};
use serde::{Deserialize, Serialize};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// A room, written down. It holds what its members know alone.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Snapshot {
    limits: Limits,
    newest: Cursor,
    forgotten: Cursor,
    entries: Vec<Told>,
    youngest: MemberId,
    members: Vec<Seated>,
    userlist_told: Option<Duration>,
    userlist_due: Option<Duration>,
}

/// An entry of the log.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Told {
    cursor: Cursor,
    date: Millis,
    /// To whom; their name stands in the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<MemberId>,
    message: Message,
}

/// A member.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Seated {
    id: MemberId,
    name: Arc<str>,
    token: Token,
    spoken_until: Duration,
    lines: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    away: Option<Duration>,
    #[serde(skip_serializing_if = "Option::is_none")]
    typed: Option<Duration>,
    forgotten: Cursor,
}

impl Room {
    /// The room, written down. Nothing in it is older than `origin`.
    pub fn snapshot(&self, origin: Instant) -> Snapshot {
        let since = |instant: Instant| instant.saturating_duration_since(origin);
        let entries = self.log.said.iter().chain(self.log.passing.values());
        Snapshot {
            limits: self.limits,
            newest: self.log.newest,
            forgotten: self.log.forgotten,
            entries: entries.map(|entry| Told::of(entry)).collect(),
            youngest: self.members.youngest,
            members: (self.members.by_id.iter())
                .map(|(id, member)| Seated::of(*id, member, since))
                .collect(),
            userlist_told: self.presence.told.map(since),
            userlist_due: self.presence.due.map(since),
        }
    }

    /// The room that was written down, on a clock that showed `origin` at its origin.
    pub fn restore(snapshot: Snapshot, origin: Instant) -> Room {
        let Snapshot { limits, newest, forgotten, entries, .. } = snapshot;
        let mut log = Log::new(newest, limits.history, limits.history_bytes);
        for entry in entries {
            let entry = Arc::new(entry.into_entry());
            match entry.message.passing() {
                Some(kind) => log.pass(kind, entry),
                None => log.append(entry),
            }
        }
        log.forgotten = forgotten;
        let mut members = Members::default();
        members.youngest = snapshot.youngest;
        for seated in snapshot.members {
            members.insert(seated.id, seated.into_member(origin));
        }
        let after = |since| origin + since;
        let told = snapshot.userlist_told.map(after);
        let presence = Presence { told, due: snapshot.userlist_due.map(after) };
        Room { limits, log, members, presence }
    }
}

impl Told {
    fn of(entry: &Entry) -> Told {
        let Entry { cursor, date, message, .. } = entry;
        let to = match message {
            Message::Said { to: Some(to), .. } => Some(to.id),
            _ => None,
        };
        Told { cursor: *cursor, date: *date, to, message: message.clone() }
    }

    fn into_entry(self) -> Entry {
        let Told { cursor, date, to: id, mut message } = self;
        if let (Message::Said { to: Some(to), .. }, Some(id)) = (&mut message, id) {
            to.id = id;
        }
        Entry::new(cursor, date, message)
    }
}

impl Seated {
    fn of(id: MemberId, member: &Member, since: impl Fn(Instant) -> Duration) -> Seated {
        let (lines, away) = match member.line {
            Line::Open(lines) => (lines, None),
            Line::Away(instant) => (0, Some(since(instant))),
        };
        Seated {
            id,
            name: Arc::clone(member.name.text()),
            token: member.token,
            spoken_until: since(member.bucket.spoken_until),
            lines,
            away,
            typed: member.typed.map(since),
            forgotten: member.forgotten,
        }
    }

    fn into_member(self, origin: Instant) -> Member {
        Member {
            name: Name::of(&self.name),
            bucket: Bucket::new(origin + self.spoken_until),
            token: self.token,
            line: self.away.map_or(Line::Open(self.lines), |since| Line::Away(origin + since)),
            typed: self.typed.map(|since| origin + since),
            forgotten: self.forgotten,
        }
    }
}
