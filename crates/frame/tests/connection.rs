//! Two machines back to back, with fake time.

use frame::{
    Close, Code, Config, Connection, Deflate, Event, Header, Kind, Limits, Mask, Opcode, Reserved,
    SendError,
    deflate::{Deflater, Window},
};
use proptest::prelude::*;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use wire::{Side, hex, laws};

/// A client and a server with a wire between them.
struct Pair {
    client: Connection,
    server: Connection,
    now: Instant,
}

/// What a machine said, without its borrows.
#[derive(Debug, Clone, PartialEq)]
enum Said {
    Text(String),
    Binary(Vec<u8>),
    Ping(Vec<u8>),
    Pong(Vec<u8>),
    Close(Option<(u16, String)>),
    Broken(&'static str),
}

use Said::{Broken, Ping, Pong, Text};

/// Keys that differ from frame to frame.
fn masks() -> impl FnMut() -> Mask + Send + 'static {
    let mut key = 1_u32;
    move || {
        key = key.wrapping_mul(0x9e37_79b1);
        Mask(key.to_be_bytes())
    }
}

#[expect(clippy::disallowed_methods, reason = "fake time begins somewhere")]
fn epoch() -> Instant {
    Instant::now()
}

impl Pair {
    fn new(config: Config) -> Self {
        let client = Connection::client(config, masks());
        Pair { client, server: Connection::server(config), now: epoch() }
    }

    /// Moves bytes both ways, at most `piece` at a time, until nothing is left.
    fn settle_by(&mut self, piece: usize) -> (Vec<Said>, Vec<Said>) {
        let (mut at_client, mut at_server) = (Vec::new(), Vec::new());
        while !self.client.transmit().is_empty() || !self.server.transmit().is_empty() {
            carry(&mut self.client, &mut self.server, piece, &mut at_server);
            carry(&mut self.server, &mut self.client, piece, &mut at_client);
        }
        (at_client, at_server)
    }

    fn settle(&mut self) -> (Vec<Said>, Vec<Said>) {
        self.settle_by(usize::MAX)
    }
}

fn carry(from: &mut Connection, to: &mut Connection, piece: usize, said: &mut Vec<Said>) {
    let len = from.transmit().len().min(piece);
    to.receive(&from.transmit()[..len]);
    from.transmitted(len);
    drain(to, said);
}

fn drain(connection: &mut Connection, said: &mut Vec<Said>) {
    loop {
        match connection.next_event() {
            Ok(Some(event)) => said.push(owned(event)),
            Ok(None) => return,
            Err(violation) => said.push(Broken(violation.rule.id)),
        }
    }
}

fn owned(event: Event<'_>) -> Said {
    match event {
        Event::Text(text) => Text(text.to_owned()),
        Event::Binary(bytes) => Said::Binary(bytes.to_vec()),
        Event::Ping(payload) => Ping(payload.to_vec()),
        Event::Pong(payload) => Pong(payload.to_vec()),
        Event::Close(close) => {
            Said::Close(close.map(|close| (close.code.0, close.reason.into_owned())))
        }
    }
}

fn borrowed(said: &Said) -> Event<'_> {
    match said {
        Text(text) => Event::Text(text),
        Said::Binary(bytes) => Event::Binary(bytes),
        Ping(payload) => Event::Ping(payload),
        Pong(payload) => Event::Pong(payload),
        Said::Close(close) => Event::Close(
            close
                .as_ref()
                .map(|(code, reason)| Close { code: Code(*code), reason: reason.as_str().into() }),
        ),
        Broken(id) => panic!("nobody sends {id}"),
    }
}

#[test]
fn messages_travel_both_ways() {
    let mut pair = Pair::new(Config::default());
    pair.client.send(Event::Text("Hello")).unwrap();
    pair.server.send(Event::Binary(&[1, 2, 3])).unwrap();
    let (at_client, at_server) = pair.settle();
    assert_eq!(at_server, [Text("Hello".into())]);
    assert_eq!(at_client, [Said::Binary(vec![1, 2, 3])]);
}

#[test]
fn many_small_messages_leave_in_one_write() {
    let mut server = Connection::server(Config::default());
    for text in ["a", "b", "c"] {
        server.send(Event::Text(text)).unwrap();
    }
    assert_eq!(server.transmit(), b"\x81\x01a\x81\x01b\x81\x01c");
    server.transmitted(4);
    assert_eq!(server.transmit(), b"\x01b\x81\x01c");
}

#[test]
fn a_ping_is_answered_with_its_payload() {
    let mut pair = Pair::new(Config::default());
    pair.server.send(Event::Ping(b"are you there")).unwrap();
    let (at_client, at_server) = pair.settle();
    assert_eq!(at_client, [Ping(b"are you there".to_vec())]);
    assert_eq!(at_server, [Pong(b"are you there".to_vec())]);
}

#[test]
fn a_flood_of_pings_does_not_grow_the_output_without_bound() {
    let mut server = Connection::server(Config::default());
    let mut flood = Vec::new();
    frame::encode(frame::Kind::Ping, &[7; 125], Some(Mask([1, 2, 3, 4])), &mut flood);
    for _ in 0..10_000 {
        server.receive(&flood);
        while server.next_event().unwrap().is_some() {}
    }
    assert!(server.transmit().len() < 65 << 10);
    server.transmitted(server.transmit().len());
    assert_eq!(server.transmit().len(), 127, "the newest ping is answered");
}

#[test]
fn an_answer_is_sent_while_the_message_is_still_borrowed() {
    let mut pair = Pair::new(Config::default());
    pair.client.send(Event::Text("echo")).unwrap();
    pair.server.receive(pair.client.transmit());
    let (event, sender) = pair.server.next_exchange().unwrap().unwrap();
    sender.send(event).unwrap();
    assert_eq!(pair.server.transmit(), b"\x81\x04echo");
}

#[test]
fn either_side_closes() {
    for closer in Side::BOTH {
        let mut pair = Pair::new(Config::default());
        let begins = match closer {
            Side::Client => &mut pair.client,
            Side::Server => &mut pair.server,
        };
        begins.close(Code::GOING_AWAY, "bye").unwrap();
        assert_eq!(begins.send(Event::Text("late")), Err(SendError::Closing));
        assert_eq!(begins.close(Code::NORMAL, ""), Err(SendError::Closing));
        let (at_client, at_server) = pair.settle();
        let (told, answered) = match closer {
            Side::Client => (at_server, at_client),
            Side::Server => (at_client, at_server),
        };
        assert_eq!(told, [Said::Close(Some((1001, "bye".into())))]);
        assert_eq!(answered, [Said::Close(Some((1001, String::new())))]);
        // The server ends its stream first, whoever began.
        assert!(pair.server.wants_shutdown() && !pair.client.wants_shutdown());
        pair.client.end();
        pair.server.end();
        let [client, server] = [pair.client.closed(), pair.server.closed()].map(Option::unwrap);
        assert!(client.was_clean && server.was_clean);
        assert_eq!((client.code, server.code), (Code::GOING_AWAY, Code::GOING_AWAY));
    }
}

#[test]
fn both_sides_close_at_once() {
    let mut pair = Pair::new(Config::default());
    pair.client.close(Code::NORMAL, "").unwrap();
    pair.server.close(Code::GOING_AWAY, "").unwrap();
    let (at_client, at_server) = pair.settle();
    assert_eq!(at_client, [Said::Close(Some((1001, String::new())))]);
    assert_eq!(at_server, [Said::Close(Some((1000, String::new())))]);
    assert!(pair.client.transmit().is_empty() && pair.server.transmit().is_empty());
}

#[test]
fn messages_on_the_way_still_arrive_after_our_close() {
    let mut pair = Pair::new(Config::default());
    pair.client.send(Event::Text("on its way")).unwrap();
    pair.server.close(Code::NORMAL, "").unwrap();
    let (_, at_server) = pair.settle();
    assert_eq!(at_server, [Text("on its way".into()), Said::Close(Some((1000, String::new())))]);
}

#[test]
fn a_close_without_a_body_is_answered_without_one() {
    let mut server = Connection::server(Config::default());
    server.receive(&hex::decode("88 80 01020304").unwrap());
    assert_eq!(server.next_event(), Ok(Some(Event::Close(None))));
    assert_eq!(server.transmit(), b"\x88\x00");
    server.end();
    assert_eq!(server.closed().map(|closed| closed.code), Some(Code::NO_CODE));
}

#[test]
fn nothing_is_read_after_the_peers_close() {
    let mut server = Connection::server(Config::default());
    server.receive(&hex::decode("88 80 01020304 81 81 01020304 60 ff ff ff").unwrap());
    assert_eq!(server.next_event(), Ok(Some(Event::Close(None))));
    assert_eq!(server.next_event(), Ok(None));
    server.receive(&[0xff; 100]);
    assert_eq!(server.next_event(), Ok(None));
}

#[test]
fn an_end_without_a_close_is_1006() {
    let mut server = Connection::server(Config::default());
    server.receive(b"\x81");
    server.end();
    let closed = server.closed().unwrap();
    assert_eq!((closed.code, closed.was_clean), (Code::ABNORMAL, false));
}

#[test]
fn a_broken_rule_is_answered_with_its_code() {
    for (text, id, code) in [
        (r#"81 01 "a""#, "frame/unmasked-client", 1002),
        ("81 81 01020304 fe", "frame/invalid-utf8", 1007),
        ("82 ff 0000000001000001", "frame/message-too-big", 1009),
    ] {
        let mut server = Connection::server(Config::default());
        let mut bytes = hex::decode(text).unwrap();
        bytes.resize(bytes.len().max(14), 0);
        server.receive(&bytes);
        let violation = server.next_event().unwrap_err();
        assert_eq!((violation.rule.id, violation.close_code()), (id, Some(code)));
        assert_eq!(server.next_event(), Ok(None), "it is said once");
        assert_eq!(server.transmit()[0], 0x88);
        assert_eq!(server.transmit()[2..4], code.to_be_bytes());
        server.transmitted(server.transmit().len());
        assert!(server.wants_shutdown());
    }
}

#[test]
fn a_suspicion_ends_nothing() {
    let mut server = Connection::server(Config::default());
    server.receive(&hex::decode("81 81 00000000 61").unwrap());
    assert_eq!(server.next_event(), Ok(Some(Event::Text("a"))));
}

#[test]
fn a_close_that_is_not_answered_times_out() {
    let mut pair = Pair::new(Config::default());
    assert_eq!(pair.server.poll_timeout(pair.now), None);
    pair.server.close(Code::NORMAL, "").unwrap();
    let deadline = pair.server.poll_timeout(pair.now).unwrap();
    assert_eq!(deadline, pair.now + Duration::from_secs(10));
    let later = pair.now + Duration::from_secs(9);
    pair.server.handle_timeout(later);
    assert_eq!(pair.server.poll_timeout(later), Some(deadline), "a deadline does not move");
    assert!(!pair.server.is_closed());
    pair.server.handle_timeout(deadline);
    assert!(pair.server.is_closed());
    assert_eq!(pair.server.closed().map(|closed| closed.code), Some(Code::ABNORMAL));
}

#[test]
fn wrong_calls_are_refused_and_send_nothing() {
    let mut server = Connection::server(Config::default());
    assert_eq!(server.send(Event::Ping(&[0; 126])), Err(SendError::ControlTooLong { len: 126 }));
    assert_eq!(server.close(Code::ABNORMAL, ""), Err(SendError::CloseCode { code: 1006 }));
    assert_eq!(server.transmit(), b"");
    assert!(server.is_open() && server.can_send());
}

#[test]
fn an_encoded_message_is_shared_by_many() {
    let mut frames = Vec::new();
    frame::encode(frame::Kind::Text, b"to all", None, &mut frames);
    let mut pair = Pair::new(Config::default());
    pair.server.sender().send_encoded(&frames.into()).unwrap();
    assert_eq!(pair.settle().0, [Text("to all".into())]);
}

#[test]
fn a_long_message_to_many_is_in_memory_once_and_keeps_its_place() {
    let long: Arc<[u8]> = vec![b'x'; 1_000].into();
    let short: Arc<[u8]> = b"short".as_slice().into();
    let mut encoded = Vec::new();
    frame::encode(Kind::Binary, &long, None, &mut encoded);
    let encoded: Arc<[u8]> = encoded.into();
    let queue = |server: &mut Connection| {
        server.send(Event::Text("before")).unwrap();
        server.sender().send_shared(Kind::Text, &long).unwrap();
        server.sender().send_shared(Kind::Binary, &long).unwrap();
        server.sender().send_shared(Kind::Text, &short).unwrap();
        server.sender().send_encoded(&encoded).unwrap();
        server.send(Event::Ping(b"behind")).unwrap();
    };
    let text = String::from_utf8(long.to_vec()).unwrap();
    let said = [
        Text("before".into()),
        Text(text),
        Said::Binary(long.to_vec()),
        Text("short".into()),
        Said::Binary(long.to_vec()),
        Ping(b"behind".into()),
    ];
    for piece in 1..1_100 {
        let mut pair = Pair::new(Config::default());
        queue(&mut pair.server);
        assert_eq!(Arc::strong_count(&long), 3, "held twice, and by the test");
        assert_eq!(Arc::strong_count(&short), 1, "copied");
        assert_eq!(Arc::strong_count(&encoded), 2, "held once, and by the test");
        assert_eq!(pair.server.pieces().count(), 7);
        let waiting: usize = pair.server.pieces().map(<[u8]>::len).sum();
        assert_eq!(pair.server.waiting(), waiting);
        assert_eq!(pair.settle_by(piece).0, said, "{piece} bytes at a time");
        assert_eq!(Arc::strong_count(&long), 1, "what is written is let go");
    }
}

#[test]
fn a_message_to_many_is_masked_or_compressed_for_each() {
    let long: Arc<[u8]> = vec![b'x'; 1_000].into();
    let mut pair = Pair::new(Config { deflate: Some(Deflate::default()), ..Config::default() });
    pair.server.sender().send_shared(Kind::Text, &long).unwrap();
    assert!(pair.server.transmit().len() < 100);
    let mut plain = Pair::new(Config::default());
    plain.client.sender().send_shared(Kind::Binary, &long).unwrap();
    assert!(plain.client.transmit().len() > 1_000);
    assert_eq!(pair.settle().0, [Text("x".repeat(1_000))]);
    assert_eq!(plain.settle().1, [Said::Binary(long.to_vec())]);
}

#[test]
fn nothing_is_shared_behind_a_close() {
    let mut server = Connection::server(Config::default());
    server.close(Code::NORMAL, "").unwrap();
    let sent = server.sender().send_shared(Kind::Text, &vec![b'x'; 1_000].into());
    assert_eq!(sent, Err(SendError::Closing));
}

#[test]
fn the_same_bytes_cut_anywhere_give_the_same_events() {
    let mut client = Connection::client(Config::default(), masks());
    client.sender().send_in_fragments(Event::Text("Hello, 한국"), 3).unwrap();
    client.send(Event::Ping(b"!")).unwrap();
    client.send(Event::Binary(&[0; 130])).unwrap();
    client.close(Code::NORMAL, "done").unwrap();
    let events = laws::same_at_every_cut(client.transmit(), |pieces| {
        let mut server = Connection::server(Config::default());
        let mut said = Vec::new();
        for piece in pieces {
            server.receive(piece);
            drain(&mut server, &mut said);
        }
        said
    });
    assert_eq!(events.len(), 4);
}

#[test]
fn bytes_read_straight_into_the_spare_room_are_the_same() {
    let mut client = Connection::client(Config::default(), masks());
    let long = vec![9; 300_000];
    client.send(Event::Binary(&long)).unwrap();
    client.send(Event::Text("next")).unwrap();
    let mut server = Connection::server(Config::default());
    let mut said = Vec::new();
    let mut wire = client.transmit();
    while !wire.is_empty() {
        let spare = server.spare(4096);
        let len = spare.len().min(wire.len());
        spare[..len].copy_from_slice(&wire[..len]);
        server.advance(len);
        wire = &wire[len..];
        drain(&mut server, &mut said);
    }
    assert_eq!(said, [Said::Binary(long), Text("next".into())]);
    server.shrink();
}

#[test]
fn a_peek_takes_nothing() {
    let mut server = Connection::server(Config::default());
    server.receive(&hex::decode(r#"81 82 01020304 6969 89 80 00000000"#).unwrap());
    assert_eq!(server.peek(), Ok(Some(Kind::Text)));
    assert_eq!(server.peek(), Ok(Some(Kind::Text)));
    assert_eq!(server.next_event(), Ok(Some(Event::Text("hk"))));
    assert_eq!(server.peek(), Ok(Some(Kind::Ping)));
    assert!(server.transmit().is_empty());
    assert_eq!(server.next_event(), Ok(Some(Event::Ping(b""))));
    assert_eq!(server.transmit(), b"\x8a\x00");
    assert_eq!(server.peek(), Ok(None));
}

#[test]
fn text_that_is_not_utf8_is_refused_whichever_way_it_comes() {
    let mut deflated = Vec::new();
    Deflater::new(Window::default(), 6).encode(b"caf\xe9 au lait", &mut deflated);
    let whole = Header::new(Opcode::Text, 12);
    let compressed =
        Header { rsv: Reserved::RSV1, ..Header::new(Opcode::Text, deflated.len() as u64) };
    for (head, payload) in [(whole, &b"caf\xe9 au lait"[..]), (compressed, &deflated)] {
        for most in [1, 2, 5, 100] {
            let mut bytes = Vec::new();
            let count = payload.chunks(most).count();
            for (index, piece) in payload.chunks(most).enumerate() {
                let continuation = Header::new(Opcode::Continuation, 0);
                let header = if index == 0 { head } else { continuation };
                let (fin, len) = (index + 1 == count, piece.len() as u64);
                Header { fin, len, ..header }.encode(&mut bytes);
                bytes.extend(piece);
            }
            let said = laws::same_at_every_cut(&bytes, |chunks| {
                let config = Config { deflate: Some(Deflate::default()), ..Config::default() };
                let mut client = Connection::client(config, masks());
                let mut said = Vec::new();
                for chunk in chunks {
                    client.receive(chunk);
                    drain(&mut client, &mut said);
                }
                said
            });
            assert_eq!(said, [Broken("frame/invalid-utf8")]);
        }
    }
}

#[test]
fn a_long_text_is_the_same_in_one_piece_and_in_many() {
    let text = "한글 café ".repeat(5_000);
    for piece in [1_000, 16 << 10, 16_385, 64 << 10, usize::MAX] {
        for most in [usize::MAX, 20_000] {
            let mut pair = Pair::new(Config::default());
            pair.client.sender().send_in_fragments(Event::Text(&text), most).unwrap();
            assert_eq!(pair.settle_by(piece).1, [Text(text.clone())]);
        }
    }
}

#[test]
fn an_idle_connection_is_small() {
    // A server has thousands of them.
    assert!(size_of::<Connection>() <= 400);
}

fn window() -> impl Strategy<Value = Window> {
    (8_u8..=15, any::<bool>()).prop_map(|(bits, takeover)| Window { bits, takeover })
}

fn deflate() -> impl Strategy<Value = Option<Deflate>> {
    let agreed = (window(), window(), 1_u32..=9, 0_usize..100);
    prop::option::of(agreed.prop_map(|(client, server, level, threshold)| Deflate {
        client,
        server,
        level,
        threshold,
    }))
}

fn said() -> impl Strategy<Value = Said> {
    prop_oneof![
        "(hello |[a-c]{1,200}|\\PC{0,30}){0,20}".prop_map(Text),
        (0_usize..300, any::<u8>()).prop_map(|(len, byte)| Said::Binary(vec![byte; len])),
        prop::collection::vec(any::<u8>(), 65_530..65_540).prop_map(Said::Binary),
        prop::collection::vec(any::<u8>(), 0..=125).prop_map(Pong),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn what_one_says_the_other_hears(
        deflate in deflate(), piece in prop_oneof![1_usize..20, 1000_usize..70_000],
        talk in prop::collection::vec((any::<bool>(), said(), 1_usize..70_000), 0..8),
        code in 3000_u16..5000,
    ) {
        let mut pair = Pair::new(Config { deflate, ..Config::default() });
        let (mut to_client, mut to_server) = (Vec::new(), Vec::new());
        for (up, said, most) in talk {
            let (from, heard) = match up {
                true => (&mut pair.client, &mut to_server),
                false => (&mut pair.server, &mut to_client),
            };
            from.sender().send_in_fragments(borrowed(&said), most).unwrap();
            heard.push(said);
        }
        pair.client.close(Code(code), "done").unwrap();
        to_server.push(Said::Close(Some((code, "done".to_owned()))));
        to_client.push(Said::Close(Some((code, String::new()))));
        let (at_client, at_server) = pair.settle_by(piece);
        prop_assert_eq!(at_client, to_client);
        prop_assert_eq!(at_server, to_server);
    }

    #[test]
    fn a_silent_connection_gives_its_memory_back_and_speaks_again(
        deflate in deflate(), talk in prop::collection::vec((any::<bool>(), said()), 0..8),
    ) {
        let mut pair = Pair::new(Config { deflate, ..Config::default() });
        for (up, said) in talk {
            let from = if up { &mut pair.client } else { &mut pair.server };
            from.send(borrowed(&said)).unwrap();
            let heard = pair.settle();
            prop_assert_eq!(if up { heard.1 } else { heard.0 }, [said]);
            pair.client.shrink();
            pair.server.shrink();
        }
    }

    #[test]
    fn random_bytes_never_panic(pieces: Vec<Vec<u8>>, deflate in deflate()) {
        let limits = Limits { frame: 1000, message: 2000 };
        let mut server = Connection::server(Config { deflate, limits, ..Config::default() });
        let mut client = Connection::client(Config { deflate, limits, ..Config::default() }, masks());
        let mut said = Vec::new();
        for piece in pieces {
            server.receive(&piece);
            drain(&mut server, &mut said);
            client.receive(&piece);
            drain(&mut client, &mut said);
        }
    }
}
