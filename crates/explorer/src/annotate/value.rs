//! `{{#value FIXTURE PATH}}`: one value, inside a sentence.

use super::{Page, html, path};

/// The value as text.
pub(super) fn draw(page: &mut Page<'_>, arguments: &str) -> Result<String, String> {
    let Some((name, at)) = arguments.split_once(' ') else {
        return Err("write a fixture and a path: {{#value websocket/rfc6455-5.7-text-masked.hex frame/masking key}}".into());
    };
    let fixture = page.annotator.fixture(name)?;
    let at = at.trim();
    let found = fixture.passages.iter().find_map(|passage| path::value(&passage.span, at));
    match found {
        Some(value) => Ok(format!("<span class=\"value\">{}</span>", html::inline(&value))),
        None => {
            let mut names = Vec::new();
            for passage in &fixture.passages {
                path::names(&passage.span, &mut names);
            }
            Err(path::unknown("field", at, names))
        }
    }
}
