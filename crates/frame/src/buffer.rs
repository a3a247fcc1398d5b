//! The bytes that have arrived and are not decoded yet.
//!
//! ```text
//! storage  [ decoded │ live              │ spare           ]
//!                    start               end
//! ```
//!
//! The storage is always initialized, so a socket can read into its spare part
//! and nothing is zeroed twice. Decoded bytes stay where they are until the
//! next read, which is what lets a frame be lent out without a copy.

use std::ops::Range;

#[derive(Debug, Default)]
pub(crate) struct Buffer {
    storage: Vec<u8>,
    start: usize,
    end: usize,
    /// The payload that was taken last.
    taken: Range<usize>,
}

impl Buffer {
    pub(crate) fn receive(&mut self, bytes: &[u8]) {
        self.spare(bytes.len()).copy_from_slice(bytes);
        self.advance(bytes.len());
    }

    /// Room for `len` more bytes.
    pub(crate) fn spare(&mut self, len: usize) -> &mut [u8] {
        if self.storage.len() - self.end < len {
            self.make_room(len);
        }
        &mut self.storage[self.end..self.end + len]
    }

    /// The first `len` bytes of the spare part are live now.
    ///
    /// # Panics
    /// When there were not so many.
    pub(crate) fn advance(&mut self, len: usize) {
        assert!(
            len <= self.storage.len() - self.end,
            "no more bytes were read than there was room"
        );
        self.end += len;
    }

    #[cold]
    fn make_room(&mut self, len: usize) {
        let live = self.end - self.start;
        // Moving must free at least as much as it costs, or a stream of small
        // reads behind a long frame would move that frame again and again.
        let worth_it = self.start >= live && self.storage.len() - live >= len;
        if !worth_it {
            let doubled = self.storage.len() * 2;
            self.storage.resize(doubled.max(live + len), 0);
        }
        self.storage.copy_within(self.start..self.end, 0);
        self.taken = 0..0;
        self.start = 0;
        self.end = live;
    }

    #[inline]
    pub(crate) fn live(&self) -> &[u8] {
        &self.storage[self.start..self.end]
    }

    /// The live bytes from `from` on, to be unmasked in place.
    #[inline]
    pub(crate) fn live_mut(&mut self, range: Range<usize>) -> &mut [u8] {
        &mut self.storage[self.start..self.end][range]
    }

    /// Takes a frame off the live bytes: `head` bytes of header, `len` of payload.
    #[inline]
    pub(crate) fn take(&mut self, head: usize, len: usize) {
        let payload = self.start + head;
        self.taken = payload..payload + len;
        self.start = payload + len;
        if self.start == self.end {
            self.start = 0;
            self.end = 0;
        }
    }

    /// The payload that was [taken](Buffer::take) last, until the next read.
    #[inline]
    pub(crate) fn taken(&self) -> &[u8] {
        &self.storage[self.taken.clone()]
    }

    /// Throws live bytes away.
    pub(crate) fn skip(&mut self, len: usize) {
        self.take(len, 0);
    }

    pub(crate) fn clear(&mut self) {
        self.start = 0;
        self.end = 0;
    }

    /// Gives the storage back, where it holds nothing.
    pub(crate) fn shrink(&mut self) {
        if self.start == self.end {
            *self = Buffer::default();
        }
    }
}
