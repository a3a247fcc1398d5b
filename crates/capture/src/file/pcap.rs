//! The classic format: a header of 24 bytes, then records.
//!
//! ```text
//! ┌ magic a1b2c3d4 (µs) or a1b23c4d (ns), in the writer's byte order
//! │ version 2.4 · two unused fields · snaplen · link type
//! ├ seconds · micro- or nanoseconds · captured length · original length
//! │ the packet, as far as it was captured
//! ├ seconds · …
//! ```
//!
//! A record has no mark by which to find the next one: after damage there is
//! no way on. Specification: draft-ietf-opsawg-pcap.

use super::{Found, Step};
use crate::{LinkType, Warning, time::Clock};
use pcap_file::pcap::{PcapParseError, PcapParser, PcapTsResolution};

/// libpcap's own upper bound for what one packet can be.
const MAX_SNAPLEN: u32 = 262_144;
const RECORD_HEADER: usize = 16;

#[derive(Debug)]
pub(super) struct Pcap {
    parser: PcapParser,
    link: LinkType,
    clock: Clock,
    ticks_per_second: u64,
    max_len: u32,
}

impl Pcap {
    pub(super) const HEADER: usize = 24;

    /// Decodes the file header; `None` if it is none.
    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let (_, parser) = PcapParser::new(bytes).ok()?;
        let header = parser.header();
        let (clock, ticks_per_second) = match header.ts_resolution {
            PcapTsResolution::MicroSecond => (Clock::MICROSECONDS, 1_000_000),
            PcapTsResolution::NanoSecond => (Clock::NANOSECONDS, 1_000_000_000),
        };
        // The upper bits say whether a checksum follows each Ethernet frame; IP's own length leaves it out.
        let link = LinkType(u32::from(header.datalink) & 0x03ff_ffff);
        let max_len = header.snaplen.max(MAX_SNAPLEN).min(super::MAX_BLOCK as u32);
        Some(Pcap { parser, link, clock, ticks_per_second, max_len })
    }

    pub(super) fn link(&self) -> LinkType {
        self.link
    }

    #[inline]
    pub(super) fn step(&self, bytes: &[u8], offset: u64) -> Step {
        let (rest, packet) = match self.parser.next_raw_packet(bytes) {
            Ok(found) => found,
            Err(PcapParseError::IncompleteBuffer(needed, _)) if bytes.len() < RECORD_HEADER => {
                return Step::Need(needed);
            }
            Err(PcapParseError::IncompleteBuffer(needed, _)) => {
                if needed > self.max_len as usize {
                    return Step::Lost(self.lie(needed as u64, offset));
                }
                return Step::Need(RECORD_HEADER + needed);
            }
            Err(error) => return Step::Lost(Warning::new(format!("at byte {offset}: {error}"))),
        };
        if packet.incl_len > self.max_len {
            return Step::Lost(self.lie(packet.incl_len.into(), offset));
        }
        if bytes.starts_with(&[0; RECORD_HEADER]) {
            return Step::Lost(Warning::new(format!(
                "from byte {offset} on there are only zeros where packets should be"
            )));
        }
        let ticks = u64::from(packet.ts_sec) * self.ticks_per_second + u64::from(packet.ts_frac);
        Step::Packet(Found {
            skip: RECORD_HEADER,
            len: packet.data.len(),
            block: bytes.len() - rest.len(),
            time: Some(self.clock.time(ticks)),
            interface: 0,
            link: self.link,
            original_len: packet.orig_len.max(packet.incl_len),
        })
    }

    fn lie(&self, len: u64, offset: u64) -> Warning {
        let max_len = self.max_len;
        Warning::new(format!(
            "at byte {offset} a packet claims {len} bytes, more than the {max_len} possible here: \
             this is no packet, and where the next one begins cannot be known"
        ))
    }
}
