//! What `apply_mask` must do. The page of the book: `book/src/07-frames.md`, "The mask".

use proptest::prelude::*;
use std::{fs, path::Path};
use try_mask::apply_mask;
use wire::hex;

/// The example of RFC 6455, section 5.7: a header of two bytes, a key of four, then the payload.
const MASKED: &str = "websocket/rfc6455-5.7-text-masked.hex";
const KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

#[test]
fn rfc6455_5_7_unmasks_hello() {
    let frame = fixture(MASKED);
    let (header, payload) = frame.split_at(6);
    let key = header[2..].try_into().unwrap();
    let plain = masked(key, 0, payload);
    assert_eq!(
        plain,
        b"Hello",
        "fixtures/{MASKED} has the key {} and the payload {}; unmasked that is \"Hello\", and \
         yours is {}. The page shows it byte by byte.",
        hex::spaced(&key),
        hex::spaced(payload),
        hex::spaced(&plain)
    );
}

#[test]
fn rfc6455_5_7_masks_hello() {
    expect(KEY, 0, b"Hello", "7f 9f 4d 51 58", "the fifth byte meets the first key byte again");
}

#[test]
fn a_payload_of_zeros_becomes_the_key_over_and_over() {
    let wanted = "37 fa 21 3d 37 fa 21 3d 37 fa";
    expect(KEY, 0, &[0; 10], wanted, "0 ^ k = k, so each byte shows which key byte it met");
}

#[test]
fn a_key_of_zeros_changes_nothing() {
    let all: Vec<u8> = (0..=255).collect();
    expect([0; 4], 0, &all, &hex::spaced(&all), "b ^ 0 = b");
}

#[test]
fn every_length_is_masked_to_its_last_byte() {
    for len in 0..40 {
        let wanted: Vec<u8> = KEY.into_iter().cycle().take(len).collect();
        let why = format!("all {len} bytes are masked, the last ones too");
        expect(KEY, 0, &vec![0; len], &hex::spaced(&wanted), &why);
    }
}

#[test]
fn a_piece_goes_on_where_the_one_before_it_ended() {
    let why = "the key does not begin again in each piece: look at `at`";
    expect(KEY, 1, &[0; 6], "fa 21 3d 37 fa 21", why);
    expect(KEY, 2, &[0; 6], "21 3d 37 fa 21 3d", why);
    expect(KEY, 3, &[0; 6], "3d 37 fa 21 3d 37", why);
    expect(KEY, 4, &[0; 6], "37 fa 21 3d 37 fa", why);
    expect(KEY, 7, &[0; 6], "3d 37 fa 21 3d 37", why);
}

#[test]
fn a_piece_may_begin_behind_four_gigabytes() {
    let why = "a payload may have up to 2^63 - 1 bytes (section 5.2), so `at` can be that large";
    expect(KEY, 0x1_0000_0001, &[0; 4], "fa 21 3d 37", why);
    expect(KEY, 0x7fff_ffff_ffff_fffe, &[0; 1], "21", why);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn masking_twice_gives_the_payload_back(key: [u8; 4], at in 0_u64..9, payload: Vec<u8>) {
        let once = masked(key, at, &payload);
        let twice = masked(key, at, &once);
        prop_assert_eq!(twice, payload, "a ^ k ^ k = a: the same act masks and unmasks (5.3)");
    }

    #[test]
    fn it_does_not_matter_how_a_payload_is_cut(key: [u8; 4], payload: Vec<u8>, cut: usize) {
        let whole = masked(key, 0, &payload);
        let cut = cut % (payload.len() + 1);
        let (left, right) = payload.split_at(cut);
        let mut pieces = masked(key, 0, left);
        pieces.extend(masked(key, cut as u64, right));
        prop_assert_eq!(pieces, whole, "the second piece began at byte {}", cut);
    }

    #[test]
    fn each_byte_meets_its_own_key_byte(key: [u8; 4], at in 0_u64..1 << 40, payload: Vec<u8>) {
        let found = masked(key, at, &payload);
        for (index, (plain, masked)) in payload.iter().zip(found).enumerate() {
            let number = at + index as u64;
            let wanted = plain ^ key[(number % 4) as usize];
            prop_assert_eq!(masked, wanted, "byte {} of the payload, with the key {:02x?}", number, key);
        }
    }
}

#[track_caller]
fn expect(key: [u8; 4], at: u64, piece: &[u8], wanted: &str, why: &str) {
    let found = hex::spaced(&masked(key, at, piece));
    assert_eq!(
        found,
        wanted,
        "the key {}, at byte {at} of the payload, the piece {}\n{why} (RFC 6455, section 5.3)",
        hex::spaced(&key),
        hex::spaced(piece)
    );
}

fn masked(key: [u8; 4], at: u64, piece: &[u8]) -> Vec<u8> {
    let mut piece = piece.to_vec();
    apply_mask(key, at, &mut piece);
    piece
}

/// The bytes of a file in `fixtures/`.
fn fixture(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../fixtures").join(name);
    hex::decode(&fs::read_to_string(path).expect("the fixture is there")).expect("it is hex")
}
