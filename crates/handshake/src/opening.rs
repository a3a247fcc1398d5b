//! What a correct opening handshake is, and what holds after it.
//!
//! RFC 6455 4. One request and one response of HTTP, and from the next byte on
//! the connection speaks WebSocket.
//!
//! ```text
//! GET /chat HTTP/1.1                                  HTTP/1.1 101 Switching Protocols
//! Host: example.com
//! Upgrade: websocket                                  Upgrade: websocket
//! Connection: Upgrade                                 Connection: Upgrade
//! Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ== ──────► Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
//! Sec-WebSocket-Version: 13
//! Sec-WebSocket-Protocol: chat, superchat ──────────► Sec-WebSocket-Protocol: chat
//! Sec-WebSocket-Extensions: permessage-deflate ─────► Sec-WebSocket-Extensions: permessage-deflate
//! ```
//!
//! The functions here only look and report: the inspector shows everything they
//! find, while [`server`](crate::server) and [`client`](crate::client) act on
//! the first fatal finding.
//!
//! Book: chapter 6.

mod request;
mod response;

use crate::{
    deflate::{self, PermessageDeflate},
    extensions::{self, Extension},
};
use http1::{Headers, Request, Response};

pub use request::check_request;
pub use response::check_response;
pub(crate) use response::{check_switch, not_opened};

/// The only version of WebSocket that there is (RFC 6455 4.1).
pub const VERSION: &str = "13";

/// The fields of the handshake, as they are usually spelled.
pub(crate) mod field {
    pub(crate) const KEY: &str = "Sec-WebSocket-Key";
    pub(crate) const ACCEPT: &str = "Sec-WebSocket-Accept";
    pub(crate) const VERSION: &str = "Sec-WebSocket-Version";
    pub(crate) const PROTOCOL: &str = "Sec-WebSocket-Protocol";
    pub(crate) const EXTENSIONS: &str = "Sec-WebSocket-Extensions";
}

/// Whether a request asks for WebSocket at all, correctly or not: its `Upgrade`
/// says so, or it has a key. A proxy that does not know WebSocket removes the
/// one and forwards the other.
pub fn is_upgrade(request: &Request) -> bool {
    request.headers.contains_token("Upgrade", "websocket") || request.headers.contains(field::KEY)
}

/// The extensions that a client offers, as far as they can be understood.
pub(crate) fn offered_extensions(request: &Request) -> Vec<Extension> {
    extensions::read(request.headers.get_all(field::EXTENSIONS)).0
}

/// What both sides agreed on: it holds from the first byte behind the 101.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Agreement {
    /// The language of the messages, where one was chosen.
    pub subprotocol: Option<String>,
    /// `Sec-WebSocket-Extensions` as the server wrote it; empty where there is none.
    pub extensions: String,
    /// How messages are compressed, if they are.
    pub deflate: Option<PermessageDeflate>,
}

/// Reads what a 101 agrees on, as far as it can be understood; whether it had
/// the right to is for [`check_response`] to say.
///
/// ```
/// use http1::Response;
/// use wire::Side;
///
/// let response = Response::new(101)
///     .with("Sec-WebSocket-Protocol", "chat")
///     .with("Sec-WebSocket-Extensions", "permessage-deflate; server_no_context_takeover");
/// let agreement = handshake::agreement(&response);
/// assert_eq!(agreement.subprotocol.as_deref(), Some("chat"));
/// assert!(agreement.deflate.is_some_and(|deflate| !deflate.takeover(Side::Server)));
/// ```
pub fn agreement(response: &Response) -> Agreement {
    let headers = &response.headers;
    let (accepted, _) = extensions::read(headers.get_all(field::EXTENSIONS));
    let deflate = accepted.iter().find(|extension| extension.name == deflate::NAME);
    Agreement {
        subprotocol: headers.tokens(field::PROTOCOL).next().map(str::to_owned),
        extensions: joined(headers, field::EXTENSIONS).unwrap_or_default(),
        deflate: deflate.map(|extension| PermessageDeflate::read(extension).0),
    }
}

/// All lines of a field as one value (RFC 9110 5.3).
fn joined(headers: &Headers, name: &str) -> Option<String> {
    let lines: Vec<_> = headers.get_all(name).map(String::from_utf8_lossy).collect();
    (!lines.is_empty()).then(|| lines.join(", "))
}

/// What a field says, or that it is not there, as it is shown in a sentence.
fn value_of(headers: &Headers, name: &str) -> String {
    match joined(headers, name) {
        Some(value) => format!("{name} is {}", quote(&value)),
        None => format!("there is no {name}"),
    }
}

/// A received text as it is shown in a sentence: quoted, escaped, and cut after 60 characters.
pub(crate) fn quote(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((cut, _)) => format!("{:?}", format!("{}…", &text[..cut])),
        None => format!("{text:?}"),
    }
}
