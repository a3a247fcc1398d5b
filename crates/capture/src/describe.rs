//! A packet's headers, named byte by byte.
//!
//! ```text
//! packet ┬ Ethernet ┬ destination · source · type
//!        ├ IPv4     ┬ version and header length · … · source address · destination address
//!        ├ TCP      ┬ source port · destination port · sequence number · … · options
//!        ├ payload
//!        └ padding
//! ```
//!
//! Book: chapter 13.

use crate::{
    LinkType, Packet,
    link::{self, Kind, SNAP, ether_type},
    packet::Datagram,
};
use etherparse::IpNumber;
use std::net::{Ipv4Addr, Ipv6Addr};
use wire::{Span, hex};

const IPV4: &str = "RFC 791 3.1";
const IPV6: &str = "RFC 8200 3";
const TCP: &str = "RFC 9293 3.1";

/// Names every byte of a packet: the headers' fields, the payload, the padding behind it.
pub fn describe(packet: &Packet<'_>) -> Span {
    let len = packet.bytes.len();
    let mut layers = describe_link(packet.link, packet.bytes);
    let mut at = layers.last().map_or(0, |layer| layer.range.end);
    if let Ok(Some(datagram)) = Datagram::decode(packet) {
        layers.extend(
            describe_ip(&packet.bytes[at..datagram.payload_offset]).map(|ip| ip.shifted(at)),
        );
        at = datagram.payload_offset;
        let end = at + datagram.payload.len();
        let is_tcp = datagram.protocol == IpNumber::TCP.0 && datagram.fragment.is_none();
        if let Some(tcp) = is_tcp.then(|| describe_tcp(datagram.payload)).flatten() {
            layers.push(tcp.shifted(at));
            at = layers.last().map_or(at, |tcp| tcp.range.end);
        }
        let name = if datagram.fragment.is_some() { "fragment" } else { "payload" };
        layers.extend(rest(at..end, name));
        layers.extend(
            rest(end..len, "padding")
                .map(|span| span.note("outside of the IP packet, as its length says")),
        );
    } else {
        layers.extend(rest(at..len, "data"));
    }
    let packet = Span::new(0..len, "packet").value(format!("{len} bytes"));
    layers.into_iter().fold(packet, Span::child)
}

fn rest(range: std::ops::Range<usize>, name: &'static str) -> Option<Span> {
    (!range.is_empty()).then(|| {
        let len = range.len();
        Span::new(range, name).value(format!("{len} bytes"))
    })
}

fn describe_link(link: LinkType, bytes: &[u8]) -> Vec<Span> {
    let mut fields = Fields::new(bytes);
    let mut layers = Vec::new();
    let mut protocol = None;
    match link.kind() {
        Some(Kind::Ethernet) => {
            fields.take(6, "destination", colons);
            fields.take(6, "source", colons);
            protocol = fields.take(2, "type", ether_type_name);
        }
        Some(Kind::Cooked) => {
            fields.take(2, "packet type", number);
            fields.take(2, "hardware type", number);
            fields.take(2, "address length", number);
            fields.take(8, "address", colons);
            protocol = fields.take(2, "protocol", ether_type_name);
        }
        Some(Kind::CookedV2) => {
            protocol = fields.take(2, "protocol", ether_type_name);
            fields.take(2, "reserved", number);
            fields.take(4, "interface", number);
            fields.take(2, "hardware type", number);
            fields.take(1, "packet type", number);
            fields.take(1, "address length", number);
            fields.take(8, "address", colons);
        }
        Some(Kind::Loopback) => {
            fields.take(4, "address family", |bytes| match bytes.first_chunk() {
                Some(&family) if link::is_ip_family(family) => "IP".into(),
                _ => hex::encode(bytes),
            });
        }
        Some(Kind::Raw) | None => {}
    }
    layers.extend(fields.layer(link.name(), ""));
    while let Some(found) = protocol.take() {
        let at = layers.last().map_or(0, |layer: &Span| layer.range.end);
        let mut fields = Fields::new(&bytes[at..]);
        let name = match found {
            tag if ether_type::VLANS.contains(&tag) => {
                fields.take_with(2, "tag", |bytes, span| {
                    let tag = number_of(bytes);
                    let bit = |from: u32, mask: u64| (tag >> from & mask).to_string();
                    span.value((tag & 0x0fff).to_string())
                        .bits(3, "priority", bit(13, 7), "")
                        .bits(1, "drop eligible", bit(12, 1), "")
                        .bits(12, "VLAN", bit(0, 0x0fff), "")
                });
                "VLAN"
            }
            len if len < ether_type::FIRST && fields.bytes.starts_with(&SNAP) => {
                fields.take(3, "LLC", hex::encode);
                fields.take(3, "organization", hex::encode);
                "SNAP"
            }
            _ => break,
        };
        protocol = fields.take(2, "type", ether_type_name);
        layers.extend(fields.layer(name, "").map(|layer| layer.shifted(at)));
    }
    layers
}

/// An IP header with its options or extension headers; these bytes are nothing else.
fn describe_ip(bytes: &[u8]) -> Option<Span> {
    let mut fields = Fields::new(bytes);
    if bytes.first().is_some_and(|byte| byte >> 4 == 4) {
        fields.take_with(1, "version and header length", |bytes, span| {
            let words = bytes[0] & 0x0f;
            let len = format!("{} bytes", words * 4);
            span.bits(4, "version", "4", "").bits(4, "header length", words.to_string(), len)
        });
        fields.take(1, "service and congestion", hex::encode);
        fields.take(2, "total length", number);
        fields.take(2, "identification", number);
        fields.take_with(2, "flags and fragment offset", |bytes, span| {
            let place = number_of(bytes);
            let bit = |from: u32| (place >> from & 1).to_string();
            let offset = place & 0x1fff;
            span.bits(1, "reserved", bit(15), "")
                .bits(1, "DF", bit(14), "do not fragment")
                .bits(1, "MF", bit(13), "more fragments follow")
                .bits(13, "fragment offset", offset.to_string(), "in units of 8 bytes")
        });
        fields.take(1, "time to live", number);
        fields.take(1, "protocol", protocol_name);
        fields.take(2, "header checksum", hex::encode);
        fields.take(4, "source address", address);
        fields.take(4, "destination address", address);
        fields.take_rest("options");
        fields.layer("IPv4", IPV4)
    } else {
        fields.take_with(4, "version, class and flow label", |bytes, span| {
            let all = number_of(bytes);
            span.bits(4, "version", (all >> 28).to_string(), "")
                .bits(8, "traffic class", (all >> 20 & 0xff).to_string(), "")
                .bits(20, "flow label", format!("{:05x}", all & 0xf_ffff), "")
        });
        fields.take(2, "payload length", number);
        fields.take(1, "next header", protocol_name);
        fields.take(1, "hop limit", number);
        fields.take(16, "source address", address);
        fields.take(16, "destination address", address);
        fields.take_rest("extension headers");
        fields.layer("IPv6", IPV6)
    }
}

/// A TCP header, as far as it was captured; `None` if not even its first fields were.
fn describe_tcp(bytes: &[u8]) -> Option<Span> {
    let header_len = usize::from(bytes.get(12)? >> 4) * 4;
    if header_len < 20 || bytes.len() < 20 {
        return None;
    }
    let mut fields = Fields::new(&bytes[..header_len.min(bytes.len())]);
    fields.take(2, "source port", number);
    fields.take(2, "destination port", number);
    fields.take(4, "sequence number", number);
    fields.take(4, "acknowledgment number", number);
    fields.take_with(2, "header length and flags", |bytes, span| {
        const FLAGS: [(&str, &str); 8] = [
            ("CWR", "the sender slowed down"),
            ("ECE", "the network is congested"),
            ("URG", "the urgent pointer counts"),
            ("ACK", "the acknowledgment number counts"),
            ("PSH", "hand it to the application now"),
            ("RST", "the connection is broken off"),
            ("SYN", "the connection begins"),
            ("FIN", "no more bytes will come"),
        ];
        let (words, flags) = (bytes[0] >> 4, bytes[1]);
        let is_set = |index: usize| flags & (0x80 >> index) != 0;
        let set = FLAGS.iter().enumerate().filter(|(index, _)| is_set(*index));
        let names: Vec<_> = set.map(|(_, (name, _))| *name).collect();
        let span = span
            .value(names.join(" "))
            .bits(4, "header length", words.to_string(), format!("{} bytes", u16::from(words) * 4))
            .bits(4, "reserved", (bytes[0] & 0x0f).to_string(), "");
        FLAGS.iter().enumerate().fold(span, |span, (index, (name, note))| {
            span.bits(1, *name, u8::from(is_set(index)).to_string(), *note)
        })
    });
    fields.take(2, "window", number);
    fields.take(2, "checksum", hex::encode);
    fields.take(2, "urgent pointer", number);
    fields.take_rest("options");
    fields.layer("TCP", TCP)
}

/// Names one field after another, as long as there are bytes.
struct Fields<'a> {
    bytes: &'a [u8],
    at: usize,
    spans: Vec<Span>,
}

impl<'a> Fields<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Fields { bytes, at: 0, spans: Vec::new() }
    }

    /// Names the next field; the answer is its number, if it is all there.
    fn take(
        &mut self,
        len: usize,
        name: &'static str,
        value: impl FnOnce(&[u8]) -> String,
    ) -> Option<u16> {
        self.take_with(len, name, |bytes, span| span.value(value(bytes)))
    }

    fn take_with(
        &mut self,
        len: usize,
        name: &'static str,
        fill: impl FnOnce(&[u8], Span) -> Span,
    ) -> Option<u16> {
        let range = self.at..self.at + len;
        let Some(bytes) = self.bytes.get(range.clone()) else {
            let cut = range.start..self.bytes.len();
            self.at = cut.end;
            self.spans.extend(rest(cut, name).map(|span| span.note("cut off")));
            return None;
        };
        self.at = range.end;
        self.spans.push(fill(bytes, Span::new(range, name)));
        u16::try_from(number_of(bytes)).ok()
    }

    fn take_rest(&mut self, name: &'static str) {
        let range = self.at..self.bytes.len();
        if !range.is_empty() {
            let value = hex::encode(&self.bytes[range.clone()]);
            self.at = range.end;
            self.spans.push(Span::new(range, name).value(value));
        }
    }

    fn layer(self, name: &'static str, section: &'static str) -> Option<Span> {
        let layer = Span::new(0..self.at, name).section(section);
        let describe = |layer, span: Span| Span::child(layer, span.section(section));
        (self.at > 0).then(|| self.spans.into_iter().fold(layer, describe))
    }
}

fn number_of(bytes: &[u8]) -> u64 {
    bytes.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn number(bytes: &[u8]) -> String {
    number_of(bytes).to_string()
}

fn colons(bytes: &[u8]) -> String {
    hex::spaced(bytes).replace(' ', ":")
}

fn address(bytes: &[u8]) -> String {
    if let Ok(v4) = <[u8; 4]>::try_from(bytes) {
        return Ipv4Addr::from(v4).to_string();
    }
    <[u8; 16]>::try_from(bytes)
        .map_or_else(|_| hex::encode(bytes), |v6| Ipv6Addr::from(v6).to_string())
}

fn protocol_name(bytes: &[u8]) -> String {
    match number_of(bytes) {
        6 => "TCP (6)".into(),
        17 => "UDP (17)".into(),
        1 => "ICMP (1)".into(),
        58 => "ICMPv6 (58)".into(),
        other => other.to_string(),
    }
}

fn ether_type_name(bytes: &[u8]) -> String {
    let name = match number_of(bytes) {
        0x0800 => "IPv4",
        0x86dd => "IPv6",
        0x0806 => "ARP",
        0x8100 => "VLAN tag",
        0x88a8 | 0x9100 => "VLAN tag of a provider",
        len if len < u64::from(ether_type::FIRST) => return format!("{len} bytes"),
        _ => return hex::encode(bytes),
    };
    format!("{name} ({})", hex::encode(bytes))
}
