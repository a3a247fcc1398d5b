//! The states of a decoder. It keeps no bytes: it is shown all that are not
//! decoded yet, and takes from their front.
//!
//! ```text
//!     ┌─────────────────────────────────────────────────────────────┐
//!     ▼                                                             │
//! AwaitingHead ─ Empty ─────────────────────────────────────────► Ended ──► Paused
//!     ├ Length ────► InBody ── its last byte ─────────────────────► │     a switch was
//!     ├ UntilClose ► InLastBody ── the stream ends ───────────────► │     asked for
//!     └ Chunked ───► AwaitingChunk ── size 0 ──► AwaitingTrailers ► ┘
//!                      │       ▲
//!                      ▼       │
//!                    InChunk ► AwaitingChunkEnd
//!
//! Where boundaries are lost, any of them becomes Seeking, and that AwaitingHead.
//! ```

mod chunked;

use super::{Event, EventKind, seek::Seek};
use crate::{
    Framing, Headers, Limits, Method, Request, Response, head,
    head::{EndSearch, is_token_byte, quote},
    rules,
};
use std::{collections::VecDeque, ops::Range};
use wire::{Rule, Violation};

#[derive(Debug)]
pub(super) struct Machine {
    kind: Kind,
    limits: Limits,
    /// How many bytes of the stream were taken.
    position: u64,
    state: State,
    /// Events that are found and not given yet.
    ready: VecDeque<Event<'static>>,
    /// How far the end of a head or of trailers was looked for.
    search: EndSearch,
    /// How far the end of a chunk's line was looked for.
    searched: usize,
    message: Message,
    finished: bool,
}

/// What is decoded.
#[derive(Debug)]
enum Kind {
    Requests,
    /// With the methods of the requests that are not answered yet.
    Responses(VecDeque<Method>),
}

#[derive(Debug, Clone, PartialEq)]
enum State {
    AwaitingHead,
    InBody {
        left: u64,
    },
    InLastBody,
    AwaitingChunk,
    InChunk {
        left: u64,
    },
    AwaitingChunkEnd,
    AwaitingTrailers,
    Ended,
    Paused,
    Seeking(Seek),
    /// The stream has ended, or another protocol has begun.
    Done,
}

/// What is remembered of the message that is being decoded, or was last.
#[derive(Debug, Clone, Copy, Default)]
struct Message {
    switches: bool,
    closes: bool,
    /// Its head says that there is no body, whatever else it says.
    forbids_body: bool,
    /// Bytes of its body so far, without framing.
    body: u64,
    /// Bytes of its chunk extensions so far.
    extensions: usize,
}

impl Machine {
    pub(super) fn requests(limits: Limits) -> Self {
        Machine::new(Kind::Requests, limits)
    }

    pub(super) fn responses(limits: Limits) -> Self {
        Machine::new(Kind::Responses(VecDeque::new()), limits)
    }

    fn new(kind: Kind, limits: Limits) -> Self {
        Machine {
            kind,
            limits,
            position: 0,
            state: State::AwaitingHead,
            ready: VecDeque::new(),
            search: EndSearch::default(),
            searched: 0,
            message: Message::default(),
            finished: false,
        }
    }

    pub(super) fn expect(&mut self, method: Method) {
        if let Kind::Responses(expected) = &mut self.kind {
            expected.push_back(method);
        }
    }

    pub(super) fn position(&self) -> u64 {
        self.position
    }

    /// `pending`: whether bytes were received that are not decoded.
    pub(super) fn is_inside_message(&self, pending: bool) -> bool {
        match self.state {
            State::AwaitingHead => pending,
            State::Paused | State::Seeking(_) | State::Done => false,
            _ => true,
        }
    }

    pub(super) fn finish(&mut self) {
        self.finished = true;
    }

    /// The switch will not happen, whether the pause has come yet or not.
    pub(super) fn resume(&mut self) {
        self.message.switches = false;
        if self.state == State::Paused {
            self.state = State::AwaitingHead;
        }
    }

    pub(super) fn switch(&mut self) {
        self.state = State::Done;
    }

    pub(super) fn shrink(&mut self) {
        self.ready.shrink_to_fit();
    }

    /// `pending` bytes were received and are not decoded; `missing` ones behind
    /// them will never come.
    pub(super) fn miss(&mut self, pending: u64, missing: u64) {
        let position = self.position;
        self.position += pending + missing;
        match &mut self.state {
            State::InLastBody | State::Done => {}
            State::InBody { left } | State::InChunk { left }
                if pending == 0 && missing <= *left =>
            {
                *left -= missing;
            }
            _ => self.lose(position..self.position),
        }
    }

    /// The next event of `bytes`, which it takes from their front.
    pub(super) fn step<'a>(&mut self, bytes: &mut &'a [u8]) -> Option<Event<'a>> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            let progress = match &mut self.state {
                State::AwaitingHead => self.head(bytes),
                State::InBody { left: 0 } => self.end_message(),
                State::InChunk { left: 0 } => self.enter(State::AwaitingChunkEnd),
                State::InBody { left } | State::InChunk { left } if !bytes.is_empty() => {
                    let len = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len());
                    *left -= len as u64;
                    return Some(self.body(bytes, len));
                }
                State::InLastBody if !bytes.is_empty() => {
                    let Some(len) = self.room_in_last_body(bytes.len()) else { continue };
                    return Some(self.body(bytes, len));
                }
                State::AwaitingChunk => self.chunk_line(bytes),
                State::AwaitingChunkEnd => self.chunk_end(bytes),
                State::AwaitingTrailers => self.trailers(bytes),
                State::Ended => self.next_message(),
                State::Seeking(_) => self.seek(bytes),
                State::InBody { .. } | State::InChunk { .. } | State::InLastBody => None,
                State::Paused | State::Done => return None,
            };
            if progress.is_none() && !(self.finished && self.cut(bytes)) {
                return None;
            }
        }
    }

    /// A head, once it is there whole.
    fn head(&mut self, bytes: &mut &[u8]) -> Option<()> {
        if matches!(self.kind, Kind::Requests) {
            self.take(bytes, head::empty_lines(bytes));
        }
        let first = *bytes.first()?;
        if self.message.closes && !matches!(first, b'\r' | b'\n') {
            self.message.closes = false;
            let detail = format!("the next byte is 0x{first:02x}");
            self.report(0, rules::DATA_AFTER_CLOSE.broken(detail));
        }
        if let Some((rule, len)) = self.senseless_start(bytes) {
            let detail = format!("the bytes are {}", quote(bytes.get(..len).unwrap_or_default()));
            self.report(len, rule.broken(detail));
            return self.give_up(bytes, len);
        }
        let limit = self.limits.head;
        let len = match self.search.find(bytes) {
            Some(len) if len <= limit => len,
            None if bytes.len() <= limit => return None,
            _ => {
                let violation = self.too_large(bytes.get(..limit).unwrap_or_default());
                self.report(limit, violation);
                return self.give_up(bytes, limit);
            }
        };
        let head = self.take(bytes, len);
        let EndSearch { lone_feed, .. } = std::mem::take(&mut self.search);
        let range = self.position - len as u64..self.position;
        let mut violations = Vec::new();
        let (kind, framing) = self.decode_head(head, lone_feed, &mut violations);
        for violation in violations {
            let kind = EventKind::Violation(violation);
            self.ready.push_back(Event { range: range.clone(), kind });
        }
        let Some(kind) = kind else { return self.give_up(bytes, 0) };
        self.ready.push_back(Event { range, kind });
        match framing {
            Framing::Empty => self.end_message(),
            Framing::Length(left) => {
                self.check_body(left);
                self.enter(State::InBody { left })
            }
            Framing::Chunked => self.enter(State::AwaitingChunk),
            Framing::UntilClose => self.enter(State::InLastBody),
            Framing::Unknown => self.give_up(bytes, 0),
        }
    }

    fn decode_head(
        &mut self,
        head: &[u8],
        lone_feed: bool,
        violations: &mut Vec<Violation>,
    ) -> (Option<EventKind<'static>>, Framing) {
        self.message = Message::default();
        match &mut self.kind {
            Kind::Requests => {
                let Some((request, framing)) =
                    Request::decode_head(head, lone_feed, &self.limits, violations)
                else {
                    return (None, Framing::Unknown);
                };
                self.message.switches = request.asks_to_switch();
                self.message.closes = request.headers.contains_token("connection", "close");
                (Some(EventKind::Request(request)), framing)
            }
            Kind::Responses(expected) => {
                let method = expected.front().cloned().unwrap_or(Method::GET);
                let Some((response, framing)) =
                    Response::decode_head(head, lone_feed, &self.limits, &method, violations)
                else {
                    return (None, Framing::Unknown);
                };
                if !response.is_interim() {
                    expected.pop_front();
                }
                let tunnel = method == Method::CONNECT && (200..300).contains(&response.status);
                self.message.switches = response.status == 101 || tunnel;
                self.message.closes = response.headers.contains_token("connection", "close");
                self.message.forbids_body = framing == Framing::Empty;
                (Some(EventKind::Response(response)), framing)
            }
        }
    }

    /// What to say of a head that goes on behind `start`.
    fn too_large(&self, start: &[u8]) -> Violation {
        if matches!(self.kind, Kind::Requests) && !start.contains(&b'\n') {
            let detail = format!("the first line has more than {} bytes", start.len());
            return rules::TARGET_TOO_LONG.broken(detail);
        }
        head::too_large(&self.limits)
    }

    /// Whether these bytes can be no head: the rule, and how many bytes tell.
    fn senseless_start(&self, bytes: &[u8]) -> Option<(&'static Rule, usize)> {
        match self.kind {
            Kind::Requests => {
                let first = *bytes.first()?;
                let senseless = !is_token_byte(first) && !matches!(first, b'\r' | b'\n');
                senseless.then_some((&rules::REQUEST_LINE, 1))
            }
            Kind::Responses(_) => {
                let rule = match self.message.forbids_body {
                    true => &rules::BODY_FORBIDDEN,
                    false => &rules::STATUS_LINE,
                };
                let agree = bytes.iter().zip(b"HTTP/").position(|(byte, want)| byte != want);
                agree.map(|agree| (rule, agree + 1))
            }
        }
    }

    /// A piece of a body.
    fn body<'a>(&mut self, bytes: &mut &'a [u8], len: usize) -> Event<'a> {
        let start = self.position;
        let piece = self.take(bytes, len);
        Event { range: start..self.position, kind: EventKind::Body(piece) }
    }

    /// How many of `len` bytes of a body of unknown length come before its limit,
    /// or behind it; `None` where the limit lies just here, and is reported now.
    fn room_in_last_body(&mut self, len: usize) -> Option<usize> {
        let room = self.limits.body.checked_sub(self.message.body);
        let len = room.map_or(len as u64, |room| room.min(len as u64));
        self.check_body(len.max(1));
        usize::try_from(len).ok().filter(|&len| len > 0)
    }

    /// Adds to the length of the body, and reports it once when it passes the limit.
    fn check_body(&mut self, more: u64) {
        let limit = self.limits.body;
        let before = self.message.body;
        self.message.body = before.saturating_add(more);
        if before <= limit && self.message.body > limit {
            self.report(0, rules::BODY_TOO_LARGE.broken(format!("it has more than {limit} bytes")));
        }
    }

    fn seek(&mut self, bytes: &mut &[u8]) -> Option<()> {
        let State::Seeking(seek) = &mut self.state else { return None };
        let requests = matches!(self.kind, Kind::Requests);
        let (skipped, found) = seek.find(bytes, requests, self.limits.target);
        self.take(bytes, skipped);
        found.then(|| self.state = State::AwaitingHead)
    }

    /// What comes behind a message.
    fn next_message(&mut self) -> Option<()> {
        if !std::mem::take(&mut self.message.switches) {
            return self.enter(State::AwaitingHead);
        }
        self.ready
            .push_back(Event { range: self.position..self.position, kind: EventKind::Switch });
        self.enter(State::Paused)
    }

    /// The stream ended here; `false` where that was said already.
    fn cut(&mut self, bytes: &mut &[u8]) -> bool {
        let missing = match &self.state {
            State::InLastBody => return self.end_message().is_some(),
            State::AwaitingHead if bytes.is_empty() || *bytes == b"\r" => return false,
            State::Paused | State::Done | State::Ended => return false,
            State::Seeking(_) => {
                self.take(bytes, bytes.len());
                return false;
            }
            State::AwaitingHead => "the end of the head is missing".to_owned(),
            State::InBody { left } => format!("{left} bytes of the body are missing"),
            State::InChunk { left } => format!("{left} bytes of a chunk are missing"),
            State::AwaitingChunk => "the next chunk is missing".to_owned(),
            State::AwaitingChunkEnd => "the end of a chunk is missing".to_owned(),
            State::AwaitingTrailers => "the end of the trailers is missing".to_owned(),
        };
        self.report(bytes.len(), rules::MESSAGE_CUT.broken(missing));
        self.take(bytes, bytes.len());
        self.enter(State::Done).is_some()
    }

    fn take<'a>(&mut self, bytes: &mut &'a [u8], len: usize) -> &'a [u8] {
        let (taken, rest) = bytes.split_at(len);
        *bytes = rest;
        self.position += len as u64;
        taken
    }

    /// Reports a violation in the next `len` bytes.
    fn report(&mut self, len: usize, violation: Violation) {
        let range = self.position..self.position + len as u64;
        self.report_all(&range, vec![violation]);
    }

    fn report_all(&mut self, range: &Range<u64>, violations: Vec<Violation>) {
        let range = || range.clone();
        let events = violations.into_iter().map(EventKind::Violation);
        self.ready.extend(events.map(|kind| Event { range: range(), kind }));
    }

    /// Takes `len` bytes and looks for the next message behind them.
    fn give_up(&mut self, bytes: &mut &[u8], len: usize) -> Option<()> {
        self.take(bytes, len);
        self.lose(self.position..self.position);
        Some(())
    }

    fn lose(&mut self, range: Range<u64>) {
        if self.state != State::Paused {
            self.state = State::Seeking(Seek::default());
        }
        self.search = EndSearch::default();
        self.searched = 0;
        self.message = Message::default();
        self.ready.push_back(Event { range, kind: EventKind::Lost });
    }

    fn end_message(&mut self) -> Option<()> {
        self.ready.push_back(Event {
            range: self.position..self.position,
            kind: EventKind::End { trailers: Headers::new() },
        });
        self.enter(State::Ended)
    }

    /// Some progress was made: to this state.
    fn enter(&mut self, state: State) -> Option<()> {
        self.state = state;
        Some(())
    }
}
