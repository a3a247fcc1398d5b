//! Engine.IO's client and server, back to back.

mod pair;

use pair::Pair;
use proptest::prelude::*;
use socketio::engineio::{Client, ClientConfig, Event, Session, Transport};
use std::time::Duration;
use wire::Violation;

type Engines = Pair<Client, Session>;

const SECOND: Duration = Duration::from_secs(1);

fn engines(transports: &[Transport]) -> Engines {
    let config = ClientConfig { transports: transports.to_vec(), ..ClientConfig::default() };
    Pair::new(Client::new(config))
}

fn open(transports: &[Transport]) -> Engines {
    let mut pair = engines(transports);
    pair.settle();
    assert!(pair.client.is_open());
    pair
}

fn polling() -> Engines {
    open(&[Transport::Polling])
}

fn websocket() -> Engines {
    open(&[Transport::WebSocket])
}

fn upgraded() -> Engines {
    let pair = open(&Transport::ALL);
    assert_eq!(pair.client.transport(), Transport::WebSocket);
    pair
}

/// What was told, as text.
fn told(events: &[Result<Event, Violation>]) -> Vec<String> {
    let told = events.iter().map(|event| match event {
        Ok(Event::Message(text)) => text.clone(),
        Ok(Event::Binary(bytes)) => bytes.to_string(),
        Ok(Event::Upgraded) => "upgraded".to_owned(),
        Ok(Event::Closed(reason)) => format!("({reason})"),
        Err(violation) => format!("! {}", violation.rule.id),
    });
    told.collect()
}

#[test]
fn messages_travel_both_ways_by_any_transport() {
    for mut pair in [polling(), websocket(), upgraded()] {
        let mut wanted = told(&pair.at_server);
        pair.client.send("hello").unwrap();
        pair.client.send_binary([1, 2, 3, 4]).unwrap();
        pair.server().send("€").unwrap();
        pair.server().send_binary([0xff]).unwrap();
        pair.settle();
        wanted.extend(["hello".to_owned(), "<Buffer 01 02 03 04>".to_owned()]);
        assert_eq!(told(&pair.at_server), wanted);
        wanted.truncate(wanted.len() - 2);
        wanted.extend(["€".to_owned(), "<Buffer ff>".to_owned()]);
        assert_eq!(told(&pair.at_client), wanted);
    }
}

#[test]
fn messages_that_were_sent_before_the_session_is_open_wait_for_it() {
    let mut pair = engines(&[Transport::WebSocket]);
    pair.client.send("early").unwrap();
    pair.settle();
    assert_eq!(told(&pair.at_server), ["early"]);
}

#[test]
fn both_sides_are_told_of_the_upgrade_once() {
    let mut pair = upgraded();
    assert_eq!(told(&pair.at_server), ["upgraded"]);
    assert_eq!(told(&pair.at_client), ["upgraded"]);
    assert_eq!(pair.server().transport(), Transport::WebSocket);
}

#[test]
fn a_long_queue_leaves_in_payloads_that_are_short_enough() {
    let mut pair = polling();
    let text = "x".repeat(300_000);
    for _ in 0..10 {
        pair.server().send(&text).unwrap();
    }
    let before = pair.payloads;
    pair.settle();
    assert_eq!(pair.at_client.len(), 10);
    assert_eq!(pair.payloads - before, 4, "three of them fit into a million bytes");
    assert!(pair.longest_payload <= 1_000_000);
}

#[test]
fn a_client_does_not_send_what_no_payload_may_hold() {
    let mut pair = polling();
    let sent = pair.client.send(&"x".repeat(1_000_000));
    let text = "a message of 1000001 bytes, where the peer takes 1000000";
    assert_eq!(sent.unwrap_err().to_string(), text);
    pair.client.send(&"x".repeat(999_999)).unwrap();
    pair.settle();
    assert_eq!(pair.at_server.len(), 1);
}

#[test]
fn a_heart_that_beats_keeps_a_silent_session_open() {
    for mut pair in [polling(), websocket(), upgraded()] {
        pair.pass(1000 * SECOND);
        assert!(pair.client.is_open() && pair.server().is_open());
    }
}

#[test]
fn a_server_notices_that_its_client_is_gone() {
    for mut pair in [polling(), websocket(), upgraded()] {
        let start = pair.now;
        pair.pass_in_silence(25 * SECOND);
        assert_eq!(pair.server().poll_timeout(), Some(start + 45 * SECOND));
        pair.pass_in_silence(19 * SECOND);
        assert!(pair.server().is_open());
        pair.pass_in_silence(SECOND);
        let told = told(&pair.at_server);
        assert_eq!(told[told.len() - 2..], ["! engineio/ping-unanswered", "(ping timeout)"]);
    }
}

#[test]
fn a_client_notices_that_its_server_is_gone() {
    for mut pair in [polling(), websocket(), upgraded()] {
        pair.server = None;
        pair.pass_in_silence(44 * SECOND);
        assert!(pair.client.is_open());
        pair.pass_in_silence(SECOND);
        let told = told(&pair.at_client);
        assert_eq!(told[told.len() - 2..], ["! engineio/ping-missing", "(ping timeout)"]);
    }
}

#[test]
fn a_server_says_everything_before_it_closes() {
    for mut pair in [polling(), websocket(), upgraded()] {
        let now = pair.now;
        pair.server().send("goodbye").unwrap();
        pair.server().close(now);
        assert!(pair.server().send("too late").is_err());
        pair.settle();
        let client = told(&pair.at_client);
        assert_eq!(client[client.len() - 2..], ["goodbye", "(transport close)"]);
        assert_eq!(told(&pair.at_server).last().unwrap(), "(forced close)");
        assert!(pair.client.is_closed() && pair.server().is_closed());
        assert_eq!(pair.server().poll_timeout(), None);
    }
}

#[test]
fn a_client_says_everything_before_it_closes() {
    for mut pair in [polling(), websocket(), upgraded()] {
        let now = pair.now;
        pair.client.send("goodbye").unwrap();
        pair.client.close(now);
        assert!(pair.client.send("too late").is_err());
        pair.settle();
        let server = told(&pair.at_server);
        assert_eq!(server[server.len() - 2..], ["goodbye", "(transport close)"]);
        assert_eq!(told(&pair.at_client).last().unwrap(), "(forced close)");
    }
}

/// What happens in a conversation: something is said, or something moves.
#[derive(Debug, Clone)]
enum Step {
    ClientSays,
    ServerSays,
    ServerSaysBytes,
    ClientSaysBytes,
    Move(u8),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => Just(Step::ClientSays),
        2 => Just(Step::ServerSays),
        1 => Just(Step::ClientSaysBytes),
        1 => Just(Step::ServerSaysBytes),
        14 => any::<u8>().prop_map(Step::Move),
    ]
}

fn shown(number: u32, is_bytes: bool) -> String {
    match is_bytes {
        false => number.to_string(),
        true => socketio::Binary::from(number.to_be_bytes()).to_string(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// Whatever overtakes what on the network: nothing is lost, nothing comes
    /// twice, and everything comes in order, across the upgrade too.
    #[test]
    fn nothing_is_lost_nothing_comes_twice_and_all_in_order(
        steps in prop::collection::vec(step(), 0..200),
        which in 0..3_usize,
    ) {
        let transports = [&Transport::ALL[..], &[Transport::Polling], &[Transport::WebSocket]][which];
        let mut pair = engines(transports);
        let (mut by_client, mut by_server) = (Vec::new(), Vec::new());
        for (number, step) in (0_u32..).zip(&steps) {
            match step {
                Step::ClientSays => {
                    pair.client.send(&shown(number, false)).unwrap();
                    by_client.push(shown(number, false));
                }
                Step::ClientSaysBytes => {
                    pair.client.send_binary(number.to_be_bytes()).unwrap();
                    by_client.push(shown(number, true));
                }
                Step::ServerSays | Step::ServerSaysBytes => {
                    let Some(server) = &mut pair.server else { continue };
                    let is_bytes = matches!(step, Step::ServerSaysBytes);
                    match is_bytes {
                        false => server.send(&shown(number, false)).unwrap(),
                        true => server.send_binary(number.to_be_bytes()).unwrap(),
                    }
                    by_server.push(shown(number, is_bytes));
                }
                Step::Move(choice) => pair.step(*choice),
            }
        }
        pair.settle();
        pair.pass(100 * SECOND);
        let messages = |events: &[Result<Event, Violation>]| {
            let mut told = told(events);
            told.retain(|told| told != "upgraded");
            told
        };
        prop_assert_eq!(messages(&pair.at_server), by_client);
        prop_assert_eq!(messages(&pair.at_client), by_server);
        let transport = transports[transports.len() - 1];
        prop_assert_eq!((pair.client.transport(), pair.server().transport()), (transport, transport));
    }

    /// Whoever closes whenever: both end, and neither is told that a rule was broken.
    #[test]
    fn closing_at_any_moment_ends_both(
        steps in prop::collection::vec(any::<u8>(), 0..100),
        by_client: bool,
        which in 0..3_usize,
    ) {
        let transports = [&Transport::ALL[..], &[Transport::Polling], &[Transport::WebSocket]][which];
        let mut pair = engines(transports);
        for choice in steps {
            pair.step(choice);
        }
        let now = pair.now;
        match (&mut pair.server, by_client) {
            (Some(server), false) => server.close(now),
            _ => pair.client.close(now),
        }
        pair.settle();
        pair.pass(200 * SECOND);
        prop_assert!(pair.client.is_closed());
        let wrong = pair.at_client.iter().filter_map(|event| event.as_ref().err());
        prop_assert_eq!(wrong.collect::<Vec<_>>(), Vec::<&Violation>::new());
        if let Some(server) = &pair.server {
            prop_assert!(server.is_closed());
            let closed = pair.at_server.iter().filter(|event| matches!(event, Ok(Event::Closed(_))));
            prop_assert_eq!(closed.count(), 1);
        }
    }
}
