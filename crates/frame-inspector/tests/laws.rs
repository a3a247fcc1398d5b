//! Laws that hold for every capture, however it was made or damaged.

mod fixture;
mod network;

use frame::Kind;
use frame_inspector::{
    Options,
    event::{Event, What},
};
use network::{FIRST_DATA, HEADERS, Say, Segment, Sent, Talk, WITHOUT_DATA};
use proptest::{collection::vec, prelude::*, sample::Index};
use serde_json::Value;
use std::ops::Range;
use wire::{Severity, Side, Sides};

/// What the inspector found in a capture, as far as the laws are about it.
#[derive(Debug, Default)]
struct Found {
    messages: Vec<Message>,
    gaps: Sides<u64>,
    violations: Vec<String>,
    warnings: Vec<String>,
    events: usize,
    /// The length of all IP packets, as the ledgers have it.
    bytes: u64,
}

#[derive(Debug, Clone, PartialEq)]
struct Message {
    from: Side,
    kind: Kind,
    state: frame::State,
    payload: Vec<u8>,
    packets: Vec<u64>,
}

fn inspect(capture: &[u8]) -> Found {
    let mut found = Found::default();
    let mut note = |event: &Event<'_>| {
        found.events += 1;
        match &event.what {
            What::Message { from, message, .. } => found.messages.push(Message {
                from: *from,
                kind: message.kind,
                state: message.state,
                payload: message.payload.to_vec(),
                packets: event.packets.to_vec(),
            }),
            What::Gap { from, bytes, .. } => *found.gaps.of_mut(*from) += bytes,
            What::Violation { violation, .. } if violation.rule.severity == Severity::Violation => {
                found.violations.push(violation.to_string());
            }
            What::Warning(text) => found.warnings.push((*text).to_owned()),
            What::Connection(connection) => found.bytes += connection.ledger.total(),
            _ => {}
        }
    };
    // What is no capture is refused, which is an answer too.
    let _ = fixture::inspect_capture(capture, &Options { frames: true, bytes: true }, &mut note);
    found
}

impl Found {
    /// The whole messages of a side, in order.
    fn complete(&self, side: Side) -> Vec<(Kind, &[u8])> {
        let own = self.messages.iter().filter(|message| message.from == side);
        let whole = own.filter(|message| message.state == frame::State::Complete);
        whole.map(|message| (message.kind, &*message.payload)).collect()
    }
}

/// Something to say. Letters only, so that nothing looks like a frame by chance.
fn say() -> impl Strategy<Value = Say> {
    let len = prop_oneof![
        4 => 0_usize..40,
        2 => 120_usize..130,
        2 => 200_usize..3000,
        1 => 65_530_usize..65_540,
    ];
    let kind = prop_oneof![
        3 => Just(Kind::Text), 2 => Just(Kind::Binary), 1 => Just(Kind::Ping)
    ];
    (any::<bool>(), kind, len, 1_usize..5, any::<bool>(), 0_u8..26).prop_map(
        |(is_client, kind, len, fragments, compressed, seed)| {
            let len = if kind == Kind::Ping { len.min(125) } else { len };
            let letter = |index| b'a' + ((index + index / 7) as u8).wrapping_add(seed) % 26;
            Say {
                from: if is_client { Side::Client } else { Side::Server },
                kind,
                payload: (0..len).map(letter).collect(),
                fragments,
                compressed,
            }
        },
    )
}

fn begins() -> impl Strategy<Value = Sides<u32>> {
    // Near the wrap of the sequence numbers, too.
    let begin = || prop_oneof![any::<u32>(), (u32::MAX - 2000)..=u32::MAX];
    (begin(), begin()).prop_map(|(client, server)| Sides { client, server })
}

/// Moves each segment at most a few places, as a network with several ways does.
fn shuffle(segments: &mut [Segment], jumps: &[usize]) {
    for (at, jump) in jumps.iter().enumerate() {
        let at = at % segments.len();
        let to = (at + jump).min(segments.len() - 1);
        segments.swap(at, to);
    }
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases) }
}

proptest! {
    #![proptest_config(config(64))]

    #[test]
    fn every_message_comes_through_a_network_that_reorders_and_repeats(
        says in vec(say(), 0..12),
        begins in begins(),
        most in prop_oneof![1_usize..60, Just(536), Just(1460)],
        jumps in vec(0_usize..6, 0..40),
        repeats in vec((any::<Index>(), any::<Index>(), any::<Index>()), 0..8),
    ) {
        let talk = Talk::new(&says);
        let mut segments = talk.segments(most);
        let opened = segments.iter().filter(|segment| is_opening(&talk, segment)).count();
        shuffle(&mut segments, &jumps);
        for (place, start, end) in &repeats {
            let at = opened + place.index(segments.len() - opened);
            // Only what was sent before can be sent again.
            let from = segments[at].from;
            let sent = segments[..=at].iter().filter(|s| s.from == from).map(|s| s.range.end);
            let sent = sent.max().unwrap_or(0);
            let (start, end) = (start.index(sent as usize) as u64, end.index(sent as usize) as u64);
            let range = start.min(end)..start.max(end) + 1;
            let range = range.start..range.end.min(range.start + 60_000);
            segments.insert(at + 1, talk.again(from, range));
        }
        let found = inspect(&talk.capture(&segments, begins));
        for side in Side::BOTH {
            let own = talk.sent.iter().filter(|sent| sent.from == side);
            let want: Vec<_> = own.map(|sent| (sent.kind, &*sent.payload)).collect();
            prop_assert_eq!(found.complete(side), want);
        }
        prop_assert_eq!(found.messages.len(), talk.sent.len(), "nothing else");
        prop_assert_eq!(found.gaps, Sides::default());
        prop_assert_eq!(&found.violations, &Vec::<String>::new());
        prop_assert_eq!(&found.warnings, &Vec::<String>::new());
        let wire: u64 = segments.iter().map(Segment::packet_len).sum();
        prop_assert_eq!(found.bytes, wire + WITHOUT_DATA * HEADERS, "the ledger has every byte");
    }

    #[test]
    fn every_message_names_the_packets_that_carried_it(
        says in vec(say(), 0..8),
        most in prop_oneof![1_usize..60, Just(1460)],
    ) {
        let talk = Talk::new(&says);
        let segments = talk.segments(most);
        let found = inspect(&talk.capture(&segments, Sides::default()));
        prop_assert_eq!(found.messages.len(), talk.sent.len());
        for (message, sent) in found.messages.iter().zip(&talk.sent) {
            let carried = |(_, segment): &&(u64, &Segment)| {
                segment.from == sent.from && overlap(&segment.range, &sent.range)
            };
            let numbered: Vec<_> = (FIRST_DATA..).zip(&segments).collect();
            let want: Vec<u64> = numbered.iter().filter(carried).map(|(number, _)| *number).collect();
            prop_assert_eq!(&message.packets, &want);
        }
    }

    #[test]
    fn what_was_not_lost_is_found_and_nothing_is_invented(
        says in vec(say(), 1..16),
        most in prop_oneof![30_usize..60, Just(1460)],
        losses in vec(any::<Index>(), 1..6),
        is_short: bool,
    ) {
        let talk = Talk::new(&if is_short { short(plain(&says)) } else { plain(&says) });
        let all = talk.segments(most);
        let opened = all.iter().filter(|segment| is_opening(&talk, segment)).count();
        let is_lost = |index: usize| {
            losses.iter().any(|loss| opened + loss.index(all.len() - opened) == index)
        };
        let (lost, kept): (Vec<_>, Vec<_>) =
            all.iter().cloned().enumerate().partition(|(index, _)| is_lost(*index));
        let lost: Vec<Segment> = lost.into_iter().map(|(_, segment)| segment).collect();
        let kept: Vec<Segment> = kept.into_iter().map(|(_, segment)| segment).collect();
        let found = inspect(&talk.capture(&kept, Sides::default()));
        for side in Side::BOTH {
            let missing = lost.iter().filter(|segment| segment.from == side);
            let missing: u64 = missing.map(|segment| segment.range.end - segment.range.start).sum();
            prop_assert_eq!(*found.gaps.of(side), missing, "bytes of the {}", side);
            let is_lost = |range: &Range<u64>| {
                lost.iter().any(|segment| segment.from == side && overlap(&segment.range, range))
            };
            let is_a_packet = |sent: &Sent| {
                let is_it = |segment: &Segment| (segment.from, &segment.range) == (side, &sent.range);
                sent.headers.len() == 1 && kept.iter().any(is_it)
            };
            let mut found = found.complete(side).into_iter().peekable();
            let mut is_in_step = true;
            let own: Vec<&Sent> = talk.sent.iter().filter(|sent| sent.from == side).collect();
            for (index, sent) in own.iter().enumerate() {
                let is_whole = !is_lost(&sent.range);
                let is_found = is_whole && found.next_if_eq(&(sent.kind, &*sent.payload)).is_some();
                is_in_step &= !sent.headers.iter().any(is_lost);
                // Two frames in a row that are packets are found again anywhere.
                let neighbours = [index.wrapping_sub(1), index + 1];
                let in_a_row = neighbours.iter().filter_map(|&place| own.get(place));
                let stands_out =
                    is_short && is_a_packet(sent) && in_a_row.into_iter().any(|next| is_a_packet(next));
                if stands_out || (is_in_step && is_whole) {
                    prop_assert!(is_found, "{} of {} bytes", sent.kind.name(), sent.payload.len());
                }
            }
            prop_assert_eq!(found.next(), None, "invented");
        }
    }

    #[test]
    fn any_bytes_are_survived(bytes in vec(any::<u8>(), 0..3000), magic in 0_usize..4) {
        let magic: &[u8] = [
            &b""[..],
            b"\xd4\xc3\xb2\xa1\x02\0\x04\0\0\0\0\0\0\0\0\0\0\0\x04\0\x01\0\0\0",
            b"\x0a\x0d\x0d\x0a\x1c\0\0\0\x4d\x3c\x2b\x1a\x01\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\x1c\0\0\0",
            b"\x1f\x8b\x08\0\0\0\0\0\0\0",
        ][magic];
        let capture = [magic, &bytes].concat();
        prop_assert!(inspect(&capture).events <= capture.len() + 64);
    }

    #[test]
    fn any_damage_is_survived(
        which in any::<Index>(),
        flips in vec((any::<Index>(), 1_u8..), 0..30),
        cut in proptest::option::of(any::<Index>()),
    ) {
        let captures = fixture::captures();
        let mut bytes = std::fs::read(which.get(&captures)).unwrap();
        bytes.truncate(10_000);
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        for (place, flip) in &flips {
            if !bytes.is_empty() {
                let place = place.index(bytes.len());
                bytes[place] ^= flip;
            }
        }
        prop_assert!(inspect(&bytes).events <= bytes.len() + 64);
    }

    #[test]
    fn no_selection_of_packets_invents_a_message(
        says in vec(say(), 0..8), order in vec(any::<Index>(), 0..60),
    ) {
        let talk = Talk::new(&plain(&says));
        let segments = talk.segments(200);
        let picked: Vec<Segment> =
            order.iter().map(|place| place.get(&segments).clone()).collect();
        let found = inspect(&talk.capture(&picked, Sides::default()));
        for message in &found.messages {
            let is_sent = talk.sent.iter().any(|sent| {
                (sent.from, sent.kind, &sent.payload) == (message.from, message.kind, &message.payload)
            });
            let is_whole = message.state == frame::State::Complete;
            prop_assert!(is_sent || !is_whole, "invented: {:?}", message);
        }
    }
}

fn overlap(one: &Range<u64>, other: &Range<u64>) -> bool {
    one.start < other.end && other.start < one.end
}

/// The same, uncompressed: compressed bytes may look like frames by chance.
fn plain(says: &[Say]) -> Vec<Say> {
    says.iter().map(|say| Say { compressed: false, ..say.clone() }).collect()
}

/// The same in frames of at most 125 bytes: the extended length of a longer one
/// may look like a header by chance.
fn short(mut says: Vec<Say>) -> Vec<Say> {
    says.iter_mut().for_each(|say| say.payload.truncate(125 * say.fragments));
    says
}

#[test]
fn a_conversation_is_the_same_however_it_is_cut() {
    for (name, chunks) in transcripts() {
        let whole = told(&chunks);
        if !whole.iter().any(|event| event["type"] == "request") {
            // Frames without their opening handshake are found by the packets they fill.
            continue;
        }
        for size in [1, 2, 3, 7, 16] {
            let cut = |(side, bytes): &(Side, Vec<u8>)| match bytes.as_slice() {
                // The end of a direction.
                [] => vec![(*side, Vec::new())],
                bytes => bytes.chunks(size).map(|piece| (*side, piece.to_vec())).collect(),
            };
            let pieces: Vec<_> = chunks.iter().flat_map(cut).collect();
            assert_eq!(told(&pieces), whole, "{name} in pieces of {size} bytes");
        }
    }
}

/// Whether a segment belongs to the opening handshake.
fn is_opening(talk: &Talk, segment: &Segment) -> bool {
    let first = talk.writes.iter().find(|(side, _)| *side == segment.from);
    first.is_some_and(|(_, bytes)| segment.range.start < bytes.len() as u64)
}

/// Every conversation by hand, broken ones too.
fn transcripts() -> Vec<(String, fixture::Chunks)> {
    let folders = ["http", "websocket", "broken/http1", "broken/handshake", "broken/frame"];
    let files = folders.into_iter().flat_map(|folder| fixture::files(folder, &["hex"]));
    files.filter_map(|path| Some((fixture::name(&path), fixture::transcript(&path)?))).collect()
}

/// Everything that is told about a conversation, except in which chunks it came.
fn told(chunks: &[(Side, Vec<u8>)]) -> Vec<Value> {
    let options = Options { frames: true, ..Options::default() };
    let mut events = fixture::events_of(chunks, &options);
    for event in &mut events {
        event.as_object_mut().expect("an object").remove("packets");
    }
    events
}
