//! The named spans of a packet cover it and agree with what was decoded.
#![expect(clippy::unwrap_used, reason = "what a test cannot do fails it")]

mod network;

use capture::{LinkType, Packet, Segment, describe};
use network::*;
use proptest::prelude::*;
use wire::{hex, laws};

/// Asserts both laws: the leaves cover the packet, and their values are the segment's.
#[track_caller]
fn agrees(packet: &Packet<'_>) {
    let span = describe(packet);
    laws::spans_cover(&span, packet.bytes.len());
    let Ok(Some(segment)) = Segment::decode(packet) else { return };
    let value = |path: &str| span.find(path).map(|span| span.value.to_string());
    let ip = if segment.source.is_ipv4() { "IPv4" } else { "IPv6" };
    for (path, want) in [
        ("TCP/source port", segment.source.port().to_string()),
        ("TCP/destination port", segment.destination.port().to_string()),
        ("TCP/sequence number", segment.sequence.to_string()),
        ("TCP/window", segment.window.to_string()),
        (&format!("{ip}/source address"), segment.source.ip().to_string()),
        (&format!("{ip}/destination address"), segment.destination.ip().to_string()),
    ] {
        assert_eq!(value(path), Some(want), "{path}");
    }
    let payload = span.find("payload").map_or(0..0, |span| span.range.clone());
    assert_eq!(&packet.bytes[payload], segment.payload);
}

#[test]
fn names_every_field_of_an_ethernet_frame() {
    let ethernet = hex::decode("020000000002 020000000001 8100 2064 0800").unwrap();
    let bytes = [ethernet, client(7, 9, PSH, b"hello").bytes(), vec![0; 3]].concat();
    let packet = packet(LinkType::ETHERNET, &bytes);
    agrees(&packet);
    let span = describe(&packet);
    let value = |path: &str| &*span.find(path).unwrap().value;
    assert_eq!(value("Ethernet/destination"), "02:00:00:00:00:02");
    assert_eq!(value("Ethernet/type"), "VLAN tag (8100)");
    assert_eq!(value("VLAN/tag"), "100");
    assert_eq!(value("VLAN/type"), "IPv4 (0800)");
    assert_eq!(value("IPv4/protocol"), "TCP (6)");
    assert_eq!(value("IPv4/total length"), "45");
    assert_eq!(value("TCP/header length and flags"), "ACK PSH");
    assert_eq!(value("TCP/acknowledgment number"), "9");
    assert_eq!(value("payload"), "5 bytes");
    assert_eq!(value("padding"), "3 bytes");
    assert_eq!(span.find("TCP").unwrap().section, "RFC 9293 3.1");
}

#[test]
fn a_packet_cut_anywhere_is_still_covered() {
    for before in
        ["", "020000000002 020000000001 0800", "0800 0000 00000002 0001 00 06 0200000000010000"]
    {
        let before = hex::decode(before).unwrap();
        let link = [LinkType::RAW, LinkType::ETHERNET, LinkType::LINUX_SLL2][before.len() / 13];
        let bytes = [before, client(7, 9, PSH, b"hello").bytes()].concat();
        for cut in 0..=bytes.len() {
            let mut packet = packet(link, &bytes[..cut]);
            packet.original_len = bytes.len() as u32;
            agrees(&packet);
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_are_covered(
        link in prop_oneof![Just(0), Just(1), Just(101), Just(108), Just(113), Just(276), Just(105)],
        bytes: Vec<u8>,
    ) {
        agrees(&packet(LinkType(link), &bytes));
    }

    #[test]
    fn a_segment_with_any_bytes_changed_is_covered(
        changes in prop::collection::vec((0..60_usize, any::<u8>()), 0..4),
        v6: bool,
    ) {
        let made = match v6 {
            true => Made::new("[fd00::1]:5", "[fd00::2]:80", 1, 2, PSH, b"hello"),
            false => client(1, 2, PSH, b"hello"),
        };
        let mut bytes = made.bytes();
        for (at, byte) in changes {
            if let Some(target) = bytes.get_mut(at) {
                *target = byte;
            }
        }
        agrees(&packet(LinkType::RAW, &bytes));
    }
}
