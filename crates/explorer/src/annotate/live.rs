//! `{{#try key}}` and `{{#try bytes FIXTURE}}`: places that come to life under `cargo explore`.
//!
//! A page holds `<section class="try" data-try="key">`, or `data-try="bytes"` with
//! the bytes as hexadecimal in `data-bytes` and, where it is known, who sent them
//! in `data-from`. A script fills it where the page's server can answer; without
//! one the sentence inside stays.

use super::{Page, arguments::Arguments, bytes::choice, html};
use wire::hex;

/// The place for it.
pub(super) fn draw(page: &mut Page<'_>, arguments: &str) -> Result<String, String> {
    let arguments = Arguments::of(arguments, &choice::OPTIONS)?;
    let words: Vec<&str> = arguments.words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["key"] => Ok(section("key", "", "type a key and follow the arithmetic")),
        ["bytes", name] => {
            let fixture = page.annotator.fixture(name)?;
            let chosen = choice::choose(&fixture, &arguments)?;
            let Some(first) = chosen.first() else { return Err("there are no bytes".into()) };
            if chosen.iter().any(|part| part.passage.from != first.passage.from) {
                return Err(format!("{name} has bytes of both sides; choose with message=N"));
            }
            let bytes: Vec<u8> = chosen
                .iter()
                .flat_map(|part| part.passage.bytes.get(part.span.range.clone()))
                .flatten()
                .copied()
                .collect();
            let name = html::text(name);
            let mut data =
                format!(" data-fixture=\"{name}\" data-bytes=\"{}\"", hex::spaced(&bytes));
            if let Some(side) = first.passage.from {
                data.push_str(&format!(" data-from=\"{side}\""));
            }
            Ok(section("bytes", &data, "change these bytes and see what becomes of them"))
        }
        _ => Err("write {{#try key}} or {{#try bytes FIXTURE}}".into()),
    }
}

fn section(what: &str, data: &str, promise: &str) -> String {
    format!(
        "<section class=\"try\" data-try=\"{what}\"{data}><p>Run <code>cargo explore</code> and open \
         this page there: then you can {promise} here.</p></section>"
    )
}
