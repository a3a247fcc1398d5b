//! A writer that gives up at its first error.

use std::io::{self, Write};

/// Writes until the first error, and remembers that.
///
/// A sink cannot answer with an error, and what comes behind one is lost anyway.
#[derive(Debug)]
pub(crate) struct Pen<W> {
    out: W,
    result: io::Result<()>,
}

impl<W: Write> Pen<W> {
    pub(crate) fn new(out: W) -> Self {
        Pen { out, result: Ok(()) }
    }

    /// Writes with `write`, unless writing has failed before.
    pub(crate) fn write(&mut self, write: impl FnOnce(&mut W) -> io::Result<()>) {
        if self.result.is_ok() {
            self.result = write(&mut self.out);
        }
    }

    /// Whether writing has failed.
    pub(crate) fn has_failed(&self) -> bool {
        self.result.is_err()
    }

    /// Flushes, and returns the first error.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.write(W::flush);
        self.result
    }
}
