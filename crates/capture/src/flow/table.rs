//! Which connection two addresses belong to.

use crate::{Flags, packet::Segment};
use std::{
    collections::{HashMap, VecDeque},
    hash::{BuildHasherDefault, Hash, Hasher},
    net::{IpAddr, SocketAddr},
};

/// So many ended connections are remembered, to know their late packets.
const ENDED: usize = 16_384;

/// A segment this near to an ended connection's last byte belongs to it.
pub(super) const LATE: u32 = 1 << 20;

/// The two addresses of a connection, the smaller one first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Key {
    /// Both halves of each: 128 bits at once would be aligned, and take more room.
    addresses: [[u64; 2]; 2],
    /// Both ports, and whether it is IPv6.
    ports: u64,
}

impl Key {
    #[inline]
    pub(super) fn new(source: SocketAddr, destination: SocketAddr) -> Self {
        let (one, is_v6) = number(source.ip());
        let (other, _) = number(destination.ip());
        let (one_port, other_port) = (u64::from(source.port()), u64::from(destination.port()));
        let family = u64::from(is_v6) << 32;
        if (one, one_port) <= (other, other_port) {
            Key { addresses: [one, other], ports: family | one_port << 16 | other_port }
        } else {
            Key { addresses: [other, one], ports: family | other_port << 16 | one_port }
        }
    }
}

#[inline]
fn number(address: IpAddr) -> ([u64; 2], bool) {
    match address {
        IpAddr::V4(address) => ([0, address.to_bits().into()], false),
        IpAddr::V6(address) => {
            let number = address.to_bits();
            ([(number >> 64) as u64, number as u64], true)
        }
    }
}

impl Hash for Key {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        let [[one_high, one], [other_high, other]] = self.addresses;
        state.write_u64(one ^ self.ports);
        state.write_u64(other);
        if one_high != 0 || other_high != 0 {
            state.write_u64(one_high);
            state.write_u64(other_high);
        }
    }
}

/// Multiplies to 128 bits and folds the halves: fast, and good enough for addresses.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Folding(u64);

impl Hasher for Folding {
    #[inline]
    fn write_u64(&mut self, number: u64) {
        // The fraction of the golden ratio, made odd: its bits have no pattern.
        const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15;
        let product =
            u128::from(self.0 ^ number ^ MULTIPLIER.rotate_left(17)) * u128::from(MULTIPLIER);
        self.0 = product as u64 ^ (product >> 64) as u64;
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.write_u64(byte.into()));
    }

    #[inline]
    fn finish(&self) -> u64 {
        self.0
    }
}

/// Where a connection is kept.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place {
    Open(usize),
    Ended(Ended),
}

/// What is remembered of a connection that is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ended {
    pub(super) number: u64,
    pub(super) first: SocketAddr,
    /// The first and the next sequence number of each end, as far as they were seen.
    pub(super) streams: [Option<(u32, u32)>; 2],
}

impl Ended {
    /// What a segment with the addresses of this connection is to it.
    pub(super) fn meets(&self, segment: &Segment<'_>) -> Lateness {
        let stream = self.streams[usize::from(segment.source != self.first)];
        if segment.flags.has(Flags::SYN) {
            let is_repeated =
                stream.is_some_and(|(first, _)| first == segment.sequence.wrapping_add(1));
            return if is_repeated { Lateness::Repeated } else { Lateness::Other };
        }
        if segment.payload.is_empty() && segment.missing == 0 {
            return Lateness::Repeated;
        }
        let Some((_, next)) = stream else { return Lateness::Other };
        let start = segment.sequence.wrapping_sub(next).cast_signed();
        let end = start.saturating_add_unsigned(segment.payload.len() as u32);
        match start.unsigned_abs() < LATE {
            true if end > 0 => Lateness::New,
            true => Lateness::Repeated,
            false => Lateness::Other,
        }
    }
}

/// What a segment is to a connection that is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lateness {
    /// It says nothing new.
    Repeated,
    /// It has bytes that would have come next.
    New,
    /// It belongs to another connection.
    Other,
}

/// All connections, by their addresses.
#[derive(Debug, Default)]
pub(super) struct Table {
    places: HashMap<Key, u32, BuildHasherDefault<Folding>>,
    ended: VecDeque<(Key, Ended)>,
    /// How many ended connections were forgotten.
    forgotten: u32,
}

/// Places from here on are those of ended connections.
const FIRST_ENDED: u32 = 1 << 31;

impl Table {
    #[inline]
    pub(super) fn get(&self, key: &Key) -> Option<Place> {
        let &place = self.places.get(key)?;
        if place < FIRST_ENDED {
            return Some(Place::Open(place as usize));
        }
        let index = (place - FIRST_ENDED).wrapping_sub(self.forgotten) & (FIRST_ENDED - 1);
        self.ended.get(index as usize).map(|(_, ended)| Place::Ended(*ended))
    }

    pub(super) fn open(&mut self, key: Key, slot: usize) {
        self.places.insert(key, slot as u32);
    }

    pub(super) fn end(&mut self, key: Key, ended: Ended) {
        if self.ended.len() == ENDED {
            self.forget_one();
        }
        let place = self.forgotten.wrapping_add(self.ended.len() as u32) & (FIRST_ENDED - 1);
        self.places.insert(key, FIRST_ENDED | place);
        self.ended.push_back((key, ended));
    }

    fn forget_one(&mut self) {
        let Some((key, _)) = self.ended.pop_front() else { return };
        let place = FIRST_ENDED | (self.forgotten & (FIRST_ENDED - 1));
        // Its addresses may be in use again.
        if self.places.get(&key) == Some(&place) {
            self.places.remove(&key);
        }
        self.forgotten = self.forgotten.wrapping_add(1);
    }
}
