//! What nobody should have to read.

/// Why a name, a message or a key is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// There is nothing in it to read.
    #[error("it is empty")]
    Empty,
    /// It is too long.
    #[error("it has {len} {unit}; at most {most} are allowed")]
    TooLong {
        /// How long it is.
        len: usize,
        /// How long it may be.
        most: usize,
        /// Of what: characters or bytes.
        unit: &'static str,
    },
    /// It has a character that does something instead of being read.
    #[error("it has the control character U+{0:04X}")]
    Control(u32),
    /// A key that is none.
    #[error("a key has 1 to {most} visible ASCII characters", most = MAX_KEY)]
    Key,
}

/// The longest key, in bytes.
const MAX_KEY: usize = 64;

/// A message: it may have lines.
pub(super) fn message(text: &str, most: usize) -> Result<&str, Refused> {
    let len = text.len();
    if len > most {
        return Err(Refused::TooLong { len, most, unit: "bytes" });
    }
    readable(text, |char| matches!(char, '\n' | '\t'))
}

/// What a member calls a message.
pub(super) fn key(text: &str) -> Result<&str, Refused> {
    let fits =
        (1..=MAX_KEY).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    if fits { Ok(text) } else { Err(Refused::Key) }
}

/// A text that can be read, and does nothing but being read.
pub(super) fn readable(text: &str, welcome: fn(char) -> bool) -> Result<&str, Refused> {
    if let Some(char) = text.chars().find(|&char| is_control(char) && !welcome(char)) {
        return Err(Refused::Control(char as u32));
    }
    match text.chars().all(|char| char.is_whitespace() || is_invisible(char)) {
        true => Err(Refused::Empty),
        false => Ok(text),
    }
}

/// The control characters, and those that turn the direction of what follows: with
/// them a name can rewrite the line that it stands in.
fn is_control(char: char) -> bool {
    let turns = matches!(
        char,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0001}'
    );
    turns || char.is_control()
}

/// Characters that have their use inside a word or an emoji, and show nothing by
/// themselves: joiners, variation selectors, the fillers of Hangul, tags.
pub(super) fn is_invisible(char: char) -> bool {
    matches!(
        char,
        '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2065}'
            | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_something_instead_of_being_read_is_refused() {
        assert_eq!(message("two\nlines", 99), Ok("two\nlines"));
        assert_eq!(message("bell\u{7}", 99), Err(Refused::Control(7)));
        assert_eq!(message("\u{202e}olleh", 99), Err(Refused::Control(0x202e)));
    }

    #[test]
    fn what_shows_nothing_is_refused() {
        for text in ["", " \n\t ", "\u{3164}", "\u{200b}\u{200d}", "\u{2800}\u{fe0f}"] {
            assert_eq!(message(text, 99), Err(Refused::Empty), "{text:?}");
        }
        assert_eq!(message("👨‍👩‍👧", 99), Ok("👨‍👩‍👧"));
    }

    #[test]
    fn a_message_is_as_long_as_its_bytes() {
        assert_eq!(message("안녕", 6), Ok("안녕"));
        let refused = Refused::TooLong { len: 6, most: 5, unit: "bytes" };
        assert_eq!(message("안녕", 5), Err(refused));
    }

    #[test]
    fn a_key_is_short_and_plain() {
        assert_eq!(key("3-f00d"), Ok("3-f00d"));
        for text in ["", "a b", "키", "a\n", &"k".repeat(65)] {
            assert_eq!(key(text), Err(Refused::Key), "{text:?}");
        }
    }
}
