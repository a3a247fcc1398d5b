//! A line end in an id becomes a field of its own.

/// An event that is to be sent.
#[derive(Debug, Clone, Copy, Default)]
pub struct Event<'a> {
    /// Its type; `None` is `message`, for which no line is needed.
    pub kind: Option<&'a str>,
    /// Its id; `None` leaves the one that is in force, and an empty one resets it.
    pub id: Option<&'a str>,
    /// Its text. It may have line ends, and may be empty.
    pub data: &'a str,
}

/// The lines of the event, each with an LF behind it, and the empty line that ends it.
///
/// The page must get the text that was given, with one exception: LF, CR LF and CR all end
/// a line of an event stream, so each of them in the text begins a new `data` line, and
/// arrives as LF. A space at the beginning of a line of text must arrive too.
///
/// `None` for what cannot be written: a type or an id with CR or LF in it, and an id with NUL,
/// which browsers ignore.
pub fn encode(event: &Event<'_>) -> Option<String> {
    let breaks_a_line = |text: &str| text.contains(['\r', '\n']);
    let mut text = String::new();
    if let Some(kind) = event.kind {
        if breaks_a_line(kind) {
            return None;
        }
        push_line(&mut text, "event", kind);
    }
    if let Some(id) = event.id {
        if id.contains('\0') {
            return None;
        }
        push_line(&mut text, "id", id);
    }
    for line in event.data.replace("\r\n", "\n").split(['\r', '\n']) {
        push_line(&mut text, "data", line);
    }
    text.push('\n');
    Some(text)
}

fn push_line(text: &mut String, name: &str, value: &str) {
    text.push_str(name);
    // The space is the one that the reader drops, so that one in the value stays.
    text.push_str(": ");
    text.push_str(value);
    text.push('\n');
}
