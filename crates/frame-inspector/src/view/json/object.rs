//! Writes JSON objects key by key (RFC 8259).

use base64::{Engine, prelude::BASE64_STANDARD};
use std::{fmt::Display, io::Write};

/// An object that is being written, key by key.
pub(super) struct Object<'a> {
    out: &'a mut Vec<u8>,
    is_empty: bool,
}

impl<'a> Object<'a> {
    #[inline]
    pub(super) fn open(out: &'a mut Vec<u8>) -> Self {
        out.push(b'{');
        Object { out, is_empty: true }
    }

    #[inline]
    pub(super) fn close(self) {
        self.out.push(b'}');
    }

    /// Writes a key. Keys are ours and need no escape.
    #[inline]
    pub(super) fn key(&mut self, key: &str) -> &mut Vec<u8> {
        if !self.is_empty {
            self.out.push(b',');
        }
        self.is_empty = false;
        self.out.push(b'"');
        self.out.extend_from_slice(key.as_bytes());
        self.out.extend_from_slice(b"\":");
        self.out
    }

    pub(super) fn text(&mut self, key: &str, text: &str) {
        string(text.as_bytes(), self.key(key));
    }

    /// One of our own words, which need no escape.
    #[inline]
    pub(super) fn word(&mut self, key: &str, word: &str) {
        let out = self.key(key);
        out.push(b'"');
        out.extend_from_slice(word.as_bytes());
        out.push(b'"');
    }

    pub(super) fn optional_text(&mut self, key: &str, text: Option<&str>) {
        match text {
            Some(text) => self.text(key, text),
            None => self.null(key),
        }
    }

    pub(super) fn display(&mut self, key: &str, value: impl Display) {
        // Writing to a Vec cannot fail, and nothing that comes here needs an escape.
        let _ = write!(self.key(key), "\"{value}\"");
    }

    pub(super) fn base64(&mut self, key: &str, bytes: &[u8]) {
        let out = self.key(key);
        out.push(b'"');
        let start = out.len();
        out.resize(start + bytes.len().div_ceil(3) * 4, 0);
        BASE64_STANDARD
            .encode_slice(bytes, &mut out[start..])
            .expect("four characters are there for every three bytes");
        out.push(b'"');
    }

    #[inline]
    pub(super) fn number(&mut self, key: &str, number: Option<u64>) {
        match number {
            Some(number) => decimal(number, self.key(key)),
            None => self.null(key),
        }
    }

    #[inline]
    pub(super) fn numbers(&mut self, key: &str, numbers: &[u64]) {
        array(self.key(key), numbers, |number, out| decimal(*number, out));
    }

    #[inline]
    pub(super) fn boolean(&mut self, key: &str, value: bool) {
        self.key(key).extend_from_slice(if value { b"true" } else { b"false" });
    }

    pub(super) fn booleans(&mut self, key: &str, values: &[bool]) {
        array(self.key(key), values, |value, out| {
            out.extend_from_slice(if *value { b"true" } else { b"false" });
        });
    }

    #[inline]
    pub(super) fn null(&mut self, key: &str) {
        self.key(key).extend_from_slice(b"null");
    }

    pub(super) fn object(&mut self, key: &str, fill: impl FnOnce(&mut Object<'_>)) {
        let mut inner = Object::open(self.key(key));
        fill(&mut inner);
        inner.close();
    }
}

pub(super) fn array<T>(
    out: &mut Vec<u8>,
    items: impl IntoIterator<Item = T>,
    mut item: impl FnMut(T, &mut Vec<u8>),
) {
    out.push(b'[');
    for (index, value) in items.into_iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        item(value, out);
    }
    out.push(b']');
}

fn decimal(mut number: u64, out: &mut Vec<u8>) {
    let mut digits = [0; 20];
    let mut start = digits.len();
    loop {
        start -= 1;
        digits[start] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[start..]);
}

/// A JSON string of bytes that are UTF-8 (RFC 8259 7).
pub(super) fn string(mut text: &[u8], out: &mut Vec<u8>) {
    out.reserve(text.len() + 2);
    out.push(b'"');
    loop {
        let (plain, rest) = text.split_at(plain_len(text));
        out.extend_from_slice(plain);
        let Some((&byte, rest)) = rest.split_first() else { break };
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            control => {
                // Writing to a Vec cannot fail.
                let _ = write!(out, "\\u{control:04x}");
            }
        }
        text = rest;
    }
    out.push(b'"');
}

/// How many bytes `text` begins with that need no escape.
fn plain_len(text: &[u8]) -> usize {
    let mut len = 0;
    for word in text.as_chunks::<8>().0 {
        let marks = escape_marks(u64::from_le_bytes(*word));
        if marks != 0 {
            return len + marks.trailing_zeros() as usize / 8;
        }
        len += word.len();
    }
    let rest = text[len..].iter().position(|&byte| needs_escape(byte));
    rest.map_or(text.len(), |at| len + at)
}

/// Quote, backslash, control characters; DEL too, which JSON allows, but a
/// terminal may act on it.
#[inline]
fn needs_escape(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\' || byte == 0x7f
}

/// Marks the first byte of a word that [needs an escape](needs_escape) in its
/// top bit, eight bytes at a time. A borrow of the subtraction can mark bytes
/// above the first one wrongly, so only that one counts.
#[inline]
fn escape_marks(word: u64) -> u64 {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let below = |word: u64, limit: u8| word.wrapping_sub(EACH * u64::from(limit)) & !word;
    let equal = |byte: u8| below(word ^ (EACH * u64::from(byte)), 1);
    (below(word, 0x20) | equal(b'"') | equal(b'\\') | equal(0x7f)) & (EACH << 7)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn escaped(text: &str) -> String {
        let mut out = Vec::new();
        string(text.as_bytes(), &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn strings_come_back_as_they_were() {
        for text in ["", "plain", "\"\\\n\r\t\0\x1b\x7f", "한글 👋", &"long \u{1} ".repeat(20)]
        {
            let back: String = serde_json::from_str(&escaped(text)).unwrap();
            assert_eq!(back, text);
        }
    }

    proptest! {
        #[test]
        fn any_text_comes_back_as_it_was(text in "(\\PC|[\"\\\\\\x00-\\x20\\x7f]){0,40}") {
            let back: String = serde_json::from_str(&escaped(&text)).unwrap();
            prop_assert_eq!(back, text);
        }
    }

    #[test]
    fn control_characters_never_reach_a_terminal() {
        assert_eq!(escaped("\x1b[31m\x7f"), r#""\u001b[31m\u007f""#);
    }

    #[test]
    fn numbers_are_decimal() {
        for number in [0, 9, 10, u64::MAX] {
            let mut out = Vec::new();
            decimal(number, &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), number.to_string());
        }
    }
}
