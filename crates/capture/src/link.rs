//! The link layer: what stands before the IP header.
//!
//! ```text
//! Ethernet        destination 6 · source 6 · type 2 · IP …
//! with VLAN tags  destination 6 · source 6 · 8100 · tag 2 · type 2 · IP …
//! Linux cooked    kind 2 · hardware 2 · length 2 · address 8 · type 2 · IP …
//! cooked, v2      type 2 · 0 2 · interface 4 · hardware 2 · kind 1 · length 1 · address 8 · IP …
//! NULL, LOOP      family 4 · IP …
//! raw             IP …
//! ```
//!
//! Numbers: <https://www.tcpdump.org/linktypes.html>. Book: chapter 13.

use crate::Malformed;
use wire::Reader;

/// A capture's number for the kind of a packet's first header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LinkType(pub u32);

impl LinkType {
    /// BSD loopback: the address family in the byte order of the machine that captured.
    pub const NULL: LinkType = LinkType(0);
    /// Ethernet.
    pub const ETHERNET: LinkType = LinkType(1);
    /// An IP packet without anything before it.
    pub const RAW: LinkType = LinkType(101);
    /// OpenBSD loopback: the address family in network byte order.
    pub const LOOP: LinkType = LinkType(108);
    /// Linux cooked capture: what `tcpdump -i any` wrote for long.
    pub const LINUX_SLL: LinkType = LinkType(113);
    /// An IPv4 packet without anything before it.
    pub const IPV4: LinkType = LinkType(228);
    /// An IPv6 packet without anything before it.
    pub const IPV6: LinkType = LinkType(229);
    /// Linux cooked capture, version 2.
    pub const LINUX_SLL2: LinkType = LinkType(276);
    /// What some BSDs write for [`RAW`](Self::RAW).
    const DLT_RAW: LinkType = LinkType(12);
    /// What OpenBSD writes for [`RAW`](Self::RAW).
    const DLT_RAW_OPENBSD: LinkType = LinkType(14);

    pub(crate) const SUPPORTED: &'static str =
        "Ethernet (1), Linux cooked (113, 276), raw IP (101, 228, 229) and loopback (0, 108)";

    /// Whether packets of this type can be decoded here.
    #[inline]
    pub fn is_supported(self) -> bool {
        self == LinkType::ETHERNET || self.kind().is_some()
    }

    /// Its usual name.
    pub fn name(self) -> &'static str {
        match self {
            LinkType::NULL => "BSD loopback",
            LinkType::ETHERNET => "Ethernet",
            LinkType::RAW | LinkType::DLT_RAW | LinkType::DLT_RAW_OPENBSD => "raw IP",
            LinkType::LOOP => "OpenBSD loopback",
            LinkType::LINUX_SLL => "Linux cooked",
            LinkType::IPV4 => "raw IPv4",
            LinkType::IPV6 => "raw IPv6",
            LinkType::LINUX_SLL2 => "Linux cooked v2",
            LinkType(9) => "PPP",
            LinkType(105) => "802.11 Wi-Fi",
            LinkType(127) => "802.11 Wi-Fi with radiotap",
            LinkType(187 | 201) => "Bluetooth HCI",
            LinkType(189 | 220) => "Linux USB",
            LinkType(195 | 230) => "802.15.4",
            LinkType(227) => "CAN bus",
            LinkType(249) => "USBPcap",
            LinkType(253) => "Linux netlink",
            LinkType(147..=162) => "private use",
            _ => "no name known here",
        }
    }

    pub(crate) fn kind(self) -> Option<Kind> {
        Some(match self {
            LinkType::ETHERNET => Kind::Ethernet,
            LinkType::LINUX_SLL => Kind::Cooked,
            LinkType::LINUX_SLL2 => Kind::CookedV2,
            LinkType::NULL | LinkType::LOOP => Kind::Loopback,
            LinkType::RAW
            | LinkType::DLT_RAW
            | LinkType::DLT_RAW_OPENBSD
            | LinkType::IPV4
            | LinkType::IPV6 => Kind::Raw,
            _ => return None,
        })
    }
}

/// The shapes that the link types have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Ethernet,
    Cooked,
    CookedV2,
    Loopback,
    Raw,
}

/// Two bytes that say what follows (an `EtherType` of IEEE 802).
pub(crate) mod ether_type {
    pub(crate) const IPV4: u16 = 0x0800;
    pub(crate) const IPV6: u16 = 0x86dd;
    /// A customer's VLAN tag, a provider's (QinQ), and the older provider's.
    pub(crate) const VLANS: [u16; 3] = [0x8100, 0x88a8, 0x9100];
    /// Below this it is no type but the length of an 802.3 frame.
    pub(crate) const FIRST: u16 = 0x0600;
}

/// LLC and SNAP say that a type follows, as it would in Ethernet II (RFC 1042).
pub(crate) const SNAP: [u8; 6] = [0xaa, 0xaa, 0x03, 0, 0, 0];

/// Where the IP header begins; `None` if this packet carries something else.
///
/// # Errors
/// A packet that ends before its link layer does.
#[inline]
pub fn ip_offset(link: LinkType, packet: &[u8]) -> Result<Option<usize>, Malformed> {
    // Nearly every packet: Ethernet, no tags.
    if link == LinkType::ETHERNET
        && let Some(&[.., high, low]) = packet.first_chunk::<14>()
        && let ether_type::IPV4 | ether_type::IPV6 = u16::from_be_bytes([high, low])
    {
        return Ok(Some(14));
    }
    walk(link, packet)
}

fn walk(link: LinkType, packet: &[u8]) -> Result<Option<usize>, Malformed> {
    let mut reader = Reader::new(packet);
    let found = match link.kind() {
        None => return Ok(None),
        Some(Kind::Raw) => Some(true),
        Some(Kind::Loopback) => reader.array().map(is_ip_family),
        Some(Kind::Ethernet) => reader.take(12).and_then(|_| follow_types(&mut reader)),
        Some(Kind::Cooked) => reader.take(14).and_then(|_| follow_types(&mut reader)),
        Some(Kind::CookedV2) => {
            // The type stands in front of the other fields; a tag's own type behind them.
            let protocol = reader.u16().filter(|_| reader.take(18).is_some());
            protocol.and_then(|protocol| follow_from(protocol, &mut reader))
        }
    };
    match found {
        Some(is_ip) => Ok(is_ip.then_some(reader.position())),
        None => Err(Malformed::Short {
            layer: link.name(),
            needed: packet.len() + 1,
            found: packet.len(),
            offset: 0,
        }),
    }
}

/// Passes over a type and the tags behind it; says whether IP follows.
fn follow_types(reader: &mut Reader<'_>) -> Option<bool> {
    let first = reader.u16()?;
    follow_from(first, reader)
}

fn follow_from(mut protocol: u16, reader: &mut Reader<'_>) -> Option<bool> {
    loop {
        match protocol {
            ether_type::IPV4 | ether_type::IPV6 => return Some(true),
            tag if ether_type::VLANS.contains(&tag) => {
                reader.u16()?;
                protocol = reader.u16()?;
            }
            length if length < ether_type::FIRST && reader.remaining().starts_with(&SNAP) => {
                reader.take(SNAP.len())?;
                protocol = reader.u16()?;
            }
            _ => return Some(false),
        }
    }
}

/// The families that mean IP: 2 everywhere, IPv6 is 10, 24, 28 or 30 by system; in either byte order.
pub(crate) fn is_ip_family(family: [u8; 4]) -> bool {
    let is_ip = |number| matches!(number, 2 | 10 | 24 | 28 | 30);
    is_ip(u32::from_le_bytes(family)) || is_ip(u32::from_be_bytes(family))
}
