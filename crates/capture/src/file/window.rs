//! A window that slides over the source: the only buffer of a capture.

use super::source::Source;
use std::io::{self, Read};

/// How much is read at once: large enough that a system call costs nothing per packet.
const BLOCK: usize = 1 << 20;

/// The bytes of a source between what was consumed and what was read.
#[derive(Debug)]
pub(super) struct Window<R> {
    source: Source<R>,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    offset: u64,
}

impl<R: Read> Window<R> {
    pub(super) fn new(source: Source<R>) -> Self {
        Window { source, buffer: vec![0; BLOCK], start: 0, end: 0, offset: 0 }
    }

    /// Reads on, once, with room for at least `len` bytes in all; says whether anything came.
    ///
    /// One read and no more: from a live source a packet is seen as soon as it is there.
    pub(super) fn fill(&mut self, len: usize) -> io::Result<bool> {
        if self.end == self.buffer.len() || self.start + len > self.buffer.len() {
            // Mostly this moves one packet that the last block cut in two.
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
            if self.buffer.len() < len {
                // Twice as much, so that much is read before much is moved again.
                self.buffer.resize(2 * len, 0);
            }
        }
        let len = loop {
            match self.source.read(&mut self.buffer[self.end..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => break result?,
            }
        };
        self.end += len;
        Ok(len > 0)
    }

    pub(super) fn consume(&mut self, len: usize) {
        debug_assert!(len <= self.end - self.start);
        self.start += len;
        self.offset += len as u64;
    }

    #[inline]
    pub(super) fn bytes(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// The bytes just consumed, `behind` before the window.
    #[inline]
    pub(super) fn consumed(&self, behind: usize, len: usize) -> &[u8] {
        let start = self.start - behind;
        &self.buffer[start..start + len]
    }

    /// Where the window begins, in uncompressed bytes from the start.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    pub(super) fn source(&self) -> &Source<R> {
        &self.source
    }

    pub(super) fn source_mut(&mut self) -> &mut Source<R> {
        &mut self.source
    }
}
