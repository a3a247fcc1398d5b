//! The lenient decoder: messages, broken rules, and bytes that were never seen.

use frame::{
    Code, Decoder, Header, Kind, Limits, Mask, Missed, Opcode, Settings, State, deflate::Window,
};
use wire::{Side, hex, laws};

/// What a decoder said, without its borrows.
#[derive(Debug, Clone, PartialEq)]
enum Said {
    Broken(&'static str, String),
    Frame(Opcode, std::ops::Range<u64>, Vec<u8>),
    Message(Kind, State, Vec<u8>, u64, u64),
}

use Said::{Broken, Frame, Message};

fn drain(decoder: &mut Decoder, said: &mut Vec<Said>) {
    while let Some(step) = decoder.next_frame() {
        for violation in step.violations {
            said.push(Broken(violation.rule.id, violation.detail.to_string()));
        }
        if step.complete {
            said.push(Frame(step.header.opcode, step.range(), step.payload.to_vec()));
        }
        if let Some(message) = step.message {
            let payload = message.payload.to_vec();
            said.push(Message(message.kind, message.state, payload, message.len, message.frames));
        }
    }
}

/// All that a decoder says, which is the same at every cut.
#[track_caller]
fn decode(settings: Settings, text: &str) -> Vec<Said> {
    let bytes = hex::decode(text).expect("a test writes its bytes in hexadecimal");
    laws::same_at_every_cut(&bytes, |chunks| {
        let mut decoder = Decoder::new(settings);
        let mut said = Vec::new();
        for chunk in chunks {
            decoder.receive(chunk);
            drain(&mut decoder, &mut said);
        }
        said
    })
}

#[track_caller]
fn messages(from: Side, text: &str) -> Vec<(Kind, State, Vec<u8>)> {
    let said = decode(Settings::from(from), text);
    let messages = said.into_iter().filter_map(|said| match said {
        Message(kind, state, payload, _, _) => Some((kind, state, payload)),
        Broken(id, detail) => panic!("{id}: {detail}"),
        Frame(..) => None,
    });
    messages.collect()
}

/// The rules that `text` breaks, in order.
#[track_caller]
fn broken(from: Side, text: &str) -> Vec<&'static str> {
    broken_with(Settings::from(from), text)
}

#[track_caller]
fn broken_with(settings: Settings, text: &str) -> Vec<&'static str> {
    let said = decode(settings, text);
    let ids = said.into_iter().filter_map(|said| match said {
        Broken(id, _) => Some(id),
        Frame(..) | Message(..) => None,
    });
    ids.collect()
}

fn complete(kind: Kind, payload: &[u8]) -> (Kind, State, Vec<u8>) {
    (kind, State::Complete, payload.to_vec())
}

#[test]
fn rfc6455_5_7_hello() {
    let hello = [complete(Kind::Text, b"Hello")];
    assert_eq!(messages(Side::Server, r#"81 05 "Hello""#), hello);
    assert_eq!(messages(Side::Client, "81 85 37fa213d 7f9f4d5158"), hello);
    assert_eq!(messages(Side::Server, r#"01 03 "Hel" 80 02 "lo""#), hello);
}

#[test]
fn rfc6455_5_7_ping_and_pong() {
    assert_eq!(messages(Side::Server, r#"89 05 "Hello""#), [complete(Kind::Ping, b"Hello")]);
    let pong = messages(Side::Client, "8a 85 37fa213d 7f9f4d5158");
    assert_eq!(pong, [complete(Kind::Pong, b"Hello")]);
}

#[test]
fn rfc6455_5_7_long_binary_messages() {
    for (len, head) in [(256, "82 7e 0100"), (65_536, "82 7f 0000000000010000")] {
        let mut decoder = Decoder::new(Settings::from(Side::Server));
        decoder.receive(&hex::decode(head).unwrap());
        assert_eq!(decoder.next_frame(), None);
        decoder.receive(&vec![7; len]);
        let message = decoder.next_frame().and_then(|step| step.message).unwrap();
        assert_eq!(message.payload, vec![7; len]);
    }
}

#[test]
fn control_frames_come_between_fragments() {
    let said = messages(Side::Server, r#"01 03 "Hel" 89 01 "?" 00 00 8a 00 80 02 "lo" 82 00"#);
    let want = [
        complete(Kind::Ping, b"?"),
        complete(Kind::Pong, b""),
        complete(Kind::Text, b"Hello"),
        complete(Kind::Binary, b""),
    ];
    assert_eq!(said, want);
}

#[test]
fn a_step_knows_where_its_frame_lies() {
    let said = decode(Settings::from(Side::Server), r#"89 00 01 01 "a" 80 01 "b""#);
    let want = [
        Frame(Opcode::Ping, 0..2, vec![]),
        Message(Kind::Ping, State::Complete, vec![], 0, 1),
        Frame(Opcode::Text, 2..5, b"a".to_vec()),
        Frame(Opcode::Continuation, 5..8, b"b".to_vec()),
        Message(Kind::Text, State::Complete, b"ab".to_vec(), 2, 2),
    ];
    assert_eq!(said, want);
}

#[test]
fn masks_are_checked_on_both_sides() {
    assert_eq!(broken(Side::Client, r#"81 05 "Hello""#), ["frame/unmasked-client"]);
    assert_eq!(broken(Side::Server, "81 85 37fa213d 7f9f4d5158"), ["frame/masked-server"]);
}

#[test]
fn a_zero_or_repeated_key_is_suspected_once() {
    let zero = "82 81 00000000 61";
    assert_eq!(broken(Side::Client, &zero.repeat(3)), ["frame/zero-mask"]);
    let same = "82 81 01020304 61";
    assert_eq!(broken(Side::Client, &same.repeat(3)), ["frame/repeated-mask"]);
    assert_eq!(broken(Side::Client, "82 80 00000000 82 80 00000000"), [""; 0]);
    assert_eq!(broken(Side::Client, "82 81 01020304 61 82 81 01020305 61"), [""; 0]);
}

#[test]
fn reserved_bits_need_an_extension() {
    assert_eq!(broken(Side::Server, "c1 01 ff"), ["frame/reserved-bits"]);
    assert_eq!(broken(Side::Server, "b9 00"), ["frame/reserved-bits"]);
    let said = decode(Settings::from(Side::Server), "f1 00");
    assert_eq!(said[0], Broken("frame/reserved-bits", "RSV1 and RSV2 and RSV3 are 1".into()));
    assert_eq!(said[2], Message(Kind::Text, State::Unreadable, vec![], 0, 1));
}

#[test]
fn rsv1_is_for_the_first_frame_of_a_data_message() {
    let settings = Settings { deflate: Some(Window::default()), ..Settings::from(Side::Server) };
    assert_eq!(broken_with(settings, "01 01 61 c0 01 62"), ["frame/rsv1-on-continuation"]);
    assert_eq!(broken_with(settings, "c9 00"), ["frame/rsv1-on-control"]);
    assert_eq!(broken_with(settings, "e9 00"), ["frame/reserved-bits", "frame/rsv1-on-control"]);
    assert_eq!(broken(Side::Server, "c9 00"), ["frame/reserved-bits"]);
}

#[test]
fn reserved_opcodes_are_passed_over() {
    assert_eq!(broken(Side::Server, r#"83 01 "a" 8b 01 "b""#), ["frame/reserved-opcode"; 2]);
}

#[test]
fn control_frames_are_short_and_whole() {
    let long = format!("89 7e 007e {}", "61".repeat(126));
    assert_eq!(broken(Side::Server, &long), ["frame/control-too-long"]);
    assert_eq!(broken(Side::Server, "09 00"), ["frame/control-fragmented"]);
}

#[test]
fn fragments_come_in_order() {
    assert_eq!(broken(Side::Server, "80 00"), ["frame/unexpected-continuation"]);
    let said = decode(Settings::from(Side::Server), r#"01 01 "a" 81 01 "b""#);
    let want = [
        Frame(Opcode::Text, 0..3, b"a".to_vec()),
        Broken(
            "frame/expected-continuation",
            "a text (0x1) frame inside a text message of 1 frame so far".into(),
        ),
        Message(Kind::Text, State::Cut, vec![], 1, 1),
        Frame(Opcode::Text, 3..6, b"b".to_vec()),
        Message(Kind::Text, State::Complete, b"b".to_vec(), 1, 1),
    ];
    assert_eq!(said, want);
}

#[test]
fn lengths_are_minimal_and_possible() {
    assert_eq!(broken(Side::Server, r#"82 7e 0001 "a""#), ["frame/length-not-minimal"]);
    assert_eq!(
        broken(Side::Server, r#"82 7f 00000000 00000001 "a""#),
        ["frame/length-not-minimal"]
    );
    assert_eq!(broken(Side::Server, "82 7f 80000000 00000000 61"), ["frame/length-high-bit"]);
}

#[test]
fn what_is_too_big_is_dropped_and_the_next_frame_is_found() {
    let limits = Limits { frame: 4, message: 6 };
    let settings = Settings { limits, ..Settings::from(Side::Server) };
    let said = decode(settings, r#"82 05 "abcde" 82 04 "abcd""#);
    let want = [
        Broken("frame/message-too-big", "the frame claims 5 bytes; the limit is 4".into()),
        Frame(Opcode::Binary, 0..7, vec![]),
        Message(Kind::Binary, State::TooBig, vec![], 5, 1),
        Frame(Opcode::Binary, 7..13, b"abcd".to_vec()),
        Message(Kind::Binary, State::Complete, b"abcd".to_vec(), 4, 1),
    ];
    assert_eq!(said, want);
    let said = decode(settings, r#"02 04 "abcd" 00 03 "efg" 80 01 "h" 81 00"#);
    let want =
        Broken("frame/message-too-big", "the message has at least 7 bytes; the limit is 6".into());
    assert_eq!(said[1], want);
    assert_eq!(said[4], Message(Kind::Binary, State::TooBig, vec![], 8, 3));
    assert_eq!(said.len(), 7);
}

#[test]
fn text_is_utf8_as_a_whole() {
    assert_eq!(broken(Side::Server, "81 03 ed959c"), [""; 0]);
    assert_eq!(broken(Side::Server, "01 02 ed95 00 00 80 01 9c"), [""; 0]);
    assert_eq!(broken(Side::Server, "81 02 ed95"), ["frame/invalid-utf8"]);
    assert_eq!(broken(Side::Server, "01 02 ed95 80 01 61"), ["frame/invalid-utf8"]);
    assert_eq!(broken(Side::Server, "81 03 eda080"), ["frame/invalid-utf8"]);
    let said = decode(Settings::from(Side::Server), "01 02 61ff 80 01 ff");
    assert_eq!(said[0], Broken("frame/invalid-utf8", "not UTF-8 at byte 1 of the text".into()));
    assert_eq!(said.len(), 4);
}

#[test]
fn autobahn_6_4_fails_inside_the_frame() {
    let mut decoder = Decoder::new(Settings::from(Side::Client));
    // 12 of 21 bytes, of which the last makes a character above U+10FFFF.
    decoder.receive(&hex::decode("81 95 00000001").unwrap());
    assert_eq!(decoder.next_frame(), None);
    let mut payload = b"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xf4\x90".to_vec();
    Mask([0, 0, 0, 1]).apply(0, &mut payload);
    decoder.receive(&payload[..12]);
    assert_eq!(decoder.next_frame(), None);
    decoder.receive(&payload[12..]);
    let step = decoder.next_frame().unwrap();
    assert!(!step.complete);
    assert_eq!(step.violations[0].close_code(), Some(1007));
}

#[test]
fn close_payloads_are_checked() {
    assert_eq!(broken(Side::Server, "88 00"), [""; 0]);
    assert_eq!(broken(Side::Server, r#"88 06 03e8 "done""#), [""; 0]);
    assert_eq!(broken(Side::Server, "88 01 03"), ["frame/close-length"]);
    for code in ["0000", "03e7", "03ec", "03ed", "03ee", "03f7", "03f8", "0bb7", "1388", "ffff"] {
        assert_eq!(broken(Side::Server, &format!("88 02 {code}")), ["frame/close-code"]);
    }
    assert_eq!(broken(Side::Server, "88 03 03e8 ff"), ["frame/close-reason-utf8"]);
    let mut decoder = Decoder::new(Settings::from(Side::Server));
    decoder.receive(b"\x88\x05\x03\xe9bye");
    let close = decoder.next_frame().and_then(|step| step.message?.close()).unwrap();
    assert_eq!((close.code, &*close.reason), (Code::GOING_AWAY, "bye"));
    assert!(decoder.is_closed());
}

#[test]
fn no_data_follows_a_close_frame() {
    assert_eq!(broken(Side::Server, "88 00 8a 00 89 00"), [""; 0]);
    assert_eq!(broken(Side::Server, "88 00 81 00 82 00"), ["frame/data-after-close"; 2]);
    assert_eq!(broken(Side::Server, "88 00 88 00"), ["frame/close-twice"]);
}

#[test]
fn a_gap_inside_a_payload_cuts_one_message() {
    let mut decoder = Decoder::new(Settings::from(Side::Server));
    let mut said = Vec::new();
    decoder.receive(b"\x81\x09abc");
    drain(&mut decoder, &mut said);
    assert_eq!(decoder.pending().have, 5);
    assert_eq!(decoder.pending().need, Some(11));
    assert_eq!(decoder.miss(4), Missed::Payload);
    decoder.receive(b"hi\x81\x01z");
    drain(&mut decoder, &mut said);
    let want = [
        Frame(Opcode::Text, 0..11, vec![]),
        Message(Kind::Text, State::Cut, vec![], 9, 1),
        Frame(Opcode::Text, 11..14, b"z".to_vec()),
        Message(Kind::Text, State::Complete, b"z".to_vec(), 1, 1),
    ];
    assert_eq!(said, want);
}

#[test]
fn a_gap_over_a_header_loses_the_boundaries_until_resumed() {
    let mut decoder = Decoder::new(Settings::from(Side::Server));
    let mut said = Vec::new();
    decoder.receive(b"\x01\x03ab");
    drain(&mut decoder, &mut said);
    assert_eq!(decoder.miss(2), Missed::LostSync);
    drain(&mut decoder, &mut said);
    assert_eq!(said, [Frame(Opcode::Text, 0..5, vec![])]);
    assert!(decoder.pending().message.is_some());
    decoder.receive(b"lost");
    assert_eq!(decoder.next_frame(), None);
    decoder.resume_at(10);
    decoder.receive(b"\x00\x01c\x80\x01d\x82\x01e");
    said.clear();
    drain(&mut decoder, &mut said);
    let want = [
        Frame(Opcode::Continuation, 10..13, b"c".to_vec()),
        Frame(Opcode::Continuation, 13..16, b"d".to_vec()),
        Frame(Opcode::Binary, 16..19, b"e".to_vec()),
        Message(Kind::Binary, State::Complete, b"e".to_vec(), 1, 1),
    ];
    assert_eq!(said, want);
}

#[test]
fn a_million_tiny_fragments_cost_no_more_than_their_bytes() {
    let mut bytes = Vec::new();
    Header::new(Opcode::Binary, 1).unfinished().encode(&mut bytes);
    bytes.push(b'x');
    let mut decoder = Decoder::new(Settings::from(Side::Server));
    decoder.receive(&bytes);
    assert!(decoder.next_frame().is_some());
    for _ in 0..1_000_000 {
        decoder.receive(b"\x00\x01y");
        assert!(decoder.next_frame().is_some_and(|step| step.complete));
    }
    decoder.receive(b"\x80\x00");
    let message = decoder.next_frame().and_then(|step| step.message).unwrap();
    assert_eq!((message.len, message.frames), (1_000_001, 1_000_002));
}
