//! Which connections hold bytes behind holes, and since when.
//!
//! All together may hold only so much. Beyond that, the one that has waited
//! longest is the least likely to see its hole filled: it gives up first.

use crate::PacketRef;
use std::collections::BTreeSet;

#[derive(Debug, Default)]
pub(super) struct Holders {
    size: usize,
    /// The packet since which something is held, and the slot of the connection that holds it.
    longest_first: BTreeSet<(u64, usize)>,
}

/// What one connection holds.
#[derive(Debug, Default)]
pub(super) struct Holding {
    size: usize,
    /// The packet since which it is not nothing.
    since: u64,
}

impl Holders {
    /// Takes note of what the connection in a slot holds now.
    pub(super) fn update(
        &mut self,
        slot: usize,
        holding: &mut Holding,
        size: usize,
        packet: PacketRef,
    ) {
        self.size = self.size + size - holding.size;
        match (holding.size, size) {
            (0, 1..) => {
                holding.since = packet.number;
                self.longest_first.insert((holding.since, slot));
            }
            (1.., 0) => {
                self.longest_first.remove(&(holding.since, slot));
            }
            _ => {}
        }
        holding.size = size;
    }

    /// What all hold together, in bytes of memory.
    pub(super) fn size(&self) -> usize {
        self.size
    }

    /// The slot of the connection that has waited the longest.
    pub(super) fn longest(&self) -> Option<usize> {
        self.longest_first.first().map(|&(_, slot)| slot)
    }
}

impl Holding {
    /// How many bytes of memory.
    #[inline]
    pub(super) fn size(&self) -> usize {
        self.size
    }
}
