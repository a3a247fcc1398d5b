//! A ping's word is forgotten, so the probe of an upgrade fails.

use crate::{Packet, Refusal};

/// Reads a packet from a text.
pub fn decode(text: &str) -> Result<Packet<'_>, Refusal> {
    let mut chars = text.chars();
    let kind = chars.next().ok_or(Refusal::Empty)?;
    let rest = chars.as_str();
    match kind {
        '0' => Ok(Packet::Open(rest)),
        '1' => bare(Packet::Close, rest),
        '2' => Ok(Packet::Ping(rest)),
        '3' => Ok(Packet::Pong(rest)),
        '4' => Ok(Packet::Message(rest)),
        '5' => bare(Packet::Upgrade, rest),
        '6' => bare(Packet::Noop, rest),
        other => Err(Refusal::Type(other)),
    }
}

/// The packet, if nothing stands behind its type.
fn bare<'a>(packet: Packet<'a>, rest: &str) -> Result<Packet<'a>, Refusal> {
    if rest.is_empty() { Ok(packet) } else { Err(Refusal::NotBare) }
}

/// Writes a packet.
pub fn encode(packet: Packet<'_>) -> String {
    match packet {
        Packet::Open(json) => format!("0{json}"),
        Packet::Close => "1".to_owned(),
        Packet::Ping(word) => format!("2{word}"),
        Packet::Pong(word) => format!("3{word}"),
        Packet::Message(text) => format!("4{text}"),
        Packet::Upgrade => "5".to_owned(),
        Packet::Noop => "6".to_owned(),
    }
}

/// What has to be answered to a packet.
pub fn answer(packet: Packet<'_>) -> Option<Packet<'_>> {
    match packet {
        Packet::Ping(_) => Some(Packet::Pong("")),
        _ => None,
    }
}
