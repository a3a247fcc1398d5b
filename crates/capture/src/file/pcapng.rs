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
//! After damage the next packet is searched for: its fields and both its
//! lengths must fit together.
//!
//! Specification: draft-ietf-opsawg-pcapng.

use super::{Found, MAX_BLOCK, Step};
use crate::{LinkType, Warning, time::Clock};
use byteorder_slice::{BigEndian, LittleEndian};
use pcap_file::pcapng::{PcapNgFormatError, RawBlock, RawBlockParseError, blocks};

const SECTION: [u8; 4] = [0x0a, 0x0d, 0x0d, 0x0a];
/// A section says in which byte order it is by the order in which this stands in it.
const BYTE_ORDER_MAGICS: [[u8; 4]; 2] = [[0x1a, 0x2b, 0x3c, 0x4d], [0x4d, 0x3c, 0x2b, 0x1a]];
const DECRYPTION_SECRETS: u32 = 0x0a;
/// Type and length in front of a body.
const FRONT: usize = 8;
/// The same, and the length behind it.
const FRAME: usize = 12;
/// An enhanced packet's fields before its bytes.
const PACKET_FIELDS: usize = 20;

/// So many interfaces a section can have here.
const MAX_INTERFACES: usize = 65_536;
/// So many bytes of secrets are kept until somebody takes them.
const MAX_SECRETS: usize = 16 << 20;

#[derive(Debug, Default)]
pub(super) struct PcapNg {
    order: Order,
    interfaces: Vec<Interface>,
    secrets: Vec<Vec<u8>>,
    /// What was wrong, while the next block is searched for.
    lost: Option<Warning>,
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
    /// Whether a section begins here, as far as there are bytes.
    pub(super) fn is_section(bytes: &[u8]) -> bool {
        bytes.starts_with(&SECTION)
            && bytes.get(8..12).is_none_or(|magic| BYTE_ORDER_MAGICS.iter().any(|one| one == magic))
    }

    /// TLS secrets in NSS key log format, from blocks read since the last call.
    pub(super) fn take_secrets(&mut self) -> Vec<Vec<u8>> {
        std::mem::take(&mut self.secrets)
    }

    /// Nothing can be read here, for this reason: the next block is searched for.
    pub(super) fn lose(&mut self, reason: Warning) -> Step {
        self.lost = Some(reason);
        // Its first bytes are no block's.
        Step::Skip(4, None)
    }

    /// Why nothing could be read any more, if the search found nothing.
    pub(super) fn take_lost(&mut self) -> Option<Warning> {
        self.lost.take()
    }

    /// Looks at the next block; `ended` is whether these bytes are the last.
    #[inline]
    pub(super) fn step(&mut self, bytes: &[u8], offset: u64, ended: bool) -> Step {
        if self.lost.is_some() {
            return self.search(bytes, offset, ended);
        }
        let parsed = match self.order {
            Order::Big => RawBlock::from_slice::<BigEndian>(bytes),
            Order::Little => RawBlock::from_slice::<LittleEndian>(bytes),
        };
        let (kind, block) = match parsed {
            Ok((rest, block)) => (block.type_, bytes.len() - rest.len()),
            Err(RawBlockParseError::IncompleteBuffer(_, _)) => return self.need(bytes, offset),
            Err(RawBlockParseError::InvalidFormat(error)) => {
                return self.lose(no_block(offset, &error));
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
                self.order = section_order(bytes[FRONT]);
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
    #[cold]
    fn need(&mut self, bytes: &[u8], offset: u64) -> Step {
        if bytes.len() < FRAME {
            return Step::Need(FRAME);
        }
        let is_section = bytes.starts_with(&SECTION);
        let order = if is_section { section_order(bytes[8]) } else { self.order };
        let len = order.u32(bytes, 4).unwrap_or_default() as usize;
        if len > MAX_BLOCK {
            return self.lose(Warning::new(format!(
                "the block at byte {offset} claims {len} bytes, more than the {MAX_BLOCK} a block may have here"
            )));
        }
        Step::Need(len)
    }

    /// Searches for the next section or packet, by fields that fit together.
    #[cold]
    fn search(&mut self, bytes: &[u8], offset: u64, ended: bool) -> Step {
        // What a section header and the fields of a packet have at least.
        const LEAST: usize = 28;
        let mut at = 0;
        while let Some(candidate) = bytes.get(at..).filter(|bytes| bytes.len() >= LEAST) {
            if let Some(len) = self.plausible_len(candidate) {
                let is_there = candidate.len() >= len;
                if is_there && candidate[4..8] == candidate[len - 4..len] {
                    let from = offset + at as u64;
                    let reason = self.lost.take().map(|reason| {
                        Warning::new(format!("{reason}; reading went on at byte {from}"))
                    });
                    return Step::Skip(at, reason);
                }
                if !is_there && !ended {
                    return if at > 0 { Step::Skip(at, None) } else { Step::Need(len) };
                }
            }
            at += 1;
        }
        if at > 0 { Step::Skip(at, None) } else { Step::Need(LEAST) }
    }

    /// The length of what may be a section or an enhanced packet, or nothing.
    fn plausible_len(&self, bytes: &[u8]) -> Option<usize> {
        let (order, least) = if PcapNg::is_section(bytes) {
            (section_order(bytes[8]), 28)
        } else {
            let order = self.order;
            let captured = order.u32(bytes, 20)?;
            let is_packet = order.u32(bytes, 0)? == blocks::ENHANCED_PACKET_BLOCK
                && (order.u32(bytes, 8)? as usize) < self.interfaces.len();
            (is_packet.then_some(order)?, captured.checked_add(32)?)
        };
        let len = order.u32(bytes, 4)?;
        let fits = len >= least && len.is_multiple_of(4) && len as usize <= MAX_BLOCK;
        fits.then_some(len as usize)
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
        if self.interfaces.len() < MAX_INTERFACES {
            self.interfaces.push(Interface { link, snaplen, clock: clock.with_offset(seconds) });
        }
        Step::Skip(block, None)
    }

    fn secrets(&mut self, body: &[u8]) {
        const TLS_KEY_LOG: u32 = 0x544c_534b;
        let (Some(kind), Some(len)) = (self.order.u32(body, 0), self.order.u32(body, 4)) else {
            return;
        };
        let kept: usize = self.secrets.iter().map(Vec::len).sum();
        let room = MAX_SECRETS.saturating_sub(kept);
        let log = body[8..].get(..len as usize).filter(|log| log.len() <= room);
        if let (TLS_KEY_LOG, Some(log)) = (kind, log) {
            self.secrets.push(log.to_vec());
        }
    }
}

/// The byte order of a section, by the first byte of its magic.
fn section_order(first: u8) -> Order {
    if first == 0x1a { Order::Big } else { Order::Little }
}

#[cold]
fn no_block(offset: u64, error: &PcapNgFormatError) -> Warning {
    Warning::new(match error {
        PcapNgFormatError::BlockLengthMismatch(front, behind) => format!(
            "the block at byte {offset} gives its length as {front} in front and {behind} behind"
        ),
        other => {
            format!("there is no block at byte {offset}: {}", other.to_string().to_lowercase())
        }
    })
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
