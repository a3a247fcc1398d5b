//! JSON Lines: one object an event.
//!
//! ```text
//! {"type":"message","connection":1,"time":"2026-11-22T03:44:05.123456Z","packets":[9],"from":"client","kind":"text",…}
//! ```
//!
//! The keys stand in the order of the contract. Text is written from the bytes
//! that the decoder has validated, without validating them again.

mod clock;
mod object;

use crate::{
    event::{Body, BodyState, Event, Sink, What},
    explain::Explanation,
    view::pen::Pen,
};
pub use clock::Clock;
use frame::{Kind, Message, State};
use object::{Object, array, string};
use std::io::{self, Write};
use wire::{Span, Violation};

/// Writes events as JSON Lines.
///
/// Writing stops at the first error; [`Lines::finish`] returns it.
#[derive(Debug)]
pub struct Lines<W: Write> {
    pen: Pen<W>,
    /// Those that were not handed over yet.
    lines: Vec<u8>,
    clock: Clock,
}

/// How many bytes of lines are handed over at once.
const ENOUGH: usize = 64 << 10;

impl<W: Write> Lines<W> {
    /// Lines written to `out`, many at once.
    pub fn new(out: W) -> Self {
        Lines { pen: Pen::new(out), lines: Vec::new(), clock: Clock::default() }
    }

    /// Flushes, and returns the first error that writing met.
    ///
    /// # Errors
    /// What the writer answered.
    pub fn finish(mut self) -> io::Result<()> {
        self.hand_over();
        self.pen.finish()
    }

    /// Hands over what is buffered, for somebody who watches.
    pub fn flush(&mut self) {
        self.hand_over();
        self.pen.write(W::flush);
    }

    /// Whether writing failed, so that the rest need not be decoded.
    pub fn failed(&self) -> bool {
        self.pen.has_failed()
    }

    fn hand_over(&mut self) {
        self.pen.write(|out| out.write_all(&self.lines));
        self.lines.clear();
    }
}

impl<W: Write> Sink for Lines<W> {
    fn event(&mut self, event: &Event<'_>) {
        encode(event, &mut self.clock, &mut self.lines);
        self.lines.push(b'\n');
        if self.lines.len() >= ENOUGH {
            self.hand_over();
        }
    }
}

/// One event as a JSON object, without a line end.
pub fn encode(event: &Event<'_>, clock: &mut Clock, out: &mut Vec<u8>) {
    let mut object = Object::open(out);
    object.word("type", event.what.type_name());
    object.number("connection", event.connection);
    match event.time {
        Some(time) => object.word("time", clock.format(time)),
        None => object.null("time"),
    }
    object.numbers("packets", event.packets);
    match &event.what {
        What::Opened(ends) => {
            object.display("client", ends.client);
            object.display("server", ends.server);
        }
        What::Request(request) => {
            object.word("from", "client");
            object.number("number", Some(request.number));
            object.text("method", request.head.method.as_str());
            object.text("target", &request.head.target);
            object.display("version", request.head.version);
            object.headers(&request.head.headers);
            object.body(&request.body);
        }
        What::Response(response) => {
            object.word("from", "server");
            object.number("to", response.to);
            object.number("status", Some(response.head.status.into()));
            object.text("reason", &response.head.reason);
            object.display("version", response.head.version);
            object.headers(&response.head.headers);
            object.body(&response.body);
        }
        What::Handshake(handshake) => {
            object.boolean("accepted", handshake.accepted);
            object.number("status", Some(handshake.status.into()));
            object.optional_text("key", handshake.key);
            object.optional_text("accept", handshake.accept);
            object.optional_text("accept_expected", handshake.accept_expected);
            object.optional_text("subprotocol", handshake.subprotocol);
            object.optional_text("extensions", handshake.extensions);
        }
        What::Frame(frame) => {
            let header = frame.header;
            object.word("from", frame.from.name());
            object.boolean("fin", header.fin);
            object.booleans("rsv", &header.rsv.bits());
            object.number("opcode", Some(u8::from(header.opcode).into()));
            object.boolean("masked", header.mask.is_some());
            object.optional_text("mask", header.mask.map(|mask| mask.to_string()).as_deref());
            object.number("length", Some(header.len));
        }
        What::Message { from, message, valid_utf8 } => {
            object.word("from", from.name());
            object.message(message, *valid_utf8);
        }
        What::ServerEvent(event) => {
            object.word("from", "server");
            object.text("event", &event.event);
            object.text("data", &event.data);
            object.text("id", &event.id);
            object.number("retry", event.retry);
        }
        What::Violation { from, violation } => {
            object.word("from", from.name());
            object.violation(violation);
        }
        What::Gap { from, bytes, after_packet } => {
            object.word("from", from.name());
            object.number("bytes", Some(*bytes));
            object.number("after_packet", Some(*after_packet));
        }
        What::Warning(text) => object.text("text", text),
        What::Bytes(bytes) => {
            object.word("from", bytes.from.name());
            object.number("offset", Some(bytes.offset));
            object.text("hex", &wire::hex::encode(bytes.bytes));
            object.span("span", bytes.span);
        }
        What::Connection(connection) => {
            object.display("client", connection.ends.client);
            object.display("server", connection.ends.server);
            object.word("protocol", connection.protocol.name());
            object.number("requests", Some(connection.requests));
            object.number("messages", Some(connection.messages));
            object.object("ledger", |ledger| {
                ledger.number("payload", Some(connection.ledger.payload));
                ledger.number("framing", Some(connection.ledger.framing));
                ledger.number("http", Some(connection.ledger.http));
                ledger.number("tcp_ip", Some(connection.ledger.tcp_ip));
            });
            object.object("verdict", |verdict| {
                verdict.word("ended", connection.verdict.ended.name());
                verdict.optional_text("by", connection.verdict.by.map(wire::Side::name));
                verdict.number("code", connection.verdict.code.map(u64::from));
                verdict.text("text", &connection.verdict.text);
            });
        }
    }
    object.close();
}

/// An explanation as a JSON object, without a line end.
pub fn encode_explanation(explanation: &Explanation, bytes: &[u8], out: &mut Vec<u8>) {
    let mut object = Object::open(out);
    object.text("hex", &wire::hex::encode(bytes));
    object.span("span", &explanation.span);
    array(object.key("notes"), &explanation.notes, |note, out| string(note.as_bytes(), out));
    array(object.key("violations"), &explanation.violations, |violation, out| {
        let mut object = Object::open(out);
        object.violation(violation);
        object.close();
    });
    object.close();
}

/// The parts of the contract that several types share.
impl Object<'_> {
    fn headers(&mut self, headers: &http1::Headers) {
        array(self.key("headers"), headers.iter(), |(name, value), out| {
            out.push(b'[');
            string(name.as_bytes(), out);
            out.push(b',');
            string(String::from_utf8_lossy(value).as_bytes(), out);
            out.push(b']');
        });
    }

    fn body(&mut self, body: &Body<'_>) {
        let is_open = body.state == BodyState::Open;
        self.number("body_length", (!is_open).then_some(body.length));
        if body.state != BodyState::Complete {
            self.word("body_state", body.state.name());
        }
        if body.decoded_length.is_some() {
            self.number("decoded_length", body.decoded_length);
        }
        if body.bytes.is_empty() {
            return;
        }
        match std::str::from_utf8(body.bytes) {
            Ok(text) => self.text("text", text),
            Err(_) => self.base64("base64", body.bytes),
        }
    }

    fn message(&mut self, message: &Message<'_>, valid_utf8: bool) {
        self.word("kind", message.kind.name());
        self.number("length", Some(message.len));
        if message.state == State::Complete {
            match message.kind {
                Kind::Text if valid_utf8 => string(message.payload, self.key("text")),
                Kind::Text => self.text("text", &String::from_utf8_lossy(message.payload)),
                _ => self.base64("base64", message.payload),
            }
            if message.kind == Kind::Close {
                let close = message.close();
                self.number("code", close.as_ref().map(|close| close.code.0.into()));
                self.optional_text("reason", close.as_ref().map(|close| &*close.reason));
            }
        }
        self.boolean("compressed", message.compressed);
        self.number("frames", Some(message.frames));
        self.word(
            "state",
            match message.state {
                State::Complete => "complete",
                State::Cut => "cut",
                State::Unreadable | State::TooBig => "unreadable",
            },
        );
    }

    fn violation(&mut self, violation: &Violation) {
        self.word("rule", violation.rule.id);
        self.word("severity", violation.rule.severity.name());
        self.word("section", violation.rule.section);
        self.text("detail", &violation.detail);
    }

    fn span(&mut self, key: &str, span: &Span) {
        self.object(key, |object| object.span_fields(span));
    }

    fn span_fields(&mut self, span: &Span) {
        self.numbers("range", &[span.range.start as u64, span.range.end as u64]);
        self.text("name", &span.name);
        for (key, text) in
            [("value", &*span.value), ("note", &*span.note), ("section", span.section)]
        {
            if !text.is_empty() {
                self.text(key, text);
            }
        }
        if !span.bits.is_empty() {
            array(self.key("bits"), &span.bits, |bits, out| {
                let mut object = Object::open(out);
                object.numbers("range", &[bits.range.start as u64, bits.range.end as u64]);
                object.text("name", &bits.name);
                object.text("value", &bits.value);
                if !bits.note.is_empty() {
                    object.text("note", &bits.note);
                }
                object.close();
            });
        }
        if !span.children.is_empty() {
            array(self.key("children"), &span.children, |child, out| {
                let mut object = Object::open(out);
                object.span_fields(child);
                object.close();
            });
        }
    }
}
