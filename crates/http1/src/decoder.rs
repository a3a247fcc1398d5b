//! One direction of a connection, decoded leniently.
//!
//! RFC 9112. A decoder takes the bytes of one side, however they were cut, and
//! gives events, each with its place in the stream:
//!
//! ```text
//! GET /chat HTTP/1.1 CR LF … CR LF      Request, End
//! POST /customers HTTP/1.1 CR LF …      Request
//! {"name": "Ada"}                       Body, End
//! GET /ws HTTP/1.1 CR LF Upgrade: …     Request, End, Switch: it pauses
//! ```
//!
//! It reports every broken rule as a [`Violation`] and goes on where it can. Where
//! it cannot, it says [`EventKind::Lost`] and looks for the next line that begins
//! a message. The strict machine on top of it is [`Connection`](crate::Connection);
//! an observer uses it as it is.
//!
//! ```
//! use http1::{Decoder, EventKind, Limits};
//!
//! let mut decoder = Decoder::requests(Limits::default());
//! decoder.receive(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
//! let Some(EventKind::Request(request)) = decoder.next_event().map(|event| event.kind) else {
//!     panic!("a request comes first");
//! };
//! assert_eq!(request.method.as_str(), "POST");
//! let body = decoder.next_event().expect("the body follows");
//! assert_eq!(body.kind, EventKind::Body(b"hello"));
//! assert_eq!(body.range, 47..52);
//! ```
//!
//! Book: chapter 2.

mod chunk;
mod machine;
mod seek;

use crate::{Headers, Limits, Method, Request, Response};
use machine::Machine;
use std::ops::Range;
use wire::Violation;

/// Decodes the requests, or the responses, of a connection. The module's page
/// tells how.
#[derive(Debug)]
pub struct Decoder {
    machine: Machine,
    /// Received bytes; those before `start` are decoded.
    buffer: Vec<u8>,
    start: usize,
}

/// Something that was decoded, and where it lies in the stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event<'a> {
    /// Its bytes, counted from the start of the stream.
    pub range: Range<u64>,
    /// What it is.
    pub kind: EventKind<'a>,
}

/// What was decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventKind<'a> {
    /// A request begins.
    Request(Request),
    /// A response begins; an interim one (1xx) too.
    Response(Response),
    /// A piece of the body, without chunk framing. How a body is cut means nothing.
    Body(&'a [u8]),
    /// The message is complete.
    End {
        /// The fields behind a chunked body.
        trailers: Headers,
    },
    /// A rule is broken. Those of a head come before its request or response.
    Violation(Violation),
    /// From here on another protocol may be spoken, and the decoder pauses:
    /// [`Decoder::resume`] or [`Decoder::switch`].
    Switch,
    /// Where messages begin and end is no longer known. What was begun will not
    /// end; the next message that can be trusted will be found.
    Lost,
}

impl Decoder {
    /// A decoder of what a client sends.
    pub fn requests(limits: Limits) -> Self {
        Decoder { machine: Machine::requests(limits), buffer: Vec::new(), start: 0 }
    }

    /// A decoder of what a server sends.
    pub fn responses(limits: Limits) -> Self {
        Decoder { machine: Machine::responses(limits), buffer: Vec::new(), start: 0 }
    }

    /// Tells a decoder of responses the method of the next request, since HEAD
    /// and CONNECT change where the response ends. Without it GET is assumed.
    pub fn expect(&mut self, method: Method) {
        self.machine.expect(method);
    }

    /// Takes the next bytes of the stream.
    pub fn receive(&mut self, bytes: &[u8]) {
        self.forget_decoded();
        self.buffer.extend_from_slice(bytes);
    }

    /// The next event; `None` where more bytes are needed, or the decoder pauses.
    pub fn next_event(&mut self) -> Option<Event<'_>> {
        let mut rest = self.buffer.get(self.start..).unwrap_or_default();
        let event = self.machine.step(&mut rest);
        self.start = self.buffer.len() - rest.len();
        event
    }

    /// [`receive`](Self::receive) and [`next_event`](Self::next_event) in one, for
    /// who holds the bytes already: bodies are borrowed from `input` and copied
    /// nowhere. Gives the next event and how many bytes of `input` it took. To be
    /// called with the rest until there is no event; then all of it is taken.
    pub fn decode<'a>(&'a mut self, input: &'a [u8]) -> (Option<Event<'a>>, usize) {
        if !self.pending().is_empty() {
            // Something unfinished waits for these bytes.
            self.receive(input);
            return (self.next_event(), input.len());
        }
        let mut rest = input;
        let event = self.machine.step(&mut rest);
        if event.is_some() {
            return (event, input.len() - rest.len());
        }
        self.receive(rest);
        (None, input.len())
    }

    /// The stream has ended. A body that runs to the end of the connection is
    /// complete now; anything else that was begun is reported as cut.
    pub fn finish(&mut self) {
        self.machine.finish();
    }

    /// An observer did not see the next `bytes` bytes of the stream. Inside a body
    /// of known length, or inside a chunk, decoding goes on behind them; anywhere
    /// else [`EventKind::Lost`] follows. To be called when
    /// [`next_event`](Self::next_event) has nothing more to say.
    pub fn miss(&mut self, bytes: u64) {
        self.machine.miss(self.pending().len() as u64, bytes);
        self.start = self.buffer.len();
    }

    /// After [`EventKind::Switch`], or before it: HTTP goes on.
    pub fn resume(&mut self) {
        self.machine.resume();
    }

    /// After [`EventKind::Switch`]: another protocol begins. Hands over what was
    /// received of it; the decoder is done.
    pub fn switch(&mut self) -> Vec<u8> {
        self.machine.switch();
        let behind = self.buffer.split_off(self.start);
        self.buffer = Vec::new();
        self.start = 0;
        behind
    }

    /// Gives back the memory that messages needed; for a stream that falls silent.
    pub fn shrink(&mut self) {
        self.buffer.drain(..self.start);
        self.buffer.shrink_to_fit();
        self.start = 0;
        self.machine.shrink();
    }

    /// Where in the stream the next byte to be decoded lies.
    pub fn position(&self) -> u64 {
        self.machine.position()
    }

    /// What was received and not decoded yet.
    pub fn pending(&self) -> &[u8] {
        self.buffer.get(self.start..).unwrap_or_default()
    }

    /// Whether a message has begun and not ended.
    pub fn is_inside_message(&self) -> bool {
        self.machine.is_inside_message(!self.pending().is_empty())
    }

    /// Moves what is pending to the front, but only when that costs no more than
    /// what was decoded since: a stream that arrives byte by byte is moved once.
    fn forget_decoded(&mut self) {
        if self.start >= self.buffer.len() - self.start {
            self.buffer.drain(..self.start);
            self.start = 0;
        }
    }
}
