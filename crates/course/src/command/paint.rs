//! Colours, which `anstream` leaves out where nobody would see them, or `NO_COLOR` is set.

use anstyle::{AnsiColor, Style};

/// What one looks for first.
pub(super) const LOUD: Style = Style::new().bold();

/// What one may pass over.
pub(super) const FAINT: Style = Style::new().dimmed();

/// Solved, passed.
pub(super) const GOOD: Style = AnsiColor::Green.on_default().bold();

/// Failed.
pub(super) const BAD: Style = AnsiColor::Red.on_default().bold();

/// What can be typed, or opened.
pub(super) const LINK: Style = AnsiColor::Cyan.on_default();

/// `text`, moved to the right by `by`.
pub(super) fn indented(text: &str, by: usize) -> String {
    let margin = " ".repeat(by);
    let lines = text.lines().map(|line| match line {
        "" => String::new(),
        line => format!("{margin}{line}"),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// `1 hint`, `2 hints`.
pub(super) fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
