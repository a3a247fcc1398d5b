//! permessage-deflate: the RFC's vectors, and what a stream with holes still tells.

use frame::{
    Decoder, Header, Kind, Limits, Missed, Opcode, Reserved, Settings, State,
    deflate::{Deflater, InflateError, Inflater, Window},
};
use proptest::prelude::*;
use wire::{Side, hex};

const TAKEOVER: Window = Window { bits: 15, takeover: true };
const FRESH: Window = Window { bits: 15, takeover: false };

fn settings(window: Window) -> Settings {
    Settings { deflate: Some(window), ..Settings::from(Side::Server) }
}

/// Each message's state and text, and each broken rule's id.
fn decode(decoder: &mut Decoder, bytes: &[u8]) -> Vec<(State, String)> {
    decoder.receive(bytes);
    let mut said = Vec::new();
    while let Some(step) = decoder.next_frame() {
        assert_eq!(step.violations, []);
        if let Some(message) = step.message {
            said.push((message.state, String::from_utf8_lossy(message.payload).into_owned()));
        }
    }
    said
}

#[track_caller]
fn check(window: Window, text: &str, want: &[&str]) {
    let bytes = hex::decode(text).expect("a test writes its bytes in hexadecimal");
    for size in [1, 2, 3, 7, bytes.len()] {
        let mut decoder = Decoder::new(settings(window));
        let pieces = bytes.chunks(size);
        let said: Vec<_> = pieces.flat_map(|piece| decode(&mut decoder, piece)).collect();
        let want: Vec<_> = want.iter().map(|text| (State::Complete, text.to_string())).collect();
        assert_eq!(said, want, "in pieces of {size}");
    }
}

#[test]
fn rfc7692_7_2_3_1_one_block() {
    check(TAKEOVER, "c1 07 f248cdc9c90700", &["Hello"]);
    check(TAKEOVER, "41 03 f248cd 80 04 c9c90700", &["Hello"]);
}

#[test]
fn rfc7692_7_2_3_2_shared_window() {
    check(TAKEOVER, "c1 07 f248cdc9c90700 c1 05 f200110000", &["Hello", "Hello"]);
    check(FRESH, "c1 07 f248cdc9c90700 c1 07 f248cdc9c90700", &["Hello", "Hello"]);
}

#[test]
fn rfc7692_7_2_3_3_block_without_compression() {
    check(TAKEOVER, "c1 0b 000500faff48656c6c6f00", &["Hello"]);
}

#[test]
fn rfc7692_7_2_3_4_final_block() {
    let hello = "c1 08 f348cdc9c9070000";
    check(TAKEOVER, &hello.repeat(2), &["Hello", "Hello"]);
    check(FRESH, &hello.repeat(2), &["Hello", "Hello"]);
    // Its sender forgot the empty block behind it.
    check(TAKEOVER, "c1 07 f348cdc9c90700 c1 06 f348cdc9c907", &["Hello", "Hello"]);
}

#[test]
fn rfc7692_7_2_3_5_two_blocks() {
    check(TAKEOVER, "c1 0d f248050000 00ffff cac9c90700", &["Hello"]);
}

#[test]
fn rfc7692_7_2_3_6_empty_message() {
    check(TAKEOVER, "c1 01 00 c1 01 00", &["", ""]);
}

#[test]
fn messages_may_stay_uncompressed() {
    check(TAKEOVER, "c1 07 f248cdc9c90700 81 02 6869 c1 05 f200110000", &["Hello", "hi", "Hello"]);
}

#[test]
fn rfc7692_7_2_3_compresses_hello() {
    for (window, second) in [(TAKEOVER, "f200110000"), (FRESH, "f248cdc9c90700")] {
        let mut deflater = Deflater::new(window, 6);
        let mut out = Vec::new();
        deflater.encode(b"Hello", &mut out);
        assert_eq!(hex::encode(&out), "f248cdc9c90700");
        out.clear();
        deflater.encode(b"Hello", &mut out);
        assert_eq!(hex::encode(&out), second);
        out.clear();
        deflater.encode(b"", &mut out);
        deflater.encode(b"", &mut out);
        assert_eq!(hex::encode(&out), "0000");
    }
}

/// A compressed frame.
fn frame(payload: &[u8]) -> Vec<u8> {
    let header = Header::new(Opcode::Text, payload.len() as u64);
    let mut bytes = Vec::new();
    Header { rsv: Reserved::RSV1, ..header }.encode(&mut bytes);
    bytes.extend(payload);
    bytes
}

fn compressed(deflater: &mut Deflater, text: &str) -> Vec<u8> {
    let mut payload = Vec::new();
    deflater.encode(text.as_bytes(), &mut payload);
    frame(&payload)
}

#[test]
fn a_bomb_is_stopped_at_the_limit() {
    let bomb = compressed(&mut Deflater::new(TAKEOVER, 9), &"a".repeat(10_000_000));
    assert!(bomb.len() < 20_000);
    let limits = Limits { message: 100_000, ..Limits::default() };
    let mut decoder = Decoder::new(Settings { limits, ..settings(TAKEOVER) });
    decoder.receive(&bomb);
    let step = decoder.next_frame().unwrap();
    assert_eq!(step.violations[0].close_code(), Some(1009));
    assert_eq!(step.message.map(|message| message.state), Some(State::TooBig));

    let mut out = Vec::new();
    let error = Inflater::new(TAKEOVER).receive(&bomb[4..], &mut out, 100_000);
    assert_eq!(error, Err(InflateError::TooBig { limit: 100_000 }));
    assert!(out.capacity() <= 100_001);
}

#[test]
fn bad_data_breaks_a_rule_and_the_next_message_is_told_apart() {
    let mut decoder = Decoder::new(settings(TAKEOVER));
    // Block type 3, which is reserved.
    decoder.receive(&hex::decode("c1 02 0700 c1 05 f200110000 c1 07 f248cdc9c90700").unwrap());
    let step = decoder.next_frame().unwrap();
    assert_eq!(step.violations[0].rule.id, "frame/deflate-invalid");
    assert_eq!(step.message.map(|message| message.state), Some(State::Unreadable));
    let said = decode(&mut decoder, b"");
    assert_eq!(said, [(State::Unreadable, String::new()), (State::Complete, "Hello".into())]);
}

#[test]
fn a_message_does_not_end_inside_a_block() {
    let text = "The kettle hums in the morning, and nobody in the kitchen has slept enough";
    let mut payload = Vec::new();
    Deflater::new(TAKEOVER, 9).encode(text.repeat(3).as_bytes(), &mut payload);
    for payload in [&payload[..payload.len() - 10], b"\x00\x05\x00\xfa\xffHe"] {
        let mut decoder = Decoder::new(settings(TAKEOVER));
        decoder.receive(&frame(payload));
        let step = decoder.next_frame().unwrap();
        assert_eq!(step.violations[0].rule.id, "frame/deflate-invalid");
    }
}

#[test]
fn text_is_checked_after_inflating() {
    let mut decoder = Decoder::new(settings(TAKEOVER));
    decoder.receive(&frame(b"\x00\x01\x00\xfe\xff\xff\x00"));
    let step = decoder.next_frame().unwrap();
    assert_eq!(step.violations[0].rule.id, "frame/invalid-utf8");
}

#[test]
fn a_reference_too_far_back_is_an_error_where_nothing_was_missed() {
    let mut decoder = Decoder::new(settings(TAKEOVER));
    decoder.receive(&frame(b"\xf2\x00\x11\x00\x00"));
    let step = decoder.next_frame().unwrap();
    assert_eq!(step.violations[0].rule.id, "frame/deflate-invalid");
}

/// Four messages, the second of which loses a byte in the middle.
fn with_a_hole(window: Window, texts: [&str; 4]) -> Vec<(State, String)> {
    let mut deflater = Deflater::new(window, 6);
    let frames = texts.map(|text| compressed(&mut deflater, text));
    let mut decoder = Decoder::new(settings(window));
    let mut said = decode(&mut decoder, &frames[0]);
    let half = frames[1].len() / 2;
    said.extend(decode(&mut decoder, &frames[1][..half]));
    assert_eq!(decoder.miss(1), Missed::Payload);
    for bytes in [&frames[1][half + 1..], &frames[2], &frames[3]] {
        said.extend(decode(&mut decoder, bytes));
    }
    said
}

#[test]
fn without_takeover_only_the_cut_message_is_lost() {
    let said = with_a_hole(FRESH, ["one fish", "two fish", "red fish", "blue fish"]);
    let states: Vec<_> = said.iter().map(|(state, _)| *state).collect();
    assert_eq!(states, [State::Complete, State::Cut, State::Complete, State::Complete]);
    assert_eq!(said[3].1, "blue fish");
}

#[test]
fn with_takeover_what_refers_to_the_hole_is_unreadable() {
    let said = with_a_hole(TAKEOVER, ["one fish swims", "two fish swims", "red fish swims", "xyz"]);
    let states: Vec<_> = said.iter().map(|(state, _)| *state).collect();
    assert_eq!(states, [State::Complete, State::Cut, State::Unreadable, State::Complete]);
    assert_eq!(said[3].1, "xyz");
}

#[test]
fn a_stream_joined_in_the_middle_reads_what_it_can() {
    let mut deflater = Deflater::new(TAKEOVER, 6);
    let first = compressed(&mut deflater, "unseen words");
    let second = compressed(&mut deflater, "unseen words again");
    let third = compressed(&mut deflater, "QXZ");
    let mut decoder = Decoder::new(settings(TAKEOVER));
    decoder.resume_at(first.len() as u64);
    let said = decode(&mut decoder, &[second, third].concat());
    assert_eq!(said, [(State::Unreadable, String::new()), (State::Complete, "QXZ".into())]);
}

proptest! {
    #[test]
    fn what_is_compressed_inflates_again(
        bits in 8_u8..=15, takeover: bool, level in 1_u32..=9, cuts in any::<[u8; 4]>(),
        texts in prop::collection::vec("(hello|world|[a-c]{1,300}|\\PC{0,20}){0,30}", 1..6),
    ) {
        let window = Window { bits, takeover };
        let mut deflater = Deflater::new(window, level);
        let mut decoder = Decoder::new(settings(window));
        for text in &texts {
            let mut payload = Vec::new();
            deflater.encode(text.as_bytes(), &mut payload);
            // In fragments: the first has RSV1, the last has FIN.
            let mut bytes = Vec::new();
            let mut rest = &payload[..];
            let mut first = true;
            for cut in cuts {
                let (piece, more) = rest.split_at(rest.len().min(usize::from(cut)));
                let opcode = if first { Opcode::Text } else { Opcode::Continuation };
                let rsv = if first { Reserved::RSV1 } else { Reserved::NONE };
                Header { rsv, ..Header::new(opcode, piece.len() as u64).unfinished() }.encode(&mut bytes);
                bytes.extend(piece);
                rest = more;
                first = false;
            }
            Header::new(Opcode::Continuation, rest.len() as u64).encode(&mut bytes);
            bytes.extend(rest);
            decoder.receive(&bytes);
            let mut message = None;
            while let Some(step) = decoder.next_frame() {
                prop_assert_eq!(step.violations, []);
                message = step.message.map(|message| (message.kind, message.payload.to_vec()));
            }
            prop_assert_eq!(message, Some((Kind::Text, text.clone().into_bytes())));
        }
    }

    #[test]
    fn random_bytes_never_inflate_to_a_panic(junk: Vec<Vec<u8>>, takeover: bool) {
        let mut decoder = Decoder::new(settings(Window { bits: 15, takeover }));
        for junk in junk {
            decoder.receive(&frame(&junk));
            while decoder.next_frame().is_some() {}
        }
    }
}

#[test]
fn a_window_of_256_bytes_is_kept() {
    // 300 bytes that do not compress, twice: only a wider window finds them again.
    let mut state = 1_u32;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    })
    .take(300)
    .collect();
    let len = |bits| {
        let mut out = Vec::new();
        let mut deflater = Deflater::new(Window { bits, takeover: true }, 9);
        deflater.encode(&noise.repeat(2), &mut out);
        out.len()
    };
    assert!(len(8) > 600);
    assert!(len(10) < 400);
}
