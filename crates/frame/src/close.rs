//! Close frames (RFC 6455 5.5.1, 7.4): nothing, or a code and a reason.
//!
//! ```text
//! 88 07 03 e8 "done!"
//!       └┬──┘ └┬────┘
//!     code 1000  reason: UTF-8, up to 123 bytes
//! ```
//!
//! ```
//! use frame::close::{Close, Code};
//!
//! let close = Close::decode(b"\x03\xe8done!").unwrap();
//! assert_eq!(close.code, Code::NORMAL);
//! assert_eq!(close.reason, "done!");
//! ```
//!
//! Book: chapter 8.

use crate::rules;
use std::{borrow::Cow, fmt, str};
use wire::{Reader, Violation};

/// Why a connection ends. Any number fits; [`may_travel`](Code::may_travel) says which are allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Code(pub u16);

impl Code {
    /// The purpose is fulfilled.
    pub const NORMAL: Code = Code(1000);
    /// A server goes down, or a browser leaves the page.
    pub const GOING_AWAY: Code = Code(1001);
    /// The peer broke the protocol.
    pub const PROTOCOL_ERROR: Code = Code(1002);
    /// A kind of data that the endpoint does not take.
    pub const UNSUPPORTED_DATA: Code = Code(1003);
    /// Never on the wire: what an API reports for a close frame without a code.
    pub const NO_CODE: Code = Code(1005);
    /// Never on the wire: what an API reports for an end without a close frame.
    pub const ABNORMAL: Code = Code(1006);
    /// The data is not what its type says, such as text that is not UTF-8.
    pub const INVALID_PAYLOAD: Code = Code(1007);
    /// The message breaks the endpoint's policy.
    pub const POLICY_VIOLATION: Code = Code(1008);
    /// The message is too big to process.
    pub const TOO_BIG: Code = Code(1009);
    /// The server did not agree to an extension that the client needs.
    pub const EXTENSION_NEEDED: Code = Code(1010);
    /// The server met an unexpected condition.
    pub const INTERNAL_ERROR: Code = Code(1011);
    /// The server restarts (IANA registry).
    pub const SERVICE_RESTART: Code = Code(1012);
    /// The server is overloaded; try again later (IANA registry).
    pub const TRY_AGAIN_LATER: Code = Code(1013);
    /// A gateway got an invalid response from its upstream (IANA registry).
    pub const BAD_GATEWAY: Code = Code(1014);
    /// Never on the wire: what an API reports for a failed TLS handshake.
    pub const TLS_FAILED: Code = Code(1015);

    /// Whether a close frame may carry it: 1000-1003 and 1007-1014 are
    /// registered, 3000-3999 are for libraries, 4000-4999 for applications.
    pub fn may_travel(self) -> bool {
        matches!(self.0, 1000..=1003 | 1007..=1014 | 3000..=4999)
    }

    /// What it means, in a few words.
    pub fn meaning(self) -> &'static str {
        match self.0 {
            1000 => "normal closure",
            1001 => "going away",
            1002 => "protocol error",
            1003 => "unsupported data",
            1004 => "reserved, without a meaning yet",
            1005 => "no code received (never on the wire)",
            1006 => "abnormal closure (never on the wire)",
            1007 => "invalid payload data",
            1008 => "policy violation",
            1009 => "message too big",
            1010 => "extension needed",
            1011 => "internal error",
            1012 => "service restart",
            1013 => "try again later",
            1014 => "bad gateway",
            1015 => "TLS handshake failed (never on the wire)",
            3000..=3999 => "registered by a library or framework",
            4000..=4999 => "private use of the application",
            0..=999 => "not used",
            1016..=2999 => "reserved for later versions of the protocol",
            5000.. => "outside every range",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The payload of a close frame that has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Close<'a> {
    /// Why.
    pub code: Code,
    /// Why, in words for a log. What is not UTF-8 is replaced by `U+FFFD`.
    pub reason: Cow<'a, str>,
}

impl<'a> Close<'a> {
    /// Decodes the payload of a close frame; none where there is no code.
    pub fn decode(payload: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(payload);
        let code = Code(reader.u16()?);
        Some(Close { code, reason: String::from_utf8_lossy(reader.remaining()) })
    }

    // ANCHOR: close
    /// Appends the payload of a close frame; a reason too long for a control
    /// frame is cut between two characters.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.extend(self.code.0.to_be_bytes());
        out.extend(&self.reason.as_bytes()[..self.reason.floor_char_boundary(MAX_REASON)]);
    }
    // ANCHOR_END: close
}

/// The longest reason, in bytes: a control frame's payload without the code.
pub const MAX_REASON: usize = 123;

/// The rules about a close frame's payload.
pub(crate) fn check(payload: &[u8], violations: &mut Vec<Violation>) {
    let mut reader = Reader::new(payload);
    let Some(code) = reader.u16().map(Code) else {
        if !payload.is_empty() {
            violations.push(rules::CLOSE_LENGTH.broken("the payload has one byte"));
        }
        return;
    };
    if !code.may_travel() {
        let detail = format!("the code is {code}: {}", code.meaning());
        violations.push(rules::CLOSE_CODE.broken(detail));
    }
    if let Err(error) = str::from_utf8(reader.remaining()) {
        let detail = format!("not UTF-8 at byte {} of the reason", error.valid_up_to());
        violations.push(rules::CLOSE_REASON_UTF8.broken(detail));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_which_codes_may_travel() {
        let legal = (0..=u16::MAX).filter(|&code| Code(code).may_travel());
        assert!(legal.eq((1000..=1003).chain(1007..=1014).chain(3000..=4999)));
    }

    #[test]
    fn decodes_what_it_encodes() {
        let mut payload = Vec::new();
        Close { code: Code::GOING_AWAY, reason: "bye 안녕".into() }.encode(&mut payload);
        assert_eq!(payload, b"\x03\xe9bye \xec\x95\x88\xeb\x85\x95");
        assert_eq!(Close::decode(&payload).map(|close| close.reason), Some("bye 안녕".into()));
        assert_eq!(Close::decode(b"\x03"), None);
    }

    #[test]
    fn cuts_a_long_reason_between_two_characters() {
        let mut payload = Vec::new();
        Close { code: Code::NORMAL, reason: "한".repeat(50).into() }.encode(&mut payload);
        assert_eq!(payload.len(), 2 + 41 * "한".len());
    }
}
