//! The drawing: time goes down, the client stands on the left.
//!
//! ```text
//!              client                       server
//!                │        GET /chat           │
//!     0.000412   │ ─────────────────────────▶ │
//!                │   101 Switching Protocols  │
//!     0.000913   │ ◀───────────────────────── │
//! ```
//!
//! It has no colour of its own: the classes `client`, `server` and `note` get
//! theirs from the theme, and all else is drawn in the colour of the text.

use super::{Row, Said};
use crate::annotate::html;
use std::fmt::Write;
use wire::Side;

const WIDTH: usize = 724;
/// Where the lines of life stand.
const CLIENT: usize = 96;
const SERVER: usize = 704;
const MIDDLE: usize = (CLIENT + SERVER) / 2;
/// How high a row is, and what stands above the first one.
const ROW: usize = 36;
const TOP: usize = 34;
/// How much of a text has room, in columns; Hangul takes two.
const COLUMNS: usize = 80;

/// The drawing of `rows`, whose elements have ids that begin with `id`.
pub(super) fn draw(rows: &[Row], several: bool, name: &str, id: &str) -> String {
    let height = TOP + ROW * rows.len() + 12;
    let mut drawing = format!(
        "<svg class=\"conversation-drawing\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
         height=\"{height}\" role=\"img\" aria-labelledby=\"{id}-title {id}-desc\" \
         font-size=\"13\" fill=\"currentColor\" stroke=\"none\">\
         <title id=\"{id}-title\">The conversation in {}</title>\
         <desc id=\"{id}-desc\">{}; the list below says the same in words</desc>",
        html::text(name),
        summary(rows)
    );
    for (x, who) in [(CLIENT, "client"), (SERVER, "server")] {
        let anchor = if who == "client" { "middle" } else { "end" };
        let at = if who == "client" { x } else { WIDTH };
        write!(
            drawing,
            "<text class=\"{who}\" x=\"{at}\" y=\"16\" text-anchor=\"{anchor}\" font-weight=\"bold\">{who}</text>\
             <line x1=\"{x}\" y1=\"24\" x2=\"{x}\" y2=\"{height}\" stroke=\"currentColor\" stroke-opacity=\"0.35\"/>"
        )
        .expect("a string takes it");
    }
    for (index, row) in rows.iter().enumerate() {
        drawing.push_str(&draw_row(row, TOP + ROW * index, several));
    }
    drawing.push_str("</svg>");
    drawing
}

/// A row whose upper edge is at `top`: its text, and its arrow below that.
fn draw_row(row: &Row, top: usize, several: bool) -> String {
    let (baseline, line) = (top + 15, top + 23);
    let clock = match (&row.clock, row.connection) {
        (Some(clock), Some(number)) if several => format!("#{number} {clock}"),
        (Some(clock), _) => clock.clone(),
        (None, _) => String::new(),
    };
    let mut drawn = match clock.as_str() {
        "" => String::new(),
        clock => format!(
            "<text x=\"{}\" y=\"{}\" text-anchor=\"end\" font-size=\"10\" fill-opacity=\"0.75\">{clock}</text>",
            CLIENT - 8,
            line + 3
        ),
    };
    let class = match row.what {
        Said::By(_) => "said",
        Said::Opened => "opened",
        Said::Note => "note",
        Said::LeftOut => "left-out",
    };
    let (lines, first) = match row.what {
        Said::By(_) => (vec![shortened(&row.text)], baseline),
        _ => match in_two(&row.text) {
            Some((first, second)) => (vec![first.to_owned(), shortened(second)], top + 14),
            None => (vec![shortened(&row.text)], line),
        },
    };
    for (baseline, text) in (first..).step_by(16).zip(&lines) {
        let text = html::text(text);
        write!(
            drawn,
            "<text class=\"{class}\" x=\"{MIDDLE}\" y=\"{baseline}\" text-anchor=\"middle\">{text}</text>"
        )
        .expect("a string takes it");
    }
    if let Said::By(side) = row.what {
        drawn.push_str(&arrow(side, line));
    }
    drawn
}

/// From one line of life to the other, with a head.
fn arrow(from: Side, y: usize) -> String {
    let (start, end, head) = match from {
        Side::Client => (CLIENT, SERVER, format!("M{SERVER} {y}l-9 -4.5v9z")),
        Side::Server => (SERVER, CLIENT, format!("M{CLIENT} {y}l9 -4.5v9z")),
    };
    format!(
        "<g class=\"{from}\" fill=\"currentColor\" stroke=\"currentColor\">\
         <line x1=\"{start}\" y1=\"{y}\" x2=\"{end}\" y2=\"{y}\" stroke-width=\"1.5\"/>\
         <path d=\"{head}\" stroke=\"none\"/></g>"
    )
}

/// How much each side says.
fn summary(rows: &[Row]) -> String {
    let by = |side| rows.iter().filter(|row| row.what == Said::By(side)).count();
    let (client, server) = (by(Side::Client), by(Side::Server));
    format!("{client} messages from the client, {server} from the server")
}

/// A text that has room in a row.
fn shortened(text: &str) -> String {
    match places(text).find(|(_, columns)| *columns > COLUMNS) {
        Some((place, _)) => format!("{}…", &text[..place]),
        None => text.to_owned(),
    }
}

/// A text that is too long for a row, cut at a space.
fn in_two(text: &str) -> Option<(&str, &str)> {
    let (end, _) = places(text).find(|(_, columns)| *columns > COLUMNS)?;
    text[..end].rfind(' ').map(|space| (&text[..space], text[space..].trim_start()))
}

/// Where each character begins, and how many columns are full behind it.
fn places(text: &str) -> impl Iterator<Item = (usize, usize)> {
    text.char_indices().scan(0, |columns, (place, char)| {
        // Hangul, ideographs, emoji: what comes from here on is wide enough to count so.
        *columns += if char >= '\u{1100}' { 2 } else { 1 };
        Some((place, *columns))
    })
}
