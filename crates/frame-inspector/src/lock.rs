//! Finding frames in the middle of a stream.
//!
//! A frame header has no marker. But its first two bytes allow few values, the
//! length says where the next header must be, and text must be text: each
//! frame that fits adds evidence, counted in bits.
//!
//! ```text
//! … 6c 6f 81 05 48 65 6c 6c 6f 82 02 00 01 89 00
//!         └─ text, 5: 5 + 5 ─┘ └ binary: 5 ┘ └ ping: 5 ┘ the end: 7
//! ```
//!
//! Never an invented frame: a place is believed only where the evidence is
//! stronger than all the places that are looked at.

use frame::{Code, Header, LengthForm, Opcode, decoder::MAX_CONTROL_PAYLOAD};

/// How many bytes are searched before they are given up.
const WINDOW: usize = 128 << 10;

/// Bytes among which no frame boundary is known.
#[derive(Debug)]
pub(crate) struct Search {
    /// Whether the sender masks.
    masked: bool,
    /// Whether the sender may compress, so that RSV1 means something.
    compresses: bool,
    /// Where boundaries were lost.
    began: u64,
    /// Where the bytes begin in the stream.
    start: u64,
    bytes: Vec<u8>,
    /// Where packets begin in `bytes`.
    packets: Vec<usize>,
    /// Places where a chain begins that is not broken so far.
    candidates: Vec<Candidate>,
}

/// A place where frames may begin.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    at: u32,
    /// How many bytes there must be before a second look can tell more.
    needs: u32,
}

impl Search {
    /// A search that begins at `start` of the stream.
    pub(crate) fn new(start: u64, masked: bool, compresses: bool) -> Self {
        Search {
            masked,
            compresses,
            began: start,
            start,
            bytes: Vec::new(),
            packets: Vec::new(),
            candidates: Vec::new(),
        }
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
        self.packets.push(begin);
        let places = (begin..).zip(bytes).filter(|(_, first)| may_begin(**first));
        // The window is far smaller than what a u32 counts.
        self.candidates.extend(places.map(|(at, _)| Candidate { at: at as u32, needs: 0 }));
    }

    /// Gives up the bytes so far; `missing` bytes follow that nobody has.
    pub(crate) fn miss(&mut self, missing: u64) {
        self.start += self.bytes.len() as u64 + missing;
        self.bytes.clear();
        self.packets.clear();
        self.candidates.clear();
    }

    /// Where frames begin again: the offset in the stream, and the bytes from
    /// there. At the `last` chance an indication is enough.
    pub(crate) fn find(&mut self, last: bool) -> Option<(u64, &[u8])> {
        let Search { masked, compresses, start, bytes, packets, candidates, .. } = self;
        let mut found = None;
        candidates.retain_mut(|Candidate { at, needs }| {
            if bytes.len() < *needs as usize && !last {
                return true;
            }
            let chain = Chain::of(bytes, *at as usize, *masked, packets);
            if chain.is_compressed && !*compresses {
                return false;
            }
            if found.is_none() && chain.is_believable(last) {
                found = Some(*at as usize);
            }
            *needs = u32::try_from(chain.needs).unwrap_or(u32::MAX);
            !chain.is_broken
        });
        let at = found?;
        Some((*start + at as u64, bytes.get(at..).unwrap_or_default()))
    }
}

/// Evidence that is proof: a stream of random bytes has such a place once in
/// hundreds of megabytes.
const PROOF: u32 = 28;
/// Evidence that is enough where nothing more will come, or where something
/// else says that frames begin here.
const INDICATION: u32 = 20;
/// A header that a correct sender could have written: about one in sixty.
const HEADER: u32 = 5;
/// A frame that begins where a packet does, among a thousand places.
const AT_PACKET: u32 = 10;
/// A frame that ends where the bytes end.
const AT_END: u32 = 7;
/// Where packets are shorter than this many bytes, nearly every place begins
/// one, and that is evidence of nothing.
const TINY_PACKET: usize = 4;
/// How many empty fragments are passed over: a run of zeros looks like them.
const MAX_EMPTY: u32 = 4;
/// The most that a text counts for being UTF-8, a bit a byte.
const TEXT: u32 = 10;

/// Frames that follow one another.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Chain {
    /// How many are whole.
    frames: u32,
    /// What speaks for them, in bits.
    evidence: u32,
    /// Whether a frame of it has RSV1.
    is_compressed: bool,
    /// Whether an implausible frame follows.
    is_broken: bool,
    /// How many bytes there must be before more can be told.
    needs: usize,
}

impl Chain {
    /// The chain from byte `start`, as long as it takes to be proof. Packets
    /// begin at `packets`.
    pub(crate) fn of(bytes: &[u8], start: usize, masked: bool, packets: &[usize]) -> Chain {
        let mut chain = Chain::default();
        let is_aligned = bytes.len() >= packets.len() * TINY_PACKET;
        let (at_packet, at_end) = if is_aligned { (AT_PACKET, AT_END) } else { (0, 0) };
        let mut is_open = None;
        let mut empty = 0;
        let mut at = start;
        while chain.evidence < PROOF {
            let rest = bytes.get(at..).unwrap_or_default();
            let Some(&first) = rest.first() else {
                chain.evidence += if chain.frames > 0 { at_end } else { 0 };
                chain.needs = at + 1;
                return chain;
            };
            chain.is_broken = !may_begin(first);
            if chain.is_broken {
                return chain;
            }
            let Some((header, head)) = Header::decode(rest) else {
                chain.needs = at + rest.len() + 1;
                return chain;
            };
            chain.is_broken = !is_plausible(&header, masked, &mut is_open);
            if chain.is_broken {
                return chain;
            }
            chain.is_compressed |= header.rsv.rsv1();
            // A frame that is longer than the window is never seen whole.
            let len = usize::try_from(header.len).unwrap_or(usize::MAX).saturating_add(head);
            chain.needs = at.saturating_add(len);
            let Some(frame) = rest.get(..len) else { return chain };
            let evidence = weigh(&header, frame.get(head..).unwrap_or_default());
            empty += u32::from(evidence == Some(0));
            let Some(evidence) = evidence.filter(|_| empty <= MAX_EMPTY) else {
                chain.is_broken = true;
                return chain;
            };
            chain.frames += 1;
            chain.evidence += evidence;
            if evidence > 0 && packets.binary_search(&at).is_ok() {
                chain.evidence += at_packet;
            }
            at += len;
        }
        chain
    }

    /// Whether it is no accident; an indication is enough where something else
    /// says so too.
    pub(crate) fn is_believable(&self, with_indication: bool) -> bool {
        let needed = if with_indication { INDICATION } else { PROOF };
        !self.is_broken && self.frames > 0 && self.evidence >= needed
    }

    /// Whether more bytes could make it believable.
    pub(crate) fn may_go_on(&self) -> bool {
        !self.is_broken
    }
}

/// What a whole frame adds to the evidence; none if its payload speaks against it.
fn weigh(header: &Header, payload: &[u8]) -> Option<u32> {
    // Zeros would be a chain of empty fragments, and zeros are everywhere.
    if header.opcode == Opcode::Continuation && !header.fin && header.len == 0 {
        return Some(0);
    }
    let is_text = header.opcode == Opcode::Text && header.fin && !header.rsv.rsv1();
    if !is_text && header.opcode != Opcode::Close {
        return Some(HEADER);
    }
    let mut plain = payload.to_vec();
    if let Some(mask) = header.mask {
        mask.apply(0, &mut plain);
    }
    if is_text {
        let len = u32::try_from(plain.len()).unwrap_or(u32::MAX);
        return std::str::from_utf8(&plain).ok().map(|_| HEADER + len.min(TEXT));
    }
    match plain.split_first_chunk() {
        Some((code, reason)) => {
            let is_right =
                Code(u16::from_be_bytes(*code)).may_travel() && std::str::from_utf8(reason).is_ok();
            is_right.then_some(HEADER + TEXT)
        }
        None => plain.is_empty().then_some(HEADER),
    }
}

/// Whether a header can begin with this byte: no RSV2, no RSV3, a known opcode.
fn may_begin(first: u8) -> bool {
    first & 0x30 == 0 && !matches!(Opcode::from(first), Opcode::Reserved(_))
}

/// Whether a correct endpoint could have sent this header behind those before
/// it; `is_open` says whether a message is being continued, once that is known.
fn is_plausible(header: &Header, masked: bool, is_open: &mut Option<bool>) -> bool {
    let in_order = match header.opcode {
        Opcode::Continuation => !header.rsv.rsv1() && *is_open != Some(false),
        Opcode::Text | Opcode::Binary => *is_open != Some(true),
        Opcode::Close | Opcode::Ping | Opcode::Pong => {
            !header.rsv.rsv1() && header.fin && header.len <= MAX_CONTROL_PAYLOAD
        }
        Opcode::Reserved(_) => false,
    };
    if !header.opcode.is_control() {
        *is_open = Some(!header.fin);
    }
    in_order
        && header.mask.is_some() == masked
        && header.form == LengthForm::minimal(header.len)
        && header.len <= MAX_LEN
}

/// The longest frame that is believed by its header.
const MAX_LEN: u64 = 1 << 31;

#[cfg(test)]
mod tests {
    use super::*;

    const HELLO: &[u8] = b"\x81\x05Hello";

    /// Where frames are found, and after how many packets.
    fn found(packets: &[&[u8]]) -> Option<(u64, usize)> {
        let mut search = Search::new(1000, false, true);
        for (number, packet) in (1..).zip(packets) {
            search.receive(packet);
            if let Some((offset, _)) = search.find(false) {
                return Some((offset, number));
            }
        }
        search.find(true).map(|(offset, _)| (offset, packets.len() + 1))
    }

    #[test]
    fn believes_text_that_is_a_packet_of_its_own() {
        let text: &[u8] = b"\x81\x0bHello again";
        assert_eq!(found(&[b"the rest of a message", text]), Some((1021, 2)));
    }

    #[test]
    fn believes_a_binary_frame_only_with_the_next_one() {
        let binary: &[u8] = b"\x82\x03\x01\x02\x03";
        assert_eq!(found(&[b"rest", binary, binary]), Some((1004, 3)));
        assert_eq!(found(&[b"rest", binary]), Some((1004, 3)), "or where nothing follows");
    }

    #[test]
    fn believes_a_row_of_frames_inside_a_packet() {
        let row = [b"rest", HELLO, HELLO, HELLO, b"\x81\x05He"].concat();
        assert_eq!(found(&[&row]), Some((1004, 1)));
    }

    #[test]
    fn never_believes_text_that_looks_like_headers() {
        let http = b"GET /chat HTTP/1.1\r\nHost: example.com\r\n\r\n".repeat(40);
        let letters = [b'A'; 4000];
        assert_eq!(found(&[&http, &http]), None);
        assert_eq!(found(&[&letters[..1400], &letters[1400..]]), None);
        assert_eq!(found(&[&[0; 1400], &[0; 100]]), None);
    }

    #[test]
    fn an_empty_fragment_is_no_evidence_and_no_contradiction() {
        let fragments: &[u8] = b"\x01\x03one\x00\x00\x80\x03two\x81\x05Hello";
        assert_eq!(found(&[b"rest", fragments]), Some((1004, 2)));
    }

    #[test]
    fn random_bytes_have_no_frames() {
        // A fixed sequence (xorshift), so that the test says the same each time.
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_le_bytes()
        };
        for masked in [true, false] {
            let mut search = Search::new(0, masked, true);
            for _ in 0..200 {
                let packet: Vec<u8> = (0..181).flat_map(|_| next()).collect();
                search.receive(&packet);
                assert!(search.find(false).is_none());
            }
        }
    }

    #[test]
    fn forgets_what_it_cannot_place() {
        for masked in [true, false] {
            let mut search = Search::new(0, masked, true);
            for _ in 0..100 {
                search.receive(&[0; 10_000]);
                assert!(search.find(false).is_none());
            }
            assert!(search.bytes.len() <= WINDOW);
        }
    }
}
