//! JSON Lines: one object an event.
//!
//! ```text
//! {"type":"message","connection":1,"time":"2026-11-22T03:44:05.123456Z","packets":[9],"from":"client","kind":"text",…}
//! ```
//!
//! The keys stand in the order of the contract. Text is written from the bytes
//! that the decoder has validated, without validating them again.

use crate::{
    event::{Body, BodyState, Event, Sink, What},
    explain::Explanation,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use capture::Time;
use frame::{Kind, Message, State};
use std::{
    fmt::Display,
    io::{self, Write},
};
use wire::{Span, Violation};

/// Writes events as JSON Lines.
///
/// Writing stops at the first error; [`Lines::finish`] returns it.
#[derive(Debug)]
pub struct Lines<W: Write> {
    out: W,
    line: Vec<u8>,
    clock: Clock,
    result: io::Result<()>,
}

impl<W: Write> Lines<W> {
    /// Lines written to `out`, one `write_all` each.
    pub fn new(out: W) -> Self {
        Lines { out, line: Vec::new(), clock: Clock::default(), result: Ok(()) }
    }

    /// Flushes, and returns the first error that writing met.
    ///
    /// # Errors
    /// What the writer answered.
    pub fn finish(mut self) -> io::Result<()> {
        self.result?;
        self.out.flush()
    }

    /// Hands over what is buffered, for somebody who watches.
    pub fn flush(&mut self) {
        if self.result.is_ok() {
            self.result = self.out.flush();
        }
    }

    /// Whether writing failed, so that the rest need not be decoded.
    pub fn failed(&self) -> bool {
        self.result.is_err()
    }
}

impl<W: Write> Sink for Lines<W> {
    fn event(&mut self, event: &Event<'_>) {
        if self.result.is_err() {
            return;
        }
        self.line.clear();
        encode(event, &mut self.clock, &mut self.line);
        self.line.push(b'\n');
        self.result = self.out.write_all(&self.line);
    }
}

/// One event as a JSON object, without a line end.
pub fn encode(event: &Event<'_>, clock: &mut Clock, out: &mut Vec<u8>) {
    let mut object = Object::open(out);
    object.text("type", event.what.type_name());
    object.number("connection", event.connection);
    match event.time {
        Some(time) => object.text("time", clock.format(time)),
        None => object.null("time"),
    }
    object.numbers("packets", event.packets);
    match &event.what {
        What::Opened(ends) => {
            object.display("client", ends.client);
            object.display("server", ends.server);
        }
        What::Request(request) => {
            object.text("from", "client");
            object.number("number", Some(request.number));
            object.text("method", request.head.method.as_str());
            object.text("target", &request.head.target);
            object.display("version", request.head.version);
            object.headers(&request.head.headers);
            object.body(&request.body);
        }
        What::Response(response) => {
            object.text("from", "server");
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
            object.text("from", frame.from.name());
            object.boolean("fin", header.fin);
            object.booleans("rsv", &header.rsv.bits());
            object.number("opcode", Some(u8::from(header.opcode).into()));
            object.boolean("masked", header.mask.is_some());
            object.optional_text("mask", header.mask.map(|mask| mask.to_string()).as_deref());
            object.number("length", Some(header.len));
        }
        What::Message { from, message, valid_utf8 } => {
            object.text("from", from.name());
            object.message(message, *valid_utf8);
        }
        What::ServerEvent(event) => {
            object.text("from", "server");
            object.text("event", &event.event);
            object.text("data", &event.data);
            object.text("id", &event.id);
            object.number("retry", event.retry);
        }
        What::Violation { from, violation } => {
            object.text("from", from.name());
            object.violation(violation);
        }
        What::Gap { from, bytes, after_packet } => {
            object.text("from", from.name());
            object.number("bytes", Some(*bytes));
            object.number("after_packet", Some(*after_packet));
        }
        What::Warning(text) => object.text("text", text),
        What::Bytes(bytes) => {
            object.text("from", bytes.from.name());
            object.number("offset", Some(bytes.offset));
            object.text("hex", &wire::hex::encode(bytes.bytes));
            object.span("span", bytes.span);
        }
        What::Connection(connection) => {
            object.display("client", connection.ends.client);
            object.display("server", connection.ends.server);
            object.text("protocol", connection.protocol.name());
            object.number("requests", Some(connection.requests));
            object.number("messages", Some(connection.messages));
            object.object("ledger", |ledger| {
                ledger.number("payload", Some(connection.ledger.payload));
                ledger.number("framing", Some(connection.ledger.framing));
                ledger.number("http", Some(connection.ledger.http));
                ledger.number("tcp_ip", Some(connection.ledger.tcp_ip));
            });
            object.object("verdict", |verdict| {
                verdict.text("ended", connection.verdict.ended.name());
                verdict.optional_text("by", connection.verdict.by.map(wire::Side::name));
                verdict.number("code", connection.verdict.code.map(u64::from));
                verdict.text("text", &connection.verdict.text);
            });
        }
    }
    object.close();
}

/// An object that is being written, key by key.
struct Object<'a> {
    out: &'a mut Vec<u8>,
    is_empty: bool,
}

impl<'a> Object<'a> {
    fn open(out: &'a mut Vec<u8>) -> Self {
        out.push(b'{');
        Object { out, is_empty: true }
    }

    fn close(self) {
        self.out.push(b'}');
    }

    /// Writes a key. Keys are ours and need no escape.
    fn key(&mut self, key: &str) -> &mut Vec<u8> {
        if !self.is_empty {
            self.out.push(b',');
        }
        self.is_empty = false;
        self.out.push(b'"');
        self.out.extend_from_slice(key.as_bytes());
        self.out.extend_from_slice(b"\":");
        self.out
    }

    fn text(&mut self, key: &str, text: &str) {
        string(text.as_bytes(), self.key(key));
    }

    fn optional_text(&mut self, key: &str, text: Option<&str>) {
        match text {
            Some(text) => self.text(key, text),
            None => self.null(key),
        }
    }

    fn display(&mut self, key: &str, value: impl Display) {
        // Writing to a Vec cannot fail, and nothing that comes here needs an escape.
        let _ = write!(self.key(key), "\"{value}\"");
    }

    fn base64(&mut self, key: &str, bytes: &[u8]) {
        let out = self.key(key);
        out.push(b'"');
        let start = out.len();
        out.resize(start + bytes.len().div_ceil(3) * 4, 0);
        BASE64_STANDARD
            .encode_slice(bytes, &mut out[start..])
            .expect("four characters are there for every three bytes");
        out.push(b'"');
    }

    fn number(&mut self, key: &str, number: Option<u64>) {
        match number {
            Some(number) => decimal(number, self.key(key)),
            None => self.null(key),
        }
    }

    fn numbers(&mut self, key: &str, numbers: &[u64]) {
        array(self.key(key), numbers, |number, out| decimal(*number, out));
    }

    fn boolean(&mut self, key: &str, value: bool) {
        self.key(key).extend_from_slice(if value { b"true" } else { b"false" });
    }

    fn booleans(&mut self, key: &str, values: &[bool]) {
        array(self.key(key), values, |value, out| {
            out.extend_from_slice(if *value { b"true" } else { b"false" });
        });
    }

    fn null(&mut self, key: &str) {
        self.key(key).extend_from_slice(b"null");
    }

    fn object(&mut self, key: &str, fill: impl FnOnce(&mut Object<'_>)) {
        let mut inner = Object::open(self.key(key));
        fill(&mut inner);
        inner.close();
    }

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
            self.text("body_state", body.state.name());
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
        self.text("kind", message.kind.name());
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
        self.text(
            "state",
            match message.state {
                State::Complete => "complete",
                State::Cut => "cut",
                State::Unreadable | State::TooBig => "unreadable",
            },
        );
    }

    fn violation(&mut self, violation: &Violation) {
        self.text("rule", violation.rule.id);
        self.text("severity", violation.rule.severity.name());
        self.text("section", violation.rule.section);
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

fn array<T>(
    out: &mut Vec<u8>,
    items: impl IntoIterator<Item = T>,
    mut item: impl FnMut(T, &mut Vec<u8>),
) {
    out.push(b'[');
    for (index, value) in items.into_iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        item(value, out);
    }
    out.push(b']');
}

fn decimal(mut number: u64, out: &mut Vec<u8>) {
    let mut digits = [0; 20];
    let mut start = digits.len();
    loop {
        start -= 1;
        digits[start] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[start..]);
}

/// A JSON string of bytes that are UTF-8 (RFC 8259 7).
fn string(text: &[u8], out: &mut Vec<u8>) {
    const BLOCK: usize = 32;
    let plain = |byte: u8| byte >= 0x20 && byte != b'"' && byte != b'\\' && byte != 0x7f;
    out.reserve(text.len() + 2);
    out.push(b'"');
    // Whole blocks without anything to escape are the common case. The fold
    // has no early end, so that the compiler can test a block at once.
    for block in text.chunks(BLOCK) {
        if block.iter().fold(true, |all, &byte| all & plain(byte)) {
            out.extend_from_slice(block);
            continue;
        }
        for &byte in block {
            match byte {
                b'"' => out.extend_from_slice(b"\\\""),
                b'\\' => out.extend_from_slice(b"\\\\"),
                b'\n' => out.extend_from_slice(b"\\n"),
                b'\r' => out.extend_from_slice(b"\\r"),
                b'\t' => out.extend_from_slice(b"\\t"),
                // DEL needs no escape in JSON, but a terminal may act on it.
                byte if !plain(byte) => {
                    let _ = write!(out, "\\u{byte:04x}");
                }
                byte => out.push(byte),
            }
        }
    }
    out.push(b'"');
}

/// Formats times (RFC 3339, UTC, with the capture's precision), and remembers
/// the last second, since captures rarely leave it.
#[derive(Debug, Default)]
pub struct Clock {
    second: Option<u64>,
    text: String,
}

/// The length of `2026-11-22T03:44:05`, for years of four digits.
const SECOND_LEN: usize = 19;

impl Clock {
    /// `2026-11-22T03:44:05.123456Z`.
    pub fn format(&mut self, time: Time) -> &str {
        let second = time.nanos / 1_000_000_000;
        if self.second != Some(second) {
            self.second = Some(second);
            let timestamp = i64::try_from(second)
                .ok()
                .and_then(|second| jiff::Timestamp::from_second(second).ok())
                .unwrap_or(jiff::Timestamp::MAX);
            self.text = timestamp.strftime("%Y-%m-%dT%H:%M:%S").to_string();
        }
        self.text.truncate(SECOND_LEN);
        let digits = time.digits.min(9) as usize;
        if digits > 0 {
            let mut fraction = [b'0'; 9];
            let mut rest = time.nanos % 1_000_000_000;
            for digit in fraction.iter_mut().rev() {
                *digit += (rest % 10) as u8;
                rest /= 10;
            }
            self.text.push('.');
            self.text.extend(fraction[..digits].iter().map(|&digit| char::from(digit)));
        }
        self.text.push('Z');
        &self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(text: &str) -> String {
        let mut out = Vec::new();
        string(text.as_bytes(), &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn strings_come_back_as_they_were() {
        for text in ["", "plain", "\"\\\n\r\t\0\x1b\x7f", "한글 👋", &"long \u{1} ".repeat(20)]
        {
            let back: String = serde_json::from_str(&escaped(text)).unwrap();
            assert_eq!(back, text);
        }
    }

    #[test]
    fn control_characters_never_reach_a_terminal() {
        assert_eq!(escaped("\x1b[31m\x7f"), r#""\u001b[31m\u007f""#);
    }

    #[test]
    fn times_have_the_precision_of_the_capture() {
        let mut clock = Clock::default();
        let nanos = 1_795_318_245_123_456_789;
        assert_eq!(clock.format(Time { nanos, digits: 9 }), "2026-11-22T03:30:45.123456789Z");
        assert_eq!(clock.format(Time { nanos, digits: 6 }), "2026-11-22T03:30:45.123456Z");
        assert_eq!(clock.format(Time { nanos, digits: 0 }), "2026-11-22T03:30:45Z");
        assert_eq!(clock.format(Time { nanos: 0, digits: 3 }), "1970-01-01T00:00:00.000Z");
    }

    #[test]
    fn numbers_are_decimal() {
        for number in [0, 9, 10, u64::MAX] {
            let mut out = Vec::new();
            decimal(number, &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), number.to_string());
        }
    }
}
