//! Laws of the lenient decoder: cuts change nothing, gaps invent nothing, junk harms nothing.

use frame::{
    Decoder, Header, LengthForm, Limits, Mask, Missed, Opcode, Reserved, Settings, State,
    deflate::{Deflater, Window},
};
use proptest::prelude::*;
use wire::Side;

fn settings(from: Side, deflate: Option<Window>) -> Settings {
    Settings { from, deflate, limits: Limits { frame: 5_000, message: 8_000 } }
}

/// Frames of any kind, most of them legal.
fn frame() -> impl Strategy<Value = Vec<u8>> {
    let opcode = prop_oneof![
        4 => prop_oneof![Just(0x1_u8), Just(0x2), Just(0x0)],
        1 => 0x0_u8..=0xf,
    ];
    let rsv = prop_oneof![8 => Just([false; 3]), 1 => any::<[bool; 3]>()];
    let payload = prop_oneof![
        "\\PC{0,60}".prop_map(String::into_bytes),
        prop::collection::vec(any::<u8>(), 0..200),
        (0_usize..9_000).prop_map(|len| vec![b'x'; len]),
    ];
    let form = prop_oneof![9 => Just(LengthForm::Bits7), 1 => Just(LengthForm::Bits64)];
    let mask = prop_oneof![9 => any::<[u8; 4]>().prop_map(Some), 1 => Just(None)];
    (any::<bool>(), rsv, opcode, form, mask, payload).prop_map(
        |(fin, rsv, opcode, form, mask, mut payload)| {
            let len = payload.len() as u64;
            let form = form.max(LengthForm::minimal(len));
            let (rsv, opcode) = (Reserved::from(rsv), Opcode::from(opcode));
            let header = Header { fin, rsv, opcode, form, mask: mask.map(Mask), len };
            let mut bytes = Vec::new();
            header.encode(&mut bytes);
            if let Some(mask) = header.mask {
                mask.apply(0, &mut payload);
            }
            bytes.extend(payload);
            bytes
        },
    )
}

/// All that a decoder says, in order, early reports joined to what follows them.
fn decode(settings: Settings, pieces: &[&[u8]]) -> Vec<String> {
    let mut decoder = Decoder::new(settings);
    let mut said = Vec::new();
    for piece in pieces {
        decoder.receive(piece);
        while let Some(step) = decoder.next_frame() {
            said.extend(step.violations.iter().map(ToString::to_string));
            if step.complete {
                said.push(format!("{:?} {:?} {:x?}", step.header, step.range(), step.payload));
            }
            said.extend(step.message.map(|message| format!("{message:x?}")));
        }
    }
    said.push(format!("{:?}", decoder.pending()));
    said
}

/// A text message, compressed or not, in fragments, and where its frames begin.
fn talk(texts: &[String], window: Option<Window>, most: usize) -> Vec<u8> {
    let mut deflater = window.map(|window| Deflater::new(window, 6));
    let mut bytes = Vec::new();
    for text in texts {
        let mut payload = text.clone().into_bytes();
        if let Some(deflater) = &mut deflater {
            payload.clear();
            deflater.encode(text.as_bytes(), &mut payload);
        }
        let count = payload.chunks(most).count();
        for (index, fragment) in payload.chunks(most).enumerate() {
            let first = index == 0;
            let opcode = if first { Opcode::Text } else { Opcode::Continuation };
            let compressed = first && deflater.is_some();
            let header = Header::new(opcode, fragment.len() as u64);
            let rsv = if compressed { Reserved::RSV1 } else { Reserved::NONE };
            Header { rsv, fin: index + 1 == count, ..header }.encode(&mut bytes);
            bytes.extend(fragment);
        }
    }
    bytes
}

/// Where the frames of a stream begin.
fn boundaries(bytes: &[u8]) -> Vec<usize> {
    let mut at = 0;
    let mut boundaries = Vec::new();
    while let Some((header, head)) = Header::decode(&bytes[at..]) {
        boundaries.push(at);
        at += head + header.len as usize;
    }
    boundaries
}

proptest! {
    #[test]
    fn the_same_bytes_cut_anywhere_say_the_same(
        frames in prop::collection::vec(frame(), 0..8),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
        deflate: bool,
    ) {
        let bytes = frames.concat();
        let settings = settings(Side::Client, deflate.then(Window::default));
        let whole = decode(settings, &[&bytes]);
        let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        cuts.sort_unstable();
        let mut pieces = Vec::new();
        let mut from = 0;
        for cut in cuts {
            pieces.push(&bytes[from..cut]);
            from = cut;
        }
        pieces.push(&bytes[from..]);
        prop_assert_eq!(decode(settings, &pieces), whole.clone());
        let single: Vec<_> = bytes.chunks(1).collect();
        prop_assert_eq!(decode(settings, &single), whole);
    }

    #[test]
    fn random_bytes_never_panic(
        pieces: Vec<Vec<u8>>, gaps: Vec<u16>, deflate: bool, resume: bool,
    ) {
        let mut decoder = Decoder::new(settings(Side::Client, deflate.then(Window::default)));
        for (index, piece) in pieces.iter().enumerate() {
            decoder.receive(piece);
            while decoder.next_frame().is_some() {}
            let gap = gaps.get(index).copied().unwrap_or_default();
            if decoder.miss(gap.into()) == Missed::LostSync && resume {
                while decoder.next_frame().is_some() {}
                decoder.resume_at(decoder.position() + 1);
            }
        }
        decoder.pending();
    }

    #[test]
    fn a_gap_takes_messages_away_and_invents_none(
        texts in prop::collection::vec("(fish |bird |[a-z]{1,40}){1,8}", 1..10),
        window in prop::option::of(any::<bool>().prop_map(|takeover| Window { bits: 15, takeover })),
        most in prop_oneof![1_usize..20, Just(10_000)],
        hole in any::<[prop::sample::Index; 2]>(),
    ) {
        let bytes = talk(&texts, window, most);
        let mut hole = hole.map(|at| at.index(bytes.len()));
        hole.sort_unstable();
        let [from, to] = hole;
        let mut decoder = Decoder::new(settings(Side::Server, window));
        let mut heard = Vec::new();
        let drain = |decoder: &mut Decoder, heard: &mut Vec<(u64, State, Vec<u8>)>| {
            while let Some(step) = decoder.next_frame() {
                assert_eq!(step.violations, []);
                if let Some(message) = step.message {
                    heard.push((message.start, message.state, message.payload.to_vec()));
                }
            }
        };
        decoder.receive(&bytes[..from]);
        drain(&mut decoder, &mut heard);
        let missed = decoder.miss((to - from) as u64);
        drain(&mut decoder, &mut heard);
        let mut next = to;
        if missed == Missed::LostSync {
            // Somebody who knows where the next frame begins.
            next = boundaries(&bytes).into_iter().find(|&at| at >= to).unwrap_or(bytes.len());
            decoder.resume_at(next as u64);
        }
        decoder.receive(&bytes[next..]);
        drain(&mut decoder, &mut heard);

        // Each complete message is one that was sent, where it was sent; those
        // before the hole are all there, and without a window those behind it too.
        let mut starts = Vec::new();
        let mut at = 0;
        for text in &texts {
            starts.push(at);
            at = talk(&texts[..=starts.len() - 1], window, most).len() as u64;
            let sent = text.as_bytes();
            let start = *starts.last().unwrap();
            let complete = heard.iter().find(|(at, state, _)| *at == start && *state == State::Complete);
            if let Some((_, _, payload)) = complete {
                prop_assert_eq!(payload, sent);
            }
            let untouched = at <= from as u64 || start >= next as u64 || from == to;
            let independent = window.is_none_or(|window| !window.takeover);
            if at <= from as u64 || from == to || (untouched && independent) {
                prop_assert!(complete.is_some(), "lost {text:?} at {start}, hole {from}..{to}");
            }
        }
        let invented = heard.iter().find(|(at, state, _)| *state == State::Complete && !starts.contains(at));
        prop_assert_eq!(invented, None);
    }
}
