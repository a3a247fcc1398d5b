//! Capture files, whole and damaged: built in memory and read back.
#![expect(clippy::unwrap_used, reason = "what a test cannot do fails it")]

use capture::{
    File, LinkType, Time,
    file::{self, Error},
};
use flate2::{Compression, write::GzEncoder};
use pcap_file::{
    DataLink, Endianness,
    pcap::{PcapHeader, PcapPacket, PcapTsResolution, PcapWriter},
};
use proptest::prelude::*;
use std::{
    io::{self, Read, Write},
    time::Duration,
};

/// A packet as it was read, to compare.
#[derive(Debug, PartialEq, Eq)]
struct Read1 {
    number: u64,
    nanos: Option<u64>,
    interface: u32,
    bytes: Vec<u8>,
    original_len: u32,
}

/// Everything a source has: packets, warnings, and the error it ended with.
fn read(source: impl Read) -> (Vec<Read1>, Vec<String>, Option<String>) {
    let mut packets = Vec::new();
    let mut file = match File::open(source) {
        Ok(file) => file,
        Err(error) => return (packets, Vec::new(), Some(error.to_string())),
    };
    let error = loop {
        match file.next_packet() {
            Ok(Some(packet)) => packets.push(Read1 {
                number: packet.number,
                nanos: packet.time.map(|time| time.nanos),
                interface: packet.interface,
                bytes: packet.bytes.to_vec(),
                original_len: packet.original_len,
            }),
            Ok(None) => break None,
            Err(error) => break Some(error.to_string()),
        }
    };
    assert!(matches!(file.next_packet(), Ok(None) | Err(_)), "the end stays the end");
    let warnings = file.take_warnings().into_iter().map(|warning| warning.to_string()).collect();
    (packets, warnings, error)
}

fn bytes_of(packets: &[Read1]) -> Vec<&[u8]> {
    packets.iter().map(|packet| &packet.bytes[..]).collect()
}

fn pcap(endianness: Endianness, ts_resolution: PcapTsResolution, packets: &[&[u8]]) -> Vec<u8> {
    let header = PcapHeader { endianness, ts_resolution, ..PcapHeader::default() };
    let mut writer = PcapWriter::with_header(Vec::new(), header).unwrap();
    for (index, bytes) in packets.iter().enumerate() {
        let time = Duration::new(1_700_000_000, (index as u32 + 1) * 1_000);
        let original_len = bytes.len() as u32 + 10;
        writer.write_packet(&PcapPacket::new(time, original_len, *bytes).unwrap()).unwrap();
    }
    writer.into_inner()
}

fn little(packets: &[&[u8]]) -> Vec<u8> {
    pcap(Endianness::Little, PcapTsResolution::MicroSecond, packets)
}

/// Writes pcapng blocks by hand, in either byte order.
#[derive(Debug, Clone, Copy)]
enum Order {
    Big,
    Little,
}

impl Order {
    fn u16(self, number: u16) -> [u8; 2] {
        match self {
            Order::Big => number.to_be_bytes(),
            Order::Little => number.to_le_bytes(),
        }
    }

    fn u32(self, number: u32) -> [u8; 4] {
        match self {
            Order::Big => number.to_be_bytes(),
            Order::Little => number.to_le_bytes(),
        }
    }

    fn block(self, kind: u32, body: &[u8]) -> Vec<u8> {
        let padding = vec![0; body.len().next_multiple_of(4) - body.len()];
        let len = self.u32((body.len() + padding.len() + 12) as u32);
        [&self.u32(kind), &len, body, &padding, &len].concat()
    }

    fn section(self) -> Vec<u8> {
        let body = [&self.u32(0x1a2b3c4d)[..], &self.u16(1), &self.u16(0), &[0xff; 8]].concat();
        self.block(0x0a0d0d0a, &body)
    }

    fn interface(self, link: u16, snaplen: u32, options: &[(u16, &[u8])]) -> Vec<u8> {
        let mut body = [&self.u16(link)[..], &[0; 2], &self.u32(snaplen)].concat();
        for (code, value) in options {
            body.extend([self.u16(*code), self.u16(value.len() as u16)].concat());
            body.extend(*value);
            body.resize(body.len().next_multiple_of(4), 0);
        }
        self.block(1, &body)
    }

    fn enhanced(self, interface: u32, ticks: u64, bytes: &[u8]) -> Vec<u8> {
        let len = bytes.len() as u32;
        let fields = [interface, (ticks >> 32) as u32, ticks as u32, len, len + 10];
        let body = [&fields.map(|field| self.u32(field)).concat(), bytes].concat();
        self.block(6, &body)
    }

    fn simple(self, original_len: u32, bytes: &[u8]) -> Vec<u8> {
        self.block(3, &[&self.u32(original_len), bytes].concat())
    }

    fn obsolete(self, interface: u16, ticks: u64, bytes: &[u8]) -> Vec<u8> {
        let len = bytes.len() as u32;
        let fields = [(ticks >> 32) as u32, ticks as u32, len, len].map(|field| self.u32(field));
        let body = [&self.u16(interface), &[0; 2][..], &fields.concat(), bytes].concat();
        self.block(2, &body)
    }
}

fn pcapng(packets: &[&[u8]]) -> Vec<u8> {
    let order = Order::Little;
    let mut file = [order.section(), order.interface(1, 0, &[])].concat();
    for (index, bytes) in packets.iter().enumerate() {
        file.extend(order.enhanced(0, index as u64, bytes));
    }
    file
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn reads_pcap_in_both_byte_orders_and_both_resolutions() {
    for endianness in [Endianness::Big, Endianness::Little] {
        for resolution in [PcapTsResolution::MicroSecond, PcapTsResolution::NanoSecond] {
            let (packets, warnings, error) =
                read(&pcap(endianness, resolution, &[b"one", b""])[..]);
            let first = Read1 {
                number: 1,
                nanos: Some(1_700_000_000_000_001_000),
                interface: 0,
                bytes: b"one".to_vec(),
                original_len: 13,
            };
            assert_eq!(packets[0], first);
            assert_eq!((packets[1].number, packets[1].nanos), (2, Some(1_700_000_000_000_002_000)));
            assert_eq!((warnings.len(), error), (0, None));
        }
    }
}

#[test]
fn the_clock_says_how_many_digits_it_has() {
    let digits = |resolution| {
        let bytes = pcap(Endianness::Big, resolution, &[b"one"]);
        let mut file = File::open(&bytes[..]).unwrap();
        file.next_packet().unwrap().unwrap().time.unwrap().digits
    };
    assert_eq!(digits(PcapTsResolution::MicroSecond), 6);
    assert_eq!(digits(PcapTsResolution::NanoSecond), 9);
}

#[test]
fn reads_every_kind_of_packet_block_in_both_byte_orders() {
    for order in [Order::Big, Order::Little] {
        let file = [
            order.section(),
            order.interface(1, 4, &[(2, b"eth\xff"), (9, &[9])]),
            order.interface(101, 0, &[(9, &[0x8a]), (14, &[0; 8])]),
            order.enhanced(0, 5, b"enhanced"),
            order.block(0xbad, b"custom, passed over"),
            order.enhanced(1, 512, b"slow"),
            order.simple(9, b"simp"),
            order.obsolete(1, 1024, b"packet"),
            order.block(5, b"statistics, passed over too"),
        ]
        .concat();
        let (packets, warnings, error) = read(&file[..]);
        assert_eq!(bytes_of(&packets), [&b"enhanced"[..], b"slow", b"simp", b"packet"]);
        let nanos: Vec<_> = packets.iter().map(|packet| packet.nanos).collect();
        assert_eq!(nanos, [Some(5), Some(500_000_000), None, Some(1_000_000_000)]);
        let lens: Vec<_> = packets.iter().map(|packet| packet.original_len).collect();
        assert_eq!(lens, [18, 14, 9, 6]);
        assert_eq!((warnings.len(), error), (0, None));
    }
}

#[test]
fn each_section_has_its_own_byte_order_and_interfaces() {
    let (big, little) = (Order::Big, Order::Little);
    let file = [
        big.section(),
        big.interface(1, 0, &[]),
        big.enhanced(0, 1, b"one"),
        little.section(),
        little.interface(101, 0, &[(9, &[3]), (14, &10_i64.to_le_bytes())]),
        little.enhanced(0, 1, b"two"),
    ]
    .concat();
    let mut file = File::open(&file[..]).unwrap();
    let one = file.next_packet().unwrap().unwrap();
    assert_eq!((one.link, one.time), (LinkType::ETHERNET, Some(Time { nanos: 1_000, digits: 6 })));
    let two = file.next_packet().unwrap().unwrap();
    let time = Time { nanos: 10_001_000_000, digits: 3 };
    assert_eq!((two.number, two.link, two.time), (2, LinkType::RAW, Some(time)));
}

#[test]
fn brings_the_tls_secrets_of_the_capture() {
    let order = Order::Little;
    let log = b"CLIENT_RANDOM 00 11\n";
    let secrets = [&order.u32(0x544c534b)[..], &order.u32(log.len() as u32), &log[..]].concat();
    let file = [order.section(), order.interface(1, 0, &[]), order.block(10, &secrets)].concat();
    let mut file = File::open(&file[..]).unwrap();
    assert!(file.next_packet().unwrap().is_none());
    assert_eq!(file.take_secrets(), [log]);
    assert_eq!(file.take_secrets(), [[]; 0]);
}

#[test]
fn reads_gzip_of_one_member_and_of_many() {
    let plain = pcapng(&[b"one", b"two"]);
    let (left, right) = plain.split_at(plain.len() / 2);
    for file in [gzip(&plain), [gzip(left), gzip(b""), gzip(right)].concat()] {
        let (packets, warnings, error) = read(&file[..]);
        assert_eq!(bytes_of(&packets), [b"one", b"two"]);
        assert_eq!((warnings, error), (vec![], None));
    }
}

#[test]
fn gzip_that_is_cut_off_gives_what_came_before() {
    let noise: Vec<u8> =
        (0..200_000_u32).map(|index| (index.wrapping_mul(index) >> 7) as u8).collect();
    let packets: Vec<_> = noise.chunks(100).collect();
    let file = gzip(&little(&packets));
    let (found, warnings, error) = read(&file[..file.len() / 2]);
    assert!(found.len() > 500 && found.len() < 1_500, "{}", found.len());
    assert_eq!(bytes_of(&found), packets[..found.len()]);
    assert_eq!((warnings.len(), error), (2, None));
    assert!(warnings[1].starts_with("the gzip data is cut off at byte"), "{warnings:?}");
}

#[test]
fn gzip_that_is_damaged_gives_what_came_before() {
    let noise: Vec<u8> =
        (0..200_000_u32).map(|index| (index.wrapping_mul(index) >> 7) as u8).collect();
    let packets: Vec<_> = noise.chunks(100).collect();
    let mut file = gzip(&pcapng(&packets));
    let middle = file.len() / 2;
    file[middle..middle + 64].fill(0xff);
    let (found, warnings, error) = read(&file[..]);
    assert!(found.len() > 500, "{}", found.len());
    assert!(warnings.iter().any(|text| text.starts_with("the gzip data is damaged near")));
    assert_eq!(error, None);
}

#[test]
fn what_follows_gzip_is_said() {
    let file = [&gzip(&little(&[b"one"]))[..], b"\0\0\0garbage"].concat();
    let (packets, warnings, _) = read(&file[..]);
    assert_eq!((packets.len(), warnings.len()), (1, 1));
    assert!(warnings[0].contains("is no gzip and was passed over"), "{warnings:?}");
}

#[test]
fn refuses_what_is_no_capture_and_says_what_it_is() {
    let refuse = |bytes: &[u8]| read(bytes).2.unwrap();
    assert_eq!(refuse(b""), "the capture is empty");
    assert_eq!(refuse(&gzip(b"")), "the capture is empty");
    assert_eq!(
        refuse(b"\xa1\xb2\xc3\xd4\0"),
        "the capture is too short: 5 bytes, less than its first header has"
    );
    assert_eq!(
        refuse(&Order::Big.section()[..20]),
        "the capture is too short: 20 bytes, less than its first header has"
    );
    let text = "this is no pcap or pcapng capture: it begins with";
    assert_eq!(
        refuse(b"{\"log\": {}}"),
        format!("{text} 7b 22 6c 6f 67 22 3a 20 and looks like JSON (a HAR file?), not a capture")
    );
    assert_eq!(
        refuse(b"Dear reader"),
        format!("{text} 44 65 61 72 20 72 65 61 and looks like text")
    );
    assert_eq!(refuse(&[1, 2, 3, 4, 5]), format!("{text} 01 02 03 04 05"));
    let damaged = refuse(&[&b"\n\r\r\n"[..], &[0; 40]].concat());
    assert!(damaged.ends_with("looks like a pcapng capture whose first block is damaged"));
    assert!(
        refuse(&[0x28, 0xb5, 0x2f, 0xfd, 0]).ends_with("zstd-compressed data: decompress it first")
    );
}

#[test]
fn names_an_unknown_link_type_by_its_number() {
    let header = PcapHeader { datalink: DataLink::from(105), ..PcapHeader::default() };
    let file = PcapWriter::with_header(Vec::new(), header).unwrap().into_inner();
    assert!(matches!(File::open(&file[..]), Err(Error::UnknownLinkType(LinkType(105)))));
    let want = "link type 105 (802.11 Wi-Fi) is not supported; supported are Ethernet (1), \
                Linux cooked (113, 276), raw IP (101, 228, 229) and loopback (0, 108)";
    assert_eq!(read(&file[..]).2.unwrap(), want);
    let order = Order::Little;
    let alone = [order.section(), order.interface(105, 0, &[]), order.enhanced(0, 0, b"?")];
    assert_eq!(read(&alone.concat()[..]).2.unwrap(), want);
}

#[test]
fn passes_over_an_unknown_link_type_beside_a_known_one() {
    let order = Order::Little;
    let file = [
        order.section(),
        order.interface(105, 0, &[]),
        order.interface(1, 0, &[]),
        order.enhanced(0, 0, b"air"),
        order.enhanced(1, 0, b"wire"),
        order.enhanced(0, 0, b"air"),
    ]
    .concat();
    let (packets, warnings, error) = read(&file[..]);
    assert_eq!((packets.len(), packets[0].number, error), (1, 2, None));
    let want = "2 packets of an interface with link type 105 (802.11 Wi-Fi) were passed over: \
                it is not supported";
    assert_eq!(warnings, [want]);
}

#[test]
fn a_file_cut_anywhere_gives_the_packets_before_the_cut() {
    for file in [little(&[b"one", b"three"]), pcapng(&[b"one", b"three"])] {
        let whole = bytes_of(&read(&file[..]).0).concat();
        for cut in 28..file.len() {
            let (packets, warnings, error) = read(&file[..cut]);
            assert!(whole.starts_with(&bytes_of(&packets).concat()), "cut at {cut}");
            assert_eq!(error, None, "cut at {cut}");
            assert!(warnings.len() <= 1, "cut at {cut}: {warnings:?}");
            assert!(packets.len() + warnings.len() >= 1 || cut < 60, "cut at {cut}");
        }
    }
    let file = little(&[b"one"]);
    let (_, warnings, _) = read(&file[..file.len() - 1]);
    let want =
        "the capture is cut off: the 18 bytes from byte 24 on are only the beginning of a packet";
    assert_eq!(warnings, [want]);
}

#[test]
fn a_garbage_tail_ends_the_capture_with_a_warning() {
    let tails: [&[u8]; 4] = [b"this is no packet, but text", &[0; 400], &[0xff; 50], b"\x06\0\0\0"];
    for file in [little(&[b"one", b"two"]), pcapng(&[b"one", b"two"])] {
        for tail in tails {
            let (packets, warnings, error) = read(&[&file, tail].concat()[..]);
            assert_eq!(bytes_of(&packets), [b"one", b"two"]);
            assert_eq!((warnings.len(), error), (1, None), "{warnings:?}");
            assert!(warnings[0].contains(&format!("byte {}", file.len())), "{warnings:?}");
        }
    }
}

#[test]
fn a_packet_length_that_lies_is_said_and_memory_stays_small() {
    let mut file = little(&[b"one", b"two"]);
    file[24 + 16 + 3 + 8..][..4].copy_from_slice(&0x7fff_ffff_u32.to_le_bytes());
    let (packets, warnings, _) = read(&file[..]);
    assert_eq!(bytes_of(&packets), [b"one"]);
    assert!(warnings[0].starts_with("at byte 43 a packet claims 2147483647 bytes"), "{warnings:?}");
    let order = Order::Little;
    let mut block = order.enhanced(0, 0, b"two!");
    block[4..8].copy_from_slice(&0x7fff_fff0_u32.to_le_bytes());
    let file = [order.section(), order.interface(1, 0, &[]), order.enhanced(0, 0, b"one"), block];
    let (packets, warnings, _) = read(&file.concat()[..]);
    assert_eq!(bytes_of(&packets), [b"one"]);
    assert!(warnings[0].contains("claims 2147483632 bytes"), "{warnings:?}");
}

#[test]
fn a_block_that_contradicts_itself_is_passed_over() {
    let order = Order::Little;
    let mut lying = order.enhanced(0, 0, b"lies");
    lying[20..24].copy_from_slice(&4_000_u32.to_le_bytes());
    let file = [
        order.section(),
        order.interface(1, 0, &[]),
        lying,
        order.enhanced(7, 0, b"nobody's"),
        order.block(6, b"short"),
        order.enhanced(0, 0, b"good"),
    ]
    .concat();
    let (packets, warnings, error) = read(&file[..]);
    assert_eq!((bytes_of(&packets), packets[0].number), (vec![&b"good"[..]], 4));
    assert_eq!((warnings.len(), error), (3, None), "{warnings:?}");
}

#[test]
fn reads_on_behind_damaged_blocks_of_pcapng() {
    let order = Order::Little;
    let good = |text: &[u8]| order.enhanced(0, 0, text);
    let mut lying = good(b"this one's lengths differ");
    let len = lying.len();
    lying[len - 4..].copy_from_slice(&1_000_u32.to_le_bytes());
    let head = [order.section(), order.interface(1, 0, &[]), good(b"one")].concat();
    for damage in [lying, b"garbage of some bytes".to_vec(), vec![0; 5_000], vec![0xff; 2_000_001]]
    {
        let file = [&head[..], &damage, &good(b"two"), &good(b"three")].concat();
        let (packets, warnings, error) = read(&file[..]);
        assert_eq!(bytes_of(&packets), [&b"one"[..], b"two", b"three"], "{warnings:?}");
        assert_eq!((warnings.len(), error), (1, None), "{warnings:?}");
    }
}

#[test]
fn a_packet_larger_than_the_buffer_is_read_whole() {
    let large = vec![7; 5 << 20];
    let order = Order::Big;
    let file = [
        order.section(),
        order.interface(1, 0, &[]),
        order.enhanced(0, 0, &large),
        order.enhanced(0, 0, b"small"),
    ]
    .concat();
    let (packets, warnings, _) = read(&file[..]);
    assert_eq!(bytes_of(&packets), [&large[..], b"small"]);
    assert_eq!(warnings.len(), 0);
}

#[test]
fn a_reader_that_fails_is_an_error_after_what_it_gave() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the cable is out"))
        }
    }
    let (packets, _, error) = read(little(&[b"one"]).chain(Failing));
    assert_eq!(packets.len(), 1);
    assert_eq!(error.unwrap(), "reading the capture failed: the cable is out");
}

/// A reader that gives a few bytes at a time, as a pipe may.
struct Dripping<'a>(&'a [u8], usize);

impl Read for Dripping<'_> {
    fn read(&mut self, output: &mut [u8]) -> io::Result<usize> {
        let len = self.1.min(self.0.len()).min(output.len());
        output[..len].copy_from_slice(&self.0[..len]);
        self.0 = &self.0[len..];
        Ok(len)
    }
}

#[test]
fn a_packet_is_there_as_soon_as_its_bytes_are() {
    struct Live(Vec<Vec<u8>>);
    impl Read for Live {
        fn read(&mut self, output: &mut [u8]) -> io::Result<usize> {
            assert!(!self.0.is_empty(), "read on although a packet was there");
            let part = self.0.remove(0);
            output[..part.len()].copy_from_slice(&part);
            Ok(part.len())
        }
    }
    let order = Order::Little;
    let parts = [order.section(), order.interface(1, 0, &[]), order.enhanced(0, 0, b"now")];
    let mut parts = parts.to_vec();
    // The first two bytes are read alone, to see whether they are gzip.
    let rest = parts[0].split_off(2);
    parts.insert(1, rest);
    let mut file = File::open(Live(parts)).unwrap();
    assert_eq!(file.next_packet().unwrap().unwrap().bytes, b"now");
}

#[test]
fn the_position_is_that_of_the_source() {
    let bytes = gzip(&little(&[&[0x55; 10_000]]));
    let mut file = File::open(&bytes[..]).unwrap();
    while file.next_packet().unwrap().is_some() {}
    assert_eq!(file.position(), bytes.len() as u64);
}

proptest! {
    #[test]
    fn the_size_of_the_reads_does_not_matter(
        packets in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..50), 0..8),
        size in 1..70_usize,
        zip: bool,
    ) {
        let packets: Vec<_> = packets.iter().map(|packet| &packet[..]).collect();
        for plain in [little(&packets), pcapng(&packets)] {
            let bytes = if zip { gzip(&plain) } else { plain };
            let dripped = read(Dripping(&bytes, size));
            prop_assert_eq!(bytes_of(&dripped.0), &packets[..]);
            prop_assert_eq!(&dripped, &read(&bytes[..]));
        }
    }

    #[test]
    fn a_file_with_any_bytes_changed_does_no_harm(
        changes in prop::collection::vec((0..400_usize, any::<u8>()), 1..6),
        cut in 0..400_usize,
        zip: bool,
    ) {
        for plain in [little(&[&[7_u8; 40][..]; 6]), pcapng(&[&[7_u8; 40][..]; 6])] {
            let mut bytes = if zip { gzip(&plain) } else { plain };
            for (at, byte) in &changes {
                if let Some(target) = bytes.get_mut(*at) {
                    *target = *byte;
                }
            }
            bytes.truncate(bytes.len().min(cut.max(60)));
            read(&bytes[..]);
        }
    }

    #[test]
    fn any_bytes_at_all_do_no_harm(bytes: Vec<u8>, magic in 0..4_usize) {
        let magic = [&b"\xa1\xb2\xc3\xd4"[..], b"\x0a\x0d\x0d\x0a", b"\x1f\x8b\x08\0", b""][magic];
        let _: Result<_, file::Error> = File::open(&[magic, &bytes].concat()[..]).map(drop);
        read(&[magic, &bytes].concat()[..]);
    }
}
