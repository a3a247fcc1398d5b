//! Where the bytes come from: the reader itself, or gzip around it.
//!
//! A gzip file is one member after another, and each inflates by itself
//! (RFC 1952 2.2). Damage ends the source without hiding what came before it.

use crate::Warning;
use flate2::{Decompress, FlushDecompress, Status};
use std::io::{self, Read};

const MAGIC: [u8; 2] = [0x1f, 0x8b];
const BLOCK: usize = 64 * 1024;

/// The source of a capture, uncompressed.
#[derive(Debug)]
pub(super) struct Source<R> {
    reader: R,
    position: u64,
    /// Bytes read and not yet given out: the first ones, that were sniffed, or gzip's.
    input: Vec<u8>,
    start: usize,
    gzip: Option<Gzip>,
    damage: Option<Warning>,
}

#[derive(Debug)]
struct Gzip {
    inflater: Decompress,
    state: Member,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Member {
    Inside,
    Between,
    Over,
}

impl<R: Read> Source<R> {
    /// Reads the first bytes, to see whether they are gzip.
    pub(super) fn new(mut reader: R) -> io::Result<Self> {
        let mut input = Vec::with_capacity(BLOCK);
        reader.by_ref().take(MAGIC.len() as u64).read_to_end(&mut input)?;
        let gzip = (input == MAGIC)
            .then(|| Gzip { inflater: Decompress::new_gzip(15), state: Member::Inside });
        let position = input.len() as u64;
        Ok(Source { reader, position, input, start: 0, gzip, damage: None })
    }

    /// How many bytes were taken from the reader.
    pub(super) fn position(&self) -> u64 {
        self.position
    }

    /// What was wrong with the compression, once.
    pub(super) fn take_damage(&mut self) -> Option<Warning> {
        self.damage.take()
    }

    /// Reads on into `input`; says whether anything came.
    fn refill(&mut self) -> io::Result<bool> {
        if self.start == self.input.len() {
            self.input.clear();
            self.start = 0;
        }
        let kept = self.input.len();
        self.input.resize(kept + BLOCK, 0);
        let result = self.reader.read(&mut self.input[kept..]);
        let len = *result.as_ref().unwrap_or(&0);
        self.input.truncate(kept + len);
        self.position += len as u64;
        result.map(|len| len > 0)
    }

    fn inflate(&mut self, output: &mut [u8]) -> io::Result<usize> {
        loop {
            let at_end = self.start == self.input.len() && !self.refill()?;
            let Some(gzip) = &mut self.gzip else { return Ok(0) };
            match gzip.state {
                Member::Over => return Ok(0),
                Member::Between if at_end => return Ok(0),
                Member::Between => {
                    if self.input[self.start] != MAGIC[0] {
                        gzip.state = Member::Over;
                        let from = self.position - (self.input.len() - self.start) as u64;
                        self.damage = Some(Warning::new(format!(
                            "what follows the gzip data from byte {from} on is no gzip and was passed over"
                        )));
                        return Ok(0);
                    }
                    gzip.inflater = Decompress::new_gzip(15);
                    gzip.state = Member::Inside;
                }
                Member::Inside => {}
            }
            let (before_in, before_out) = (gzip.inflater.total_in(), gzip.inflater.total_out());
            let input = &self.input[self.start..];
            let status = gzip.inflater.decompress(input, output, FlushDecompress::None);
            self.start += (gzip.inflater.total_in() - before_in) as usize;
            let len = (gzip.inflater.total_out() - before_out) as usize;
            match status {
                Ok(Status::StreamEnd) => gzip.state = Member::Between,
                Ok(_) if at_end && len == 0 => {
                    gzip.state = Member::Over;
                    let end = self.position;
                    self.damage = Some(Warning::new(format!(
                        "the gzip data is cut off at byte {end}: it ends in the middle"
                    )));
                }
                Ok(_) => {}
                Err(_) => {
                    gzip.state = Member::Over;
                    let near = self.position - (self.input.len() - self.start) as u64;
                    self.damage = Some(Warning::new(format!(
                        "the gzip data is damaged near byte {near}: what follows cannot be read"
                    )));
                }
            }
            if len > 0 {
                return Ok(len);
            }
        }
    }
}

impl<R: Read> Read for Source<R> {
    fn read(&mut self, output: &mut [u8]) -> io::Result<usize> {
        if self.gzip.is_some() {
            return self.inflate(output);
        }
        let sniffed = &self.input[self.start..];
        if sniffed.is_empty() {
            let len = self.reader.read(output)?;
            self.position += len as u64;
            return Ok(len);
        }
        let len = sniffed.len().min(output.len());
        output[..len].copy_from_slice(&sniffed[..len]);
        self.start += len;
        Ok(len)
    }
}
