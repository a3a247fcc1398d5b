//! The long polling of a session (Engine.IO 4, HTTP long-polling): GETs that
//! wait for packets, POSTs that carry some.

use super::{Session, State};
use crate::engineio::{Packet, Reason, Transport, payload, rules};
use std::time::Instant;
use wire::Violation;

/// Whether a GET waits for packets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Poll {
    Absent,
    Waiting,
    /// It is answered with this packet alone.
    Released(&'static str),
}

impl Poll {
    /// A GET that waits is answered with this packet alone.
    pub(super) fn released(self, packet: &'static str) -> Poll {
        match self {
            Poll::Waiting => Poll::Released(packet),
            poll => poll,
        }
    }
}

pub(super) const CLOSE: &str = "1";
pub(super) const NOOP: &str = "6";

/// The body of a POST, and where its next packet begins.
#[derive(Debug)]
pub(super) struct Payload {
    body: String,
    at: usize,
    /// How many packets may still come.
    left: usize,
}

impl Session {
    /// A GET has come for the packets of this session.
    ///
    /// # Errors
    /// The GET is refused. If another one waits already, the session ends.
    pub fn poll(&mut self) -> Result<(), Violation> {
        self.expect_polling("a GET")?;
        if self.poll != Poll::Absent {
            self.end(Reason::TransportError, CLOSE);
            return Err(rules::TWO_POLLS.broken("a second GET, while the first one waits"));
        }
        self.poll = Poll::Waiting;
        Ok(())
    }

    /// The body of the answer to the GET that waits; `None`: it goes on waiting.
    pub fn transmit_payload(&mut self) -> Option<String> {
        let payload = match self.poll {
            Poll::Absent => return None,
            Poll::Released(packet) => packet.to_owned(),
            Poll::Waiting => self.next_payload()?,
        };
        self.poll = Poll::Absent;
        Some(payload)
    }

    fn next_payload(&mut self) -> Option<String> {
        if !self.outgoing.is_empty() {
            return Some(self.outgoing.pop_payload(self.config.payload.bytes));
        }
        match self.state {
            // Never behind messages: a client that looks at the end of a payload
            // first would not hear them any more, as the reference client does.
            State::Closing { .. } => {
                self.poll = Poll::Absent;
                self.end(Reason::ForcedClose, CLOSE);
                Some(CLOSE.to_owned())
            }
            // The client does not change before its last GET is answered.
            _ if self.websocket.is_probed() => Some(NOOP.to_owned()),
            State::Open | State::Closed => None,
        }
    }

    /// The connection of the GET that waits is lost, and so is the session:
    /// nobody knows what the client would have got.
    pub fn abandon_poll(&mut self) {
        let was_waiting = self.poll == Poll::Waiting;
        self.poll = Poll::Absent;
        if was_waiting {
            self.end(Reason::TransportError, CLOSE);
        }
    }

    /// A POST has come; its body follows.
    ///
    /// # Errors
    /// The POST is refused. If another one is under way, the session ends.
    pub fn post(&mut self) -> Result<(), Violation> {
        self.expect_polling("a POST")?;
        if self.posting {
            self.end(Reason::TransportError, CLOSE);
            return Err(rules::TWO_POSTS.broken("a second POST, while the first one is under way"));
        }
        self.posting = true;
        Ok(())
    }

    /// The body of the POST. Of one that is too long, a byte too much is enough.
    ///
    /// # Errors
    /// The session has ended, or changed to WebSocket, since the POST began.
    pub fn receive_payload(&mut self, body: Vec<u8>, now: Instant) -> Result<(), Violation> {
        self.posting = false;
        self.expect_polling("a POST")?;
        self.now = now;
        self.finish_payload();
        match payload::text(body, &self.config.payload) {
            Ok(body) => {
                let left = self.config.payload.packets;
                self.payload = Some(Payload { body, at: 0, left });
            }
            Err(violation) => self.fail(violation, Reason::ParseError),
        }
        Ok(())
    }

    /// The connection of the POST is lost before its body was there, and so is the session.
    pub fn abandon_post(&mut self) {
        if self.posting {
            self.posting = false;
            self.end(Reason::TransportError, CLOSE);
        }
    }

    fn expect_polling(&self, request: &str) -> Result<(), Violation> {
        if self.is_closed() {
            let detail = format!("{request} for a session that has ended");
            return Err(rules::SID_UNKNOWN.broken(detail));
        }
        if self.transport() != Transport::Polling {
            let detail = format!("{request} for a session that is on WebSocket");
            return Err(rules::TRANSPORT_MISMATCH.broken(detail));
        }
        Ok(())
    }

    /// Takes the next packet of the POST's body; whether there was one.
    pub(super) fn take_from_payload(&mut self) -> bool {
        let Some(Payload { body, at, left }) = self.payload.take() else { return false };
        let Some(left) = left.checked_sub(1) else {
            self.fail(payload::too_many(&self.config.payload), Reason::ParseError);
            return true;
        };
        let (first, behind) = payload::split(body.get(at..).unwrap_or_default());
        let behind = behind.map(|behind| body.len() - behind.len());
        self.take(Packet::decode(first));
        if let (Some(at), false) = (behind, self.is_closed()) {
            self.payload = Some(Payload { body, at, left });
        }
        true
    }

    /// What came by polling goes before what comes after it by WebSocket.
    pub(super) fn finish_payload(&mut self) {
        while self.take_from_payload() {}
    }
}
