//! Headers at the borders of the three forms, against a table and against the RFC's own.

use try_smallest_header::header;
use wire::hex;

const KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

#[track_caller]
fn check(fin: bool, opcode: u8, key: Option<[u8; 4]>, payload: u64, want: &str) {
    let want = hex::spaced(&hex::decode(want).expect("the test's own digits"));
    assert_eq!(
        hex::spaced(&header(fin, opcode, key, payload)),
        want,
        "FIN {fin}, opcode {opcode:#x}, key {key:02x?}, {payload} bytes of payload: \
         RFC 6455, section 5.2, and \"Three lengths\" in chapter 7"
    );
}

#[test]
fn rfc6455_5_7_headers() {
    check(true, 0x1, None, 5, "81 05");
    check(true, 0x1, Some(KEY), 5, "81 85 37fa213d");
    check(false, 0x1, None, 3, "01 03");
    check(true, 0x0, None, 2, "80 02");
    check(true, 0x9, None, 5, "89 05");
    check(true, 0xa, Some(KEY), 5, "8a 85 37fa213d");
    check(true, 0x2, None, 256, "82 7e 0100");
    check(true, 0x2, None, 65_536, "82 7f 0000000000010000");
}

#[test]
fn the_shortest_form_holds_up_to_125_bytes() {
    check(true, 0x1, None, 0, "81 00");
    check(true, 0x1, None, 1, "81 01");
    check(true, 0x1, None, 124, "81 7c");
    check(true, 0x1, None, 125, "81 7d");
}

#[test]
fn two_bytes_hold_up_to_65535() {
    check(true, 0x1, None, 126, "81 7e 007e");
    check(true, 0x1, None, 127, "81 7e 007f");
    check(true, 0x1, None, 255, "81 7e 00ff");
    check(true, 0x1, None, 0x1234, "81 7e 1234");
    check(true, 0x1, None, 65_535, "81 7e ffff");
}

#[test]
fn eight_bytes_hold_the_rest() {
    check(true, 0x1, None, 65_537, "81 7f 0000000000010001");
    check(true, 0x1, None, 1 << 32, "81 7f 0000000100000000");
    check(true, 0x1, None, 0x0123_4567_89ab_cdef, "81 7f 0123456789abcdef");
    check(true, 0x1, None, i64::MAX as u64, "81 7f 7fffffffffffffff");
}

#[test]
fn a_masked_header_is_the_same_with_mask_set_and_the_key_behind_it() {
    for payload in [0, 1, 125, 126, 127, 255, 256, 65_535, 65_536, 1 << 40] {
        for fin in [true, false] {
            for opcode in [0x0, 0x1, 0x2, 0x8, 0x9, 0xa] {
                let mut want = header(fin, opcode, None, payload);
                want[1] |= 0x80;
                want.extend(KEY);
                assert_eq!(
                    hex::spaced(&header(fin, opcode, Some(KEY), payload)),
                    hex::spaced(&want),
                    "a client's header before {payload} bytes: MASK is the highest bit of the \
                     second byte in all three forms, and the key is the last part"
                );
            }
        }
    }
}

#[test]
fn the_first_byte_is_fin_and_the_opcode() {
    for opcode in 0x0..=0xf {
        assert_eq!(header(true, opcode, None, 0)[0], 0x80 | opcode, "FIN 1, opcode {opcode:#x}");
        assert_eq!(header(false, opcode, None, 0)[0], opcode, "FIN 0, opcode {opcode:#x}");
    }
}

#[test]
fn a_key_of_zeros_is_a_key_too() {
    check(true, 0x1, Some([0; 4]), 5, "81 85 00000000");
}
