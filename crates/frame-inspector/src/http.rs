//! HTTP/1.1 as an observer sees it: requests, their responses, the moment at
//! which both become something else.
//!
//! ```text
//! client ─► Decoder ─► request 1, request 2 …   ┐ paired in order: RFC 9112 9.3.2
//! server ─► Decoder ─► response to 1, to 2 …    ┘
//!                      └─ 101: what follows in both directions is WebSocket
//! ```
//!
//! Only the answer to an upgrade says what the client's next bytes are, so they
//! are held until then.

mod content;
mod half;
mod upgrade;

use crate::{
    event::{Body, BodyState, Protocol, Request, Response, What},
    ledger::Ledger,
    line::{Lines, Output},
    sniff::{Sniffed, sniff},
    verdict::Evidence,
    websocket::Agreed,
};
use capture::PacketRef;
use half::{Found, Half, Head, Whole};
use http1::rules;
use std::{collections::VecDeque, rc::Rc};
use wire::{Side, Sides};

/// How many requests wait for their responses before the oldest is forgotten:
/// more than any client pipelines, so that a capture without responses stays small.
const MAX_UNANSWERED: usize = 1024;
/// How much of what follows an upgrade is held while its answer is not seen.
const MAX_HELD: usize = 64 << 10;

/// The one response that may come unasked: the server will not wait any longer
/// (RFC 9110 15.5.9).
const REQUEST_TIMEOUT: u16 = 408;

/// The state of both directions.
#[derive(Debug)]
pub(crate) struct Http {
    halves: Sides<Half>,
    /// Requests whose responses are not complete.
    unanswered: VecDeque<Asked>,
    /// How many of them the decoder of responses knows of.
    expected: usize,
    /// How many requests have begun, and how many of them have ended.
    pub(crate) requests: u64,
    complete_requests: u64,
    pub(crate) ledger: Ledger,
    has_event_stream: bool,
    /// Whether every request so far is in the capture.
    sees_requests: bool,
    /// What the server said before the request that it answers: captures with
    /// several queues reorder the directions.
    early: Vec<(Vec<u8>, PacketRef)>,
}

/// A request that waits for its response.
#[derive(Debug)]
pub(super) struct Asked {
    number: u64,
    head: Rc<http1::Request>,
    packets: Vec<u64>,
}

/// The connection goes on as something else.
#[derive(Debug)]
pub(crate) struct Switched {
    /// What was agreed on, if it is WebSocket.
    pub(crate) to: SwitchedTo,
    /// The bytes of each side that follow and are here already; none where it
    /// is not known from which byte on.
    pub(crate) rest: Sides<Option<Vec<u8>>>,
}

impl Switched {
    /// The same, with one more packet of the server behind it.
    fn and(mut self, bytes: &[u8], packet: PacketRef, stage: &mut Stage<'_, '_>) -> Self {
        stage.lines.server.receive(bytes, packet);
        if let Some(rest) = &mut self.rest.server {
            rest.extend_from_slice(bytes);
        }
        self
    }
}

#[derive(Debug)]
pub(crate) enum SwitchedTo {
    WebSocket(Agreed),
    /// A tunnel, or a protocol that is not explained here.
    Other,
}

/// What a connection has besides its protocol.
pub(crate) struct Stage<'a, 's> {
    pub(crate) lines: &'a mut Lines,
    pub(crate) evidence: &'a mut Evidence,
    pub(crate) out: &'a mut Output<'s>,
}

impl Http {
    /// HTTP from the start of the connection, or from somewhere in its middle.
    pub(crate) fn new(from_start: bool) -> Self {
        Http {
            halves: Sides::each(|side| Half::new(side, from_start)),
            unanswered: VecDeque::new(),
            expected: 0,
            requests: 0,
            complete_requests: 0,
            ledger: Ledger::default(),
            has_event_stream: false,
            sees_requests: from_start,
            early: Vec::new(),
        }
    }

    /// What this connection turned out to be.
    pub(crate) fn protocol(&self) -> Protocol {
        if self.has_event_stream { Protocol::EventStream } else { Protocol::Http }
    }

    /// Takes the next bytes of a side.
    pub(crate) fn receive(
        &mut self,
        side: Side,
        bytes: &[u8],
        packet: PacketRef,
        stage: &mut Stage<'_, '_>,
    ) -> Option<Switched> {
        match side {
            Side::Server => self.receive_from_server(bytes, packet, stage),
            Side::Client => self.receive_from_client(bytes, packet, stage),
        }
    }

    fn receive_from_client(
        &mut self,
        bytes: &[u8],
        packet: PacketRef,
        stage: &mut Stage<'_, '_>,
    ) -> Option<Switched> {
        let switched = self.decode_packet(Side::Client, bytes, packet, stage);
        if switched.is_some() {
            return switched;
        }
        let client = &self.halves.client;
        if client.is_paused && client.decoder.pending().len() > MAX_HELD {
            return Some(self.presume_switch(stage));
        }
        if self.unanswered.is_empty() { None } else { self.decode_early(stage) }
    }

    fn receive_from_server(
        &mut self,
        bytes: &[u8],
        packet: PacketRef,
        stage: &mut Stage<'_, '_>,
    ) -> Option<Switched> {
        if self.awaits_request(stage) {
            self.early.push((bytes.to_vec(), packet));
            let held: usize = self.early.iter().map(|(bytes, _)| bytes.len()).sum();
            return if held > MAX_HELD { self.decode_early(stage) } else { None };
        }
        match self.decode_early(stage) {
            Some(switched) => Some(switched.and(bytes, packet, stage)),
            None => self.decode_packet(Side::Server, bytes, packet, stage),
        }
    }

    /// Whether the next response has no request yet that it could answer.
    fn awaits_request(&self, stage: &Stage<'_, '_>) -> bool {
        let Http { halves, unanswered, sees_requests, .. } = self;
        unanswered.is_empty()
            && *sees_requests
            && !halves.client.is_broken
            && !halves.server.decoder.is_inside_message()
            && !stage.lines.client.has_fin
    }

    /// Decodes the responses that waited for their requests, and waits no more.
    pub(crate) fn decode_early(&mut self, stage: &mut Stage<'_, '_>) -> Option<Switched> {
        if self.early.is_empty() {
            return None;
        }
        if !stage.lines.client.is_seen() {
            // The capture has one direction only.
            self.sees_requests = false;
        }
        let mut early = std::mem::take(&mut self.early).into_iter();
        let switched = early
            .find_map(|(bytes, packet)| self.decode_packet(Side::Server, &bytes, packet, stage))?;
        Some(early.fold(switched, |switched, (bytes, packet)| switched.and(&bytes, packet, stage)))
    }

    /// Goes on behind bytes that are not in the capture.
    pub(crate) fn miss(&mut self, side: Side, bytes: u64, stage: &mut Stage<'_, '_>) {
        let half = self.halves.of_mut(side);
        if let Some(building) = &mut half.building {
            building.is_whole = false;
        }
        half.decoder.miss(bytes);
        // What was lost is known now, before the next packet is looked at.
        let switched = self.decode(side, &[], stage);
        debug_assert!(switched.is_none(), "no byte came that could switch");
        if self.halves.server.is_lost {
            // Nobody knows how many responses were among it.
            self.unanswered.clear();
            self.expected = 0;
            self.sees_requests = false;
        }
    }

    /// Takes note that bytes of the client are missing, before anything that
    /// waited for them is judged.
    pub(crate) fn doubt_requests(&mut self) {
        self.sees_requests = false;
    }

    /// Notes that a side has ended with FIN.
    pub(crate) fn fin(&mut self, side: Side, stage: &mut Stage<'_, '_>) -> Option<Switched> {
        // Where the peer hung up first, or what it asked is not known, an end
        // that seems too early is nobody's fault.
        let peer = stage.lines.of(side.other());
        let was_asked = side == Side::Client || peer.is_seen();
        let peer_hung_up = peer.has_fin || !was_asked;
        self.halves.of_mut(side).finish(peer_hung_up);
        self.decode(side, &[], stage)
    }

    /// Hands out what was begun and will not end.
    pub(crate) fn end(&mut self, stage: &mut Stage<'_, '_>) -> Option<Switched> {
        for side in Side::BOTH {
            if let Some(mut building) = self.halves.of_mut(side).building.take() {
                building.is_whole = false;
                let whole = building.finish(stage.lines.of(side).end);
                self.complete(&whole, side, stage);
            }
        }
        let held = self.halves.client.decoder.pending();
        let has_frames = sniff(held) == (Sniffed::Frames { masked: true });
        (self.halves.client.is_paused && has_frames).then(|| self.presume_switch(stage))
    }

    fn decode_packet(
        &mut self,
        side: Side,
        bytes: &[u8],
        packet: PacketRef,
        stage: &mut Stage<'_, '_>,
    ) -> Option<Switched> {
        stage.lines.of_mut(side).receive(bytes, packet);
        if self.switched_unseen(side, bytes) {
            return Some(self.switch_unseen(side, bytes, stage));
        }
        let half = self.halves.of_mut(side);
        if half.is_lost && !matches!(sniff(bytes), Sniffed::Request | Sniffed::Response) {
            // The middle of something: only a packet that begins with a head is a beginning.
            half.decoder.miss(bytes.len() as u64);
            stage.lines.of_mut(side).forget();
            return self.decode(side, &[], stage);
        }
        self.decode(side, bytes, stage)
    }

    fn decode(&mut self, side: Side, bytes: &[u8], stage: &mut Stage<'_, '_>) -> Option<Switched> {
        let mut bytes = bytes;
        loop {
            if side == Side::Server {
                self.expect_responses();
            }
            let line = stage.lines.of_mut(side);
            let half = self.halves.of_mut(side);
            match half.next(&mut bytes, line, &mut self.ledger, stage.out)? {
                Found::Request(head) => {
                    let packets = half.building.as_ref().map(|begun| begun.packets.clone());
                    self.ask(head, packets.unwrap_or_default());
                }
                Found::EventStream => {
                    self.has_event_stream = true;
                    self.announce_event_stream(stage);
                }
                Found::Whole(whole) => match self.complete(&whole, side, stage) {
                    Next::GoOn => {}
                    Next::ResumeRequests => {
                        self.halves.client.resume();
                        // What waited behind the upgrade is decoded now, as HTTP.
                        let switched = self.decode(Side::Client, &[], stage);
                        debug_assert!(switched.is_none(), "a request does not switch");
                    }
                    Next::Switch { to, was_asked } => {
                        let [client, mut server] =
                            Side::BOTH.map(|side| self.halves.of_mut(side).decoder.switch());
                        server.extend_from_slice(bytes);
                        let rest =
                            Sides { client: was_asked.then_some(client), server: Some(server) };
                        return Some(Switched { to, rest });
                    }
                },
            }
        }
    }

    /// Tells the decoder of responses which requests are waiting.
    fn expect_responses(&mut self) {
        for asked in self.unanswered.iter().skip(self.expected) {
            self.halves.server.decoder.expect(asked.head.method.clone());
        }
        self.expected = self.unanswered.len();
    }

    /// A request has begun, and waits for its response: that may come before
    /// the request is whole.
    fn ask(&mut self, head: Rc<http1::Request>, packets: Vec<u64>) {
        if self.unanswered.len() == MAX_UNANSWERED {
            self.unanswered.pop_front();
            self.expected = self.expected.saturating_sub(1);
        }
        self.requests += 1;
        self.unanswered.push_back(Asked { number: self.requests, head, packets });
    }

    /// A message is whole: hands it out.
    fn complete(&mut self, whole: &Whole, side: Side, stage: &mut Stage<'_, '_>) -> Next {
        let Whole { head, packets, length, body, is_whole, was_announced, .. } = whole;
        let (time, length, is_whole) = (stage.lines.of(side).time(), *length, *is_whole);
        let next = match head {
            Head::Request(head) => {
                // Requests become complete in the order in which they began.
                self.complete_requests += 1;
                let number = self.complete_requests;
                let body = content::body(&head.headers, length, body, is_whole);
                let body = body.as_body();
                let request = What::Request(Request { number, head, body });
                stage.out.emit(time, packets, request);
                if handshake::is_upgrade(head) {
                    upgrade::check_request(head, time, packets, stage.out);
                }
                Next::GoOn
            }
            Head::Response(head) => {
                if !was_announced {
                    let to = self.unanswered.front().map(|asked| asked.number);
                    let body = content::body(&head.headers, length, body, is_whole);
                    let body = body.as_body();
                    let response = What::Response(Response { to, head, body });
                    stage.out.emit(time, packets, response);
                }
                self.answer(head, packets, stage)
            }
        };
        whole.explain(stage.lines.of_mut(side), stage.out);
        next
    }

    /// A response is whole: what does it mean for its request and for what follows?
    fn answer(
        &mut self,
        head: &http1::Response,
        packets: &[u64],
        stage: &mut Stage<'_, '_>,
    ) -> Next {
        let Stage { lines, evidence, out } = stage;
        if head.is_interim() && head.status != 101 {
            return Next::GoOn;
        }
        let time = lines.server.time();
        let asked = self.unanswered.pop_front();
        self.expected = self.expected.saturating_sub(1);
        // What the server has acknowledged and nobody saw may be the request.
        let is_ahead = lines.client.acknowledged > lines.client.end + 1;
        let sees_requests = self.sees_requests && !self.halves.client.is_broken && !is_ahead;
        if asked.is_none() && sees_requests && head.status != REQUEST_TIMEOUT {
            let detail = format!("the status is {}", head.status);
            out.broken(time, packets, Side::Server, &rules::RESPONSE_UNASKED.broken(detail));
        }
        let next = upgrade::settle(asked.as_ref(), head, time, packets, evidence, out);
        if matches!(next, Next::Switch { .. }) && self.halves.client.has_early_data() {
            upgrade::report_early(&self.halves.client, lines, out);
        }
        next
    }

    /// An event stream has no end to wait for: its response is told with its head.
    fn announce_event_stream(&mut self, stage: &mut Stage<'_, '_>) {
        let to = self.unanswered.front().map(|asked| asked.number);
        let Some(building) = &self.halves.server.building else { return };
        let Head::Response(head) = &building.head else { return };
        let response =
            Response { to, head, body: Body { state: BodyState::Open, ..Body::default() } };
        let time = stage.lines.server.time();
        stage.out.emit(time, &building.packets, What::Response(response));
    }

    /// Whether these bytes can only be frames behind a switch that the capture does not show.
    fn switched_unseen(&self, side: Side, bytes: &[u8]) -> bool {
        let half = self.halves.of(side);
        let masked = side == Side::Client;
        half.is_lost && sniff(bytes) == (Sniffed::Frames { masked })
    }

    fn switch_unseen(&mut self, side: Side, bytes: &[u8], stage: &mut Stage<'_, '_>) -> Switched {
        let text = "the switch to WebSocket is not in the capture, but these are frames";
        stage.out.warn(stage.lines.of(side), text);
        let mut rest = Sides::each(|_| None);
        *rest.of_mut(side) = Some(bytes.to_vec());
        if side == Side::Server && self.halves.client.is_paused {
            rest.client = Some(self.halves.client.decoder.switch());
        }
        Switched { to: SwitchedTo::WebSocket(Agreed::Unknown), rest }
    }

    /// Frames wait behind an upgrade whose answer does not come.
    fn presume_switch(&mut self, stage: &mut Stage<'_, '_>) -> Switched {
        let text = "the server's answer to the upgrade is not in the capture, but frames follow";
        stage.out.warn(&stage.lines.client, text);
        let rest = Sides { client: Some(self.halves.client.decoder.switch()), server: None };
        Switched { to: SwitchedTo::WebSocket(Agreed::Unknown), rest }
    }
}

/// What follows a whole message.
#[derive(Debug)]
pub(super) enum Next {
    GoOn,
    /// The upgrade was not granted.
    ResumeRequests,
    /// Something else follows; whether a request asked for it, behind which it begins.
    Switch {
        to: SwitchedTo,
        was_asked: bool,
    },
}
