//! IP and TCP headers: from a captured packet to a [`Segment`].
//!
//! ```text
//! IPv4 │ version·length │ … │ total length │ … │ fragment │ … │ protocol │ … │ source │ destination │ options
//! IPv6 │ version │ … │ payload length │ next header │ … │ source │ destination │ extension headers
//! TCP  │ source port │ destination port │ sequence │ acknowledgment │ length·flags │ window │ … │ options │ payload
//! ```
//!
//! What captures do to packets is taken into account:
//! - Ethernet pads short frames to 60 bytes: IP's length decides, not the frame's.
//! - A snaplen cuts the end off: [`Segment::missing`] says how much.
//! - Offloading leaves IP's length 0 and checksums unfilled: the frame's length
//!   decides then, and checksums are not looked at.
//!
//! RFC 791 3.1, RFC 8200 3, RFC 9293 3.1. Book: chapter 13.

use crate::{Packet, link};
use etherparse::{
    IpNumber, Ipv4HeaderSlice, Ipv6ExtensionSlice, Ipv6ExtensionsSlice, Ipv6HeaderSlice,
    TcpHeaderSlice,
};
use std::net::{IpAddr, SocketAddr};

/// The part of a TCP header without options.
const TCP_FIXED: usize = 20;

/// One TCP segment, borrowed from its packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment<'a> {
    /// Who sent it.
    pub source: SocketAddr,
    /// Who shall receive it.
    pub destination: SocketAddr,
    /// The number of its first byte; a SYN takes the place of one byte before the payload.
    pub sequence: u32,
    /// The number of the byte that its sender awaits next, with the ACK flag.
    pub acknowledgment: Option<u32>,
    /// SYN, FIN and so on.
    pub flags: Flags,
    /// How much more its sender would take (not scaled).
    pub window: u16,
    /// The stream's bytes in it, as far as they were captured.
    pub payload: &'a [u8],
    /// How many bytes of the payload the snaplen cut off.
    pub missing: u32,
    /// What IP and TCP headers cost, in bytes.
    pub header_len: u32,
}

/// The flags of a TCP header, in the bits of the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Flags(pub u8);

impl Flags {
    /// No more bytes will come from this side.
    pub const FIN: Flags = Flags(0x01);
    /// The beginning of a connection: sequence numbers count from here.
    pub const SYN: Flags = Flags(0x02);
    /// The connection is broken off.
    pub const RST: Flags = Flags(0x04);
    /// Hand it to the application now.
    pub const PSH: Flags = Flags(0x08);
    /// The acknowledgment number counts.
    pub const ACK: Flags = Flags(0x10);

    /// Whether all of `flags` are set.
    #[inline]
    pub const fn has(self, flags: Flags) -> bool {
        self.0 & flags.0 == flags.0
    }

    /// These and those.
    #[must_use]
    pub const fn with(self, flags: Flags) -> Flags {
        Flags(self.0 | flags.0)
    }

    /// These, but none of those.
    #[must_use]
    pub const fn without(self, flags: Flags) -> Flags {
        Flags(self.0 & !flags.0)
    }
}

/// Why the headers of a packet cannot be decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// The packet, or the length in a header before, ends too soon.
    #[error("the {layer} header at byte {offset} needs {needed} bytes, and {found} are there")]
    Short {
        /// Whose header.
        layer: &'static str,
        /// How many bytes it needs.
        needed: usize,
        /// How many are there.
        found: usize,
        /// Where it begins in the packet.
        offset: usize,
    },
    /// A header claims a length that contradicts itself.
    #[error(
        "the {layer} header at byte {offset} claims a length of {claimed} bytes, and it has at least {least}"
    )]
    Length {
        /// Whose header.
        layer: &'static str,
        /// What it claims.
        claimed: usize,
        /// The smallest length it can have.
        least: usize,
        /// Where it begins in the packet.
        offset: usize,
    },
    /// Neither IPv4 nor IPv6 where IP should be.
    #[error("IP version {version} at byte {offset} is neither 4 nor 6")]
    Version {
        /// What the first four bits say.
        version: u8,
        /// Where the header begins in the packet.
        offset: usize,
    },
}

impl<'a> Segment<'a> {
    /// Decodes a packet; `None` if it is no TCP, or a fragment of an IP packet.
    ///
    /// # Errors
    /// Headers that are cut off or contradict themselves.
    #[inline]
    pub fn decode(packet: &Packet<'a>) -> Result<Option<Self>, Malformed> {
        match Datagram::decode(packet)? {
            Some(datagram) if datagram.fragment.is_none() => datagram.segment(),
            _ => Ok(None),
        }
    }
}

/// An IP packet, or one fragment of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Datagram<'a> {
    /// Who sent it.
    pub source: IpAddr,
    /// Who shall receive it.
    pub destination: IpAddr,
    /// The number of the protocol inside: 6 is TCP.
    pub protocol: u8,
    /// Which part this is, if it is only a part.
    pub fragment: Option<Fragment>,
    /// What it carries, as far as it was captured.
    pub payload: &'a [u8],
    /// How many bytes the snaplen cut off.
    pub missing: u32,
    /// The IP header with options or extension headers, in bytes.
    pub header_len: u32,
    /// Where the payload begins in the packet.
    pub(crate) payload_offset: usize,
}

/// Which part of an IP packet a fragment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fragment {
    /// The same for all fragments of one packet.
    pub identification: u32,
    /// Where its payload belongs, in bytes.
    pub offset: u32,
    /// Whether more follow.
    pub more: bool,
}

impl<'a> Datagram<'a> {
    /// Decodes link layer and IP header; `None` if the packet is no IP.
    ///
    /// # Errors
    /// Headers that are cut off or contradict themselves.
    #[inline]
    pub fn decode(packet: &Packet<'a>) -> Result<Option<Self>, Malformed> {
        let Some(offset) = link::ip_offset(packet.link, packet.bytes)? else { return Ok(None) };
        let ip = packet.bytes.get(offset..).unwrap_or_default();
        let wire_len = (packet.original_len as usize).max(packet.bytes.len()) - offset;
        match ip.first().map(|byte| byte >> 4) {
            Some(4) => Self::decode_v4(ip, wire_len, offset).map(Some),
            Some(6) => Self::decode_v6(ip, wire_len, offset).map(Some),
            Some(version) => Err(Malformed::Version { version, offset }),
            None => Err(Malformed::Short { layer: "IP", needed: 1, found: 0, offset }),
        }
    }

    #[inline]
    fn decode_v4(ip: &'a [u8], wire_len: usize, offset: usize) -> Result<Self, Malformed> {
        let header = Ipv4HeaderSlice::from_slice(ip)
            .map_err(|_| short_or_odd("IPv4", ip, offset, |byte| usize::from(byte & 0x0f) * 4))?;
        let header_len = header.slice().len();
        let total_len = match usize::from(header.total_len()) {
            0 => wire_len,
            claimed if claimed < header_len => {
                return Err(Malformed::Length {
                    layer: "IPv4",
                    claimed,
                    least: header_len,
                    offset,
                });
            }
            claimed => claimed,
        };
        let fragment = header.is_fragmenting_payload().then(|| Fragment {
            identification: header.identification().into(),
            offset: u32::from(header.fragments_offset().value()) * 8,
            more: header.more_fragments(),
        });
        let captured = &ip[..total_len.min(ip.len())];
        Ok(Datagram {
            source: header.source_addr().into(),
            destination: header.destination_addr().into(),
            protocol: header.protocol().0,
            fragment,
            payload: &captured[header_len..],
            missing: (total_len - captured.len()) as u32,
            header_len: header_len as u32,
            payload_offset: offset + header_len,
        })
    }

    fn decode_v6(ip: &'a [u8], wire_len: usize, offset: usize) -> Result<Self, Malformed> {
        const FIXED: usize = 40;
        let header = Ipv6HeaderSlice::from_slice(ip)
            .map_err(|_| short_or_odd("IPv6", ip, offset, |_| FIXED))?;
        let total_len = match usize::from(header.payload_length()) {
            0 => wire_len.max(FIXED),
            claimed => FIXED + claimed,
        };
        let captured = &ip[..total_len.min(ip.len())];
        let mut datagram = Datagram {
            source: header.source_addr().into(),
            destination: header.destination_addr().into(),
            protocol: header.next_header().0,
            fragment: None,
            payload: &captured[FIXED..],
            missing: (total_len - captured.len()) as u32,
            header_len: FIXED as u32,
            payload_offset: offset + FIXED,
        };
        if header.next_header() != IpNumber::TCP {
            datagram.pass_over_extensions();
        }
        Ok(datagram)
    }

    /// Passes over the extension headers, as many as can be read (RFC 8200 4).
    fn pass_over_extensions(&mut self) {
        let first = IpNumber(self.protocol);
        let (extensions, last, payload, _) =
            Ipv6ExtensionsSlice::from_slice_lax(first, self.payload);
        let len = self.payload.len() - payload.len();
        let mut rest = extensions.clone().into_iter();
        self.fragment = rest.find_map(|extension| match extension {
            Ipv6ExtensionSlice::Fragment(header) if header.is_fragmenting_payload() => {
                Some(Fragment {
                    identification: header.identification(),
                    offset: u32::from(header.fragment_offset().value()) * 8,
                    more: header.more_fragments(),
                })
            }
            _ => None,
        });
        self.protocol = last.0;
        self.payload = payload;
        self.header_len += len as u32;
        self.payload_offset += len;
    }

    /// The TCP segment inside; `None` if it is another protocol.
    ///
    /// # Errors
    /// A TCP header that is cut off or contradicts itself.
    #[inline]
    pub fn segment(&self) -> Result<Option<Segment<'a>>, Malformed> {
        if self.protocol != IpNumber::TCP.0 {
            return Ok(None);
        }
        let Ok(header) = TcpHeaderSlice::from_slice(self.payload) else {
            return self.segment_without_options().map(Some);
        };
        let header_len = header.slice().len();
        let payload = &self.payload[header_len..];
        Ok(Some(self.build(&header, header_len, payload, self.missing)))
    }

    /// A snaplen can cut within the options; the fields before them are enough.
    #[cold]
    fn segment_without_options(&self) -> Result<Segment<'a>, Malformed> {
        let offset = self.payload_offset;
        let found = self.payload.len();
        let short = |needed| Malformed::Short { layer: "TCP", needed, found, offset };
        let Some(mut fixed) = self.payload.first_chunk::<TCP_FIXED>().copied() else {
            return Err(short(TCP_FIXED));
        };
        let header_len = usize::from(fixed[12] >> 4) * 4;
        if header_len < TCP_FIXED {
            return Err(Malformed::Length {
                layer: "TCP",
                claimed: header_len,
                least: TCP_FIXED,
                offset,
            });
        }
        let cut_off = (header_len - found) as u32;
        if cut_off > self.missing {
            return Err(short(header_len));
        }
        fixed[12] = 5 << 4;
        let Ok(header) = TcpHeaderSlice::from_slice(&fixed) else { return Err(short(header_len)) };
        Ok(self.build(&header, header_len, &[], self.missing - cut_off))
    }

    #[inline]
    fn build(
        &self,
        header: &TcpHeaderSlice<'_>,
        header_len: usize,
        payload: &'a [u8],
        missing: u32,
    ) -> Segment<'a> {
        Segment {
            source: SocketAddr::new(self.source, header.source_port()),
            destination: SocketAddr::new(self.destination, header.destination_port()),
            sequence: header.sequence_number(),
            acknowledgment: header.ack().then(|| header.acknowledgment_number()),
            flags: Flags(header.slice()[13]),
            window: header.window_size(),
            payload,
            missing,
            header_len: self.header_len + header_len as u32,
        }
    }
}

/// Says why a header was refused; `claimed` makes its length of its first byte.
#[cold]
fn short_or_odd(
    layer: &'static str,
    bytes: &[u8],
    offset: usize,
    claimed: impl Fn(u8) -> usize,
) -> Malformed {
    const LEAST: usize = 20;
    let claimed = bytes.first().copied().map_or(LEAST, claimed);
    if claimed < LEAST {
        return Malformed::Length { layer, claimed, least: LEAST, offset };
    }
    Malformed::Short { layer, needed: claimed, found: bytes.len(), offset }
}
