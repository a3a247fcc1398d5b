//! What people and programs say to each other: JSON with chat in it, and bytes.

use crate::random::Random;

/// Where messages are cut out of.
#[derive(Debug)]
pub struct Payloads {
    words: String,
    bytes: Vec<u8>,
}

/// The longest message.
pub const LONGEST: usize = 1 << 20;

const NAMES: [&str; 6] = ["maria", "jin", "olu", "sofia", "kenji", "amélie"];

/// Common words, and some that take more than one byte a character.
const WORDS: [&str; 32] = [
    "the",
    "meeting",
    "is",
    "at",
    "ten",
    "and",
    "we",
    "should",
    "talk",
    "about",
    "frames",
    "before",
    "lunch",
    "because",
    "it",
    "takes",
    "a",
    "while",
    "to",
    "see",
    "why",
    "every",
    "byte",
    "counts",
    "안녕하세요",
    "naïve",
    "👋",
    "ok",
    "thanks",
    "\\\"quoted\\\"",
    "tomorrow\\n",
    "3.14",
];

impl Payloads {
    /// Words and bytes of this seed.
    pub fn new(random: &mut Random) -> Self {
        let mut words = String::new();
        while words.len() < 2 * LONGEST {
            words.push_str(WORDS[random.between(0, WORDS.len() - 1)]);
            words.push(' ');
        }
        let bytes = (0..2 * LONGEST / 8).flat_map(|_| random.number().to_le_bytes()).collect();
        Payloads { words, bytes }
    }

    /// A text message of about `len` bytes.
    pub fn text(&self, len: usize, random: &mut Random, out: &mut Vec<u8>) {
        let name = NAMES[random.between(0, NAMES.len() - 1)];
        let number = random.between(1, 99_999);
        let begin = format!(r#"{{"from":"{name}","id":{number},"text":""#);
        out.extend_from_slice(begin.as_bytes());
        let rest = len.saturating_sub(begin.len() + 2);
        let start = self.character_at(random.between(0, self.words.len() - rest));
        let end = self.character_at(start + rest);
        // A backslash at the end would escape the quote behind it.
        let text = self.words[start..end].trim_end_matches('\\');
        out.extend_from_slice(text.as_bytes());
        out.extend_from_slice(b"\"}");
    }

    /// A binary message of `len` bytes.
    pub fn binary(&self, len: usize, random: &mut Random) -> &[u8] {
        let start = random.between(0, self.bytes.len() - len);
        &self.bytes[start..start + len]
    }

    /// Where the character begins that has this byte.
    fn character_at(&self, index: usize) -> usize {
        self.words.floor_char_boundary(index.min(self.words.len()))
    }
}
