//! Bodies there and back, and bodies that are none.

use try_payload_separator::{Item, Refusal, decode, encode};
use wire::hex;

const PAYLOAD: &str = include_str!("../../../../fixtures/socketio/payload.hex");

fn text(text: &str) -> Item {
    Item::Text(text.to_owned())
}

fn binary(bytes: &[u8]) -> Item {
    Item::Binary(bytes.to_vec())
}

#[track_caller]
fn check(body: &str, items: &[Item]) {
    assert_eq!(
        decode(body).as_deref(),
        Ok(items),
        "{body:?}: see \"First by polling\", chapter 11"
    );
    assert_eq!(encode(items), body, "{items:?}, written into one body");
}

#[test]
fn the_example_of_engine_io() {
    let body = hex::decode(PAYLOAD).expect("a fixture is hexadecimal");
    let body = String::from_utf8(body).expect("a payload is text");
    check(&body, &[text("4hello"), text("2"), binary(&[1, 2, 3, 4])]);
}

#[test]
fn one_packet_has_no_separator() {
    check("4hello", &[text("4hello")]);
    check("2", &[text("2")]);
    check("bAQ==", &[binary(&[1])]);
}

#[test]
fn several_packets() {
    check("41\x1e42[\"a\"]\x1e6", &[text("41"), text("42[\"a\"]"), text("6")]);
    check("4a\nb\x1e4 \x1e4안녕", &[text("4a\nb"), text("4 "), text("4안녕")]);
    check("bAQ==\x1ebAgM=\x1e4b", &[binary(&[1]), binary(&[2, 3]), text("4b")]);
}

#[test]
fn a_b_inside_of_a_text_means_nothing() {
    check("4bAQ==\x1e4 b", &[text("4bAQ=="), text("4 b")]);
}

#[test]
fn bytes_may_be_any_and_none() {
    check("b", &[binary(&[])]);
    check("b+/+/", &[binary(&[0xfb, 0xff, 0xbf])]);
    check("bHhwe", &[binary(&[0x1e, 0x1c, 0x1e])]);
    for byte in 0..=255 {
        for len in 1..=4 {
            let items = [binary(&vec![byte; len]), text("4x")];
            let body = encode(&items);
            assert_eq!(decode(&body).as_deref(), Ok(&items[..]), "there and back: {body:?}");
        }
    }
}

#[test]
fn refuses_an_empty_packet() {
    for body in ["", "\x1e", "4a\x1e", "\x1e4a", "4a\x1e\x1e4b", "bAQ==\x1e"] {
        assert_eq!(decode(body), Err(Refusal::Empty), "{body:?}: a packet has at least its type");
    }
}

#[test]
fn refuses_what_is_no_base64() {
    for body in ["b!", "bA", "bAQ", "bAQ=", "bAQ==A", "b AQ==", "b-_-_", "bAQ==\n", "b안", "b===="]
    {
        assert_eq!(decode(body), Err(Refusal::Base64), "{body:?}: RFC 4648, section 4");
    }
    assert_eq!(decode("4a\x1eb!"), Err(Refusal::Base64), "one packet is wrong, and so is the body");
}
