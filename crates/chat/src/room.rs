//! A room: who is here, and what was said, in one order.
//!
//! ```text
//!             forgotten │ the log                       newest
//!   cursor  …  14   15  │ 16   17   18   19   20   21 ◄── say, join, leave
//!                       │      ▲              ▲
//!                       │      │              └ a WebSocket has read up to here
//!                       │      └ a page that polls asks: since 17?
//! ```
//!
//! Everybody reads the same log, each from a cursor of their own. That is the whole
//! secret of many doors into one room: a door only differs in how it carries what
//! stands behind a cursor. Who comes back with a cursor misses nothing that the log
//! still holds, and is told so if it does not.
//!
//! Here is no clock, no socket, no lock and no chance: the moment and a member's
//! token are arguments.
//!
//! ```
//! use chat::room::{Limits, Millis, Moment, Room, Token};
//! use std::time::Instant;
//!
//! let now = Moment { instant: Instant::now(), date: Millis(1_795_344_000_000) };
//! let mut room = Room::new(Limits::default(), now);
//! let ada = room.join("Ada", Token(0x9f2c), now)?.id;
//! let before = room.newest();
//! room.say(ada, "Hello", now)?;
//!
//! let since = room.since(before, ada)?;
//! assert!(!since.lost);
//! assert_eq!(since.entries.count(), 1);
//! # Ok::<(), chat::room::Refusal>(())
//! ```
//!
//! Book: chapters 3, 4, 5 and 9.

mod flood;
mod limits;
mod log;
mod members;
mod name;
mod presence;
mod snapshot;
mod text;

use crate::message::{Entry, Message, Recipient};
pub use flood::Flood;
pub use limits::Limits;
use log::Log;
pub use members::{MemberId, Token};
use members::{Members, WithName};
pub use name::Name;
use presence::Presence;
use serde::{Deserialize, Serialize};
pub use snapshot::Snapshot;
use std::{sync::Arc, time::Instant};
pub use text::Refused;

/// A room. The module's page tells how it is read.
///
/// | family | methods |
/// | --- | --- |
/// | coming and going | [`join`](Room::join) [`rename`](Room::rename) [`leave`](Room::leave) |
/// | being reached | [`connect`](Room::connect) [`disconnect`](Room::disconnect) [`bearer`](Room::bearer) |
/// | speaking | [`say`](Room::say) [`type_on`](Room::type_on) |
/// | listening | [`since`](Room::since) [`beginning`](Room::beginning) [`newest`](Room::newest) |
/// | time | [`poll_timeout`](Room::poll_timeout) [`handle_timeout`](Room::handle_timeout) |
/// | writing down | [`snapshot`](Room::snapshot) [`restore`](Room::restore) |
#[derive(Debug)]
pub struct Room {
    limits: Limits,
    log: Log,
    members: Members,
    presence: Presence,
}

/// A place in the log: the number of the last entry that somebody has seen.
///
/// The first is the microsecond in which the room began. So no cursor of a room
/// that is gone points into the one that has taken its place.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Cursor(pub u64);

/// A moment, in milliseconds since 1970, as JavaScript's `Date.now()` gives it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Millis(pub u64);

/// Now, on both clocks: one to wait by, which never goes back, and one for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// To wait by.
    pub instant: Instant,
    /// For people.
    pub date: Millis,
}

/// Who somebody is from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joined {
    /// Their number.
    pub id: MemberId,
    /// Their name.
    pub name: Arc<str>,
    /// Whether it is another one than they wanted, because that was taken.
    pub was_taken: bool,
}

/// What somebody says.
///
/// A text alone is said to all: `"Hello".into()`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Speech<'a> {
    /// What.
    pub text: &'a str,
    /// The name of the one it is for, if not for all.
    pub to: Option<&'a str>,
    /// What they call it. Said again with the same key, it is not said twice: so who
    /// does not know whether it arrived may just send it again.
    pub key: Option<&'a str>,
}

impl<'a> From<&'a str> for Speech<'a> {
    fn from(text: &'a str) -> Self {
        Speech { text, to: None, key: None }
    }
}

/// Why the room does not do what somebody wants. A sentence for them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A name or a text that nobody should have to read.
    #[error(transparent)]
    Text(#[from] Refused),
    /// There are too many already.
    #[error("the room is full")]
    Full,
    /// They have left, or were never here.
    #[error("you are not in this room")]
    NotHere,
    /// Nobody of that name is here.
    #[error("nobody here is called {0:?}")]
    Nobody(String),
    /// Too much in too little time.
    #[error("too fast: wait {wait} ms")]
    TooFast {
        /// How long, in milliseconds.
        wait: u64,
    },
    /// The room is carried across machines, and the others cannot be reached.
    #[error("the room is cut off: try again when it is back")]
    CutOff,
    /// They could not be reached any more when the answer was due.
    #[error("the room was cut off, and nobody knows whether that was heard")]
    Unsure,
}

/// What stands behind a cursor.
pub struct Since<I> {
    /// The entries, the oldest first; those that are not for this member are left out.
    pub entries: I,
    /// Whether something for this member stood there that the log has forgotten.
    pub lost: bool,
}

impl Room {
    /// An empty room.
    pub fn new(limits: Limits, now: Moment) -> Self {
        let born = Cursor(now.date.0.saturating_mul(1_000));
        Room {
            limits,
            log: Log::new(born, limits.history, limits.history_bytes),
            members: Members::default(),
            presence: Presence::default(),
        }
    }

    // Coming and going

    /// Somebody comes in. Where the name is taken, they get one like it. `token` is
    /// what nobody else knows: with it they show later who they are.
    ///
    /// # Errors
    /// The room is full, or that is no name.
    pub fn join(&mut self, wanted: &str, token: Token, now: Moment) -> Result<Joined, Refusal> {
        let wanted = Name::decode(wanted, self.limits.name)?;
        if self.members.len() >= self.limits.members {
            return Err(Refusal::Full);
        }
        let WithName { id, name } = self.members.add(&wanted, self.limits.name, token, now.instant);
        self.presence_changed(now);
        self.tell_presence(now);
        Ok(Joined { id, was_taken: !name.is_written_as(&wanted), name: name.into_text() })
    }

    /// Somebody wants another name. All are told.
    ///
    /// # Errors
    /// They are not here, rename themselves too fast, or that is no name.
    pub fn rename(&mut self, id: MemberId, wanted: &str, now: Moment) -> Result<Joined, Refusal> {
        let wanted = Name::decode(wanted, self.limits.name)?;
        self.members.get_mut(id)?.bucket.take(self.limits.flood, now.instant)?;
        let name = self.members.rename(id, &wanted, self.limits.name)?;
        self.push(now, Message::Username { id, name: Arc::clone(name.text()) });
        self.presence_changed(now);
        self.tell_presence(now);
        Ok(Joined { id, was_taken: !name.is_written_as(&wanted), name: name.into_text() })
    }

    /// Somebody goes. Whoever has gone already may go again.
    pub fn leave(&mut self, id: MemberId, now: Moment) {
        if self.members.remove(id) {
            self.log.forget_member(id);
            self.presence_changed(now);
            self.tell_presence(now);
        }
    }

    // Being reached

    /// Who has this token.
    pub fn bearer(&self, token: Token) -> Option<MemberId> {
        self.members.bearer(token)
    }

    /// Somebody has a line to us: a request that is being answered, or a socket.
    pub fn connect(&mut self, id: MemberId) {
        self.members.connect(id);
    }

    /// One of their lines is gone. If it was the last, they have
    /// [`Limits::absence`] to come back.
    pub fn disconnect(&mut self, id: MemberId, now: Moment) {
        self.members.disconnect(id, now.instant);
    }

    // Speaking

    /// Somebody speaks, to all or to one other.
    ///
    /// # Errors
    /// They are not here, speak too fast or to nobody, or say what nobody should
    /// have to read.
    pub fn say<'a>(
        &mut self,
        id: MemberId,
        speech: impl Into<Speech<'a>>,
        now: Moment,
    ) -> Result<Cursor, Refusal> {
        // ANCHOR: say
        let Speech { text, to, key } = speech.into();
        let name = Arc::clone(self.members.get(id)?.name.text());
        let text = text::message(text, self.limits.text)?.into();
        let key = key.map(text::key).transpose()?.map(Arc::from);
        if let Some(said) = key.as_ref().and_then(|key| self.log.find(id, key)) {
            return Ok(said);
        }
        let to = to.map(|to| self.recipient(to)).transpose()?;
        self.members.get_mut(id)?.bucket.take(self.limits.flood, now.instant)?;
        self.push(now, Message::Said { id, name, text, to, key });
        Ok(self.newest())
        // ANCHOR_END: say
    }

    fn recipient(&self, name: &str) -> Result<Recipient, Refusal> {
        let nobody = || Refusal::Nobody(name.to_owned());
        // Not a word about why it is no name: then nobody is called so.
        let name = Name::decode(name, self.limits.name).map_err(|_| nobody())?;
        let id = self.members.named(&name).ok_or_else(nobody)?;
        Ok(Recipient { id, name: Arc::clone(self.members.get(id)?.name.text()) })
    }

    /// Somebody is typing. Who says so again within a second says nothing new.
    ///
    /// # Errors
    /// They are not here.
    pub fn type_on(&mut self, id: MemberId, now: Moment) -> Result<(), Refusal> {
        let member = self.members.get_mut(id)?;
        if member.begins_to_type(now.instant) {
            let name = Arc::clone(member.name.text());
            self.push(now, Message::Typing { id, name });
        }
        Ok(())
    }

    fn push(&mut self, now: Moment, message: Message) {
        for entry in self.log.push(now, message) {
            let Message::Said { id, to: Some(to), .. } = &entry.message else { continue };
            for id in [*id, to.id] {
                if let Ok(member) = self.members.get_mut(id) {
                    member.forgotten = entry.cursor;
                }
            }
        }
    }

    // Listening

    /// The place of the newest entry.
    pub fn newest(&self) -> Cursor {
        self.log.newest()
    }

    /// The cursor behind which nothing is forgotten that was for this member.
    ///
    /// # Errors
    /// They are not here.
    pub fn beginning(&self, reader: MemberId) -> Result<Cursor, Refusal> {
        Ok(self.log.forgotten().max(self.members.get(reader)?.forgotten))
    }

    /// What stands behind a cursor, for this member. A cursor of a room that is gone
    /// has lost something, and everything here is news to it.
    ///
    /// # Errors
    /// They are not here.
    pub fn since(
        &self,
        cursor: Cursor,
        reader: MemberId,
    ) -> Result<Since<impl Iterator<Item = &Arc<Entry>>>, Refusal> {
        let is_ours = cursor <= self.newest();
        let lost = cursor < self.beginning(reader)? || !is_ours;
        let entries = self.log.behind(if is_ours { cursor } else { Cursor(0) });
        Ok(Since { entries: entries.filter(move |entry| entry.message.is_for(reader)), lost })
    }

    /// The newest list of who is here.
    pub fn userlist(&self) -> Option<&Arc<Entry>> {
        self.log.userlist()
    }

    /// The names of all who are here, in the order in which they came.
    pub fn users(&self) -> impl Iterator<Item = &Arc<str>> {
        self.members.names()
    }

    /// How somebody is called.
    ///
    /// # Errors
    /// They are not here.
    pub fn name(&self, id: MemberId) -> Result<Arc<str>, Refusal> {
        Ok(Arc::clone(self.members.get(id)?.name.text()))
    }

    // Time

    /// When [`handle_timeout`](Room::handle_timeout) has something to do.
    pub fn poll_timeout(&self) -> Option<Instant> {
        let absent = self.members.longest_away().map(|(since, _)| since + self.limits.absence);
        absent.into_iter().chain(self.presence.due()).min()
    }

    /// Sees off those who have been away for too long, and tells who is here.
    pub fn handle_timeout(&mut self, now: Moment) {
        while let Some((since, id)) = self.members.longest_away()
            && since + self.limits.absence <= now.instant
        {
            self.members.remove(id);
            self.log.forget_member(id);
            self.presence_changed(now);
        }
        self.tell_presence(now);
    }

    fn presence_changed(&mut self, now: Moment) {
        self.presence.changed(now.instant, self.limits.presence, self.members.len());
    }

    fn tell_presence(&mut self, now: Moment) {
        if self.presence.is_due(now.instant) {
            let users = self.users().map(Arc::clone).collect();
            self.push(now, Message::Userlist { users });
        }
    }
}
