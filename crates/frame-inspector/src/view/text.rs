//! The conversation in the terminal: one line an event, a verdict per connection.
//!
//! ```text
//! #1      0.000000  10.0.0.1:52014 → 10.0.0.2:8080
//! #1      0.000412  ──▶ GET /chat HTTP/1.1
//! #1      0.000913  ◀── 101 Switching Protocols
//! #1      0.000913  ✓   the handshake is right
//! #1      0.010022  ──▶ text 5 B  "Hello"
//! #1      0.010030  !   a rule is broken
//! #1      1.204332  ■   why it ended
//! ```

use crate::{
    event::{Body, BodyState, Bytes, Connection, Event, Protocol, Sink, What},
    verdict::Ended,
    view::{
        bytes,
        paint::{Paint, quoted},
        pen::Pen,
    },
};
use anstream::StripStream;
use capture::Time;
use frame::{Kind, Message, State};
use std::io::{self, Write};
use wire::{Severity, Side};

/// How much of a payload a line shows, in characters.
const SHOWN: usize = 96;

/// Draws events as lines of text.
///
/// Writing stops at the first error; [`Text::finish`] returns it.
#[derive(Debug)]
pub struct Text<W: Write> {
    pen: Pen<W>,
    layout: Layout,
}

/// What the lines of an event say, without the margin and without colours:
/// `──▶ GET /chat HTTP/1.1`, then what it carried.
pub fn said(event: &Event<'_>) -> Vec<String> {
    let mut layout = Layout { start: None, arithmetic: false, last_request: (0, 0) };
    // Which request a response answers is told where requests and responses are mixed.
    if let (What::Response(response), Some(connection)) = (&event.what, event.connection) {
        layout.last_request = (connection, response.to.unwrap_or_default());
    }
    let mut out = StripStream::new(Vec::new());
    layout.draw(event, &mut out).expect("memory takes every line");
    let margin = margin(event.connection, &layout.clock(event.time)).chars().count() + 2;
    let text = String::from_utf8_lossy(&out.into_inner()).into_owned();
    text.lines().map(|line| line.chars().skip(margin).collect()).collect()
}

/// Where a line begins: whose it is, and when.
fn margin(connection: Option<u64>, clock: &str) -> String {
    let number = connection.map_or_else(|| "   ".into(), |number| format!("#{number:<2}"));
    format!("{number} {clock}")
}

/// What one line has to know of those before it.
#[derive(Debug)]
struct Layout {
    /// When the first event happened.
    start: Option<Time>,
    arithmetic: bool,
    /// The connection and number of the request that was drawn last.
    last_request: (u64, u64),
}

impl<W: Write> Text<W> {
    /// Lines written to `out`; with `arithmetic`, how each accept key is calculated too.
    pub fn new(out: W, arithmetic: bool) -> Self {
        let layout = Layout { start: None, arithmetic, last_request: (0, 0) };
        Text { pen: Pen::new(out), layout }
    }

    /// Counts seconds from here; otherwise from the first event that is drawn.
    pub fn begin(&mut self, time: Option<Time>) {
        self.layout.start = time;
    }

    /// Flushes, and returns the first error that writing met.
    ///
    /// # Errors
    /// What the writer answered.
    pub fn finish(self) -> io::Result<()> {
        self.pen.finish()
    }

    /// Hands over what is buffered, for somebody who watches.
    pub fn flush(&mut self) {
        self.pen.write(W::flush);
    }

    /// Whether writing failed, so that the rest need not be decoded.
    pub fn failed(&self) -> bool {
        self.pen.has_failed()
    }
}

impl<W: Write> Sink for Text<W> {
    fn event(&mut self, event: &Event<'_>) {
        let layout = &mut self.layout;
        self.pen.write(|out| layout.draw(event, out));
    }
}

impl Layout {
    /// Seconds since the first event, in a column of its own.
    fn clock(&mut self, time: Option<Time>) -> String {
        let Some(time) = time else { return " ".repeat(12) };
        let start = self.start.get_or_insert(time);
        let sign = if time.nanos < start.nanos { "-" } else { "" };
        let micros = time.nanos.abs_diff(start.nanos) / 1000;
        let seconds = format!("{sign}{}.{:06}", micros / 1_000_000, micros % 1_000_000);
        format!("{seconds:>12}")
    }

    fn draw(&mut self, event: &Event<'_>, out: &mut impl Write) -> io::Result<()> {
        let clock = self.clock(event.time);
        let margin = Paint::dim(margin(event.connection, &clock));
        if let (What::Request(request), Some(connection)) = (&event.what, event.connection) {
            self.last_request = (connection, request.number);
        }
        match &event.what {
            What::Opened(ends) => {
                let ends = format!("{} → {}", ends.client, ends.server);
                writeln!(out, "{margin}  {}", Paint::bold(ends))
            }
            What::Request(request) => {
                let head = request.head;
                let line =
                    format!("{} {} {}", head.method, quoted_target(&head.target), head.version);
                let size = size(request.body.length);
                writeln!(out, "{margin}  {} {}{size}", arrow(Side::Client), Paint::bold(line))?;
                draw_body(out, &margin, &request.body)
            }
            What::Response(response) => {
                let head = response.head;
                let line = format!("{} {}", head.status, quoted(head.reason.as_bytes(), SHOWN));
                let mut size = size(response.body.length);
                if let Some(decoded) = response.body.decoded_length {
                    size.push_str(&format!(", decoded {} B", grouped(decoded)));
                }
                match (response.to, event.connection) {
                    (Some(to), Some(connection)) if self.last_request != (connection, to) => {
                        size.push_str(&format!("  to request {to}"));
                    }
                    _ => {}
                }
                writeln!(
                    out,
                    "{margin}  {} {}{size}",
                    arrow(Side::Server),
                    Paint::bold(line.trim_end())
                )?;
                draw_body(out, &margin, &response.body)
            }
            What::Handshake(handshake) => {
                let mut said = Vec::new();
                let accept = handshake.accept.map(|accept| quoted(accept.as_bytes(), SHOWN));
                match (accept, handshake.accept_expected) {
                    (Some(accept), Some(expected)) if accept == expected => {
                        said.push(format!("accept key {accept} is right"));
                    }
                    (Some(accept), Some(expected)) => {
                        said.push(format!(
                            "accept key {accept} is wrong, {expected} would be right"
                        ));
                    }
                    (Some(accept), None) if handshake.was_asked => {
                        said.push(format!("accept key {accept} answers no key"));
                    }
                    (Some(accept), None) => {
                        said.push(format!("accept key {accept} (the request was not captured)"));
                    }
                    (None, _) => {}
                }
                if let Some(subprotocol) = handshake.subprotocol {
                    said.push(format!("subprotocol {}", quoted(subprotocol.as_bytes(), SHOWN)));
                }
                if let Some(extensions) = handshake.extensions {
                    said.push(format!("extensions {}", quoted(extensions.as_bytes(), SHOWN)));
                }
                let said = match said.is_empty() {
                    true => String::new(),
                    false => format!("; {}", said.join(", ")),
                };
                let text = match (handshake.accepted, handshake.is_right) {
                    (true, true) => Paint::good(format!("✓   switched to WebSocket{said}")),
                    (true, false) => Paint::bad(format!("!   switched to WebSocket{said}")),
                    (false, _) => {
                        Paint::bad(format!("✗   not switched: status {}", handshake.status))
                    }
                };
                writeln!(out, "{margin}  {text}")?;
                match handshake.key {
                    Some(key) if self.arithmetic => draw_calculation(out, &margin, key),
                    _ => Ok(()),
                }
            }
            What::Frame(frame) => {
                let header = frame.header;
                let mut said = vec![header.opcode.to_string()];
                said.push(if header.fin { "FIN".into() } else { "more follows".into() });
                for (bit, name) in header.rsv.bits().iter().zip(["RSV1", "RSV2", "RSV3"]) {
                    if *bit {
                        said.push(name.into());
                    }
                }
                if let Some(mask) = header.mask {
                    said.push(format!("mask {mask}"));
                }
                let said = Paint::dim(format!("frame {} B  {}", header.len, said.join(", ")));
                writeln!(out, "{margin}  {} {said}", arrow(frame.from))
            }
            What::Message { from, message, .. } => {
                writeln!(out, "{margin}  {} {}", arrow(*from), describe(message))
            }
            What::ServerEvent(event) => {
                let name = Paint::bold(quoted(event.event.as_bytes(), SHOWN));
                let mut id = String::new();
                if !event.id.is_empty() {
                    id = format!("  id {}", quoted(event.id.as_bytes(), SHOWN));
                }
                let data = quoted(event.data.as_bytes(), SHOWN);
                writeln!(out, "{margin}  {} event {name}{id}  \"{data}\"", arrow(Side::Server))
            }
            What::Violation { from, violation } => {
                let rule = violation.rule;
                let detail = quoted(violation.detail.as_bytes(), 4 * SHOWN);
                let (id, section, sentence) = (rule.id, rule.section, rule.sentence);
                let broken = format!("{id}: {detail}; the rule: {sentence} ({section})");
                let text = match rule.severity {
                    Severity::Violation => Paint::bad(format!("!   the {from} breaks {broken}")),
                    Severity::Suspicion => {
                        Paint::doubtful(format!("?   a suspicion about the {from}, {broken}"))
                    }
                };
                writeln!(out, "{margin}  {text}")
            }
            What::Gap { from, bytes, after_packet } => {
                let bytes = size(*bytes);
                let text = format!(
                    "…   {} of the {from} are not in the capture (after packet {after_packet})",
                    bytes.trim()
                );
                writeln!(out, "{margin}  {}", Paint::doubtful(text))
            }
            What::Warning(text) => {
                let text = quoted(text.as_bytes(), 4 * SHOWN);
                writeln!(out, "{margin}  {}", Paint::doubtful(format!("!   {text}")))
            }
            What::Bytes(Bytes { from, offset, bytes: shown, span }) => {
                bytes::draw(out, *from, *offset, shown, span)
            }
            What::Connection(connection) => draw_connection(out, &margin, connection),
        }
    }
}

fn arrow(from: Side) -> Paint {
    match from {
        Side::Client => Paint::client("──▶"),
        Side::Server => Paint::server("◀──"),
    }
}

/// `  12 B`, or nothing for nothing.
fn size(bytes: u64) -> String {
    match bytes {
        0 => String::new(),
        bytes => format!("  {} B", grouped(bytes)),
    }
}

/// `1,234,567`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn quoted_target(target: &str) -> String {
    quoted(target.as_bytes(), 2 * SHOWN)
}

fn describe(message: &Message<'_>) -> String {
    let mut said = format!("{} {} B", Paint::bold(message.kind.name()), grouped(message.len));
    if message.compressed {
        said.push_str(", compressed");
    }
    if message.frames > 1 {
        said.push_str(&format!(", {} frames", message.frames));
    }
    match message.state {
        State::Complete => {}
        State::Cut => said.push_str(", cut: not all of it is here"),
        State::Unreadable => said.push_str(", cannot be read"),
        State::TooBig => said.push_str(", too long to be kept"),
    }
    if let Some(close) = message.close() {
        said = format!("{} {}, {}", Paint::bold("close"), close.code, close.code.meaning());
        if !close.reason.is_empty() {
            said.push_str(&format!("  \"{}\"", quoted(close.reason.as_bytes(), SHOWN)));
        }
    } else if message.kind == Kind::Close && message.state == State::Complete {
        let code = if message.len == 0 { "without a code" } else { "with half a code" };
        said = format!("{} {code}", Paint::bold("close"));
    } else if !message.payload.is_empty() {
        said.push_str("  ");
        said.push_str(&preview(message.payload, message.kind == Kind::Binary));
    }
    said
}

/// The beginning of a payload: text in quotes, other bytes in hexadecimal.
fn preview(payload: &[u8], is_binary: bool) -> String {
    match std::str::from_utf8(payload) {
        Ok(_) if !is_binary => format!("\"{}\"", quoted(payload, SHOWN)),
        _ => {
            let shown = payload.get(..SHOWN / 3).unwrap_or(payload);
            let more = if shown.len() < payload.len() { " …" } else { "" };
            format!("{}{more}", wire::hex::spaced(shown))
        }
    }
}

/// The accept key as arithmetic (RFC 6455 4.2.2).
fn draw_calculation(out: &mut impl Write, margin: &Paint, key: &str) -> io::Result<()> {
    for step in handshake::Calculation::of(key.trim()).steps() {
        let value = quoted(step.value.as_bytes(), 4 * SHOWN);
        let (name, note) = (step.name, Paint::dim(step.note));
        writeln!(out, "{margin}       {name:<20} {value}  {note}")?;
    }
    Ok(())
}

fn draw_body(out: &mut impl Write, margin: &Paint, body: &Body<'_>) -> io::Result<()> {
    if body.state == BodyState::Cut {
        writeln!(out, "{margin}       {}", Paint::doubtful("cut: not all of the body is here"))?;
    }
    if body.bytes.is_empty() {
        return Ok(());
    }
    writeln!(out, "{margin}       {}", preview(body.bytes, false))
}

fn draw_connection(
    out: &mut impl Write,
    margin: &Paint,
    connection: &Connection<'_>,
) -> io::Result<()> {
    let Connection { verdict, .. } = connection;
    let what = match connection.protocol {
        Protocol::Tls => "TLS, encrypted: ",
        Protocol::Unknown if connection.ledger.payload == 0 => "nothing was said: ",
        Protocol::Unknown => "a protocol that is not known here: ",
        Protocol::WebSocket | Protocol::Http | Protocol::EventStream => "",
    };
    let text = format!("■   {what}{}", quoted(verdict.text.as_bytes(), 8 * SHOWN));
    let text = match verdict.ended {
        Ended::CloseHandshake if matches!(verdict.code, Some(1002..=2999)) => Paint::doubtful(text),
        Ended::CloseHandshake | Ended::Open => Paint::good(text),
        Ended::Fin if connection.protocol != Protocol::WebSocket => Paint::good(text),
        Ended::Fin => Paint::doubtful(text),
        Ended::Reset | Ended::Refused => Paint::bad(text),
    };
    writeln!(out, "{margin}  {text}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Options, inspect_transcript};

    #[test]
    fn what_a_line_says_can_be_had_alone() {
        let chunks = [
            (Side::Client, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n".to_vec()),
            (Side::Server, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".to_vec()),
        ];
        let mut lines = Vec::new();
        inspect_transcript(&chunks, &Options::default(), &mut |event: &Event<'_>| {
            lines.extend(said(event));
        });
        let want = ["192.0.2.1:50000 → 192.0.2.2:80", "──▶ GET / HTTP/1.1", "◀── 200 OK  2 B"];
        assert_eq!(lines[..3], want);
        assert_eq!(lines[3].trim(), "\"ok\"");
    }
}
