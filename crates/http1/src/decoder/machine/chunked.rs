//! The steps of the [`Machine`] inside a chunked body.
//!
//! RFC 9112 7.1.

use super::{Machine, State};
use crate::{
    body,
    decoder::{
        Event, EventKind,
        chunk::{self, MAX_SIZE_DIGITS},
    },
    head::{self, EndSearch, quote},
    rules,
};

impl Machine {
    /// The line before the data of a chunk.
    pub(super) fn chunk_line(&mut self, bytes: &mut &[u8]) -> Option<()> {
        let limit = self.limits.chunk_extensions + MAX_SIZE_DIGITS;
        let end = match self.line_end(bytes) {
            Some(end) if end <= limit => end,
            None if bytes.len() <= limit => return None,
            _ => {
                let detail = format!("the line has more than {limit} bytes");
                self.report(limit, rules::CHUNK_EXTENSIONS_TOO_LONG.broken(detail));
                return self.give_up(bytes, limit);
            }
        };
        let line = self.take(bytes, end);
        self.searched = 0;
        let range = self.position - end as u64..self.position;
        let mut violations = Vec::new();
        let size = chunk::decode_line(line, &mut violations);
        self.report_all(&range, violations);
        let Some(chunk::Line { size, extensions }) = size else { return self.give_up(bytes, 0) };

        let limit = self.limits.chunk_extensions;
        let before = self.message.extensions;
        self.message.extensions = before.saturating_add(extensions);
        if before <= limit && self.message.extensions > limit {
            let detail = format!("they have more than {limit} bytes");
            self.report_all(&range, vec![rules::CHUNK_EXTENSIONS_TOO_LONG.broken(detail)]);
        }
        self.check_body(size);
        match size {
            0 => self.enter(State::AwaitingTrailers),
            left => self.enter(State::InChunk { left }),
        }
    }

    /// The line end behind the data of a chunk.
    pub(super) fn chunk_end(&mut self, bytes: &mut &[u8]) -> Option<()> {
        let (len, trusted) = match **bytes {
            [b'\r', b'\n', ..] => {
                self.take(bytes, 2);
                return self.enter(State::AwaitingChunk);
            }
            [] | [b'\r'] => return None,
            [b'\n', ..] => (1, true),
            [b'\r', ..] => (2, false),
            _ => (1, false),
        };
        let seen = quote(bytes.get(..len).unwrap_or_default());
        self.report(len, rules::CHUNK_END.broken(format!("{seen} follows the data")));
        if !trusted {
            return self.give_up(bytes, 0);
        }
        self.take(bytes, len);
        self.enter(State::AwaitingChunk)
    }

    /// The fields behind the last chunk, and the empty line that ends the message.
    pub(super) fn trailers(&mut self, bytes: &mut &[u8]) -> Option<()> {
        let len = match **bytes {
            [b'\r', b'\n', ..] => Some(2),
            [b'\n', ..] => Some(1),
            [] | [b'\r'] => return None,
            _ => self.search.find(bytes),
        };
        let limit = self.limits.head;
        let len = match len {
            Some(len) if len <= limit => len,
            None if bytes.len() <= limit => return None,
            _ => {
                self.report(limit, head::too_large(&self.limits));
                return self.give_up(bytes, limit);
            }
        };
        self.search = EndSearch::default();
        let section = self.take(bytes, len);
        let range = self.position - len as u64..self.position;
        let mut violations = Vec::new();
        let trailers = body::decode_trailers(section, &self.limits, &mut violations);
        self.report_all(&range, violations);
        self.ready.push_back(Event { range, kind: EventKind::End { trailers } });
        self.enter(State::Ended)
    }

    /// The end of the line that `bytes` begin with.
    fn line_end(&mut self, bytes: &[u8]) -> Option<usize> {
        let rest = bytes.get(self.searched..).unwrap_or_default();
        let feed = memchr::memchr(b'\n', rest);
        let end = feed.map(|feed| self.searched + feed + 1);
        self.searched = end.unwrap_or(bytes.len());
        end
    }
}
