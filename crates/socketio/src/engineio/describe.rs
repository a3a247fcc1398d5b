//! Packets and payloads of Engine.IO as trees of named byte ranges.
//!
//! ```text
//! 4               type       message
//!  hello          message
//!       1e        separator
//!         2       type       ping
//! ```
//!
//! What a message says is its application's business: whoever knows it hands in
//! how to describe it, as [`socketio::describe`](crate::describe()) does for Socket.IO.
//!
//! ```
//! use socketio::engineio::describe;
//!
//! let payload = describe::payload(b"42[\"foo\"]\x1e2", Some(socketio::describe));
//! assert_eq!(payload.find("packet/message/packet/payload").map(|span| span.range.clone()), Some(2..9));
//! assert_eq!(payload.find("separator").map(|span| span.range.clone()), Some(9..10));
//! ```
//!
//! Book: chapter 11.

use crate::{
    Binary,
    engineio::{Kind, Packet, packet::BINARY, payload::SEPARATOR},
    quote::shown,
};
use wire::Span;

/// How the text of a message is described.
pub type Inside = fn(&str) -> Span;

/// Describes a packet: the text of a WebSocket message.
pub fn packet(text: &str, inside: Option<Inside>) -> Span {
    let packet = Span::new(0..text.len(), "packet").section(PROTOCOL);
    let first = text.chars().next();
    if first == Some(BINARY) {
        return packet.value("message").child(base64_mark()).child(base64(text));
    }
    let Some(kind) = first.and_then(Kind::from_char) else {
        return packet.note("the type is missing, a digit from 0 to 6");
    };
    let mark = Span::new(0..1, "type").value(kind.char().to_string()).note(meaning(kind));
    let packet = packet.value(kind.name()).child(mark.section(PROTOCOL));
    let data = &text[1..];
    if data.is_empty() {
        return packet;
    }
    let name = if kind == Kind::Message { "message" } else { "data" };
    let span = Span::new(1..text.len(), name).value(shown(data)).section(ENCODING);
    packet.child(match inside.filter(|_| kind == Kind::Message) {
        Some(inside) => span.child(inside(data).shifted(1)),
        None => span,
    })
}

/// Describes a message of bytes: a binary WebSocket message.
pub fn binary(bytes: &[u8]) -> Span {
    let packet = Span::new(0..bytes.len(), "packet").value("message").section(ENCODING);
    match bytes {
        [] => packet,
        bytes => packet.child(
            Span::new(0..bytes.len(), "message")
                .value(Binary::from(bytes).to_string())
                .note("in a WebSocket, a message of bytes needs no type")
                .section(ENCODING),
        ),
    }
}

/// Describes a payload: the body of a POST, or of the answer to a GET.
pub fn payload(body: &[u8], inside: Option<Inside>) -> Span {
    let payload = Span::new(0..body.len(), "payload").section(ENCODING);
    let Ok(text) = std::str::from_utf8(body) else {
        return payload.note("no UTF-8");
    };
    let mut payload = payload;
    let mut start = 0;
    for piece in text.split_inclusive(SEPARATOR) {
        let text = piece.trim_end_matches(SEPARATOR);
        if !text.is_empty() {
            payload = payload.child(packet(text, inside).shifted(start));
        }
        let end = start + piece.len();
        if text.len() < piece.len() {
            let separator = Span::new(start + text.len()..end, "separator").value("1e");
            payload = payload.child(separator.note("between two packets").section(ENCODING));
        }
        start = end;
    }
    payload
}

const PROTOCOL: &str = "Engine.IO 4 Protocol";
const ENCODING: &str = "Engine.IO 4 Packet encoding";

fn base64_mark() -> Span {
    Span::new(0..1, "type").value("b").note("message, bytes as base64").section(ENCODING)
}

fn base64(text: &str) -> Span {
    let span = Span::new(1..text.len(), "base64").section(ENCODING);
    match Packet::decode(text) {
        Ok(Packet::Binary(bytes)) => span.value(Binary::from(&*bytes).to_string()),
        _ => span.value(shown(&text[1..])).note("no base64"),
    }
}

fn meaning(kind: Kind) -> &'static str {
    match kind {
        Kind::Open => "open: the server's first packet",
        Kind::Close => "close: the session ends",
        Kind::Ping => "ping: are you there?",
        Kind::Pong => "pong: I am here",
        Kind::Message => "message: what the application says",
        Kind::Upgrade => "upgrade: from here on, packets travel this way",
        Kind::Noop => "noop: nothing; it ends a poll that waits",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engineio::{Frame, payload as payloads};
    use proptest::prelude::*;
    use wire::laws;

    fn value(span: &Span, path: &str) -> String {
        span.find(path).unwrap_or_else(|| panic!("no {path} in {span:#?}")).value.to_string()
    }

    #[test]
    fn a_payload_is_packets_and_separators() {
        let body = b"42[\"foo\"]\x1e2\x1ebAQIDBA==";
        let payload = payload(body, Some(crate::describe));
        laws::spans_cover(&payload, body.len());
        let names: Vec<&str> = payload.children.iter().map(|part| &*part.value).collect();
        assert_eq!(names, ["message", "1e", "ping", "1e", "message"]);
        assert_eq!(value(&payload, "packet/message/packet/payload"), "[\"foo\"]");
        assert_eq!(value(&payload, "packet/base64"), "<Buffer 01 02 03 04>");
    }

    #[test]
    fn messages_of_another_application_are_left_as_they_are() {
        let packet = packet("42[\"foo\"]", None);
        laws::spans_cover(&packet, 9);
        assert_eq!(value(&packet, "message"), "2[\"foo\"]");
        assert_eq!(value(&super::packet("3probe", None), "data"), "probe");
        laws::spans_cover(&binary(b"\x01\x02"), 2);
        assert_eq!(value(&binary(b"\x01\x02"), "message"), "<Buffer 01 02>");
    }

    proptest! {
        #[test]
        fn agrees_with_the_decoder(body in prop_oneof!["([0-7b].{0,5}\x1e?){0,5}".prop_map(String::into_bytes), any::<Vec<u8>>()]) {
            let payload = payload(&body, Some(crate::describe));
            laws::spans_cover(&payload, body.len());
            let packets = payloads::decode(&body, &payloads::Limits::default());
            let Ok(Ok(packets)) = packets.map(Iterator::collect::<Result<Vec<_>, _>>) else { return Ok(()) };
            let described = payload.children.iter().filter(|part| part.name == "packet");
            let kinds: Vec<&str> = packets.iter().map(|packet| Frame::from(packet).kind().name()).collect();
            prop_assert_eq!(described.map(|part| part.value.to_string()).collect::<Vec<_>>(), kinds);
        }
    }
}
