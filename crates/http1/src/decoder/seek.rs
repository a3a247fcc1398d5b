//! Looking for the next message where boundaries are lost.
//!
//! A start line is trusted when it is whole and well formed, stands at the start
//! of a line, and a field line or an empty line follows it.

use crate::head::{FieldLine, is_token};

/// How far was looked.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Seek {
    /// Whether the bytes begin with a line, as far as anyone knows.
    at_line_start: bool,
    /// Where the start line that was found ends, while the next line is awaited.
    start_line: Option<usize>,
    searched: usize,
}

impl Default for Seek {
    fn default() -> Self {
        Seek { at_line_start: true, start_line: None, searched: 0 }
    }
}

impl Seek {
    /// How many bytes to pass over, and whether a message begins behind them. Two
    /// lines of more than `limit` bytes are never taken for the start of one.
    pub(super) fn find(&mut self, bytes: &[u8], requests: bool, limit: usize) -> (usize, bool) {
        let mut start = 0;
        loop {
            let rest = bytes.get(start..).unwrap_or_default();
            let unsearched = rest.get(self.searched..).unwrap_or_default();
            let feed = memchr::memchr(b'\n', unsearched);
            let end = self.searched + feed.map_or(unsearched.len(), |feed| feed + 1);
            let line = rest.get(self.start_line.unwrap_or(0)..end).unwrap_or_default();
            match (self.start_line, feed) {
                (_, None) if self.at_line_start && end <= limit => {
                    self.searched = end;
                    return (start, false);
                }
                (None, None) => {
                    *self = Seek { at_line_start: rest.is_empty(), ..Seek::default() };
                    return (bytes.len(), false);
                }
                (None, Some(_))
                    if self.at_line_start && end <= limit && is_start_line(line, requests) =>
                {
                    self.start_line = Some(end);
                    self.searched = end;
                }
                (Some(_), Some(_)) if end <= limit && is_second_line(line) => return (start, true),
                // This line begins nothing; the line behind it may.
                _ => {
                    start += self.start_line.unwrap_or(end);
                    *self = Seek::default();
                }
            }
        }
    }
}

fn is_start_line(line: &[u8], requests: bool) -> bool {
    let Some(line) = line.strip_suffix(b"\r\n") else { return false };
    if !requests {
        return match line {
            [b'H', b'T', b'T', b'P', b'/', b'1', b'.', b'0'..=b'9', b' ', code @ ..] => {
                let digits = code.iter().take_while(|byte| byte.is_ascii_digit()).count();
                digits == 3 && matches!(code.get(3), None | Some(b' '))
            }
            _ => false,
        };
    }
    let mut words = line.split(|&byte| byte == b' ');
    let method = words.next().is_some_and(is_token);
    let target = words.next().is_some_and(|target| !target.is_empty());
    let version = matches!(words.next(), Some(b"HTTP/1.1" | b"HTTP/1.0"));
    method && target && version && words.next().is_none()
}

fn is_second_line(line: &[u8]) -> bool {
    let Some(line) = line.strip_suffix(b"\r\n") else { return false };
    line.is_empty() || FieldLine::decode(line).is_some_and(|field| is_token(field.name))
}
