//! What a client does: GETs, POSTs, and the change to a WebSocket (Engine.IO 4, Upgrade).
//!
//! ```text
//!          Transmit::WebSocket    it is open: 2probe    3probe      the last GET and POST
//!  Wanted ─────────────► Opening ─────────► Probing ─────► Pausing ────────────► Current
//!                           │                  │              │  are answered: 5
//!                           └──────────────────┴──────────────┴───► Failed: polling goes on
//! ```
//!
//! The server's side of it is in `session/websocket.rs`. No request is begun
//! while the last ones are waited for, so nothing is under way by polling when
//! the upgrade packet leaves.

use super::{Client, State};
use crate::engineio::{Event, Frame, Packet, Reason, Transport, packet::PROBE, payload, rules};
use std::time::Instant;
use wire::Violation;

/// What a client is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Transmit {
    /// A GET with this query.
    Get {
        /// Behind the `?` of the target.
        query: String,
    },
    /// A POST with this query.
    Post {
        /// Behind the `?` of the target.
        query: String,
        /// The payload.
        body: String,
    },
    /// A WebSocket to the target with this query.
    WebSocket {
        /// Behind the `?` of the target.
        query: String,
    },
    /// A message for the WebSocket.
    Frame(Frame),
    /// The WebSocket is to be closed.
    Close,
}

/// What the WebSocket is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WebSocket {
    Absent,
    Wanted,
    Opening,
    Probing,
    Pausing,
    Current,
    /// It did not work, and is to be closed.
    Failed,
}

impl Client {
    /// What to do next; `None`: nothing, until something comes.
    pub fn transmit(&mut self) -> Option<Transmit> {
        self.settle();
        match self.websocket {
            WebSocket::Wanted => {
                self.websocket = WebSocket::Opening;
                let query = self.query(Transport::WebSocket);
                return Some(Transmit::WebSocket { query });
            }
            WebSocket::Failed => {
                self.websocket = WebSocket::Absent;
                return Some(Transmit::Close);
            }
            _ => {}
        }
        if let Some(frame) = self.ahead.pop_front() {
            return Some(Transmit::Frame(frame));
        }
        match self.transport() {
            Transport::WebSocket => self.transmit_frame(),
            Transport::Polling => self.transmit_request(),
        }
    }

    fn transmit_frame(&mut self) -> Option<Transmit> {
        if self.websocket != WebSocket::Current || self.session().is_none() {
            return None;
        }
        if let Some(frame) = self.outgoing.pop() {
            return Some(Transmit::Frame(frame));
        }
        if !matches!(self.state, State::Closing(..)) {
            return None;
        }
        self.end(Reason::ForcedClose);
        self.transmit()
    }

    fn transmit_request(&mut self) -> Option<Transmit> {
        let pauses = self.websocket == WebSocket::Pausing;
        let wants_packets = matches!(self.state, State::Opening | State::Open(_));
        if wants_packets && !self.getting && !pauses {
            self.getting = true;
            return Some(Transmit::Get { query: self.query(Transport::Polling) });
        }
        let most = self.session()?.open.max_payload.unwrap_or(usize::MAX);
        if self.posting || pauses || self.outgoing.is_empty() {
            return None;
        }
        self.posting = true;
        let query = self.query(Transport::Polling);
        Some(Transmit::Post { query, body: self.outgoing.pop_payload(most) })
    }

    fn query(&self, transport: Transport) -> String {
        match self.session() {
            Some(session) => format!("EIO=4&transport={transport}&sid={}", session.open.sid),
            None => format!("EIO=4&transport={transport}"),
        }
    }

    /// Goes on where something was waited for: with the upgrade, or with the end.
    pub(super) fn settle(&mut self) {
        if self.getting || self.posting {
            return;
        }
        if self.websocket == WebSocket::Pausing {
            self.websocket = WebSocket::Current;
            self.ahead.push_back(Frame::from(&Packet::Upgrade));
            self.events.push_back(Ok(Event::Upgraded));
        }
    }

    // Long polling

    /// The answer to the GET: a payload.
    pub fn receive_payload(&mut self, body: &[u8], now: Instant) {
        self.getting = false;
        let limits = self.config.payload;
        match payload::decode(body, &limits) {
            Ok(packets) => packets.for_each(|packet| self.take(packet, now)),
            Err(violation) => self.fail(violation, Reason::ParseError),
        }
    }

    /// The POST was answered: the server has its packets.
    pub fn posted(&mut self) {
        self.posting = false;
        if matches!(self.state, State::Closing(..)) && self.outgoing.is_empty() {
            self.end(Reason::ForcedClose);
        }
    }

    /// A GET or POST was refused, or its connection lost.
    pub fn request_failed(&mut self) {
        let reason = match self.state {
            State::Closing(..) => Reason::ForcedClose,
            _ => Reason::TransportError,
        };
        self.end(reason);
    }

    // WebSocket

    /// The WebSocket that was wanted is open.
    pub fn websocket_opened(&mut self) {
        if self.websocket != WebSocket::Opening {
            return;
        }
        if self.session().is_none() {
            self.websocket = WebSocket::Current;
        } else {
            self.websocket = WebSocket::Probing;
            self.ahead.push_back(Frame::from(&Packet::Ping(PROBE)));
        }
    }

    /// A text message of the WebSocket.
    pub fn receive(&mut self, text: &str, now: Instant) {
        self.receive_frame(Packet::decode(text), now);
    }

    /// A binary message of the WebSocket.
    pub fn receive_binary(&mut self, bytes: &[u8], now: Instant) {
        self.receive_frame(Ok(Packet::Binary(bytes.into())), now);
    }

    fn receive_frame(&mut self, packet: Result<Packet<'_>, Violation>, now: Instant) {
        match self.websocket {
            WebSocket::Current => self.take(packet, now),
            WebSocket::Probing => match packet {
                Ok(Packet::Pong(PROBE)) => self.websocket = WebSocket::Pausing,
                Ok(packet) => {
                    let detail = format!("a {} packet instead", packet.kind());
                    self.drop_websocket(rules::PROBE_ANSWER.broken(detail));
                }
                Err(violation) => self.drop_websocket(violation),
            },
            _ => {}
        }
    }

    fn drop_websocket(&mut self, violation: Violation) {
        self.websocket = WebSocket::Failed;
        self.ahead.clear();
        self.events.push_back(Err(violation));
    }

    /// The WebSocket was closed, by whomever.
    pub fn websocket_closed(&mut self) {
        self.websocket_ended(Reason::TransportClose);
    }

    /// The WebSocket could not be opened, or broke.
    pub fn websocket_failed(&mut self) {
        self.websocket_ended(Reason::TransportError);
    }

    fn websocket_ended(&mut self, reason: Reason) {
        let websocket = std::mem::replace(&mut self.websocket, WebSocket::Absent);
        self.ahead.clear();
        let was_needed = websocket == WebSocket::Current || self.session().is_none();
        if was_needed {
            self.end(reason);
        }
    }
}
