//! The server's machine of Socket.IO, step by step: the words on the wire, and whom it refuses.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use proptest::prelude::*;
use socketio::{
    Config, Encoded, Event, Limits, Namespace, SendError, Session, Value, Welcome,
    engineio::{self, Frame, Transport},
};
use std::time::{Duration, Instant};

const SECOND: Duration = Duration::from_secs(1);
const MAIN: Namespace = Namespace::MAIN;

/// A session by WebSocket and the time of its beginning.
struct Wire {
    session: Session,
    now: Instant,
}

impl Wire {
    #[expect(clippy::disallowed_methods, reason = "a test may begin at any time")]
    fn new(config: Config) -> Self {
        let now = Instant::now();
        let mut session = Session::open("x", Transport::WebSocket, config.into(), now);
        session.engine_mut().transmit().expect("the open packet");
        Wire { session, now }
    }

    /// The main namespace is joined.
    fn joined() -> Self {
        let mut wire = Wire::new(Config::default());
        wire.says("40");
        assert_eq!(wire.told(), ["/ asked {}"]);
        wire.session.accept(&MAIN, "a", None).unwrap();
        assert_eq!(wire.answers(), [r#"40{"sid":"a"}"#]);
        wire
    }

    fn says(&mut self, text: &str) {
        self.session.engine_mut().receive(text, self.now);
    }

    fn says_bytes(&mut self, bytes: &[u8]) {
        self.session.engine_mut().receive_binary(bytes, self.now);
    }

    fn told(&mut self) -> Vec<String> {
        let mut told = Vec::new();
        loop {
            told.push(match self.session.next_event() {
                Ok(None) => return told,
                Ok(Some(Event::Connect { namespace, auth, recovery })) => {
                    assert_eq!(recovery, None);
                    format!("{namespace} asked {auth}")
                }
                Ok(Some(Event::Event { name, arguments, id, .. })) => {
                    let id = id.map_or(String::new(), |id| format!(" {id}?"));
                    format!("{name}{}{id}", Value::from(arguments))
                }
                Ok(Some(Event::Ack { id, arguments, .. })) => {
                    format!("{id}!{}", Value::from(arguments))
                }
                Ok(Some(Event::AckTimeout { id, .. })) => format!("{id} late"),
                Ok(Some(Event::Disconnect { namespace, reason })) => {
                    format!("{namespace} left: {reason}")
                }
                Ok(Some(Event::Closed(reason))) => format!("({reason})"),
                Err(violation) => format!("! {}", violation.rule.id),
            });
        }
    }

    fn answers(&mut self) -> Vec<String> {
        let frames = std::iter::from_fn(|| self.session.engine_mut().transmit());
        frames
            .map(|frame| match frame {
                Frame::Text(text) => text.to_string(),
                Frame::Binary(bytes) => bytes.to_string(),
            })
            .collect()
    }
}

/// The program of the outside suites: it says `auth`, echoes events, acknowledges.
fn suite() -> Wire {
    let custom = Namespace::new("/custom").unwrap();
    let welcome = Welcome::Only(vec![MAIN, custom]);
    Wire::new(Config { welcome, ..Config::default() })
}

fn serve(wire: &mut Wire) {
    while let Some(event) = wire.session.next_event().unwrap() {
        match event {
            Event::Connect { namespace, auth, .. } => {
                wire.session.accept(&namespace, "a", None).unwrap();
                wire.session.emit(&namespace, "auth", &[auth.into()]).unwrap();
            }
            Event::Event { namespace, arguments, id: Some(id), .. } => {
                wire.session.acknowledge(&namespace, id, &arguments).unwrap();
            }
            Event::Event { namespace, arguments, id: None, .. } => {
                wire.session.emit(&namespace, "message-back", &arguments).unwrap();
            }
            _ => {}
        }
    }
}

#[test]
fn speaks_as_the_outside_suites_expect() {
    let two = r#"{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}"#;
    let mut wire = suite();
    for (said, answers) in [
        ("40", vec![r#"40{"sid":"a"}"#, r#"42["auth",{}]"#]),
        (
            r#"40/custom,{"token":"abc"}"#,
            vec![r#"40/custom,{"sid":"a"}"#, r#"42/custom,["auth",{"token":"abc"}]"#],
        ),
        ("40/random", vec![r#"44/random,{"message":"Invalid namespace"}"#]),
        ("41/custom", vec![]),
        (r#"42["message",1,"2",{"3":[true]}]"#, vec![r#"42["message-back",1,"2",{"3":[true]}]"#]),
        (r#"42456["message-with-ack",1,"2",{"3":[false]}]"#, vec![r#"43456[1,"2",{"3":[false]}]"#]),
    ] {
        wire.says(said);
        serve(&mut wire);
        assert_eq!(wire.answers(), answers, "{said}");
    }
    for (said, answer) in [
        (format!(r#"452-["message",{two}]"#), format!(r#"452-["message-back",{two}]"#)),
        (format!(r#"452-789["message-with-ack",{two}]"#), format!(r#"462-789[{two}]"#)),
    ] {
        wire.says(&said);
        wire.says_bytes(&[1, 2, 3]);
        wire.says_bytes(&[4, 5, 6]);
        serve(&mut wire);
        let attachments = ["<Buffer 01 02 03>", "<Buffer 04 05 06>"].map(str::to_owned);
        assert_eq!(wire.answers(), [vec![answer], attachments.to_vec()].concat());
    }
    wire.says("41");
    serve(&mut wire);
    assert!(!wire.session.is_connected(&MAIN));
    assert!(wire.session.engine().is_open(), "the connection goes on without a namespace");
}

#[test]
fn keeps_the_keys_and_numbers_of_objects_as_they_came() {
    let mut wire = Wire::joined();
    let text = r#"{"z":1,"a":2,"big":18446744073709551615,"pi":199515088745612.78}"#;
    wire.says(&format!(r#"42["x",{text}]"#));
    assert_eq!(wire.told(), [format!("x[{text}]")]);
}

#[test]
fn what_is_broken_ends_the_connection_and_says_why() {
    for (said, rule) in [
        ("4abc", "packet-type"),
        ("42{}", "event-payload"),
        (r#"42abc["message-with-ack",1]"#, "payload-json"),
        ("4", "packet-type"),
        (r#"42["connect"]"#, "reserved-event"),
    ] {
        let mut wire = Wire::joined();
        wire.says(said);
        wire.says(r#"42["never heard"]"#);
        let rule = format!("! socketio/{rule}");
        assert_eq!(wire.told(), [&rule, "/ left: parse error", "(forced close)"], "{said}");
        assert!(wire.session.engine().drops_websocket());
        assert_eq!(wire.session.poll_timeout(), None);
    }
}

#[test]
fn what_comes_at_the_wrong_time_ends_the_connection() {
    let one = r#"451-["x",{"_placeholder":true,"num":0}]"#;
    for (said, rule, reason) in [
        (&["42/admin,[\"x\"]"][..], "connect-first", "forced server close"),
        (&["43/admin,1[]"], "connect-first", "forced server close"),
        (&["41/admin"], "connect-first", "forced server close"),
        (&["40"], "connect-twice", "forced server close"),
        (&["44{}"], "direction", "forced server close"),
        (&[one, "42[\"x\"]"], "attachment-missing", "parse error"),
    ] {
        let mut wire = Wire::joined();
        said.iter().for_each(|said| wire.says(said));
        let told = [&format!("! socketio/{rule}"), &format!("/ left: {reason}"), "(forced close)"];
        assert_eq!(wire.told(), told, "{said:?}");
    }
    let mut wire = Wire::joined();
    wire.says_bytes(b"out of nowhere");
    assert_eq!(wire.told()[0], "! socketio/attachment-unexpected");
}

#[test]
fn a_client_waits_for_the_answer_to_its_connect() {
    for impatient in ["40", r#"42["x"]"#, "41"] {
        let mut wire = Wire::new(Config::default());
        wire.says("40");
        wire.says(impatient);
        let rule = if impatient == "40" { "connect-twice" } else { "connect-first" };
        let told = ["/ asked {}", &format!("! socketio/{rule}"), "(forced close)"];
        assert_eq!(wire.told(), told);
        assert_eq!(wire.session.accept(&MAIN, "a", None), Err(SendError::NotConnected));
    }
}

#[test]
fn a_client_connects_in_time() {
    let mut wire = Wire::new(Config { connect_timeout: 5 * SECOND, ..Config::default() });
    assert_eq!(wire.session.poll_timeout(), Some(wire.now + 5 * SECOND));
    wire.says("40/refused");
    assert_eq!(wire.told(), ["/refused asked {}"]);
    wire.session.refuse(&Namespace::new("/refused").unwrap(), "no", None).unwrap();
    assert_eq!(wire.answers().len(), 1);
    wire.session.handle_timeout(wire.now + 5 * SECOND);
    assert_eq!(wire.told(), ["! socketio/connect-late", "(forced close)"]);

    let mut wire = Wire::joined();
    wire.says("41");
    wire.told();
    assert_eq!(wire.session.poll_timeout(), Some(wire.now + 25 * SECOND), "only the heartbeat");
}

#[test]
fn what_a_client_said_before_it_left_is_heard() {
    let mut wire = Wire::joined();
    wire.says(r#"42["bye"]"#);
    wire.says("41");
    wire.says("1");
    let told = ["bye[]", "/ left: client namespace disconnect", "(transport close)"];
    assert_eq!(wire.told(), told);
}

#[test]
fn namespaces_are_bounded() {
    let limits = Limits { namespaces: 2, ..Limits::default() };
    let mut wire = Wire::new(Config { limits, ..Config::default() });
    wire.says("40/a,");
    wire.says("40/b,");
    wire.says("40/c,");
    let told = ["/a asked {}", "/b asked {}", "! socketio/too-many-namespaces", "(forced close)"];
    assert_eq!(wire.told(), told);
}

#[test]
fn a_client_that_asks_and_does_not_read_is_let_go() {
    let engine = engineio::Config { max_queue: 1000, ..engineio::Config::default() };
    let welcome = Welcome::Only(vec![MAIN]);
    let mut wire = Wire::new(Config { engine: engine.into(), welcome, ..Config::default() });
    for _ in 0..100 {
        wire.says("40/unknown");
    }
    assert_eq!(wire.told(), [""; 0]);
    assert!(!wire.session.engine().is_open());
    assert!(wire.session.engine().queued() <= 1000);
    let refusals = wire.answers().len();
    assert!((5..20).contains(&refusals), "{refusals}");
    assert_eq!(wire.told(), ["(forced close)"]);
}

#[test]
fn awaited_acknowledgements_are_bounded() {
    let limits = Limits { acks: 2, ..Limits::default() };
    let mut wire = Wire::new(Config { limits, ..Config::default() });
    wire.says("40");
    wire.told();
    wire.session.accept(&MAIN, "a", None).unwrap();
    let ask = |wire: &mut Wire| wire.session.emit_with_ack(&MAIN, "ask", &[], None);
    assert_eq!((ask(&mut wire), ask(&mut wire)), (Ok(0), Ok(1)));
    assert_eq!(ask(&mut wire), Err(SendError::TooManyAcks));
    wire.says("431[]");
    assert_eq!(wire.told(), ["1![]"]);
    assert!(ask(&mut wire).is_ok());
}

#[test]
fn each_acknowledgement_is_taken_once_or_expires() {
    let mut wire = Wire::joined();
    let now = wire.now;
    let mut ask = |until: Option<u64>| {
        let until = until.map(|seconds| now + Duration::from_secs(seconds));
        wire.session.emit_with_ack(&MAIN, "ask", &[], until).unwrap()
    };
    assert_eq!([ask(Some(5)), ask(Some(3)), ask(None), ask(Some(3))], [0, 1, 2, 3]);
    assert_eq!(wire.session.poll_timeout(), Some(now + 3 * SECOND));
    wire.says("433[]");
    wire.says("433[]");
    assert_eq!(wire.told(), ["3![]"]);
    wire.session.handle_timeout(now + 4 * SECOND);
    assert_eq!(wire.told(), ["1 late"]);
    wire.says("431[]");
    wire.says("430[]");
    wire.says("432[]");
    assert_eq!(wire.told(), ["0![]", "2![]"]);
    assert_eq!(wire.session.poll_timeout(), Some(now + 25 * SECOND), "only the heartbeat");

    // What is awaited on a namespace goes with it.
    wire.session.emit_with_ack(&MAIN, "ask", &[], Some(now + SECOND)).unwrap();
    wire.says("41");
    assert_eq!(wire.told(), ["/ left: client namespace disconnect"]);
    wire.session.handle_timeout(now + SECOND);
    assert_eq!(wire.told(), [""; 0]);
}

#[test]
fn nothing_is_sent_where_nobody_is() {
    let mut wire = Wire::joined();
    let admin = Namespace::new("/admin").unwrap();
    let event = Encoded::event(&admin, "x", &[], None).unwrap();
    let not_connected = Err(SendError::NotConnected);
    assert_eq!(wire.session.emit_encoded(&admin, &event), not_connected);
    assert_eq!(wire.session.disconnect(&admin), not_connected);
    assert_eq!(wire.session.refuse(&MAIN, "too late", None), not_connected);
    let reserved = wire.session.emit(&MAIN, "connect", &[]).unwrap_err();
    let text = "\"connect\" is a reserved name: receivers refuse such an event";
    assert_eq!(reserved.to_string(), text);
    assert_eq!(wire.answers(), [""; 0]);
}

#[test]
fn a_private_id_goes_with_the_public_one_where_recovery_is_offered() {
    let mut wire = Wire::new(Config { recovery: true, ..Config::default() });
    wire.says(r#"40{"pid":"secret","offset":"7","token":"t"}"#);
    let Ok(Some(Event::Connect { auth, recovery, .. })) = wire.session.next_event() else {
        panic!("a CONNECT");
    };
    let recovery = recovery.unwrap();
    assert_eq!((&*recovery.pid, &*recovery.offset), ("secret", "7"));
    assert_eq!(auth.get("token").and_then(Value::as_str), Some("t"));
    wire.session.accept(&MAIN, "a", Some("new secret")).unwrap();
    assert_eq!(wire.answers(), [r#"40{"sid":"a","pid":"new secret"}"#]);

    // Half of it is nothing, and so is all of it where recovery is not offered.
    for (recovery, said) in
        [(true, r#"40{"pid":"secret","offset":7}"#), (false, r#"40{"pid":"a","offset":"b"}"#)]
    {
        let mut wire = Wire::new(Config { recovery, ..Config::default() });
        wire.says(said);
        assert_eq!(wire.told().len(), 1);
    }
}

/// What may happen to a session, in any order.
#[derive(Debug, Clone)]
enum Act {
    Poll,
    AnswerPoll,
    AbandonPoll,
    Post,
    Body(Vec<u8>),
    AbandonPost,
    WebSocket,
    Text(String),
    Bytes(Vec<u8>),
    Transmit,
    WebSocketCloses,
    WebSocketFails,
    Accept,
    Emit,
    Disconnect,
    Close,
    Time(u64),
}

fn act() -> impl Strategy<Value = Act> {
    let packet = prop_oneof![
        Just("40".to_owned()),
        Just("41".to_owned()),
        Just("2probe".to_owned()),
        Just("5".to_owned()),
        Just("3".to_owned()),
        Just("1".to_owned()),
        Just(r#"42["a",1]"#.to_owned()),
        Just(r#"427["a"]"#.to_owned()),
        Just(r#"430[]"#.to_owned()),
        Just(r#"451-["a",{"_placeholder":true,"num":0}]"#.to_owned()),
        "4[0-6].{0,6}",
        ".{0,4}",
    ];
    let bodies = prop::collection::vec(packet.clone(), 1..4);
    prop_oneof![
        2 => Just(Act::Poll),
        2 => Just(Act::AnswerPoll),
        1 => Just(Act::AbandonPoll),
        2 => Just(Act::Post),
        3 => bodies.prop_map(|packets| Act::Body(packets.join("\x1e").into_bytes())),
        1 => any::<Vec<u8>>().prop_map(Act::Body),
        1 => Just(Act::AbandonPost),
        2 => Just(Act::WebSocket),
        6 => packet.prop_map(Act::Text),
        2 => any::<Vec<u8>>().prop_map(Act::Bytes),
        3 => Just(Act::Transmit),
        1 => Just(Act::WebSocketCloses),
        1 => Just(Act::WebSocketFails),
        3 => Just(Act::Accept),
        3 => Just(Act::Emit),
        1 => Just(Act::Disconnect),
        1 => Just(Act::Close),
        2 => (0..50_u64).prop_map(Act::Time),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// Whatever the client, the network and the program do, in whatever order:
    /// no panic, one end at most, and nothing behind it.
    #[test]
    fn nothing_that_anybody_does_is_too_much(
        acts in prop::collection::vec(act(), 0..60),
        by_websocket: bool,
    ) {
        let mut wire = Wire::new(Config::default());
        if !by_websocket {
            let config = Config::default().into();
            wire.session = Session::open("x", Transport::Polling, config, wire.now);
        }
        let mut told = Vec::new();
        for act in acts {
            let now = wire.now;
            let engine = wire.session.engine_mut();
            match act {
                Act::Poll => drop(engine.poll()),
                Act::AnswerPoll => drop(engine.transmit_payload()),
                Act::AbandonPoll => engine.abandon_poll(),
                Act::Post => drop(engine.post()),
                Act::Body(body) => drop(engine.receive_payload(body, now)),
                Act::AbandonPost => engine.abandon_post(),
                Act::WebSocket => drop(engine.websocket(now)),
                Act::Text(text) => engine.receive(&text, now),
                Act::Bytes(bytes) => engine.receive_binary(&bytes, now),
                Act::Transmit => drop(engine.transmit()),
                Act::WebSocketCloses => engine.websocket_closed(),
                Act::WebSocketFails => engine.websocket_failed(),
                Act::Accept => drop(wire.session.accept(&MAIN, "a", None)),
                Act::Emit => drop(wire.session.emit_with_ack(&MAIN, "a", &[], Some(now + SECOND))),
                Act::Disconnect => drop(wire.session.disconnect(&MAIN)),
                Act::Close => wire.session.disconnect_all(now),
                Act::Time(seconds) => {
                    wire.now += Duration::from_secs(seconds);
                    wire.session.handle_timeout(wire.now);
                }
            }
            let more = wire.told();
            prop_assert!(!has_ended(&told) || more.is_empty(), "{more:?} behind {told:?}");
            told.extend(more);
            let ended = told.iter().position(|told| is_end(told));
            prop_assert!(ended.is_none_or(|at| at + 1 == told.len()), "{told:?}");
            prop_assert_eq!(has_ended(&told), wire.session.engine().is_closed());
            prop_assert_eq!(has_ended(&told), wire.session.poll_timeout().is_none());
        }
    }
}

fn is_end(told: &str) -> bool {
    told.starts_with('(')
}

fn has_ended(told: &[String]) -> bool {
    told.last().is_some_and(|last| is_end(last))
}
