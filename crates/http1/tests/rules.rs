//! Every rule has a conversation that breaks it, in `fixtures/broken/http1`, and
//! the machines answer it as the rule book says.

use http1::{
    Connection, Decoder, EventKind, EventStream, Limits, Method, RULES, Request, Response,
};
use std::{collections::BTreeSet, path::PathBuf};
use wire::{Answer, Side, laws, transcript};

/// Small, so that the fixtures are.
const LIMITS: Limits =
    Limits { head: 1_024, target: 256, fields: 20, chunk_extensions: 64, body: 1_000 };

const EVENT_LIMIT: usize = 500;

struct Fixture {
    rule: String,
    also: Vec<String>,
    chunks: Vec<(Side, Vec<u8>)>,
}

#[expect(clippy::disallowed_methods, reason = "the fixtures are files")]
fn fixtures() -> Vec<Fixture> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/broken/http1");
    let mut fixtures: Vec<Fixture> = std::fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| {
            let path = entry.expect("the folder can be read").path();
            let text = std::fs::read_to_string(&path).expect("a fixture is text");
            let name = path.file_stem().expect("a fixture has a name").to_string_lossy();
            let rule = format!("http1/{name}");
            assert!(text.starts_with("# "), "{rule} begins with what is wrong");
            let also = text.lines().filter_map(|line| line.strip_prefix("# also: "));
            Fixture {
                also: also.map(str::to_owned).collect(),
                chunks: transcript::decode(&text).unwrap_or_else(|error| panic!("{rule}: {error}")),
                rule,
            }
        })
        .collect();
    fixtures.sort_by(|one, other| one.rule.cmp(&other.rule));
    fixtures
}

/// An observer of both directions, with a strict client beside it.
struct Observer {
    requests: Decoder,
    responses: Decoder,
    client: Connection,
    events: EventStream,
    found: BTreeSet<String>,
    last_status: Option<u16>,
}

impl Observer {
    fn watch(chunks: &[(Side, Vec<u8>)]) -> Observer {
        let mut observer = Observer {
            requests: Decoder::requests(LIMITS),
            responses: Decoder::responses(LIMITS),
            client: Connection::client(LIMITS),
            events: EventStream::new(EVENT_LIMIT),
            found: BTreeSet::new(),
            last_status: None,
        };
        for (side, bytes) in chunks {
            match side {
                Side::Client => observer.requests.receive(bytes),
                Side::Server => observer.responses.receive(bytes),
            }
            observer.look();
            if *side == Side::Server {
                observer.client.receive(bytes);
                observer.judge();
            }
        }
        observer.requests.finish();
        observer.responses.finish();
        observer.look();
        observer
    }

    fn look(&mut self) {
        while let Some(event) = self.requests.next_event() {
            match event.kind {
                EventKind::Request(request) => {
                    self.responses.expect(request.method.clone());
                    let Request { method, target, headers, .. } = request;
                    let mut asked = Request::new(method, target);
                    for name in ["connection", "upgrade"] {
                        headers.get_all(name).for_each(|value| asked.headers.push(name, value));
                    }
                    // Some requests cannot be sent, and some come too late.
                    let _ = self.client.ask(&asked, b"");
                }
                EventKind::Violation(violation) => {
                    self.found.insert(violation.rule.id.to_owned());
                }
                // What could not be understood gets an answer too.
                EventKind::Lost if self.client.unanswered() == 0 => {
                    let asked = Request::new(Method::GET, "/");
                    self.client.ask(&asked, b"").expect("the client is idle");
                }
                _ => {}
            }
        }
        while let Some(event) = self.responses.next_event() {
            match event.kind {
                EventKind::Response(Response { status, .. }) => self.last_status = Some(status),
                EventKind::Body(piece) => self.events.receive(piece),
                EventKind::Violation(violation) => {
                    self.found.insert(violation.rule.id.to_owned());
                }
                _ => {}
            }
        }
        if let Err(violation) = self.events.next_event() {
            self.found.insert(violation.rule.id.to_owned());
        }
    }

    /// What only an end of the connection knows: who asked for what.
    fn judge(&mut self) {
        loop {
            match self.client.next_event() {
                Ok(None) => return,
                Ok(Some(_)) => {}
                Err(violation) if violation.rule.id.ends_with("-unasked") => {
                    self.found.insert(violation.rule.id.to_owned());
                    return;
                }
                Err(_) => return,
            }
        }
    }
}

#[test]
fn the_rule_book_is_in_order() {
    laws::rules_are_in_order("http1", RULES);
}

#[test]
fn every_rule_has_a_conversation_that_breaks_it() {
    let fixtures: Vec<String> = fixtures().into_iter().map(|fixture| fixture.rule).collect();
    let mut rules: Vec<&str> = RULES.iter().map(|rule| rule.id).collect();
    rules.sort_unstable();
    assert_eq!(fixtures, rules);
}

#[test]
fn a_broken_conversation_breaks_its_rule_and_no_other() {
    for Fixture { rule, also, chunks } in fixtures() {
        let found = Observer::watch(&chunks).found;
        let want: BTreeSet<String> = also.into_iter().chain([rule.clone()]).collect();
        assert_eq!(found, want, "in {rule}");
    }
}

#[test]
fn the_strict_machine_gives_the_answer_of_the_rule_and_so_does_the_conversation() {
    for Fixture { rule: id, chunks, .. } in fixtures() {
        let rule = RULES.iter().find(|rule| rule.id == id).expect("fixtures are named for rules");
        let mut server = Connection::server(LIMITS);
        for (_, bytes) in chunks.iter().filter(|(side, _)| *side == Side::Client) {
            server.receive(bytes);
        }
        server.finish();
        let refused = loop {
            match server.next_event() {
                Ok(None) => break None,
                Ok(Some(_)) => {}
                Err(violation) => break Some(violation),
            }
        };
        let Answer::Status(status) = rule.answer else {
            assert_eq!(refused, None, "the client of {id} did nothing wrong");
            continue;
        };
        let refused = refused.unwrap_or_else(|| panic!("{id} is not refused"));
        assert_eq!(refused.rule.id, id);
        assert!(server.can_respond(), "{id} can be answered");
        assert_eq!(Observer::watch(&chunks).last_status, Some(status), "in {id}");
    }
}
