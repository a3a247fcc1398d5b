//! One direction: whatever happens to the segments, the stream comes out right.

use capture::{
    PacketRef, Reassembly,
    reassembly::{Delivery, Piece},
};
use proptest::{collection::vec, prelude::*};

/// What came out, in order.
#[derive(Debug, Default)]
struct Stream {
    pieces: Vec<Out>,
    conflicts: Vec<u64>,
}

#[derive(Debug, PartialEq, Eq)]
enum Out {
    Data(u64, Vec<u8>),
    Gap(u64, u64),
}

impl Stream {
    fn take(&mut self, delivery: Delivery<'_>) {
        match delivery {
            Delivery::Data { offset, bytes, .. } => {
                self.pieces.push(Out::Data(offset, bytes.into()));
            }
            Delivery::Gap { offset, bytes, .. } => self.pieces.push(Out::Gap(offset, bytes)),
            Delivery::Conflict { offset, .. } => self.conflicts.push(offset),
            Delivery::Repeated { .. } => {}
        }
    }

    /// Every byte exactly once, in order; a byte that was not captured is `None`.
    fn bytes(&self) -> Vec<Option<u8>> {
        let mut bytes = Vec::new();
        for piece in &self.pieces {
            match piece {
                Out::Data(offset, data) => {
                    assert_eq!(*offset, bytes.len() as u64, "data out of place");
                    assert!(!data.is_empty(), "empty data");
                    bytes.extend(data.iter().copied().map(Some));
                }
                Out::Gap(offset, len) => {
                    assert_eq!(*offset, bytes.len() as u64, "gap out of place");
                    assert!(*len > 0, "empty gap");
                    bytes.resize(bytes.len() + *len as usize, None);
                }
            }
        }
        bytes
    }
}

fn packet(number: u64) -> PacketRef {
    PacketRef { number, time: None }
}

fn piece(sequence: u32, bytes: &[u8]) -> Piece<'_> {
    Piece { sequence, bytes, missing: 0, packet: packet(1) }
}

fn reassemble(start: u32, pieces: &[(u32, &[u8])]) -> Stream {
    let mut stream = Stream::default();
    let mut reassembly = Reassembly::new(start);
    for (sequence, bytes) in pieces {
        reassembly.receive(piece(*sequence, bytes), &mut |delivery| stream.take(delivery));
    }
    stream
}

fn data(offset: u64, bytes: &[u8]) -> Out {
    Out::Data(offset, bytes.to_vec())
}

#[test]
fn in_order_segments_pass_through() {
    let stream = reassemble(100, &[(100, b"Hello"), (105, b", world")]);
    assert_eq!(stream.pieces, [data(0, b"Hello"), data(5, b", world")]);
}

#[test]
fn a_segment_behind_a_hole_waits_for_it() {
    let stream = reassemble(0, &[(5, b"world"), (0, b"Hello")]);
    assert_eq!(stream.pieces, [data(0, b"Hello"), data(5, b"world")]);
}

#[test]
fn an_overlap_gives_only_what_is_new() {
    let stream = reassemble(0, &[(0, b"Hello"), (3, b"lo, wo"), (0, b"Hello"), (6, b" world")]);
    assert_eq!(stream.pieces, [data(0, b"Hello"), data(5, b", wo"), data(9, b"rld")]);
    assert_eq!(stream.conflicts, []);
}

#[test]
fn of_two_held_copies_the_first_counts() {
    let stream = reassemble(0, &[(2, b"cde"), (1, b"bXdYf"), (0, b"a")]);
    assert_eq!(stream.bytes(), b"abcdef".map(Some));
    assert_eq!(stream.conflicts, [2]);
}

#[test]
fn sequence_numbers_wrap() {
    let stream = reassemble(u32::MAX - 1, &[(2, b"ef"), (u32::MAX - 1, b"abcd"), (4, b"g")]);
    assert_eq!(stream.bytes(), b"abcdefg".map(Some));
}

#[test]
fn a_joined_stream_begins_with_the_lowest_of_its_first_segments() {
    let mut stream = Stream::default();
    let mut reassembly = Reassembly::unsettled(500);
    reassembly.receive(piece(500, b"world"), &mut |delivery| stream.take(delivery));
    reassembly.receive(piece(495, b"Hello"), &mut |delivery| stream.take(delivery));
    assert_eq!(stream.pieces, []);
    reassembly.settle(&mut |delivery| stream.take(delivery));
    reassembly.receive(piece(490, b"older"), &mut |delivery| stream.take(delivery));
    assert_eq!(stream.pieces, [data(0, b"Hello"), data(5, b"world")]);
}

#[test]
fn a_cut_payload_is_a_gap_of_exactly_what_is_missing() {
    let mut stream = Stream::default();
    let mut reassembly = Reassembly::new(0);
    let mut take = |delivery: Delivery<'_>| stream.take(delivery);
    reassembly.receive(Piece { missing: 7, ..piece(0, b"abc") }, &mut take);
    reassembly.receive(Piece { missing: 7, ..piece(10, b"def") }, &mut take);
    reassembly.receive(Piece { missing: 5, ..piece(20, b"") }, &mut take);
    reassembly.receive(piece(25, b"g"), &mut take);
    let [first, second] = [Out::Gap(3, 7), Out::Gap(13, 7)];
    let want = [data(0, b"abc"), first, data(10, b"def"), second, Out::Gap(20, 5), data(25, b"g")];
    assert_eq!(stream.pieces, want);
}

#[test]
fn a_held_repetition_supplies_what_was_cut_off() {
    let mut stream = Stream::default();
    let mut reassembly = Reassembly::new(0);
    let mut take = |delivery: Delivery<'_>| stream.take(delivery);
    reassembly.receive(Piece { missing: 3, ..piece(5, b"fg") }, &mut take);
    reassembly.receive(Piece { missing: 5, ..piece(5, b"") }, &mut take);
    reassembly.receive(piece(5, b"fghij"), &mut take);
    reassembly.receive(piece(0, b"abcde"), &mut take);
    assert_eq!(stream.bytes(), b"abcdefghij".map(Some));
}

#[test]
fn a_segment_further_than_any_window_is_no_part_of_the_stream() {
    let stream = reassemble(0, &[(0, b"a"), (1 << 30 | 2, b"?"), (1, b"b")]);
    assert_eq!(stream.bytes(), b"ab".map(Some));
}

/// A stream and where its segments lie: enough to cover it, and some that overlap.
fn cuts() -> impl Strategy<Value = (u32, Vec<u8>, Vec<(usize, usize)>)> {
    let start = prop_oneof![any::<u32>(), (u32::MAX - 300)..=u32::MAX];
    (start, vec(any::<u8>(), 1..600)).prop_flat_map(|(start, bytes)| {
        let len = bytes.len();
        let cover = vec(1..60_usize, len);
        let extra = vec((0..len, 1..80_usize), 0..20);
        let ranges = (cover, extra).prop_map(move |(cover, extra)| {
            let mut ranges = Vec::new();
            let mut next = 0;
            for size in cover {
                if next < len {
                    ranges.push((next, len.min(next + size)));
                    next += size;
                }
            }
            ranges.extend(extra.into_iter().map(|(from, size)| (from, len.min(from + size))));
            ranges
        });
        (Just(start), Just(bytes), ranges.prop_shuffle())
    })
}

proptest! {
    #[test]
    fn any_order_with_any_overlap_gives_the_stream((start, bytes, ranges) in cuts()) {
        let mut stream = Stream::default();
        let mut reassembly = Reassembly::new(start);
        let mut repeated = 0;
        for &(from, to) in &ranges {
            let sequence = start.wrapping_add(from as u32);
            repeated += reassembly.receive(piece(sequence, &bytes[from..to]), &mut |delivery| {
                stream.take(delivery);
            });
        }
        let sent: usize = ranges.iter().map(|(from, to)| to - from).sum();
        prop_assert_eq!(stream.bytes(), bytes.iter().copied().map(Some).collect::<Vec<_>>());
        prop_assert_eq!(repeated, sent - bytes.len());
        prop_assert_eq!(stream.conflicts, []);
        prop_assert_eq!(reassembly.held_size(), 0);
    }

    #[test]
    fn with_losses_every_delivered_byte_is_right_and_gaps_fill_the_rest(
        (start, bytes, ranges) in cuts(),
        lost in vec(any::<bool>(), 700),
        cut in vec(prop_oneof![3 => Just(0), 1 => 1..50_usize], 700),
    ) {
        let mut stream = Stream::default();
        let mut reassembly = Reassembly::new(start);
        let mut known = vec![false; bytes.len()];
        let mut end = 0;
        for (&(from, to), (lost, cut)) in ranges.iter().zip(lost.into_iter().zip(cut)) {
            if lost {
                continue;
            }
            let captured = to.saturating_sub(cut).max(from);
            known[from..captured].fill(true);
            end = end.max(to);
            let missing = (to - captured) as u32;
            let sequence = start.wrapping_add(from as u32);
            let piece = Piece { missing, ..piece(sequence, &bytes[from..captured]) };
            reassembly.receive(piece, &mut |delivery| stream.take(delivery));
        }
        while let Some(first) = reassembly.first_held() {
            reassembly.skip_to(first, packet(2), &mut |delivery| stream.take(delivery));
        }
        let out = stream.bytes();
        prop_assert!(out.len() <= end);
        for (at, byte) in out.iter().enumerate() {
            if let Some(byte) = byte {
                prop_assert!(known[at]);
                prop_assert_eq!(*byte, bytes[at]);
            }
        }
        prop_assert_eq!(stream.conflicts, []);
        prop_assert_eq!(reassembly.held_size(), 0);
    }

    #[test]
    fn any_pieces_at_all_give_a_stream_without_holes_or_overlaps(
        start: u32,
        pieces in vec((any::<i16>(), vec(any::<u8>(), 0..40), 0..30_u32), 0..60),
    ) {
        let mut stream = Stream::default();
        let mut reassembly = Reassembly::unsettled(start);
        for (index, (distance, bytes, missing)) in pieces.iter().enumerate() {
            let sequence = start.wrapping_add_signed((distance / 64).into());
            let piece = Piece { missing: *missing, ..piece(sequence, bytes) };
            reassembly.receive(piece, &mut |delivery| stream.take(delivery));
            if index == 2 {
                reassembly.settle(&mut |delivery| stream.take(delivery));
            }
        }
        reassembly.settle(&mut |delivery| stream.take(delivery));
        while let Some(first) = reassembly.first_held() {
            reassembly.skip_to(first, packet(2), &mut |delivery| stream.take(delivery));
        }
        stream.bytes();
        prop_assert_eq!(reassembly.held_size(), 0);
    }
}
