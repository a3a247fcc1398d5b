//! What is said in a room, as JSON: the objects that pages and servers exchange.
//!
//! ```text
//! from a member   {"type":"message","text":"Hello"}            to all
//!                 {"type":"message","text":"psst","to":"Bob"}  to one
//!                 {"type":"username","name":"Ada"}             another name
//!                 {"type":"typing"}
//!
//! from the room   {"type":"message","id":3,"name":"Ada","text":"Hello","cursor":1795344000000018,"date":1795344000123}
//!                 {"type":"userlist","users":["Ada","Bob"],"cursor":1795344000000017,"date":1795343999000}
//!                 {"type":"username","id":3,"name":"Ada",…}    somebody's new name
//!                 {"type":"typing","id":3,"name":"Ada",…}
//!                 {"type":"cutoff",…}                          other machines are out of reach
//!                 {"type":"rejoined",…}                        they are back
//!
//! to one alone    {"type":"id","id":3,"name":"Ada","token":"9f2c…","cursor":1795344000000017,…}
//!                 {"type":"rejectusername","id":3,"name":"Ada-3",…}
//!                 {"type":"refused","text":"too fast: wait 40 ms",…}
//!                 {"type":"lost",…}
//! ```
//!
//! `id` is who speaks, `date` when, in milliseconds since 1970, and `cursor` the
//! entry's place in the room. A member may send an `id` and a `date`, too; the room
//! knows better.
//!
//! Book: chapter 9.

use crate::room::{Cursor, MemberId, Millis, Refusal, Token};
use serde::{Deserialize, Serialize};
use socketio::Encoded;
use std::{
    borrow::Cow,
    sync::{Arc, OnceLock},
};

/// One entry of a room's log.
#[derive(Debug)]
pub struct Entry {
    /// Its place.
    pub cursor: Cursor,
    /// When it came.
    pub date: Millis,
    /// What it is.
    pub message: Message,
    sealed: [OnceLock<Arc<[u8]>>; Envelope::COUNT],
    /// For Socket.IO, where members share a packet and not its bytes.
    packet: OnceLock<Encoded>,
}

/// The forms in which an entry is sent: one for each way of carrying it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Envelope {
    /// A JSON text, for a list of them.
    Json,
    /// A server-sent event.
    Event,
    /// A WebSocket frame.
    Frame,
}

impl Envelope {
    const COUNT: usize = 3;
}

impl Entry {
    /// A new entry, in no envelope yet.
    pub fn new(cursor: Cursor, date: Millis, message: Message) -> Self {
        let (sealed, packet) = Default::default();
        Entry { cursor, date, message, sealed, packet }
    }

    // ANCHOR: sealed
    /// The entry in an envelope. It is put there once, for all who read it.
    pub fn sealed(&self, envelope: Envelope, seal: fn(&Entry) -> Vec<u8>) -> &Arc<[u8]> {
        self.sealed[envelope as usize].get_or_init(|| seal(self).into())
    }
    // ANCHOR_END: sealed

    /// The same as a packet of Socket.IO.
    pub fn packed(&self, pack: fn(&Entry) -> Encoded) -> &Encoded {
        self.packet.get_or_init(|| pack(self))
    }

    /// The entry as a JSON object.
    pub fn json(&self) -> String {
        serde_json::to_string(&self.object()).expect(IS_JSON)
    }

    /// The same, to be looked into.
    pub fn to_value(&self) -> serde_json::Value {
        serde_json::to_value(self.object()).expect(IS_JSON)
    }

    fn object(&self) -> impl Serialize {
        #[derive(Serialize)]
        struct Object<'a> {
            #[serde(flatten)]
            message: &'a Message,
            cursor: Cursor,
            date: Millis,
        }
        let Entry { message, cursor, date, .. } = self;
        Object { message, cursor: *cursor, date: *date }
    }
}

const IS_JSON: &str = "texts and numbers are JSON";

/// What happened in a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Message {
    /// Somebody spoke.
    #[serde(rename = "message")]
    Said {
        /// Who.
        id: MemberId,
        /// Their name at that moment.
        name: Arc<str>,
        /// What they said.
        text: Arc<str>,
        /// To whom, if not to all.
        #[serde(skip_serializing_if = "Option::is_none")]
        to: Option<Recipient>,
        /// What they call it.
        #[serde(skip_serializing_if = "Option::is_none")]
        key: Option<Arc<str>>,
    },
    /// Who is here.
    Userlist {
        /// Their names, in the order in which they came.
        users: Arc<[Arc<str>]>,
    },
    /// Somebody has another name.
    Username {
        /// Who.
        id: MemberId,
        /// Their name.
        name: Arc<str>,
    },
    /// Somebody is typing.
    Typing {
        /// Who.
        id: MemberId,
        /// Their name.
        name: Arc<str>,
    },
    /// The other machines of the room cannot be reached. It stands in no log: each
    /// reader is told by itself.
    CutOff,
    /// They can be reached again.
    Rejoined,
}

/// To whom something is said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Recipient {
    /// Their name.
    pub name: Arc<str>,
    /// Who they are.
    #[serde(skip)]
    pub id: MemberId,
}

/// What is only of the moment: a newer one of the same kind takes its place, and who
/// has not read it has missed nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Passing {
    Userlist,
    Username(MemberId),
    Typing(MemberId),
}

impl Message {
    /// Whether this member may read it.
    pub fn is_for(&self, reader: MemberId) -> bool {
        match self {
            Message::Said { id, to: Some(to), .. } => reader == *id || reader == to.id,
            Message::Typing { id, .. } => reader != *id,
            Message::Said { to: None, .. }
            | Message::Userlist { .. }
            | Message::Username { .. }
            | Message::CutOff
            | Message::Rejoined => true,
        }
    }

    pub(crate) fn passing(&self) -> Option<Passing> {
        match self {
            Message::Said { .. } | Message::CutOff | Message::Rejoined => None,
            Message::Userlist { .. } => Some(Passing::Userlist),
            Message::Username { id, .. } => Some(Passing::Username(*id)),
            Message::Typing { id, .. } => Some(Passing::Typing(*id)),
        }
    }

    /// About how many bytes it has.
    pub(crate) fn weight(&self) -> usize {
        match self {
            Message::Said { text, key, .. } => {
                128 + text.len() + key.as_ref().map_or(0, |key| key.len())
            }
            Message::Userlist { users } => {
                64 + users.iter().map(|name| 3 + name.len()).sum::<usize>()
            }
            Message::Username { .. }
            | Message::Typing { .. }
            | Message::CutOff
            | Message::Rejoined => 128,
        }
    }
}

/// What a member wants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Wish {
    /// To say something.
    Message {
        /// What.
        text: String,
        /// To whom, if not to all.
        #[serde(skip_serializing_if = "Option::is_none")]
        to: Option<String>,
        /// What they call it; see [`Speech::key`](crate::room::Speech::key).
        #[serde(skip_serializing_if = "Option::is_none")]
        key: Option<String>,
    },
    /// To be called so.
    Username {
        /// How.
        name: String,
    },
    /// To have it seen that they are typing.
    Typing,
}

/// Why a wish is none. A sentence for who sent it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// It is no JSON object, or its fields are no texts.
    #[error("that is no JSON object like {{\"type\":\"message\",\"text\":\"Hello\"}}: {0}")]
    Json(String),
    /// It has a type that nobody knows.
    #[error("there is no type {0:?}: say \"message\", \"username\" or \"typing\"")]
    Type(String),
    /// A field is missing that its type needs.
    #[error("a {kind:?} needs a field {field:?}")]
    Missing {
        /// The type.
        kind: &'static str,
        /// The field.
        field: &'static str,
    },
}

impl Wish {
    /// Decodes what a member sent. Fields that nobody knows are passed over.
    ///
    /// # Errors
    /// It is no wish.
    pub fn decode(json: &[u8]) -> Result<Wish, Malformed> {
        #[derive(Deserialize)]
        struct Object<'a> {
            #[serde(rename = "type", borrow)]
            kind: Cow<'a, str>,
            text: Option<String>,
            name: Option<String>,
            to: Option<String>,
            key: Option<String>,
        }
        // An array of the same values would do for the decoder.
        if json.trim_ascii_start().first() == Some(&b'[') {
            return Err(Malformed::Json("it is an array".to_owned()));
        }
        let decoded = serde_json::from_slice(json);
        let Object { kind, text, name, to, key } =
            decoded.map_err(|error| Malformed::Json(error.to_string()))?;
        Wish::new(&kind, Fields { text, name, to, key })
    }

    /// The same where the type stands beside the object, as with Socket.IO.
    ///
    /// # Errors
    /// It is no wish.
    pub fn of(kind: &str, object: serde_json::Value) -> Result<Wish, Malformed> {
        if !object.is_object() {
            return Err(Malformed::Json("it is no object".to_owned()));
        }
        let decoded = serde_json::from_value(object);
        let fields = decoded.map_err(|error| Malformed::Json(error.to_string()))?;
        Wish::new(kind, fields)
    }

    fn new(kind: &str, fields: Fields) -> Result<Wish, Malformed> {
        let Fields { text, name, to, key } = fields;
        match kind {
            "message" => match text {
                Some(text) => Ok(Wish::Message { text, to, key }),
                None => Err(Malformed::Missing { kind: "message", field: "text" }),
            },
            "username" => match name.or(text) {
                Some(name) => Ok(Wish::Username { name }),
                None => Err(Malformed::Missing { kind: "username", field: "name" }),
            },
            "typing" => Ok(Wish::Typing),
            other => Err(Malformed::Type(other.chars().take(32).collect())),
        }
    }
}

/// What an object may say beside its type.
#[derive(Deserialize)]
struct Fields {
    text: Option<String>,
    name: Option<String>,
    to: Option<String>,
    key: Option<String>,
}

/// What the room tells one member alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Reply {
    /// Who they are.
    Id {
        /// Their number.
        id: MemberId,
        /// Their name.
        name: Arc<str>,
        /// By what they are known when they come back.
        token: Token,
        /// From where they read.
        cursor: Cursor,
    },
    /// The name that they wanted is taken; this is theirs.
    RejectUsername {
        /// Their number.
        id: MemberId,
        /// Their name.
        name: Arc<str>,
    },
    /// What they wanted is not done.
    Refused {
        /// Why.
        text: String,
        /// What they call it, if they do.
        #[serde(skip_serializing_if = "Option::is_none")]
        key: Option<String>,
    },
    /// Between their cursor and what follows, there was something that nobody knows any more.
    Lost,
}

impl Reply {
    /// The same, where it answers this wish.
    #[must_use]
    pub fn to(self, wish: &Wish) -> Reply {
        match (self, wish) {
            (Reply::Refused { text, .. }, Wish::Message { key, .. }) => {
                Reply::Refused { text, key: key.clone() }
            }
            (reply, _) => reply,
        }
    }

    /// The reply as a JSON object.
    pub fn json(&self, date: Millis) -> String {
        serde_json::to_string(&self.object(date)).expect(IS_JSON)
    }

    /// The same, to be looked into.
    pub fn to_value(&self, date: Millis) -> serde_json::Value {
        serde_json::to_value(self.object(date)).expect(IS_JSON)
    }

    fn object(&self, date: Millis) -> impl Serialize {
        #[derive(Serialize)]
        struct Object<'a> {
            #[serde(flatten)]
            reply: &'a Reply,
            date: Millis,
        }
        Object { reply: self, date }
    }
}

impl From<&Refusal> for Reply {
    fn from(refusal: &Refusal) -> Self {
        Reply::Refused { text: refusal.to_string(), key: None }
    }
}

impl From<&Malformed> for Reply {
    fn from(malformed: &Malformed) -> Self {
        Reply::Refused { text: malformed.to_string(), key: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(json: &str, wish: Result<Wish, &str>) {
        let decoded = Wish::decode(json.as_bytes()).map_err(|malformed| malformed.to_string());
        match (decoded, wish) {
            (Err(text), Err(part)) => assert!(text.contains(part), "{text}"),
            (decoded, wish) => assert_eq!(decoded, wish.map_err(str::to_owned), "{json}"),
        }
    }

    #[test]
    fn takes_the_objects_of_the_source_material() {
        let message = Wish::Message { text: "안녕".to_owned(), to: None, key: None };
        check(r#"{"type":"message","text":"안녕","id":7,"date":1795344000000}"#, Ok(message));
        let name = || Ok(Wish::Username { name: "Ada".to_owned() });
        check(r#"{"name":"Ada","date":1,"id":7,"type":"username"}"#, name());
        check(r#"{"type":"username","text":"Ada","id":7,"date":1}"#, name());
        check(r#"{"type":"username","text":"","name":"Ada"}"#, name());
        check(r#"{"type":"typing"}"#, Ok(Wish::Typing));
    }

    #[test]
    fn takes_a_type_that_stands_beside_its_object() {
        let of = |kind, json: &str| Wish::of(kind, serde_json::from_str(json).unwrap());
        let message = Wish::Message { text: "안녕".to_owned(), to: None, key: None };
        assert_eq!(of("message", r#"{"text":"안녕","type":"typing"}"#), Ok(message));
        assert_eq!(of("typing", "{}"), Ok(Wish::Typing));
        for (kind, json) in [("message", "{}"), ("message", r#"["안녕"]"#), ("shutdown", "{}")] {
            assert!(of(kind, json).is_err(), "{kind} {json}");
        }
    }

    #[test]
    fn takes_a_recipient_and_a_key() {
        let wish = Wish::Message {
            text: "psst".to_owned(),
            to: Some("Bob".to_owned()),
            key: Some("3-1".to_owned()),
        };
        check(r#"{"type":"message","text":"psst","to":"Bob","key":"3-1"}"#, Ok(wish));
        let wish = Wish::Message { text: "a".to_owned(), to: None, key: None };
        check(r#"{"type":"message","text":"\u0061","to":null}"#, Ok(wish));
    }

    #[test]
    fn says_what_is_wrong_with_what_is_no_wish() {
        check("hello", Err("no JSON object"));
        check("[]", Err("no JSON object"));
        check(r#"{"text":"a"}"#, Err("`type`"));
        check(r#"{"type":5}"#, Err("no JSON object"));
        check(r#"["message","Hi",null,null,null]"#, Err("no JSON object"));
        check(r#"{"type":"message"}"#, Err("a \"message\" needs a field \"text\""));
        check(r#"{"type":"message","text":5}"#, Err("no JSON object"));
        check(r#"{"type":"message","text":"\ud800"}"#, Err("no JSON object"));
        check(r#"{"type":"username"}"#, Err("a \"username\" needs a field \"name\""));
        check(r#"{"type":"shutdown"}"#, Err("there is no type \"shutdown\""));
        check(&"[".repeat(100_000), Err("no JSON object"));
    }

    #[test]
    fn entries_and_replies_are_objects_with_a_type_and_a_date() {
        let text = "<b>\"\u{2028}".into();
        let (id, name) = (MemberId(3), Arc::from("Ada"));
        let said = Message::Said { id, name: Arc::clone(&name), text, to: None, key: None };
        assert_eq!(
            Entry::new(Cursor(18), Millis(5), said).json(),
            r#"{"type":"message","id":3,"name":"Ada","text":"<b>\""#.to_owned()
                + "\u{2028}"
                + r#"","cursor":18,"date":5}"#
        );
        let users = [Arc::clone(&name)].into();
        assert_eq!(
            Entry::new(Cursor(1), Millis(5), Message::Userlist { users }).json(),
            r#"{"type":"userlist","users":["Ada"],"cursor":1,"date":5}"#
        );
        let welcome = Reply::Id { id, name, token: Token(0xff), cursor: Cursor(1) };
        assert_eq!(
            welcome.json(Millis(5)),
            r#"{"type":"id","id":3,"name":"Ada","token":"000000000000000000000000000000ff","cursor":1,"date":5}"#
        );
        assert_eq!(Reply::Lost.json(Millis(5)), r#"{"type":"lost","date":5}"#);
    }
}
