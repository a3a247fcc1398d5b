//! Where a stream was cut: each piece of it, drawn.
//!
//! TCP keeps the order of bytes and loses none. But what was written at once may
//! arrive in parts, and what was written in parts may arrive at once. "TCP
//! guarantees no correlation between the boundaries of TCP segments sent and
//! received and the boundaries of the read or write buffers of user application
//! data" (RFC 9293 3.7). Only the offsets are the same at both ends.
//!
//! ```
//! use echo::{Piece, Source};
//!
//! let piece = Piece { source: Source::Connection(1), offset: 5, bytes: ", world!\n".as_bytes() };
//! assert_eq!(
//!     piece.to_string(),
//!     "#1   at      5      9 B  2c 20 77 6f 72 6c 64 21 0a                         \", world!\\n\"",
//! );
//! ```
//!
//! Book: chapter 1.

use crate::terminal::say;
use anstyle::{AnsiColor, Style};
use std::{
    fmt::{self, Write},
    io,
    net::SocketAddr,
};

/// Counts the bytes of a stream, and shows its pieces if somebody wants to see them.
///
/// It waits while the terminal does (Ctrl-S): it is for looking, not for load.
#[derive(Debug)]
pub struct Cuts {
    source: Source,
    offset: u64,
    is_shown: bool,
}

impl Cuts {
    /// At the beginning of a stream.
    pub fn new(source: Source, is_shown: bool) -> Self {
        Cuts { source, offset: 0, is_shown }
    }

    /// The next piece of the stream; an empty one is its end.
    pub fn show(&mut self, bytes: &[u8]) {
        let Cuts { source, offset, is_shown } = *self;
        if is_shown {
            say(&format!("{:#}", Piece { source, offset, bytes }));
        }
        self.offset += bytes.len() as u64;
    }

    /// Who is at the other end.
    pub fn show_peer(&self, peer: SocketAddr) {
        self.remark(&format!("from {peer}"));
    }

    /// The connection broke before the stream was over.
    pub fn show_error(&self, error: &io::Error) {
        self.remark(&format!("at {:>6}   broken  {error}", self.offset));
    }

    fn remark(&self, remark: &str) {
        if self.is_shown {
            say(&format!("{:#} {remark}", self.source));
        }
    }
}

/// Whose bytes a stream carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The client's at the other end of a server's connection with this number.
    Connection(u64),
    /// A client's own: what it sends.
    Client,
    /// The server's: what a client receives.
    Server,
}

impl Source {
    /// Connections that talk at the same time can be told apart.
    fn style(self) -> Style {
        const CONNECTIONS: [AnsiColor; 5] = [
            AnsiColor::Cyan,
            AnsiColor::Magenta,
            AnsiColor::Yellow,
            AnsiColor::Green,
            AnsiColor::Blue,
        ];
        let color = match self {
            Source::Connection(number) => CONNECTIONS[(number % 5) as usize],
            Source::Client => AnsiColor::Cyan,
            Source::Server => AnsiColor::Magenta,
        };
        color.on_default()
    }
}

/// `#1`, `──▶` or `◀──`; `{:#}` adds the colour.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Source::Connection(number) => format!("#{number}"),
            Source::Client => "──▶".to_owned(),
            Source::Server => "◀──".to_owned(),
        };
        let style = if f.alternate() { self.style() } else { Style::new() };
        write!(f, "{style}{name:<4}{style:#}")
    }
}

/// What one read brought, or one write took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece<'a> {
    /// Whose bytes they are.
    pub source: Source,
    /// How many bytes of the stream were before them.
    pub offset: u64,
    /// The bytes; none at the end of the stream.
    pub bytes: &'a [u8],
}

/// One line; `{:#}` adds colours. Of a long piece only both ends are drawn, for
/// there it was cut.
impl fmt::Display for Piece<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Piece { source, offset, bytes } = self;
        source.fmt(f)?;
        if bytes.is_empty() {
            return write!(f, " at {offset:>6}      end  no more will come");
        }
        let (len, hex, text) = (bytes.len(), hexadecimal(bytes), quoted(bytes));
        let dim = if f.alternate() { Style::new().dimmed() } else { Style::new() };
        write!(f, " at {offset:>6} {len:>6} B  {dim}{hex:<HEX_WIDTH$}{dim:#}  {text}")
    }
}

/// Sixteen bytes, or eight, the sign for those left out, and eight.
const HEX_WIDTH: usize = 49;

fn hexadecimal(bytes: &[u8]) -> String {
    let digits = |bytes: &[u8]| {
        let pairs: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        pairs.join(" ")
    };
    if bytes.len() <= 16 {
        return digits(bytes);
    }
    let (start, rest) = bytes.split_at(8);
    let (_, end) = rest.split_at(rest.len() - 8);
    format!("{} … {}", digits(start), digits(end))
}

fn quoted(bytes: &[u8]) -> String {
    if bytes.len() <= 32 {
        return escaped(bytes);
    }
    let (start, _) = bytes.split_at(next_character(bytes, 16));
    let (_, end) = bytes.split_at(next_character(bytes, bytes.len() - 16));
    format!("{} … {}", escaped(start), escaped(end))
}

/// Where a character begins, from `place` on: what is left out here was not
/// cut by TCP and should not look so.
fn next_character(bytes: &[u8], place: usize) -> usize {
    let goes_on = |byte: &&u8| **byte & 0b1100_0000 == 0b1000_0000;
    place + bytes.iter().skip(place).take(3).take_while(goes_on).count()
}

/// The text between quotation marks, safe for a terminal. A character that was
/// cut in two is no UTF-8, so its bytes are shown.
fn escaped(bytes: &[u8]) -> String {
    let mut text = String::from("\"");
    for chunk in bytes.utf8_chunks() {
        for char in chunk.valid().chars() {
            match char {
                '\'' => text.push(char),
                char => text.extend(char.escape_debug()),
            }
        }
        for byte in chunk.invalid() {
            write!(text, "\\x{byte:02x}").expect("a string takes it");
        }
    }
    text + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: impl AsRef<[u8]>, want: &str) {
        let piece = Piece { source: Source::Connection(12), offset: 0, bytes: bytes.as_ref() };
        assert_eq!(piece.to_string(), format!("#12  at      0 {want}"));
    }

    #[test]
    fn draws_a_short_piece_whole() {
        check("Hi!\n", &format!("     4 B  {:49}  {}", "48 69 21 0a", r#""Hi!\n""#));
    }

    #[test]
    fn draws_both_ends_of_a_long_piece() {
        let text = "The quick brown fox jumps over the lazy dog";
        let hex = "54 68 65 20 71 75 69 63 … 6c 61 7a 79 20 64 6f 67";
        check(
            text,
            &format!("    43 B  {hex:49}  {}", r#""The quick brown " … "ver the lazy dog""#),
        );
    }

    #[test]
    fn draws_the_end_of_a_stream() {
        check("", "     end  no more will come");
    }

    #[test]
    fn shows_a_character_that_was_cut_in_two() {
        let [first, second, third] = "안".as_bytes() else { panic!("three bytes in UTF-8") };
        assert_eq!(escaped(&[b'a', *first, *second]), r#""a\xec\x95""#);
        assert_eq!(escaped(&[*third, b'b']), r#""\x88b""#);
    }

    #[test]
    fn leaves_characters_out_and_cuts_none() {
        for padding in 0..4 {
            let text = "x".repeat(padding) + &"녕".repeat(40);
            let drawn = quoted(text.as_bytes());
            assert!(!drawn.contains("\\x"), "{drawn}");
        }
        assert_eq!(
            quoted(&[0x80; 33]),
            format!("\"{0}\" … \"{1}\"", "\\x80".repeat(19), "\\x80".repeat(13))
        );
    }

    #[test]
    fn escapes_what_a_terminal_would_act_on() {
        assert_eq!(escaped(b"\x1b[2J\x07\r\n\t\"it's\""), r#""\u{1b}[2J\u{7}\r\n\t\"it's\"""#);
        assert_eq!(
            escaped("a\u{202e}b\u{9b}c\u{200f}\u{2066}".as_bytes()),
            r#""a\u{202e}b\u{9b}c\u{200f}\u{2066}""#
        );
        assert_eq!(escaped("안녕 👋".as_bytes()), "\"안녕 👋\"");
    }

    #[test]
    fn colours_nothing_unless_it_is_asked_to() {
        let piece = Piece { source: Source::Client, offset: 0, bytes: b"a" };
        assert!(!piece.to_string().contains('\x1b'));
        assert!(format!("{piece:#}").contains("\x1b["));
    }
}
