//! Bytes that a reader has typed, drawn as those of fixtures are.

use super::{Annotator, Page, bytes, fixture::Fixture, html};
use frame_inspector::explain::explain;
use std::{collections::HashSet, path::Path};
use wire::{Side, Violation};

/// The figure of `bytes`, behind the rules that they break. They are what those of
/// the fixture `like` are, and who sent them is said by `from` or by themselves.
pub(crate) fn draw(bytes: &[u8], like: &str, from: Option<Side>) -> String {
    let fixture = Fixture::typed(like, bytes);
    let annotator = Annotator::new("");
    let mut page = Page { annotator: &annotator, file: Path::new(""), ids: HashSet::new() };
    let figure = bytes::draw_typed(&mut page, &fixture);
    // An event stream breaks no rule: what a browser does not know, it skips.
    let (violations, notes) = match like.split('/').next() {
        Some("sse" | "socketio") => Default::default(),
        _ => {
            let explanation = explain(bytes, from);
            (explanation.violations, explanation.notes)
        }
    };
    let broken: String = violations.iter().map(broken).collect();
    let notes: String =
        notes.iter().map(|note| format!("<p class=\"note\">{}</p>", html::text(note))).collect();
    format!("{broken}{notes}{figure}")
}

fn broken(Violation { rule, detail }: &Violation) -> String {
    format!(
        "<aside class=\"rule\" role=\"note\"><p><strong>{}</strong> \
         <code>{}</code> {}</p><p>Here: {}</p></aside>",
        html::text(rule.sentence),
        rule.id,
        html::section(rule.section),
        html::text(detail)
    )
}
