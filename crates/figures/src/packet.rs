//! Ethernet, IPv4 and TCP around a piece of a stream.
//!
//! ```text
//! Ethernet 14 │ IPv4 20 │ TCP 20 + 12 of options (a timestamp) │ at most 1,448 bytes
//! ```
//!
//! As in a capture of a machine that lets its network card do it, TCP's
//! checksum is not filled in.

use wire::Side;

/// How much of a stream fits a packet, on a network of 1,500 bytes.
pub const MAX_PIECE: usize = 1_448;

const IP_HEADER: usize = 20;
const TCP_HEADER: usize = 32;
const SERVER_ADDRESS: [u8; 4] = [192, 0, 2, 80];
/// One of those on which other tools expect HTTP too.
const SERVER_PORT: u16 = 8080;

/// TCP's flags as they are on the wire.
pub mod flag {
    /// No more bytes.
    pub const FIN: u8 = 0x01;
    /// The beginning.
    pub const SYN: u8 = 0x02;
    /// Hand it to the application now.
    pub const PSH: u8 = 0x08;
    /// The acknowledgment number counts.
    pub const ACK: u8 = 0x10;
}

/// The fields that differ from packet to packet.
#[derive(Debug, Clone, Copy)]
pub struct Fields {
    /// The client's address and port.
    pub client: ([u8; 4], u16),
    /// Who sends it.
    pub from: Side,
    /// The number of its first byte.
    pub sequence: u32,
    /// The number of the byte that its sender awaits.
    pub acknowledgment: u32,
    /// [`flag`]s.
    pub flags: u8,
    /// Milliseconds, for the timestamp option.
    pub clock: u32,
}

impl Fields {
    /// Writes the packet over what is in `out`.
    pub fn encode(&self, piece: &[u8], out: &mut Vec<u8>) {
        let server = (SERVER_ADDRESS, SERVER_PORT);
        let (source, destination) = match self.from {
            Side::Client => (self.client, server),
            Side::Server => (server, self.client),
        };
        out.clear();
        out.extend_from_slice(&ethernet(self.from));

        let start = out.len();
        let total = (IP_HEADER + TCP_HEADER + piece.len()) as u16;
        out.extend_from_slice(&[0x45, 0]);
        out.extend_from_slice(&total.to_be_bytes());
        out.extend_from_slice(&[0, 0, 0x40, 0, 64, 6, 0, 0]);
        out.extend_from_slice(&source.0);
        out.extend_from_slice(&destination.0);
        let checksum = checksum(&out[start..]);
        out[start + 10..start + 12].copy_from_slice(&checksum.to_be_bytes());

        out.extend_from_slice(&source.1.to_be_bytes());
        out.extend_from_slice(&destination.1.to_be_bytes());
        out.extend_from_slice(&self.sequence.to_be_bytes());
        out.extend_from_slice(&self.acknowledgment.to_be_bytes());
        out.extend_from_slice(&[(TCP_HEADER as u8 / 4) << 4, self.flags]);
        out.extend_from_slice(&[0x01, 0xf5, 0, 0, 0, 0]);
        out.extend_from_slice(&[1, 1, 8, 10]);
        out.extend_from_slice(&self.clock.to_be_bytes());
        out.extend_from_slice(&self.clock.to_be_bytes());

        out.extend_from_slice(piece);
    }
}

fn ethernet(from: Side) -> [u8; 14] {
    // Locally administered addresses that belong to nobody, and the type of IPv4.
    let (to, from) = if from == Side::Client { (2, 1) } else { (1, 2) };
    [2, 0, 0, 0, 0, to, 2, 0, 0, 0, 0, from, 0x08, 0x00]
}

/// The ones' complement sum of RFC 1071.
fn checksum(header: &[u8]) -> u16 {
    let mut sum: u32 = header.chunks_exact(2).map(|w| u32::from(w[0]) << 8 | u32::from(w[1])).sum();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !(sum as u16)
}
