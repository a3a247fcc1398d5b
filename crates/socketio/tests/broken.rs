//! Every rule has a conversation that breaks it, in `fixtures/broken/socketio`;
//! those of Engine.IO are in a folder of their own there. Legal conversations,
//! in `fixtures/socketio`, break none.
//!
//! A conversation is played to our machines: what the client said to a server,
//! what the server said to a client. Requests that stand together, without an
//! answer between them, are under way at the same time.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod transcript;

use socketio::{
    Client, Config, Event, Limits, Session,
    engineio::{
        self, ClientConfig, Open, Packet, Refusal, Request, Transmit, Transport, payload,
        rules as engine,
    },
    rules,
};
use std::{
    collections::{BTreeSet, HashMap},
    time::{Duration, Instant},
};
use transcript::{Said, Turn, conversations};
use wire::{Answer, Rule, Side, Violation};

/// What servers break, and clients notice.
const BY_SERVER: [&Rule; 5] = [
    &engine::OPEN_FIRST,
    &engine::OPEN,
    &engine::PING_MISSING,
    &engine::PROBE_ANSWER,
    &rules::CONNECT_ERROR_PAYLOAD,
];

/// What is broken by saying nothing: time has to pass.
const BY_SILENCE: [&Rule; 3] =
    [&engine::PING_UNANSWERED, &engine::PING_MISSING, &rules::CONNECT_LATE];

#[test]
fn the_rule_books_are_in_order() {
    wire::laws::rules_are_in_order("socketio", rules::RULES);
    wire::laws::rules_are_in_order("engineio", engine::RULES);
}

#[test]
fn every_rule_has_its_fixture_and_every_fixture_its_rule() {
    let names = |folder, family: &str| -> BTreeSet<String> {
        conversations(folder).iter().map(|(name, ..)| format!("{family}/{name}")).collect()
    };
    let ids = |rules: &[&Rule]| rules.iter().map(|rule| rule.id.to_owned()).collect();
    assert_eq!(names("broken/socketio", "socketio"), ids(rules::RULES));
    assert_eq!(names("broken/socketio/engineio", "engineio"), ids(engine::RULES));
}

#[test]
fn every_fixture_breaks_its_rule_and_shows_the_answer_that_ours_gives() {
    for (folder, rules) in
        [("broken/socketio", rules::RULES), ("broken/socketio/engineio", engine::RULES)]
    {
        for (name, text, turns) in conversations(folder) {
            let rule = rules.iter().find(|rule| rule.id.ends_with(&format!("/{name}"))).unwrap();
            assert!(text.starts_with("# "), "{name}: the first line says what is wrong");
            match BY_SERVER.contains(rule) {
                true => check_client(rule, &turns),
                false => check_server(rule, &turns),
            }
        }
    }
}

#[test]
fn legal_conversations_break_no_rule() {
    let mut heard = 0;
    for (name, _, turns) in conversations("socketio") {
        let mut server = Server::new(&turns);
        let mut client = Visitor::new(&turns);
        for (side, said) in &turns {
            match side {
                Side::Client => assert_eq!(server.hear(said), [], "{name}: refusals"),
                Side::Server => {
                    server.answer_poll();
                    client.hear(said);
                }
            }
        }
        assert_eq!(server.broken, [""; 0], "{name}: the server");
        assert_eq!(client.broken, [""; 0], "{name}: the client");
        heard += server.events + client.events;
    }
    assert_eq!(heard, 23, "events of Socket.IO");
}

/// A server notices what its client does, and answers as the file shows.
fn check_server(rule: &'static Rule, turns: &[Turn]) {
    if *rule == engine::FORBIDDEN {
        // Whom a server lets in is its own business; how it refuses is not.
        return assert_eq!(refusals_on_file(turns), [refusal(&rule.broken(""))]);
    }
    let mut server = Server::new(turns);
    let mut refusals = Vec::new();
    for said in heard_from(Side::Client, rule, turns) {
        refusals.extend(server.hear(&said));
    }
    if BY_SILENCE.contains(&rule) {
        server.wait();
    }
    assert_eq!(server.broken, [rule.id], "{}", rule.id);
    assert_eq!(refusals_on_file(turns), refusals, "{}: the refusals", rule.id);
    match rule.answer {
        Answer::Status(status) => {
            assert_eq!(refusals.last().unwrap().0, status, "{}", rule.id);
        }
        Answer::Disconnect if refusals.is_empty() => {
            assert!(says_close(Side::Server, turns), "{}: the answer on file", rule.id);
            assert!(server.has_closed, "{}: our own answer", rule.id);
        }
        Answer::Disconnect => {}
        other => panic!("{}: {other}", rule.id),
    }
}

/// A client notices what its server does, and leaves as the file shows.
fn check_client(rule: &'static Rule, turns: &[Turn]) {
    let mut client = Visitor::new(turns);
    for said in heard_from(Side::Server, rule, turns) {
        client.hear(&said);
    }
    if BY_SILENCE.contains(&rule) {
        client.wait();
    }
    assert_eq!(client.broken, [rule.id], "{}", rule.id);
    assert!(says_close(Side::Client, turns), "{}: the answer on file", rule.id);
    assert!(client.has_closed, "{}: our own answer", rule.id);
}

/// What a side says; where it breaks a rule by silence, it says nothing at the end.
fn heard_from(from: Side, rule: &Rule, turns: &[Turn]) -> Vec<Vec<Said>> {
    let said = turns.iter().filter(|(side, _)| *side == from).map(|(_, said)| said.clone());
    let mut said: Vec<_> = said.collect();
    if BY_SILENCE.contains(&rule) {
        said.iter_mut().for_each(|said| said.retain(|said| *said != Said::Close));
    }
    said
}

fn says_close(by: Side, turns: &[Turn]) -> bool {
    turns.iter().any(|(side, said)| *side == by && said.contains(&Said::Close))
}

fn refusal(violation: &Violation) -> (u16, String) {
    let refusal = Refusal::from(violation);
    (refusal.status, refusal.body())
}

fn refusals_on_file(turns: &[Turn]) -> Vec<(u16, String)> {
    let said = turns.iter().filter(|(side, _)| *side == Side::Server).flat_map(|(_, said)| said);
    said.filter_map(|said| match said {
        Said::Response { status: status @ 400.., body } => {
            Some((*status, String::from_utf8(body.clone()).unwrap()))
        }
        _ => None,
    })
    .collect()
}

/// What the server of a conversation says of its session.
fn open_packet(turns: &[Turn]) -> Option<Open> {
    let said = turns.iter().filter(|(side, _)| *side == Side::Server).flat_map(|(_, said)| said);
    said.filter_map(|said| match said {
        Said::Text(text) => Some(text.clone()),
        Said::Response { body, .. } => String::from_utf8(body.clone()).ok(),
        _ => None,
    })
    .find_map(|text| match Packet::decode(&text) {
        Ok(Packet::Open(json)) => Open::decode(json).ok(),
        _ => None,
    })
}

/// Our server, as far as one connection sees it.
struct Server {
    config: Config,
    now: Instant,
    sid: String,
    sessions: HashMap<String, Session>,
    /// The session of the WebSocket, once there is one.
    current: Option<String>,
    broken: Vec<&'static str>,
    events: usize,
    has_closed: bool,
}

impl Server {
    /// Who has ten seconds, four namespaces and sixteen packets for a client.
    #[expect(clippy::disallowed_methods, reason = "a test may begin at any time")]
    fn new(turns: &[Turn]) -> Self {
        let open = open_packet(turns);
        let defaults = engineio::Config::default();
        let payload = payload::Limits {
            bytes: open.as_ref().and_then(|open| open.max_payload).unwrap_or(1_000_000),
            packets: 16,
        };
        let interval = open.as_ref().map_or(defaults.ping_interval, |open| open.ping_interval);
        let timeout = open.as_ref().map_or(defaults.ping_timeout, |open| open.ping_timeout);
        let engine = engineio::Config {
            payload,
            ping_interval: interval,
            ping_timeout: timeout,
            ..defaults
        };
        let config = Config {
            engine: engine.into(),
            connect_timeout: Duration::from_secs(10),
            recovery: true,
            limits: Limits { namespaces: 4, ..Limits::default() },
            ..Config::default()
        };
        let now = Instant::now();
        let elsewhere =
            Session::open("on-websocket", Transport::WebSocket, config.clone().into(), now);
        Server {
            config,
            now,
            sid: open.map_or("x".to_owned(), |open| open.sid),
            sessions: HashMap::from([("on-websocket".to_owned(), elsewhere)]),
            current: None,
            broken: Vec::new(),
            events: 0,
            has_closed: false,
        }
    }

    /// Takes what the client says at once; gives the refusals.
    fn hear(&mut self, said: &[Said]) -> Vec<(u16, String)> {
        // The heads arrive first, each on its own connection; then the bodies.
        let heads: Vec<_> = said.iter().map(|said| self.head(said)).collect();
        let early = heads.iter().filter_map(|head| head.as_ref().err());
        self.broken.extend(early.map(|violation| violation.rule.id));
        let mut refusals = Vec::new();
        for (said, head) in said.iter().zip(heads) {
            let violation = match head {
                Err(violation) => violation,
                Ok(sid) => match self.body(said, sid.as_deref()) {
                    Ok(()) => continue,
                    Err(violation) => {
                        // What falls with a session that has ended breaks no rule.
                        if self.broken.is_empty() {
                            self.broken.push(violation.rule.id);
                        }
                        violation
                    }
                },
            };
            match said {
                // Its handshake is accepted, and the WebSocket closed at once.
                Said::Request { is_websocket: true, .. } if violation.status().is_none() => {
                    self.has_closed = true;
                }
                _ => refusals.push(refusal(&violation)),
            }
        }
        refusals
    }

    /// The head of a request, or a frame; gives the session whose body follows.
    fn head(&mut self, said: &Said) -> Result<Option<String>, Violation> {
        let now = self.now;
        let Said::Request { method, query, is_websocket, .. } = said else {
            return Ok(self.current.clone());
        };
        let request = Request::decode(method, query, *is_websocket, &Transport::ALL)?;
        let sid = match request {
            Request::Open(transport) => {
                let config = self.config.clone().into();
                let mut session = Session::open(&self.sid, transport, config, now);
                session.engine_mut().transmit_payload();
                self.sessions.insert(self.sid.clone(), session);
                self.sid.clone()
            }
            Request::Poll { sid } | Request::Post { sid } | Request::Upgrade { sid } => {
                sid.to_owned()
            }
        };
        let Some(session) = self.sessions.get_mut(&sid) else {
            return Err(engine::SID_UNKNOWN.broken("nobody has opened it"));
        };
        match request {
            Request::Open(_) => {}
            Request::Poll { .. } => session.engine_mut().poll()?,
            Request::Post { .. } => session.engine_mut().post()?,
            Request::Upgrade { .. } => session.engine_mut().websocket(now)?,
        }
        if *is_websocket {
            self.current = Some(sid.clone());
        }
        Ok(Some(sid))
    }

    fn body(&mut self, said: &Said, sid: Option<&str>) -> Result<(), Violation> {
        let now = self.now;
        let Some(session) = sid.and_then(|sid| self.sessions.get_mut(sid)) else { return Ok(()) };
        match said {
            Said::Request { method, body, .. } if method == "POST" => {
                session.engine_mut().receive_payload(body.clone(), now)?;
            }
            // In a file, what is said later cannot keep this GET waiting.
            Said::Request { .. } => {}
            Said::Text(text) => session.engine_mut().receive(text, now),
            Said::Binary(bytes) => session.engine_mut().receive_binary(bytes, now),
            Said::Close => session.engine_mut().websocket_closed(),
            Said::Response { .. } => panic!("a response from a client"),
        }
        let sid = sid.unwrap_or_default().to_owned();
        let violation = self.drain(&sid);
        if let Said::Request { .. } = said {
            violation.map_or(Ok(()), Err)
        } else {
            self.broken.extend(violation.map(|violation| violation.rule.id));
            Ok(())
        }
    }

    /// Takes the events of a session, and lets the client in everywhere.
    fn drain(&mut self, sid: &str) -> Option<Violation> {
        let session = self.sessions.get_mut(sid).unwrap();
        let mut violation = None;
        loop {
            match session.next_event() {
                Ok(None) => break,
                Ok(Some(Event::Connect { namespace, .. })) => {
                    session.accept(&namespace, "a", None).unwrap();
                }
                Ok(Some(Event::Event { .. })) => self.events += 1,
                Ok(Some(_)) => {}
                Err(broken) => violation = Some(broken),
            }
        }
        while session.engine_mut().transmit().is_some() {}
        while session.engine_mut().transmit_payload().is_some() {}
        self.has_closed |= session.engine().drops_websocket();
        violation
    }

    /// The GET that waits is answered, as it was in the file.
    fn answer_poll(&mut self) {
        for session in self.sessions.values_mut() {
            let engine = session.engine_mut();
            if engine.transport() == Transport::Polling && engine.is_writable() {
                engine.send("whatever it was").unwrap();
                engine.transmit_payload().unwrap();
            }
        }
    }

    /// Lets the time pass until something happens for the lack of something else.
    fn wait(&mut self) {
        let sid = self.current.clone().expect("a WebSocket");
        while self.broken.is_empty() {
            let session = self.sessions.get_mut(&sid).unwrap();
            self.now = session.poll_timeout().expect("something is waited for");
            session.handle_timeout(self.now);
            let violation = self.drain(&sid);
            self.broken.extend(violation.map(|violation| violation.rule.id));
        }
    }
}

/// Our client, who hears what the server of a conversation says.
struct Visitor {
    client: Client,
    now: Instant,
    broken: Vec<&'static str>,
    events: usize,
    has_closed: bool,
}

impl Visitor {
    #[expect(clippy::disallowed_methods, reason = "a test may begin at any time")]
    fn new(turns: &[Turn]) -> Self {
        let polls = turns.iter().any(|(_, said)| {
            said.iter().any(|said| matches!(said, Said::Request { is_websocket: false, .. }))
        });
        let upgrades = turns.iter().any(|(_, said)| {
            said.iter().any(|said| matches!(said, Said::Request { is_websocket: true, .. }))
        });
        let transports = match (polls, upgrades) {
            (true, true) => Transport::ALL.to_vec(),
            (true, false) => vec![Transport::Polling],
            (false, _) => vec![Transport::WebSocket],
        };
        let config = ClientConfig { transports, ..ClientConfig::default() };
        let mut client = Client::new(config, Limits::default());
        // It joins every namespace that the client of the conversation asks for.
        let said = turns.iter().flat_map(|(_, said)| said);
        let texts = said.flat_map(|said| match said {
            Said::Text(text) => vec![text.clone()],
            Said::Request { body, .. } => {
                let payload = String::from_utf8_lossy(body).into_owned();
                payload.split('\x1e').map(str::to_owned).collect()
            }
            _ => Vec::new(),
        });
        for text in texts {
            if let Some(namespace) = text.strip_prefix("40").and_then(asked) {
                client.connect(&namespace, None, None).unwrap();
            }
        }
        Visitor { client, now: Instant::now(), broken: Vec::new(), events: 0, has_closed: false }
    }

    fn hear(&mut self, said: &[Said]) {
        let now = self.now;
        for said in said {
            self.act();
            let engine = self.client.engine_mut();
            match said {
                Said::Response { status: 101, .. } => engine.websocket_opened(),
                Said::Response { body, .. } if body == b"ok" => engine.posted(),
                Said::Response { body, .. } => engine.receive_payload(body, now),
                Said::Text(text) => {
                    if text == "3probe" {
                        engine.receive_payload(b"6", now);
                    }
                    engine.receive(text, now);
                }
                Said::Binary(bytes) => engine.receive_binary(bytes, now),
                Said::Close => engine.websocket_closed(),
                Said::Request { .. } => panic!("a request from a server"),
            }
            self.act();
        }
    }

    fn act(&mut self) {
        loop {
            match self.client.next_event() {
                Ok(None) => break,
                Ok(Some(socketio::ClientEvent::Event { .. })) => self.events += 1,
                Ok(Some(_)) => {}
                Err(violation) => self.broken.push(violation.rule.id),
            }
        }
        while let Some(transmit) = self.client.engine_mut().transmit() {
            self.has_closed |= transmit == Transmit::Close;
            if let Transmit::Post { .. } = transmit {
                self.client.engine_mut().posted();
            }
        }
    }

    fn wait(&mut self) {
        while self.broken.is_empty() {
            self.now = self.client.poll_timeout().expect("something is waited for");
            self.client.handle_timeout(self.now);
            self.act();
        }
    }
}

/// The namespace of a CONNECT from a client.
fn asked(text: &str) -> Option<socketio::Namespace> {
    let name = text.split([',', '{']).next().unwrap_or_default();
    socketio::Namespace::new(if name.is_empty() { "/" } else { name })
}
