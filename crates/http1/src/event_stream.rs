//! Server-sent events: a response that goes on, one event after another.
//!
//! HTML standard 9.2 (server-sent events).
//!
//! ```text
//! id: 7 LF                 the last event id, until another one comes
//! event: joined LF         the type; "message" without it
//! data: {"name": LF        the data: of several lines, joined with LF
//! data:  "Ada"} LF
//! : keep-alive LF          a comment
//! LF                       an empty line dispatches the event
//! ```
//!
//! Lines end with LF, CR LF or CR. A byte order mark at the very start is passed
//! over. Fields nobody knows are passed over too, and so is the event that the
//! end of the stream cuts off.
//!
//! ```
//! use http1::EventStream;
//!
//! let mut stream = EventStream::new(1_000_000);
//! stream.receive(b"id: 7\nevent: joined\ndata: Ada\n\ndata: unfinished\n");
//! let dispatched = stream.next_event()?.expect("an empty line was there");
//! assert_eq!(dispatched.event.event, "joined");
//! assert_eq!(dispatched.event.data, "Ada");
//! assert_eq!(dispatched.range, 0..31);
//! assert_eq!(stream.next_event()?, None);
//! assert_eq!(stream.last_event_id(), "7");
//! # Ok::<(), wire::Violation>(())
//! ```
//!
//! Book: chapter 5.

mod describe;

pub use describe::describe;

use crate::rules;
use std::{collections::VecDeque, mem, ops::Range};
use wire::Violation;

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerEvent {
    /// The type: `message` unless the sender gave another one.
    pub event: String,
    /// The text, its lines joined with LF.
    pub data: String,
    /// The last event id in force: what a client that comes back would send as
    /// `Last-Event-ID`. May be older than this event, or empty.
    pub id: String,
    /// How long to wait before coming back, in milliseconds, where this event says so.
    pub retry: Option<u64>,
}

impl ServerEvent {
    /// A `message` with this text.
    pub fn new(data: impl Into<String>) -> Self {
        ServerEvent {
            event: "message".to_owned(),
            data: data.into(),
            id: String::new(),
            retry: None,
        }
    }

    /// The same event with another type.
    #[must_use]
    pub fn named(mut self, event: impl Into<String>) -> Self {
        self.event = event.into();
        self
    }

    /// The same event with an id.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<String>) -> Self {
        self.id = id.into();
        self
    }

    /// Appends the event with the empty line that dispatches it. An empty id is
    /// left out, so the one before it stays in force.
    ///
    /// # Errors
    /// A type or an id that would end its line. Nothing is appended then.
    // ANCHOR: encode
    pub fn encode(&self, out: &mut Vec<u8>) -> Result<(), Unsendable> {
        if self.event.contains(['\r', '\n']) {
            return Err(Unsendable::Event);
        }
        if self.id.contains(['\r', '\n', '\0']) {
            return Err(Unsendable::Id);
        }
        let mut line = |field: &str, value: &str| {
            for piece in [field, ": ", value, "\n"] {
                out.extend_from_slice(piece.as_bytes());
            }
        };
        if !matches!(&*self.event, "" | "message") {
            line("event", &self.event);
        }
        if !self.id.is_empty() {
            line("id", &self.id);
        }
        if let Some(retry) = self.retry {
            line("retry", &retry.to_string());
        }
        for text in self.data.replace("\r\n", "\n").split(['\r', '\n']) {
            line("data", text);
        }
        out.push(b'\n');
        Ok(())
    }
    // ANCHOR_END: encode
}

/// Appends a comment: it keeps a quiet connection alive, and dispatches nothing.
pub fn encode_comment(text: &str, out: &mut Vec<u8>) {
    for line in text.split(['\r', '\n']) {
        out.extend_from_slice(b": ");
        out.extend_from_slice(line.as_bytes());
        out.push(b'\n');
    }
    out.push(b'\n');
}

/// Why an event cannot be sent: our mistake, not the peer's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unsendable {
    /// The type has a line break.
    #[error("the type of an event cannot have a line break")]
    Event,
    /// The id has a line break or a NUL.
    #[error("the id of an event can have neither a line break nor a NUL")]
    Id,
}

/// An event as it was dispatched, and where it stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispatched {
    /// The event.
    pub event: ServerEvent,
    /// Its bytes in the stream, from its first line to the line end that
    /// dispatched it. Of a CR LF there only the CR: nobody waits for the LF.
    pub range: Range<u64>,
}

/// Decodes an event stream, however its bytes were cut.
#[derive(Debug)]
pub struct EventStream {
    limit: usize,
    start: Start,
    /// How many bytes were received.
    position: u64,
    /// The line that is not complete yet.
    line: Vec<u8>,
    /// Whether the last byte was a CR, whose LF may still come.
    after_cr: bool,
    block: Block,
    last_event_id: String,
    reconnection_time: Option<u64>,
    ready: VecDeque<Result<Dispatched, Violation>>,
}

/// Whether a byte order mark may still come.
#[derive(Debug, PartialEq)]
enum Start {
    /// So many of its bytes were seen.
    Mark(usize),
    Passed,
}

const BYTE_ORDER_MARK: [u8; 3] = [0xef, 0xbb, 0xbf];

/// The lines since the last empty one.
#[derive(Debug, Default)]
struct Block {
    start: u64,
    event: String,
    data: String,
    id: Option<String>,
    retry: Option<u64>,
    too_large: bool,
}

impl EventStream {
    /// A decoder for events of at most `limit` bytes.
    pub fn new(limit: usize) -> Self {
        EventStream {
            limit,
            start: Start::Mark(0),
            position: 0,
            line: Vec::new(),
            after_cr: false,
            block: Block::default(),
            last_event_id: String::new(),
            reconnection_time: None,
            ready: VecDeque::new(),
        }
    }

    /// Takes the next bytes of the body.
    pub fn receive(&mut self, bytes: &[u8]) {
        let mut rest = self.skip_mark(bytes);
        while let Some(&first) = rest.first() {
            if mem::take(&mut self.after_cr) && first == b'\n' {
                rest = self.advance(rest, 1);
                // The LF belongs to the line before, so what follows starts behind it.
                if self.block.is_empty() && self.line.is_empty() {
                    self.block.start = self.position;
                }
                continue;
            }
            let Some(end) = memchr::memchr2(b'\r', b'\n', rest) else {
                self.keep(rest);
                self.advance(rest, rest.len());
                return;
            };
            let (line, behind) = rest.split_at(end);
            self.after_cr = behind.first() == Some(&b'\r');
            self.advance(rest, end + 1);
            rest = behind.get(1..).unwrap_or_default();
            if self.line.is_empty() {
                self.line(line);
            } else {
                self.keep(line);
                let whole = mem::take(&mut self.line);
                self.line(&whole);
                // Keep the room for the next line.
                self.line = whole;
                self.line.clear();
            }
        }
    }

    /// The next event that was dispatched.
    ///
    /// # Errors
    /// An event was larger than the limit. It is passed over, and the next ones follow.
    pub fn next_event(&mut self) -> Result<Option<Dispatched>, Violation> {
        self.ready.pop_front().transpose()
    }

    /// What a client that comes back now sends as `Last-Event-ID`.
    pub fn last_event_id(&self) -> &str {
        &self.last_event_id
    }

    /// How long a client waits before it comes back, in milliseconds, once the
    /// server has said so.
    pub fn reconnection_time(&self) -> Option<u64> {
        self.reconnection_time
    }

    fn advance<'a>(&mut self, bytes: &'a [u8], len: usize) -> &'a [u8] {
        self.position += len as u64;
        bytes.get(len..).unwrap_or_default()
    }

    /// Passes over a byte order mark at the start; what only began like one is text.
    fn skip_mark<'a>(&mut self, mut bytes: &'a [u8]) -> &'a [u8] {
        while let (Start::Mark(seen), Some(&byte)) = (&mut self.start, bytes.first()) {
            if BYTE_ORDER_MARK.get(*seen) == Some(&byte) {
                *seen += 1;
                bytes = self.advance(bytes, 1);
            } else {
                let text = BYTE_ORDER_MARK.get(..*seen).unwrap_or_default();
                self.line.extend_from_slice(if text.len() < 3 { text } else { b"" });
                self.start = Start::Passed;
            }
        }
        bytes
    }

    /// Keeps a piece of a line that is not complete; of one that is too long,
    /// enough to see that it is.
    fn keep(&mut self, piece: &[u8]) {
        let room = (self.limit + 1).saturating_sub(self.line.len());
        self.line.extend_from_slice(piece.get(..room).unwrap_or(piece));
    }

    // ANCHOR: line
    /// Interprets a line (HTML standard 9.2.6).
    fn line(&mut self, line: &[u8]) {
        if line.is_empty() {
            return self.dispatch();
        }
        if line.len() > self.limit {
            self.block.too_large |= !line.starts_with(b":");
            return;
        }
        let line = String::from_utf8_lossy(line);
        let (field, value) = line.split_once(':').unwrap_or((&line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        let block = &mut self.block;
        match field {
            "event" => value.clone_into(&mut block.event),
            "data" if block.data.len() + value.len() < self.limit => {
                block.data.push_str(value);
                block.data.push('\n');
            }
            "data" => block.too_large = true,
            "id" if !value.contains('\0') => block.id = Some(value.to_owned()),
            "retry" if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) => {
                block.retry = value.parse().ok();
                self.reconnection_time = block.retry.or(self.reconnection_time);
            }
            _ => {}
        }
    }
    // ANCHOR_END: line

    /// An empty line: the event is complete (HTML standard 9.2.6, dispatch).
    fn dispatch(&mut self) {
        let next = Block { start: self.position, ..Block::default() };
        let Block { start, event, mut data, id, retry, too_large } =
            mem::replace(&mut self.block, next);
        if let Some(id) = id {
            self.last_event_id = id;
        }
        if too_large {
            let detail = format!("an event has more than {} bytes", self.limit);
            self.ready.push_back(Err(rules::EVENT_TOO_LARGE.broken(detail)));
            return;
        }
        // Every data line left a LF behind, so this is: there was none.
        if data.pop().is_none() {
            return;
        }
        let event = if event.is_empty() { "message".to_owned() } else { event };
        let event = ServerEvent { event, data, id: self.last_event_id.clone(), retry };
        self.ready.push_back(Ok(Dispatched { event, range: start..self.position }));
    }
}

impl Block {
    /// Whether no line of it has come yet that matters.
    fn is_empty(&self) -> bool {
        self.event.is_empty()
            && self.data.is_empty()
            && self.id.is_none()
            && self.retry.is_none()
            && !self.too_large
    }
}
