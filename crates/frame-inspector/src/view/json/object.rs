//! Writes JSON objects key by key (RFC 8259).

use base64::{Engine, prelude::BASE64_STANDARD};
use std::{fmt::Display, io::Write};

/// An object that is being written, key by key.
pub(super) struct Object<'a> {
    out: &'a mut Vec<u8>,
    is_empty: bool,
}

impl<'a> Object<'a> {
    pub(super) fn open(out: &'a mut Vec<u8>) -> Self {
        out.push(b'{');
        Object { out, is_empty: true }
    }

    pub(super) fn close(self) {
        self.out.push(b'}');
    }

    /// Writes a key. Keys are ours and need no escape.
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

    pub(super) fn number(&mut self, key: &str, number: Option<u64>) {
        match number {
            Some(number) => decimal(number, self.key(key)),
            None => self.null(key),
        }
    }

    pub(super) fn numbers(&mut self, key: &str, numbers: &[u64]) {
        array(self.key(key), numbers, |number, out| decimal(*number, out));
    }

    pub(super) fn boolean(&mut self, key: &str, value: bool) {
        self.key(key).extend_from_slice(if value { b"true" } else { b"false" });
    }

    pub(super) fn booleans(&mut self, key: &str, values: &[bool]) {
        array(self.key(key), values, |value, out| {
            out.extend_from_slice(if *value { b"true" } else { b"false" });
        });
    }

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
pub(super) fn string(text: &[u8], out: &mut Vec<u8>) {
    const BLOCK: usize = 32;
    let plain = |byte: u8| byte >= 0x20 && byte != b'"' && byte != b'\\' && byte != 0x7f;
    out.reserve(text.len() + 2);
    out.push(b'"');
    // Whole blocks without anything to escape are the common case. The fold
    // has no early end, so that the compiler can test a block at once.
    for block in text.chunks(BLOCK) {
        if block.iter().fold(true, |all, &byte| all & plain(byte)) {
            out.extend_from_slice(block);
            continue;
        }
        for &byte in block {
            match byte {
                b'"' => out.extend_from_slice(b"\\\""),
                b'\\' => out.extend_from_slice(b"\\\\"),
                b'\n' => out.extend_from_slice(b"\\n"),
                b'\r' => out.extend_from_slice(b"\\r"),
                b'\t' => out.extend_from_slice(b"\\t"),
                // DEL needs no escape in JSON, but a terminal may act on it.
                byte if !plain(byte) => {
                    let _ = write!(out, "\\u{byte:04x}");
                }
                byte => out.push(byte),
            }
        }
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

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
