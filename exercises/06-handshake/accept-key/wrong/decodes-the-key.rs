//! The key is decoded from base64 before it is hashed.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use sha1::{Digest as _, Sha1};

/// The text that is appended to every key.
pub const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// The value of `Sec-WebSocket-Accept` that answers this value of `Sec-WebSocket-Key`.
pub fn accept_key(key: &str) -> String {
    let mut bytes = BASE64_STANDARD.decode(key).unwrap_or_default();
    bytes.extend(GUID.as_bytes());
    BASE64_STANDARD.encode(Sha1::digest(bytes))
}

/// Whether a client that has sent `key` may believe this value of `Sec-WebSocket-Accept`.
///
/// `None` if the response has no such field. Spaces and tabs around the value do not belong to it.
pub fn is_answered(key: &str, accept: Option<&str>) -> bool {
    accept.is_some_and(|accept| accept.trim_matches([' ', '\t']) == accept_key(key))
}
