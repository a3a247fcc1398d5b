//! Every rule has a conversation that breaks it, in `fixtures/broken/handshake`.
#![expect(clippy::disallowed_methods, reason = "a test reads its fixtures")]

use handshake::{
    RULES, check_request, check_response, client, is_upgrade,
    rules::{DATA_BEFORE_101, ORIGIN_NOT_ALLOWED},
    server,
};
use http1::{Request, Response};
use std::{collections::BTreeSet, fs, path::PathBuf};
use wire::{Answer, Side, Violation, transcript};

/// These cannot be seen in bytes: they are the policy of one server.
const WITHOUT_FIXTURE: [&str; 1] = [ORIGIN_NOT_ALLOWED.id];

/// The heads of a conversation, and all the rules it breaks.
struct Conversation {
    request: Request,
    response: Response,
    violations: Vec<Violation>,
}

fn read(text: &str) -> Conversation {
    let chunks = transcript::decode(text).expect("a transcript");
    let response_at = chunks.iter().position(|(side, _)| *side == Side::Server).expect("an answer");
    let asked: Vec<u8> =
        chunks[..response_at].iter().flat_map(|(_, bytes)| bytes.clone()).collect();
    let answered = &chunks[response_at].1;

    let mut violations = Vec::new();
    let (request, len) = Request::decode_leniently(&asked, &mut violations).expect("a whole head");
    let request = request.expect("a request");
    if len < asked.len() {
        violations.push(DATA_BEFORE_101.broken("bytes behind the request"));
    }
    let (response, _) =
        Response::decode_leniently(answered, &mut violations).expect("a whole head");
    let response = response.expect("a response");

    assert!(is_upgrade(&request));
    violations.extend(check_request(&request));
    violations.extend(check_response(Some(&request), &response));
    Conversation { request, response, violations }
}

/// The fixtures, by the rule that they break.
fn fixtures() -> Vec<(String, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/broken/handshake");
    let mut fixtures = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder of the fixtures") {
        let path = entry.expect("a file").path();
        let rule = path.file_stem().and_then(|stem| stem.to_str()).expect("a name");
        let text = fs::read_to_string(&path).expect("a readable file");
        fixtures.push((format!("handshake/{rule}"), text));
    }
    fixtures.sort();
    fixtures
}

#[test]
fn every_rule_has_a_fixture_and_every_fixture_a_rule() {
    let fixtures: BTreeSet<String> = fixtures().into_iter().map(|(rule, _)| rule).collect();
    let rules = RULES.iter().map(|rule| rule.id);
    let wanted: BTreeSet<String> =
        rules.filter(|id| !WITHOUT_FIXTURE.contains(id)).map(str::to_owned).collect();
    assert_eq!(fixtures, wanted);
}

#[test]
fn every_fixture_breaks_its_rule_and_no_other() {
    for (rule, text) in fixtures() {
        let Conversation { violations, .. } = read(&text);
        let raised: BTreeSet<&str> = violations.iter().map(|violation| violation.rule.id).collect();
        let second = text.lines().nth(1).and_then(|line| line.strip_prefix("# also: "));
        let allowed: BTreeSet<&str> = second.into_iter().chain([&*rule]).collect();
        assert!(raised.contains(&*rule), "{rule}: only {raised:?}");
        assert!(raised.is_subset(&allowed), "{rule}: {violations:#?}");
        let count = violations.iter().filter(|violation| violation.rule.id == rule).count();
        assert_eq!(count, 1, "{rule}: {violations:#?}");
    }
}

#[test]
fn server_and_client_answer_each_fixture_as_the_rule_book_says() {
    for (id, text) in fixtures() {
        let Conversation { request, response, .. } = read(&text);
        let rule = RULES.iter().find(|rule| rule.id == id).expect("a rule");
        let accepted = server::accept(&request, &server::Config::default());
        match rule.answer {
            // Only who follows the connection sees what came first.
            Answer::Status(_) if **rule == DATA_BEFORE_101 => assert!(accepted.is_ok(), "{id}"),
            Answer::Status(status) => {
                let violation = accepted.expect_err(&id);
                assert_eq!(violation.rule, *rule);
                assert_eq!(server::refuse(&violation).response.status, status, "{id}");
                assert_eq!(response.status, status, "the server of {id} answers as it should");
            }
            Answer::Disconnect => {
                assert!(accepted.is_ok(), "{id}");
                let violation = client::verify(&request, &response).expect_err(&id);
                assert_eq!(violation.rule, *rule);
            }
            Answer::Nothing => {
                assert!(accepted.is_ok(), "{id}");
                assert!(client::verify(&request, &response).is_ok(), "{id}");
            }
            Answer::Close(_) => panic!("{id}: nothing is open that could be closed"),
        }
    }
}

#[test]
fn the_details_say_what_was_seen() {
    let mut page = String::new();
    for (_, text) in fixtures() {
        for violation in read(&text).violations {
            if violation.rule.family() == "handshake" {
                page += &format!("{violation}\n");
            }
        }
    }
    insta::assert_snapshot!(page);
}
