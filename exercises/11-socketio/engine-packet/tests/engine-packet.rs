//! Each type, with and without something behind it, and texts that are no packets.

use Packet::{Close, Message, Noop, Open, Ping, Pong, Upgrade};
use try_engine_packet::{Packet, Refusal, answer, decode, encode};
use wire::{Side, transcript};

#[track_caller]
fn check(text: &str, want: Packet<'_>) {
    assert_eq!(decode(text), Ok(want), "{text:?}: see the table in chapter 11");
    assert_eq!(encode(want), text, "{want:?}, written");
}

#[test]
fn reads_and_writes_each_type() {
    check(r#"0{"sid":"a"}"#, Open(r#"{"sid":"a"}"#));
    check("1", Close);
    check("2", Ping(""));
    check("2probe", Ping("probe"));
    check("3", Pong(""));
    check("3probe", Pong("probe"));
    check("4hello", Message("hello"));
    check("5", Upgrade);
    check("6", Noop);
}

#[test]
fn a_message_may_be_anything() {
    for text in ["", "4", "안녕하세요", "😀", "\u{1e}", " ", "2[\"a\"]", "\n", "0123456789"]
    {
        check(&format!("4{text}"), Message(text));
    }
}

#[test]
fn refuses_an_empty_text() {
    assert_eq!(decode(""), Err(Refusal::Empty));
}

#[test]
fn refuses_other_types() {
    for byte in 0..=127_u8 {
        let kind = char::from(byte);
        if !('0'..='6').contains(&kind) {
            for rest in ["", "ello", "4hello"] {
                let text = format!("{kind}{rest}");
                assert_eq!(decode(&text), Err(Refusal::Type(kind)), "{text:?}");
            }
        }
    }
}

#[test]
fn a_plain_websocket_that_says_hello_is_refused() {
    assert_eq!(
        decode("hello"),
        Err(Refusal::Type('h')),
        "see the capture socketio-plain-websocket"
    );
}

#[test]
fn refuses_a_first_character_of_several_bytes() {
    for kind in ['é', '안', '😀', '４', '٤', '\u{feff}'] {
        let text = format!("{kind}hello");
        assert_eq!(decode(&text), Err(Refusal::Type(kind)), "{text:?}");
    }
}

#[test]
fn refuses_something_behind_a_type_that_carries_nothing() {
    for text in ["1x", "5probe", "6 ", "1\n", "11", "5안"] {
        assert_eq!(
            decode(text),
            Err(Refusal::NotBare),
            "{text:?}: close, upgrade and noop are bare"
        );
    }
}

#[test]
fn a_ping_is_answered_with_its_word() {
    assert_eq!(answer(Ping("")), Some(Pong("")), "the heartbeat");
    assert_eq!(answer(Ping("probe")), Some(Pong("probe")), "the upgrade dance");
    assert_eq!(answer(Ping("안")), Some(Pong("안")));
    for packet in [Open("{}"), Close, Pong(""), Pong("probe"), Message("2"), Upgrade, Noop] {
        assert_eq!(answer(packet), None, "{packet:?} asks for nothing");
    }
}

#[test]
fn reads_the_server_of_a_written_session() {
    let fixture = include_str!("../../../../fixtures/socketio/websocket.hex");
    let chunks = transcript::decode(fixture).expect("a fixture is a transcript");
    let texts: Vec<&str> = chunks
        .iter()
        .filter(|(side, bytes)| *side == Side::Server && bytes.starts_with(&[0x81]))
        .map(|(_, bytes)| str::from_utf8(&bytes[2..]).expect("a frame of text"))
        .collect();
    let read: Vec<Packet<'_>> = texts.iter().map(|text| decode(text).expect("a packet")).collect();
    assert!(matches!(read[0], Open(json) if json.starts_with("{\"sid\":")), "{:?}", read[0]);
    assert!(read[1..].iter().all(|packet| matches!(packet, Message(_))), "{read:?}");
    assert_eq!(read[2], Message(r#"2["auth",{"token":"123"}]"#));
}
