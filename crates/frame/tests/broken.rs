//! Every rule has a conversation that breaks it, in `fixtures/broken/frame`.

#![expect(clippy::disallowed_methods, reason = "a test reads its fixtures")]

use frame::{
    Config, Connection, Decoder, Deflate, Kind, Mask, RULES, Settings, deflate::Window, rules,
};
use std::{collections::BTreeSet, fs, path::PathBuf};
use wire::{Answer, Rule, Side, transcript};

/// These take both sides, or the end of a stream: whoever follows the conversation raises them.
const CONVERSATION: [&Rule; 4] =
    [&rules::CLOSE_UNANSWERED, &rules::PING_UNANSWERED, &rules::PONG_MISMATCH, &rules::CUT_BY_FIN];

struct Fixture {
    rule: &'static Rule,
    /// What the second line allows beside it.
    also: Vec<String>,
    deflate: bool,
    /// What each side sent behind the opening handshake.
    client: Vec<u8>,
    server: Vec<u8>,
}

impl Fixture {
    fn read(name: &str, text: &str) -> Fixture {
        let id = format!("frame/{name}");
        let rule = RULES.iter().find(|rule| rule.id == id);
        let rule = rule.unwrap_or_else(|| panic!("{id} is no rule"));
        assert!(text.starts_with("# "), "{name}: the first line says what is wrong");
        let second = text.lines().nth(1).and_then(|line| line.strip_prefix("# also: "));
        let also = second.map(|ids| ids.split(", ").map(str::to_owned).collect());
        let chunks = transcript::decode(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let stream = |side| {
            let sent = chunks.iter().filter(|(from, _)| *from == side);
            sent.flat_map(|(_, bytes)| bytes.clone()).collect::<Vec<u8>>()
        };
        let (_, client) = opening(&stream(Side::Client));
        let (head, server) = opening(&stream(Side::Server));
        let deflate = head.contains("permessage-deflate");
        Fixture { rule, also: also.unwrap_or_default(), deflate, client, server }
    }

    fn sent(&self, side: Side) -> &[u8] {
        match side {
            Side::Client => &self.client,
            Side::Server => &self.server,
        }
    }

    /// The rules that a lenient decoder finds in what one side sent, and its close codes.
    fn decode(&self, from: Side) -> (Vec<&'static str>, Vec<u16>) {
        let deflate = self.deflate.then(Window::default);
        let mut decoder = Decoder::new(Settings { deflate, ..Settings::from(from) });
        decoder.receive(self.sent(from));
        let (mut broken, mut codes) = (Vec::new(), Vec::new());
        while let Some(step) = decoder.next_frame() {
            broken.extend(step.violations.iter().map(|violation| violation.rule.id));
            if let Some(message) = step.message.filter(|message| message.kind == Kind::Close) {
                codes.extend(message.close().map(|close| close.code.0));
            }
        }
        (broken, codes)
    }
}

/// The opening handshake's head as text, and what follows it.
fn opening(stream: &[u8]) -> (String, Vec<u8>) {
    let end = stream.windows(4).position(|four| four == b"\r\n\r\n");
    let (head, frames) = stream.split_at(end.expect("the conversation begins with a head") + 4);
    (String::from_utf8_lossy(head).into_owned(), frames.to_vec())
}

fn fixtures() -> Vec<(String, Fixture)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/broken/frame");
    let mut fixtures: Vec<_> = fs::read_dir(folder)
        .expect("the fixtures are there")
        .map(|entry| {
            let path = entry.expect("the folder can be read").path();
            let text = fs::read_to_string(&path).expect("a fixture is text");
            let name = path.file_stem().and_then(|name| name.to_str());
            let name = name.expect("a fixture's name is ASCII").to_owned();
            let fixture = Fixture::read(&name, &text);
            (name, fixture)
        })
        .collect();
    fixtures.sort_by(|left, right| left.0.cmp(&right.0));
    fixtures
}

#[test]
fn the_rule_book_is_in_order() {
    wire::laws::rules_are_in_order("frame", RULES);
}

#[test]
fn every_rule_has_its_fixture() {
    let have: BTreeSet<_> = fixtures().iter().map(|(_, fixture)| fixture.rule.id).collect();
    let want: BTreeSet<_> = RULES.iter().map(|rule| rule.id).collect();
    assert_eq!(have, want);
}

#[test]
fn every_fixture_breaks_its_rule_and_no_other() {
    for (name, fixture) in fixtures() {
        let mut broken: Vec<_> =
            Side::BOTH.into_iter().flat_map(|side| fixture.decode(side).0).collect();
        broken.retain(|id| !fixture.also.iter().any(|also| also == id));
        match CONVERSATION.contains(&fixture.rule) {
            true => assert_eq!(broken, [""; 0], "{name}"),
            false => assert_eq!(broken, [fixture.rule.id], "{name}"),
        }
    }
}

#[test]
fn every_fixture_shows_the_right_answer_and_our_machine_gives_it() {
    for (name, fixture) in fixtures() {
        let Answer::Close(code) = fixture.rule.answer else {
            assert_eq!(fixture.rule.answer, Answer::Nothing, "{name}");
            continue;
        };
        let breaks = |side: &Side| fixture.decode(*side).0.contains(&fixture.rule.id);
        let culprit = Side::BOTH.into_iter().find(breaks).expect("a side breaks the rule");
        assert_eq!(fixture.decode(culprit.other()).1, [code], "{name}: the answer on file");

        let config =
            Config { deflate: fixture.deflate.then(Deflate::default), ..Config::default() };
        let mut connection = match culprit {
            Side::Client => Connection::server(config),
            Side::Server => Connection::client(config, || Mask([1, 2, 3, 4])),
        };
        connection.receive(fixture.sent(culprit));
        let violation = loop {
            match connection.next_event() {
                Ok(event) => assert!(event.is_some(), "{name}: nothing was noticed"),
                Err(violation) => break violation,
            }
        };
        assert_eq!((violation.rule, violation.close_code()), (fixture.rule, Some(code)), "{name}");
        assert!(!connection.transmit().is_empty(), "{name}: the close frame is queued");
    }
}
