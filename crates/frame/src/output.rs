//! What waits to be transmitted: bytes of one connection, and between them bytes of many.
//!
//! ```text
//!  own      81 85 H e l l o │ 81 7e 04 00 │ 8a 00
//!                                       ▲
//!  shared                            at 11: 1,024 bytes, which 500 connections hold
//!
//!  pieces   81 85 H e l l o   81 7e 04 00 │ 1,024 bytes │ 8a 00
//! ```
//!
//! The frames of one connection lie behind each other and are one piece. A long
//! message to many is in memory once: here stands only the place that it has among
//! the others.

use std::{collections::VecDeque, sync::Arc};

/// Bytes in the order in which they are to be written.
#[derive(Default)]
pub(crate) struct Output {
    own: Vec<u8>,
    /// How much of the own bytes is transmitted.
    transmitted: usize,
    /// Most connections never need it.
    shared: Option<Box<Queue>>,
}

#[derive(Default)]
struct Queue {
    pieces: VecDeque<Shared>,
    /// How many bytes of them wait.
    waiting: usize,
}

/// Bytes that other connections send, too.
struct Shared {
    /// How many bytes of our own go before it.
    at: usize,
    bytes: Arc<[u8]>,
    transmitted: usize,
}

impl Shared {
    fn rest(&self) -> &[u8] {
        &self.bytes[self.transmitted..]
    }
}

impl Output {
    /// Where bytes of our own are appended.
    #[inline]
    pub(crate) fn own(&mut self) -> &mut Vec<u8> {
        &mut self.own
    }

    /// Appends bytes that others send, too.
    pub(crate) fn append(&mut self, bytes: &Arc<[u8]>) {
        if bytes.len() < SHARED_FROM {
            self.own.extend_from_slice(bytes);
        } else {
            self.share(Arc::clone(bytes));
        }
    }

    fn share(&mut self, bytes: Arc<[u8]>) {
        let queue = self.shared.get_or_insert_default();
        queue.waiting += bytes.len();
        queue.pieces.push_back(Shared { at: self.own.len(), bytes, transmitted: 0 });
    }

    /// All pieces, in order; none is empty.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = &[u8]> {
        let mut start = self.transmitted;
        let before_last = self.shared().flat_map(move |shared| {
            let own = &self.own[start..shared.at];
            start = shared.at;
            [own, shared.rest()]
        });
        let last = self.shared().next_back().map_or(self.transmitted, |shared| shared.at);
        before_last.chain([&self.own[last..]]).filter(|piece| !piece.is_empty())
    }

    /// The first piece; empty when nothing waits.
    #[inline]
    pub(crate) fn first(&self) -> &[u8] {
        match self.shared().next() {
            None => &self.own[self.transmitted..],
            Some(shared) if self.transmitted < shared.at => &self.own[self.transmitted..shared.at],
            Some(shared) => shared.rest(),
        }
    }

    /// How many bytes wait.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        let shared = self.shared.as_ref().map_or(0, |queue| queue.waiting);
        self.own.len() - self.transmitted + shared
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.first().is_empty()
    }

    /// The first `len` bytes were written.
    #[inline]
    pub(crate) fn transmitted(&mut self, len: usize) {
        assert!(len <= self.len(), "no more is written than there was to write");
        self.transmitted += self.transmitted_with_shared(len);
        if self.is_empty() {
            self.transmitted = 0;
            self.own.clear();
        }
    }

    /// Takes away what was written up to the end of the last shared piece; gives how
    /// much of what follows was written.
    fn transmitted_with_shared(&mut self, mut len: usize) -> usize {
        let Some(queue) = &mut self.shared else { return len };
        while let Some(shared) = queue.pieces.front_mut() {
            let own = len.min(shared.at - self.transmitted);
            let others = (len - own).min(shared.rest().len());
            self.transmitted += own;
            shared.transmitted += others;
            queue.waiting -= others;
            len -= own + others;
            if !shared.rest().is_empty() {
                break;
            }
            queue.pieces.pop_front();
        }
        len
    }

    /// Gives back the memory that nothing waits in.
    pub(crate) fn shrink(&mut self) {
        self.own.drain(..self.transmitted);
        self.own.shrink_to_fit();
        for shared in self.shared.iter_mut().flat_map(|queue| &mut queue.pieces) {
            shared.at -= self.transmitted;
        }
        self.shared.take_if(|queue| queue.pieces.is_empty());
        self.transmitted = 0;
    }

    #[inline]
    fn shared(&self) -> impl DoubleEndedIterator<Item = &Shared> {
        self.shared.iter().flat_map(|queue| &queue.pieces)
    }
}

/// From how many bytes on they are not copied. Below, a copy costs less than another
/// piece of the write and a count of who holds it.
const SHARED_FROM: usize = 512;

#[cfg(test)]
mod tests {
    use super::*;

    /// Own and shared bytes in turn, and all of them in order.
    fn interleaved() -> (Output, Vec<u8>) {
        let (mut output, mut all) = (Output::default(), Vec::new());
        for number in 0_u8..4 {
            let own = vec![number; usize::from(number)];
            let shared = vec![0x80 | number; 3];
            output.own().extend_from_slice(&own);
            output.share(shared.as_slice().into());
            all.extend([own, shared].concat());
        }
        output.own().extend_from_slice(b"end");
        all.extend_from_slice(b"end");
        (output, all)
    }

    #[track_caller]
    fn check(output: &Output, wanted: &[u8]) {
        let pieces: Vec<&[u8]> = output.pieces().collect();
        assert_eq!(pieces.concat(), wanted);
        assert_eq!(output.len(), wanted.len());
        assert_eq!(output.is_empty(), wanted.is_empty());
        assert_eq!(output.first(), pieces.first().copied().unwrap_or_default());
        assert!(pieces.iter().all(|piece| !piece.is_empty()));
    }

    #[test]
    fn goes_on_behind_every_cut() {
        let whole = interleaved().1;
        for first in 0..=whole.len() {
            for second in first..=whole.len() {
                let (mut output, _) = interleaved();
                check(&output, &whole);
                output.transmitted(first);
                check(&output, &whole[first..]);
                output.transmitted(second - first);
                check(&output, &whole[second..]);
                output.shrink();
                check(&output, &whole[second..]);
                output.own().push(7);
                check(&output, &[&whole[second..], &[7]].concat());
            }
        }
    }

    #[test]
    fn two_shared_pieces_without_anything_between_are_two() {
        let mut output = Output::default();
        let bytes: Arc<[u8]> = b"abc".as_slice().into();
        output.share(Arc::clone(&bytes));
        output.share(Arc::clone(&bytes));
        check(&output, b"abcabc");
        output.transmitted(3);
        check(&output, b"abc");
        assert_eq!(Arc::strong_count(&bytes), 2, "what is written is let go");
        output.transmitted(3);
        check(&output, b"");
        assert_eq!(Arc::strong_count(&bytes), 1);
    }

    #[test]
    #[should_panic(expected = "no more is written than there was to write")]
    fn takes_no_more_than_there_was() {
        let (mut output, whole) = interleaved();
        output.transmitted(whole.len() + 1);
    }
}
