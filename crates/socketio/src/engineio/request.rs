//! What an HTTP request wants (Engine.IO 4, Transports), and how it is refused.
//!
//! ```text
//! GET  /engine.io/?EIO=4&transport=polling          a session
//! GET  /engine.io/?EIO=4&transport=polling&sid=x    the packets for session x
//! POST /engine.io/?EIO=4&transport=polling&sid=x    packets from its client
//! GET  /engine.io/?EIO=4&transport=websocket        a session, or with a sid its upgrade;
//!                                                   both are WebSocket handshakes
//! ```
//!
//! Other parameters are the application's, and the client's against caches (`t`).
//! A parameter that stands twice counts as it stood last. Nothing that belongs to
//! the protocol needs percent-encoding, so none is undone.
//!
//! ```
//! use socketio::engineio::{Refusal, Request, Transport};
//!
//! let query = "EIO=4&transport=polling&t=N8hyd6w&sid=lv_VI97HAXpY6yYWAAAC";
//! let request = Request::decode("GET", query, false, &Transport::ALL)?;
//! assert_eq!(request, Request::Poll { sid: "lv_VI97HAXpY6yYWAAAC" });
//!
//! let violation = Request::decode("GET", "EIO=4", false, &Transport::ALL).unwrap_err();
//! let refusal = Refusal::from(&violation);
//! assert_eq!(refusal.status, 400);
//! assert_eq!(refusal.body(), r#"{"code":0,"message":"Transport unknown"}"#);
//! # Ok::<(), wire::Violation>(())
//! ```
//!
//! Book: chapter 11.

use crate::{engineio::rules, quote::quote};
use std::fmt;
use wire::{Rule, Violation};

/// How packets travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Transport {
    /// HTTP requests: GETs that wait for packets, POSTs that carry some.
    Polling,
    /// A WebSocket.
    WebSocket,
}

impl Transport {
    /// Both of them.
    pub const ALL: [Transport; 2] = [Transport::Polling, Transport::WebSocket];

    /// What the query calls it.
    pub fn name(self) -> &'static str {
        match self {
            Transport::Polling => "polling",
            Transport::WebSocket => "websocket",
        }
    }
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What a request wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request<'a> {
    /// A new session.
    Open(Transport),
    /// Packets from the server.
    Poll {
        /// The session.
        sid: &'a str,
    },
    /// The server shall take packets.
    Post {
        /// The session.
        sid: &'a str,
    },
    /// A WebSocket beside polling, to change to.
    Upgrade {
        /// The session.
        sid: &'a str,
    },
}

impl<'a> Request<'a> {
    /// Decodes a request from its method and the query of its target.
    /// `is_websocket`: it is the opening handshake of a WebSocket;
    /// `welcome`: the transports that the server offers.
    ///
    /// # Errors
    /// The rule that the request breaks; [`Refusal`] makes the answer of it.
    pub fn decode(
        method: &str,
        query: &'a str,
        is_websocket: bool,
        welcome: &[Transport],
    ) -> Result<Request<'a>, Violation> {
        let name = parameter(query, "transport").unwrap_or_default();
        let Some(&transport) = welcome.iter().find(|transport| transport.name() == name) else {
            return Err(rules::TRANSPORT_UNKNOWN.broken(format!("transport is {}", quote(name))));
        };
        let sid = parameter(query, "sid").filter(|sid| !sid.is_empty());
        if sid.is_none() && method != "GET" {
            return Err(rules::HANDSHAKE_METHOD.broken(format!("the method is {}", quote(method))));
        }
        if (transport == Transport::WebSocket) != is_websocket {
            return Err(rules::TRANSPORT_MISMATCH.broken(match is_websocket {
                true => "a WebSocket handshake asks for polling",
                false => "a request without a WebSocket handshake asks for websocket",
            }));
        }
        match parameter(query, "EIO") {
            Some("4") => {}
            Some(version) => {
                return Err(rules::VERSION.broken(format!("EIO is {}", quote(version))));
            }
            None => return Err(rules::VERSION.broken("EIO is missing")),
        }
        match (sid, transport, method) {
            (None, transport, _) => Ok(Request::Open(transport)),
            (Some(sid), Transport::WebSocket, _) => Ok(Request::Upgrade { sid }),
            (Some(sid), Transport::Polling, "GET") => Ok(Request::Poll { sid }),
            (Some(sid), Transport::Polling, "POST") => Ok(Request::Post { sid }),
            (Some(_), Transport::Polling, method) => {
                Err(rules::METHOD.broken(format!("the method is {}", quote(method))))
            }
        }
    }
}

/// The value of a parameter, as it stands in the query.
fn parameter<'a>(query: &'a str, name: &str) -> Option<&'a str> {
    let pairs = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs.rev().find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// How a request is refused: a status, and a body that says why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// Of the HTTP response.
    pub status: u16,
    /// What programs compare, where the protocol has a number for it.
    pub code: u8,
    /// What people read.
    pub message: &'static str,
}

impl Refusal {
    /// The response's body, JSON.
    pub fn body(&self) -> String {
        format!(r#"{{"code":{},"message":"{}"}}"#, self.code, self.message)
    }
}

/// The code and message of the rule, and its status.
impl From<&Violation> for Refusal {
    fn from(violation: &Violation) -> Self {
        let known = CODES.iter().find(|(rule, _)| *rule == violation.rule);
        let code = known.map_or(BAD_REQUEST, |(_, code)| *code);
        let status = violation.status().unwrap_or(400);
        Refusal { status, code, message: MESSAGES[usize::from(code)] }
    }
}

const BAD_REQUEST: u8 = 3;

/// The rules that have a code of their own; all others are bad requests.
static CODES: [(&Rule, u8); 5] = [
    (&rules::TRANSPORT_UNKNOWN, 0),
    (&rules::SID_UNKNOWN, 1),
    (&rules::HANDSHAKE_METHOD, 2),
    (&rules::FORBIDDEN, 4),
    (&rules::VERSION, 5),
];

const MESSAGES: [&str; 6] = [
    "Transport unknown",
    "Session ID unknown",
    "Bad handshake method",
    "Bad request",
    "Forbidden",
    "Unsupported protocol version",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn decode<'a>(method: &str, query: &'a str) -> Result<Request<'a>, Violation> {
        let is_websocket = query.contains("transport=websocket");
        Request::decode(method, query, is_websocket, &Transport::ALL)
    }

    #[track_caller]
    fn refused(result: Result<Request<'_>, Violation>) -> (u8, &'static str) {
        let violation = result.expect_err("a broken rule");
        (Refusal::from(&violation).code, violation.rule.id)
    }

    #[test]
    fn says_what_a_request_wants() {
        let wants = |method, query| decode(method, query).expect("a good request");
        assert_eq!(wants("GET", "EIO=4&transport=polling"), Request::Open(Transport::Polling));
        let websocket = wants("GET", "transport=websocket&EIO=4");
        assert_eq!(websocket, Request::Open(Transport::WebSocket));
        let sid = "x";
        assert_eq!(wants("GET", "EIO=4&transport=polling&sid=x&t=1"), Request::Poll { sid });
        assert_eq!(wants("POST", "EIO=4&transport=polling&sid=x"), Request::Post { sid });
        assert_eq!(wants("GET", "EIO=4&transport=websocket&sid=x"), Request::Upgrade { sid });
        let twice = wants("GET", "sid=y&EIO=4&transport=polling&sid=x");
        assert_eq!(twice, Request::Poll { sid });
    }

    #[test]
    fn refuses_with_the_codes_of_the_reference() {
        let code = |method, query| refused(decode(method, query));
        assert_eq!(code("GET", "EIO=4"), (0, "engineio/transport-unknown"));
        assert_eq!(code("GET", "EIO=4&transport=abc"), (0, "engineio/transport-unknown"));
        assert_eq!(code("POST", "EIO=4&transport=polling"), (2, "engineio/handshake-method"));
        assert_eq!(code("GET", "transport=polling"), (5, "engineio/version"));
        assert_eq!(code("GET", "EIO=3&transport=polling"), (5, "engineio/version"));
        assert_eq!(code("GET", "EIO=abc&transport=websocket"), (5, "engineio/version"));
        assert_eq!(code("PUT", "EIO=4&transport=polling&sid=x"), (3, "engineio/method"));
        let plain = Request::decode("GET", "EIO=4&transport=websocket", false, &Transport::ALL);
        assert_eq!(refused(plain), (3, "engineio/transport-mismatch"));
        let upgrade = Request::decode("GET", "EIO=4&transport=polling", true, &Transport::ALL);
        assert_eq!(refused(upgrade), (3, "engineio/transport-mismatch"));
    }

    #[test]
    fn a_transport_that_is_not_offered_is_unknown() {
        let query = "EIO=4&transport=polling";
        let polling = Request::decode("GET", query, false, &[Transport::WebSocket]);
        assert_eq!(refused(polling), (0, "engineio/transport-unknown"));
    }

    #[test]
    fn every_refusal_has_its_body() {
        let body = |rule: &'static Rule| {
            let refusal = Refusal::from(&rule.broken("in a test"));
            (refusal.status, refusal.body())
        };
        let text = |status: u16, body: &str| (status, body.to_owned());
        let unknown = r#"{"code":1,"message":"Session ID unknown"}"#;
        assert_eq!(body(&rules::SID_UNKNOWN), text(400, unknown));
        assert_eq!(body(&rules::TWO_POLLS), text(400, r#"{"code":3,"message":"Bad request"}"#));
        assert_eq!(body(&rules::FORBIDDEN), text(403, r#"{"code":4,"message":"Forbidden"}"#));
        let version = r#"{"code":5,"message":"Unsupported protocol version"}"#;
        assert_eq!(body(&rules::VERSION), text(400, version));
    }
}
