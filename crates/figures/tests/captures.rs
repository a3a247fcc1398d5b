//! What is measured with must be right: the inspector finds in a made capture
//! what was put into it, and nothing to complain about.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use figures::{
    file::{Format, Writer},
    traffic::{self, Made, Mix, Options},
};
use frame_inspector::{
    Inspector,
    event::{Event, What},
};

const OPTIONS: Options = Options { mix: Mix::Chat, deflate: false, connections: 4, seed: 7 };

fn make(options: Options, format: Format) -> (Vec<u8>, Made) {
    let mut bytes = Vec::new();
    let out = Writer::new(format, &mut bytes).unwrap();
    let made = traffic::write(&options, 500_000, out, |_| {}).unwrap();
    (bytes, made)
}

/// Packets, connections that ended well, and complete messages.
fn inspect(bytes: &[u8]) -> (u64, u64, u64) {
    let (mut packets, mut connections, mut messages) = (0, 0, 0);
    let mut count = |event: &Event<'_>| match &event.what {
        What::Message { message, .. } => {
            assert_eq!(message.state, frame::State::Complete);
            messages += 1;
        }
        What::Connection(connection) => {
            assert_eq!(connection.verdict.ended.name(), "close-handshake");
            connections += 1;
        }
        What::Violation { violation, .. } => panic!("{violation}"),
        What::Gap { .. } => panic!("a gap"),
        What::Warning(text) => panic!("{text}"),
        _ => {}
    };
    let mut file = capture::File::open(bytes).unwrap();
    let mut inspector = Inspector::new(frame_inspector::Options::default());
    while let Some(packet) = file.next_packet().unwrap() {
        packets += 1;
        inspector.packet(&packet, &mut count);
    }
    inspector.finish(&mut count);
    assert!(file.take_warnings().is_empty());
    (packets, connections, messages)
}

#[test]
fn the_inspector_finds_what_was_put_in() {
    for format in [Format::Pcap, Format::Pcapng] {
        for mix in [Mix::Chat, Mix::Small, Mix::Large] {
            for deflate in [false, true] {
                let (bytes, made) = make(Options { mix, deflate, ..OPTIONS }, format);
                assert_eq!(made.bytes, bytes.len() as u64);
                assert_eq!(inspect(&bytes), (made.packets, made.connections, made.messages));
            }
        }
    }
}

#[test]
fn a_seed_gives_the_same_capture_every_time() {
    let (one, _) = make(OPTIONS, Format::Pcap);
    assert!(one == make(OPTIONS, Format::Pcap).0);
    assert!(one != make(Options { seed: 8, ..OPTIONS }, Format::Pcap).0);
}
