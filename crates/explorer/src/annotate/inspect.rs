//! `{{#inspect ARGUMENTS}}`: what `cargo inspect ARGUMENTS` prints.
//!
//! `lines=A..B` at the end chooses lines of it, and … stands for the others.

use super::{
    Page,
    arguments::{Arguments, words},
    html,
};
use frame_inspector::command;

/// The command line and its output.
pub(super) fn draw(page: &mut Page<'_>, arguments: &str) -> Result<String, String> {
    let (typed, lines) = match arguments.rsplit_once(' ') {
        Some((typed, last)) if last.starts_with("lines=") => {
            (typed.trim(), Arguments::of(last, &["lines"])?.lines()?)
        }
        _ => (arguments, None),
    };
    let words = words(typed)?;
    if words.is_empty() || words.iter().any(|word| word == "-") {
        return Err("write what stands behind cargo inspect; there is no standard input".into());
    }
    let mut resolved = Vec::new();
    for word in &words {
        // The fixture goes beside the page, and one that is not there is told as elsewhere.
        let is_bytes = words[0] == "explain";
        match word.strip_prefix("fixtures/").filter(|_| !is_bytes) {
            Some(name) => {
                page.annotator.fixture(name)?;
                resolved.push(page.annotator.root.join(word).display().to_string());
            }
            None => resolved.push(word.clone()),
        }
    }
    let printed = command::print(resolved.iter().map(String::as_str))?;
    let printed = chosen(&printed, lines)?;
    Ok(console(&format!("cargo inspect {typed}"), &printed))
}

/// A command line with what it prints.
pub(super) fn console(command: &str, printed: &str) -> String {
    format!(
        "<pre class=\"console\" tabindex=\"0\"><code class=\"nohighlight\">\
         <span class=\"command\"><span class=\"prompt\">$ </span>{}</span>&#10;{}</code></pre>",
        html::text(command),
        html::lines(printed.trim_end())
    )
}

/// Lines `first` to `last` of a text, with … for those before and behind them.
pub(super) fn chosen(text: &str, lines: Option<(usize, usize)>) -> Result<String, String> {
    let Some((first, last)) = lines else { return Ok(text.to_owned()) };
    let all: Vec<&str> = text.trim_end().lines().collect();
    if first > all.len() || (last > all.len() && last != usize::MAX) {
        return Err(format!("there are {} lines only", all.len()));
    }
    let last = last.min(all.len());
    let mut chosen: Vec<&str> = all[first - 1..last].to_vec();
    if first > 1 {
        chosen.insert(0, "…");
    }
    if last < all.len() {
        chosen.push("…");
    }
    Ok(chosen.join("\n"))
}
