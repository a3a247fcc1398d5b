//! One direction of a TCP connection: segments in, the stream out.
//!
//! ```text
//! segments   [0..5)  [8..12)  [3..8)  [0..5)            in the order of the capture
//!             data    held     data …  nothing new
//! stream     [0..5)           [5..8) [8..12)            each byte once, in order
//! ```
//!
//! Sequence numbers are 32 bits and wrap; inside, a byte's *position* has 64
//! bits and does not. A segment's position is the one nearest to the next
//! expected byte, since a window is never larger than 2^30 (RFC 7323 2.3).
//!
//! A [`Reassembly`] waits for missing bytes for ever. Who uses it decides when
//! to stop waiting, with [`skip_to`](Reassembly::skip_to).
//!
//! RFC 9293 3.4 and 3.10. Book: chapter 13.

mod held;

use crate::PacketRef;
use held::Held;

/// No window reaches further than this; a segment beyond it is no part of the stream.
const MAX_WINDOW: u64 = 1 << 30;

/// Positions begin here, so that those before the first known byte have a number too.
const FIRST_LAP: u64 = 1 << 32;

/// One direction of a TCP connection.
#[derive(Debug)]
pub struct Reassembly {
    /// The position of the stream's byte 0.
    origin: u64,
    /// The position of the next byte to deliver.
    next: u64,
    /// Whether `origin` is sure. Before it is, everything is held.
    settled: bool,
    /// The packet that delivered last.
    last_packet: u64,
    /// What lies behind a hole. Most streams have none, and need no room for it.
    held: Option<Box<Held>>,
}

/// The bytes of one segment.
#[derive(Debug, Clone, Copy)]
pub struct Piece<'a> {
    /// The sequence number of its first byte.
    pub sequence: u32,
    /// The bytes that were captured.
    pub bytes: &'a [u8],
    /// How many more bytes followed and were not captured.
    pub missing: u32,
    /// The packet that carried it.
    pub packet: PacketRef,
}

/// What comes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery<'a> {
    /// The next bytes of the stream.
    Data {
        /// Their offset in the stream.
        offset: u64,
        /// All of them from one packet.
        bytes: &'a [u8],
        /// Which one.
        packet: PacketRef,
    },
    /// Bytes of the stream that were not captured.
    Gap {
        /// Their offset in the stream.
        offset: u64,
        /// How many they are.
        bytes: u64,
        /// The packet that delivered the byte before them; 0 if none did.
        after_packet: u64,
        /// The packet that shows that they are missing.
        packet: PacketRef,
    },
    /// Bytes that were delivered before, for who wants to compare them.
    Repeated {
        /// Their offset in the stream.
        offset: u64,
        /// This copy of them, which does not count.
        bytes: &'a [u8],
        /// The packet that repeats them.
        packet: PacketRef,
    },
    /// A piece repeats bytes that are held, and differently. The first copy counts.
    Conflict {
        /// The offset of the first byte that differs.
        offset: u64,
        /// The packet whose copy does not count.
        packet: PacketRef,
    },
}

impl Reassembly {
    /// A stream whose byte 0 has this sequence number: the one after the SYN's.
    pub fn new(sequence: u32) -> Self {
        let origin = FIRST_LAP + u64::from(sequence);
        Reassembly { origin, next: origin, settled: true, last_packet: 0, held: None }
    }

    /// A stream whose beginning was not seen. Its byte 0 is the lowest one that
    /// comes before [`settle`](Self::settle) is called.
    pub fn unsettled(sequence: u32) -> Self {
        Reassembly { settled: false, ..Reassembly::new(sequence) }
    }

    // ANCHOR: receive
    /// Takes a segment and delivers what it makes possible; returns how many of its bytes were known.
    #[inline]
    pub fn receive(&mut self, piece: Piece<'_>, deliver: &mut impl FnMut(Delivery<'_>)) -> usize {
        let in_order = piece.sequence == self.next as u32;
        if in_order && piece.missing == 0 && self.settled && self.held.is_none() {
            self.deliver(piece.bytes, piece.packet, deliver);
            return 0;
        }
        self.receive_out_of_order(piece, deliver)
    }
    // ANCHOR_END: receive

    /// Says late where the stream begins: a SYN came behind what follows it.
    pub fn begin(&mut self, sequence: u32, deliver: &mut impl FnMut(Delivery<'_>)) {
        let position = self.position(sequence);
        if !self.settled && self.first_held().is_none_or(|first| position <= first) {
            self.settled = true;
            self.origin = position;
            self.next = position;
            self.drain(deliver);
        }
    }

    /// Decides that the stream begins with the lowest byte seen so far.
    pub fn settle(&mut self, deliver: &mut impl FnMut(Delivery<'_>)) {
        if !self.settled {
            self.settled = true;
            if let Some(first) = self.first_held() {
                self.origin = first;
                self.next = first;
            }
            self.drain(deliver);
        }
    }

    /// Stops waiting for bytes before `position`: they become a gap.
    pub fn skip_to(
        &mut self,
        position: u64,
        packet: PacketRef,
        deliver: &mut impl FnMut(Delivery<'_>),
    ) {
        if position > self.next {
            self.gap(position, packet, deliver);
            self.drain(deliver);
        }
    }

    // ANCHOR: position
    /// The position of a sequence number: the nearest to the next expected byte.
    #[inline]
    pub fn position(&self, sequence: u32) -> u64 {
        let distance = sequence.wrapping_sub(self.next as u32).cast_signed();
        self.next.wrapping_add_signed(distance.into())
    }
    // ANCHOR_END: position

    /// The position of the next byte to deliver.
    #[inline]
    pub fn next(&self) -> u64 {
        self.next
    }

    /// The position of the stream's byte 0.
    #[inline]
    pub fn origin(&self) -> u64 {
        self.origin
    }

    /// Where the first held piece begins, if any is held.
    #[inline]
    pub fn first_held(&self) -> Option<u64> {
        self.held.as_ref().and_then(|held| held.first())
    }

    /// What the held pieces cost, in bytes of memory.
    #[inline]
    pub fn held_size(&self) -> usize {
        self.held.as_ref().map_or(0, |held| held.size())
    }

    /// Whether the first byte is known for sure.
    #[inline]
    pub fn is_settled(&self) -> bool {
        self.settled
    }

    #[inline]
    fn deliver(&mut self, bytes: &[u8], packet: PacketRef, deliver: &mut impl FnMut(Delivery<'_>)) {
        if !bytes.is_empty() {
            deliver(Delivery::Data { offset: self.next - self.origin, bytes, packet });
            self.next += bytes.len() as u64;
            self.last_packet = packet.number;
        }
    }

    fn gap(&mut self, end: u64, packet: PacketRef, deliver: &mut impl FnMut(Delivery<'_>)) {
        let (offset, bytes) = (self.next - self.origin, end - self.next);
        deliver(Delivery::Gap { offset, bytes, after_packet: self.last_packet, packet });
        self.next = end;
    }

    #[cold]
    fn receive_out_of_order(
        &mut self,
        piece: Piece<'_>,
        deliver: &mut impl FnMut(Delivery<'_>),
    ) -> usize {
        let start = self.position(piece.sequence);
        let end = start + piece.bytes.len() as u64;
        if start > self.next + MAX_WINDOW {
            return 0;
        }
        let delivered = if self.settled { self.next.saturating_sub(start) } else { 0 };
        let old = piece.bytes.len().min(delivered as usize);
        // Bytes before byte 0 were never delivered: the stream was joined later.
        let before = self.origin.saturating_sub(start).min(old as u64) as usize;
        if old > before {
            let offset = start + before as u64 - self.origin;
            let bytes = &piece.bytes[before..old];
            deliver(Delivery::Repeated { offset, bytes, packet: piece.packet });
        }
        let held = self.held.get_or_insert_default();
        let known = held.hold(start + old as u64, &piece.bytes[old..], piece.packet);
        if piece.missing > 0 && end + u64::from(piece.missing) > self.next {
            held.hold_cut(end, piece);
        }
        if let Some(position) = known.conflict {
            let offset = position.saturating_sub(self.origin);
            deliver(Delivery::Conflict { offset, packet: piece.packet });
        }
        if self.settled {
            self.drain(deliver);
        }
        old + known.bytes
    }

    // ANCHOR: drain
    /// Delivers what is no longer behind a hole.
    fn drain(&mut self, deliver: &mut impl FnMut(Delivery<'_>)) {
        let Some(mut held) = self.held.take() else { return };
        while let Some((start, piece)) = held.take_until(self.next) {
            // A cut piece can begin before bytes that a repetition supplied.
            let old = (self.next - start) as usize;
            self.deliver(piece.bytes.get(old..).unwrap_or_default(), piece.packet, deliver);
            let cut = start + piece.bytes.len() as u64 + u64::from(piece.missing);
            let end = held.first().map_or(cut, |position| position.min(cut));
            if end > self.next {
                self.gap(end, piece.packet, deliver);
            }
        }
        self.held = held.first().map(|_| held);
    }
    // ANCHOR_END: drain
}
