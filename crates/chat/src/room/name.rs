//! Names: readable, and told apart by how they look.

use super::text::{self, Refused, is_invisible};
use std::{
    hash::{Hash, Hasher},
    sync::Arc,
};
use unicode_normalization::UnicodeNormalization;

/// A name. Two names are the same if people take them for the same: capitals,
/// invisible characters and the way of writing 한 in pieces make no difference.
#[derive(Debug, Clone)]
pub struct Name {
    text: Arc<str>,
    folded: Box<str>,
}

impl Name {
    /// A name of at most so many characters, without the white space around it.
    ///
    /// # Errors
    /// It is empty, too long, or has a character that does something else than be read.
    pub fn decode(text: &str, most: usize) -> Result<Name, Refused> {
        // Before anything is made of it. A character has at most four bytes, and one
        // that comes in pieces has seldom more than three.
        if text.len() > most.saturating_mul(16) {
            return Err(Refused::TooLong { len: text.chars().count(), most, unit: "characters" });
        }
        let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
        let name: String = words.join(" ").nfc().collect();
        let name = name.trim();
        let len = name.chars().count();
        if len > most {
            return Err(Refused::TooLong { len, most, unit: "characters" });
        }
        Ok(Name::of(text::readable(name, |_| false)?))
    }

    // ANCHOR: folded
    pub(super) fn of(text: &str) -> Name {
        let visible = text.chars().filter(|&char| !is_invisible(char));
        let folded: String = visible.nfkc().flat_map(char::to_lowercase).nfkc().collect();
        Name { text: text.into(), folded: folded.into() }
    }
    // ANCHOR_END: folded

    /// The same with a number behind it, and not longer than `most` characters.
    pub(super) fn numbered(&self, number: u64, most: usize) -> Name {
        let number = format!("-{number}");
        let room = most.saturating_sub(number.len());
        let text: String = self.text.chars().take(room).collect();
        Name::of(&(text + &number))
    }

    /// How it is written.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// What is the same for all names that are the same.
    pub fn folded(&self) -> &str {
        &self.folded
    }

    /// How it is written, for good.
    pub fn into_text(self) -> Arc<str> {
        self.text
    }

    /// Whether both are written in the same way, too.
    pub(super) fn is_written_as(&self, other: &Name) -> bool {
        self.text == other.text
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Name) -> bool {
        self.folded == other.folded
    }
}

impl Eq for Name {}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.folded.hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Name {
        Name::decode(text, 32).unwrap()
    }

    #[test]
    fn is_trimmed_and_counted_in_characters() {
        assert_eq!(&**Name::decode("  김철수 ", 3).unwrap().text(), "김철수");
        assert_eq!(&**name("Ada   Lovelace").text(), "Ada Lovelace");
        assert_eq!(&**name("👋🏽").text(), "👋🏽");
        let refused = Refused::TooLong { len: 4, most: 3, unit: "characters" };
        assert_eq!(Name::decode("Ada!", 3).unwrap_err(), refused);
        assert_eq!(Name::decode(" \u{3000} ", 3).unwrap_err(), Refused::Empty);
    }

    #[test]
    fn cannot_rewrite_the_line_it_stands_in() {
        for (text, character) in [("a\nb", 0xa), ("\u{202e}nimda", 0x202e), ("a\u{2067}", 0x2067)] {
            assert_eq!(Name::decode(text, 9).unwrap_err(), Refused::Control(character), "{text:?}");
        }
    }

    #[test]
    fn names_that_look_the_same_are_the_same() {
        let pieces = "\u{1112}\u{1161}\u{11ab}";
        for (one, other) in [
            ("Ada", "ADA"),
            ("Ada", "A\u{200b}da"),
            ("Ada", "Ａｄａ"),
            ("한", pieces),
            ("Ada Lovelace", " Ada  Lovelace"),
            ("straße", "STRAẞE"),
        ] {
            assert_eq!(name(one), name(other), "{one:?} {other:?}");
        }
        assert_eq!(&**name(pieces).text(), "한");
        assert_ne!(name("Ada"), name("Eda"));
    }

    #[test]
    fn a_number_behind_it_makes_it_no_longer_than_allowed() {
        let long = name(&"가".repeat(32));
        let numbered = long.numbered(1_234, 32);
        assert_eq!(numbered.text().chars().count(), 32);
        assert!(numbered.text().ends_with("가-1234"));
    }

    #[test]
    fn what_is_far_too_long_is_not_even_taken_apart() {
        let refused = Name::decode(&"a".repeat(1 << 20), 32).unwrap_err();
        assert_eq!(refused, Refused::TooLong { len: 1 << 20, most: 32, unit: "characters" });
    }
}
