//! Every rule of the book is raised by the fixture that breaks it, and legal
//! traffic raises none.
//!
//! The crates of the rules test their own decoders with these files; here each
//! one passes through the whole inspector, as a capture would.

mod fixture;

use frame_inspector::{
    Options,
    event::{Event, What},
    rules,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};
use wire::Severity;

/// Rules that no bytes can show the inspector, and why.
const WITHOUT_FIXTURE: [(&str, &str); 1] =
    [("handshake/origin-not-allowed", "which origins are welcome is one server's policy")];

/// Rules about limits: an observer's are wider than those of the server or
/// client in the fixture, since it wants to show what others refuse.
const WIDER_LIMITS: [&str; 6] = [
    "http1/body-too-large",
    "http1/chunk-extensions-too-long",
    "http1/event-too-large",
    "http1/head-too-large",
    "http1/target-too-long",
    "http1/too-many-fields",
];

/// Where recorded or quoted traffic does break a rule: the fixture, the rule, and why.
const RIGHTLY: [(&str, &str, &str); 10] = [
    ("closing-handshake", "frame/zero-mask", "a key of zeros leaves the payload readable"),
    ("fragmented-with-ping", "frame/zero-mask", "a key of zeros leaves the payload readable"),
    ("length-and-chunked", "http1/length-with-coding", "the RFC's own example of smuggling"),
    ("nginx-no-upgrade", "handshake/connection-missing", "the proxy closes behind each answer"),
    ("nginx-no-upgrade", "handshake/http-version", "the proxy asks in HTTP/1.0"),
    ("nginx-no-upgrade", "handshake/upgrade-missing", "the proxy leaves it out"),
    ("python-websockets-ping-unanswered", "frame/ping-unanswered", "it was recorded to show this"),
    ("rejected-200", "handshake/status-not-101", "the server knows no WebSocket"),
    ("rejected-400-no-key", "handshake/key-missing", "it was recorded to show this"),
    ("rejected-426-version", "handshake/version-unsupported", "it was recorded to show this"),
];

#[test]
fn every_rule_has_a_fixture_and_every_fixture_a_rule() {
    let without: Vec<&str> = WITHOUT_FIXTURE.iter().map(|(id, _)| *id).collect();
    let wanted: BTreeSet<String> = rules()
        .iter()
        .map(|rule| rule.id)
        .filter(|id| !without.contains(id))
        .map(String::from)
        .collect();
    let broken: BTreeSet<String> = broken().into_keys().collect();
    assert_eq!(broken, wanted);
}

#[test]
fn every_broken_fixture_raises_its_rule_and_no_other() {
    let mut wrong = Vec::new();
    for (id, path) in broken() {
        let raised = raised(&path);
        let text = fs::read_to_string(&path).unwrap();
        let also = text.lines().nth(1).and_then(|line| line.strip_prefix("# also: "));
        let mut allowed: BTreeSet<String> =
            also.into_iter().flat_map(|also| also.split([',', ' '])).map(String::from).collect();
        if !WIDER_LIMITS.contains(&&*id) {
            allowed.insert(id.clone());
            let rule = rules().into_iter().find(|rule| rule.id == id).expect("a rule");
            if !raised.iter().any(|(found, severity, _)| *found == id && *severity == rule.severity)
            {
                wrong.push(format!("{id}: not raised, found {raised:?}"));
            }
        }
        for (found, _, detail) in &raised {
            if !allowed.contains(found) {
                wrong.push(format!("{id}: raised {found} too: {detail}"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn legal_traffic_breaks_no_rule() {
    let truth = fs::read_to_string(fixture::folder("captures/truth.json")).unwrap();
    let truth: serde_json::Value = serde_json::from_str(&truth).unwrap();
    let is_broken = |name: &str| {
        let connections = truth[name]["connections"].as_array();
        connections.is_some_and(|all| all.iter().any(|one| one.get("broken").is_some()))
    };
    let mut wrong = Vec::new();
    let mut excused = BTreeSet::new();
    let by_hand =
        ["http", "websocket", "sse"].into_iter().flat_map(|name| fixture::files(name, &["hex"]));
    let by_hand = by_hand.filter(|path| fixture::transcript(path).is_some());
    for path in fixture::captures().into_iter().chain(by_hand) {
        let name = fixture::name(&path);
        if is_broken(&name) {
            // `truth.rs` says which rule these raise.
            continue;
        }
        for (rule, severity, detail) in raised(&path) {
            match RIGHTLY.iter().find(|(known, right, _)| (*known, *right) == (&*name, &*rule)) {
                Some(right) => drop(excused.insert(*right)),
                None => wrong.push(format!("{name}: {} {rule}: {detail}", severity.name())),
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
    assert_eq!(excused, BTreeSet::from(RIGHTLY), "each excuse is needed");
}

/// The fixtures that break a rule, by the rule's id.
fn broken() -> BTreeMap<String, std::path::PathBuf> {
    let mut fixtures = BTreeMap::new();
    for family in ["http1", "handshake", "frame"] {
        for path in fixture::files(&format!("broken/{family}"), &["hex"]) {
            fixtures.insert(format!("{family}/{}", fixture::name(&path)), path);
        }
    }
    fixtures
}

/// The rules that a fixture breaks, with how.
fn raised(path: &Path) -> Vec<(String, Severity, String)> {
    let mut raised = Vec::new();
    let mut note = |event: &Event<'_>| {
        if let What::Violation { violation, .. } = &event.what {
            let rule = violation.rule;
            raised.push((rule.id.to_owned(), rule.severity, violation.detail.to_string()));
        }
    };
    fixture::inspect(path, &Options::default(), &mut note);
    raised
}
