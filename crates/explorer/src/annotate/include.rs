//! mdBook's `{{#include FILE:ANCHOR}}`: does it lead anywhere? And a listing without
//! the indentation that it has in its file.

use std::{fs, path::Path};

/// Follows an include.
///
/// What stands between anchors comes back as a listing, without the spaces that all its
/// lines begin with; none where mdBook includes a whole file.
///
/// # Errors
/// A sentence: the file is not there, or the anchor not in it.
pub(super) fn follow(root: &Path, page: &Path, argument: &str) -> Result<Option<String>, String> {
    let (file, anchor) = match argument.split_once(':') {
        Some((file, anchor)) => (file, Some(anchor)),
        None => (argument, None),
    };
    let path = root.join(page).parent().unwrap_or(root).join(file);
    let text = fs::read_to_string(&path).map_err(|error| format!("{file}: {error}"))?;
    let Some(anchor) = anchor else { return Ok(None) };
    if anchor.split(':').all(|part| part.bytes().all(|byte| byte.is_ascii_digit())) {
        return Err("write an anchor, for line numbers move".into());
    }
    let mut lines = text.lines();
    if !lines.any(|line| name(line, "ANCHOR:") == Some(anchor)) {
        let anchors = text.lines().filter_map(|line| name(line, "ANCHOR:"));
        return Err(super::path::unknown("anchor", anchor, anchors));
    }
    let mut listing = Vec::new();
    loop {
        let Some(line) = lines.next() else {
            return Err(format!("{file}: the anchor {anchor} does not end"));
        };
        if name(line, "ANCHOR_END:") == Some(anchor) {
            return Ok(Some(without_indentation(&listing)));
        }
        if name(line, "ANCHOR:").or(name(line, "ANCHOR_END:")).is_none() {
            listing.push(line);
        }
    }
}

/// The name behind `ANCHOR:` or `ANCHOR_END:`; a comment may end behind it.
fn name<'l>(line: &'l str, keyword: &str) -> Option<&'l str> {
    line.split_once(keyword)?.1.split_whitespace().next()
}

fn without_indentation(lines: &[&str]) -> String {
    let indentation = |line: &&str| line.len() - line.trim_start_matches(' ').len();
    let full = lines.iter().filter(|line| !line.trim().is_empty());
    let common = full.map(indentation).min().unwrap_or_default();
    let shorter: Vec<&str> =
        lines.iter().map(|line| line.get(common..).unwrap_or_default()).collect();
    shorter.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_begins_at_the_margin() {
        let lines = ["    fn a() {", "", "        b();", "    }"];
        assert_eq!(without_indentation(&lines), "fn a() {\n\n    b();\n}");
    }

    #[test]
    fn an_anchor_may_stand_in_any_comment() {
        assert_eq!(name("<!-- ANCHOR: storm -->", "ANCHOR:"), Some("storm"));
        assert_eq!(name("    // ANCHOR: storm", "ANCHOR:"), Some("storm"));
        assert_eq!(name("# ANCHOR_END: storm", "ANCHOR_END:"), Some("storm"));
        assert_eq!(name("# ANCHOR_END: storm", "ANCHOR:"), None);
    }
}
