//! The accept key: how a server proves that it has read the request.
//!
//! RFC 6455 1.3, 4.2.2. The client sends 16 random bytes as base64; the server
//! joins that *text* with a fixed GUID, hashes it, and sends the hash as base64.
//!
//! ```text
//! Sec-WebSocket-Key       dGhlIHNhbXBsZSBub25jZQ==                       24 characters
//!   + GUID                258EAFA5-E914-47DA-95CA-C5AB0DC85B11           36 characters
//!   SHA-1                 b37a4f2c c0624f16 90f64606 cf385945 b2bec4ea   20 bytes
//! Sec-WebSocket-Accept    s3pPLMBiTxaQ9kYGzzhZRbK+xOo=                   28 characters
//! ```
//!
//! It is no password and keeps no secret: anybody can compute it. It shows that
//! the other end speaks WebSocket, so that no web server and no cache takes part
//! by accident (RFC 6455 10.3).
//!
//! Book: chapter 6.

use crate::{
    opening::quote,
    rules::{KEY_LENGTH, KEY_NOT_BASE64},
};
use base64::{DecodeError, Engine, alphabet, engine};
use sha1::{Digest, Sha1};
use std::fmt;
use wire::{Violation, hex};

/// What every server appends to the key. It means nothing: it is only unlikely
/// to be known to a program that has never heard of WebSocket.
pub const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// How many random bytes a key carries.
pub const KEY_LEN: usize = 16;

/// The `Sec-WebSocket-Accept` that answers a `Sec-WebSocket-Key`.
///
/// ```
/// assert_eq!(handshake::accept_key("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
/// ```
// ANCHOR: accept_key
pub fn accept_key(key: &str) -> String {
    BASE64.encode(digest([key.as_bytes(), GUID.as_bytes()]))
}
// ANCHOR_END: accept_key

/// The `Sec-WebSocket-Key` that carries these 16 random bytes.
pub fn encode_key(nonce: [u8; KEY_LEN]) -> String {
    BASE64.encode(nonce)
}

/// The 16 bytes inside a `Sec-WebSocket-Key`.
///
/// # Errors
/// [`KEY_NOT_BASE64`] or [`KEY_LENGTH`].
pub fn decode_key(key: &str) -> Result<[u8; KEY_LEN], Violation> {
    let bytes = BASE64.decode(key).map_err(|error| {
        let detail = match error {
            DecodeError::InvalidByte(at, byte) => {
                let found = match byte.is_ascii() {
                    true => format!("{:?}", char::from(byte)),
                    false => format!("0x{byte:02x}"),
                };
                format!("{} has {found} at byte {at}", quote(key))
            }
            _ => format!("{} has {} characters, and base64 comes in fours", quote(key), key.len()),
        };
        KEY_NOT_BASE64.broken(detail)
    })?;
    let len = bytes.len();
    bytes
        .try_into()
        .map_err(|_| KEY_LENGTH.broken(format!("{} decodes to {len} bytes", quote(key))))
}

/// Whether `accept` could be an answer to some key: base64 of 20 bytes.
pub(crate) fn is_digest(accept: &str) -> bool {
    BASE64.decode(accept).is_ok_and(|bytes| bytes.len() == 20)
}

/// The way from a key to its answer, step by step. Its `Display` is the page
/// that `handshake KEY` prints.
///
/// ```
/// let calculation = handshake::Calculation::of("dGhlIHNhbXBsZSBub25jZQ==");
/// assert_eq!(calculation.key_bytes.as_ref(), Some(b"the sample nonce"));
/// assert_eq!(calculation.digest[..4], [0xb3, 0x7a, 0x4f, 0x2c]);
/// assert_eq!(calculation.accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calculation {
    /// `Sec-WebSocket-Key`, as it was sent.
    pub key: String,
    /// The bytes that the key carries; nothing where it is not base64 of 16 bytes.
    /// The arithmetic works all the same: it never decodes the key.
    pub key_bytes: Option<[u8; KEY_LEN]>,
    /// The key and the [`GUID`], with nothing in between.
    pub joined: String,
    /// The SHA-1 of that.
    pub digest: [u8; 20],
    /// `Sec-WebSocket-Accept`: the digest as base64.
    pub accept: String,
}

/// One line of a [`Calculation`], for a view to draw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What was done: `SHA-1 of that`.
    pub name: &'static str,
    /// What came out, as text or as spaced hexadecimal.
    pub value: String,
    /// A few words for the reader.
    pub note: &'static str,
}

impl Calculation {
    /// Calculates the answer to `key`.
    pub fn of(key: &str) -> Self {
        let joined = format!("{key}{GUID}");
        let digest = digest([joined.as_bytes()]);
        Calculation {
            key: key.to_owned(),
            key_bytes: decode_key(key).ok(),
            accept: BASE64.encode(digest),
            joined,
            digest,
        }
    }

    /// The steps, in the order of the arithmetic.
    pub fn steps(&self) -> [Step; 5] {
        let step = |name, value, note| Step { name, value, note };
        let (carried, note) = match &self.key_bytes {
            Some(bytes) => (hex::spaced(bytes), "random, so that no answer can be prepared"),
            None => ("none".to_owned(), "not base64 of 16 bytes: a server refuses this key"),
        };
        [
            step("Sec-WebSocket-Key", self.key.clone(), "as the client sent it"),
            step("its 16 bytes", carried, note),
            step("key + GUID", self.joined.clone(), "as text: the key is not decoded for this"),
            step("SHA-1, 20 bytes", hex::spaced(&self.digest), "of the line above"),
            step("Sec-WebSocket-Accept", self.accept.clone(), "those 20 bytes as base64"),
        ]
    }

    /// What a server may have done that answered `accept` instead, where it is
    /// one of the mistakes that are often made.
    ///
    /// ```
    /// let calculation = handshake::Calculation::of("dGhlIHNhbXBsZSBub25jZQ==");
    /// let mistake = calculation.mistake_behind("xd7+zDGYsIVdbo44V/3d7J5zNys=");
    /// assert_eq!(mistake, None);
    /// assert_eq!(calculation.mistake_behind(&calculation.key), Some("that is the key itself"));
    /// ```
    pub fn mistake_behind(&self, accept: &str) -> Option<&'static str> {
        let key = self.key.as_bytes();
        let key_bytes = self.key_bytes.as_ref().map_or(key, |bytes| &bytes[..]);
        let lower_guid = GUID.to_lowercase();
        let answers = |mistake: &[&[u8]]| accept == BASE64.encode(digest(mistake));
        if accept == self.key {
            return Some("that is the key itself");
        }
        if accept.eq_ignore_ascii_case(&hex::encode(&self.digest)) {
            return Some("that is the right hash, but in hexadecimal instead of base64");
        }
        if accept == BASE64.encode(hex::encode(&self.digest)) {
            return Some("that is base64 of the hash's hexadecimal digits, not of its bytes");
        }
        if accept.trim_end_matches('=') == self.accept.trim_end_matches('=') {
            return Some("that is the right hash without its padding");
        }
        let mistakes: [(&[&[u8]], _); 6] = [
            (&[key], "that is the hash of the key without the GUID"),
            (&[key_bytes, GUID.as_bytes()], "that is the hash with the key decoded first"),
            (&[GUID.as_bytes(), key], "that is the hash with the GUID before the key"),
            (&[key, lower_guid.as_bytes()], "that is the hash with the GUID in lower case"),
            (&[key, b"\r\n", GUID.as_bytes()], "that is the hash with the line end after the key"),
            (&[key, GUID.as_bytes(), b"\n"], "that is the hash with a line end behind the GUID"),
        ];
        mistakes.into_iter().find(|(parts, _)| answers(parts)).map(|(_, mistake)| mistake)
    }
}

impl fmt::Display for Calculation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Step { name, value, note } in self.steps() {
            writeln!(f, "{name:<20}  {value}")?;
            writeln!(f, "{:<20}  {note}", "")?;
        }
        Ok(())
    }
}

/// The standard alphabet with padding. Whether the unused bits of the last
/// character are zero is left open by RFC 6455, so it is not asked.
const BASE64: engine::GeneralPurpose = engine::GeneralPurpose::new(
    &alphabet::STANDARD,
    engine::GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

fn digest<'a>(parts: impl IntoIterator<Item = &'a (impl AsRef<[u8]> + ?Sized + 'a)>) -> [u8; 20] {
    let mut sha1 = Sha1::new();
    parts.into_iter().for_each(|part| sha1.update(part));
    sha1.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::Rule;

    #[test]
    fn rfc6455_1_3_sample_nonce() {
        assert_eq!(encode_key(*b"the sample nonce"), "dGhlIHNhbXBsZSBub25jZQ==");
        assert_eq!(accept_key("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    #[test]
    fn a_key_decodes_to_its_sixteen_bytes() {
        assert_eq!(decode_key("dGhlIHNhbXBsZSBub25jZQ=="), Ok(*b"the sample nonce"));
        assert_eq!(decode_key("AAAAAAAAAAAAAAAAAAAAAA=="), Ok([0; 16]));
        // The four bits behind the last byte are not zero here; nobody forbids it.
        assert_eq!(decode_key("dGhlIHNhbXBsZSBub25jZR=="), Ok(*b"the sample nonce"));
    }

    #[test]
    fn refuses_a_key_that_is_not_base64_of_sixteen_bytes() {
        let cases: [(&str, &Rule, &str); 6] = [
            ("", &KEY_LENGTH, "\"\" decodes to 0 bytes"),
            ("SGVsbG8=", &KEY_LENGTH, "\"SGVsbG8=\" decodes to 5 bytes"),
            (
                "AAAAAAAAAAAAAAAAAAAAAAAA",
                &KEY_LENGTH,
                "\"AAAAAAAAAAAAAAAAAAAAAAAA\" decodes to 18 bytes",
            ),
            ("SGVs bG8=", &KEY_NOT_BASE64, "\"SGVs bG8=\" has ' ' at byte 4"),
            ("SGVs-G8=", &KEY_NOT_BASE64, "\"SGVs-G8=\" has '-' at byte 4"),
            ("SGVsbG8", &KEY_NOT_BASE64, "\"SGVsbG8\" has 7 characters, and base64 comes in fours"),
        ];
        for (key, rule, detail) in cases {
            assert_eq!(decode_key(key), Err(Violation { rule, detail: detail.into() }));
        }
    }

    #[test]
    fn recognises_the_mistakes_that_servers_make() {
        let calculation = Calculation::of("dGhlIHNhbXBsZSBub25jZQ==");
        let mistakes = [
            ("xd7+zDGYsIVdbo44V/3d7J5zNys=", None),
            ("b37a4f2cc0624f1690f64606cf385945b2bec4ea", Some("in hexadecimal instead of base64")),
            ("s3pPLMBiTxaQ9kYGzzhZRbK+xOo", Some("without its padding")),
            ("dGhlIHNhbXBsZSBub25jZQ==", Some("the key itself")),
        ];
        for (accept, want) in mistakes {
            let found = calculation.mistake_behind(accept);
            match (found, want) {
                (Some(found), Some(want)) => assert!(found.ends_with(want), "{accept}: {found}"),
                _ => assert_eq!(found, want, "{accept}"),
            }
        }
        let decoded_first = BASE64.encode(digest([&b"the sample nonce"[..], GUID.as_bytes()]));
        let mistake = calculation.mistake_behind(&decoded_first);
        assert_eq!(mistake, Some("that is the hash with the key decoded first"));
    }
}
