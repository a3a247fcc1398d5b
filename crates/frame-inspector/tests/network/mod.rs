//! Conversations that are made up, and a network that carries them badly.
//!
//! The bytes are encoded here once more, by hand, so that no decoder is judged
//! by its own crate.
//!
//! ```text
//! Say, Say, Say ─► Talk: two streams, and where each message lies in them
//!                    └► segments ─► shuffled, repeated, lost ─► a pcap file in memory
//! ```

use flate2::{Compress, Compression, FlushCompress};
use frame::Kind;
use std::{fmt, ops::Range};
use wire::{Side, Sides};

const REQUEST: &[u8] = b"GET /chat HTTP/1.1\r\nHost: example.com\r\nUpgrade: websocket\r\n\
    Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
    Sec-WebSocket-Version: 13\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n";
const RESPONSE: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\
    Connection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\
    Sec-WebSocket-Extensions: permessage-deflate; client_no_context_takeover; \
    server_no_context_takeover\r\n\r\n";

/// Something that one side says.
#[derive(Clone)]
pub(crate) struct Say {
    pub(crate) from: Side,
    pub(crate) kind: Kind,
    pub(crate) payload: Vec<u8>,
    /// In how many frames; control frames stay whole.
    pub(crate) fragments: usize,
    pub(crate) compressed: bool,
}

impl fmt::Debug for Say {
    /// Short, since a failure shows all of them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Say { from, kind, payload, fragments, compressed } = self;
        let (kind, len) = (kind.name(), payload.len());
        write!(f, "{from}: {kind} of {len} B in {fragments}, compressed: {compressed}")
    }
}

/// A message where it lies in its direction's stream.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    pub(crate) from: Side,
    pub(crate) kind: Kind,
    pub(crate) payload: Vec<u8>,
    pub(crate) range: Range<u64>,
    pub(crate) headers: Vec<Range<u64>>,
}

/// A whole conversation, from the request to the closing handshake.
#[derive(Debug, Default)]
pub(crate) struct Talk {
    pub(crate) sent: Vec<Sent>,
    /// What was written, in order.
    pub(crate) writes: Vec<(Side, Vec<u8>)>,
    lens: Sides<u64>,
    masks: u32,
}

/// A TCP segment with bytes in it.
#[derive(Debug, Clone)]
pub(crate) struct Segment {
    pub(crate) from: Side,
    pub(crate) range: Range<u64>,
    bytes: Vec<u8>,
    /// How much of the other's stream its sender had received.
    acknowledged: u64,
}

impl Talk {
    /// Everything that is said, between an opening and a closing handshake.
    pub(crate) fn new(says: &[Say]) -> Self {
        let mut talk = Talk::default();
        talk.write(Side::Client, REQUEST.to_vec());
        talk.write(Side::Server, RESPONSE.to_vec());
        for say in says {
            talk.say(say);
            if say.kind == Kind::Ping {
                talk.say(&Say { from: say.from.other(), kind: Kind::Pong, ..say.clone() });
            }
        }
        for from in Side::BOTH {
            let payload = b"\x03\xe8".to_vec();
            talk.say(&Say { from, kind: Kind::Close, payload, fragments: 1, compressed: false });
        }
        talk
    }

    /// How long the stream of a side is.
    pub(crate) fn len(&self, side: Side) -> u64 {
        *self.lens.of(side)
    }

    fn write(&mut self, from: Side, bytes: Vec<u8>) {
        *self.lens.of_mut(from) += bytes.len() as u64;
        self.writes.push((from, bytes));
    }

    fn say(&mut self, say: &Say) {
        let start = self.len(say.from);
        let (bytes, headers) = self.encode(say);
        let range = start..start + bytes.len() as u64;
        let headers = headers.into_iter().map(|h| start + h.start as u64..start + h.end as u64);
        let Say { from, kind, payload, .. } = say.clone();
        self.sent.push(Sent { from, kind, payload, range, headers: headers.collect() });
        self.write(from, bytes);
    }

    /// The bytes of a message, and where its headers lie in them.
    fn encode(&mut self, say: &Say) -> (Vec<u8>, Vec<Range<usize>>) {
        let is_control = matches!(say.kind, Kind::Ping | Kind::Pong | Kind::Close);
        let compressed = say.compressed && !is_control;
        let payload = if compressed { deflated(&say.payload) } else { say.payload.clone() };
        let count = if is_control { 1 } else { say.fragments.max(1) };
        let size = payload.len().div_ceil(count);
        let mut bytes = Vec::new();
        let mut headers = Vec::new();
        for index in 0..count {
            let part = &payload[(index * size).min(payload.len())..];
            let part = &part[..part.len().min(size)];
            let fin = if index + 1 == count { 0x80 } else { 0 };
            let rsv1 = if compressed && index == 0 { 0x40 } else { 0 };
            let opcode = if index == 0 { opcode(say.kind) } else { 0 };
            let start = bytes.len();
            let mask = (say.from == Side::Client).then(|| self.mask());
            encode_frame(fin | rsv1 | opcode, mask, part, &mut bytes);
            headers.push(start..bytes.len() - part.len());
        }
        (bytes, headers)
    }

    /// A key of bytes below 32: masked letters then never look like a header.
    fn mask(&mut self) -> [u8; 4] {
        self.masks += 1;
        (self.masks.wrapping_mul(0x9e37_79b1)).to_be_bytes().map(|byte| 1 + byte % 31)
    }

    /// The bytes in segments of at most `most` bytes; none has bytes of two writes.
    pub(crate) fn segments(&self, most: usize) -> Vec<Segment> {
        let mut ends = Sides::<u64>::default();
        let mut segments = Vec::new();
        for (from, bytes) in &self.writes {
            let most = most.max(bytes.len() / 40);
            for part in bytes.chunks(most) {
                let start = *ends.of(*from);
                let range = start..start + part.len() as u64;
                let acknowledged = *ends.of(from.other());
                *ends.of_mut(*from) = range.end;
                segments.push(Segment { from: *from, range, bytes: part.to_vec(), acknowledged });
            }
        }
        segments
    }

    /// A pcap file of TCP's opening, these segments, and TCP's end.
    pub(crate) fn capture(&self, segments: &[Segment], begins: Sides<u32>) -> Vec<u8> {
        let ends = self.lens;
        let mut file = Pcap { bytes: PCAP_HEADER.to_vec(), begins, packets: 0 };
        let (client, server) = (Side::Client, Side::Server);
        // The SYN stands one before the first byte, and is not acknowledged yet.
        file.packet(client, SYN, None, None, b"");
        file.packet(server, SYN | ACK, None, Some(0), b"");
        file.packet(client, ACK, Some(0), Some(0), b"");
        for Segment { from, range, bytes, acknowledged } in segments {
            file.packet(*from, ACK, Some(range.start), Some(*acknowledged), bytes);
        }
        file.packet(server, FIN | ACK, Some(ends.server), Some(ends.client), b"");
        file.packet(client, FIN | ACK, Some(ends.client), Some(ends.server + 1), b"");
        file.packet(server, ACK, Some(ends.server + 1), Some(ends.client + 1), b"");
        file.bytes
    }

    /// The bytes from `range` of a stream once more, cut differently.
    pub(crate) fn again(&self, from: Side, range: Range<u64>) -> Segment {
        let own = self.writes.iter().filter(|(side, _)| *side == from);
        let stream: Vec<u8> = own.flat_map(|(_, bytes)| bytes.clone()).collect();
        let bytes = stream[range.start as usize..range.end as usize].to_vec();
        Segment { from, range, bytes, acknowledged: 0 }
    }
}

impl Segment {
    /// How long its IP packet is.
    pub(crate) fn packet_len(&self) -> u64 {
        HEADERS + self.bytes.len() as u64
    }
}

/// The first data packet's number in a capture, and the packets without data.
pub(crate) const FIRST_DATA: u64 = 4;
pub(crate) const WITHOUT_DATA: u64 = 6;
/// The length of the headers of IP and TCP.
pub(crate) const HEADERS: u64 = 40;

/// TCP's flags.
const FIN: u8 = 0x01;
const SYN: u8 = 0x02;
const ACK: u8 = 0x10;

/// pcap, microseconds, little-endian, packets that begin with the IP header.
const PCAP_HEADER: [u8; 24] =
    [0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 101, 0, 0, 0];

struct Pcap {
    bytes: Vec<u8>,
    begins: Sides<u32>,
    packets: u32,
}

impl Pcap {
    /// Appends a packet, a millisecond after the one before. Offsets count from
    /// the first byte of a stream; without one, the packet is a SYN.
    fn packet(
        &mut self,
        from: Side,
        flags: u8,
        offset: Option<u64>,
        acknowledged: Option<u64>,
        payload: &[u8],
    ) {
        let first = |side| self.begins.of(side).wrapping_add(1);
        let number = |side, offset: u64| u32::wrapping_add(first(side), offset as u32);
        let sequence = offset.map_or(*self.begins.of(from), |offset| number(from, offset));
        let acknowledgment = acknowledged.map_or(0, |offset| number(from.other(), offset));
        let ends = Sides { client: (1, 50_000_u16), server: (2, 80_u16) };
        let ((source, source_port), (to, to_port)) = (*ends.of(from), *ends.of(from.other()));
        let len = (HEADERS as usize + payload.len()) as u32;
        let micros = self.packets * 1000;
        self.packets += 1;
        for word in [1_800_000_000 + micros / 1_000_000, micros % 1_000_000, len, len] {
            self.bytes.extend(word.to_le_bytes());
        }
        self.bytes.extend([0x45, 0]);
        self.bytes.extend((len as u16).to_be_bytes());
        self.bytes.extend([0, 0, 0, 0, 64, 6, 0, 0]);
        self.bytes.extend([192, 0, 2, source, 192, 0, 2, to]);
        self.bytes.extend(source_port.to_be_bytes());
        self.bytes.extend(to_port.to_be_bytes());
        self.bytes.extend(sequence.to_be_bytes());
        self.bytes.extend(acknowledgment.to_be_bytes());
        self.bytes.extend([0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
        self.bytes.extend(payload);
    }
}

fn opcode(kind: Kind) -> u8 {
    match kind {
        Kind::Text => 1,
        Kind::Binary => 2,
        Kind::Close => 8,
        Kind::Ping => 9,
        Kind::Pong => 10,
    }
}

fn encode_frame(first: u8, mask: Option<[u8; 4]>, payload: &[u8], out: &mut Vec<u8>) {
    let masked = if mask.is_some() { 0x80 } else { 0 };
    out.push(first);
    match payload.len() {
        len @ 0..=125 => out.push(masked | len as u8),
        len @ 126..=0xffff => {
            out.push(masked | 126);
            out.extend((len as u16).to_be_bytes());
        }
        len => {
            out.push(masked | 127);
            out.extend((len as u64).to_be_bytes());
        }
    }
    let mask = mask.inspect(|mask| out.extend(mask)).unwrap_or_default();
    out.extend(payload.iter().zip(mask.iter().cycle()).map(|(byte, key)| byte ^ key));
}

/// RFC 7692 7.2.1: a block that ends with an empty one, whose last four bytes are left out.
fn deflated(payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(payload.len() + 64);
    let mut deflate = Compress::new(Compression::fast(), false);
    let status = deflate.compress_vec(payload, &mut out, FlushCompress::Sync);
    status.expect("there is room for what cannot be compressed");
    out.strip_suffix(b"\0\0\xff\xff").expect("a sync flush").to_vec()
}
