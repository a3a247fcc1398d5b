//! The grammar of `Sec-WebSocket-Extensions`.
//!
//! RFC 6455 9.1. A list of extensions in the order of preference, each with its
//! parameters; the header may stand on several lines, which then count as one.
//!
//! ```text
//! Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits, x-trace; level="3"
//!                           └────── name ────┘  └───── parameter ────┘  └ name┘  └ parameter
//!
//! extension-list  = 1#extension
//! extension       = token *( ";" extension-param )
//! extension-param = token [ "=" (token | quoted-string) ]
//! ```
//!
//! A quoted value, without its quotes and backslashes, must be a token too: the
//! quotes never make a difference.
//!
//! ```
//! use handshake::extensions;
//!
//! let list = extensions::decode(br#"permessage-deflate; client_max_window_bits="10", x-trace"#)?;
//! assert_eq!(list[0].name, "permessage-deflate");
//! assert_eq!(list[0].parameters[0].value.as_deref(), Some("10"));
//! assert_eq!(list[0].to_string(), "permessage-deflate; client_max_window_bits=10");
//! assert_eq!(list[1].to_string(), "x-trace");
//! # Ok::<(), extensions::SyntaxError>(())
//! ```
//!
//! Book: chapter 10.

use crate::opening::quote;
use std::{borrow::Cow, fmt};
use wire::Reader;

/// One element of the list: an extension that a client offers or a server accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extension {
    /// Its registered name: `permessage-deflate`.
    pub name: String,
    /// Its parameters, in order.
    pub parameters: Vec<Parameter>,
}

/// A parameter of an extension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Its name: `client_max_window_bits`.
    pub name: String,
    /// Its value, without quotes; many parameters have none.
    pub value: Option<String>,
}

/// Why a header is no list of extensions, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{problem} at byte {at} of {}", quote(field))]
pub struct SyntaxError {
    /// The line of the header that is wrong.
    pub field: String,
    /// Where in it, in bytes from 0.
    pub at: usize,
    /// What is wrong there.
    pub problem: &'static str,
}

impl fmt::Display for Extension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.name)?;
        self.parameters.iter().try_for_each(|parameter| write!(f, "; {parameter}"))
    }
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Some(value) => write!(f, "{}={value}", self.name),
            None => write!(f, "{}", self.name),
        }
    }
}

/// Decodes one line of the header.
///
/// # Errors
/// The first place that does not fit the grammar.
pub fn decode(field: &[u8]) -> Result<Vec<Extension>, SyntaxError> {
    let mut list = Vec::new();
    decode_into(&mut list, field)?;
    Ok(list)
}

/// Reads all lines of the header as far as they can be understood: the
/// extensions before the first mistake of each line, and the first mistake.
pub fn read<'a>(
    fields: impl IntoIterator<Item = &'a [u8]>,
) -> (Vec<Extension>, Option<SyntaxError>) {
    let mut list = Vec::new();
    let mut first_error = None;
    let mut present = false;
    for field in fields {
        present = true;
        let error = decode_into(&mut list, field).err();
        first_error = first_error.or(error);
    }
    if present && list.is_empty() {
        let problem = "an extension is missing";
        first_error = first_error.or(Some(SyntaxError { field: String::new(), at: 0, problem }));
    }
    (list, first_error)
}

/// Whether `text` is a token: no spaces, no separators, not empty.
pub fn is_token(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().copied().all(is_token_byte)
}

fn decode_into(list: &mut Vec<Extension>, field: &[u8]) -> Result<(), SyntaxError> {
    let mut reader = Reader::new(field);
    let mut decode = || -> Result<(), &'static str> {
        loop {
            // RFC 2616 2.1: a list may have empty elements, and they do not count.
            skip(&mut reader, |byte| is_space(byte) || byte == b',');
            if reader.is_empty() {
                return Ok(());
            }
            list.push(extension(&mut reader)?);
            if !reader.is_empty() && !eat(&mut reader, b',') {
                return Err("neither a comma nor a semicolon");
            }
        }
    };
    decode().map_err(|problem| SyntaxError {
        field: String::from_utf8_lossy(field).into_owned(),
        at: reader.position(),
        problem,
    })
}

/// `token *( ";" extension-param )`
fn extension(reader: &mut Reader<'_>) -> Result<Extension, &'static str> {
    let name = token(reader, "an extension's name is missing")?;
    let mut extension = Extension { name: name.to_owned(), parameters: Vec::new() };
    while eat(reader, b';') {
        let name = token(reader, "a parameter's name is missing")?;
        let value = if eat(reader, b'=') { Some(value(reader)?.into_owned()) } else { None };
        extension.parameters.push(Parameter { name: name.to_owned(), value });
    }
    Ok(extension)
}

/// `token | quoted-string`
fn value<'a>(reader: &mut Reader<'a>) -> Result<Cow<'a, str>, &'static str> {
    skip(reader, is_space);
    if reader.peek() != Some(b'"') {
        return token(reader, "a parameter's value is missing").map(Cow::Borrowed);
    }
    reader.u8();
    let mut value = String::new();
    loop {
        let byte = match reader.u8().ok_or("the quotes are not closed")? {
            b'"' => break,
            b'\\' => reader.u8().ok_or("the quotes are not closed")?,
            byte => byte,
        };
        if !is_token_byte(byte) {
            return Err("a quoted value must be a token, and this character is not allowed in one");
        }
        value.push(char::from(byte));
    }
    if value.is_empty() { Err("a quoted value is empty") } else { Ok(Cow::Owned(value)) }
}

fn token<'a>(reader: &mut Reader<'a>, missing: &'static str) -> Result<&'a str, &'static str> {
    skip(reader, is_space);
    let len = reader.remaining().iter().take_while(|&&byte| is_token_byte(byte)).count();
    let token = reader.take(len).filter(|token| !token.is_empty()).ok_or(missing)?;
    Ok(str::from_utf8(token).expect("the bytes of a token are ASCII"))
}

/// Consumes spaces and then `delimiter`, if it is there.
fn eat(reader: &mut Reader<'_>, delimiter: u8) -> bool {
    skip(reader, is_space);
    let found = reader.peek() == Some(delimiter);
    if found {
        reader.u8();
    }
    found
}

fn skip(reader: &mut Reader<'_>, skipped: impl Fn(u8) -> bool) {
    let len = reader.remaining().iter().take_while(|&&byte| skipped(byte)).count();
    reader.take(len);
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// RFC 9110 5.6.2; RFC 2616 2.2 says the same by listing the separators.
fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(field: &str, want: &[&str]) {
        let list = decode(field.as_bytes()).unwrap();
        let printed: Vec<String> = list.iter().map(ToString::to_string).collect();
        assert_eq!(printed, want);
        // What was printed means the same.
        assert_eq!(decode(printed.join(", ").as_bytes()), Ok(list));
    }

    #[test]
    fn rfc6455_9_1_examples() {
        check("foo", &["foo"]);
        check("bar; baz=2", &["bar; baz=2"]);
        check("foo, bar; baz=2", &["foo", "bar; baz=2"]);
        check("deflate-stream", &["deflate-stream"]);
        check(
            "mux; max-channels=4; flow-control, deflate-stream",
            &["mux; max-channels=4; flow-control", "deflate-stream"],
        );
        check("private-extension", &["private-extension"]);
    }

    #[test]
    fn rfc7692_7_1_offers_with_a_fallback() {
        check(
            "permessage-deflate; client_max_window_bits; server_max_window_bits=10, \
             permessage-deflate; client_max_window_bits",
            &[
                "permessage-deflate; client_max_window_bits; server_max_window_bits=10",
                "permessage-deflate; client_max_window_bits",
            ],
        );
    }

    #[test]
    fn spaces_quotes_and_empty_elements_make_no_difference() {
        check("a;b=c", &["a; b=c"]);
        check(" a\t; b = \"c\" ,, ", &["a; b=c"]);
        check(r#"a; b="\c\d""#, &["a; b=cd"]);
        check("", &[]);
    }

    #[test]
    fn refuses_what_does_not_fit_the_grammar_and_says_where() {
        let cases = [
            ("a;", 2, "a parameter's name is missing"),
            ("a; ;b", 3, "a parameter's name is missing"),
            ("; a", 0, "an extension's name is missing"),
            ("a b", 2, "neither a comma nor a semicolon"),
            ("a; b=", 5, "a parameter's value is missing"),
            ("a; b=\"c", 7, "the quotes are not closed"),
            ("a; b=\"c\\", 8, "the quotes are not closed"),
            ("a; b=\"\"", 7, "a quoted value is empty"),
            ("a; b=\"c\"d", 8, "neither a comma nor a semicolon"),
            ("a, \u{e9}", 3, "an extension's name is missing"),
        ];
        for (field, at, problem) in cases {
            let want = SyntaxError { field: field.to_owned(), at, problem };
            assert_eq!(decode(field.as_bytes()), Err(want));
        }
        assert!(decode(b"a; b=\"c d\"").is_err());
    }

    #[test]
    fn reads_what_stands_before_a_mistake() {
        let (list, error) = read([&b"a; b"[..], b"c, d e"]);
        let names: Vec<&str> = list.iter().map(|extension| &*extension.name).collect();
        assert_eq!(names, ["a", "c", "d"]);
        assert_eq!(error.map(|error| error.at), Some(5));
    }

    #[test]
    fn a_header_without_any_extension_is_a_mistake_and_no_header_is_none() {
        assert!(read([&b""[..], b" , "]).1.is_some());
        assert_eq!(read([]), (Vec::new(), None));
        assert_eq!(read([&b""[..], b"a"]).1, None);
    }
}
