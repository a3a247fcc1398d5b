//! What requests and responses share: the end of a head, its lines, its fields.
//!
//! RFC 9112 2.1.
//!
//! ```text
//! start line     GET /chat HTTP/1.1 CR LF
//! field line     Host: example.com  CR LF
//! field line     Upgrade: websocket CR LF
//! empty line                        CR LF
//! ```
//!
//! A correct head takes the fast path through httparse. What httparse refuses,
//! or forgives too easily, is read a second time, line by line, by the code
//! here: it names every broken rule and makes the best of the rest.

use crate::{Headers, Limits, rules};
use std::{fmt, mem::MaybeUninit, ops::Range};
use wire::{Rule, Violation};

/// The version of a message. Later minor versions of 1 are treated as 1.1 (RFC 9110 2.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Version {
    /// HTTP/1.0: a connection carries one message, unless it says otherwise.
    Http10,
    /// HTTP/1.1: a connection stays open, unless a message says otherwise.
    Http11,
}

impl Version {
    /// As it is written: `HTTP/1.1`.
    pub fn as_str(self) -> &'static str {
        match self {
            Version::Http10 => "HTTP/1.0",
            Version::Http11 => "HTTP/1.1",
        }
    }

    pub(crate) fn from_minor(minor: u8) -> Version {
        if minor == 0 { Version::Http10 } else { Version::Http11 }
    }

    /// Makes the best of a version as it was written, and names what is wrong with
    /// it: `line` is the rule of the line that it stands on.
    ///
    /// `HTTP-version = HTTP-name "/" DIGIT "." DIGIT` (RFC 9112 2.3)
    pub(crate) fn decode(text: &[u8], line: &'static Rule) -> (Version, Option<Violation>) {
        let detail = || format!("the version is {}", quote(text));
        match text {
            b"HTTP/1.1" => (Version::Http11, None),
            b"HTTP/1.0" => (Version::Http10, None),
            [b'H', b'T', b'T', b'P', b'/', b'1', b'.', b'2'..=b'9'] => {
                (Version::Http11, Some(rules::VERSION_MINOR.broken(detail())))
            }
            [b'H', b'T', b'T', b'P', b'/', b'0'..=b'9', b'.', b'0'..=b'9'] => {
                (Version::Http11, Some(rules::VERSION.broken(detail())))
            }
            _ => (Version::Http11, Some(line.broken(detail()))),
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Looks for the empty line that ends a head. It remembers how far it looked,
/// so that a head that arrives byte by byte is searched once.
#[derive(Debug, Clone, Default)]
pub(crate) struct EndSearch {
    searched: usize,
    /// Whether a LF stood without its CR.
    pub(crate) lone_feed: bool,
}

impl EndSearch {
    /// The length of the head that `bytes` begin with, its empty line included.
    pub(crate) fn find(&mut self, bytes: &[u8]) -> Option<usize> {
        loop {
            let rest = bytes.get(self.searched..)?;
            let Some(feed) = memchr::memchr(b'\n', rest) else {
                // The CR before a LF that is still to come must be seen again.
                self.searched = bytes.len() - usize::from(rest.last() == Some(&b'\r'));
                return None;
            };
            let (before, behind) = rest.split_at(feed);
            let len = match behind {
                [_, b'\n', ..] => 2,
                [_, b'\r', b'\n', ..] => 3,
                // Undecided: look at this LF again when more is there.
                [_] | [_, b'\r'] => {
                    self.searched += feed.saturating_sub(1);
                    return None;
                }
                _ => 1,
            };
            self.lone_feed |= before.last() != Some(&b'\r') || len == 2;
            self.searched += feed + len;
            if len > 1 {
                return Some(self.searched);
            }
        }
    }
}

/// How many bytes of empty lines `bytes` begin with. A server ignores them
/// before a request line (RFC 9112 2.2).
pub(crate) fn empty_lines(bytes: &[u8]) -> usize {
    let mut len = 0;
    while bytes.get(len..).is_some_and(|rest| rest.starts_with(b"\r\n")) {
        len += 2;
    }
    len
}

/// Room for the fields of the fast path; a head with more is read line by line.
pub(crate) const FAST_FIELDS: usize = 64;

/// See [`FAST_FIELDS`].
pub(crate) const fn fast_fields<'a>() -> [MaybeUninit<httparse::Header<'a>>; FAST_FIELDS] {
    [const { MaybeUninit::uninit() }; FAST_FIELDS]
}

/// The fields that httparse found in a head.
pub(crate) fn collect(parsed: &[httparse::Header<'_>], head: &[u8]) -> Headers {
    Headers::inside(head, parsed.iter().map(|field| (field.name, field.value)))
}

/// A line of a head, without its end.
#[derive(Debug, Clone)]
pub(crate) struct Line<'a> {
    pub(crate) text: &'a [u8],
    /// Where the text lies in the head.
    pub(crate) range: Range<usize>,
    /// Where the line ends, its CR LF included.
    pub(crate) end: usize,
}

/// The lines of a head.
pub(crate) fn lines(head: &[u8]) -> impl Iterator<Item = Line<'_>> {
    let mut start = 0;
    head.split_inclusive(|&byte| byte == b'\n').map(move |line| {
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        let range = start..start + text.len();
        start += line.len();
        Line { text, range, end: start }
    })
}

/// Names what is wrong with the ends of the lines of a head.
pub(crate) fn check_line_ends(head: &[u8], violations: &mut Vec<Violation>) {
    let mut lone_feeds = lines(head).enumerate().filter(|(_, line)| line.end - line.range.end == 1);
    if let Some((index, _)) = lone_feeds.next() {
        let detail = format!("line {} ends with LF alone", index + 1);
        violations.push(rules::LINE_END.broken(detail));
    }
    let bare = |(_, line): &(usize, Line<'_>)| line.text.contains(&b'\r');
    if let Some((index, _)) = lines(head).enumerate().find(bare) {
        violations.push(rules::BARE_CR.broken(format!("line {} has a CR inside", index + 1)));
    }
}

/// A field line, cut into its pieces: `name [space] ":" space value space`.
#[derive(Debug)]
pub(crate) struct FieldLine<'a> {
    pub(crate) name: &'a [u8],
    /// White space between the name and the colon: there should be none.
    pub(crate) gap: usize,
    pub(crate) value: &'a [u8],
}

impl<'a> FieldLine<'a> {
    /// `None` where the line has no colon.
    pub(crate) fn decode(line: &'a [u8]) -> Option<Self> {
        let colon = memchr::memchr(b':', line)?;
        let (before, behind) = line.split_at(colon);
        let name = trim_end(before);
        let value = trim_start(&behind[1..]);
        Some(FieldLine { name, gap: before.len() - name.len(), value: trim_end(value) })
    }
}

/// The fields of these lines, up to the empty line: all that can be made sense of.
pub(crate) fn decode_fields<'a>(
    lines: impl Iterator<Item = Line<'a>>,
    limits: &Limits,
    violations: &mut Vec<Violation>,
) -> Headers {
    let mut headers = Headers::new();
    for Line { text, .. } in lines.take_while(|line| !line.text.is_empty()) {
        if let [b' ' | b'\t', ..] = text {
            let rule =
                if headers.is_empty() { &rules::SPACE_BEFORE_FIELDS } else { &rules::FOLDED_FIELD };
            violations.push(rule.broken(format!("the line is {}", quote(text))));
            headers.extend_last(trim_start(trim_end(text)));
            continue;
        }
        let Some(field) = FieldLine::decode(text) else {
            violations.push(rules::FIELD_LINE.broken(format!("{} has no colon", quote(text))));
            continue;
        };
        if field.gap > 0 {
            let detail = format!("white space follows {}", quote(field.name));
            violations.push(rules::SPACE_BEFORE_COLON.broken(detail));
        }
        if !is_token(field.name) {
            let detail = format!("the name is {}", quote(field.name));
            violations.push(rules::FIELD_NAME.broken(detail));
        }
        // A bare CR has a rule of its own.
        let control = |byte: &u8| byte.is_ascii_control() && !matches!(byte, b'\t' | b'\r');
        if let Some(byte) = field.value.iter().copied().find(control) {
            let detail = format!("{} has the byte 0x{byte:02x}", quote(field.name));
            violations.push(rules::FIELD_VALUE.broken(detail));
        }
        headers.push(&String::from_utf8_lossy(field.name), field.value);
    }
    if let Some(violation) = check_field_count(headers.len(), limits) {
        violations.push(violation);
    }
    headers
}

/// Whether there are too many fields.
pub(crate) fn check_field_count(count: usize, limits: &Limits) -> Option<Violation> {
    (count > limits.fields).then(|| {
        rules::TOO_MANY_FIELDS.broken(format!("{count} fields, and {} are allowed", limits.fields))
    })
}

/// What to say of a head that is longer than the limit.
pub(crate) fn too_large(limits: &Limits) -> Violation {
    rules::HEAD_TOO_LARGE.broken(format!("longer than {} bytes", limits.head))
}

/// `token = 1*tchar` (RFC 9110 5.6.2)
pub(crate) fn is_token(bytes: &[u8]) -> bool {
    !bytes.is_empty() && bytes.iter().all(|&byte| is_token_byte(byte))
}

/// A letter, a digit, or one of fifteen signs that separate nothing: `tchar`.
#[inline]
pub(crate) fn is_token_byte(byte: u8) -> bool {
    TOKEN_BYTES[byte as usize]
}

static TOKEN_BYTES: [bool; 256] = table(b"!#$%&'*+-.^_`|~");

/// Which bytes are a letter, a digit, or one of these signs: looked up, since
/// every byte of every name is asked.
pub(crate) const fn table(signs: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = (byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    let mut index = 0;
    while index < signs.len() {
        table[signs[index] as usize] = true;
        index += 1;
    }
    table
}

/// Bytes as they are shown in a sentence: quoted, escaped, and cut after 40.
pub(crate) fn quote(bytes: &[u8]) -> String {
    match bytes.get(..40) {
        Some(start) if bytes.len() > 40 => format!("\"{}…\"", start.escape_ascii()),
        _ => format!("\"{}\"", bytes.escape_ascii()),
    }
}

pub(crate) fn trim_start(bytes: &[u8]) -> &[u8] {
    let start = bytes.iter().position(|byte| !matches!(byte, b' ' | b'\t'));
    bytes.get(start.unwrap_or(bytes.len())..).unwrap_or_default()
}

pub(crate) fn trim_end(bytes: &[u8]) -> &[u8] {
    let last = bytes.iter().rposition(|byte| !matches!(byte, b' ' | b'\t'));
    bytes.get(..last.map_or(0, |last| last + 1)).unwrap_or_default()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Pieces of heads, good and bad, for property tests.
    pub(crate) const WORDS: &[&[u8]] = &[
        b"Host: a\r\n",
        b"a:\r\n",
        b"a: b",
        b"a : b",
        b" ",
        b"\t",
        b":",
        b"\r\n",
        b"\n",
        b"\r",
        b"\0",
        b"\x7f",
        b"\xff",
        b"\xed\x95\x9c",
        b"@",
        b"x",
    ];

    #[test]
    fn finds_the_end_however_the_bytes_arrive() {
        for (bytes, end, lone_feed) in [
            (&b"a\r\n\r\nb"[..], Some(5), false),
            (b"a\r\nb\r\n\r\n", Some(8), false),
            (b"a\n\n", Some(3), true),
            (b"a\r\n\n", Some(4), true),
            (b"a\n\r\n", Some(4), true),
            (b"a\nb\r\n\r\n", Some(7), true),
            (b"a\r\n\r", None, false),
            (b"a\r\n\rb\r\n\r\n", Some(9), false),
        ] {
            let mut search = EndSearch::default();
            let found = (0..=bytes.len()).find_map(|len| search.find(&bytes[..len]));
            assert_eq!((found, search.lone_feed), (end, lone_feed), "{}", bytes.escape_ascii());
            let mut search = EndSearch::default();
            assert_eq!((search.find(bytes), search.lone_feed), (end, lone_feed));
        }
    }

    #[test]
    fn quotes_what_cannot_be_printed_and_cuts_what_is_long() {
        assert_eq!(quote(b"a\"\0\xff"), "\"a\\\"\\x00\\xff\"");
        assert_eq!(quote(&[b'a'; 50]), format!("\"{}…\"", "a".repeat(40)));
    }
}
