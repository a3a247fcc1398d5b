//! An event stream as a tree of named byte ranges.
//!
//! ```text
//! event            joined
//!   event          joined       name "event", colon, space, value, line end
//!   data           Ada          name "data", colon, space, value, line end
//!   empty line                  dispatches the event
//! ```
//!
//! ```
//! let stream = http1::event_stream::describe(b"event: joined\ndata: Ada\n\n");
//! assert_eq!(stream.find("event").map(|span| &*span.value), Some("joined"));
//! assert_eq!(stream.find("event/data/value").map(|span| span.range.clone()), Some(20..23));
//! ```
//!
//! Book: chapter 5.

use super::BYTE_ORDER_MARK;
use std::{mem, ops::Range};
use wire::Span;

const FORMAT: &str = "HTML 9.2.5";
const MEANING: &str = "HTML 9.2.6";

/// Describes an event stream from its first byte: each `event` with its fields
/// and the `empty line` that dispatches it, and each `block` of lines that
/// dispatches nothing.
pub fn describe(bytes: &[u8]) -> Span {
    let mut stream = Span::new(0..bytes.len(), "event stream").section("HTML 9.2");
    let mut start = 0;
    if bytes.starts_with(&BYTE_ORDER_MARK) {
        start = BYTE_ORDER_MARK.len();
        let mark = Span::new(0..start, "byte order mark").section(FORMAT);
        stream = stream.child(mark.note("passed over, at the very start only"));
    }
    let mut block = Block::default();
    while let Some(line) = Line::at(bytes, start) {
        start = line.end;
        let is_empty = line.text.is_empty() && line.end > line.text.end;
        block.push(line.describe(bytes));
        if is_empty {
            stream.children.push(mem::take(&mut block).dispatched());
        }
    }
    stream.children.extend(block.cut());
    stream
}

/// A line: its text, and where the next one begins.
struct Line {
    text: Range<usize>,
    end: usize,
}

impl Line {
    /// The line at `start`; none behind the last byte.
    fn at(bytes: &[u8], start: usize) -> Option<Line> {
        let rest = bytes.get(start..).filter(|rest| !rest.is_empty())?;
        let len = memchr::memchr2(b'\r', b'\n', rest).unwrap_or(rest.len());
        let line_end = match rest.get(len..) {
            Some([b'\r', b'\n', ..]) => 2,
            Some([_, ..]) => 1,
            _ => 0,
        };
        Some(Line { text: start..start + len, end: start + len + line_end })
    }

    fn describe(&self, bytes: &[u8]) -> Span {
        let text = bytes.get(self.text.clone()).unwrap_or_default();
        let whole = self.text.start..self.end;
        if text.is_empty() {
            return Span::new(whole, "empty line").section(MEANING);
        }
        let Some(len) = memchr::memchr(b':', text) else {
            let name = shown(text);
            let field = Span::new(whole, name.clone()).note("no colon: the value is empty");
            return self.ended(field.section(FORMAT).child(self.name(text.len(), name)));
        };
        let (name, behind) = (text.get(..len).unwrap_or_default(), text.get(len + 1..));
        let behind = behind.unwrap_or_default();
        let space = usize::from(behind.first() == Some(&b' '));
        let value = behind.get(space..).unwrap_or_default();
        let colon = self.text.start + len;
        let mut field = match name {
            b"" => {
                Span::new(whole, "comment").note("nobody reads it; it keeps the connection warm")
            }
            name => Span::new(whole, shown(name)).child(self.name(len, shown(name))),
        };
        field = field.value(shown(value)).section(FORMAT);
        field = field.child(Span::new(colon..colon + 1, "colon"));
        if space == 1 {
            let space = Span::new(colon + 1..colon + 2, "space");
            field = field.child(space.note("one is dropped, no more"));
        }
        if !value.is_empty() {
            let range = colon + 1 + space..self.text.end;
            field = field.child(Span::new(range, "value").value(shown(value)));
        }
        if field.note.is_empty() {
            field = field.note(meaning(name, value));
        }
        self.ended(field)
    }

    fn name(&self, len: usize, name: String) -> Span {
        Span::new(self.text.start..self.text.start + len, "name").value(name)
    }

    /// The field with its line end, if there is one.
    fn ended(&self, field: Span) -> Span {
        match self.end > self.text.end {
            true => field.child(Span::new(self.text.end..self.end, "line end").section(FORMAT)),
            false => field.note("the line does not end"),
        }
    }
}

/// The lines since the last empty one.
#[derive(Default)]
struct Block {
    lines: Vec<Span>,
}

impl Block {
    fn push(&mut self, line: Span) {
        self.lines.push(line);
    }

    /// All of it, whose last line is empty.
    fn dispatched(mut self) -> Span {
        let has_data = self.lines.iter().any(|line| line.name == "data");
        let named = self.lines.iter().rfind(|line| line.name == "event");
        let kind = match named.map(|line| line.value.clone()) {
            Some(kind) if !kind.is_empty() => kind,
            _ => "message".into(),
        };
        if let Some(last) = self.lines.last_mut() {
            last.note = if has_data { "dispatches the event" } else { "" }.into();
        }
        match has_data {
            true => self.whole("event").value(kind),
            false => self.whole("block").note("no data: nothing is dispatched"),
        }
    }

    /// What the end of the stream cuts off, if anything.
    fn cut(self) -> Option<Span> {
        let note = "no empty line: nothing is dispatched";
        (!self.lines.is_empty()).then(|| self.whole("block").note(note))
    }

    fn whole(self, name: &'static str) -> Span {
        let start = self.lines.first().map_or(0, |line| line.range.start);
        let end = self.lines.last().map_or(start, |line| line.range.end);
        let block = Span::new(start..end, name).section(MEANING);
        self.lines.into_iter().fold(block, Span::child)
    }
}

fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn meaning(name: &[u8], value: &[u8]) -> &'static str {
    match name {
        b"data" => "a line of the text",
        b"event" => "the type; message without it",
        b"id" if value.contains(&0) => "ignored, for it has a NUL",
        b"id" => "what a client that comes back says it has seen",
        b"retry" if value.iter().all(u8::is_ascii_digit) && !value.is_empty() => {
            "how many milliseconds to wait before coming back"
        }
        b"retry" => "ignored, for it is no number",
        _ => "ignored: no such field",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EventStream;
    use proptest::prelude::*;
    use wire::laws;

    fn check(bytes: &[u8]) -> Span {
        let stream = describe(bytes);
        laws::spans_cover(&stream, bytes.len());
        stream
    }

    fn names(span: &Span) -> Vec<&str> {
        span.children.iter().map(|child| &*child.name).collect()
    }

    #[test]
    fn names_every_part_of_a_line() {
        let stream = check(b"\xef\xbb\xbf: hi\r\ndata:  two\nid\r\r");
        assert_eq!(names(&stream), ["byte order mark", "event"]);
        let event = &stream.children[1];
        assert_eq!(names(event), ["comment", "data", "id", "empty line"]);
        assert_eq!(names(&event.children[0]), ["colon", "space", "value", "line end"]);
        assert_eq!(event.find("data/value").map(|span| &*span.value), Some(" two"));
        assert_eq!(names(&event.children[2]), ["name", "line end"]);
    }

    #[test]
    fn tells_what_dispatches_nothing() {
        let stream = check(b"event: a\n\ndata: b");
        assert_eq!(names(&stream), ["block", "block"]);
        assert_eq!(stream.children[0].note, "no data: nothing is dispatched");
        assert_eq!(stream.children[1].children[0].note, "the line does not end");
        check(b"");
    }

    proptest! {
        #[test]
        fn agrees_with_the_decoder(text in "(\u{feff})?((data|event|id|x|):? ?[a가]{0,2}(\n|\r\n|\r)|(\n|\r)){0,8}(data: a)?") {
            let described = check(text.as_bytes());
            let mut stream = EventStream::new(1_000);
            stream.receive(text.as_bytes());
            let mut decoded = Vec::new();
            while let Some(dispatched) = stream.next_event().expect("no event is too large") {
                decoded.push(dispatched.event);
            }
            let events: Vec<&Span> =
                described.children.iter().filter(|child| child.name == "event").collect();
            prop_assert_eq!(events.len(), decoded.len());
            for (span, event) in events.into_iter().zip(decoded) {
                prop_assert_eq!(&*span.value, event.event);
                let lines = span.children.iter().filter(|line| line.name == "data");
                let lines: Vec<&str> = lines.map(|line| &*line.value).collect();
                prop_assert_eq!(lines.join("\n"), event.data);
            }
        }
    }
}
