//! What can be done in a room, as a value.
//!
//! A call is over when it returns; a value can be put in a queue, written down, sent
//! to another machine, and done there. The room is pure: the same acts in the same
//! order make the same room, wherever they are done.
//!
//! Book: chapter 9.

use crate::{
    message::Wish,
    room::{Joined, MemberId, Moment, Refusal, Room, Speech, Token},
};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// What can be done in a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Act<'a> {
    /// Somebody comes in.
    Join {
        /// How they want to be called.
        name: Cow<'a, str>,
        /// How they will show that it is they.
        token: Token,
    },
    /// Somebody goes.
    Leave {
        /// Who.
        id: MemberId,
    },
    /// Somebody who is here wants something.
    Wish {
        /// Who.
        id: MemberId,
        /// What.
        wish: Cow<'a, Wish>,
    },
}

impl Act<'_> {
    /// Does it. Who came in or has another name comes back.
    ///
    /// # Errors
    /// As [`Room`]'s own methods.
    pub fn perform(&self, room: &mut Room, now: Moment) -> Result<Option<Joined>, Refusal> {
        match self {
            Act::Join { name, token } => room.join(name, *token, now).map(Some),
            Act::Leave { id } => {
                room.leave(*id, now);
                Ok(None)
            }
            Act::Wish { id, wish } => match &**wish {
                Wish::Message { text, to, key } => {
                    let speech = Speech { text, to: to.as_deref(), key: key.as_deref() };
                    room.say(*id, speech, now).map(|_| None)
                }
                Wish::Username { name } => room.rename(*id, name, now).map(Some),
                Wish::Typing => room.type_on(*id, now).map(|()| None),
            },
        }
    }
}
