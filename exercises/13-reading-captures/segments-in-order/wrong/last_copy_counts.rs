//! The newest copy of a byte replaces the one that was kept.

use std::collections::BTreeMap;

/// One direction of a TCP connection, put in order.
#[derive(Debug)]
pub struct Stream {
    /// The place of the next byte; its lower 32 bits are its sequence number.
    next: i64,
    /// The bytes that came too early, each at its place.
    held: BTreeMap<i64, u8>,
}

impl Stream {
    /// A stream whose next byte has the sequence number `next`.
    pub fn new(next: u32) -> Self {
        Stream { next: next.into(), held: BTreeMap::new() }
    }

    /// Takes a segment and returns the bytes that can be read now.
    pub fn receive(&mut self, sequence: u32, bytes: &[u8]) -> Vec<u8> {
        for (place, &byte) in (self.place(sequence)..).zip(bytes) {
            if place >= self.next {
                self.held.insert(place, byte);
            }
        }
        let mut ready = Vec::new();
        while let Some(byte) = self.held.remove(&self.next) {
            ready.push(byte);
            self.next += 1;
        }
        ready
    }

    /// The place of a sequence number: the nearest to the next byte.
    fn place(&self, sequence: u32) -> i64 {
        let distance = sequence.wrapping_sub(self.next as u32).cast_signed();
        self.next + i64::from(distance)
    }
}
