//! UTF-8 that arrives in pieces (RFC 6455 8.1, RFC 3629).
//!
//! A character may be cut by a frame's end or by a packet's end; only the end
//! of the message must not cut one.
//!
//! ```text
//! 한 = ed 95 9c        text, FIN 0: ed 95   continuation, FIN 1: 9c
//! ```
//!
//! A wrong byte is noticed when it arrives, not when its frame ends:
//!
//! ```
//! use frame::utf8::{Invalid, Validator};
//!
//! let mut text = Validator::new();
//! assert_eq!(text.receive(b"a\xf4"), Ok(()));            // may become U+100000 and more
//! assert_eq!(text.receive(b"\x90"), Err(Invalid { at: 1 })); // above U+10FFFF, so it may not
//! ```
//!
//! Book: chapter 8.

use std::str;

/// Validates a text piece by piece.
#[derive(Debug, Clone, Default)]
pub struct Validator {
    /// How many bytes came before the open character.
    valid: u64,
    /// The beginning of a character whose rest has not come: 0 to 3 bytes.
    open: [u8; 3],
    open_len: usize,
    failed: bool,
}

/// Not UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not UTF-8 at byte {at} of the text")]
pub struct Invalid {
    /// How many bytes of the text are valid; the character that begins there is not.
    pub at: u64,
}

impl Validator {
    /// At the beginning of a text.
    pub fn new() -> Self {
        Validator::default()
    }

    /// Takes the next piece.
    ///
    /// # Errors
    /// The piece holds a byte that no continuation can make valid.
    #[inline]
    pub fn receive(&mut self, piece: &[u8]) -> Result<(), Invalid> {
        self.read(piece, |_| {})
    }

    /// Whether an offending byte has come; what follows it need not be checked.
    pub fn has_failed(&self) -> bool {
        self.failed
    }

    /// Ends the text.
    ///
    /// # Errors
    /// The text ends inside a character.
    pub fn finish(&self) -> Result<(), Invalid> {
        match self.open_len {
            0 => Ok(()),
            _ => Err(Invalid { at: self.valid }),
        }
    }

    /// [`receive`](Validator::receive), which hands on what is text for sure:
    /// whole characters.
    #[inline]
    fn read(&mut self, piece: &[u8], take: impl FnMut(&str)) -> Result<(), Invalid> {
        let verdict = self.check(piece, take);
        self.failed |= verdict.is_err();
        verdict
    }

    #[inline]
    fn check(&mut self, mut piece: &[u8], mut take: impl FnMut(&str)) -> Result<(), Invalid> {
        while self.open_len > 0 {
            let Some((&byte, rest)) = piece.split_first() else { return Ok(()) };
            self.receive_byte(byte, &mut take)?;
            piece = rest;
        }
        // The fast check knows only yes and no, so a character that the piece
        // cuts is laid aside first.
        let (whole, open) = piece.split_at(piece.len() - cut_character(piece));
        let Ok(text) = simdutf8::basic::from_utf8(whole) else {
            return Err(self.locate(piece));
        };
        self.valid += whole.len() as u64;
        take(text);
        for &byte in open {
            self.receive_byte(byte, &mut take)?;
        }
        Ok(())
    }

    /// One byte of a character that a piece's end cuts.
    // ANCHOR: byte
    fn receive_byte(&mut self, byte: u8, take: &mut impl FnMut(&str)) -> Result<(), Invalid> {
        let mut character = [0; 4];
        character[..self.open_len].copy_from_slice(&self.open[..self.open_len]);
        character[self.open_len] = byte;
        let character = &character[..self.open_len + 1];
        match str::from_utf8(character) {
            Ok(character) => {
                self.valid += character.len() as u64;
                self.open_len = 0;
                take(character);
                Ok(())
            }
            // `None` means that it ends too early: more bytes could make it valid.
            Err(error) if error.error_len().is_none() => {
                self.open[self.open_len] = byte;
                self.open_len += 1;
                Ok(())
            }
            Err(_) => Err(Invalid { at: self.valid }),
        }
    }
    // ANCHOR_END: byte

    #[cold]
    fn locate(&self, piece: &[u8]) -> Invalid {
        let at = match simdutf8::compat::from_utf8(piece) {
            Ok(_) => piece.len(),
            Err(error) => error.valid_up_to(),
        };
        Invalid { at: self.valid + at as u64 }
    }
}

/// A text that is put together from pieces. Each piece is checked when it
/// arrives, and nothing is checked again when the whole is lent as `str`.
#[derive(Debug, Default)]
pub(crate) struct Text {
    validator: Validator,
    /// The whole characters so far, while all is well.
    text: String,
    /// Everything so far, once it is known to be no text.
    bytes: Vec<u8>,
}

impl Text {
    /// Begins another text.
    pub(crate) fn clear(&mut self) {
        self.validator = Validator::new();
        self.text.clear();
        self.bytes.clear();
    }

    /// Takes the next piece.
    ///
    /// # Errors
    /// It makes the text invalid, which is said once. The bytes are kept all the same.
    pub(crate) fn receive(&mut self, piece: &[u8]) -> Result<(), Invalid> {
        if self.validator.failed {
            self.bytes.extend_from_slice(piece);
            return Ok(());
        }
        let Validator { open, open_len, .. } = self.validator;
        let before = self.text.len();
        let verdict = self.validator.read(piece, |text| self.text.push_str(text));
        if verdict.is_err() {
            self.text.truncate(before);
            self.keep_bytes(&open[..open_len]);
            self.bytes.extend_from_slice(piece);
        }
        verdict
    }

    /// Checks the next piece of a text that somebody else keeps.
    ///
    /// # Errors
    /// It makes the text invalid, which is said once.
    pub(crate) fn check(&mut self, piece: &[u8]) -> Result<(), Invalid> {
        if self.validator.failed { Ok(()) } else { self.validator.receive(piece) }
    }

    /// Ends the text.
    ///
    /// # Errors
    /// It ends inside a character, and was valid so far.
    pub(crate) fn finish(&mut self) -> Result<(), Invalid> {
        if self.validator.failed {
            return Ok(());
        }
        let verdict = self.validator.finish();
        if verdict.is_err() {
            let Validator { open, open_len, .. } = self.validator;
            self.validator.failed = true;
            self.keep_bytes(&open[..open_len]);
        }
        verdict
    }

    /// What has come so far, but for a character that is not whole.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        if self.validator.failed { &self.bytes } else { self.text.as_bytes() }
    }

    /// The text, unless it is none.
    pub(crate) fn as_str(&self) -> Option<&str> {
        (!self.validator.failed).then_some(&self.text)
    }

    /// It is no text: from here on only its bytes are kept.
    fn keep_bytes(&mut self, open: &[u8]) {
        self.bytes = std::mem::take(&mut self.text).into_bytes();
        self.bytes.extend_from_slice(open);
    }
}

/// How many bytes at the end of `piece` begin a character without ending it: 0 to 3.
fn cut_character(piece: &[u8]) -> usize {
    for (back, &byte) in (1..=3).zip(piece.iter().rev()) {
        let len = match byte {
            0x80..=0xbf => continue, // 10xxxxxx: inside a character
            0xc0..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xff => 4,
            0x00..=0x7f => 1,
        };
        return if len > back { back } else { 0 };
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Feeds `bytes` in two pieces; where it fails, and after how many bytes it knew.
    fn verdict(bytes: &[u8], cut: usize) -> Result<(), Invalid> {
        let mut validator = Validator::new();
        let (left, right) = bytes.split_at(cut.min(bytes.len()));
        validator.receive(left)?;
        validator.receive(right)?;
        validator.finish()
    }

    #[test]
    fn fails_with_the_offending_byte() {
        // κόσμε, then a character above U+10FFFF (Autobahn 6.4)
        let text = b"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xf4\x90\x80\x80edited";
        let mut validator = Validator::new();
        for &byte in &text[..12] {
            assert_eq!(validator.receive(&[byte]), Ok(()));
        }
        assert_eq!(validator.receive(&text[12..13]), Err(Invalid { at: 11 }));
    }

    #[test]
    fn refuses_surrogates_overlong_forms_and_stray_bytes() {
        for bytes in [&b"\xed\xa0\x80"[..], b"\xc0\xaf", b"\xe0\x80\xaf", b"\x80", b"\xff"] {
            for cut in 0..bytes.len() {
                assert_eq!(verdict(bytes, cut), Err(Invalid { at: 0 }), "{bytes:x?} cut at {cut}");
            }
        }
    }

    #[test]
    fn a_text_does_not_end_inside_a_character() {
        assert_eq!(verdict("한".as_bytes(), 1), Ok(()));
        assert_eq!(verdict(b"a\xed\x95", 1), Err(Invalid { at: 1 }));
    }

    #[test]
    fn a_text_in_pieces_keeps_its_bytes_whatever_they_are() {
        for (pieces, valid) in [
            (&[&b"a\xed"[..], b"\x95", b"\x9cb"][..], true),
            (&[b"a\xed", b"\x95", b"b", b"c\xff"], false),
            (&[b"ok\xed\x95", b"\x9cok\xff\xed", b"\x95"], false),
            (&[b"ok", b"\xed\x95"], false),
        ] {
            let mut text = Text::default();
            let said = pieces.iter().filter(|piece| text.receive(piece).is_err()).count();
            let said = said + usize::from(text.finish().is_err());
            assert_eq!(said, usize::from(!valid), "{pieces:x?}");
            assert_eq!(text.as_bytes(), pieces.concat());
            assert_eq!(text.as_str(), str::from_utf8(&pieces.concat()).ok());
        }
    }

    proptest! {
        #[test]
        fn agrees_with_the_standard_library(
            text in "\\PC{0,40}", junk: Vec<u8>, cut in 0_usize..200, pure: bool,
        ) {
            let mut bytes = text.into_bytes();
            if !pure {
                bytes.extend(junk);
            }
            let want = str::from_utf8(&bytes).map(drop);
            let want = want.map_err(|error| Invalid { at: error.valid_up_to() as u64 });
            prop_assert_eq!(verdict(&bytes, cut), want);
        }
    }
}
