//! The examples of RFC 7692, both kinds of window, limits and a bomb.

use flate2::{Compress, Compression, FlushCompress};
use try_inflate_rsv1::{Inflater, Refusal};
use wire::hex;

const HELLO: &str = "f2 48 cd c9 c9 07 00";
const HELLO_AGAIN: &str = "f2 00 11 00 00";
const LIMIT: usize = 1 << 20;

fn bytes(digits: &str) -> Vec<u8> {
    hex::decode(digits).expect("the test's own digits")
}

/// Feeds compressed messages to one inflater, and compares each.
#[track_caller]
fn check(takeover: bool, messages: &[(&str, &str)]) {
    let mut inflater = Inflater::new(takeover);
    for (number, (payload, want)) in messages.iter().enumerate() {
        let got = inflater.receive(true, &bytes(payload), LIMIT);
        let got = got.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        assert_eq!(
            got.as_deref(),
            Ok(*want),
            "message {} of {messages:?}, with takeover {takeover}: RFC 7692, section 7.2",
            number + 1
        );
    }
}

#[test]
fn rfc7692_7_2_3_1_one_block() {
    check(true, &[(HELLO, "Hello")]);
    check(false, &[(HELLO, "Hello")]);
}

#[test]
fn rfc7692_7_2_3_2_a_shared_window() {
    check(true, &[(HELLO, "Hello"), (HELLO_AGAIN, "Hello"), (HELLO_AGAIN, "Hello")]);
}

#[test]
fn rfc7692_7_2_3_3_a_block_without_compression() {
    check(true, &[("00 0500 faff 48656c6c6f 00", "Hello"), (HELLO_AGAIN, "Hello")]);
}

#[test]
fn rfc7692_7_2_3_4_a_block_with_bfinal() {
    check(true, &[("f3 48 cd c9 c9 07 00 00", "Hello"), (HELLO, "Hello"), (HELLO_AGAIN, "Hello")]);
    check(false, &[("f3 48 cd c9 c9 07 00 00", "Hello"), (HELLO, "Hello")]);
}

#[test]
fn rfc7692_7_2_3_5_two_blocks() {
    check(true, &[("f2 48 05 000000ffff ca c9 c9 07 00", "Hello"), (HELLO_AGAIN, "Hello")]);
}

#[test]
fn rfc7692_7_2_3_6_an_empty_message() {
    check(true, &[("00", ""), (HELLO, "Hello"), ("00", ""), (HELLO_AGAIN, "Hello")]);
    check(false, &[("00", ""), (HELLO, "Hello")]);
}

#[test]
fn without_takeover_each_message_begins_with_an_empty_window() {
    check(false, &[(HELLO, "Hello"), (HELLO, "Hello")]);
    let mut inflater = Inflater::new(false);
    assert_eq!(inflater.receive(true, &bytes(HELLO), LIMIT).as_deref(), Ok(&b"Hello"[..]));
    assert_eq!(
        inflater.receive(true, &bytes(HELLO_AGAIN), LIMIT),
        Err(Refusal::Invalid),
        "this message points back into the one before, which is forgotten without takeover"
    );
}

#[test]
fn a_message_without_rsv1_passes_as_it_is() {
    let mut inflater = Inflater::new(true);
    for payload in [&b""[..], b"plain", &bytes(HELLO), &[0xff; 300]] {
        assert_eq!(inflater.receive(false, payload, 300).as_deref(), Ok(payload), "RSV1 is 0");
    }
    assert_eq!(inflater.receive(true, &bytes(HELLO), LIMIT).as_deref(), Ok(&b"Hello"[..]));
    assert_eq!(inflater.receive(false, b"other", LIMIT).as_deref(), Ok(&b"other"[..]));
    assert_eq!(
        inflater.receive(true, &bytes(HELLO_AGAIN), LIMIT).as_deref(),
        Ok(&b"Hello"[..]),
        "a message without RSV1 stood between, and the window stays as it was"
    );
}

#[test]
fn the_limit_counts_what_comes_out() {
    for (rsv1, payload) in [(true, bytes(HELLO)), (false, b"Hello".to_vec())] {
        let receive = |limit| Inflater::new(true).receive(rsv1, &payload, limit);
        assert_eq!(receive(5).as_deref(), Ok(&b"Hello"[..]), "5 bytes, the limit is 5");
        assert_eq!(receive(4), Err(Refusal::TooBig), "5 bytes, the limit is 4 (RSV1: {rsv1})");
        assert_eq!(receive(0), Err(Refusal::TooBig), "5 bytes, the limit is 0 (RSV1: {rsv1})");
    }
    assert_eq!(Inflater::new(true).receive(true, &[0x00], 0).as_deref(), Ok(&[][..]));
}

/// Compresses as a sender does: without the last four bytes.
fn deflate(message: &[u8]) -> Vec<u8> {
    let mut payload = Vec::with_capacity(message.len() + 1000);
    Compress::new(Compression::default(), false)
        .compress_vec(message, &mut payload, FlushCompress::Sync)
        .expect("there is room");
    assert!(payload.ends_with(&[0x00, 0x00, 0xff, 0xff]));
    payload.truncate(payload.len() - 4);
    payload
}

#[test]
fn long_messages_come_out_whole() {
    for len in [1, 1023, 1024, 1025, 4095, 4096, 4097, 8192, 65_536, 200_000] {
        let message: Vec<u8> = (0..len).map(|at: u32| (at.wrapping_mul(at) / 7) as u8).collect();
        let got = Inflater::new(true).receive(true, &deflate(&message), message.len());
        assert!(
            got.as_deref() == Ok(&message[..]),
            "a message of {len} bytes came out as {:?}",
            got.map(|bytes| format!("{} bytes", bytes.len()))
        );
    }
}

#[test]
fn a_bomb_is_refused() {
    let bomb = deflate(&vec![0; 4 << 20]);
    assert!(bomb.len() < 5000, "4 MiB of zeros, on the wire {} bytes", bomb.len());
    for limit in [0, 1000, 1 << 20, (4 << 20) - 1] {
        let got = Inflater::new(true).receive(true, &bomb, limit);
        assert!(got == Err(Refusal::TooBig), "4 MiB, and the limit is {limit}");
    }
    let got = Inflater::new(true).receive(true, &bomb, 4 << 20);
    assert!(got.is_ok_and(|bytes| bytes.len() == 4 << 20), "4 MiB, and the limit is 4 MiB");
}

#[test]
fn refuses_what_is_no_deflate() {
    for digits in ["ff", "07 07 07", "48 65 6c 6c 6f"] {
        let got = Inflater::new(true).receive(true, &bytes(digits), LIMIT);
        assert_eq!(got, Err(Refusal::Invalid), "{digits}");
    }
}
