//! Heads and chunks as trees of named byte ranges.

use crate::head::{FieldLine, Line, lines, trim_start};
use std::ops::Range;
use wire::Span;

/// The head of a request; what stands behind it is its `body`.
pub(crate) fn request(bytes: &[u8]) -> Span {
    head(bytes, "request head", "RFC 9112 3", request_line)
}

/// The head of a response; what stands behind it is its `body`.
pub(crate) fn response(bytes: &[u8]) -> Span {
    head(bytes, "response head", "RFC 9112 4", status_line)
}

fn head(
    bytes: &[u8],
    name: &'static str,
    section: &'static str,
    start_line: fn(&Line<'_>) -> Span,
) -> Span {
    let mut span = Span::new(0..bytes.len(), name).section(section);
    let mut lines = lines(bytes).peekable();
    while let Some(line) = lines.next_if(|line| line.text.is_empty()) {
        span = span.child(empty_line(&line, "a server passes over it before a request"));
    }
    if let Some(line) = lines.next() {
        span = span.child(start_line(&line));
    }
    let (span, end) = fields(span, lines, "the head ends here");
    rest(span, end, bytes, "body")
}

/// Adds field lines up to the empty one; gives the place behind it.
fn fields<'a>(
    mut span: Span,
    lines: impl Iterator<Item = Line<'a>>,
    last: &'static str,
) -> (Span, usize) {
    for line in lines {
        let is_last = line.text.is_empty();
        let child = if is_last { empty_line(&line, last) } else { field(&line) };
        span = span.child(child);
        if is_last {
            return (span, line.end);
        }
    }
    let end = span.children.last().map_or(0, |child| child.range.end);
    (span, end)
}

/// Adds what is left, if anything is.
fn rest(span: Span, start: usize, bytes: &[u8], name: &'static str) -> Span {
    match bytes.get(start..) {
        Some(rest) if !rest.is_empty() => {
            let value = format!("{} bytes", rest.len());
            span.child(Span::new(start..bytes.len(), name).value(value))
        }
        _ => span,
    }
}

/// `request-line = method SP request-target SP HTTP-version`
fn request_line(line: &Line<'_>) -> Span {
    let whole = Span::new(line.range.start..line.end, "request line").section("RFC 9112 3");
    let mut parts = Parts::new(whole.value(text(line.text)), line);
    let first = line.text.iter().position(|&byte| byte == b' ');
    let last = line.text.iter().rposition(|&byte| byte == b' ');
    let (Some(first), Some(last)) = (first, last) else { return parts.end("unreadable", "") };
    parts.add(first, "method", "what to do", "RFC 9110 9");
    parts.add(1, "space", "", "");
    if let Some(target) = last.checked_sub(first + 1) {
        parts.add(target, "target", "what to do it with", "RFC 9112 3.2");
        parts.add(1, "space", "", "");
    }
    parts.end("version", "the rules that the client keeps")
}

/// `status-line = HTTP-version SP status-code SP [ reason-phrase ]`
fn status_line(line: &Line<'_>) -> Span {
    let whole = Span::new(line.range.start..line.end, "status line").section("RFC 9112 4");
    let mut parts = Parts::new(whole.value(text(line.text)), line);
    let mut spaces =
        line.text.iter().enumerate().filter(|(_, byte)| **byte == b' ').map(|(index, _)| index);
    let Some(first) = spaces.next() else { return parts.end("unreadable", "") };
    parts.add(first, "version", "the rules that the server keeps", "RFC 9112 2.3");
    parts.add(1, "space", "", "");
    let Some(second) = spaces.next() else { return parts.end("status", "what became of it") };
    parts.add(second - first - 1, "status", "what became of the request", "RFC 9110 15");
    parts.add(1, "space", "", "");
    parts.end("reason", "the same for people; programs do not read it")
}

/// `field-line = field-name ":" OWS field-value OWS`
fn field(line: &Line<'_>) -> Span {
    let Some(field) = FieldLine::decode(line.text) else {
        let whole = Span::new(line.range.start..line.end, "field").section("RFC 9112 5");
        return Parts::new(whole, line).end("unreadable", "");
    };
    let name = text(field.name).to_ascii_lowercase();
    let name = if name.is_empty() { "field".to_owned() } else { name };
    let (section, note) = meaning(&name);
    let whole = Span::new(line.range.start..line.end, name).section(section).note(note);
    let mut parts = Parts::new(whole.value(text(field.value)), line);
    parts.add(field.name.len(), "name", "", "RFC 9110 5.1");
    parts.add(field.gap, "space", "nothing should stand here", "RFC 9112 5.1");
    parts.add(1, "colon", "", "");
    let behind = line.text.len() - field.name.len() - field.gap - 1;
    let indent =
        behind - trim_start(line.text.get(line.text.len() - behind..).unwrap_or_default()).len();
    parts.add(indent, "space", "", "");
    parts.add(field.value.len(), "value", "", "RFC 9110 5.5");
    parts.end("space", "")
}

fn empty_line(line: &Line<'_>, note: &'static str) -> Span {
    Span::new(line.range.start..line.end, "empty line").note(note).section("RFC 9112 2.1")
}

/// The parts of a line, one behind the other; empty ones are left out.
struct Parts<'a> {
    whole: Span,
    line: &'a Line<'a>,
    next: usize,
}

impl<'a> Parts<'a> {
    fn new(whole: Span, line: &'a Line<'a>) -> Self {
        Parts { whole, line, next: line.range.start }
    }

    fn add(&mut self, len: usize, name: &'static str, note: &'static str, section: &'static str) {
        let range = self.next..self.next + len;
        self.next = range.end;
        if range.is_empty() {
            return;
        }
        let inside = range.start - self.line.range.start..range.end - self.line.range.start;
        let value = match name {
            "space" | "colon" => String::new(),
            _ => text(self.line.text.get(inside).unwrap_or_default()),
        };
        let part = Span::new(range, name).value(value).note(note).section(section);
        self.whole.children.push(part);
    }

    /// The rest of the text, and the line end.
    fn end(mut self, name: &'static str, note: &'static str) -> Span {
        self.add(self.line.range.end - self.next, name, note, "");
        if self.line.end > self.line.range.end {
            let end = Span::new(self.line.range.end..self.line.end, "line end");
            self.whole.children.push(end.section("RFC 9112 2.1"));
        }
        self.whole
    }
}

/// A chunked body, as far as it is there and makes sense.
pub(crate) fn chunks(bytes: &[u8]) -> Span {
    let mut span = Span::new(0..bytes.len(), "chunked body").section("RFC 9112 7.1");
    let mut start = 0;
    loop {
        let Some((chunk, size)) = chunk(bytes, start) else {
            return rest(span, start, bytes, "unreadable");
        };
        start = chunk.range.end;
        span = span.child(chunk);
        if size == 0 {
            let trailers = bytes.get(start..).unwrap_or_default();
            let lines = lines(trailers).map(|line| shift(&line, start));
            let (span, end) = fields(span, lines, "the body ends here");
            return rest(span, end, bytes, "behind the body");
        }
    }
}

/// A chunk at `start`, and the size it claims.
fn chunk(bytes: &[u8], start: usize) -> Option<(Span, u64)> {
    let line = lines(bytes.get(start..)?).next().map(|line| shift(&line, start))?;
    let digits = line.text.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    let size = std::str::from_utf8(line.text.get(..digits)?).ok()?;
    let size = u64::from_str_radix(size, 16).ok()?;
    let name = if size == 0 { "last chunk" } else { "chunk" };
    let whole = Span::new(start..line.end, name).value(format!("{size} bytes"));
    let mut parts = Parts::new(whole.section("RFC 9112 7.1"), &line);
    parts.add(digits, "size", "hexadecimal", "RFC 9112 7.1");
    let mut chunk = parts.end("extension", "");
    if size > 0 {
        let available = bytes.len() - line.end;
        let len = usize::try_from(size).unwrap_or(usize::MAX).min(available);
        add(&mut chunk, line.end..line.end + len, "data");
        let end = line.end + len;
        let line_end = match bytes.get(end..) {
            Some([b'\r', b'\n', ..]) => 2,
            Some([b'\r'] | [b'\n', ..]) => 1,
            _ => 0,
        };
        add(&mut chunk, end..end + line_end, "line end");
    }
    Some((chunk, size))
}

fn add(whole: &mut Span, range: Range<usize>, name: &'static str) {
    if !range.is_empty() {
        whole.range.end = range.end;
        let value = if name == "data" { format!("{} bytes", range.len()) } else { String::new() };
        whole.children.push(Span::new(range, name).value(value));
    }
}

fn shift<'a>(line: &Line<'a>, by: usize) -> Line<'a> {
    let range = line.range.start + by..line.range.end + by;
    Line { text: line.text, range, end: line.end + by }
}

/// Bytes as text, with escapes where they are none.
fn text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.contains(|char: char| char.is_control()) => text.to_owned(),
        _ => bytes.escape_ascii().to_string(),
    }
}

/// What a field means, and where it is written.
fn meaning(name: &str) -> (&'static str, &'static str) {
    match name {
        "accept" => ("RFC 9110 12.5.1", "the media types that the client would rather have"),
        "accept-encoding" => ("RFC 9110 12.5.3", "the compressions that the client undoes"),
        "accept-language" => ("RFC 9110 12.5.4", "the languages that the user reads"),
        "allow" => ("RFC 9110 10.2.1", "the methods that would work here"),
        "authorization" => ("RFC 9110 11.6.2", "who the client is, and its proof"),
        "cache-control" => ("RFC 9111 5.2", "who may keep a copy, and for how long"),
        "connection" => ("RFC 9110 7.6.1", "what holds for this connection only"),
        "content-encoding" => ("RFC 9110 8.4", "how the body is compressed"),
        "content-length" => ("RFC 9110 8.6", "how many bytes the body has"),
        "content-type" => ("RFC 9110 8.3", "what the body is"),
        "cookie" => ("RFC 6265 4.2", "what the server asked the client to remember"),
        "date" => ("RFC 9110 6.6.1", "when the message was made"),
        "etag" => ("RFC 9110 8.8.3", "the name of this version of the content"),
        "expect" => ("RFC 9110 10.1.1", "the client waits for word before it sends the body"),
        "host" => ("RFC 9110 7.2", "which of the names of this server is meant"),
        "if-match" => ("RFC 9110 13.1.1", "only if it is still this version"),
        "if-modified-since" => ("RFC 9110 13.1.3", "only if it is newer"),
        "if-none-match" => ("RFC 9110 13.1.2", "only if it is another version"),
        "keep-alive" => ("RFC 2068 19.7.1.1", "how long an idle connection stays open"),
        "last-event-id" => ("HTML 9.2.4", "the last event that the client has seen"),
        "last-modified" => ("RFC 9110 8.8.2", "when the content changed last"),
        "location" => ("RFC 9110 10.2.2", "where to go, or what was made"),
        "origin" => ("RFC 6454 7", "the page on whose behalf the browser asks"),
        "range" => ("RFC 9110 14.2", "only this part of it"),
        "referer" => ("RFC 9110 10.1.3", "the page that led here"),
        "retry-after" => ("RFC 9110 10.2.3", "when to ask again"),
        "sec-websocket-accept" => ("RFC 6455 4.2.2", "the proof that the server has read the key"),
        "sec-websocket-extensions" => ("RFC 6455 9.1", "what the frames may do besides"),
        "sec-websocket-key" => ("RFC 6455 4.1", "a nonce that the server answers"),
        "sec-websocket-protocol" => ("RFC 6455 1.9", "the language inside the messages"),
        "sec-websocket-version" => ("RFC 6455 4.1", "RFC 6455 describes version 13"),
        "server" => ("RFC 9110 10.2.4", "the program that answers"),
        "set-cookie" => ("RFC 6265 4.1", "what the client shall remember and send back"),
        "te" => ("RFC 9110 10.1.4", "whether the client takes trailers"),
        "trailer" => ("RFC 9110 6.6.2", "the fields that will follow the body"),
        "transfer-encoding" => ("RFC 9112 6.1", "how the body is cut for the way"),
        "upgrade" => ("RFC 9110 7.8", "the protocol to switch to"),
        "user-agent" => ("RFC 9110 10.1.5", "the program that asks"),
        "vary" => ("RFC 9110 12.5.5", "the request fields that this answer depends on"),
        "www-authenticate" => ("RFC 9110 11.6.1", "how the client can prove who it is"),
        _ => ("RFC 9110 5.1", ""),
    }
}
