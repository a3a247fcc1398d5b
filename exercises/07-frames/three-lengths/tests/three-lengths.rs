//! The three forms, at their borders, cut anywhere, and what is refused.

use try_three_lengths::{Length, Refusal, decode};
use wire::hex;

/// Asserts that `bytes` hold a length of `payload`: whole, with more behind it,
/// with MASK set, and that every shorter input is not enough yet.
#[track_caller]
fn check(bytes: &str, payload: u64) {
    let bytes = hex::decode(bytes).expect("the test's own digits");
    let want = Ok(Some(Length { payload, taken: bytes.len() }));
    for mask in [0x00, 0x80] {
        let mut bytes = bytes.clone();
        bytes[0] |= mask;
        let shown = hex::spaced(&bytes);
        assert_eq!(decode(&bytes), want, "{shown} is a length of {payload}: RFC 6455, section 5.2");
        let longer = [&bytes, &[0xff; 12][..]].concat();
        assert_eq!(decode(&longer), want, "{shown}, with other bytes behind it");
        for cut in 0..bytes.len() {
            let arrived = hex::spaced(&bytes[..cut]);
            assert_eq!(
                decode(&bytes[..cut]),
                Ok(None),
                "only \"{arrived}\" of {shown} has arrived: not enough yet, and no mistake"
            );
        }
    }
}

#[track_caller]
fn refuses(bytes: &str, want: Refusal) {
    let bytes = hex::decode(bytes).expect("the test's own digits");
    for mask in [0x00, 0x80] {
        let mut bytes = bytes.clone();
        bytes[0] |= mask;
        assert_eq!(
            decode(&bytes),
            Err(want),
            "{} breaks a rule of RFC 6455, section 5.2: see \"Three lengths\" in chapter 7",
            hex::spaced(&bytes)
        );
    }
}

#[test]
fn seven_bits_hold_up_to_125() {
    for payload in 0..=125_u8 {
        check(&format!("{payload:02x}"), payload.into());
    }
}

#[test]
fn two_bytes_hold_up_to_65535() {
    check("7e 007e", 126);
    check("7e 007f", 127);
    check("7e 0080", 128);
    check("7e 00ff", 255);
    check("7e 0100", 256);
    check("7e 1234", 0x1234);
    check("7e 8000", 0x8000);
    check("7e ffff", 65_535);
}

#[test]
fn eight_bytes_hold_the_rest() {
    check("7f 0000000000010000", 65_536);
    check("7f 0000000000010001", 65_537);
    check("7f 0000000100000000", 1 << 32);
    check("7f 0123456789abcdef", 0x0123_4567_89ab_cdef);
    check("7f 7fffffffffffffff", i64::MAX as u64);
}

#[test]
fn rfc6455_5_7_binary_messages_of_256_bytes_and_of_64_kib() {
    let header = |fixture| hex::decode(fixture).expect("a fixture is hexadecimal");
    let of_256 = header(include_str!("../../../../fixtures/websocket/rfc6455-5.7-binary-256.hex"));
    assert_eq!(decode(&of_256[1..]), Ok(Some(Length { payload: 256, taken: 3 })));
    let of_64k =
        header(include_str!("../../../../fixtures/websocket/rfc6455-5.7-binary-64k-header.hex"));
    assert_eq!(decode(&of_64k[1..]), Ok(Some(Length { payload: 65_536, taken: 9 })));
}

#[test]
fn refuses_a_length_that_would_have_been_shorter() {
    for bytes in ["7e 0000", "7e 0005", "7e 007d"] {
        refuses(bytes, Refusal::NotMinimal);
    }
    for bytes in ["7f 0000000000000000", "7f 000000000000007d", "7f 000000000000007e"] {
        refuses(bytes, Refusal::NotMinimal);
    }
    refuses("7f 000000000000ffff", Refusal::NotMinimal);
}

#[test]
fn refuses_the_highest_bit_of_eight_bytes() {
    refuses("7f 8000000000000000", Refusal::HighBit);
    refuses("7f 8000000000000005", Refusal::HighBit);
    refuses("7f ffffffffffffffff", Refusal::HighBit);
}
