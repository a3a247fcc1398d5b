//! The stream bytes delivered last, of all connections together.
//!
//! A retransmission repeats bytes that were handed on long ago. To tell an
//! honest one from one that differs, the latest mebibyte of payload is kept:
//! each record points back to the one before it in the same stream.
//!
//! ```text
//! record   previous 8 · offset 8 · length 4 · bytes
//! ```

/// One generation of records; the older of two is dropped when the younger is full.
const GENERATION: usize = 512 << 10;
const HEADER: usize = 20;

/// So many records are looked through for a repeat: more than any window has segments in flight.
const LOOK_BACK: usize = 1_024;

/// Where the latest record of a stream lies; 0 is nowhere.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Latest(u64);

#[derive(Debug)]
pub(super) struct History {
    older: Vec<u8>,
    younger: Vec<u8>,
    /// The place of the younger generation's first byte.
    start: u64,
}

impl Default for History {
    fn default() -> Self {
        History { older: Vec::new(), younger: Vec::new(), start: 1 }
    }
}

impl History {
    /// Keeps bytes of the stream whose latest record is known.
    #[inline]
    pub(super) fn keep(&mut self, latest: &mut Latest, offset: u64, bytes: &[u8]) {
        if self.younger.len() + HEADER + bytes.len() > GENERATION {
            self.turn();
        }
        let place = self.start + self.younger.len() as u64;
        let mut header = [0; HEADER];
        header[..8].copy_from_slice(&latest.0.to_le_bytes());
        header[8..16].copy_from_slice(&offset.to_le_bytes());
        header[16..].copy_from_slice(&(bytes.len() as u32).to_le_bytes());
        self.younger.extend_from_slice(&header);
        self.younger.extend_from_slice(bytes);
        latest.0 = place;
    }

    #[cold]
    fn turn(&mut self) {
        self.start += self.younger.len() as u64;
        std::mem::swap(&mut self.older, &mut self.younger);
        self.younger.clear();
        self.younger.reserve(GENERATION);
    }

    /// The offset of the first byte that differs from what was delivered, as far as that is still known.
    #[cold]
    pub(super) fn differs(&self, latest: Latest, offset: u64, bytes: &[u8]) -> Option<u64> {
        let mut differs = None;
        let mut place = latest.0;
        for _ in 0..LOOK_BACK {
            let Some(record) = self.record(place) else { break };
            let start = offset.max(record.offset);
            let end = (offset + bytes.len() as u64).min(record.offset + record.bytes.len() as u64);
            if start < end {
                let repeated = &bytes[(start - offset) as usize..(end - offset) as usize];
                let known = &record.bytes[(start - record.offset) as usize..];
                let at = known.iter().zip(repeated).position(|(known, byte)| known != byte);
                if let Some(at) = at {
                    differs = Some(start + at as u64);
                }
            }
            // A stream goes forward: what was recorded before lies before.
            if record.offset <= offset {
                break;
            }
            place = record.previous;
        }
        differs
    }

    fn record(&self, place: u64) -> Option<Record<'_>> {
        let records = match place.checked_sub(self.start) {
            Some(at) => self.younger.get(at as usize..)?,
            None => {
                let back = usize::try_from(self.start - place).ok()?;
                self.older.get(self.older.len().checked_sub(back)?..)?
            }
        };
        let (previous, rest) = records.split_first_chunk()?;
        let (offset, rest) = rest.split_first_chunk()?;
        let (len, rest) = rest.split_first_chunk()?;
        Some(Record {
            previous: u64::from_le_bytes(*previous),
            offset: u64::from_le_bytes(*offset),
            bytes: rest.get(..u32::from_le_bytes(*len) as usize)?,
        })
    }
}

struct Record<'a> {
    previous: u64,
    offset: u64,
    bytes: &'a [u8],
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_first_byte_that_differs() {
        let (mut history, mut one, mut other) = <(History, Latest, Latest)>::default();
        history.keep(&mut one, 0, b"Hello");
        history.keep(&mut other, 0, b"Jello");
        history.keep(&mut one, 5, b", world");
        assert_eq!(history.differs(one, 0, b"Hello, world"), None);
        assert_eq!(history.differs(one, 3, b"lo, World"), Some(7));
        assert_eq!(history.differs(one, 0, b"Jello, World"), Some(0));
        assert_eq!(history.differs(other, 0, b"Jello"), None);
        assert_eq!(history.differs(Latest::default(), 0, b"what?"), None);
    }

    #[test]
    fn forgets_what_is_long_ago_and_nothing_else() {
        let (mut history, mut latest) = <(History, Latest)>::default();
        let segment = [7; 1_000];
        for index in 0..2_000 {
            history.keep(&mut latest, index * 1_000, &segment);
        }
        assert!(history.older.len() + history.younger.len() <= 2 * GENERATION);
        assert_eq!(history.differs(latest, 1_999_500, b"no"), Some(1_999_500));
        assert_eq!(history.differs(latest, 1_600_000, b"no"), Some(1_600_000));
        assert_eq!(history.differs(latest, 500, b"no"), None);
    }
}
