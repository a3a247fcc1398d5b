//! One direction of HTTP: heads and bodies, put together.

use super::content::Pieces;
use crate::{
    event::What,
    ledger::Ledger,
    line::{Line, Output},
};
use http1::{Decoder, EventKind, EventStream, Limits, rules};
use std::{ops::Range, rc::Rc};
use wire::{Side, Span};

/// How much of a body is kept, in bytes.
const MAX_BODY: usize = 16 << 20;

/// One direction.
#[derive(Debug)]
pub(super) struct Half {
    pub(super) decoder: Decoder,
    /// The message whose end has not come.
    pub(super) building: Option<Building>,
    /// Waiting for the answer to an upgrade.
    pub(super) is_paused: bool,
    /// Message boundaries are not known.
    pub(super) is_lost: bool,
    /// A message was so broken that the count may be wrong.
    pub(super) is_broken: bool,
    /// Nobody waits for the rest of the message that is building.
    is_abandoned: bool,
}

/// A message whose end has not come.
#[derive(Debug)]
pub(super) struct Building {
    pub(super) head: Head,
    pub(super) packets: Vec<u64>,
    /// Whether no byte of it is missing.
    pub(super) is_whole: bool,
    start: u64,
    head_len: u64,
    body: Vec<u8>,
    length: u64,
    stream: Option<Stream>,
}

/// The events of a body that is an event stream.
#[derive(Debug)]
struct Stream {
    content: Pieces,
    decoder: EventStream,
    /// How many bytes of it came, without chunk framing and content coding.
    received: u64,
    /// The packets since the last event.
    packets: Vec<u64>,
}

/// A request or a response.
#[derive(Debug)]
pub(super) enum Head {
    /// Shared with the queue of requests that wait for their responses.
    Request(Rc<http1::Request>),
    Response(http1::Response),
}

/// What [`Half::next`] found.
#[derive(Debug)]
pub(super) enum Found {
    /// A request has begun.
    Request(Rc<http1::Request>),
    /// A response whose body is an event stream has begun.
    EventStream,
    /// A message is whole, or as whole as it will be.
    Whole(Whole),
}

/// A message that is put together.
#[derive(Debug)]
pub(super) struct Whole {
    pub(super) head: Head,
    pub(super) packets: Vec<u64>,
    pub(super) length: u64,
    pub(super) body: Vec<u8>,
    pub(super) is_whole: bool,
    pub(super) was_announced: bool,
    /// Where its head, and then its body with all framing, lie in the stream.
    pub(super) head_range: Range<u64>,
    pub(super) body_range: Range<u64>,
}

impl Whole {
    /// Hands over its bytes with their names, where bytes are kept.
    pub(super) fn explain(&self, line: &mut Line, out: &mut Output<'_>) {
        let (describe, headers): (fn(&[u8]) -> Span, _) = match &self.head {
            Head::Request(head) => (http1::Request::describe, &head.headers),
            Head::Response(head) => (http1::Response::describe, &head.headers),
        };
        out.explain(line, self.head_range.clone(), &self.packets, describe);
        let is_chunked = headers.contains_token("transfer-encoding", "chunked");
        out.explain(line, self.body_range.clone(), &self.packets, |bytes| match is_chunked {
            true => http1::body::describe_chunked(bytes),
            false => Span::new(0..bytes.len(), "body").section("RFC 9112 6"),
        });
    }
}

impl Building {
    fn new(head: Head, range: Range<u64>) -> Self {
        let stream = match &head {
            Head::Response(response) if is_event_stream(response) => {
                let decoder = EventStream::new(MAX_BODY);
                let content = Pieces::new(&response.headers);
                Some(Stream { content, decoder, received: 0, packets: Vec::new() })
            }
            _ => None,
        };
        Building {
            head,
            packets: Vec::new(),
            is_whole: true,
            start: range.start,
            head_len: range.end - range.start,
            body: Vec::new(),
            length: 0,
            stream,
        }
    }

    /// The message as it is now that the stream has come to `end`.
    pub(super) fn finish(self, end: u64) -> Whole {
        let Building { head, packets, is_whole, start, head_len, body, length, stream } = self;
        let body_start = start + head_len;
        Whole {
            head,
            packets,
            length,
            body,
            is_whole,
            was_announced: stream.is_some(),
            head_range: start..body_start,
            body_range: body_start..end.max(body_start),
        }
    }

    fn receive(&mut self, piece: &[u8], range: Range<u64>, line: &Line, out: &mut Output<'_>) {
        self.length += piece.len() as u64;
        match &mut self.stream {
            Some(stream) => stream.receive(piece, range, line, out),
            // What follows a hole does not continue what was before it.
            None if !self.is_whole => {
                line.trail.trace(range, &mut self.packets);
            }
            None => {
                line.trail.trace(range, &mut self.packets);
                let room = MAX_BODY.saturating_sub(self.body.len());
                self.is_whole &= room >= piece.len();
                self.body.extend_from_slice(piece.get(..room).unwrap_or(piece));
            }
        }
    }
}

impl Half {
    /// A direction that is seen from its start, or from somewhere in its middle.
    pub(super) fn new(side: Side, from_start: bool) -> Self {
        let decoder = match side {
            Side::Client => Decoder::requests(Limits::WATCHING),
            Side::Server => Decoder::responses(Limits::WATCHING),
        };
        Half {
            decoder,
            building: None,
            is_paused: false,
            is_lost: !from_start,
            is_broken: false,
            is_abandoned: false,
        }
    }

    /// HTTP goes on behind an upgrade that was not granted.
    pub(super) fn resume(&mut self) {
        if self.is_paused {
            self.is_paused = false;
            self.decoder.resume();
        }
    }

    /// The stream has ended. An event stream ends no other way, and where the
    /// peer hung up first, the end of a message is not missed.
    pub(super) fn finish(&mut self, peer_hung_up: bool) {
        let is_event_stream = self.building.as_ref().is_some_and(|b| b.stream.is_some());
        self.is_abandoned = peer_hung_up || is_event_stream;
        self.decoder.finish();
    }

    /// Whether bytes wait behind an upgrade.
    pub(super) fn has_early_data(&self) -> bool {
        self.is_paused && !self.decoder.pending().is_empty()
    }

    /// The next whole message; `None` where more bytes are needed.
    pub(super) fn next(
        &mut self,
        bytes: &mut &[u8],
        line: &mut Line,
        ledger: &mut Ledger,
        out: &mut Output<'_>,
    ) -> Option<Found> {
        let Half { decoder, building, is_paused, is_lost, is_broken, is_abandoned } = self;
        loop {
            let (event, taken) = decoder.decode(bytes);
            *bytes = bytes.get(taken..).unwrap_or_default();
            let event = event?;
            let range = event.range;
            match event.kind {
                EventKind::Violation(violation)
                    if *is_abandoned && violation.rule == &rules::MESSAGE_CUT => {}
                EventKind::Violation(violation) => {
                    *is_broken |= violation.is_fatal();
                    let mut packets = Vec::new();
                    line.trail.trace(range, &mut packets);
                    if packets.is_empty() {
                        packets.extend(line.last.iter().map(|packet| packet.number));
                    }
                    out.broken(line.time(), &packets, line.from, &violation);
                }
                EventKind::Request(request) => {
                    *is_lost = false;
                    let request = Rc::new(request);
                    let head = Head::Request(Rc::clone(&request));
                    *building = Some(begin(head, range, line, ledger));
                    return Some(Found::Request(request));
                }
                EventKind::Response(response) => {
                    *is_lost = false;
                    let begun = begin(Head::Response(response), range, line, ledger);
                    let is_event_stream = begun.stream.is_some();
                    *building = Some(begun);
                    if is_event_stream {
                        return Some(Found::EventStream);
                    }
                }
                EventKind::Body(piece) => {
                    if let Some(building) = building {
                        building.receive(piece, range.clone(), line, out);
                    }
                    line.trail.forget_before(range.end);
                }
                EventKind::End { .. } => {
                    let Some(mut whole) = building.take() else { continue };
                    line.trail.trace(range.clone(), &mut whole.packets);
                    let size = range.end.saturating_sub(whole.start);
                    ledger.framing += size.saturating_sub(whole.head_len + whole.length);
                    line.trail.forget_before(range.end);
                    return Some(Found::Whole(whole.finish(range.end)));
                }
                EventKind::Switch => *is_paused = true,
                EventKind::Lost => {
                    *is_lost = true;
                    if let Some(mut cut) = building.take() {
                        cut.is_whole = false;
                        return Some(Found::Whole(cut.finish(range.start)));
                    }
                }
            }
        }
    }
}

fn begin(head: Head, range: Range<u64>, line: &mut Line, ledger: &mut Ledger) -> Building {
    ledger.http += range.end - range.start;
    let mut building = Building::new(head, range.clone());
    line.trail.trace(range, &mut building.packets);
    building
}

impl Stream {
    fn receive(&mut self, piece: &[u8], range: Range<u64>, line: &Line, out: &mut Output<'_>) {
        let mut here = Vec::new();
        line.trail.trace(range.clone(), &mut here);
        line.trail.trace(range, &mut self.packets);
        let text = self.content.decode(piece);
        self.received += text.len() as u64;
        self.decoder.receive(&text);
        let mut end = None;
        loop {
            match self.decoder.next_event() {
                Ok(Some(dispatched)) => {
                    let event = What::ServerEvent(&dispatched.event);
                    out.emit(line.time(), &self.packets, event);
                    // What follows in this piece came with its last packet.
                    self.packets = here.last().copied().into_iter().collect();
                    end = Some(dispatched.range.end);
                }
                Ok(None) => break,
                Err(violation) => {
                    out.broken(line.time(), &here, line.from, &violation);
                    break;
                }
            }
        }
        if end == Some(self.received) {
            self.packets.clear();
        }
    }
}

fn is_event_stream(response: &http1::Response) -> bool {
    let essence =
        response.headers.get_str("content-type").and_then(|value| value.split(';').next());
    response.status == 200
        && essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case("text/event-stream"))
}
