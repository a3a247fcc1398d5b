//! The server's machine of Engine.IO, step by step: what it answers, and whom it refuses.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use socketio::engineio::{
    Config, Event, Frame, Reason, SendError, Session, Transport, payload::Limits,
};
use std::time::{Duration, Instant};
use wire::Violation;

const SECOND: Duration = Duration::from_secs(1);

#[expect(clippy::disallowed_methods, reason = "a test may begin at any time")]
fn start() -> Instant {
    Instant::now()
}

/// A session that was opened by polling, its open packet taken.
fn polling(config: Config) -> (Session, Instant) {
    let now = start();
    let mut session = Session::open("x", Transport::Polling, config.into(), now);
    session.transmit_payload().expect("the open packet");
    (session, now)
}

/// The same, with a GET that waits.
fn waiting() -> (Session, Instant) {
    let (mut session, now) = polling(Config::default());
    session.poll().unwrap();
    assert_eq!(session.transmit_payload(), None);
    (session, now)
}

fn websocket() -> (Session, Instant) {
    let now = start();
    let mut session = Session::open("x", Transport::WebSocket, Config::default().into(), now);
    session.transmit().expect("the open packet");
    (session, now)
}

fn post(session: &mut Session, body: &str, now: Instant) {
    session.post().unwrap();
    session.receive_payload(body.into(), now).unwrap();
}

/// Everything the machine tells, as text.
fn told(session: &mut Session) -> Vec<String> {
    let mut told = Vec::new();
    loop {
        told.push(match session.next_event() {
            Ok(None) => return told,
            Ok(Some(Event::Message(text))) => text,
            Ok(Some(Event::Binary(bytes))) => bytes.to_string(),
            Ok(Some(Event::Upgraded)) => "upgraded".to_owned(),
            Ok(Some(Event::Closed(reason))) => format!("({reason})"),
            Err(violation) => format!("! {}", violation.rule.id),
        });
    }
}

fn rule<T: std::fmt::Debug>(result: Result<T, Violation>) -> &'static str {
    result.unwrap_err().rule.id
}

fn text(text: &str) -> Option<Frame> {
    Some(Frame::Text(text.into()))
}

#[test]
fn the_open_packet_says_how_it_goes_on() {
    let config = || Config {
        ping_interval: Duration::from_millis(300),
        ping_timeout: Duration::from_millis(200),
        ..Config::default()
    };
    let numbers = r#""pingInterval":300,"pingTimeout":200,"maxPayload":1000000}"#;
    let open = |transport, config: Config| Session::open("x", transport, config.into(), start());
    let payload = open(Transport::Polling, config()).transmit_payload();
    assert_eq!(payload.unwrap(), format!(r#"0{{"sid":"x","upgrades":["websocket"],{numbers}"#));
    let frame = open(Transport::WebSocket, config()).transmit();
    let alone = format!(r#"0{{"sid":"x","upgrades":[],{numbers}"#);
    assert_eq!(frame, text(&alone));

    // Whoever offers no upgrade says so, and keeps to it.
    let config = Config { upgrades: false, ..config() };
    let mut session = open(Transport::Polling, config);
    assert_eq!(session.transmit_payload().unwrap(), alone);
    assert_eq!(rule(session.websocket(start())), "engineio/transport-mismatch");
}

#[test]
fn a_payload_carries_text_and_bytes_both_ways() {
    let (mut session, now) = polling(Config::default());
    post(&mut session, "4test1\x1e4test2\x1ebAQIDBA==", now);
    assert_eq!(told(&mut session), ["test1", "test2", "<Buffer 01 02 03 04>"]);
    session.send("test1").unwrap();
    session.send_binary([1, 2, 3, 4]).unwrap();
    session.poll().unwrap();
    assert_eq!(session.transmit_payload().unwrap(), "4test1\x1ebAQIDBA==");
}

#[test]
fn packets_are_the_same_in_one_payload_or_in_many() {
    let packets = ["4a", "4b", "bAQID", "3", "4", "4c"];
    let wanted = ["a", "b", "<Buffer 01 02 03>", "", "c"];
    for cut in 0..=packets.len() {
        let (mut session, now) = polling(Config::default());
        for part in [&packets[..cut], &packets[cut..]] {
            if !part.is_empty() {
                post(&mut session, &part.join("\x1e"), now);
            }
        }
        assert_eq!(told(&mut session), wanted, "cut at {cut}");
    }
}

#[test]
fn the_upgrade_releases_the_get_that_waits_and_moves_the_queue() {
    let (mut session, now) = waiting();
    session.websocket(now).unwrap();
    session.receive("2probe", now);
    assert_eq!(session.transmit_payload().unwrap(), "6");
    assert_eq!(session.transmit(), text("3probe"));

    // Until the upgrade packet, packets travel by polling, and no GET has to wait.
    session.send("by polling").unwrap();
    assert_eq!(session.transmit(), None);
    session.poll().unwrap();
    assert_eq!(session.transmit_payload().unwrap(), "4by polling");
    session.poll().unwrap();
    assert_eq!(session.transmit_payload().unwrap(), "6");

    session.send("by websocket").unwrap();
    session.receive("5", now);
    assert_eq!(told(&mut session), ["upgraded"]);
    assert_eq!(session.transmit(), text("4by websocket"));
    assert_eq!(session.transmit(), None);

    // The old transport is over, and so is every other WebSocket.
    assert_eq!(rule(session.poll()), "engineio/transport-mismatch");
    assert_eq!(rule(session.post()), "engineio/transport-mismatch");
    assert_eq!(rule(session.websocket(now)), "engineio/two-websockets");
    session.receive("4hello", now);
    assert_eq!(told(&mut session), ["hello"]);
}

#[test]
fn a_get_that_waits_when_the_upgrade_comes_is_released_too() {
    let (mut session, now) = polling(Config::default());
    session.websocket(now).unwrap();
    session.receive("2probe", now);
    session.poll().unwrap();
    session.send("in the queue").unwrap();
    session.receive("5", now);
    assert_eq!(session.transmit_payload().unwrap(), "6");
    assert_eq!(session.transmit(), text("3probe"), "the answer goes before everything else");
    assert_eq!(session.transmit(), text("4in the queue"));
}

#[test]
fn a_post_that_is_under_way_when_the_upgrade_comes_is_refused() {
    let (mut session, now) = polling(Config::default());
    session.post().unwrap();
    session.websocket(now).unwrap();
    session.receive("2probe", now);
    session.receive("5", now);
    let late = session.receive_payload(b"4late".to_vec(), now);
    assert_eq!(rule(late), "engineio/transport-mismatch");
    assert_eq!(told(&mut session), ["upgraded"]);
}

#[test]
fn a_websocket_that_is_no_good_is_dropped_and_polling_goes_on() {
    for (packets, broken) in [
        (&["4hello"][..], "engineio/probe"),
        (&["5"], "engineio/probe"),
        (&["x"], "engineio/packet-type"),
        (&["2probe", "4hello"], "engineio/upgrade"),
        (&["2probe", "2probe"], "engineio/upgrade"),
    ] {
        let (mut session, now) = polling(Config::default());
        session.websocket(now).unwrap();
        for packet in packets {
            session.receive(packet, now);
        }
        assert_eq!(told(&mut session), [format!("! {broken}")], "{packets:?}");
        while session.transmit().is_some() {}
        assert!(session.drops_websocket() && session.is_open());
        for ignored in ["5", "2probe", "x"] {
            session.receive(ignored, now);
        }
        assert_eq!(told(&mut session), [""; 0]);
        assert_eq!(rule(session.websocket(now)), "engineio/two-websockets");

        session.websocket_closed();
        assert!(!session.drops_websocket());
        post(&mut session, "4still here", now);
        assert_eq!(told(&mut session), ["still here"]);
        session.websocket(now).expect("another one may be tried");
    }
}

#[test]
fn a_websocket_is_not_tried_out_for_ever() {
    let (mut session, now) = polling(Config::default());
    session.websocket(now).unwrap();
    assert_eq!(session.poll_timeout(), Some(now + 10 * SECOND));
    session.handle_timeout(now + 10 * SECOND);
    assert!(session.drops_websocket() && session.is_open());
    assert_eq!(session.poll_timeout(), Some(now + 25 * SECOND));
    session.websocket_failed();
    assert_eq!(told(&mut session), [""; 0]);
}

#[test]
fn a_second_get_ends_the_session() {
    let (mut session, _) = waiting();
    assert_eq!(rule(session.poll()), "engineio/two-polls");
    assert_eq!(session.transmit_payload().unwrap(), "1", "the first one learns of it");
    assert_eq!(told(&mut session), ["(transport error)"]);
    assert_eq!(rule(session.poll()), "engineio/sid-unknown");
    assert_eq!(rule(session.post()), "engineio/sid-unknown");
    assert_eq!(rule(session.websocket(start())), "engineio/sid-unknown");
}

#[test]
fn a_second_post_ends_the_session() {
    let (mut session, now) = polling(Config::default());
    session.post().unwrap();
    assert_eq!(rule(session.post()), "engineio/two-posts");
    assert_eq!(rule(session.receive_payload(b"4a".to_vec(), now)), "engineio/sid-unknown");
    assert_eq!(told(&mut session), ["(transport error)"]);
}

#[test]
fn a_connection_that_is_lost_ends_the_session() {
    let (mut session, _) = waiting();
    session.abandon_poll();
    assert_eq!(told(&mut session), ["(transport error)"]);

    let (mut session, _) = waiting();
    session.post().unwrap();
    session.abandon_post();
    assert_eq!(told(&mut session), ["(transport error)"]);
    assert_eq!(session.transmit_payload().unwrap(), "1");

    let (mut session, _) = websocket();
    session.websocket_failed();
    assert_eq!(told(&mut session), ["(transport error)"]);
    let (mut session, _) = websocket();
    session.websocket_closed();
    session.websocket_closed();
    assert_eq!(told(&mut session), ["(transport close)"]);

    // What was answered, or never came, cannot be lost.
    let (mut session, _) = polling(Config::default());
    session.abandon_poll();
    session.abandon_post();
    assert!(session.is_open());
}

#[test]
fn a_broken_packet_ends_the_session_behind_the_good_ones() {
    let (mut session, now) = waiting();
    post(&mut session, "4good\x1eabc\x1e4lost", now);
    assert_eq!(told(&mut session), ["good", "! engineio/packet-type", "(parse error)"]);
    assert_eq!(session.transmit_payload().unwrap(), "1");

    let (mut session, now) = websocket();
    session.receive("abc", now);
    assert_eq!(told(&mut session), ["! engineio/packet-type", "(parse error)"]);
    assert!(session.drops_websocket());
    session.receive("4deaf", now);
    session.receive_binary(b"deaf", now);
    assert_eq!(told(&mut session), [""; 0]);
}

#[test]
fn payloads_that_are_too_much_end_the_session() {
    let limits = Limits { bytes: 10, packets: 3 };
    for (body, broken) in [
        (&b"4123456789x"[..], "engineio/payload-too-large"),
        (b"4\xff", "engineio/payload-utf8"),
        (b"4\x1e4\x1e4\x1e4", "engineio/too-many-packets"),
        (b"", "engineio/packet-type"),
        (b"bAQ", "engineio/base64"),
        (b"6x", "engineio/packet-data"),
    ] {
        let (mut session, now) = polling(Config { payload: limits, ..Config::default() });
        session.post().unwrap();
        session.receive_payload(body.to_vec(), now).unwrap();
        let mut told = told(&mut session);
        told.retain(|told| !told.is_empty());
        assert_eq!(told, [format!("! {broken}"), "(parse error)".to_owned()]);
    }
}

#[test]
fn packets_that_a_client_does_not_send_end_the_session() {
    for (packet, broken) in [
        ("0{}", "engineio/direction"),
        ("2", "engineio/direction"),
        ("2probe", "engineio/direction"),
        ("6", "engineio/direction"),
        ("5", "engineio/upgrade"),
    ] {
        let (mut session, now) = websocket();
        session.receive(packet, now);
        assert_eq!(told(&mut session), [format!("! {broken}"), "(transport error)".to_owned()]);
    }
}

#[test]
fn a_client_that_closes_has_its_get_released() {
    let (mut session, now) = waiting();
    post(&mut session, "4bye\x1e1\x1e4never said", now);
    assert_eq!(told(&mut session), ["bye", "(transport close)"]);
    assert_eq!(session.transmit_payload().unwrap(), "6");

    let (mut session, now) = websocket();
    session.receive("1", now);
    assert_eq!(told(&mut session), ["(transport close)"]);
    assert!(session.drops_websocket());
}

#[test]
fn a_ping_that_is_answered_puts_off_the_next_one() {
    let (mut session, now) = waiting();
    session.handle_timeout(now + 25 * SECOND);
    assert_eq!(session.transmit_payload().unwrap(), "2");
    post(&mut session, "3", now + 30 * SECOND);
    assert_eq!(told(&mut session), [""; 0]);
    assert_eq!(session.poll_timeout(), Some(now + 55 * SECOND));

    session.handle_timeout(now + 55 * SECOND);
    session.handle_timeout(now + 75 * SECOND);
    assert_eq!(told(&mut session), ["! engineio/ping-unanswered", "(ping timeout)"]);
    assert_eq!(session.poll_timeout(), None);
}

#[test]
fn a_pong_that_nobody_asked_for_puts_off_no_ping() {
    let (mut session, now) = websocket();
    session.receive("3", now + 20 * SECOND);
    assert_eq!(session.poll_timeout(), Some(now + 25 * SECOND));
    session.handle_timeout(now + 24 * SECOND);
    assert_eq!(session.transmit(), None);
    session.handle_timeout(now + 25 * SECOND);
    assert_eq!(session.transmit(), text("2"));
    session.handle_timeout(now + 44 * SECOND);
    assert!(session.is_open());
    assert_eq!(session.poll_timeout(), Some(now + 45 * SECOND));
}

#[test]
fn only_a_pong_answers_a_ping() {
    let (mut session, now) = websocket();
    session.handle_timeout(now + 25 * SECOND);
    session.receive("4I am here", now + 30 * SECOND);
    session.handle_timeout(now + 45 * SECOND);
    assert_eq!(told(&mut session), ["I am here", "! engineio/ping-unanswered", "(ping timeout)"]);
}

#[test]
fn closing_waits_for_a_poll_but_not_for_ever() {
    let (mut session, now) = polling(Config::default());
    session.send("goodbye").unwrap();
    session.close(now);
    assert!(!session.is_open() && !session.is_closed());
    session.poll().unwrap();
    assert_eq!(session.transmit_payload().unwrap(), "4goodbye");
    session.poll().unwrap();
    assert_eq!(session.transmit_payload().unwrap(), "1");
    assert_eq!(told(&mut session), ["(forced close)"]);

    let (mut session, now) = polling(Config::default());
    session.send("never read").unwrap();
    session.close(now);
    // What the client says meanwhile is not listened to.
    post(&mut session, "4hello\x1e4hello", now);
    assert_eq!(session.poll_timeout(), Some(now + 30 * SECOND));
    session.handle_timeout(now + 30 * SECOND);
    assert_eq!(told(&mut session), ["(forced close)"]);
    assert_eq!(session.queued(), 0);

    let (mut session, now) = waiting();
    session.close(now);
    assert_eq!(session.transmit_payload().unwrap(), "1");
}

#[test]
fn closing_in_the_middle_of_an_upgrade_ends_on_the_new_transport() {
    let (mut session, now) = waiting();
    session.websocket(now).unwrap();
    session.receive("2probe", now);
    assert_eq!(session.transmit_payload().unwrap(), "6");
    session.send("goodbye").unwrap();
    session.close(now);
    session.receive("5", now);
    assert_eq!(session.transmit(), text("3probe"));
    assert_eq!(session.transmit(), text("4goodbye"));
    assert_eq!(told(&mut session), ["upgraded", "(forced close)"]);
    assert!(session.drops_websocket());
}

#[test]
fn a_slow_reader_costs_no_more_than_the_queue_may_hold() {
    let (mut session, _) = polling(Config { max_queue: 1000, ..Config::default() });
    let mut sent = 0;
    let error = loop {
        match session.send("a message of 25 bytes, say") {
            Ok(()) => sent += 1,
            Err(error) => break error,
        }
    };
    assert!(session.queued() <= 1000 && sent > 10);
    assert_eq!(error, SendError::QueueFull { waiting: session.queued(), most: 1000 });

    // All of an event's frames, or none.
    let frames = [Frame::message("x"), Frame::binary(vec![0; 900])];
    assert!(session.send_frames(&frames).is_err());
    session.poll().unwrap();
    let payload = session.transmit_payload().unwrap();
    assert_eq!(payload.split('\x1e').count(), sent);
    assert_eq!(session.queued(), 0);
    session.send("there is room again").unwrap();
}

#[test]
fn a_separator_never_leaves_inside_a_message() {
    let (mut session, _) = polling(Config::default());
    assert_eq!(session.send("a\x1e1"), Err(SendError::Separator));
    assert_eq!(session.queued(), 0);
}

#[test]
fn what_leaves_at_once_is_known() {
    let (mut session, now) = polling(Config::default());
    assert!(!session.is_writable(), "no GET waits");
    session.poll().unwrap();
    assert!(session.is_writable());
    session.send("a").unwrap();
    assert!(!session.is_writable());
    let (mut session, _) = websocket();
    assert!(session.is_writable());
    session.close(now);
    assert!(!session.is_writable());
    assert_eq!(session.next_event(), Ok(Some(Event::Closed(Reason::ForcedClose))));
}
