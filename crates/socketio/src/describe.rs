//! A packet of Socket.IO as a tree of named byte ranges.
//!
//! ```text
//! 5                      type         BINARY_EVENT
//!  1-                    attachments  1
//!    /admin,             namespace    /admin
//!           13           id           13
//!             ["baz",…]  payload
//! ```
//!
//! ```
//! let packet = socketio::describe(r#"2/admin,13["foo"]"#);
//! assert_eq!(packet.value, "EVENT");
//! assert_eq!(packet.find("namespace").map(|span| span.range.clone()), Some(1..8));
//! assert_eq!(packet.find("payload").map(|span| &*span.value), Some(r#"["foo"]"#));
//! ```
//!
//! Book: chapter 11.

use crate::{
    packet::{Kind, Parts},
    quote::shown,
};
use wire::Span;

/// Describes a packet of Socket.IO: the text of a message of Engine.IO.
pub fn describe(text: &str) -> Span {
    let packet = Span::new(0..text.len(), "packet").section("Socket.IO 5 Packet encoding");
    let Some(parts) = Parts::split(text) else {
        return packet.note("the type is missing, a digit from 0 to 6");
    };
    let Parts { kind, attachments, namespace, id, json } = parts;
    let mut packet = packet.value(kind.name());
    let mut start = 1;
    packet = packet.child(
        Span::new(0..start, "type")
            .value(kind.char().to_string())
            .note(meaning(kind))
            .section(FORMAT),
    );
    let parts = [
        ("attachments", attachments, attachments.trim_end_matches('-'), "how many follow as bytes"),
        ("namespace", namespace, namespace.trim_end_matches(','), ""),
        ("id", id, id, "by which an event and its acknowledgement know each other"),
        ("payload", json, json, ""),
    ];
    for (name, part, value, note) in parts {
        if !part.is_empty() {
            let range = start..start + part.len();
            start = range.end;
            let span = Span::new(range, name).value(shown(value)).note(note);
            packet = packet.child(span.section(FORMAT));
        }
    }
    packet
}

const FORMAT: &str = "Socket.IO 5 Format";

fn meaning(kind: Kind) -> &'static str {
    match kind {
        Kind::Connect => "CONNECT: the client joins a namespace, or the server agrees",
        Kind::Disconnect => "DISCONNECT: one side leaves a namespace",
        Kind::Event => "EVENT: something happened; its name, and what goes with it",
        Kind::Ack => "ACK: the event with this id has arrived",
        Kind::ConnectError => "CONNECT_ERROR: the namespace cannot be joined",
        Kind::BinaryEvent => "BINARY_EVENT: an event, some of it in the bytes that follow",
        Kind::BinaryAck => "BINARY_ACK: an acknowledgement, some of it in the bytes that follow",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Limits, packet::Head};
    use proptest::prelude::*;
    use wire::laws;

    fn parts(text: &str) -> Vec<(String, String)> {
        let packet = describe(text);
        laws::spans_cover(&packet, text.len());
        packet.children.iter().map(|part| (part.name.to_string(), part.value.to_string())).collect()
    }

    #[track_caller]
    fn check(text: &str, want: &[(&str, &str)]) {
        let owned = |(name, value): &(&str, &str)| (name.to_string(), value.to_string());
        assert_eq!(parts(text), want.iter().map(owned).collect::<Vec<_>>());
    }

    #[test]
    fn names_every_part() {
        let whole = [
            ("type", "5"),
            ("attachments", "2"),
            ("namespace", "/admin"),
            ("id", "13"),
            ("payload", "[\"baz\"]"),
        ];
        check(r#"52-/admin,13["baz"]"#, &whole);
        check("1", &[("type", "1")]);
        check("0/한,", &[("type", "0"), ("namespace", "/한")]);
        check("07{}", &[("type", "0"), ("payload", "7{}")]);
    }

    #[test]
    fn what_is_no_packet_is_one_piece() {
        check("", &[]);
        check("한글", &[]);
        check("5--", &[("type", "5"), ("attachments", ""), ("payload", "-")]);
    }

    proptest! {
        #[test]
        fn agrees_with_the_decoder(text in "[0-7]([0-9]{0,2}-)?(/[a-z]{0,3},?)?[0-9]{0,3}(\\[.*\\])?") {
            let parts = parts(&text);
            let Ok(head) = Head::decode(&text, &Limits::default()) else { return Ok(()) };
            let value = |name| {
                parts.iter().find(|(found, _)| found == name).map_or("", |(_, value)| &**value)
            };
            prop_assert_eq!(value("type"), head.kind.char().to_string());
            prop_assert_eq!(value("attachments").parse().unwrap_or(0), head.attachments);
            prop_assert_eq!(value("id").parse().ok(), head.id);
            prop_assert_eq!(value("payload"), head.json);
            let namespace = value("namespace");
            prop_assert_eq!(if namespace.is_empty() { "/" } else { namespace }, &*head.namespace);
        }
    }
}
