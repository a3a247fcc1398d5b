//! IP packets that were cut into fragments, put together again.
//!
//! ```text
//! fragment  identification 7, offset 0, more    │ TCP header · first bytes │
//! fragment  identification 7, offset 1480, more │ bytes                    │  in any order
//! fragment  identification 7, offset 2960       │ last bytes               │
//! ```
//!
//! Fragments that never become whole are forgotten, the oldest first.
//!
//! RFC 791 3.2, RFC 8200 4.5. Book: chapter 13.

use crate::{
    Malformed, PacketRef, Segment,
    packet::{Datagram, Flags},
};
use std::{collections::VecDeque, net::IpAddr};

/// So many packets are waited for at once.
const MAX_PENDING: usize = 64;

/// No IP packet carries more than this.
const MAX_PAYLOAD: usize = 65_535;

/// So many pieces a packet can have: enough for the smallest fragments of IPv4 in use.
const MAX_PIECES: usize = 256;

/// IP packets of which some fragments were seen.
#[derive(Debug, Default)]
pub struct Fragments {
    pending: VecDeque<Pending>,
    forgotten: u64,
}

/// An IP packet that is whole again.
#[derive(Debug)]
pub struct Whole {
    key: Key,
    bytes: Vec<u8>,
    /// Which packet carried the bytes from an offset on.
    pieces: Vec<Piece>,
    header_len: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Key {
    source: IpAddr,
    destination: IpAddr,
    protocol: u8,
    identification: u32,
}

#[derive(Debug)]
struct Pending {
    key: Key,
    bytes: Vec<u8>,
    pieces: Vec<Piece>,
    /// Known when the last fragment is.
    len: Option<usize>,
    header_len: u32,
}

#[derive(Debug, Clone, Copy)]
struct Piece {
    start: usize,
    end: usize,
    packet: PacketRef,
}

impl Fragments {
    /// Takes a fragment; returns the packet that it makes whole.
    pub fn receive(&mut self, datagram: &Datagram<'_>, packet: PacketRef) -> Option<Whole> {
        let fragment = datagram.fragment?;
        let start = fragment.offset as usize;
        let end = start + datagram.payload.len();
        if end > MAX_PAYLOAD {
            return None;
        }
        let key = Key {
            source: datagram.source,
            destination: datagram.destination,
            protocol: datagram.protocol,
            identification: fragment.identification,
        };
        let index = self.pending.iter().position(|pending| pending.key == key);
        let index = index.unwrap_or_else(|| self.begin(key));
        let pending = &mut self.pending[index];
        if !fragment.more && datagram.missing == 0 {
            pending.len.get_or_insert(end);
        }
        pending.header_len = pending.header_len.saturating_add(datagram.header_len);
        pending.add(start, datagram.payload, packet);
        if !pending.is_whole() {
            return None;
        }
        let Pending { key, bytes, pieces, header_len, .. } = self.pending.remove(index)?;
        Some(Whole { key, bytes, pieces, header_len })
    }

    /// How many packets never became whole.
    pub fn incomplete(&self) -> u64 {
        self.forgotten + self.pending.len() as u64
    }

    fn begin(&mut self, key: Key) -> usize {
        if self.pending.len() == MAX_PENDING {
            self.pending.pop_front();
            self.forgotten += 1;
        }
        let (bytes, pieces) = (Vec::new(), Vec::new());
        self.pending.push_back(Pending { key, bytes, pieces, len: None, header_len: 0 });
        self.pending.len() - 1
    }
}

impl Pending {
    /// Copies what is new of a fragment: as with TCP, the first copy counts.
    fn add(&mut self, mut start: usize, payload: &[u8], packet: PacketRef) {
        let (base, last) = (start, start + payload.len());
        if self.bytes.len() < last {
            self.bytes.resize(last, 0);
        }
        while start < last && self.pieces.len() < MAX_PIECES {
            let next = self.pieces.partition_point(|piece| piece.end <= start);
            let end = match self.pieces.get(next) {
                Some(piece) if piece.start <= start => {
                    start = piece.end;
                    continue;
                }
                Some(piece) => last.min(piece.start),
                None => last,
            };
            self.bytes[start..end].copy_from_slice(&payload[start - base..end - base]);
            self.pieces.insert(next, Piece { start, end, packet });
            start = end;
        }
    }

    fn is_whole(&self) -> bool {
        let mut next = 0;
        let without_hole = self.pieces.iter().all(|piece| {
            let follows = piece.start == next;
            next = piece.end;
            follows
        });
        without_hole && self.len.is_some_and(|len| next >= len)
    }
}

impl Whole {
    /// The TCP segment inside, a part for each fragment: so every byte keeps the packet that carried it.
    ///
    /// # Errors
    /// A TCP header that is cut off or contradicts itself.
    pub fn segments(&self) -> Result<Vec<(Segment<'_>, PacketRef)>, Malformed> {
        let datagram = Datagram {
            source: self.key.source,
            destination: self.key.destination,
            protocol: self.key.protocol,
            fragment: None,
            payload: &self.bytes,
            missing: 0,
            header_len: self.header_len,
            payload_offset: 0,
        };
        let Some(whole) = datagram.segment()? else { return Ok(Vec::new()) };
        let header_len = self.bytes.len() - whole.payload.len();
        let parts = self.pieces.iter().enumerate().map(|(index, piece)| {
            let [start, end] = [piece.start, piece.end].map(|at| at.saturating_sub(header_len));
            let mut part = Segment { payload: &whole.payload[start..end], ..whole };
            let is_last = index + 1 == self.pieces.len();
            if index > 0 {
                // The SYN, where there is one, took a number before the first byte.
                let syn = u32::from(whole.flags.has(Flags::SYN));
                part.sequence = whole.sequence.wrapping_add(syn).wrapping_add(start as u32);
                part.flags = part.flags.without(Flags::SYN);
                part.header_len = 0;
            }
            if !is_last {
                part.flags = part.flags.without(Flags::FIN).without(Flags::RST);
            }
            (part, piece.packet)
        });
        Ok(parts.collect())
    }
}
