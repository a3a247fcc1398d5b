//! Numbers in the byte order of the network.

use try_big_endian::{read_u16, read_u64};

#[track_caller]
fn check_u16(bytes: &[u8], wanted: Option<u16>) {
    assert_eq!(
        read_u16(bytes),
        wanted,
        "\nread_u16 of the bytes {bytes:02x?}\nBook: chapter 0, \"A number may need several bytes\"\n"
    );
}

#[track_caller]
fn check_u64(bytes: &[u8], wanted: Option<u64>) {
    assert_eq!(
        read_u64(bytes),
        wanted,
        "\nread_u64 of the bytes {bytes:02x?}\nBook: chapter 0, \"A number may need several bytes\"\n"
    );
}

#[test]
fn two_bytes_01_00_are_256() {
    check_u16(&[0x01, 0x00], Some(256));
}

#[test]
fn two_bytes_count_from_0_to_65535() {
    check_u16(&[0, 0], Some(0));
    check_u16(&[0, 1], Some(1));
    check_u16(&[0x00, 0x7e], Some(126));
    check_u16(&[0x12, 0x34], Some(0x1234));
    check_u16(&[0x7f, 0xff], Some(32_767));
    check_u16(&[0x80, 0x00], Some(32_768));
    check_u16(&[0xff, 0xff], Some(65_535));
}

#[test]
fn eight_bytes_are_read_in_the_same_order() {
    check_u64(&[0, 0, 0, 0, 0, 0, 0, 1], Some(1));
    check_u64(&[0, 0, 0, 0, 0, 1, 0, 0], Some(65_536));
    check_u64(&[1, 2, 3, 4, 5, 6, 7, 8], Some(0x0102_0304_0506_0708));
    check_u64(&[0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0], Some(0x1234_5678_9abc_def0));
}

#[test]
fn every_bit_of_eight_bytes_counts() {
    for place in 0..64 {
        let number = 1_u64 << place;
        let mut bytes = [0; 8];
        bytes[7 - place / 8] = 1 << (place % 8);
        check_u64(&bytes, Some(number));
    }
    check_u64(&[0xff; 8], Some(u64::MAX));
}

#[test]
fn every_number_of_two_bytes_is_read() {
    for number in 0..=u16::MAX {
        check_u16(&[(number >> 8) as u8, (number % 256) as u8], Some(number));
    }
}

#[test]
fn too_few_bytes_are_no_number_yet() {
    let bytes = [0x01; 8];
    for len in 0..2 {
        check_u16(&bytes[..len], None);
    }
    for len in 0..8 {
        check_u64(&bytes[..len], None);
    }
}

#[test]
fn bytes_behind_the_number_do_not_matter() {
    check_u16(&[0x01, 0x00, 0x48], Some(256));
    check_u16(&[0, 5, 0x48, 0x65, 0x6c, 0x6c, 0x6f, 0, 0, 0], Some(5));
    check_u64(&[0, 0, 0, 0, 0, 0, 1, 0, 0xff, 0xff], Some(256));
}

#[test]
fn reads_the_length_in_the_frame_of_chapter_0() {
    let fixture = include_str!("../../../../fixtures/websocket/rfc6455-5.7-binary-256.hex");
    let frame = wire::hex::decode(fixture).expect("the fixture is hexadecimal");
    let behind_the_first_two_bytes = frame.get(2..).expect("a header has two bytes");
    check_u16(behind_the_first_two_bytes, Some(256));
}
