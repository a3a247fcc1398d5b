//! Colours, and what may be shown of other people's bytes.

use anstyle::{AnsiColor, Style};
use std::fmt;

/// A text with a style. The stream below strips styles where a terminal or
/// `NO_COLOR` wants none.
#[derive(Debug, Clone)]
pub(crate) struct Paint {
    style: Style,
    text: String,
}

impl Paint {
    pub(crate) fn bold(text: impl Into<String>) -> Paint {
        Paint { style: Style::new().bold(), text: text.into() }
    }

    pub(crate) fn dim(text: impl Into<String>) -> Paint {
        Paint { style: Style::new().dimmed(), text: text.into() }
    }

    /// What the client sent.
    pub(crate) fn client(text: impl Into<String>) -> Paint {
        Paint { style: AnsiColor::Cyan.on_default(), text: text.into() }
    }

    /// What the server sent.
    pub(crate) fn server(text: impl Into<String>) -> Paint {
        Paint { style: AnsiColor::Magenta.on_default(), text: text.into() }
    }

    pub(crate) fn good(text: impl Into<String>) -> Paint {
        Paint { style: AnsiColor::Green.on_default(), text: text.into() }
    }

    pub(crate) fn doubtful(text: impl Into<String>) -> Paint {
        Paint { style: AnsiColor::Yellow.on_default(), text: text.into() }
    }

    pub(crate) fn bad(text: impl Into<String>) -> Paint {
        Paint { style: AnsiColor::Red.on_default().bold(), text: text.into() }
    }
}

impl fmt::Display for Paint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Paint { style, text } = self;
        write!(f, "{style}{text}{style:#}")
    }
}

/// At most `limit` characters of `bytes`, safe to show: what a terminal would
/// act on (control characters, marks that turn the writing direction) is
/// escaped, and so are a byte order mark, which nobody sees, and what is not UTF-8.
pub fn quoted(bytes: &[u8], limit: usize) -> String {
    let mut text = String::new();
    let mut shown = 0;
    for chunk in bytes.utf8_chunks() {
        for char in chunk.valid().chars() {
            if shown == limit {
                text.push('…');
                return text;
            }
            shown += 1;
            match char {
                '\n' => text.push_str("\\n"),
                '\r' => text.push_str("\\r"),
                '\t' => text.push_str("\\t"),
                char if char.is_control() || char == '\u{feff}' || turns_direction(char) => {
                    text.extend(char.escape_unicode());
                }
                char => text.push(char),
            }
        }
        for byte in chunk.invalid() {
            shown += 1;
            text.push_str(&format!("\\x{byte:02x}"));
        }
    }
    text
}

fn turns_direction(char: char) -> bool {
    matches!(char, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_what_a_terminal_would_act_on() {
        assert_eq!(quoted(b"\x1b[2J\x07\r\n", 80), r"\u{1b}[2J\u{7}\r\n");
        assert_eq!(quoted("a\u{202e}b\u{9b}c".as_bytes(), 80), r"a\u{202e}b\u{9b}c");
        assert_eq!(quoted(b"ok\xff\xfe", 80), r"ok\xff\xfe");
        assert_eq!(quoted("한글 👋".as_bytes(), 80), "한글 👋");
    }

    #[test]
    fn shows_no_more_than_it_is_asked_for() {
        assert_eq!(quoted("가나다라".as_bytes(), 3), "가나다…");
        assert_eq!(quoted(b"abc", 3), "abc");
    }
}
