//! Payloads (Engine.IO 4, Packet encoding): the body of a request or response,
//! packets between separators.
//!
//! ```text
//! 4hello␞2␞bAQIDBA==
//! 4hello     => a message
//! ␞          => separator, the byte 1e
//! 2          => a ping
//! ␞
//! bAQIDBA==  => a message of bytes
//! ```
//!
//! The documents assume that no message has the separator in it; JSON never has,
//! since it escapes control characters.
//!
//! ```
//! use socketio::engineio::{Packet, payload};
//!
//! let packets = payload::decode(b"4hello\x1e2\x1ebAQIDBA==", &payload::Limits::default())?;
//! let packets: Vec<Packet<'_>> = packets.collect::<Result<_, _>>()?;
//! let bytes = Packet::Binary(vec![1, 2, 3, 4].into());
//! assert_eq!(packets, [Packet::Message("hello"), Packet::Ping(""), bytes]);
//! # Ok::<(), wire::Violation>(())
//! ```
//!
//! Book: chapter 11.

use crate::engineio::{Frame, Packet, rules};
use std::str::Utf8Error;
use wire::Violation;

/// Between two packets.
pub const SEPARATOR: char = '\x1e';

/// How much a payload may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// In bytes: what the server announces as `maxPayload`.
    pub bytes: usize,
    /// In packets. The smallest one takes two bytes and a separator.
    pub packets: usize,
}

/// A million bytes, as the reference server has it, and 65,536 packets.
impl Default for Limits {
    fn default() -> Self {
        Limits { bytes: 1_000_000, packets: 65_536 }
    }
}

/// Decodes a payload, packet by packet as the iterator is asked.
///
/// # Errors
/// It is too long, or no text.
pub fn decode<'a>(body: &'a [u8], limits: &Limits) -> Result<Packets<'a>, Violation> {
    check_len(body, limits)?;
    let text = std::str::from_utf8(body).map_err(not_text)?;
    Ok(Packets { rest: Some(text), left: limits.packets, limits: *limits })
}

/// The text of a payload that is not too long.
pub(crate) fn text(body: Vec<u8>, limits: &Limits) -> Result<String, Violation> {
    check_len(&body, limits)?;
    String::from_utf8(body).map_err(|error| not_text(error.utf8_error()))
}

fn check_len(body: &[u8], limits: &Limits) -> Result<(), Violation> {
    let (len, most) = (body.len(), limits.bytes);
    if len > most {
        let detail = format!("a payload of {len} bytes, where {most} are welcome");
        return Err(rules::PAYLOAD_TOO_LARGE.broken(detail));
    }
    Ok(())
}

fn not_text(error: Utf8Error) -> Violation {
    rules::PAYLOAD_UTF8.broken(format!("no UTF-8 after {} bytes", error.valid_up_to()))
}

pub(crate) fn too_many(limits: &Limits) -> Violation {
    let most = limits.packets;
    rules::TOO_MANY_PACKETS.broken(format!("a payload of more than {most} packets"))
}

/// The packets of a payload. Nothing follows the first broken rule.
#[derive(Debug, Clone)]
pub struct Packets<'a> {
    /// What is not decoded yet; it begins with a packet.
    rest: Option<&'a str>,
    /// How many packets may still come.
    left: usize,
    limits: Limits,
}

impl<'a> Iterator for Packets<'a> {
    type Item = Result<Packet<'a>, Violation>;

    fn next(&mut self) -> Option<Self::Item> {
        let (first, rest) = split(self.rest.take()?);
        let packet = match self.left.checked_sub(1) {
            Some(left) => {
                self.left = left;
                Packet::decode(first)
            }
            None => Err(too_many(&self.limits)),
        };
        if packet.is_ok() {
            self.rest = rest;
        }
        Some(packet)
    }
}

/// The text of the first packet, and what stands behind the separator, if there is one.
pub(crate) fn split(payload: &str) -> (&str, Option<&str>) {
    match payload.split_once(SEPARATOR) {
        Some((first, rest)) => (first, Some(rest)),
        None => (payload, None),
    }
}

/// How many of the first frames make a payload of at most `most` bytes. One
/// frame goes in any case: a frame cannot be cut.
pub fn fitting<'a>(frames: impl IntoIterator<Item = &'a Frame>, most: usize) -> usize {
    let mut len = 0;
    let fits = |(index, frame): &(usize, &Frame)| {
        let separator = if *index > 0 { SEPARATOR.len_utf8() } else { 0 };
        len += separator + frame.payload_len();
        *index == 0 || len <= most
    };
    frames.into_iter().enumerate().take_while(fits).count()
}

/// Joins frames to a payload.
pub fn encode<'a>(frames: impl IntoIterator<Item = &'a Frame>) -> String {
    let mut payload = String::new();
    for (index, frame) in frames.into_iter().enumerate() {
        if index > 0 {
            payload.push(SEPARATOR);
        }
        frame.encode_payload(&mut payload);
    }
    payload
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decoded(body: &[u8], limits: &Limits) -> Result<Vec<Packet<'static>>, &'static str> {
        let id = |violation: Violation| violation.rule.id;
        let owned = |packet| match packet {
            Packet::Message(text) => Packet::Message(String::leak(text.to_owned())),
            Packet::Ping("") => Packet::Ping(""),
            Packet::Binary(bytes) => Packet::Binary(bytes.into_owned().into()),
            other => panic!("{other:?} in a test of payloads"),
        };
        decode(body, limits).map_err(id)?.map(|packet| packet.map(owned).map_err(id)).collect()
    }

    #[test]
    fn engineio_4_payloads() {
        let limits = Limits::default();
        assert_eq!(
            decoded(b"4hello\x1e2\x1e4world", &limits),
            Ok(vec![Packet::Message("hello"), Packet::Ping(""), Packet::Message("world")])
        );
        let bytes = Packet::Binary(vec![1, 2, 3, 4].into());
        assert_eq!(
            decoded(b"4hello\x1ebAQIDBA==", &limits),
            Ok(vec![Packet::Message("hello"), bytes])
        );
    }

    #[test]
    fn refuses_what_is_too_much_before_it_is_read() {
        let limits = Limits { bytes: 8, packets: 2 };
        assert!(decoded(b"4ab\x1e4cde", &limits).is_ok());
        assert_eq!(decoded(b"4ab\x1e4cdef", &limits), Err("engineio/payload-too-large"));
        assert_eq!(decoded(b"4\x1e4\x1e4", &limits), Err("engineio/too-many-packets"));
    }

    #[test]
    fn refuses_empty_packets_and_what_is_no_text() {
        let limits = Limits::default();
        for empty in ["", "4a\x1e", "\x1e4a", "4a\x1e\x1e4b"] {
            assert_eq!(decoded(empty.as_bytes(), &limits), Err("engineio/packet-type"));
        }
        assert_eq!(decoded(b"4a\xff", &limits), Err("engineio/payload-utf8"));
    }

    #[test]
    fn nothing_follows_a_broken_rule() {
        let body = b"4a\x1e9\x1e4b";
        let mut packets = decode(body, &Limits::default()).expect("text");
        assert_eq!(packets.next(), Some(Ok(Packet::Message("a"))));
        assert!(packets.next().expect("the second").is_err());
        assert_eq!(packets.next(), None);
    }

    fn frame() -> impl Strategy<Value = Frame> {
        prop_oneof![
            "[^\x1e]{0,20}".prop_map(|text| Frame::message(&text)),
            any::<Vec<u8>>().prop_map(Frame::binary),
        ]
    }

    proptest! {
        /// However many payloads it takes: all frames, in order, none twice, and none too long.
        #[test]
        fn frames_come_back_from_payloads_of_any_length(
            frames in prop::collection::vec(frame(), 1..20),
            most in 1..200_usize,
        ) {
            let mut waiting = &*frames;
            let mut came = Vec::new();
            while !waiting.is_empty() {
                let (now, later) = waiting.split_at(fitting(waiting, most));
                let payload = encode(now);
                waiting = later;
                let packets = decode(payload.as_bytes(), &Limits::default()).expect("our own payload");
                let packets: Vec<_> = packets.map(|packet| Frame::from(&packet.expect("our own packet"))).collect();
                prop_assert!(payload.len() <= most || packets.len() == 1);
                came.extend(packets);
            }
            prop_assert_eq!(came, frames);
        }

        #[test]
        fn any_bytes_are_packets_or_a_broken_rule(body: Vec<u8>) {
            if let Ok(packets) = decode(&body, &Limits::default()) {
                let _ = packets.count();
            }
        }
    }
}
