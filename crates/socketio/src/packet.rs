//! Packets (Socket.IO 5, Packet encoding): a type, a namespace, an id, a payload.
//!
//! ```text
//! 2["foo"]
//! 2           => EVENT packet type
//! ["foo"]     => payload: the event's name, and its arguments
//!
//! 3/admin,13["bar"]
//! 3           => ACK packet type
//! /admin,     => namespace; without one it is /
//! 13          => the id of the event
//! ["bar"]     => payload
//!
//! 51-["baz",{"_placeholder":true,"num":0}]      and behind it a message of bytes
//! 5           => BINARY_EVENT packet type
//! 1-          => how many attachments follow
//! ["baz",…]   => payload; a placeholder stands where an attachment belongs
//! ```
//!
//! Each packet is the message of an Engine.IO packet, so on the wire a `4` stands
//! before it: `42["foo"]`.
//!
//! ```
//! use socketio::{Binary, Content, Decoder, Namespace, Packet, Value};
//!
//! let mut decoder = Decoder::default();
//! let packet = decoder.receive(r#"51-["baz",{"_placeholder":true,"num":0}]"#)?;
//! assert_eq!(packet, None);
//! let packet = decoder.receive_binary([1, 2, 3, 4].into())?.expect("the only attachment");
//!
//! let arguments = vec![Value::Binary(Binary::from([1, 2, 3, 4]))];
//! let event = Content::Event { name: "baz".to_owned(), arguments, id: None };
//! assert_eq!(packet, Packet { namespace: Namespace::MAIN, content: event });
//! # Ok::<(), wire::Violation>(())
//! ```
//!
//! Book: chapter 11.

mod head;

use crate::{Encoded, Limits, Namespace, Object, Value, encoded::EncodeError, quote::quote, rules};
pub use head::Head;
pub(crate) use head::Parts;
use std::fmt;
use wire::Violation;

/// One packet, with its attachments in their places.
#[derive(Debug, Clone, PartialEq)]
pub struct Packet {
    /// The conversation that it belongs to.
    pub namespace: Namespace,
    /// What it says.
    pub content: Content,
}

/// What a packet says.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// A client asks to join the namespace, with what it says of itself; the
    /// server agrees, with the `sid` that it gives.
    Connect(Option<Object>),
    /// One side leaves the namespace.
    Disconnect,
    /// Something happened.
    Event {
        /// What happened.
        name: String,
        /// What goes with it.
        arguments: Vec<Value>,
        /// By what the acknowledgement is known, if one is asked for.
        id: Option<u64>,
    },
    /// An event has arrived.
    Ack {
        /// That of the event.
        id: u64,
        /// What the receiver of the event says to it.
        arguments: Vec<Value>,
    },
    /// The server does not agree, and says why.
    ConnectError(Object),
}

impl Packet {
    /// Encodes the packet, as Engine.IO frames.
    ///
    /// # Errors
    /// No receiver would take it, or take it for what it is.
    pub fn encode(&self) -> Result<Encoded, EncodeError> {
        let Packet { namespace, content } = self;
        match content {
            Content::Connect(payload) => {
                Ok(Encoded::object(Kind::Connect, namespace, payload.as_ref()))
            }
            Content::Disconnect => Ok(Encoded::object(Kind::Disconnect, namespace, None)),
            Content::ConnectError(payload) => {
                Ok(Encoded::object(Kind::ConnectError, namespace, Some(payload)))
            }
            Content::Event { name, arguments, id } => {
                Encoded::event(namespace, name, arguments, *id)
            }
            Content::Ack { id, arguments } => Encoded::ack(namespace, *id, arguments),
        }
    }

    /// Its type: a binary one where there are bytes in it.
    pub fn kind(&self) -> Kind {
        match &self.content {
            Content::Connect(_) => Kind::Connect,
            Content::Disconnect => Kind::Disconnect,
            Content::ConnectError(_) => Kind::ConnectError,
            Content::Event { arguments, .. } => match arguments.iter().any(Value::has_binary) {
                false => Kind::Event,
                true => Kind::BinaryEvent,
            },
            Content::Ack { arguments, .. } => match arguments.iter().any(Value::has_binary) {
                false => Kind::Ack,
                true => Kind::BinaryAck,
            },
        }
    }

    pub(crate) fn arguments_mut(&mut self) -> &mut [Value] {
        match &mut self.content {
            Content::Event { arguments, .. } | Content::Ack { arguments, .. } => arguments,
            Content::Connect(_) | Content::Disconnect | Content::ConnectError(_) => &mut [],
        }
    }

    /// Puts a packet together of what stood before its payload, and its payload.
    pub(crate) fn new(head: &Head<'_>, payload: Option<Value>) -> Result<Packet, Violation> {
        let content = match head.kind {
            Kind::Connect => Content::Connect(match payload {
                None => None,
                Some(Value::Object(payload)) => Some(payload),
                Some(_) => return Err(rules::CONNECT_PAYLOAD.broken(head.shown())),
            }),
            Kind::Disconnect => match payload {
                None => Content::Disconnect,
                Some(_) => return Err(rules::DISCONNECT_PAYLOAD.broken(head.shown())),
            },
            Kind::ConnectError => match payload {
                Some(Value::Object(payload)) => Content::ConnectError(payload),
                _ => return Err(rules::CONNECT_ERROR_PAYLOAD.broken(head.shown())),
            },
            Kind::Event | Kind::BinaryEvent => event(head, payload)?,
            Kind::Ack | Kind::BinaryAck => match (payload, head.id) {
                (Some(Value::Array(arguments)), Some(id)) => Content::Ack { id, arguments },
                (_, None) => return Err(rules::ACK_ID.broken("an acknowledgement without an id")),
                _ => return Err(rules::ACK_PAYLOAD.broken(head.shown())),
            },
        };
        let namespace = head.namespace.clone();
        Ok(Packet { namespace, content })
    }
}

fn event(head: &Head<'_>, payload: Option<Value>) -> Result<Content, Violation> {
    let Some(Value::Array(mut arguments)) = payload else {
        return Err(rules::EVENT_PAYLOAD.broken(head.shown()));
    };
    let name = match arguments.first_mut().map(std::mem::take) {
        Some(Value::String(name)) => name,
        // JavaScript's objects know no other keys than text, so 7 is "7".
        Some(Value::Number(number)) => number.to_string(),
        _ => return Err(rules::EVENT_PAYLOAD.broken(head.shown())),
    };
    if is_reserved(&name) {
        return Err(rules::RESERVED_EVENT.broken(format!("an event {}", quote(&name))));
    }
    arguments.remove(0);
    Ok(Content::Event { name, arguments, id: head.id })
}

/// Whether no event may have this name: libraries tell their programs by these
/// what becomes of the connection, and nobody else shall.
pub fn is_reserved(name: &str) -> bool {
    matches!(
        name,
        "connect"
            | "connect_error"
            | "disconnect"
            | "disconnecting"
            | "newListener"
            | "removeListener"
    )
}

/// The types of packets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `0`: join a namespace.
    Connect,
    /// `1`: leave it.
    Disconnect,
    /// `2`: something happened.
    Event,
    /// `3`: it has arrived.
    Ack,
    /// `4`: a namespace cannot be joined.
    ConnectError,
    /// `5`: an event with attachments.
    BinaryEvent,
    /// `6`: an acknowledgement with attachments.
    BinaryAck,
}

impl Kind {
    /// Every type, in the order of their digits.
    pub const ALL: [Kind; 7] = [
        Kind::Connect,
        Kind::Disconnect,
        Kind::Event,
        Kind::Ack,
        Kind::ConnectError,
        Kind::BinaryEvent,
        Kind::BinaryAck,
    ];

    /// The type that a packet's first character names.
    pub fn from_char(char: char) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.char() == char)
    }

    /// A packet's first character.
    pub fn char(self) -> char {
        char::from(b'0' + self as u8)
    }

    /// The documents' word for it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Connect => "CONNECT",
            Kind::Disconnect => "DISCONNECT",
            Kind::Event => "EVENT",
            Kind::Ack => "ACK",
            Kind::ConnectError => "CONNECT_ERROR",
            Kind::BinaryEvent => "BINARY_EVENT",
            Kind::BinaryAck => "BINARY_ACK",
        }
    }

    /// Whether attachments follow.
    pub fn is_binary(self) -> bool {
        matches!(self, Kind::BinaryEvent | Kind::BinaryAck)
    }

    /// Whether it may have an id.
    fn has_id(self) -> bool {
        matches!(self, Kind::Event | Kind::Ack | Kind::BinaryEvent | Kind::BinaryAck)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
