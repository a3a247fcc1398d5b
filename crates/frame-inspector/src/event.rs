//! What the inspector found, one [`Event`] at a time.
//!
//! Events borrow from the capture and from the decoders' buffers, so that a
//! view that only counts pays for counting only. They come in the order in
//! which the capture completes them. The JSON of each is the contract that
//! [`view::json`](crate::view::json) writes.

use capture::Time;
use std::net::SocketAddr;
use wire::{Side, Span, Violation};

use crate::{ledger::Ledger, verdict::Verdict};

/// Something that happened in a capture.
#[derive(Debug, Clone)]
pub struct Event<'a> {
    /// The connection's number, from 1; none where a warning concerns no connection.
    pub connection: Option<u64>,
    /// When the packet that completed it was captured.
    pub time: Option<Time>,
    /// The numbers, from 1, of the packets that carried its bytes.
    pub packets: &'a [u64],
    /// What it is.
    pub what: What<'a>,
}

/// The kinds of events.
#[derive(Debug, Clone)]
pub enum What<'a> {
    /// The first packet of a connection.
    Opened(Ends),
    /// A whole HTTP request.
    Request(Request<'a>),
    /// A whole HTTP response; one whose body is an event stream, as soon as its head is whole.
    Response(Response<'a>),
    /// The answer to a request to switch to WebSocket.
    Handshake(Handshake<'a>),
    /// A WebSocket frame.
    Frame(Frame<'a>),
    /// A WebSocket message, control frames included.
    Message {
        /// Who sent it.
        from: Side,
        /// The message.
        message: frame::Message<'a>,
        /// Whether its text, where it is text, is UTF-8.
        valid_utf8: bool,
    },
    /// An event of an event stream, as a browser dispatches it.
    ServerEvent(&'a http1::ServerEvent),
    /// A rule that a peer broke.
    Violation {
        /// Who broke it.
        from: Side,
        /// Which, and how.
        violation: &'a Violation,
    },
    /// Bytes of a connection that are not in the capture.
    Gap {
        /// Whose bytes they were.
        from: Side,
        /// How many.
        bytes: u64,
        /// The last packet of this direction before them.
        after_packet: u64,
    },
    /// Something odd about the capture.
    Warning(&'a str),
    /// Bytes of a connection, explained; only where asked for.
    Bytes(Bytes<'a>),
    /// A connection's end, or the capture's.
    Connection(Connection<'a>),
}

impl What<'_> {
    /// The `type` of the JSON contract.
    pub fn type_name(&self) -> &'static str {
        match self {
            What::Opened(_) => "opened",
            What::Request(_) => "request",
            What::Response(_) => "response",
            What::Handshake(_) => "handshake",
            What::Frame(_) => "frame",
            What::Message { .. } => "message",
            What::ServerEvent(_) => "server-event",
            What::Violation { .. } => "violation",
            What::Gap { .. } => "gap",
            What::Warning(_) => "warning",
            What::Bytes(_) => "bytes",
            What::Connection(_) => "connection",
        }
    }

    /// Whose bytes it was, where one side sent it.
    pub fn from(&self) -> Option<Side> {
        match self {
            What::Request(_) => Some(Side::Client),
            What::Response(_) | What::ServerEvent(_) => Some(Side::Server),
            What::Frame(Frame { from, .. })
            | What::Message { from, .. }
            | What::Violation { from, .. }
            | What::Gap { from, .. }
            | What::Bytes(Bytes { from, .. }) => Some(*from),
            What::Opened(_) | What::Handshake(_) | What::Warning(_) | What::Connection(_) => None,
        }
    }
}

/// The types of the JSON contract, in the order of a conversation.
pub const TYPE_NAMES: [&str; 12] = [
    "opened",
    "request",
    "response",
    "handshake",
    "frame",
    "message",
    "server-event",
    "violation",
    "gap",
    "warning",
    "bytes",
    "connection",
];

/// The two ends of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ends {
    /// Who opened it.
    pub client: SocketAddr,
    /// Who answered.
    pub server: SocketAddr,
}

/// An HTTP request.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// Its number on the connection, from 1.
    pub number: u64,
    /// The request line and the header fields.
    pub head: &'a http1::Request,
    /// What it carried.
    pub body: Body<'a>,
}

/// An HTTP response.
#[derive(Debug, Clone)]
pub struct Response<'a> {
    /// The number of the request it answers; none where that was not captured.
    pub to: Option<u64>,
    /// The status line and the header fields.
    pub head: &'a http1::Response,
    /// What it carried.
    pub body: Body<'a>,
}

/// The body of an HTTP message.
#[derive(Debug, Clone, Copy, Default)]
pub struct Body<'a> {
    /// Its length in bytes so far, without chunk framing, before content decoding.
    pub length: u64,
    /// Its length in bytes after content decoding, where it was gzip or deflate.
    pub decoded_length: Option<u64>,
    /// Its bytes, content-decoded. Fewer than its length where it was longer
    /// than what is kept.
    pub bytes: &'a [u8],
    /// Whether that is all.
    pub state: BodyState,
}

/// Whether a body is whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum BodyState {
    /// All of it is here.
    #[default]
    Complete,
    /// Bytes of it are missing, were never sent, or were more than is kept.
    Cut,
    /// It goes on: an event stream, whose events are told one by one.
    Open,
}

impl BodyState {
    /// The name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            BodyState::Complete => "complete",
            BodyState::Cut => "cut",
            BodyState::Open => "open",
        }
    }
}

/// The opening handshake of a WebSocket, as the response settled it.
#[derive(Debug, Clone)]
pub struct Handshake<'a> {
    /// Whether request and response keep every rule that could be checked.
    pub is_right: bool,
    /// Whether the request is in the capture.
    pub was_asked: bool,
    /// Whether the server switched protocols (status 101).
    pub accepted: bool,
    /// The response's status.
    pub status: u16,
    /// `Sec-WebSocket-Key` of the request, as it was sent.
    pub key: Option<&'a str>,
    /// `Sec-WebSocket-Accept` of the response, as it was sent.
    pub accept: Option<&'a str>,
    /// What `Sec-WebSocket-Accept` must be for this key.
    pub accept_expected: Option<&'a str>,
    /// The subprotocol that the server chose.
    pub subprotocol: Option<&'a str>,
    /// The extensions that the server agreed to, as it wrote them.
    pub extensions: Option<&'a str>,
}

/// A WebSocket frame.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    /// Who sent it.
    pub from: Side,
    /// Its header.
    pub header: &'a frame::Header,
}

/// Bytes of a connection with the tree that names them.
#[derive(Debug, Clone, Copy)]
pub struct Bytes<'a> {
    /// Who sent them.
    pub from: Side,
    /// Where they lie in this direction's stream, in bytes from its start.
    pub offset: u64,
    /// The bytes as they were on the wire.
    pub bytes: &'a [u8],
    /// What they are; ranges count from the first of `bytes`.
    pub span: &'a Span,
}

/// A whole connection, in one line.
#[derive(Debug, Clone, Copy)]
pub struct Connection<'a> {
    /// Client and server.
    pub ends: Ends,
    /// What was spoken.
    pub protocol: Protocol,
    /// How many requests it carried.
    pub requests: u64,
    /// How many WebSocket messages it carried, control frames included.
    pub messages: u64,
    /// Where its bytes went.
    pub ledger: Ledger,
    /// How it ended.
    pub verdict: &'a Verdict,
}

/// What a connection speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// RFC 6455, with or without its opening handshake in the capture.
    WebSocket,
    /// HTTP/1.x.
    Http,
    /// HTTP with a response that is an event stream.
    EventStream,
    /// TLS records, whose content cannot be read.
    Tls,
    /// None of these.
    Unknown,
}

impl Protocol {
    /// The name in the JSON contract.
    pub fn name(self) -> &'static str {
        match self {
            Protocol::WebSocket => "websocket",
            Protocol::Http => "http",
            Protocol::EventStream => "event-stream",
            Protocol::Tls => "tls",
            Protocol::Unknown => "unknown",
        }
    }
}

/// Who takes events: a view, a filter, a test.
pub trait Sink {
    /// Takes one event.
    fn event(&mut self, event: &Event<'_>);
}

impl<F: FnMut(&Event<'_>)> Sink for F {
    fn event(&mut self, event: &Event<'_>) {
        self(event);
    }
}
