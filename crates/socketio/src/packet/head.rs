//! What stands before a packet's payload (Socket.IO 5, Format).
//!
//! ```text
//! <packet type>[<number of attachments>-][<namespace>,][<id>][<payload>]
//!
//! 52-/admin,13["baz",…]
//! 5        => BINARY_EVENT packet type
//! 2-       => two attachments follow
//! /admin,  => namespace
//! 13       => id
//! ["baz",… => payload, JSON
//! ```

use super::{Kind, Limits, Namespace, quote, rules};
use wire::Violation;

/// What stands before a payload, and the payload as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head<'a> {
    /// The type.
    pub kind: Kind,
    /// How many messages of bytes belong to it.
    pub attachments: usize,
    /// The conversation that it belongs to.
    pub namespace: Namespace,
    /// By what an event and its acknowledgement know each other.
    pub id: Option<u64>,
    /// The payload, JSON, or nothing.
    pub json: &'a str,
}

impl<'a> Head<'a> {
    /// Decodes a packet up to its payload.
    ///
    /// # Errors
    /// The rule that it breaks.
    pub fn decode(text: &'a str, limits: &Limits) -> Result<Head<'a>, Violation> {
        let Some(parts) = Parts::split(text) else {
            return Err(rules::PACKET_TYPE.broken(match text {
                "" => "an empty packet".to_owned(),
                text => format!("a packet {}", quote(text)),
            }));
        };
        Ok(Head {
            kind: parts.kind,
            attachments: parts.attachments(limits)?,
            namespace: parts.namespace(limits)?,
            id: parts.id()?,
            json: parts.json,
        })
    }

    /// The packet, for the details of a violation.
    pub(super) fn shown(&self) -> String {
        match self.json {
            "" => format!("{} without a payload", self.kind),
            json => format!("{} with the payload {}", self.kind, quote(json)),
        }
    }
}

/// The parts of a packet as they stand there, one behind the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Parts<'a> {
    pub(crate) kind: Kind,
    /// A number and the hyphen.
    pub(crate) attachments: &'a str,
    /// A name and the comma, which may be missing where nothing follows.
    pub(crate) namespace: &'a str,
    /// A number.
    pub(crate) id: &'a str,
    pub(crate) json: &'a str,
}

impl<'a> Parts<'a> {
    /// Whatever the parts may be; `None`: it does not begin with a type.
    pub(crate) fn split(text: &'a str) -> Option<Parts<'a>> {
        let mut chars = text.chars();
        let kind = Kind::from_char(chars.next()?)?;
        let rest = chars.as_str();
        let (attachments, rest) = match kind.is_binary() {
            true => rest.split_at(digits(rest) + hyphen(rest)),
            false => ("", rest),
        };
        let (namespace, rest) = match rest.starts_with('/') {
            true => rest.split_at(rest.find(',').map_or(rest.len(), |comma| comma + 1)),
            false => ("", rest),
        };
        let (id, json) = match kind.has_id() {
            true => rest.split_at(digits(rest)),
            false => ("", rest),
        };
        Some(Parts { kind, attachments, namespace, id, json })
    }

    fn attachments(&self, limits: &Limits) -> Result<usize, Violation> {
        if !self.kind.is_binary() {
            return Ok(0);
        }
        let number = self.attachments.strip_suffix('-').unwrap_or_default();
        let most = limits.attachments;
        match number.parse() {
            Ok(count) if (1..=most).contains(&count) => Ok(count),
            _ if number.bytes().any(|digit| digit != b'0') => {
                let detail = format!("{} attachments, where {most} are welcome", quote(number));
                Err(rules::TOO_MANY_ATTACHMENTS.broken(detail))
            }
            _ => {
                let detail = format!("{} where the number should stand", quote(self.attachments));
                Err(rules::ATTACHMENT_COUNT.broken(detail))
            }
        }
    }

    fn namespace(&self, limits: &Limits) -> Result<Namespace, Violation> {
        let name = self.namespace.strip_suffix(',').unwrap_or(self.namespace);
        let (len, most) = (name.len(), limits.namespace);
        if len > most {
            let detail = format!("a namespace of {len} bytes, where {most} are welcome");
            return Err(rules::NAMESPACE.broken(detail));
        }
        match name {
            "" => Ok(Namespace::MAIN),
            name => Namespace::new(name)
                .ok_or_else(|| rules::NAMESPACE.broken(format!("a namespace {}", quote(name)))),
        }
    }

    fn id(&self) -> Result<Option<u64>, Violation> {
        match self.id.parse() {
            Ok(id) if id <= MAX_SAFE_INTEGER => Ok(Some(id)),
            _ if self.id.is_empty() => Ok(None),
            _ => Err(rules::ACK_ID.broken(format!("the id {}", quote(self.id)))),
        }
    }
}

/// How many digits stand at the front.
fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// Whether a hyphen stands behind them.
fn hyphen(text: &str) -> usize {
    let behind = text.trim_start_matches(|char: char| char.is_ascii_digit());
    usize::from(behind.starts_with('-'))
}

/// The last number up to which JavaScript can count.
const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decode(text: &str) -> Result<Head<'_>, Violation> {
        Head::decode(text, &Limits::default())
    }

    #[track_caller]
    fn check(
        text: &str,
        kind: Kind,
        attachments: usize,
        namespace: &str,
        id: Option<u64>,
        json: &str,
    ) {
        let namespace = Namespace::new(namespace).expect("a namespace");
        assert_eq!(decode(text), Ok(Head { kind, attachments, namespace, id, json }));
    }

    #[track_caller]
    fn refused(text: &str) -> &'static str {
        decode(text).expect_err("a broken rule").rule.id
    }

    #[test]
    fn socketio_5_examples() {
        check("0", Kind::Connect, 0, "/", None, "");
        let sid = r#"{"sid":"oSO0OpakMV_3jnilAAAA"}"#;
        check(&format!("0/admin,{sid}"), Kind::Connect, 0, "/admin", None, sid);
        let error = r#"{"message":"Not authorized"}"#;
        check(&format!("4{error}"), Kind::ConnectError, 0, "/", None, error);
        check(r#"2["foo"]"#, Kind::Event, 0, "/", None, r#"["foo"]"#);
        check(r#"2/admin,["bar"]"#, Kind::Event, 0, "/admin", None, r#"["bar"]"#);
        check(r#"51-["baz"]"#, Kind::BinaryEvent, 1, "/", None, r#"["baz"]"#);
        check(r#"52-/admin,["baz"]"#, Kind::BinaryEvent, 2, "/admin", None, r#"["baz"]"#);
        check(r#"212["foo"]"#, Kind::Event, 0, "/", Some(12), r#"["foo"]"#);
        check(r#"3/admin,13["bar"]"#, Kind::Ack, 0, "/admin", Some(13), r#"["bar"]"#);
        check(r#"61-15["bar"]"#, Kind::BinaryAck, 1, "/", Some(15), r#"["bar"]"#);
        check("1", Kind::Disconnect, 0, "/", None, "");
        check("1/admin,", Kind::Disconnect, 0, "/admin", None, "");
    }

    #[test]
    fn a_comma_may_be_missing_at_the_end() {
        check("0/random", Kind::Connect, 0, "/random", None, "");
        check("1/custom", Kind::Disconnect, 0, "/custom", None, "");
    }

    #[test]
    fn only_events_and_acknowledgements_have_ids() {
        check("07{}", Kind::Connect, 0, "/", None, "7{}");
        check("2007[]", Kind::Event, 0, "/", Some(7), "[]");
        check("2abc[]", Kind::Event, 0, "/", None, "abc[]");
    }

    #[test]
    fn refuses_what_stands_wrong_before_the_payload() {
        for wrong in ["", "7", "abc", "[]", "한"] {
            assert_eq!(refused(wrong), "socketio/packet-type", "{wrong}");
        }
        for wrong in ["5", "51", "50-", "5a-", "51.23-", "5-1-", "5+1-", "6"] {
            assert_eq!(refused(wrong), "socketio/attachment-count", "{wrong}");
        }
        assert_eq!(refused("511-[]"), "socketio/too-many-attachments");
        assert_eq!(refused(&format!("5{}-[]", "9".repeat(30))), "socketio/too-many-attachments");
        assert_eq!(refused("2/a\u{1e}b,[]"), "socketio/namespace");
        assert_eq!(refused(&format!("0/{}", "a".repeat(256))), "socketio/namespace");
        assert_eq!(refused("29007199254740992[]"), "socketio/ack-id");
        assert_eq!(refused(&format!("3{}[]", "9".repeat(30))), "socketio/ack-id");
    }

    proptest! {
        #[test]
        fn any_text_is_a_head_or_a_broken_rule(text in "[0-6]?([0-9]*-)?(/[a-z]*,?)?[0-9]*.*") {
            if let Ok(head) = decode(&text) {
                prop_assert!(text.ends_with(head.json));
            }
        }
    }
}
