//! One connection, from its first packet to its verdict.
//!
//! ```text
//!                ┌──────────── Unsettled: too few bytes to tell
//!   first bytes ─┤
//!                ├─► Http ──101──► WebSocket
//!                ├─► WebSocket            (captured from the middle)
//!                ├─► Tls
//!                └─► Unknown
//! ```

use crate::{
    Options,
    event::{Connection, Ends, Protocol, What},
    http::{Http, Stage, Switched, SwitchedTo},
    ledger::Ledger,
    line::{Line, Lines, Output},
    unsettled::{Held, Piece, Settled, Spoken, Unsettled},
    verdict::Evidence,
    websocket::{Agreed, WebSocket},
};
use capture::{End, Ending, Flow, PacketRef, Time};
use wire::{Side, Sides, Span};

/// A connection.
#[derive(Debug)]
pub(crate) struct Conversation {
    /// Client and server, once it is known who is who.
    ends: Option<(End, Ends)>,
    lines: Lines,
    speech: Speech,
    evidence: Evidence,
    /// What HTTP counted before it was switched to something else.
    requests: u64,
    ledger: Ledger,
    options: Options,
    /// When the last thing happened.
    time: Option<Time>,
}

/// What is spoken.
#[derive(Debug)]
enum Speech {
    Unsettled(Box<Unsettled>),
    Http(Box<Http>),
    WebSocket(Box<WebSocket>),
    Tls,
    Unknown,
}

impl Speech {
    /// Names the bytes that were not decoded, as far as they go.
    fn explain_rest(&self, line: &mut Line, out: &mut Output<'_>) {
        match self {
            Speech::WebSocket(_) => out.explain_rest(line, frame::describe),
            Speech::Http(_) => out.explain_rest(line, |bytes| unnamed(bytes, "unfinished message")),
            Speech::Tls | Speech::Unsettled(_) | Speech::Unknown => {}
        }
    }
}

/// Bytes that have no names of their own here.
fn unnamed(bytes: &[u8], name: &'static str) -> Span {
    Span::new(0..bytes.len(), name)
}

impl Conversation {
    /// A connection of which nothing was heard yet.
    pub(crate) fn new(options: &Options) -> Self {
        Conversation {
            ends: None,
            lines: Lines::each(|side| Line::new(side, options.bytes)),
            speech: Speech::Unsettled(Box::default()),
            evidence: Evidence::default(),
            requests: 0,
            ledger: Ledger::default(),
            options: options.clone(),
            time: None,
        }
    }

    /// Takes note of a packet of TCP's own handshake, which shows the client.
    pub(crate) fn opened(&mut self, flow: &Flow, out: &mut Output<'_>) {
        self.time = flow.opened.time;
        if let Some(client) = flow.initiator {
            self.open(flow, client, out);
        }
    }

    /// Takes note that both streams begin with a frame, behind a handshake that
    /// was not written down.
    pub(crate) fn opened_among_frames(&mut self, flow: &Flow, out: &mut Output<'_>) {
        self.open(flow, End::First, out);
        self.evidence.is_websocket = true;
        let websocket = WebSocket::new(Agreed::Unknown, Sides::default(), self.options.frames);
        self.speech = Speech::WebSocket(Box::new(websocket));
    }

    /// Takes the next piece of one end's stream.
    pub(crate) fn receive(
        &mut self,
        flow: &Flow,
        from: End,
        piece: Piece<&[u8]>,
        packet: PacketRef,
        out: &mut Output<'_>,
    ) {
        self.time = packet.time.or(self.time);
        if let Some((client, _)) = self.ends {
            for end in End::BOTH {
                let line = self.lines.of_mut(side_of(end, client));
                line.acknowledged = flow.sent_by(end).acknowledged;
            }
        }
        if let Speech::Unsettled(unsettled) = &mut self.speech {
            unsettled.push(from, piece, packet, flow.initiator.is_some());
            self.settle(flow, false, out);
        } else if let Some((client, _)) = self.ends {
            self.hear(side_of(from, client), piece, packet, out);
        }
    }

    /// Takes note of a RST.
    pub(crate) fn reset(
        &mut self,
        flow: &Flow,
        from: End,
        packet: PacketRef,
        out: &mut Output<'_>,
    ) {
        self.time = packet.time.or(self.time);
        if self.ends.is_none() {
            self.settle(flow, true, out);
        }
        if let (None, Some((client, _))) = (self.evidence.reset, self.ends) {
            self.evidence.reset = Some(side_of(from, client));
            self.evidence.refuses = flow.sent_by(from).packets == 1;
        }
    }

    /// Says how it ended, now that nothing more comes.
    pub(crate) fn end(
        &mut self,
        flow: &Flow,
        ending: Ending,
        last: PacketRef,
        out: &mut Output<'_>,
    ) {
        self.settle(flow, true, out);
        self.hear_out(out);
        let Conversation { lines, speech, evidence, .. } = self;
        if let Speech::Http(http) = speech {
            let switched = http.end(&mut Stage { lines, evidence, out });
            self.switch(switched, out);
        }
        for side in Side::BOTH {
            self.speech.explain_rest(self.lines.of_mut(side), out);
        }
        let mut messages = 0;
        let protocol = match &mut self.speech {
            Speech::Http(http) => {
                (self.ledger, self.requests) = (http.ledger, http.requests);
                http.protocol()
            }
            Speech::WebSocket(websocket) => {
                websocket.end(&mut self.lines, &mut self.evidence, self.time, out);
                self.ledger += websocket.ledger;
                messages = websocket.messages;
                Protocol::WebSocket
            }
            Speech::Tls => Protocol::Tls,
            Speech::Unsettled(_) | Speech::Unknown => Protocol::Unknown,
        };
        let Conversation { requests, mut ledger, .. } = *self;
        // What is neither a head nor framing is somebody's payload.
        let bytes: u64 = self.lines.iter().map(|line| line.bytes).sum();
        ledger.payload = bytes.saturating_sub(ledger.framing + ledger.http);
        for sent in &flow.sent {
            ledger.tcp_ip += sent.header_bytes + sent.repeated_bytes;
        }
        let Some((client, ends)) = self.ends else { return };
        self.evidence.unseen = Side::BOTH.into_iter().find(|side| !self.lines.of(*side).is_seen());
        self.evidence.was_answered = flow.sent_by(client.other()).packets > 0;
        self.evidence.in_vain = End::BOTH.into_iter().find_map(|end| {
            let times = flow.sent_by(end).attempts + 1;
            // Twice is what any lost packet takes.
            let is_heard = flow.sent_by(end.other()).packets > 0;
            (times > 2 && is_heard).then(|| (side_of(end, client), times))
        });
        self.evidence.was_replaced = ending == Ending::Reused;
        let verdict = self.evidence.verdict();
        let connection =
            Connection { ends, protocol, requests, messages, ledger, verdict: &verdict };
        out.emit(last.time, &[last.number], What::Connection(connection));
    }

    /// The client is known: says so.
    fn open(&mut self, flow: &Flow, client: End, out: &mut Output<'_>) {
        if self.ends.is_none() {
            let ends = Ends { client: flow.address(client), server: flow.address(client.other()) };
            self.ends = Some((client, ends));
            out.emit(flow.opened.time, &[flow.opened.number], What::Opened(ends));
        }
    }

    /// Tries to tell what is spoken, and goes through what was held until then.
    fn settle(&mut self, flow: &Flow, last: bool, out: &mut Output<'_>) {
        let Speech::Unsettled(unsettled) = &mut self.speech else { return };
        let Some(Settled { client, spoken }) = unsettled.settle(flow.initiator, last) else {
            unsettled.overflow();
            return;
        };
        for end in End::BOTH {
            self.lines.of_mut(side_of(end, client)).skip(unsettled.given_up(end));
        }
        let held = unsettled.take();
        self.open(flow, client, out);
        self.speech = match spoken {
            Spoken::Http => Speech::Http(Box::new(Http::new(flow.initiator.is_some()))),
            Spoken::Frames => {
                let text = "the opening handshake is not in the capture: the side that masks is taken \
                            for the client, and what they agreed on is not known";
                out.emit(self.time, &[flow.opened.number], What::Warning(text));
                let mut websocket =
                    WebSocket::new(Agreed::Unknown, Sides::default(), self.options.frames);
                for side in Side::BOTH {
                    websocket.search(side, self.lines.of(side).end);
                }
                self.evidence.is_websocket = true;
                Speech::WebSocket(Box::new(websocket))
            }
            Spoken::Tls => Speech::Tls,
            Spoken::Unknown => Speech::Unknown,
        };
        for Held { from, what, packet } in held {
            self.hear(side_of(from, client), what.as_ref(), packet, out);
        }
    }

    fn hear(&mut self, side: Side, piece: Piece<&[u8]>, packet: PacketRef, out: &mut Output<'_>) {
        match piece {
            Piece::Data(bytes) => self.hear_bytes(side, bytes, packet, out),
            Piece::Gap { bytes, after_packet } => {
                if let (Speech::Http(http), Side::Client) = (&mut self.speech, side) {
                    http.doubt_requests();
                }
                self.hear_out(out);
                let Conversation { lines, speech, evidence, .. } = self;
                let line = lines.of_mut(side);
                speech.explain_rest(line, out);
                out.emit(packet.time, &[], What::Gap { from: side, bytes, after_packet });
                line.miss(bytes);
                match speech {
                    Speech::WebSocket(websocket) => websocket.miss(line, bytes, evidence, out),
                    Speech::Http(http) => {
                        http.miss(side, bytes, &mut Stage { lines, evidence, out });
                    }
                    _ => {}
                }
            }
            Piece::Fin => {
                self.hear_out(out);
                let Conversation { lines, speech, evidence, .. } = self;
                evidence.fins.push(side);
                lines.of_mut(side).has_fin = true;
                match speech {
                    Speech::WebSocket(websocket) => websocket.fin(lines.of(side), evidence, out),
                    Speech::Http(http) => {
                        let switched = http.fin(side, &mut Stage { lines, evidence, out });
                        self.switch(switched, out);
                    }
                    _ => {}
                }
            }
        }
    }

    fn hear_bytes(&mut self, side: Side, bytes: &[u8], packet: PacketRef, out: &mut Output<'_>) {
        let Conversation { lines, speech, evidence, .. } = self;
        evidence.has_data = true;
        if let Speech::Http(http) = speech {
            let switched = http.receive(side, bytes, packet, &mut Stage { lines, evidence, out });
            return self.switch(switched, out);
        }
        let line = lines.of_mut(side);
        line.receive(bytes, packet);
        if let Speech::WebSocket(websocket) = speech {
            websocket.receive(line, bytes, evidence, out);
        } else {
            let name = if matches!(speech, Speech::Tls) { "TLS" } else { "data" };
            out.explain_rest(line, |bytes| unnamed(bytes, name));
            line.trail.forget_before(line.end);
        }
    }

    /// Lets HTTP decode what it held back, before something else happens.
    fn hear_out(&mut self, out: &mut Output<'_>) {
        let Conversation { lines, speech, evidence, .. } = self;
        if let Speech::Http(http) = speech {
            let switched = http.decode_early(&mut Stage { lines, evidence, out });
            self.switch(switched, out);
        }
    }

    /// Goes on as what HTTP has switched to.
    fn switch(&mut self, switched: Option<Switched>, out: &mut Output<'_>) {
        let Some(Switched { to, rest }) = switched else { return };
        let Speech::Http(http) = &self.speech else { return };
        (self.ledger, self.requests) = (http.ledger, http.requests);
        let SwitchedTo::WebSocket(agreed) = to else {
            self.speech = Speech::Unknown;
            return;
        };
        // What is not known to begin with a frame begins behind all that came.
        let here = |side| rest.of(side).as_ref().map_or(0, |rest| rest.len() as u64);
        let starts = Sides::each(|side| self.lines.of(side).end - here(side));
        let mut websocket = Box::new(WebSocket::new(agreed, starts, self.options.frames));
        self.evidence.is_websocket = true;
        for side in Side::BOTH {
            let line = self.lines.of_mut(side);
            match rest.of(side) {
                Some(rest) => websocket.receive(line, rest, &mut self.evidence, out),
                None => websocket.search(side, line.end),
            }
            if line.has_fin {
                websocket.fin(line, &self.evidence, out);
            }
        }
        self.speech = Speech::WebSocket(websocket);
    }
}

fn side_of(end: End, client: End) -> Side {
    if end == client { Side::Client } else { Side::Server }
}
