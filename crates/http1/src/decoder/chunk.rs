//! The line before the data of a chunk.
//!
//! RFC 9112 7.1.
//!
//! ```text
//! 5 CR LF hello CR LF              chunk-size, data
//! 6;note="a;b" CR LF  world CR LF  chunk-size, chunk-ext, data
//! 0 CR LF                          the last chunk has no data
//! CR LF                            no trailers
//! ```

use crate::{
    head::{self, is_token_byte, quote, trim_start},
    rules,
};
use wire::{Reader, Violation};

/// Room for the digits of a chunk size, many leading zeros among them.
pub(super) const MAX_SIZE_DIGITS: usize = 256;

/// What such a line says.
#[derive(Debug, PartialEq)]
pub(super) struct Line {
    /// Bytes of data that follow.
    pub(super) size: u64,
    /// Bytes of extensions on the line.
    pub(super) extensions: usize,
}

/// Decodes a line with its line end; `None` where its size cannot be trusted.
pub(super) fn decode_line(line: &[u8], violations: &mut Vec<Violation>) -> Option<Line> {
    head::check_line_ends(line, violations);
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let digits = line.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    let (size, extensions) = line.split_at(digits);
    let bad_size = || rules::CHUNK_SIZE.broken(format!("the line is {}", quote(line)));
    let Some(size) = hexadecimal(size) else {
        violations.push(bad_size());
        return None;
    };
    match trim_start(extensions) {
        [] if extensions.is_empty() => {}
        [b';', ..] => violations.extend(check_extensions(extensions)),
        [] => violations.push(bad_size()),
        _ => {
            violations.push(bad_size());
            return None;
        }
    }
    Some(Line { size, extensions: extensions.len() })
}

/// `chunk-size = 1*HEXDIG`, in 64 bits.
fn hexadecimal(text: &[u8]) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    text.iter().try_fold(0_u64, |number, &byte| {
        let digit = char::from(byte).to_digit(16)?;
        Some(number.checked_mul(16)? + u64::from(digit))
    })
}

/// `chunk-ext = *( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] )`
fn check_extensions(text: &[u8]) -> Option<Violation> {
    let broken = || Some(rules::CHUNK_EXTENSION.broken(format!("it is {}", quote(text))));
    let mut reader = Reader::new(text);
    let mut spaces = 0;
    while !reader.is_empty() {
        spaces += skip_spaces(&mut reader);
        if reader.u8() != Some(b';') {
            return broken();
        }
        spaces += skip_spaces(&mut reader);
        if skip(&mut reader, is_token_byte) == 0 {
            return broken();
        }
        if trim_start(reader.remaining()).first() != Some(&b'=') {
            continue;
        }
        spaces += skip_spaces(&mut reader);
        reader.u8();
        spaces += skip_spaces(&mut reader);
        let has_value = match reader.peek() {
            Some(b'"') => take_quoted(&mut reader).is_some(),
            _ => skip(&mut reader, is_token_byte) > 0,
        };
        if !has_value {
            return broken();
        }
    }
    (spaces > 0).then(|| rules::CHUNK_SPACE.broken(format!("it is {}", quote(text))))
}

fn skip_spaces(reader: &mut Reader<'_>) -> usize {
    skip(reader, |byte| matches!(byte, b' ' | b'\t'))
}

fn skip(reader: &mut Reader<'_>, fits: impl Fn(u8) -> bool) -> usize {
    let len = reader.remaining().iter().take_while(|&&byte| fits(byte)).count();
    reader.take(len).map_or(0, <[u8]>::len)
}

/// `quoted-string = DQUOTE *( qdtext / quoted-pair ) DQUOTE` (RFC 9110 5.6.4)
fn take_quoted(reader: &mut Reader<'_>) -> Option<()> {
    let text = |byte: u8| byte == b'\t' || !byte.is_ascii_control();
    reader.u8().filter(|&byte| byte == b'"')?;
    loop {
        match reader.u8()? {
            b'"' => return Some(()),
            b'\\' => reader.u8().filter(|&byte| text(byte)).map(|_| ())?,
            byte if text(byte) => {}
            _ => return None,
        }
    }
}
