//! mdBook's `{{#include FILE:ANCHOR}}`: does it lead anywhere?

use std::{fs, path::Path};

/// Whether the file is there, and the anchor in it.
pub(super) fn check(root: &Path, page: &Path, argument: &str) -> Result<(), String> {
    let (file, anchor) = match argument.split_once(':') {
        Some((file, anchor)) => (file, Some(anchor)),
        None => (argument, None),
    };
    let path = root.join(page).parent().unwrap_or(root).join(file);
    let text = fs::read_to_string(&path).map_err(|error| format!("{file}: {error}"))?;
    let Some(anchor) = anchor else { return Ok(()) };
    if anchor.split(':').all(|part| part.bytes().all(|byte| byte.is_ascii_digit())) {
        return Err("write an anchor, for line numbers move".into());
    }
    let anchors: Vec<&str> = text
        .lines()
        .filter_map(|line| line.split_once("ANCHOR: ").map(|(_, name)| name.trim()))
        .collect();
    if !anchors.contains(&anchor) {
        return Err(super::path::unknown("anchor", anchor, anchors));
    }
    let end = format!("ANCHOR_END: {anchor}");
    match text.lines().any(|line| line.trim_end().ends_with(&end)) {
        true => Ok(()),
        false => Err(format!("{file}: the anchor {anchor} does not end")),
    }
}
