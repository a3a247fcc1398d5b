//! Socket.IO's client and server, back to back.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod pair;

use pair::Pair;
use proptest::prelude::*;
use socketio::{
    Binary, Client, ClientEvent, Config, Encoded, Event, Limits, Namespace, Object, Recovery,
    Session, Value,
    engineio::{self, ClientConfig, Transport},
};
use std::time::{Duration, Instant};
use wire::Violation;

type Sockets = Pair<Client, Session>;

const SECOND: Duration = Duration::from_secs(1);
const MAIN: Namespace = Namespace::MAIN;

impl pair::Server for Session {
    type Event = Event;

    fn open(transport: Transport, now: Instant) -> Self {
        let config = Config { recovery: true, ..Config::default() };
        Session::open("x", transport, config.into(), now)
    }

    fn engine(&mut self) -> &mut engineio::Session {
        self.engine_mut()
    }

    fn next_event(&mut self) -> Result<Option<Event>, Violation> {
        self.next_event()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.poll_timeout()
    }

    fn handle_timeout(&mut self, now: Instant) {
        self.handle_timeout(now);
    }
}

impl pair::Client for Client {
    type Event = ClientEvent;

    fn engine(&mut self) -> &mut engineio::Client {
        self.engine_mut()
    }

    fn next_event(&mut self) -> Result<Option<ClientEvent>, Violation> {
        self.next_event()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.poll_timeout()
    }

    fn handle_timeout(&mut self, now: Instant) {
        self.handle_timeout(now);
    }
}

fn client(transports: &[Transport]) -> Client {
    let config = ClientConfig { transports: transports.to_vec(), ..ClientConfig::default() };
    Client::new(config, Limits::default())
}

/// Both ends, the main namespace joined.
fn joined(transports: &[Transport]) -> Sockets {
    let mut pair = Sockets::new(client(transports));
    pair.client.connect(&MAIN, None, None).unwrap();
    pair.settle();
    let asked = Event::Connect { namespace: MAIN, auth: Object::default(), recovery: None };
    assert_eq!(pair.at_server, [Ok(asked)]);
    pair.server().accept(&MAIN, "a", Some("secret")).unwrap();
    pair.settle();
    assert!(pair.client.is_connected(&MAIN) && pair.server().is_connected(&MAIN));
    (pair.at_client, pair.at_server) = Default::default();
    pair
}

fn everywhere() -> [Sockets; 3] {
    [&[Transport::Polling][..], &[Transport::WebSocket], &Transport::ALL].map(joined)
}

fn said(name: &str, arguments: &[Value]) -> String {
    let arguments: Vec<String> = arguments.iter().map(Value::to_string).collect();
    format!("{name}({})", arguments.join(","))
}

/// What the server was told, as text.
fn at_server(pair: &Sockets) -> Vec<String> {
    let told = pair.at_server.iter().map(|event| match event {
        Ok(Event::Connect { namespace, auth, .. }) => format!("{namespace} asked {auth}"),
        Ok(Event::Event { name, arguments, id: None, .. }) => said(name, arguments),
        Ok(Event::Event { name, arguments, id: Some(id), .. }) => {
            format!("{} {id}?", said(name, arguments))
        }
        Ok(Event::Ack { id, arguments, .. }) => said(&format!("{id}!"), arguments),
        Ok(Event::AckTimeout { id, .. }) => format!("{id} late"),
        Ok(Event::Disconnect { namespace, reason }) => format!("{namespace} left: {reason}"),
        Ok(Event::Closed(reason)) => format!("({reason})"),
        Err(violation) => format!("! {}", violation.rule.id),
    });
    told.collect()
}

/// What the client was told, as text.
fn at_client(pair: &Sockets) -> Vec<String> {
    let told = pair.at_client.iter().map(|event| match event {
        Ok(ClientEvent::Connected { namespace, sid, recovered }) => {
            format!("{namespace} joined as {sid}{}", if *recovered { " again" } else { "" })
        }
        Ok(ClientEvent::Refused { namespace, error }) => format!("{namespace} refused {error}"),
        Ok(ClientEvent::Event { name, arguments, id: None, .. }) => said(name, arguments),
        Ok(ClientEvent::Event { name, arguments, id: Some(id), .. }) => {
            format!("{} {id}?", said(name, arguments))
        }
        Ok(ClientEvent::Ack { id, arguments, .. }) => said(&format!("{id}!"), arguments),
        Ok(ClientEvent::AckTimeout { id, .. }) => format!("{id} late"),
        Ok(ClientEvent::Disconnect { namespace, reason }) => format!("{namespace} left: {reason}"),
        Ok(ClientEvent::Closed(reason)) => format!("({reason})"),
        Err(violation) => format!("! {}", violation.rule.id),
    });
    told.collect()
}

/// Arguments of every kind, and how they are shown.
fn arguments() -> (Vec<Value>, &'static str) {
    let picture = Object::from_iter([
        ("name", Value::from("dot")),
        ("bytes", Value::Binary(Binary::from([0, 1, 254, 255]))),
    ]);
    let arguments = vec!["안녕하세요".into(), 1_u64.into(), Value::Null, picture.into()];
    (arguments, r#"("안녕하세요",1,null,{"name":"dot","bytes":<Buffer 00 01 fe ff>})"#)
}

#[test]
fn events_travel_both_ways_with_bytes_in_them() {
    for mut pair in everywhere() {
        let (arguments, shown) = arguments();
        pair.client.emit(&MAIN, "up", &arguments).unwrap();
        pair.client.emit(&MAIN, "plain", &[]).unwrap();
        pair.server().emit(&MAIN, "down", &arguments).unwrap();
        pair.settle();
        assert_eq!(at_server(&pair), [format!("up{shown}"), "plain()".to_owned()]);
        assert_eq!(at_client(&pair), [format!("down{shown}")]);
    }
}

#[test]
fn events_are_acknowledged_both_ways() {
    for mut pair in everywhere() {
        let (arguments, shown) = arguments();
        assert_eq!(pair.client.emit_with_ack(&MAIN, "ask", &[], None), Ok(0));
        assert_eq!(pair.server().emit_with_ack(&MAIN, "ask", &[], None), Ok(0));
        assert_eq!(pair.server().emit_with_ack(&MAIN, "ask", &[], None), Ok(1));
        pair.settle();
        assert_eq!(at_server(&pair), ["ask() 0?"]);
        assert_eq!(at_client(&pair), ["ask() 0?", "ask() 1?"]);
        pair.server().acknowledge(&MAIN, 0, &arguments).unwrap();
        pair.client.acknowledge(&MAIN, 1, &arguments).unwrap();
        // Twice is once too often, and nobody cares.
        pair.client.acknowledge(&MAIN, 1, &[]).unwrap();
        pair.settle();
        assert_eq!(at_client(&pair).last(), Some(&format!("0!{shown}")));
        assert_eq!(at_server(&pair)[1..], [format!("1!{shown}")]);
    }
}

#[test]
fn an_acknowledgement_may_come_too_late() {
    for mut pair in everywhere() {
        let until = pair.now + 5 * SECOND;
        pair.server().emit_with_ack(&MAIN, "ask", &[], Some(until)).unwrap();
        pair.client.emit_with_ack(&MAIN, "ask", &[], Some(until)).unwrap();
        pair.settle();
        pair.pass(5 * SECOND);
        assert_eq!(at_server(&pair), ["ask() 0?", "0 late"]);
        assert_eq!(at_client(&pair), ["ask() 0?", "0 late"]);
        pair.client.acknowledge(&MAIN, 0, &[]).unwrap();
        pair.server().acknowledge(&MAIN, 0, &[]).unwrap();
        pair.settle();
        assert_eq!((at_server(&pair).len(), at_client(&pair).len()), (2, 2));
    }
}

#[test]
fn namespaces_come_and_go_on_one_connection() {
    let admin = Namespace::new("/admin").unwrap();
    for mut pair in everywhere() {
        let auth = Object::from_iter([("token", "123")]);
        pair.client.connect(&admin, Some(auth), None).unwrap();
        pair.settle();
        pair.server().refuse(&admin, "Not authorized", Some("no".into())).unwrap();
        pair.settle();
        pair.client.connect(&admin, None, None).unwrap();
        pair.settle();
        pair.server().accept(&admin, "b", None).unwrap();
        pair.client.emit(&MAIN, "to main", &[]).unwrap();
        pair.settle();
        pair.client.emit(&admin, "to admin", &[]).unwrap();
        pair.client.disconnect(&admin).unwrap();
        pair.settle();
        pair.client.emit(&MAIN, "still here", &[]).unwrap();
        pair.settle();
        let server = [
            r#"/admin asked {"token":"123"}"#,
            "/admin asked {}",
            "to main()",
            "to admin()",
            "/admin left: client namespace disconnect",
            "still here()",
        ];
        assert_eq!(at_server(&pair), server);
        let client = [
            r#"/admin refused {"message":"Not authorized","data":"no"}"#,
            "/admin joined as b",
            "/admin left: io client disconnect",
        ];
        assert_eq!(at_client(&pair), client);
    }
}

#[test]
fn a_server_puts_a_client_out_while_its_packets_are_under_way() {
    for mut pair in everywhere() {
        pair.client.emit(&MAIN, "under way", &[]).unwrap();
        pair.server().disconnect(&MAIN).unwrap();
        pair.settle();
        assert_eq!(at_server(&pair), ["/ left: server namespace disconnect"]);
        assert_eq!(at_client(&pair), ["/ left: io server disconnect"]);
        assert!(pair.server().emit(&MAIN, "x", &[]).is_err());

        // The connection is still good for another try.
        pair.client.connect(&MAIN, None, None).unwrap();
        pair.settle();
        pair.server().accept(&MAIN, "b", None).unwrap();
        pair.settle();
        assert_eq!(at_client(&pair).last().unwrap(), "/ joined as b");
    }
}

#[test]
fn the_end_of_the_connection_is_the_end_of_every_namespace() {
    let admin = Namespace::new("/admin").unwrap();
    for mut pair in everywhere() {
        pair.client.connect(&admin, None, None).unwrap();
        pair.settle();
        pair.server().accept(&admin, "b", None).unwrap();
        pair.settle();
        (pair.at_client, pair.at_server) = Default::default();
        let now = pair.now;
        pair.server().disconnect_all(now);
        pair.settle();
        let server = [
            "/ left: server namespace disconnect",
            "/admin left: server namespace disconnect",
            "(forced close)",
        ];
        assert_eq!(at_server(&pair), server);
        let client = [
            "/ left: io server disconnect",
            "/admin left: io server disconnect",
            "(transport close)",
        ];
        assert_eq!(at_client(&pair), client);
    }
    for mut pair in everywhere() {
        let now = pair.now;
        pair.server().shut_down(now);
        pair.settle();
        assert_eq!(at_server(&pair), ["/ left: server shutting down", "(forced close)"]);
        assert_eq!(at_client(&pair), ["/ left: transport close", "(transport close)"]);
    }
    for mut pair in everywhere() {
        let now = pair.now;
        pair.client.engine_mut().close(now);
        pair.settle();
        assert_eq!(at_server(&pair), ["/ left: transport close", "(transport close)"]);
        assert_eq!(at_client(&pair), ["/ left: forced close", "(forced close)"]);
    }
    for mut pair in everywhere() {
        pair.pass_in_silence(25 * SECOND);
        pair.pass_in_silence(20 * SECOND);
        let told = ["! engineio/ping-unanswered", "/ left: ping timeout", "(ping timeout)"];
        assert_eq!(at_server(&pair), told);
        let told = ["! engineio/ping-missing", "/ left: ping timeout", "(ping timeout)"];
        assert_eq!(at_client(&pair), told);
    }
}

#[test]
fn a_client_that_comes_back_gets_what_it_missed() {
    let event = |number: u64| {
        // The program gives each event an offset, which is its last argument.
        let arguments = [number.into(), format!("offset-{number}").into()];
        Encoded::event(&MAIN, "said", &arguments, None).unwrap()
    };
    for mut pair in everywhere() {
        for number in 1..=2 {
            pair.server().emit_encoded(&MAIN, &event(number)).unwrap();
        }
        pair.settle();
        assert_eq!(at_client(&pair), [r#"said(1,"offset-1")"#, r#"said(2,"offset-2")"#]);

        // The line is cut; the server says something that nobody hears.
        for number in 3..=4 {
            pair.server().emit_encoded(&MAIN, &event(number)).unwrap();
        }
        pair.pass_in_silence(45 * SECOND);
        let recovery = pair.client.recovery(&MAIN).unwrap();
        let wanted = Recovery { pid: "secret".to_owned(), offset: "offset-2".to_owned() };
        assert_eq!(recovery, wanted);

        pair.reconnect(client(&Transport::ALL));
        pair.client.connect(&MAIN, None, Some(recovery)).unwrap();
        pair.settle();
        let Ok(Event::Connect { recovery, .. }) = &pair.at_server[0] else { panic!("a CONNECT") };
        assert_eq!(recovery, &Some(wanted));
        pair.server().accept(&MAIN, "a", Some("secret")).unwrap();
        for number in 3..=4 {
            pair.server().emit_encoded(&MAIN, &event(number)).unwrap();
        }
        pair.settle();
        let missed = ["/ joined as a again", r#"said(3,"offset-3")"#, r#"said(4,"offset-4")"#];
        assert_eq!(at_client(&pair), missed);
        assert_eq!(pair.client.recovery(&MAIN).unwrap().offset, "offset-4");
    }
}

#[test]
fn a_client_that_cannot_be_recovered_is_a_new_one() {
    let mut pair = Sockets::new(client(&Transport::ALL));
    let old = Recovery { pid: "old".to_owned(), offset: "offset-1".to_owned() };
    pair.client.connect(&MAIN, None, Some(old)).unwrap();
    pair.settle();
    pair.server().accept(&MAIN, "c", Some("new")).unwrap();
    pair.settle();
    assert_eq!(at_client(&pair), ["/ joined as c"]);
}

#[test]
fn an_event_for_many_is_encoded_once() {
    let mut pairs = everywhere();
    let (arguments, shown) = arguments();
    let event = Encoded::event(&MAIN, "all", &arguments, None).unwrap();
    for pair in &mut pairs {
        pair.server().emit_encoded(&MAIN, &event).unwrap();
        pair.settle();
        assert_eq!(at_client(pair), [format!("all{shown}")]);
    }
}

#[test]
fn an_event_for_many_may_ask_for_acknowledgements() {
    let id = socketio::FIRST_SHARED_ID;
    let event = Encoded::event(&MAIN, "all", &[], Some(id)).unwrap();
    for mut pair in everywhere() {
        let until = pair.now + SECOND;
        pair.server().expect_ack(&MAIN, id, Some(until)).unwrap();
        assert!(pair.server().expect_ack(&MAIN, id, None).is_err());
        pair.server().emit_encoded(&MAIN, &event).unwrap();
        pair.settle();
        pair.client.acknowledge(&MAIN, id, &[true.into()]).unwrap();
        pair.settle();
        assert_eq!(at_server(&pair), [format!("{id}!(true)")]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Events with bytes in them, asked about and answered, across the upgrade:
    /// nothing is lost, nothing comes twice, all in order, and every answer finds its question.
    #[test]
    fn every_event_arrives_once_and_in_order(
        steps in prop::collection::vec((0..8_u8, any::<u8>()), 0..150),
        which in 0..3_usize,
    ) {
        let transports = [&Transport::ALL[..], &[Transport::Polling], &[Transport::WebSocket]][which];
        let mut pair = Sockets::new(client(transports));
        pair.client.connect(&MAIN, None, None).unwrap();
        while pair.server.is_none() || pair.at_server.is_empty() {
            pair.step(0);
        }
        pair.server().accept(&MAIN, "a", None).unwrap();
        while !pair.client.is_connected(&MAIN) {
            pair.step(1);
        }
        (pair.at_client, pair.at_server) = Default::default();
        let (mut up, mut down, mut asked) = (Vec::new(), Vec::new(), 0);
        for (number, (what, choice)) in (0_u64..).zip(steps) {
            let bytes = Value::Binary(number.to_be_bytes().into());
            let arguments = [number.into(), Value::from(vec![bytes])];
            match what {
                0 => {
                    pair.client.emit(&MAIN, "up", &arguments).unwrap();
                    up.push(said("up", &arguments));
                }
                1 => {
                    pair.server().emit(&MAIN, "down", &arguments).unwrap();
                    down.push(said("down", &arguments));
                }
                2 => {
                    let id = pair.client.emit_with_ack(&MAIN, "up", &arguments, None).unwrap();
                    up.push(format!("{} {id}?", said("up", &arguments)));
                    asked += 1;
                }
                _ => pair.step(choice),
            }
        }
        pair.settle();
        for id in 0..asked {
            pair.server().acknowledge(&MAIN, id, &[id.into()]).unwrap();
            down.push(said(&format!("{id}!"), &[id.into()]));
        }
        pair.settle();
        prop_assert_eq!(at_server(&pair), up);
        prop_assert_eq!(at_client(&pair), down);
    }
}
