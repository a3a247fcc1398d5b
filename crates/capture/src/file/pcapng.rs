//! The newer format: blocks, each with its length in front and behind.
//!
//! ```text
//! ┌ type · length ─┬ body, padded to 4 bytes ┬ length ┐
//! │ 0a0d0d0a       │ section: byte order, forgets all interfaces
//! │ 00000001       │ interface: link type, snaplen, options (its clock)
//! │ 00000006       │ enhanced packet: interface, time, lengths, bytes, options
//! │ 00000003       │ simple packet: length, bytes; interface 0, no time
//! │ 00000002       │ packet, obsolete
//! │ 0000000a       │ decryption secrets
//! │ anything else  │ passed over
//! ```
//!
//! The blocks are split by pcap-file; their bodies are read here, since only
//! the few fields at the front matter and an odd option is no reason to stop.
//! Specification: draft-ietf-opsawg-pcapng.

use super::{Found, MAX_BLOCK, Step};
use crate::{LinkType, Warning, time::Clock};
use byteorder_slice::{BigEndian, LittleEndian};
use pcap_file::pcapng::{PcapNgFormatError, RawBlock, RawBlockParseError, blocks};

const SECTION: [u8; 4] = [0x0a, 0x0d, 0x0d, 0x0a];
const DECRYPTION_SECRETS: u32 = 0x0a;
/// Type and length in front of a body.
const FRONT: usize = 8;
/// The same, and the length behind it.
const FRAME: usize = 12;
/// An enhanced packet's fields before its bytes.
const PACKET_FIELDS: usize = 20;

#[derive(Debug, Default)]
pub(super) struct PcapNg {
    order: Order,
    interfaces: Vec<Interface>,
    secrets: Vec<Vec<u8>>,
}

#[derive(Debug, Clone, Copy, Default)]
enum Order {
    #[default]
    Big,
    Little,
}

#[derive(Debug, Clone, Copy)]
struct Interface {
    link: LinkType,
    snaplen: u32,
    clock: Clock,
}

impl PcapNg {
    pub(super) fn is_section(bytes: &[u8]) -> bool {
        bytes.starts_with(&SECTION)
    }

    /// TLS secrets in NSS key log format, from blocks read since the last call.
    pub(super) fn take_secrets(&mut self) -> Vec<Vec<u8>> {
        std::mem::take(&mut self.secrets)
    }

    #[inline]
    pub(super) fn step(&mut self, bytes: &[u8], offset: u64) -> Step {
        let parsed = match self.order {
            Order::Big => RawBlock::from_slice::<BigEndian>(bytes),
            Order::Little => RawBlock::from_slice::<LittleEndian>(bytes),
        };
        let (kind, block) = match parsed {
            Ok((rest, block)) => (block.type_, bytes.len() - rest.len()),
            Err(RawBlockParseError::IncompleteBuffer(_, _)) => return self.need(bytes, offset),
            // The length in front decides: if it is the wrong one, the next block will show it.
            Err(RawBlockParseError::InvalidFormat(PcapNgFormatError::BlockLengthMismatch(
                front,
                behind,
            ))) => {
                let warning = Warning::new(format!(
                    "the block at byte {offset} gives its length as {front} in front and {behind} behind"
                ));
                return Step::Lost(warning);
            }
            Err(RawBlockParseError::InvalidFormat(error)) => {
                let error = error.to_string().to_lowercase();
                return Step::Lost(Warning::new(format!("no block at byte {offset}: {error}")));
            }
        };
        let body = &bytes[FRONT..block - 4];
        match kind {
            blocks::ENHANCED_PACKET_BLOCK | blocks::PACKET_BLOCK => {
                self.packet(kind, body, block, offset)
            }
            blocks::SIMPLE_PACKET_BLOCK => self.simple_packet(body, block, offset),
            blocks::SECTION_HEADER_BLOCK => {
                self.interfaces.clear();
                self.order = match body.first() {
                    Some(0x1a) => Order::Big,
                    _ => Order::Little,
                };
                Step::Skip(block, None)
            }
            blocks::INTERFACE_DESCRIPTION_BLOCK => self.interface(body, block, offset),
            DECRYPTION_SECRETS => {
                self.secrets(body);
                Step::Skip(block, None)
            }
            _ => Step::Skip(block, None),
        }
    }

    /// How much of a block that is not all there is needed.
    fn need(&self, bytes: &[u8], offset: u64) -> Step {
        if bytes.len() < FRAME {
            return Step::Need(FRAME);
        }
        let order = match (bytes.starts_with(&SECTION), bytes[8]) {
            (true, 0x1a) => Order::Big,
            (true, _) => Order::Little,
            (false, _) => self.order,
        };
        let len = order.u32(bytes, 4).unwrap_or_default() as usize;
        if len > MAX_BLOCK {
            return Step::Lost(Warning::new(format!(
                "the block at byte {offset} claims {len} bytes, more than the {MAX_BLOCK} a block may have here"
            )));
        }
        Step::Need(len)
    }

    fn packet(&self, kind: u32, body: &[u8], block: usize, offset: u64) -> Step {
        let order = self.order;
        let fields = || {
            let interface = match kind {
                blocks::PACKET_BLOCK => u32::from(order.u16(body, 0)?),
                _ => order.u32(body, 0)?,
            };
            let ticks = u64::from(order.u32(body, 4)?) << 32 | u64::from(order.u32(body, 8)?);
            Some((interface, ticks, order.u32(body, 12)?, order.u32(body, 16)?))
        };
        let Some((interface, ticks, captured, original_len)) = fields() else {
            return Step::BadPacket(block, too_short(offset, body.len()));
        };
        if captured as usize > body.len() - PACKET_FIELDS {
            let there = body.len() - PACKET_FIELDS;
            return Step::BadPacket(
                block,
                Warning::new(format!(
                    "the packet block at byte {offset} claims {captured} captured bytes and has {there}: it was passed over"
                )),
            );
        }
        let Some(described) = self.interfaces.get(interface as usize) else {
            return Step::BadPacket(block, unknown_interface(offset, interface));
        };
        Step::Packet(Found {
            skip: FRONT + PACKET_FIELDS,
            len: captured as usize,
            block,
            time: Some(described.clock.time(ticks)),
            interface,
            link: described.link,
            original_len: original_len.max(captured),
        })
    }

    fn simple_packet(&self, body: &[u8], block: usize, offset: u64) -> Step {
        let Some(original_len) = self.order.u32(body, 0) else {
            return Step::BadPacket(block, too_short(offset, body.len()));
        };
        let Some(described) = self.interfaces.first() else {
            return Step::BadPacket(block, unknown_interface(offset, 0));
        };
        let snaplen = if described.snaplen == 0 { u32::MAX } else { described.snaplen };
        let len = (original_len.min(snaplen) as usize).min(body.len() - 4);
        Step::Packet(Found {
            skip: FRONT + 4,
            len,
            block,
            time: None,
            interface: 0,
            link: described.link,
            original_len,
        })
    }

    fn interface(&mut self, body: &[u8], block: usize, offset: u64) -> Step {
        let order = self.order;
        let (Some(link), Some(snaplen)) = (order.u16(body, 0), order.u32(body, 4)) else {
            return Step::Skip(block, Some(too_short(offset, body.len())));
        };
        let mut clock = Clock::MICROSECONDS;
        let mut seconds = 0;
        let options = Options { order, bytes: &body[8..] };
        for (code, value) in options {
            match (code, value) {
                (9, [resolution, ..]) => clock = Clock::from_resolution(*resolution),
                (14, value) => seconds = order.i64(value).unwrap_or_default(),
                _ => {}
            }
        }
        let link = LinkType(link.into());
        self.interfaces.push(Interface { link, snaplen, clock: clock.with_offset(seconds) });
        Step::Skip(block, None)
    }

    fn secrets(&mut self, body: &[u8]) {
        const TLS_KEY_LOG: u32 = 0x544c_534b;
        let (Some(kind), Some(len)) = (self.order.u32(body, 0), self.order.u32(body, 4)) else {
            return;
        };
        if let (TLS_KEY_LOG, Some(log)) = (kind, body[8..].get(..len as usize)) {
            self.secrets.push(log.to_vec());
        }
    }
}

fn too_short(offset: u64, len: usize) -> Warning {
    Warning::new(format!(
        "the block at byte {offset} has a body of {len} bytes, too short for its fields: it was passed over"
    ))
}

fn unknown_interface(offset: u64, interface: u32) -> Warning {
    Warning::new(format!(
        "the packet block at byte {offset} belongs to interface {interface}, which was never described: it was passed over"
    ))
}

impl Order {
    #[inline]
    fn u16(self, bytes: &[u8], at: usize) -> Option<u16> {
        let array = *bytes.get(at..)?.first_chunk()?;
        Some(match self {
            Order::Big => u16::from_be_bytes(array),
            Order::Little => u16::from_le_bytes(array),
        })
    }

    #[inline]
    fn u32(self, bytes: &[u8], at: usize) -> Option<u32> {
        let array = *bytes.get(at..)?.first_chunk()?;
        Some(match self {
            Order::Big => u32::from_be_bytes(array),
            Order::Little => u32::from_le_bytes(array),
        })
    }

    fn i64(self, bytes: &[u8]) -> Option<i64> {
        let array = *bytes.first_chunk()?;
        Some(match self {
            Order::Big => i64::from_be_bytes(array),
            Order::Little => i64::from_le_bytes(array),
        })
    }
}

/// The options of a block: code, length, value padded to 4 bytes; code 0 ends them.
struct Options<'a> {
    order: Order,
    bytes: &'a [u8],
}

impl<'a> Iterator for Options<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let code = self.order.u16(self.bytes, 0)?;
        let len = usize::from(self.order.u16(self.bytes, 2)?);
        let value = self.bytes.get(4..4 + len)?;
        self.bytes = self.bytes.get(4 + len.next_multiple_of(4)..).unwrap_or_default();
        (code != 0).then_some((code, value))
    }
}
