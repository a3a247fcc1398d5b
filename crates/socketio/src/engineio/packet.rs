//! Packets (Engine.IO 4, Packet encoding): a type, and what it carries.
//!
//! ```text
//! 2probe
//! 2         => ping packet type
//! probe     => what it carries
//!
//! 4hello
//! 4         => message packet type
//! hello     => the message
//!
//! bAQIDBA==
//! b         => a message of bytes, where only text can travel
//! AQIDBA==  => the bytes 01 02 03 04 in base64
//! ```
//!
//! In a WebSocket a message of bytes needs neither: it is a binary frame as it is.
//! A client that wants base64 there too (`forceBase64`) is understood.
//!
//! ```
//! use socketio::engineio::Packet;
//!
//! assert_eq!(Packet::decode("2probe")?, Packet::Ping("probe"));
//! assert_eq!(Packet::decode("4hello")?, Packet::Message("hello"));
//! assert_eq!(Packet::decode("bAQIDBA==")?, Packet::Binary(vec![1, 2, 3, 4].into()));
//! # Ok::<(), wire::Violation>(())
//! ```
//!
//! Book: chapter 11.

use crate::{engineio::rules, quote::quote};
use base64::{Engine, prelude::BASE64_STANDARD};
use std::{borrow::Cow, fmt};
use wire::Violation;

/// One packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Packet<'a> {
    /// The server's first packet; the JSON is an [`Open`](crate::engineio::Open).
    Open(&'a str),
    /// The session ends.
    Close,
    /// Are you there? With `probe`: does this transport work?
    Ping(&'a str),
    /// I am here. With `probe`: it does.
    Pong(&'a str),
    /// A message, text.
    Message(&'a str),
    /// A message, bytes.
    Binary(Cow<'a, [u8]>),
    /// From here on, packets travel by the transport that carried this one.
    Upgrade,
    /// Nothing: it ends a poll that waits.
    Noop,
}

impl<'a> Packet<'a> {
    /// Decodes what stands in a text frame, or between the separators of a payload.
    ///
    /// # Errors
    /// The rule that the packet breaks.
    pub fn decode(text: &'a str) -> Result<Packet<'a>, Violation> {
        let mut chars = text.chars();
        let first = chars.next();
        let data = chars.as_str();
        if first == Some(BINARY) {
            return decode_base64(data);
        }
        let Some(kind) = first.and_then(Kind::from_char) else {
            return Err(rules::PACKET_TYPE.broken(match text {
                "" => "an empty packet".to_owned(),
                text => format!("a packet {}", quote(text)),
            }));
        };
        let bare = |packet| match data {
            "" => Ok(packet),
            data => {
                Err(rules::PACKET_DATA.broken(format!("a {kind} packet carries {}", quote(data))))
            }
        };
        // ANCHOR: kinds
        match kind {
            Kind::Open => Ok(Packet::Open(data)),
            Kind::Close => bare(Packet::Close),
            Kind::Ping => Ok(Packet::Ping(data)),
            Kind::Pong => Ok(Packet::Pong(data)),
            Kind::Message => Ok(Packet::Message(data)),
            Kind::Upgrade => bare(Packet::Upgrade),
            Kind::Noop => bare(Packet::Noop),
        }
        // ANCHOR_END: kinds
    }

    /// Appends the packet as text: what [`decode`](Packet::decode) reads.
    pub fn encode(&self, out: &mut String) {
        match self {
            Packet::Binary(bytes) => {
                out.push(BINARY);
                BASE64_STANDARD.encode_string(bytes, out);
            }
            packet => {
                out.push(packet.kind().char());
                out.push_str(packet.text());
            }
        }
    }

    /// Its type.
    pub fn kind(&self) -> Kind {
        match self {
            Packet::Open(_) => Kind::Open,
            Packet::Close => Kind::Close,
            Packet::Ping(_) => Kind::Ping,
            Packet::Pong(_) => Kind::Pong,
            Packet::Message(_) | Packet::Binary(_) => Kind::Message,
            Packet::Upgrade => Kind::Upgrade,
            Packet::Noop => Kind::Noop,
        }
    }

    fn text(&self) -> &'a str {
        match self {
            Packet::Open(text)
            | Packet::Ping(text)
            | Packet::Pong(text)
            | Packet::Message(text) => text,
            Packet::Binary(_) | Packet::Close | Packet::Upgrade | Packet::Noop => "",
        }
    }
}

/// Before the base64 of a message of bytes.
pub(crate) const BINARY: char = 'b';

/// What a transport is tried out with.
pub(crate) const PROBE: &str = "probe";

fn decode_base64(text: &str) -> Result<Packet<'_>, Violation> {
    match BASE64_STANDARD.decode(text) {
        Ok(bytes) => Ok(Packet::Binary(bytes.into())),
        Err(error) => Err(rules::BASE64.broken(format!("{} ({error})", quote(text)))),
    }
}

/// The types of packets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `0`: used during the handshake.
    Open,
    /// `1`: the session ends.
    Close,
    /// `2`: the heartbeat, and the trial of a transport.
    Ping,
    /// `3`: the answer to it.
    Pong,
    /// `4`: what the application says.
    Message,
    /// `5`: the change of transport.
    Upgrade,
    /// `6`: nothing.
    Noop,
}

impl Kind {
    /// Every type, in the order of their digits.
    pub const ALL: [Kind; 7] =
        [Kind::Open, Kind::Close, Kind::Ping, Kind::Pong, Kind::Message, Kind::Upgrade, Kind::Noop];

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
            Kind::Open => "open",
            Kind::Close => "close",
            Kind::Ping => "ping",
            Kind::Pong => "pong",
            Kind::Message => "message",
            Kind::Upgrade => "upgrade",
            Kind::Noop => "noop",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, want: &Packet<'_>) {
        assert_eq!(Packet::decode(text).as_ref(), Ok(want));
        let mut encoded = String::new();
        want.encode(&mut encoded);
        assert_eq!(encoded, text);
    }

    #[track_caller]
    fn refused(text: &str) -> &'static str {
        Packet::decode(text).expect_err("a broken rule").rule.id
    }

    #[test]
    fn engineio_4_packet_encoding() {
        check("4hello", &Packet::Message("hello"));
        check("2", &Packet::Ping(""));
        check("4world", &Packet::Message("world"));
        check("bAQIDBA==", &Packet::Binary(vec![1, 2, 3, 4].into()));
    }

    #[test]
    fn every_type_has_its_digit() {
        check(r#"0{"sid":"x"}"#, &Packet::Open(r#"{"sid":"x"}"#));
        check("1", &Packet::Close);
        check("2probe", &Packet::Ping("probe"));
        check("3probe", &Packet::Pong("probe"));
        check("4", &Packet::Message(""));
        check("4€ 한 🎈", &Packet::Message("€ 한 🎈"));
        check("b", &Packet::Binary(vec![].into()));
        check("5", &Packet::Upgrade);
        check("6", &Packet::Noop);
    }

    #[test]
    fn refuses_what_is_no_packet() {
        assert_eq!(refused(""), "engineio/packet-type");
        assert_eq!(refused("abc"), "engineio/packet-type");
        assert_eq!(refused("7"), "engineio/packet-type");
        assert_eq!(refused("한"), "engineio/packet-type");
        assert_eq!(refused("1now"), "engineio/packet-data");
        assert_eq!(refused("6 "), "engineio/packet-data");
        assert_eq!(refused("bAQIDBA"), "engineio/base64");
        assert_eq!(refused("b\u{1e}"), "engineio/base64");
    }

    proptest! {
        #[test]
        fn what_is_decoded_encodes_again_as_it_was(text in "[0-7b]?.*") {
            if let Ok(packet) = Packet::decode(&text) {
                let mut encoded = String::new();
                packet.encode(&mut encoded);
                prop_assert_eq!(encoded, text);
            }
        }

        #[test]
        fn bytes_come_back_from_base64(bytes: Vec<u8>) {
            let mut text = String::new();
            Packet::Binary(bytes.as_slice().into()).encode(&mut text);
            prop_assert_eq!(Packet::decode(&text), Ok(Packet::Binary(bytes.into())));
        }
    }
}
