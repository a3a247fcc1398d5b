//! `{{#conversation FIXTURE}}`: who said what, and when.
//!
//! ```text
//! <figure class="conversation">
//!   <figcaption>  the file
//!   <svg>         two lines of life, an arrow for each message, a note for each finding
//!   <details>     the same as a list of sentences
//! ```

mod svg;

use super::{Page, arguments::Arguments, caption, html, path};
use capture::Time;
use frame_inspector::{
    Options,
    event::{Event, TYPE_NAMES, What},
    view::text,
};
use wire::Side;

const OPTIONS: [&str; 3] = ["connection", "only", "lines"];

/// How many rows a drawing may have before it must be cut with `lines`.
const MAX_ROWS: usize = 80;

/// One row of the drawing.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    /// Seconds since the first event, where the capture has times.
    clock: Option<String>,
    connection: Option<u64>,
    what: Said,
    /// What stands at the arrow or in the note.
    text: String,
}

/// How a row is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    /// An arrow from this side to the other one.
    By(Side),
    /// Who talks with whom from here on.
    Opened,
    /// What the inspector says about it.
    Note,
    /// Rows that were left out.
    LeftOut,
}

/// The figure that stands for the directive.
pub(super) fn draw(page: &mut Page<'_>, arguments: &str) -> Result<String, String> {
    let arguments = Arguments::of(arguments, &OPTIONS)?;
    let (name, frames) = match arguments.words.as_slice() {
        [name] => (name, false),
        [name, word] if word == "frames" => (name, true),
        _ => return Err("write one fixture: {{#conversation captures/polling.pcapng}}".into()),
    };
    let rows = cut(rows(page, name, frames, &arguments)?, &arguments)?;
    let id = page.unique(format!("conversation-{}", html::slug(name)));
    let several = has_several_connections(&rows);
    let drawing = svg::draw(&rows, several, name, &id);
    let list: Vec<String> = rows.iter().map(|row| row.list_item(several)).collect();
    Ok(format!(
        "<figure class=\"conversation\">{}<div class=\"conversation-scroll\" role=\"group\" \
         aria-label=\"a drawing of the conversation\" tabindex=\"0\">{drawing}</div>\
         <details><summary>The same as text</summary><ol>{}</ol></details></figure>",
        caption(page, name, ""),
        list.concat()
    ))
}

/// A row for each event that the options let through.
fn rows(
    page: &Page<'_>,
    name: &str,
    frames: bool,
    arguments: &Arguments,
) -> Result<Vec<Row>, String> {
    let only: Option<Vec<&str>> = arguments.option("only").map(|only| only.split(',').collect());
    for kind in only.iter().flatten() {
        if !TYPE_NAMES.contains(kind) {
            return Err(path::unknown("type", kind, TYPE_NAMES));
        }
    }
    let frames = frames || only.iter().flatten().any(|kind| *kind == "frame");
    let connection = arguments.number("connection")?.map(|number| number as u64);
    let mut start = None;
    let mut rows = Vec::new();
    let options = Options { frames, ..Options::default() };
    page.annotator.shelf.replay(name, &options, &mut |event: &Event<'_>| {
        let start = *start.get_or_insert(event.time);
        let is_chosen = connection.is_none_or(|number| event.connection == Some(number));
        let kind = event.what.type_name();
        if is_chosen && only.as_ref().is_none_or(|only| only.contains(&kind)) {
            rows.push(Row::of(event, start));
        }
    })?;
    match rows.is_empty() {
        true => Err(format!("{name} has no such events")),
        false => Ok(rows),
    }
}

/// The rows that `lines` chooses, with a sign for those left out.
fn cut(rows: Vec<Row>, arguments: &Arguments) -> Result<Vec<Row>, String> {
    let count = rows.len();
    let Some((first, last)) = arguments.lines()? else {
        return match count > MAX_ROWS {
            true => Err(format!("{count} rows are too many for a drawing; choose with lines=A..B")),
            false => Ok(rows),
        };
    };
    if first > count || (last > count && last != usize::MAX) {
        return Err(format!("there are {count} rows only"));
    }
    let last = last.min(count);
    let mut chosen: Vec<Row> = rows.into_iter().take(last).skip(first - 1).collect();
    if first > 1 {
        chosen.insert(0, Row::left_out());
    }
    if last < count {
        chosen.push(Row::left_out());
    }
    Ok(chosen)
}

impl Row {
    fn of(event: &Event<'_>, start: Option<Time>) -> Self {
        let said = text::said(event);
        let line = said.iter().map(|line| line.trim()).collect::<Vec<_>>().join("  ");
        // The sign at a line's beginning is drawn, not written.
        let (what, text) = match (&event.what, event.what.from()) {
            (What::Opened(_), _) => (Said::Opened, line.as_str()),
            (What::Violation { .. } | What::Gap { .. }, _) | (_, None) => {
                (Said::Note, line.as_str())
            }
            (_, Some(side)) => {
                (Said::By(side), line.trim_start_matches(['─', '▶', '◀']).trim_start())
            }
        };
        let text = text.to_owned();
        Row { clock: clock(event.time, start), connection: event.connection, what, text }
    }

    fn left_out() -> Self {
        Row { clock: None, connection: None, what: Said::LeftOut, text: "…".to_owned() }
    }

    /// The row as a sentence.
    fn list_item(&self, several: bool) -> String {
        let Row { clock, connection, what, text } = self;
        let clock = clock.as_ref().map_or_else(String::new, |clock| format!("{clock} s, "));
        let connection = match connection {
            Some(number) if several => format!("connection {number}, "),
            _ => String::new(),
        };
        let (class, who) = match what {
            Said::By(side) => (side.to_string(), format!("the {side}: ")),
            Said::Opened => ("opened".to_owned(), "opened: ".to_owned()),
            Said::Note | Said::LeftOut => ("note".to_owned(), String::new()),
        };
        let text = html::text(text);
        match what {
            Said::LeftOut => format!("<li class=\"{class}\">{text}</li>"),
            _ => format!("<li class=\"{class}\">{clock}{connection}{who}{text}</li>"),
        }
    }
}

fn has_several_connections(rows: &[Row]) -> bool {
    let mut numbers = rows.iter().filter_map(|row| row.connection);
    let first = numbers.next();
    numbers.any(|number| Some(number) != first)
}

/// Seconds since the first event.
fn clock(time: Option<Time>, start: Option<Time>) -> Option<String> {
    let (time, start) = (time?.nanos, start?.nanos);
    let (sign, micros) = (if time < start { "-" } else { "" }, time.abs_diff(start) / 1000);
    Some(format!("{sign}{}.{:06}", micros / 1_000_000, micros % 1_000_000))
}
