//! Every pair of bytes there is, and a few by name.

use try_header_bits::{Bits, decode, encode, is_control};
use wire::hex;

const HELLO: &str = include_str!("../../../../fixtures/websocket/rfc6455-5.7-text-unmasked.hex");
const MASKED: &str = include_str!("../../../../fixtures/websocket/rfc6455-5.7-text-masked.hex");
const COMPRESSED: &str = include_str!("../../../../fixtures/websocket/rfc7692-7.2.3.1-hello.hex");

const TEXT: Bits =
    Bits { fin: true, rsv1: false, rsv2: false, rsv3: false, opcode: 0x1, mask: false, length: 5 };

#[track_caller]
fn begins_with(fixture: &str, want: Bits) {
    let bytes = hex::decode(fixture).expect("a fixture is hexadecimal");
    let (first, second) = (bytes[0], bytes[1]);
    assert_eq!(decode(first, second), want, "the frame begins with {first:08b} {second:08b}");
}

#[test]
fn rfc6455_5_7_an_unmasked_hello() {
    begins_with(HELLO, TEXT);
}

#[test]
fn rfc6455_5_7_a_masked_hello() {
    begins_with(MASKED, Bits { mask: true, ..TEXT });
}

#[test]
fn rfc7692_7_2_3_1_a_compressed_hello() {
    begins_with(COMPRESSED, Bits { rsv1: true, length: 7, ..TEXT });
}

/// The same, slowly: the bits as text, most significant first.
fn slowly(first: u8, second: u8) -> Bits {
    let bits = format!("{first:08b}{second:08b}");
    let number = |bits: &str| u8::from_str_radix(bits, 2).expect("at most eight binary digits");
    let flag = |at: usize| bits.as_bytes()[at] == b'1';
    Bits {
        fin: flag(0),
        rsv1: flag(1),
        rsv2: flag(2),
        rsv3: flag(3),
        opcode: number(&bits[4..8]),
        mask: flag(8),
        length: number(&bits[9..]),
    }
}

#[test]
fn takes_every_pair_of_bytes_apart() {
    for pair in 0..=u16::MAX {
        let [first, second] = pair.to_be_bytes();
        assert_eq!(
            decode(first, second),
            slowly(first, second),
            "in {first:08b} {second:08b} the fields stand in the order of RFC 6455, section 5.2: \
             1 1 1 1 4 and 1 7 bits, the most significant first"
        );
    }
}

#[test]
fn puts_every_pair_of_bytes_together_again() {
    for pair in 0..=u16::MAX {
        let [first, second] = pair.to_be_bytes();
        let bits = slowly(first, second);
        let [one, two] = encode(bits);
        assert!(
            [one, two] == [first, second],
            "{bits:?}\nis {first:08b} {second:08b} on the wire, and not {one:08b} {two:08b}"
        );
    }
}

#[test]
fn the_highest_bit_of_the_opcode_divides_data_from_control() {
    for opcode in 0x0..=0xf {
        assert_eq!(
            is_control(opcode),
            opcode >= 0x8,
            "opcode {opcode:#x}, in bits {opcode:04b}: see \"The opcode\" in chapter 7"
        );
    }
}
