//! Hexadecimal in and out.
//!
//! In: digits in pairs with any white space, `:` or `,` between the pairs; `#`
//! starts a comment that ends with the line; text in double quotes stands for
//! its bytes, with the escapes `\r \n \t \0 \" \\` and `\x41`.
//!
//! ```
//! use wire::hex;
//!
//! assert_eq!(hex::decode("81 05 48656c6c6f # Hello")?, b"\x81\x05Hello");
//! assert_eq!(hex::decode(r#"81 05 "Hello""#)?, b"\x81\x05Hello");
//! assert_eq!(hex::encode(b"\x81\x05"), "8105");
//! assert_eq!(hex::dump(b"Hello\r\n"), "00000000  48 65 6c 6c 6f 0d 0a                              |Hello..|\n");
//! # Ok::<(), hex::Error>(())
//! ```
//!
//! Book: chapter 0.

use std::fmt::Write;

/// Why a text is not hexadecimal, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {kind}")]
pub struct Error {
    /// Line, from 1.
    pub line: usize,
    /// Column in bytes, from 1.
    pub column: usize,
    /// What is wrong there.
    pub kind: ErrorKind,
}

/// What is wrong with a text that should be hexadecimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ErrorKind {
    /// A character that is neither a digit nor a separator.
    #[error("{0:?} is not a hexadecimal digit (0-9, a-f)")]
    NotADigit(char),
    /// A digit without its partner.
    #[error("a byte has two hexadecimal digits, and this one has only one")]
    OddDigit,
    /// Quoted text that does not end on its line.
    #[error("the quoted text does not end on this line")]
    OpenQuote,
    /// A backslash before something that is no escape.
    #[error("an unknown escape (known: \\r \\n \\t \\0 \\\" \\\\ \\x41)")]
    UnknownEscape,
    /// Bytes of a transcript before the first `>` or `<`.
    #[error("nobody sent these bytes: begin the line with > (client) or < (server)")]
    NoSide,
}

/// Decodes hand-written bytes; the module's page has the notation.
///
/// # Errors
/// The first thing that is not hexadecimal, with its line and column.
pub fn decode(text: &str) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::with_capacity(text.len() / 2);
    for (index, line) in text.lines().enumerate() {
        decode_line(line, &mut bytes).map_err(|(column, kind)| Error {
            line: index + 1,
            column: column + 1,
            kind,
        })?;
    }
    Ok(bytes)
}

/// Decodes one line; an error has its column from 0.
fn decode_line(line: &str, bytes: &mut Vec<u8>) -> Result<(), (usize, ErrorKind)> {
    let mut chars = line.char_indices().peekable();
    while let Some((column, char)) = chars.next() {
        match char {
            '#' => return Ok(()),
            ':' | ',' => {}
            char if char.is_whitespace() => {}
            '"' => decode_quoted(column, &mut chars, bytes)?,
            char => {
                let high = digit(column, char)?;
                // The separators never split a byte, so that a lost digit is noticed.
                let low = match chars.peek() {
                    Some(&(column, char)) if char.is_ascii_hexdigit() => digit(column, char)?,
                    Some(&(column, char)) if char.is_alphanumeric() => {
                        return Err((column, ErrorKind::NotADigit(char)));
                    }
                    _ => return Err((column, ErrorKind::OddDigit)),
                };
                chars.next();
                bytes.push(high << 4 | low);
            }
        }
    }
    Ok(())
}

type Chars<'a> = std::iter::Peekable<std::str::CharIndices<'a>>;

/// Decodes quoted text, from behind its opening quote to behind its closing one.
fn decode_quoted(
    opening: usize,
    chars: &mut Chars<'_>,
    bytes: &mut Vec<u8>,
) -> Result<(), (usize, ErrorKind)> {
    while let Some((column, char)) = chars.next() {
        match char {
            '"' => return Ok(()),
            '\\' => {
                let unknown = (column, ErrorKind::UnknownEscape);
                let (_, escape) = chars.next().ok_or(unknown)?;
                bytes.push(match escape {
                    'r' => b'\r',
                    'n' => b'\n',
                    't' => b'\t',
                    '0' => 0,
                    '"' => b'"',
                    '\\' => b'\\',
                    'x' => {
                        let (at, high) = chars.next().ok_or(unknown)?;
                        let high = digit(at, high)?;
                        let (at, low) = chars.next().ok_or(unknown)?;
                        high << 4 | digit(at, low)?
                    }
                    _ => return Err(unknown),
                });
            }
            char => bytes.extend(char.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    Err((opening, ErrorKind::OpenQuote))
}

fn digit(column: usize, char: char) -> Result<u8, (usize, ErrorKind)> {
    match char.to_digit(16) {
        Some(digit) => Ok(digit as u8),
        None => Err((column, ErrorKind::NotADigit(char))),
    }
}

/// Two lower-case digits a byte, nothing between: `8105`.
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// Two lower-case digits a byte, a space between: `81 05`.
pub fn spaced(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")
}

/// A byte as it is shown beside its digits: printable ASCII as it is, all else a dot.
pub fn printable(byte: u8) -> char {
    match byte {
        b' '..=b'~' => char::from(byte),
        _ => '.',
    }
}

/// The classic dump: offset, sixteen bytes in two groups of eight, their ASCII.
pub fn dump(bytes: &[u8]) -> String {
    let mut text = String::new();
    for (index, line) in bytes.chunks(16).enumerate() {
        let (left, right) = line.split_at(line.len().min(8));
        let ascii: String = line.iter().copied().map(printable).collect();
        let offset = index * 16;
        let _ =
            writeln!(text, "{offset:08x}  {:<23}  {:<23}  |{ascii}|", spaced(left), spaced(right));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_digits_with_any_spacing() {
        assert_eq!(decode("81 85 37fa213d").unwrap(), [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d]);
        assert_eq!(decode("81:85,37\n\tFA").unwrap(), [0x81, 0x85, 0x37, 0xfa]);
        assert_eq!(decode("").unwrap(), []);
    }

    #[test]
    fn passes_over_comments_and_keeps_hashes_in_quotes() {
        assert_eq!(decode("01 # one\n02 # \"two\n03").unwrap(), [1, 2, 3]);
        assert_eq!(decode(r##""a#b" # c"##).unwrap(), b"a#b");
    }

    #[test]
    fn decodes_quoted_text_with_escapes() {
        assert_eq!(decode(r#""a\r\n\t\"\\""#).unwrap(), b"a\r\n\t\"\\");
        assert_eq!(decode(r#""\0\x00\xfF""#).unwrap(), [0, 0, 0xff]);
        assert_eq!(decode("\"한\"").unwrap(), "한".as_bytes());
    }

    #[test]
    fn names_the_place_of_an_odd_digit() {
        let error = decode("81 05\n 4 86").unwrap_err();
        assert_eq!(error, Error { line: 2, column: 2, kind: ErrorKind::OddDigit });
        assert_eq!(
            error.to_string(),
            "line 2, column 2: a byte has two hexadecimal digits, and this one has only one"
        );
    }

    #[test]
    fn names_the_place_of_what_is_no_digit() {
        let error = decode("81 0x").unwrap_err();
        assert_eq!((error.line, error.column), (1, 5));
        assert_eq!(error.kind, ErrorKind::NotADigit('x'));
        assert_eq!(decode("한").unwrap_err().kind, ErrorKind::NotADigit('한'));
    }

    #[test]
    fn refuses_an_open_quote_and_an_unknown_escape() {
        assert_eq!(decode("\"ab").unwrap_err().kind, ErrorKind::OpenQuote);
        assert_eq!(decode(r#""\q""#).unwrap_err().kind, ErrorKind::UnknownEscape);
        assert_eq!(decode(r#""\x4""#).unwrap_err().kind, ErrorKind::NotADigit('"'));
    }

    #[test]
    fn dumps_sixteen_bytes_a_line() {
        let bytes: Vec<u8> = (0x2e..0x40).collect();
        assert_eq!(
            dump(&bytes),
            "00000000  2e 2f 30 31 32 33 34 35  36 37 38 39 3a 3b 3c 3d  |./0123456789:;<=|\n\
             00000010  3e 3f                                             |>?|\n"
        );
    }
}
