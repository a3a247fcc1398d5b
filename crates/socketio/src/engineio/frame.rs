//! A packet, encoded once for both transports (Engine.IO 4, Packet encoding).
//!
//! ```text
//!                     in a WebSocket             in a payload
//!  4hello             text frame    4hello       4hello
//!  01 02 03 04        binary frame  01 02 03 04  bAQIDBA==
//! ```
//!
//! A message for many is made into a frame once; each member's queue holds the
//! same bytes, and a clone costs no copy.
//!
//! ```
//! use socketio::engineio::Frame;
//!
//! let frame = Frame::message("hello");
//! assert_eq!(frame, Frame::Text("4hello".into()));
//!
//! let mut payload = String::new();
//! Frame::binary([1, 2, 3, 4]).encode_payload(&mut payload);
//! assert_eq!(payload, "bAQIDBA==");
//! ```

use crate::{
    Binary,
    engineio::{Kind, Packet, packet::BINARY},
};
use std::sync::Arc;

/// What one WebSocket message carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frame {
    /// A packet as text: its type, and what it carries.
    Text(Arc<str>),
    /// A message of bytes.
    Binary(Binary),
}

impl Frame {
    /// A message, text.
    pub fn message(text: &str) -> Self {
        Frame::from(&Packet::Message(text))
    }

    /// A message, bytes.
    pub fn binary(bytes: impl Into<Binary>) -> Self {
        Frame::Binary(bytes.into())
    }

    /// How many bytes it has in a payload.
    pub fn payload_len(&self) -> usize {
        match self {
            Frame::Text(text) => text.len(),
            Frame::Binary(bytes) => BINARY.len_utf8() + bytes.base64_len(),
        }
    }

    /// Appends it as it stands in a payload.
    pub fn encode_payload(&self, out: &mut String) {
        match self {
            Frame::Text(text) => out.push_str(text),
            Frame::Binary(bytes) => {
                out.push(BINARY);
                out.push_str(bytes.base64());
            }
        }
    }

    /// The type of the packet.
    pub fn kind(&self) -> Kind {
        match self {
            Frame::Text(text) => {
                let kind = text.chars().next().and_then(Kind::from_char);
                kind.unwrap_or(Kind::Message)
            }
            Frame::Binary(_) => Kind::Message,
        }
    }
}

impl From<&Packet<'_>> for Frame {
    fn from(packet: &Packet<'_>) -> Self {
        match packet {
            Packet::Binary(bytes) => Frame::Binary(Binary::from(&**bytes)),
            packet => {
                let mut text = String::new();
                packet.encode(&mut text);
                Frame::Text(text.into())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_length_in_a_payload_is_known_before() {
        let packets = [
            Packet::Message("€"),
            Packet::Binary(vec![1, 2].into()),
            Packet::Binary(vec![].into()),
            Packet::Ping("probe"),
            Packet::Noop,
        ];
        for packet in packets {
            let (frame, mut wanted, mut found) =
                (Frame::from(&packet), String::new(), String::new());
            packet.encode(&mut wanted);
            frame.encode_payload(&mut found);
            assert_eq!(found, wanted);
            assert_eq!(frame.payload_len(), wanted.len());
            assert_eq!(frame.kind(), packet.kind());
        }
    }
}
