//! Which packet carried which bytes of a stream.
//!
//! ```text
//! stream   0 ─────── 1460 ─────── 2920 ── 3000
//! packets  └── 7 ──┘ └─── 9 ────┘ └─ 12 ─┘
//! ```
//!
//! Only what is not decoded yet is remembered, so a trail stays short.

use capture::PacketRef;
use std::{collections::VecDeque, ops::Range};

/// How many packets one event names; a longer list would be longer than its event.
const MAX_PACKETS: usize = 1 << 20;

/// The packets behind the undecoded part of one direction.
#[derive(Debug, Default)]
pub(crate) struct Trail {
    /// Where each packet's bytes end in the stream, in order.
    steps: VecDeque<(u64, PacketRef)>,
    /// Where the first of them begins.
    start: u64,
}

impl Trail {
    /// Notes that the stream goes on to `end` with bytes of `packet`.
    pub(crate) fn push(&mut self, end: u64, packet: PacketRef) {
        self.steps.push_back((end, packet));
    }

    /// Forgets the packets that end at or before `offset`.
    pub(crate) fn forget_before(&mut self, offset: u64) {
        while let Some(&(end, _)) = self.steps.front() {
            if end > offset {
                return;
            }
            self.start = end;
            self.steps.pop_front();
        }
    }

    /// Gives back the memory that a long message needed.
    pub(crate) fn shrink(&mut self) {
        self.steps.shrink_to_fit();
    }

    /// Adds to `packets` the numbers of those that carried `range`, each once
    /// and in order; returns the one that came last.
    pub(crate) fn trace(&self, range: Range<u64>, packets: &mut Vec<u64>) -> Option<PacketRef> {
        let mut latest: Option<PacketRef> = None;
        let mut begin = self.start;
        for (end, packet) in &self.steps {
            if begin >= range.end {
                break;
            }
            if *end > range.start {
                note(packet.number, packets);
                latest = latest.filter(|latest| latest.number > packet.number).or(Some(*packet));
            }
            begin = *end;
        }
        latest
    }
}

/// Adds a number to a list in order. Streams come in the order of their
/// packets, but for what was sent again.
fn note(number: u64, packets: &mut Vec<u64>) {
    match packets.last() {
        Some(&last) if last == number => {}
        Some(&last) if last > number => {
            if let Err(place) = packets.binary_search(&number) {
                packets.insert(place, number);
            }
        }
        _ if packets.len() < MAX_PACKETS => packets.push(number),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trail() -> Trail {
        let mut trail = Trail::default();
        for (end, number) in [(10, 7), (20, 9), (21, 12)] {
            trail.push(end, PacketRef { number, time: None });
        }
        trail
    }

    fn traced(trail: &Trail, range: Range<u64>) -> Vec<u64> {
        let mut packets = Vec::new();
        trail.trace(range, &mut packets);
        packets
    }

    #[test]
    fn names_every_packet_that_carried_a_byte_of_the_range() {
        let trail = trail();
        assert_eq!(traced(&trail, 0..10), [7]);
        assert_eq!(traced(&trail, 9..11), [7, 9]);
        assert_eq!(traced(&trail, 10..21), [9, 12]);
        assert_eq!(traced(&trail, 0..21), [7, 9, 12]);
    }

    #[test]
    fn names_packets_in_order_where_one_was_sent_again() {
        let mut trail = trail();
        trail.push(30, PacketRef { number: 8, time: None });
        assert_eq!(traced(&trail, 5..30), [7, 8, 9, 12]);
    }

    #[test]
    fn forgets_only_whole_packets() {
        let mut trail = trail();
        trail.forget_before(15);
        assert_eq!(traced(&trail, 0..21), [9, 12]);
        trail.forget_before(20);
        assert_eq!(traced(&trail, 0..21), [12]);
    }
}
