//! From a packet's bytes to its TCP segment, through every link layer.
#![expect(clippy::unwrap_used, reason = "what a test cannot do fails it")]

mod network;

use capture::{
    End, Flags, Flows, Limits, LinkType, Malformed, Segment, fragment::Fragments, packet::Datagram,
};
use network::*;
use proptest::prelude::*;
use wire::hex;

fn segment_of(link: LinkType, before_ip: &str, made: &Made, behind: &[u8]) -> Segment<'static> {
    let bytes = [hex::decode(before_ip).unwrap(), made.bytes(), behind.to_vec()].concat();
    let bytes = Box::leak(bytes.into_boxed_slice());
    Segment::decode(&packet(link, bytes)).unwrap().unwrap()
}

fn v6(payload: &[u8]) -> Made {
    Made::new("[fd00::1]:50000", "[fd00::2]:80", 1, 2, PSH, payload)
}

#[test]
fn decodes_every_field_of_a_segment() {
    let made = client(0xfffffff0, 7, PSH, b"hello");
    let segment = segment_of(LinkType::RAW, "", &made, b"");
    assert_eq!((segment.source, segment.destination), (made.from, made.to));
    assert_eq!((segment.sequence, segment.acknowledgment), (0xfffffff0, Some(7)));
    assert_eq!((segment.flags, segment.window), (Flags::PSH.with(Flags::ACK), 0x2000));
    assert_eq!((segment.payload, segment.missing, segment.header_len), (&b"hello"[..], 0, 40));
    let syn = segment_of(LinkType::RAW, "", &client(1, 7, SYN, b""), b"");
    assert_eq!(syn.acknowledgment, None);
    let v6 = segment_of(LinkType::RAW, "", &v6(b"hello"), b"");
    assert_eq!((v6.payload, v6.header_len), (&b"hello"[..], 60));
    assert_eq!(v6.source.to_string(), "[fd00::1]:50000");
}

#[test]
fn finds_ip_behind_every_link_layer() {
    const MACS: &str = "020000000002 020000000001";
    let cases: &[(u32, String)] = &[
        (1, format!("{MACS} 0800")),
        (1, format!("{MACS} 8100 0064 0800")),
        (1, format!("{MACS} 88a8 0064 8100 0065 0800")),
        (1, format!("{MACS} 9100 0064 9100 0065 8100 0066 0800")),
        (1, format!("{MACS} 0032 aaaa03 000000 0800 # 802.3 with SNAP")),
        (113, "0000 0001 0006 020000000001 0000 0800".into()),
        (113, "0000 0001 0006 020000000001 0000 8100 0064 0800".into()),
        (276, "0800 0000 00000002 0001 00 06 0200000000010000".into()),
        (276, "8100 0000 00000002 0001 00 06 0200000000010000 0064 0800".into()),
        (0, "02000000 # little-endian".into()),
        (0, "00000002 # big-endian".into()),
        (108, "00000002".into()),
        (12, String::new()),
        (14, String::new()),
        (101, String::new()),
        (228, String::new()),
    ];
    for (link, before) in cases {
        let segment = segment_of(LinkType(*link), before, &client(1, 2, PSH, b"hello"), b"");
        assert_eq!(segment.payload, b"hello", "link type {link}: {before}");
    }
    for family in ["18000000", "0000001c", "1e000000", "0000000a"] {
        assert_eq!(segment_of(LinkType::NULL, family, &v6(b"six"), b"").payload, b"six");
    }
    let before = format!("{MACS} 86dd");
    assert_eq!(segment_of(LinkType::ETHERNET, &before, &v6(b"six"), b"").payload, b"six");
    assert_eq!(segment_of(LinkType::IPV6, "", &v6(b"six"), b"").payload, b"six");
}

#[test]
fn other_protocols_are_no_segments_and_no_errors() {
    let arp = hex::decode("ffffffffffff 020000000001 0806 0001 0800 06 04 0001").unwrap();
    assert_eq!(Segment::decode(&packet(LinkType::ETHERNET, &arp)), Ok(None));
    let mut udp = client(1, 2, PSH, b"hello").bytes();
    udp[9] = 17;
    assert_eq!(Segment::decode(&packet(LinkType::RAW, &udp)), Ok(None));
    assert_eq!(Segment::decode(&packet(LinkType(105), &udp)), Ok(None));
}

#[test]
fn padding_of_short_ethernet_frames_is_no_payload() {
    const HEADER: &str = "020000000002 020000000001 0800";
    let segment = segment_of(LinkType::ETHERNET, HEADER, &client(1, 2, ACK, b""), &[0; 6]);
    assert_eq!((segment.payload, segment.missing), (&b""[..], 0));
    let segment = segment_of(LinkType::ETHERNET, HEADER, &client(1, 2, PSH, b"hi"), &[0; 4]);
    assert_eq!(segment.payload, b"hi");
}

#[test]
fn a_length_of_zero_means_up_to_the_end_of_the_packet() {
    let mut bytes = client(1, 2, PSH, b"offloaded").bytes();
    bytes[2..4].fill(0);
    let segment = Segment::decode(&packet(LinkType::RAW, &bytes)).unwrap().unwrap();
    assert_eq!((segment.payload, segment.missing), (&b"offloaded"[..], 0));
    let mut bytes = v6(b"offloaded").bytes();
    bytes[4..6].fill(0);
    let segment = Segment::decode(&packet(LinkType::RAW, &bytes)).unwrap().unwrap();
    assert_eq!(segment.payload, b"offloaded");
}

#[test]
fn what_the_snaplen_cut_off_is_counted() {
    let whole = client(1, 2, PSH, &[b'x'; 100]).bytes();
    for captured in 40..whole.len() {
        let mut packet = packet(LinkType::RAW, &whole[..captured]);
        packet.original_len = whole.len() as u32;
        let segment = Segment::decode(&packet).unwrap().unwrap();
        assert_eq!(
            (segment.payload.len(), segment.missing as usize),
            (captured - 40, 140 - captured)
        );
    }
}

#[test]
fn a_snaplen_within_the_options_leaves_a_segment_without_payload() {
    let mut tcp = client(9, 2, PSH, b"").tcp();
    tcp[12] = 8 << 4;
    tcp.extend([1; 12]);
    tcp.extend(b"hello");
    let made = client(9, 2, PSH, b"");
    let whole = ip(made.from.ip(), made.to.ip(), &tcp);
    let mut cut = packet(LinkType::RAW, &whole[..44]);
    cut.original_len = whole.len() as u32;
    let segment = Segment::decode(&cut).unwrap().unwrap();
    assert_eq!((segment.sequence, segment.payload, segment.missing), (9, &b""[..], 5));
    assert_eq!(segment.header_len, 52);
}

#[test]
fn extension_headers_of_ipv6_are_passed_over() {
    let made = v6(b"hello");
    let mut bytes = made.bytes();
    bytes[6] = 0;
    // Hop-by-hop, routing, destination options, a fragment header that fragments nothing.
    let extensions = hex::decode(
        "2b 00 010400000000   3c 00 0000 00000000   2c 00 010400000000   06 00 0000 00000001",
    )
    .unwrap();
    bytes.splice(40..40, extensions.iter().copied());
    bytes[4..6].copy_from_slice(&((25 + extensions.len()) as u16).to_be_bytes());
    let segment = Segment::decode(&packet(LinkType::RAW, &bytes)).unwrap().unwrap();
    assert_eq!((segment.payload, segment.header_len), (&b"hello"[..], 60 + 32));
}

#[test]
fn headers_that_contradict_themselves_are_malformed() {
    let good = client(1, 2, PSH, b"hello").bytes();
    let decode = |at: usize, byte: u8| {
        let mut bytes = good.clone();
        bytes[at] = byte;
        Segment::decode(&packet(LinkType::RAW, &bytes)).unwrap_err().to_string()
    };
    assert_eq!(decode(0, 0x95), "IP version 9 at byte 0 is neither 4 nor 6");
    assert_eq!(
        decode(0, 0x43),
        "the IPv4 header at byte 0 claims a length of 12 bytes, and it has at least 20"
    );
    assert_eq!(
        decode(3, 19),
        "the IPv4 header at byte 0 claims a length of 19 bytes, and it has at least 20"
    );
    assert_eq!(
        decode(32, 0x40),
        "the TCP header at byte 20 claims a length of 16 bytes, and it has at least 20"
    );
    assert_eq!(decode(32, 0xf0), "the TCP header at byte 20 needs 60 bytes, and 25 are there");
    let short = Segment::decode(&packet(LinkType::RAW, &good[..30]));
    assert_eq!(short, Err(Malformed::Short { layer: "TCP", needed: 20, found: 10, offset: 20 }));
}

#[test]
fn fragments_in_any_order_make_a_segment_and_keep_their_packets() {
    let made = client(101, 901, FIN, b"a hundred and one bytes, more or less");
    let parts = fragments(&made.bytes(), 16);
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]] {
        let mut flows = Flows::new(Limits::default());
        let mut log = Log::default();
        for (index, part) in order.iter().enumerate() {
            let mut packet = packet(LinkType::RAW, &parts[*part]);
            packet.number = index as u64 + 1;
            flows.receive(&packet, &mut log);
            // The same fragment again changes nothing.
            if index < 3 {
                flows.receive(&packet, &mut log);
            }
        }
        flows.finish(&mut log);
        assert_eq!(log.stream(1, End::First), "a hundred and one bytes, more or less");
        let place = |part: usize| order.iter().position(|at| *at == part).unwrap() as u64 + 1;
        assert!(log.first().contains(&Told::Data(
            End::First,
            12,
            b"d one bytes, mor".to_vec(),
            place(2)
        )));
        assert!(log.first().contains(&Told::Fin(End::First)));
        assert_eq!(log.texts(), [""; 0]);
    }
}

#[test]
fn fragments_that_never_become_whole_are_said() {
    let parts = fragments(&client(101, 901, PSH, &[0; 100]).bytes(), 16);
    let mut flows = Flows::new(Limits::default());
    let mut log = Log::default();
    flows.receive(&packet(LinkType::RAW, &parts[1]), &mut log);
    flows.finish(&mut log);
    let want = "1 IP packets came in fragments of which some are missing: they were passed over";
    assert_eq!(log.texts(), [want]);
}

#[test]
fn pending_fragments_are_bounded() {
    let mut fragments = Fragments::default();
    let mut bytes = crate::fragments(&client(1, 2, PSH, &[0; 100]).bytes(), 16).remove(1);
    for identification in 0..10_000_u16 {
        bytes[4..6].copy_from_slice(&identification.to_be_bytes());
        let packet = packet(LinkType::RAW, &bytes);
        let datagram = Datagram::decode(&packet).unwrap().unwrap();
        assert!(fragments.receive(&datagram, packet.reference()).is_none());
    }
    assert_eq!(fragments.incomplete(), 10_000);
}

proptest! {
    #[test]
    fn any_bytes_are_a_segment_or_none_or_malformed(
        link in prop_oneof![Just(0), Just(1), Just(12), Just(101), Just(108), Just(113), Just(276)],
        bytes: Vec<u8>,
        original_len: u32,
    ) {
        let mut packet = packet(LinkType(link), &bytes);
        packet.original_len = original_len;
        if let Ok(Some(segment)) = Segment::decode(&packet) {
            prop_assert!(segment.payload.len() + 40 <= bytes.len());
        }
    }

    #[test]
    fn a_segment_with_any_byte_changed_does_no_harm(at in 0..60_usize, byte: u8, v6: bool, cut in 0..60_usize) {
        let made = if v6 { self::v6(&[b'x'; 20]) } else { client(1, 2, PSH, &[b'x'; 20]) };
        let mut bytes = made.bytes();
        bytes[at] = byte;
        bytes.truncate(bytes.len() - cut);
        let mut flows = Flows::new(Limits::default());
        let mut log = Log::default();
        flows.receive(&packet(LinkType::RAW, &bytes), &mut log);
        flows.finish(&mut log);
    }
}
