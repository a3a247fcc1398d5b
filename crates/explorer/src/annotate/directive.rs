//! Where the directives of a page stand.

use std::ops::Range;

/// A directive as it stands in a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Directive<'a> {
    /// `bytes` of `{{#bytes …}}`.
    pub(super) name: &'a str,
    /// What stands behind the name.
    pub(super) arguments: &'a str,
    /// Its line, from 1.
    pub(super) line: usize,
    /// All of it in the page's text.
    pub(super) range: Range<usize>,
    /// Whether it stands in a fenced block of code.
    pub(super) is_in_fence: bool,
}

/// The directives of a page, in order, without those behind a backslash.
pub(super) fn find(text: &str) -> Vec<Directive<'_>> {
    let mut directives = Vec::new();
    let mut fence: Option<&str> = None;
    let mut start = 0;
    for (number, line) in (1..).zip(text.split_inclusive('\n')) {
        match (fence, fence_of(line)) {
            (None, opened @ Some(_)) => fence = opened,
            (Some(opened), Some(closing)) if closing.starts_with(opened) => fence = None,
            _ => {
                let own = in_line(line).map(|(name, arguments, range)| Directive {
                    name,
                    arguments,
                    line: number,
                    range: start + range.start..start + range.end,
                    is_in_fence: fence.is_some(),
                });
                directives.extend(own);
            }
        }
        start += line.len();
    }
    directives
}

/// The marks that open or close a fence (CommonMark 4.5), where a line begins with them.
fn fence_of(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let mark = line.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
    let marks = line.len() - line.trim_start_matches(mark).len();
    (marks >= 3).then(|| &line[..marks])
}

fn in_line(line: &str) -> impl Iterator<Item = (&str, &str, Range<usize>)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at + line.get(at..)?.find("{{#")?;
            let inside = start + "{{#".len();
            let end = inside + line.get(inside..)?.find("}}")?;
            at = end + "}}".len();
            if line[..start].ends_with('\\') {
                continue;
            }
            let content = &line[inside..end];
            let (name, arguments) = content.split_once(' ').unwrap_or((content, ""));
            return Some((name.trim(), arguments.trim(), start..at));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(&str, &str, usize, bool)> {
        find(text).into_iter().map(|d| (d.name, d.arguments, d.line, d.is_in_fence)).collect()
    }

    #[test]
    fn finds_directives_with_their_lines() {
        let text = "# A\n\n{{#bytes a.hex at=\"b c\"}}\nfrom {{#value a.hex b c}} to {{#value a.hex d}}.\n";
        let want = [
            ("bytes", "a.hex at=\"b c\"", 3, false),
            ("value", "a.hex b c", 4, false),
            ("value", "a.hex d", 4, false),
        ];
        assert_eq!(found(text), want);
        assert_eq!(&text[find(text)[0].range.clone()], "{{#bytes a.hex at=\"b c\"}}");
    }

    #[test]
    fn a_backslash_leaves_a_directive_as_it_is() {
        assert_eq!(
            found("write \\{{#bytes a.hex}} for {{#value b c}}"),
            [("value", "b c", 1, false)]
        );
    }

    #[test]
    fn knows_what_stands_in_a_fence() {
        let text =
            "````text\n```\n{{#include a.rs}}\n````\n{{#bytes a.hex}}\n~~~\n{{#bytes b.hex}}";
        let want = [
            ("include", "a.rs", 3, true),
            ("bytes", "a.hex", 5, false),
            ("bytes", "b.hex", 7, true),
        ];
        assert_eq!(found(text), want);
    }

    #[test]
    fn braces_that_do_not_close_are_text() {
        assert_eq!(found("{{#bytes a.hex\n}} and {{# }}"), [("", "", 2, false)]);
    }
}
