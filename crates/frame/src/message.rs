//! Messages (RFC 6455 5.4): what an application sends, in one frame or in many.
//!
//! ```text
//! 01 03 "Hel"     text, more follows        ┐
//! 89 01 "?"       a ping may come between   │  one text message: "Hello"
//! 80 02 "lo"      continuation, the end     ┘
//! ```
//!
//! Book: chapter 8.

use crate::{Opcode, close::Close};
use std::{fmt, str};

/// A message, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Message<'a> {
    /// What it is.
    pub kind: Kind,
    /// The whole application data, unmasked and inflated; empty unless the state is [`State::Complete`].
    pub payload: &'a [u8],
    /// How long the application data is. Where that cannot be known, what the frame headers claim.
    pub len: u64,
    /// Whether it travelled compressed.
    pub compressed: bool,
    /// How many frames carried it.
    pub frames: u64,
    /// Where its first frame begins, in bytes from the start of the stream.
    pub start: u64,
    /// Whether its payload is here.
    pub state: State,
}

impl<'a> Message<'a> {
    /// The payload as text, where it is UTF-8.
    pub fn text(&self) -> Option<&'a str> {
        simdutf8::basic::from_utf8(self.payload).ok()
    }

    /// The code and reason of a close frame, where it has a body.
    pub fn close(&self) -> Option<Close<'a>> {
        match self.kind {
            Kind::Close => Close::decode(self.payload),
            _ => None,
        }
    }
}

/// What a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// UTF-8 text.
    Text,
    /// Any bytes.
    Binary,
    /// The question of a heartbeat.
    Ping,
    /// Its answer.
    Pong,
    /// One half of the closing handshake.
    Close,
}

impl Kind {
    /// The specification's word for it.
    pub fn name(self) -> &'static str {
        self.opcode().name()
    }

    /// The opcode of its first frame.
    #[inline]
    pub fn opcode(self) -> Opcode {
        match self {
            Kind::Text => Opcode::Text,
            Kind::Binary => Opcode::Binary,
            Kind::Ping => Opcode::Ping,
            Kind::Pong => Opcode::Pong,
            Kind::Close => Opcode::Close,
        }
    }

    /// What a frame with this opcode begins; continuations and reserved opcodes begin nothing.
    #[inline]
    pub fn begun_by(opcode: Opcode) -> Option<Kind> {
        match opcode {
            Opcode::Text => Some(Kind::Text),
            Opcode::Binary => Some(Kind::Binary),
            Opcode::Ping => Some(Kind::Ping),
            Opcode::Pong => Some(Kind::Pong),
            Opcode::Close => Some(Kind::Close),
            Opcode::Continuation | Opcode::Reserved(_) => None,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Whether a message's payload is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// All of it.
    Complete,
    /// Bytes are missing, or the next message began before this one's end.
    Cut,
    /// Its bytes are here, but cannot be understood: they do not inflate, or
    /// reserved bits say that an unknown extension changed them.
    Unreadable,
    /// Its bytes were dropped, because it is over a limit.
    TooBig,
}

/// The message whose last fragment has not come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Open {
    /// What it will be.
    pub kind: Kind,
    /// Where its first frame begins, in bytes from the start of the stream.
    pub start: u64,
    /// How many frames it has so far, the unfinished one included.
    pub frames: u64,
    /// How many bytes of payload their headers claim.
    pub len: u64,
    /// Whether it travels compressed.
    pub compressed: bool,
    /// Whether it can still become complete.
    pub state: State,
}

impl Open {
    pub(crate) fn message<'a>(&self, payload: &'a [u8]) -> Message<'a> {
        let Open { kind, start, frames, compressed, state, .. } = *self;
        let (len, payload) = match state {
            State::Complete => (payload.len() as u64, payload),
            _ => (self.len, &[][..]),
        };
        Message { kind, payload, len, compressed, frames, start, state }
    }
}
