//! The space behind the colon is kept.

use std::mem;

/// An event, as a page gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its type: `message` unless a line says otherwise.
    pub kind: String,
    /// Its text, the lines joined with LF.
    pub data: String,
    /// The last id in force. May come from an earlier event, or be empty.
    pub id: String,
}

/// The decoder of a stream.
#[derive(Debug, Default)]
pub struct EventStream {
    kind: String,
    /// Each line with an LF behind it, so that an empty line of text leaves a trace.
    data: String,
    id: String,
    last_event_id: String,
}

impl EventStream {
    /// Takes the next line, and gives an event if this line completes one.
    ///
    /// - An empty line ends an event. If no `data` line has come since the last empty line,
    ///   there is none, and its type is forgotten.
    /// - A line that begins with a colon is a comment.
    /// - Otherwise the name of a field stands before the first colon and its value behind it,
    ///   without *one* space at its beginning. Without a colon the whole line is the name, and
    ///   the value is empty.
    /// - `data` adds a line of text, `event` sets the type (an empty one is `message`).
    /// - `id` sets the id, for this event and those after it; one with a NUL in it is ignored.
    /// - All other names are ignored, and the case of a name counts.
    pub fn line(&mut self, line: &str) -> Option<Event> {
        if line.is_empty() {
            return self.dispatch();
        }
        let (name, value) = line.split_once(':').unwrap_or((line, ""));

        match name {
            "data" => {
                self.data.push_str(value);
                self.data.push('\n');
            }
            "event" => value.clone_into(&mut self.kind),
            "id" if !value.contains('\0') => value.clone_into(&mut self.id),
            // A comment is a field without a name.
            _ => {}
        }
        None
    }

    fn dispatch(&mut self) -> Option<Event> {
        self.last_event_id.clone_from(&self.id);
        let kind = mem::take(&mut self.kind);
        let mut data = mem::take(&mut self.data);
        // The LF behind the last line; without one there was no line.
        data.pop()?;
        let kind = if kind.is_empty() { "message".to_owned() } else { kind };
        Some(Event { kind, data, id: self.id.clone() })
    }

    /// What a browser that loses the line now sends as `Last-Event-ID`: the id that was in
    /// force at the last empty line. An event that was cut off has not arrived, so its id does
    /// not count.
    pub fn last_event_id(&self) -> &str {
        &self.last_event_id
    }
}
