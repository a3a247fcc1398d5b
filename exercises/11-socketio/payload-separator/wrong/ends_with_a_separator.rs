//! Each packet ends with the separator, as in SignalR.

use crate::{Item, Refusal};
use base64::prelude::{BASE64_STANDARD, Engine};

const SEPARATOR: char = '\x1e';

/// Takes a body apart into its packets, in order.
pub fn decode(body: &str) -> Result<Vec<Item>, Refusal> {
    body.split(SEPARATOR).map(decode_item).collect()
}

fn decode_item(packet: &str) -> Result<Item, Refusal> {
    if packet.is_empty() {
        return Err(Refusal::Empty);
    }
    match packet.strip_prefix('b') {
        Some(base64) => {
            let bytes = BASE64_STANDARD.decode(base64).map_err(|_| Refusal::Base64)?;
            Ok(Item::Binary(bytes))
        }
        None => Ok(Item::Text(packet.to_owned())),
    }
}

/// Writes packets into one body.
pub fn encode(items: &[Item]) -> String {
    items.iter().map(|item| format!("{}{SEPARATOR}", encode_item(item))).collect()
}

fn encode_item(item: &Item) -> String {
    match item {
        Item::Text(text) => text.clone(),
        Item::Binary(bytes) => format!("b{}", BASE64_STANDARD.encode(bytes)),
    }
}
