//! The first bytes of a connection, held until it is known who the client is
//! and what is spoken.
//!
//! TCP's own handshake shows the client, and an HTTP request the protocol. A
//! capture that begins later has neither: then the bytes themselves must tell,
//! a request or a response at the start of a packet, a TLS hello, or frames
//! that are masked as only a client's are.

use crate::{
    lock::Search,
    sniff::{Sniffed, sniff},
};
use capture::{End, PacketRef};
use std::collections::VecDeque;

/// How many bytes are held: enough for a head, or for a few frames.
const MAX_HELD: usize = 64 << 10;
/// How many bytes are looked at before the question is given up: a long message
/// may have to pass before the next frame begins.
const MAX_SEARCHED: usize = 4 << 20;

/// What came, in order, before anybody could tell what it was.
#[derive(Debug, Default)]
pub(crate) struct Unsettled {
    held: VecDeque<Held>,
    /// How many bytes are held, and how many ever were.
    bytes: usize,
    searched: usize,
    has_gap: bool,
    /// How many bytes were given up, by end.
    given_up: [u64; 2],
    /// What each end's packets looked like, where one did look like something.
    sniffed: [Option<Sniffed>; 2],
    /// Frames are looked for with masks and without, by end.
    searches: [Option<[Search; 2]>; 2],
}

/// One thing that is held.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) from: End,
    pub(crate) what: Piece,
    pub(crate) packet: PacketRef,
}

/// What may come on one direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Piece<B = Vec<u8>> {
    /// The next bytes.
    Data(B),
    /// Bytes that are not in the capture.
    Gap { bytes: u64, after_packet: u64 },
    /// The end of the direction.
    Fin,
}

impl Piece {
    /// The same, borrowed.
    pub(crate) fn as_ref(&self) -> Piece<&[u8]> {
        match self {
            Piece::Data(bytes) => Piece::Data(bytes),
            Piece::Gap { bytes, after_packet } => {
                Piece::Gap { bytes: *bytes, after_packet: *after_packet }
            }
            Piece::Fin => Piece::Fin,
        }
    }
}

/// What the held bytes tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Settled {
    pub(crate) client: End,
    pub(crate) spoken: Spoken,
}

/// What a connection turns out to speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spoken {
    Http,
    /// Without its opening handshake.
    Frames,
    Tls,
    Unknown,
}

impl Unsettled {
    /// Takes the next piece of one end's stream, which is seen `from_start` if
    /// TCP's own handshake is in the capture.
    pub(crate) fn push(
        &mut self,
        from: End,
        what: Piece<&[u8]>,
        packet: PacketRef,
        from_start: bool,
    ) {
        let what = match what {
            Piece::Data(bytes) => {
                if !from_start || self.has_gap {
                    self.look_at(from, bytes);
                }
                self.bytes += bytes.len();
                self.searched += bytes.len();
                Piece::Data(bytes.to_vec())
            }
            Piece::Gap { bytes, after_packet } => {
                self.has_gap = true;
                Piece::Gap { bytes, after_packet }
            }
            Piece::Fin => Piece::Fin,
        };
        self.held.push_back(Held { from, what, packet });
    }

    /// Hands out what is held, in order.
    pub(crate) fn take(&mut self) -> VecDeque<Held> {
        std::mem::take(&mut self.held)
    }

    /// Gives up the oldest bytes where too many are held.
    pub(crate) fn overflow(&mut self) {
        let mut at = 0;
        while let (true, Some(held)) = (self.bytes > MAX_HELD, self.held.get(at)) {
            // Gaps and FINs are small, and are told in the end.
            let Piece::Data(bytes) = &held.what else {
                at += 1;
                continue;
            };
            self.bytes -= bytes.len();
            self.given_up[held.from.index()] += bytes.len() as u64;
            self.held.remove(at);
        }
    }

    /// How many bytes of an end were given up.
    pub(crate) fn given_up(&self, end: End) -> u64 {
        self.given_up[end.index()]
    }

    /// Looks at a packet that may lie in the middle of a stream.
    fn look_at(&mut self, from: End, bytes: &[u8]) {
        let sniffed = &mut self.sniffed[from.index()];
        if sniffed.is_some() {
            return;
        }
        match sniff(bytes) {
            Sniffed::Frames { .. } | Sniffed::TooShort | Sniffed::Unknown => {}
            known => {
                *sniffed = Some(known);
                self.searches[from.index()] = None;
                return;
            }
        }
        let searches = self.searches[from.index()]
            .get_or_insert_with(|| [true, false].map(|masked| Search::new(0, masked, true)));
        for (search, masked) in searches.iter_mut().zip([true, false]) {
            search.receive(bytes);
            if search.find(false).is_some() {
                *sniffed = Some(Sniffed::Frames { masked });
            }
        }
        if sniffed.is_some() {
            self.searches[from.index()] = None;
        }
    }

    /// Who is the client and what is spoken, where that can be told. With
    /// `initiator` the connection was seen from its start. At the `last`
    /// chance there is always an answer.
    pub(crate) fn settle(&mut self, initiator: Option<End>, last: bool) -> Option<Settled> {
        let from_start = initiator.is_some() && !self.has_gap;
        let budget = if from_start { MAX_HELD } else { MAX_SEARCHED };
        let is_last = last || self.searched > budget;
        let mut may_come = false;
        for end in End::BOTH {
            let judged = match from_start {
                true => self.judge_start(end, initiator),
                false => self.judge_middle(end, initiator, is_last),
            };
            match judged {
                Verdict::Settled(settled) => return Some(settled),
                Verdict::Waiting => may_come = true,
                Verdict::Unknown | Verdict::Silent => {}
            }
        }
        if !is_last && (may_come || !from_start || self.bytes == 0) {
            return None;
        }
        let first_said = self.held.front().map(|held| held.from);
        let client = initiator.or(first_said).unwrap_or(End::First);
        Some(Settled { client, spoken: Spoken::Unknown })
    }

    /// From its start, a connection carries no frame before a handshake.
    fn judge_start(&self, end: End, initiator: Option<End>) -> Verdict {
        let bytes: Vec<u8> = self.packets(end).flatten().copied().collect();
        if bytes.is_empty() {
            return Verdict::Silent;
        }
        match sniff(&bytes) {
            Sniffed::Frames { .. } | Sniffed::Unknown => Verdict::Unknown,
            Sniffed::TooShort => Verdict::Waiting,
            sniffed => settled(sniffed, end, initiator),
        }
    }

    fn judge_middle(&mut self, end: End, initiator: Option<End>, last: bool) -> Verdict {
        if let Some(sniffed) = self.sniffed[end.index()] {
            return settled(sniffed, end, initiator);
        }
        if let (true, Some(searches)) = (last, &mut self.searches[end.index()]) {
            for (search, masked) in searches.iter_mut().zip([true, false]) {
                if search.find(true).is_some() {
                    return settled(Sniffed::Frames { masked }, end, initiator);
                }
            }
        }
        Verdict::Waiting
    }

    fn packets(&self, end: End) -> impl Iterator<Item = &Vec<u8>> {
        self.held.iter().filter(move |held| held.from == end).filter_map(|held| match &held.what {
            Piece::Data(bytes) => Some(bytes),
            Piece::Gap { .. } | Piece::Fin => None,
        })
    }
}

enum Verdict {
    Settled(Settled),
    Waiting,
    Unknown,
    Silent,
}

fn settled(sniffed: Sniffed, end: End, initiator: Option<End>) -> Verdict {
    let (by_content, spoken) = match sniffed {
        Sniffed::Request => (Some(end), Spoken::Http),
        Sniffed::Response => (Some(end.other()), Spoken::Http),
        Sniffed::Frames { masked: true } => (Some(end), Spoken::Frames),
        Sniffed::Frames { masked: false } => (Some(end.other()), Spoken::Frames),
        Sniffed::Tls(Some(true)) => (Some(end), Spoken::Tls),
        Sniffed::Tls(Some(false)) => (Some(end.other()), Spoken::Tls),
        Sniffed::Tls(None) => (None, Spoken::Tls),
        Sniffed::TooShort | Sniffed::Unknown => return Verdict::Unknown,
    };
    match initiator.or(by_content) {
        Some(client) => Verdict::Settled(Settled { client, spoken }),
        None => Verdict::Waiting,
    }
}
