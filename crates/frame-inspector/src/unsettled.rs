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

/// How many bytes are held before the question is given up.
const MAX_HELD: usize = 64 << 10;

/// What came, in order, before anybody could tell what it was.
#[derive(Debug, Default)]
pub(crate) struct Unsettled {
    pub(crate) held: Vec<Held>,
    bytes: usize,
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
    pub(crate) fn push(&mut self, from: End, what: Piece<&[u8]>, packet: PacketRef) {
        let what = match what {
            Piece::Data(bytes) => {
                self.bytes += bytes.len();
                Piece::Data(bytes.to_vec())
            }
            Piece::Gap { bytes, after_packet } => Piece::Gap { bytes, after_packet },
            Piece::Fin => Piece::Fin,
        };
        self.held.push(Held { from, what, packet });
    }

    /// Who is the client and what is spoken, where that can be told. With
    /// `initiator` the connection was seen from its start. At the `last`
    /// chance there is always an answer.
    pub(crate) fn settle(&self, initiator: Option<End>, last: bool) -> Option<Settled> {
        let is_last = last || self.bytes > MAX_HELD;
        let mut may_come = false;
        for end in End::BOTH {
            match self.judge(end, initiator, is_last) {
                Verdict::Settled(settled) => return Some(settled),
                Verdict::Waiting => may_come = true,
                Verdict::Unknown | Verdict::Silent => {}
            }
        }
        if !is_last && (may_come || initiator.is_none() || self.bytes == 0) {
            return None;
        }
        let first_said = self.held.first().map(|held| held.from);
        let client = initiator.or(first_said).unwrap_or(End::First);
        Some(Settled { client, spoken: Spoken::Unknown })
    }

    fn judge(&self, end: End, initiator: Option<End>, last: bool) -> Verdict {
        let has_gap = self.held.iter().any(|held| matches!(held.what, Piece::Gap { .. }));
        if initiator.is_some() && !has_gap {
            let bytes: Vec<u8> = self.packets(end).flatten().copied().collect();
            if bytes.is_empty() {
                return Verdict::Silent;
            }
            // From its start, a connection carries no frame before a handshake.
            return match sniff(&bytes) {
                Sniffed::Frames { .. } | Sniffed::Unknown => Verdict::Unknown,
                Sniffed::TooShort => Verdict::Waiting,
                sniffed => settled(sniffed, end, initiator),
            };
        }
        let mut searches = [true, false].map(|masked| (masked, Search::new(0, masked)));
        for packet in self.packets(end) {
            match sniff(packet) {
                Sniffed::Frames { .. } | Sniffed::TooShort | Sniffed::Unknown => {}
                sniffed => return settled(sniffed, end, initiator),
            }
            for (masked, search) in &mut searches {
                search.receive(packet);
                if search.find(last).is_some() {
                    return settled(Sniffed::Frames { masked: *masked }, end, initiator);
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
