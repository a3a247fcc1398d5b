//! What lies behind a hole.
//!
//! ```text
//! stream   … delivered │ hole │ piece │ piece, cut │ missing │ hole │ piece
//!                      next   └───────── by position, none overlaps ──────┘
//! ```

use super::Piece;
use crate::PacketRef;
use std::{
    collections::BTreeMap,
    ops::Bound::{Excluded, Unbounded},
};

/// What a held piece costs besides its bytes.
const COST: usize = 96;

/// The pieces that wait for what is missing before them, by position.
#[derive(Debug, Default)]
pub(super) struct Held {
    pieces: BTreeMap<u64, HeldPiece>,
    size: usize,
}

/// The bytes of one segment.
#[derive(Debug)]
pub(super) struct HeldPiece {
    pub(super) bytes: Box<[u8]>,
    /// How many more followed and were not captured.
    pub(super) missing: u32,
    pub(super) packet: PacketRef,
}

/// What of a piece was held before.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// How many of its bytes.
    pub(super) bytes: usize,
    /// The position of the first of them that differs.
    pub(super) conflict: Option<u64>,
}

impl Held {
    /// Keeps what is new of `bytes`: first come, first served.
    pub(super) fn hold(&mut self, mut position: u64, mut bytes: &[u8], packet: PacketRef) -> Known {
        let mut all = Known::default();
        while !bytes.is_empty() {
            // What a held piece already has of it.
            let before = self.pieces.range(..=position).next_back();
            if let Some((&start, held)) = before {
                let known = held.bytes.get((position - start) as usize..).unwrap_or_default();
                let len = known.len().min(bytes.len());
                if len > 0 {
                    let differs = known.iter().zip(bytes).position(|(known, byte)| known != byte);
                    all.conflict = all.conflict.or(differs.map(|at| position + at as u64));
                    all.bytes += len;
                    position += len as u64;
                    bytes = &bytes[len..];
                    continue;
                }
            }
            // Then what fits before the next held piece.
            let after = self.pieces.range((Excluded(position), Unbounded)).next();
            let room = after.map_or(u64::MAX, |(&start, _)| start - position);
            let len = bytes.len().min(usize::try_from(room).unwrap_or(usize::MAX));
            let (new, rest) = bytes.split_at(len);
            // A cut piece without bytes can lie here; what it knew about missing bytes moves along.
            let missing = self.pieces.remove(&position).map_or(0, |empty| {
                self.size -= empty.size();
                empty.missing.saturating_sub(len as u32)
            });
            self.insert(position, HeldPiece { bytes: new.into(), missing, packet });
            position += len as u64;
            bytes = rest;
        }
        all
    }

    /// Remembers that the bytes from `end` on were cut off.
    pub(super) fn hold_cut(&mut self, end: u64, cut: Piece<'_>) {
        match self.pieces.range_mut(..=end).next_back() {
            Some((&start, held)) if start + held.bytes.len() as u64 == end => {
                held.missing = held.missing.max(cut.missing);
            }
            Some((&start, held)) if start + held.bytes.len() as u64 > end => {}
            _ => {
                let Piece { missing, packet, .. } = cut;
                self.insert(end, HeldPiece { bytes: Box::default(), missing, packet });
            }
        }
    }

    fn insert(&mut self, position: u64, piece: HeldPiece) {
        self.size += piece.size();
        self.pieces.insert(position, piece);
    }

    /// Takes the first piece, unless it begins behind `position`.
    pub(super) fn take_until(&mut self, position: u64) -> Option<(u64, HeldPiece)> {
        let first = self.pieces.first_entry().filter(|first| *first.key() <= position)?;
        let (start, piece) = first.remove_entry();
        self.size -= piece.size();
        Some((start, piece))
    }

    /// Where the first piece begins.
    pub(super) fn first(&self) -> Option<u64> {
        self.pieces.first_key_value().map(|(&position, _)| position)
    }

    /// What all pieces cost, in bytes of memory.
    pub(super) fn size(&self) -> usize {
        self.size
    }
}

impl HeldPiece {
    fn size(&self) -> usize {
        self.bytes.len() + COST
    }
}
