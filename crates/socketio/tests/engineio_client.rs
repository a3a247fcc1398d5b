//! The client's machine of Engine.IO, step by step: what it does, and which servers it leaves.

use socketio::engineio::{Client, ClientConfig, Event, Frame, SendError, Transmit, Transport};
use std::time::{Duration, Instant};

const OPEN: &str = r#"0{"sid":"x","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":20}"#;

#[expect(clippy::disallowed_methods, reason = "a test may begin at any time")]
fn start() -> Instant {
    Instant::now()
}

fn client(transports: &[Transport]) -> Client {
    Client::new(ClientConfig { transports: transports.to_vec(), ..ClientConfig::default() })
}

/// A client that has just opened its session by polling.
fn open(transports: &[Transport]) -> (Client, Instant) {
    let (mut client, now) = (client(transports), start());
    assert_eq!(did(&mut client), ["GET EIO=4&transport=polling"]);
    client.receive_payload(OPEN.as_bytes(), now);
    assert!(client.is_open());
    (client, now)
}

/// Everything the machine wants to be done, as text.
fn did(client: &mut Client) -> Vec<String> {
    let mut did = Vec::new();
    while let Some(transmit) = client.transmit() {
        did.push(match transmit {
            Transmit::Get { query } => format!("GET {query}"),
            Transmit::Post { query, body } => format!("POST {query} {body}"),
            Transmit::WebSocket { query } => format!("WebSocket {query}"),
            Transmit::Frame(Frame::Text(text)) => text.to_string(),
            Transmit::Frame(Frame::Binary(bytes)) => bytes.to_string(),
            Transmit::Close => "close".to_owned(),
        });
    }
    did
}

/// Everything it tells, as text.
fn told(client: &mut Client) -> Vec<String> {
    let mut told = Vec::new();
    loop {
        told.push(match client.next_event() {
            Ok(None) => return told,
            Ok(Some(Event::Message(text))) => text,
            Ok(Some(Event::Binary(bytes))) => bytes.to_string(),
            Ok(Some(Event::Upgraded)) => "upgraded".to_owned(),
            Ok(Some(Event::Closed(reason))) => format!("({reason})"),
            Err(violation) => format!("! {}", violation.rule.id),
        });
    }
}

const POLL: &str = "GET EIO=4&transport=polling&sid=x";
const UPGRADE: &str = "WebSocket EIO=4&transport=websocket&sid=x";

#[test]
fn upgrades_when_its_last_get_and_post_are_answered() {
    let (mut client, now) = open(&Transport::ALL);
    client.send("a").unwrap();
    assert_eq!(did(&mut client), [UPGRADE, POLL, "POST EIO=4&transport=polling&sid=x 4a"]);
    client.websocket_opened();
    assert_eq!(did(&mut client), ["2probe"]);
    client.receive("3probe", now);
    client.send("b").unwrap();
    assert_eq!(did(&mut client), [""; 0], "no new request, and nothing by WebSocket yet");
    client.posted();
    assert_eq!(did(&mut client), [""; 0]);
    client.receive_payload(b"4last by polling\x1e6", now);
    assert_eq!(did(&mut client), ["5", "4b"]);
    assert_eq!(told(&mut client), ["last by polling", "upgraded"]);
    client.receive("4first by websocket", now);
    assert_eq!(told(&mut client), ["first by websocket"]);
}

#[test]
fn goes_on_polling_where_a_websocket_does_not_work() {
    for answer in ["4probe", "3", "x"] {
        let (mut client, now) = open(&Transport::ALL);
        assert_eq!(did(&mut client), [UPGRADE, POLL]);
        client.websocket_opened();
        client.receive(answer, now);
        assert!(told(&mut client)[0].starts_with("! engineio/p"));
        assert_eq!(did(&mut client), ["close"]);
        client.receive_payload(b"4still here", now);
        assert_eq!(told(&mut client), ["still here"]);
        assert_eq!(did(&mut client), [POLL]);
    }
    let (mut client, now) = open(&Transport::ALL);
    assert_eq!(did(&mut client), [UPGRADE, POLL]);
    client.websocket_failed();
    client.receive_payload(b"6", now);
    assert_eq!(did(&mut client), [POLL]);
    assert_eq!(told(&mut client), [""; 0]);
}

#[test]
fn keeps_its_payloads_within_what_the_server_takes() {
    let (mut client, _) = open(&[Transport::Polling]);
    for _ in 0..3 {
        client.send("123456789").unwrap();
    }
    let too_large = SendError::TooLarge { len: 21, most: 20 };
    assert_eq!(client.send("12345678901234567890"), Err(too_large));
    let posted = |packets| format!("POST EIO=4&transport=polling&sid=x {packets}");
    assert_eq!(did(&mut client), [POLL.to_owned(), posted("4123456789")]);
    client.posted();
    assert_eq!(did(&mut client), [posted("4123456789")]);
}

#[test]
fn answers_a_ping_and_waits_for_the_next_one() {
    let (mut client, now) = open(&[Transport::Polling]);
    let patience = Duration::from_secs(45);
    assert_eq!(client.poll_timeout(), Some(now + patience));
    let later = now + Duration::from_secs(30);
    client.receive_payload(b"2", later);
    assert_eq!(did(&mut client), [POLL, "POST EIO=4&transport=polling&sid=x 3"]);
    assert_eq!(client.poll_timeout(), Some(later + patience));
    client.handle_timeout(later + patience);
    assert_eq!(told(&mut client), ["! engineio/ping-missing", "(ping timeout)"]);
    assert_eq!(did(&mut client), [""; 0]);
}

#[test]
fn leaves_a_server_that_breaks_the_rules() {
    for (payload, broken, reason) in [
        ("4hello", "open-first", "transport error"),
        (r#"0{"sid":"x"}"#, "open", "parse error"),
        ("", "packet-type", "parse error"),
        ("\x1e", "packet-type", "parse error"),
    ] {
        let mut client = client(&[Transport::Polling]);
        assert_eq!(did(&mut client).len(), 1);
        client.receive_payload(payload.as_bytes(), start());
        assert_eq!(told(&mut client), [format!("! engineio/{broken}"), format!("({reason})")]);
        assert!(client.is_closed());
    }
    for (payload, broken) in
        [(OPEN, "open-first"), ("3", "direction"), ("5", "direction"), ("9", "packet-type")]
    {
        let (mut client, now) = open(&[Transport::Polling]);
        client.receive_payload(format!("4good\x1e{payload}\x1e4lost").as_bytes(), now);
        let told = told(&mut client);
        assert_eq!(told[..2], ["good".to_owned(), format!("! engineio/{broken}")]);
        assert_eq!(told.len(), 3);
    }
}

#[test]
fn a_server_may_claim_any_numbers() {
    let mut client = client(&[Transport::WebSocket]);
    assert_eq!(did(&mut client), ["WebSocket EIO=4&transport=websocket"]);
    client.websocket_opened();
    let most = u64::MAX;
    let open = format!(
        r#"0{{"sid":"x","upgrades":[],"pingInterval":{most},"pingTimeout":{most},"maxPayload":{most}}}"#
    );
    client.receive(&open, start());
    assert!(client.is_open());
    assert!(client.poll_timeout().is_some());
}

#[test]
fn is_told_when_it_cannot_be_opened() {
    let mut polling = client(&Transport::ALL);
    assert_eq!(did(&mut polling).len(), 1);
    polling.request_failed();
    assert_eq!(told(&mut polling), ["(transport error)"]);
    let mut websocket = client(&[Transport::WebSocket]);
    assert_eq!(did(&mut websocket).len(), 1);
    websocket.websocket_failed();
    assert_eq!(told(&mut websocket), ["(transport error)"]);
    assert_eq!(websocket.send("too late"), Err(SendError::Closed));
}
