//! The digits behind any type are taken for the number of attachments, if a dash follows or not.

use crate::{Packet, Refusal};

/// Takes a packet apart.
pub fn decode(text: &str) -> Result<Packet<'_>, Refusal> {
    let mut chars = text.chars();
    let kind = match chars.next() {
        Some(digit @ '0'..='6') => digit as u8 - b'0',
        _ => return Err(Refusal::Type),
    };
    let rest = chars.as_str();

    let (digits, after) = leading_digits(rest);
    let (attachments, rest) = match digits {
        "" => (0, rest),
        digits => (
            digits.parse().map_err(|_| Refusal::Attachments)?,
            after.strip_prefix('-').unwrap_or(after),
        ),
    };
    let (namespace, rest) = match rest.starts_with('/') {
        true => rest.split_once(',').unwrap_or((rest, "")),
        false => ("/", rest),
    };
    let (id, json) = match leading_digits(rest) {
        ("", json) => (None, json),
        (digits, json) => (Some(digits.parse().map_err(|_| Refusal::Id)?), json),
    };
    Ok(Packet { kind, attachments, namespace, id, json })
}

/// The ASCII digits at the beginning, and what follows them.
fn leading_digits(text: &str) -> (&str, &str) {
    let end = text.find(|char: char| !char.is_ascii_digit()).unwrap_or(text.len());
    text.split_at(end)
}

/// The acknowledgement of an event.
pub fn acknowledge(packet: &Packet<'_>, json: &str) -> Option<String> {
    let (2 | 5, Some(id)) = (packet.kind, packet.id) else { return None };
    Some(match packet.namespace {
        "/" => format!("3{id}{json}"),
        namespace => format!("3{namespace},{id}{json}"),
    })
}
