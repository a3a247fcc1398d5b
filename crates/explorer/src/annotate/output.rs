//! `{{#output crates/X/tests/snapshots/NAME.snap}}`: what a test holds a program to.

use super::{
    Page,
    arguments::Arguments,
    inspect::{chosen, console},
    path,
};
use std::{fs, path::Path};

/// The text of a snapshot in a block.
pub(super) fn draw(page: &mut Page<'_>, arguments: &str) -> Result<String, String> {
    let arguments = Arguments::of(arguments, &["lines"])?;
    let [name] = arguments.words.as_slice() else {
        return Err("write one snapshot: {{#output crates/X/tests/snapshots/NAME.snap}}".into());
    };
    let is_inside = name.starts_with("crates/") && !name.split('/').any(|part| part == "..");
    let file = page.annotator.root.join(name);
    let text = match fs::read_to_string(&file) {
        Ok(text) if is_inside && name.ends_with(".snap") => text,
        _ => return Err(unknown(&page.annotator.root, Path::new(name))),
    };
    let text = chosen(&without_head(&text), arguments.lines()?)?;
    Ok(console(None, &text))
}

/// The names in the folder of a snapshot that is not there.
fn unknown(root: &Path, name: &Path) -> String {
    let folder = name.parent().unwrap_or(name);
    let entries = fs::read_dir(root.join(folder)).into_iter().flatten().flatten();
    let names: Vec<String> = entries
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| name.ends_with(".snap"))
        .map(|name| folder.join(name).display().to_string())
        .collect();
    path::unknown("snapshot", &name.display().to_string(), names.iter().map(String::as_str))
}

/// What stands behind insta's head, which lies between two lines `---`.
fn without_head(text: &str) -> String {
    let behind = text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n"));
    behind.map_or(text, |(_, behind)| behind).to_owned()
}
