//! Who is here: by number, by name, by token.

use super::{Cursor, Name, Refusal, flood::Bucket};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt,
    num::ParseIntError,
    str::FromStr,
    sync::Arc,
    time::{Duration, Instant},
};

/// Who somebody is, as long as they are here. Nobody else ever gets the same.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct MemberId(pub u64);

/// What only one member knows, and by which they are known again: 32 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Token(pub u128);

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// Nothing of it: who reads a log should not become somebody else.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

impl From<Token> for String {
    fn from(token: Token) -> String {
        token.to_string()
    }
}

impl TryFrom<String> for Token {
    type Error = ParseIntError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl FromStr for Token {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        u128::from_str_radix(text, 16).map(Token)
    }
}

/// Who is here: by number, by name, by token.
#[derive(Debug, Default)]
pub(super) struct Members {
    pub(super) by_id: BTreeMap<MemberId, Member>,
    by_name: HashMap<Name, MemberId>,
    by_token: HashMap<Token, MemberId>,
    /// Those without a line to us, the longest away first.
    away: BTreeSet<(Instant, MemberId)>,
    pub(super) youngest: MemberId,
}

/// Somebody who is here.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) name: Name,
    pub(super) bucket: Bucket,
    pub(super) token: Token,
    pub(super) line: Line,
    /// When they last began to type.
    pub(super) typed: Option<Instant>,
    /// The newest that was said to them or by them alone, and is forgotten.
    pub(super) forgotten: Cursor,
}

/// How somebody can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    /// By so many requests and sockets.
    Open(u32),
    /// Not at all, since then.
    Away(Instant),
}

/// Who it is, and how they are called.
pub(super) struct WithName {
    pub(super) id: MemberId,
    pub(super) name: Name,
}

impl Members {
    /// Somebody new, away until their first line opens.
    pub(super) fn add(
        &mut self,
        wanted: &Name,
        most: usize,
        token: Token,
        now: Instant,
    ) -> WithName {
        let id = MemberId(self.youngest.0 + 1);
        let name = self.free_name(wanted, most, id);
        self.youngest = id;
        let member = Member {
            name: name.clone(),
            bucket: Bucket::new(now),
            token,
            line: Line::Away(now),
            typed: None,
            forgotten: Cursor::default(),
        };
        self.insert(id, member);
        WithName { id, name }
    }

    pub(super) fn insert(&mut self, id: MemberId, member: Member) {
        self.by_name.insert(member.name.clone(), id);
        self.by_token.insert(member.token, id);
        if let Line::Away(since) = member.line {
            self.away.insert((since, id));
        }
        self.by_id.insert(id, member);
    }

    pub(super) fn rename(
        &mut self,
        id: MemberId,
        wanted: &Name,
        most: usize,
    ) -> Result<Name, Refusal> {
        let name = self.free_name(wanted, most, id);
        let member = self.by_id.get_mut(&id).ok_or(Refusal::NotHere)?;
        self.by_name.remove(&member.name);
        self.by_name.insert(name.clone(), id);
        member.name = name.clone();
        Ok(name)
    }

    /// Whether they were here.
    pub(super) fn remove(&mut self, id: MemberId) -> bool {
        let Some(member) = self.by_id.remove(&id) else { return false };
        self.by_name.remove(&member.name);
        self.by_token.remove(&member.token);
        if let Line::Away(since) = member.line {
            self.away.remove(&(since, id));
        }
        true
    }

    pub(super) fn connect(&mut self, id: MemberId) {
        let Some(member) = self.by_id.get_mut(&id) else { return };
        member.line = match member.line {
            Line::Open(lines) => Line::Open(lines + 1),
            Line::Away(since) => {
                self.away.remove(&(since, id));
                Line::Open(1)
            }
        };
    }

    pub(super) fn disconnect(&mut self, id: MemberId, now: Instant) {
        let Some(member) = self.by_id.get_mut(&id) else { return };
        member.line = match member.line {
            Line::Open(lines @ 2..) => Line::Open(lines - 1),
            Line::Open(_) => {
                self.away.insert((now, id));
                Line::Away(now)
            }
            away @ Line::Away(_) => away,
        };
    }

    pub(super) fn longest_away(&self) -> Option<(Instant, MemberId)> {
        self.away.first().copied()
    }

    pub(super) fn bearer(&self, token: Token) -> Option<MemberId> {
        self.by_token.get(&token).copied()
    }

    pub(super) fn named(&self, name: &Name) -> Option<MemberId> {
        self.by_name.get(name).copied()
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &Arc<str>> {
        self.by_id.values().map(|member| member.name.text())
    }

    pub(super) fn get(&self, id: MemberId) -> Result<&Member, Refusal> {
        self.by_id.get(&id).ok_or(Refusal::NotHere)
    }

    pub(super) fn get_mut(&mut self, id: MemberId) -> Result<&mut Member, Refusal> {
        self.by_id.get_mut(&id).ok_or(Refusal::NotHere)
    }

    pub(super) fn len(&self) -> usize {
        self.by_id.len()
    }

    /// A name that nobody else bears: the one that is wanted, or that with a number.
    fn free_name(&self, wanted: &Name, most: usize, id: MemberId) -> Name {
        let is_free = |name: &Name| self.named(name).is_none_or(|bearer| bearer == id);
        if is_free(wanted) {
            return wanted.clone();
        }
        // The member's own number is free but for malice, and then the next one is.
        let mut numbered = (id.0..).map(|number| wanted.numbered(number, most));
        numbered.find(is_free).expect("there are more numbers than members")
    }
}

/// How long who is typing is known to be typing.
const TYPING: Duration = Duration::from_secs(1);

impl Member {
    pub(super) fn begins_to_type(&mut self, now: Instant) -> bool {
        let begins = self.typed.is_none_or(|typed| typed + TYPING <= now);
        if begins {
            self.typed = Some(now);
        }
        begins
    }
}
