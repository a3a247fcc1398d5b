//! Finding frames in the middle of a stream.
//!
//! A frame header has no marker. But its first two bytes allow few values, and
//! the length says where the next header must be: a chain of plausible headers
//! that ends just where the bytes end is no accident.
//!
//! ```text
//! … 6c 6f 81 05 48 65 6c 6c 6f 82 02 00 01 89 00
//!         └─ text, 5 ────────┘ └ binary, 2┘ └ ping, 0: the end
//! ```
//!
//! Never an invented frame: a place is believed only where
//! - three whole frames follow one another, or
//! - two do and end where the bytes end, or
//! - one does, if it begins where a packet does, is a whole message, and
//!   nothing more will come that could tell.

use frame::{Header, LengthForm, Opcode, decoder::MAX_CONTROL_PAYLOAD};

/// How many bytes are searched before they are given up.
const WINDOW: usize = 256 << 10;

/// Bytes among which no frame boundary is known.
#[derive(Debug)]
pub(crate) struct Search {
    /// Whether the sender masks.
    masked: bool,
    /// Where boundaries were lost.
    began: u64,
    /// Where the bytes begin in the stream.
    start: u64,
    bytes: Vec<u8>,
    /// Places where a chain begins that is not broken so far, and whether a
    /// packet begins there.
    candidates: Vec<(usize, bool)>,
}

impl Search {
    /// A search that begins at `start` of the stream.
    pub(crate) fn new(start: u64, masked: bool) -> Self {
        Search { masked, began: start, start, bytes: Vec::new(), candidates: Vec::new() }
    }

    /// Where in the stream the search began.
    pub(crate) fn began(&self) -> u64 {
        self.began
    }

    /// Adds the bytes of a packet.
    pub(crate) fn receive(&mut self, bytes: &[u8]) {
        if self.bytes.len() + bytes.len() > WINDOW {
            self.miss(0);
        }
        let begin = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        self.candidates.extend((begin..self.bytes.len()).map(|at| (at, at == begin)));
    }

    /// Gives up the bytes so far; `missing` bytes follow that nobody has.
    pub(crate) fn miss(&mut self, missing: u64) {
        self.start += self.bytes.len() as u64 + missing;
        self.bytes.clear();
        self.candidates.clear();
    }

    /// Where frames begin again: the offset in the stream, and the bytes from
    /// there. At the `last` chance one frame is enough.
    pub(crate) fn find(&mut self, last: bool) -> Option<(u64, &[u8])> {
        let Search { masked, start, bytes, candidates, .. } = self;
        let mut found = None;
        candidates.retain(|&(at, begins_packet)| {
            let chain = Chain::of(bytes.get(at..).unwrap_or_default(), *masked);
            if found.is_none() && chain.is_believable(last && begins_packet) {
                found = Some(at);
            }
            !chain.is_broken
        });
        let at = found?;
        Some((*start + at as u64, bytes.get(at..).unwrap_or_default()))
    }
}

/// How many frames in a row are proof.
const ENOUGH: u32 = 3;

/// Frames that follow one another.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Chain {
    /// How many are whole.
    pub(crate) frames: u32,
    /// Whether the first is a whole message.
    pub(crate) begins_message: bool,
    /// Whether the last one ends where the bytes end.
    pub(crate) is_exact: bool,
    /// Whether an implausible header follows.
    pub(crate) is_broken: bool,
}

impl Chain {
    /// Whether it is no accident; `one_is_enough` where something else says so too.
    pub(crate) fn is_believable(&self, one_is_enough: bool) -> bool {
        match self.frames {
            0 => false,
            1 => self.is_exact && self.begins_message && one_is_enough,
            2 => self.is_exact,
            _ => true,
        }
    }

    /// The chain from the first of `bytes`.
    pub(crate) fn of(bytes: &[u8], masked: bool) -> Chain {
        let mut chain = Chain::default();
        let mut rest = bytes;
        loop {
            if rest.is_empty() {
                chain.is_exact = chain.frames > 0;
                return chain;
            }
            let Some((header, header_len)) = Header::decode(rest) else { return chain };
            if !is_plausible(&header, masked) {
                chain.is_broken = true;
                return chain;
            }
            let len = usize::try_from(header.len).ok().and_then(|len| len.checked_add(header_len));
            let Some(behind) = len.and_then(|len| rest.get(len..)) else { return chain };
            if chain.frames == 0 {
                chain.begins_message = header.fin && header.opcode != Opcode::Continuation;
            }
            chain.frames += 1;
            rest = behind;
            if chain.frames == ENOUGH {
                return chain;
            }
        }
    }
}

/// Whether a correct endpoint could have sent this header.
fn is_plausible(header: &Header, masked: bool) -> bool {
    let [_, rsv2, rsv3] = header.rsv.bits();
    // Zeros would be a chain of empty fragments, and zeros are everywhere.
    let is_zeros = header.opcode == Opcode::Continuation && !header.fin && header.len == 0;
    let is_legal_control = header.fin && header.len <= MAX_CONTROL_PAYLOAD;
    header.mask.is_some() == masked
        && !is_zeros
        && !matches!(header.opcode, Opcode::Reserved(_))
        && !rsv2
        && !rsv3
        && (!header.rsv.rsv1() || matches!(header.opcode, Opcode::Text | Opcode::Binary))
        && header.form == LengthForm::minimal(header.len)
        && (!header.opcode.is_control() || is_legal_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HELLO: &[u8] = b"\x81\x05Hello";

    fn found(packets: &[&[u8]]) -> Option<u64> {
        let mut search = Search::new(1000, false);
        for packet in packets {
            search.receive(packet);
            if let Some((offset, _)) = search.find(false) {
                return Some(offset);
            }
        }
        None
    }

    #[test]
    fn believes_a_frame_that_is_a_packet_only_where_nothing_follows() {
        let packets: [&[u8]; 3] = [b"the rest of a message", b"\x81\x05He", b"llo"];
        let mut search = Search::new(1000, false);
        for packet in packets {
            search.receive(packet);
            assert_eq!(search.find(false), None);
        }
        assert_eq!(search.find(true).map(|(offset, _)| offset), Some(1021));
    }

    #[test]
    fn never_believes_a_lone_fragment() {
        let mut search = Search::new(0, false);
        search.receive(b"\x01\x05Hello");
        assert_eq!(search.find(true), None);
    }

    #[test]
    fn believes_frames_that_end_where_the_bytes_end() {
        assert_eq!(found(&[&[b"rest", HELLO, b"\x89\x00"].concat()]), Some(1004));
    }

    #[test]
    fn believes_three_frames_and_waits_for_a_second_one() {
        let two_and_a_half = [b"rest", HELLO, HELLO, b"\x81\x05He"].concat();
        assert_eq!(found(&[&two_and_a_half]), None);
        assert_eq!(found(&[&two_and_a_half, b"llo"]), Some(1004));
    }

    #[test]
    fn never_believes_text() {
        let text = b"GET /chat HTTP/1.1\r\nHost: example.com\r\n\r\n".repeat(40);
        assert_eq!(found(&[&text, &text]), None);
    }

    #[test]
    fn forgets_what_it_cannot_place() {
        let mut search = Search::new(0, true);
        for _ in 0..100 {
            search.receive(&[0; 10_000]);
            assert!(search.find(false).is_none());
        }
        assert!(search.bytes.len() <= WINDOW);
    }
}
