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
        resolved.push(match word.strip_prefix("fixtures/") {
            Some(name) if words[0] != "explain" => {
                let is_key_log = name.ends_with(".keys");
                if !is_key_log && !page.annotator.shelf.show(name) {
                    return Err(page.annotator.shelf.unknown(name));
                }
                page.annotator.root.join(word).display().to_string()
            }
            _ => word.clone(),
        });
    }
    let printed = command::print(resolved.iter().map(String::as_str))?;
    let printed = chosen(&printed, lines)?;
    Ok(console(Some(&format!("cargo inspect {typed}")), &printed))
}

/// What a command prints, perhaps behind its command line.
pub(super) fn console(command: Option<&str>, printed: &str) -> String {
    let command = command.map_or_else(String::new, |command| {
        let command = html::text(command);
        format!("<span class=\"command\"><span class=\"prompt\">$ </span>{command}</span>&#10;")
    });
    let printed = html::lines(printed.trim_end());
    format!(
        "<pre class=\"console\" tabindex=\"0\"><code class=\"nohighlight\">{command}{printed}</code></pre>"
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
