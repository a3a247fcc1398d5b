//! The WebSocket of a session, and how it becomes the transport (Engine.IO 4, Upgrade).
//!
//! ```text
//!           a WebSocket        2probe: 3probe          5
//!   Absent ────────────► Opened ────────────► Probed ─────► Current
//!     ▲                     │                    │             │
//!     │                     │ anything else,     │             │ the session ends
//!     │                     │ or too late        │             │
//!     │                     ▼                    ▼             ▼
//!     └──────────────── Dropped ◄────────────────┴─────────────┘
//!      it is closed
//! ```
//!
//! While a WebSocket is tried out, packets still travel by polling. The client
//! sends its upgrade packet when its last GET and POST are answered, so no
//! packet is overtaken: what the server sends behind it goes by WebSocket.

use super::{
    Event, Session, State,
    polling::{CLOSE, NOOP},
};
use crate::{
    engineio::{Frame, Packet, Reason, packet::PROBE, rules},
    quote::quote,
};
use std::time::Instant;
use wire::Violation;

/// What the session's WebSocket is, if it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WebSocket {
    Absent,
    /// It is tried out until then; nothing has come yet.
    Opened {
        until: Instant,
    },
    /// Its probe was answered.
    Probed {
        until: Instant,
    },
    /// Packets travel by it.
    Current,
    /// It is to be closed.
    Dropped,
}

impl WebSocket {
    /// A WebSocket was opened, to be tried out until then; `None`: there is one already.
    pub(super) fn opened(self, until: Instant) -> Option<WebSocket> {
        (self == WebSocket::Absent).then_some(WebSocket::Opened { until })
    }

    /// The session ends.
    pub(super) fn dropped(self) -> WebSocket {
        match self {
            WebSocket::Absent => WebSocket::Absent,
            _ => WebSocket::Dropped,
        }
    }

    /// Until when it is tried out.
    pub(super) fn deadline(self) -> Option<Instant> {
        match self {
            WebSocket::Opened { until } | WebSocket::Probed { until } => Some(until),
            WebSocket::Absent | WebSocket::Current | WebSocket::Dropped => None,
        }
    }

    pub(super) fn is_probed(self) -> bool {
        matches!(self, WebSocket::Probed { .. })
    }
}

impl Session {
    /// A WebSocket is open that names this session.
    ///
    /// # Errors
    /// It is to be closed at once; the session goes on without it.
    pub fn websocket(&mut self, now: Instant) -> Result<(), Violation> {
        if self.is_closed() {
            return Err(rules::SID_UNKNOWN.broken("a WebSocket for a session that has ended"));
        }
        if !self.config.upgrades {
            return Err(rules::TRANSPORT_MISMATCH.broken("a WebSocket, where nothing is upgraded"));
        }
        let until = now + self.config.upgrade_timeout;
        self.websocket = self.websocket.opened(until).ok_or_else(|| {
            rules::TWO_WEBSOCKETS.broken("a WebSocket for a session that has one already")
        })?;
        Ok(())
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
        if self.is_closed() {
            return;
        }
        self.now = now;
        self.finish_payload();
        match (self.websocket, packet) {
            (WebSocket::Current, packet) => self.take(packet),
            (WebSocket::Opened { until }, Ok(Packet::Ping(PROBE))) => {
                self.websocket = WebSocket::Probed { until };
                self.probed = Some(Frame::from(&Packet::Pong(PROBE)));
            }
            (WebSocket::Probed { .. }, Ok(Packet::Upgrade)) => {
                self.websocket = WebSocket::Current;
                self.poll = self.poll.released(NOOP);
                self.events.push_back(Ok(Event::Upgraded));
            }
            (WebSocket::Opened { .. }, Ok(packet)) => {
                self.drop_websocket(rules::PROBE.broken(shown(&packet)));
            }
            (WebSocket::Probed { .. }, Ok(packet)) => {
                self.drop_websocket(rules::UPGRADE.broken(shown(&packet)));
            }
            (WebSocket::Opened { .. } | WebSocket::Probed { .. }, Err(violation)) => {
                self.drop_websocket(violation);
            }
            (WebSocket::Absent | WebSocket::Dropped, _) => {}
        }
    }

    /// The WebSocket is not what it should be; polling goes on.
    fn drop_websocket(&mut self, violation: Violation) {
        self.websocket = WebSocket::Dropped;
        self.events.push_back(Err(violation));
    }

    /// The next message for the WebSocket.
    pub fn transmit(&mut self) -> Option<Frame> {
        if let Some(answer) = self.probed.take() {
            return Some(answer);
        }
        if self.websocket != WebSocket::Current {
            return None;
        }
        let frame = self.outgoing.pop();
        if matches!(self.state, State::Closing { .. }) && self.outgoing.is_empty() {
            self.end(Reason::ForcedClose, CLOSE);
        }
        frame
    }

    /// Whether the WebSocket is to be closed, now that everything is transmitted.
    pub fn drops_websocket(&self) -> bool {
        self.websocket == WebSocket::Dropped && self.probed.is_none()
    }

    /// The WebSocket was closed, by whomever.
    pub fn websocket_closed(&mut self) {
        self.websocket_ended(Reason::TransportClose);
    }

    /// The WebSocket broke: a rule of its own, or the connection under it.
    pub fn websocket_failed(&mut self) {
        self.websocket_ended(Reason::TransportError);
    }

    fn websocket_ended(&mut self, reason: Reason) {
        let was_current = self.websocket == WebSocket::Current;
        if was_current {
            self.end(if self.is_open() { reason } else { Reason::ForcedClose }, CLOSE);
        }
        self.websocket = WebSocket::Absent;
        self.probed = None;
    }
}

fn shown(packet: &Packet<'_>) -> String {
    match packet {
        Packet::Binary(bytes) => format!("a message of {} bytes", bytes.len()),
        packet => {
            let mut text = String::new();
            packet.encode(&mut text);
            format!("a packet {}", quote(&text))
        }
    }
}
