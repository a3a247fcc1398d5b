//! `{{#bytes FIXTURE}}`: every byte with its name.
//!
//! ```text
//! <figure class="bytes">
//!   <figcaption>    what it is, and the file
//!   <section data-side="client">, one for each message
//!     <p>           11 bytes from the client
//!     <div class="bytes-hex">   <a href="#id">81</a> <a href="#id">85</a> …
//!     <table>       offset · bytes · name · value · note; a row for each span, its bits below it
//! ```

pub(super) mod choice;
mod table;

use super::{Page, arguments::Arguments, caption, fixture::Fixture, html};
use choice::Chosen;

/// The figure that stands for the directive.
pub(super) fn draw(page: &mut Page<'_>, arguments: &str) -> Result<String, String> {
    let arguments = Arguments::of(arguments, &choice::OPTIONS)?;
    let [name] = arguments.words.as_slice() else {
        return Err("write one fixture: {{#bytes websocket/rfc6455-5.7-text-masked.hex}}".into());
    };
    let fixture = page.annotator.fixture(name)?;
    let chosen = choice::choose(&fixture, &arguments)?;
    let mut figure =
        format!("<figure class=\"bytes\">{}", caption(page, &fixture.name, &fixture.title));
    for part in &chosen {
        figure.push_str(&section(page, &fixture, part));
    }
    figure.push_str("</figure>");
    Ok(figure)
}

/// The figure of bytes that a reader has typed; each of its ids has `typed` in it.
pub(super) fn draw_typed(page: &mut Page<'_>, fixture: &Fixture) -> String {
    let mut figure = String::from("<figure class=\"bytes\">");
    for (number, passage) in (1..).zip(&fixture.passages) {
        let label = format!("-typed-{number}");
        figure.push_str(&section(page, fixture, &Chosen { label, passage, span: &passage.span }));
    }
    figure.push_str("</figure>");
    figure
}

fn section(page: &mut Page<'_>, fixture: &Fixture, chosen: &Chosen<'_>) -> String {
    let Chosen { label, passage, span } = chosen;
    let id = format!("bytes-{}{label}", html::slug(fixture.name.trim_end_matches(".hex")));
    let side = match passage.from {
        Some(side) => format!(" data-side=\"{side}\""),
        None => String::new(),
    };
    let said = said(chosen);
    let rows = table::Rows::of(page, &id, passage, span);
    format!(
        "<section class=\"bytes-passage\"{side}><p class=\"bytes-said\">{said}</p>\
         <div class=\"bytes-hex\" role=\"group\" aria-label=\"the bytes; each group is a link to its row\">{}</div>\
         <div class=\"bytes-scroll\" role=\"group\" aria-label=\"{said}\" tabindex=\"0\">{}</div></section>",
        rows.hex, rows.table
    )
}

/// Who sent how much, and from where in the stream.
fn said(chosen: &Chosen<'_>) -> String {
    let Chosen { passage, span, .. } = chosen;
    if let Some(number) = passage.packet {
        return format!("packet {number} of the capture, {} bytes", span.len());
    }
    let count = match span.len() {
        1 => "1 byte".to_owned(),
        len => format!("{len} bytes"),
    };
    let from = match passage.from {
        Some(side) => format!(" from the {side}"),
        None => String::new(),
    };
    let connection = match passage.connection {
        Some(number) => format!(", connection {number}"),
        None => String::new(),
    };
    let carriers = match passage.carriers.as_slice() {
        [] => String::new(),
        [one] => format!(", packet {one}"),
        [first, .., last] => format!(", packets {first} to {last}"),
    };
    let offset = passage.offset + span.range.start as u64;
    format!("{count}{from}, from offset {offset} of its stream{connection}{carriers}")
}
