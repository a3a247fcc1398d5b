//! What the inspector finds in a capture is what the programs said they did.
//!
//! `fixtures/captures/truth.json` was made from the programs' own logs, never
//! from a capture (`fixtures/README.md` has its fields), so each capture is held
//! against it: connections, requests, handshakes, messages, closes, events.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod fixture;

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Map, Value, json};
use sha1::{Digest, Sha1};
use std::{cell::RefCell, collections::BTreeSet, fs};

/// What `broken` says, the rule it breaks, and whether there is a message all
/// the same: an observer reads on where an endpoint refuses.
const BROKEN: [(&str, Option<&str>, bool); 4] = [
    ("RSV2 set without an extension", Some("frame/reserved-bits"), true),
    ("an unmasked frame from a client", Some("frame/unmasked-client"), true),
    ("a text message that is not UTF-8", Some("frame/invalid-utf8"), true),
    // The limit is one server's own: on the wire nothing is wrong.
    ("a message of 5000 bytes where the server takes 4096", None, true),
];

#[test]
fn every_capture_shows_what_its_programs_did() {
    let truth = fs::read_to_string(fixture::folder("captures/truth.json")).unwrap();
    let truth: Map<String, Value> = serde_json::from_str(&truth).unwrap();
    let mut mismatches = Vec::new();
    let captures = fixture::captures();
    let names: BTreeSet<String> = captures.iter().map(|path| fixture::name(path)).collect();
    let told: BTreeSet<String> = truth.keys().cloned().collect();
    assert_eq!(names, told, "each capture has its truth");
    for path in &captures {
        let name = fixture::name(path);
        let found = RefCell::default();
        check(&fixture::events(path), &truth[&name], &found);
        mismatches.extend(found.take().iter().map(|found| format!("{name}: {found}")));
    }
    assert!(mismatches.is_empty(), "\n{}\n", mismatches.join("\n"));
}

/// Compares a capture with its truth.
fn check(events: &[Value], truth: &Value, found: &RefCell<Vec<String>>) {
    let clients: Vec<&str> = of_type(events, "opened").map(|e| text(e, "client")).collect();
    let connections = list(truth, "connections");
    let told: Vec<&str> = connections.iter().map(|told| text(told, "client")).collect();
    if sorted(&clients) != sorted(&told) {
        found.borrow_mut().push(format!("connections of {told:?}, found {clients:?}"));
    }
    if truth.get("snaplen").is_none() {
        let is_cut = |message: &&Value| message["state"] == "cut";
        let cut = of_type(events, "message").filter(is_cut);
        let missing = of_type(events, "gap").chain(cut);
        found
            .borrow_mut()
            .extend(missing.map(|event| format!("no byte is missing, found {event}")));
    }
    for told in connections {
        let is_it = |event: &&Value| text(event, "client") == text(told, "client");
        let Some(opened) = of_type(events, "opened").find(is_it) else { continue };
        let is_its = |event: &&Value| event["connection"] == opened["connection"];
        let own: Vec<&Value> = events.iter().filter(is_its).collect();
        let connection = Connection { events: own, truth: told, found };
        if connection.protocol() == "tls" {
            // Encrypted: what was said cannot be seen.
            continue;
        }
        // Of Socket.IO sessions only the packets were told.
        if truth.get("socketio").is_none() {
            connection.check_requests();
            connection.check_messages();
            connection.check_close();
        }
        connection.check_handshake();
        connection.check_broken();
        connection.check_server_events();
    }
}

/// One connection beside its truth.
struct Connection<'a> {
    events: Vec<&'a Value>,
    truth: &'a Value,
    /// Where they differ.
    found: &'a RefCell<Vec<String>>,
}

impl<'a> Connection<'a> {
    fn check_requests(&self) {
        let told = list(self.truth, "requests");
        let requests: Vec<&Value> = self.of_type("request").collect();
        if requests.len() != told.len() {
            self.differ("requests", &json!(told.len()), &json!(requests.len()));
        }
        for (told, request) in told.iter().zip(requests) {
            self.check_request(told, request);
        }
    }

    fn check_request(&self, told: &Value, request: &Value) {
        let is_answer =
            |response: &&Value| response["to"] == request["number"] && response["status"] != 100;
        let null = &Value::Null;
        let response = self.of_type("response").find(is_answer).unwrap_or(null);
        let what = format!("{} {}", text(told, "method"), text(told, "target"));
        for (key, found) in [
            ("method", &request["method"]),
            ("target", &request["target"]),
            ("status", &response["status"]),
        ] {
            self.same(&format!("{what}, {key}"), &told[key], found);
        }
        for (key, found) in [("body", &request["text"]), ("answer", &response["text"])] {
            let empty = json!("");
            if let Some(told) = told.get(key) {
                let found = if found.is_null() { &empty } else { found };
                self.same(&format!("{what}, {key}"), told, found);
            }
        }
    }

    fn check_handshake(&self) {
        let Some(handshake) = self.of_type("handshake").last() else { return };
        let told = self.truth;
        let accepted = handshake["accepted"] == true;
        self.same("accepted", &json!(handshake["status"] == 101), &json!(accepted));
        if accepted {
            self.same("accept key", &handshake["accept_expected"], &handshake["accept"]);
        }
        self.same("subprotocol", &told["subprotocol"], &handshake["subprotocol"]);
        // Node's API tells an extension's name without its parameters.
        let is_name = |told: &Value| told.as_str().is_some_and(|told| !told.contains(';'));
        let found = &handshake["extensions"];
        let name = found.as_str().and_then(|found| found.split(';').next());
        let found = if is_name(&told["extensions"]) { &json!(name) } else { found };
        self.same("extensions", &told["extensions"], found);
    }

    fn check_messages(&self) {
        for from in ["client", "server"] {
            let told = list(self.truth, "messages").iter().filter(|told| told["from"] == from);
            let told: Vec<&Value> = told.collect();
            let is_message =
                |message: &&Value| message["from"] == from && message["kind"] != "close";
            let mut found: Vec<&Value> = self.of_type("message").filter(is_message).collect();
            let broken = &self.truth["broken"];
            if broken["by"] == from && broken_rule(broken).1 {
                // It came last: nobody is listened to after that.
                found.pop();
            }
            if told.len() != found.len() {
                let what = format!("messages from the {from}");
                self.differ(&what, &json!(told.len()), &json!(found.len()));
            }
            for (number, (told, found)) in (1..).zip(told.into_iter().zip(found)) {
                if let Err((want, found)) = compare(told, found) {
                    self.differ(&format!("message {number} from the {from}"), &want, &found);
                }
            }
        }
    }

    fn check_close(&self) {
        let is_close = |message: &&Value| message["kind"] == "close";
        let first = self.of_type("message").find(is_close);
        let verdict = &self.end()["verdict"];
        if let Some(ended) = self.truth.get("ended") {
            let found = json!({"by": verdict["by"], "how": verdict["ended"]});
            self.same("ended", ended, &found);
        }
        let found = first.map(|close| {
            json!({
                "by": close["from"],
                "code": close["code"],
                "reason": close["reason"].as_str().unwrap_or_default(),
            })
        });
        self.same("close", &self.truth["close"], &json!(found));
        if let Some(close) = self.truth.get("close") {
            self.same("who the verdict names", &close["by"], &verdict["by"]);
            self.same("the verdict's code", &close["code"], &verdict["code"]);
        }
        let reported = self.truth["reported"].as_object();
        if reported.is_some_and(|codes| codes.values().all(|code| *code == 1006)) {
            self.same(
                "the code on the wire of what is reported as 1006",
                &Value::Null,
                &verdict["code"],
            );
        }
    }

    fn check_broken(&self) {
        let raised: Vec<&Value> =
            self.of_type("violation").filter(|v| v["severity"] == "violation").collect();
        let rules = json!(raised.iter().map(|violation| &violation["rule"]).collect::<Vec<_>>());
        if let Some(broken) = self.truth.get("broken") {
            let (rule, _) = broken_rule(broken);
            self.same("rules broken", &json!(rule.as_slice()), &rules);
        }
    }

    fn check_server_events(&self) {
        let told: Vec<Value> = list(self.truth, "server_events").to_vec();
        let found: Vec<Value> = self
            .of_type("server-event")
            .map(|event| json!({"name": event["event"], "data": event["data"], "id": event["id"]}))
            .collect();
        self.same("server events", &json!(told), &json!(found));
    }

    fn of_type(&self, kind: &str) -> impl Iterator<Item = &'a Value> {
        self.events.iter().copied().filter(move |event| event["type"] == kind)
    }

    /// The last word about the connection.
    fn end(&self) -> &'a Value {
        self.of_type("connection").next().expect("every connection ends")
    }

    fn protocol(&self) -> &str {
        text(self.end(), "protocol")
    }

    fn same(&self, what: &str, want: &Value, found: &Value) {
        if want != found {
            self.differ(what, want, found);
        }
    }

    fn differ(&self, what: &str, want: &Value, found: &Value) {
        let client = text(self.truth, "client");
        self.found.borrow_mut().push(format!("{client}: {what}: told {want}, found {found}"));
    }
}

/// A message beside what was said about it.
fn compare(told: &Value, found: &Value) -> Result<(), (Value, Value)> {
    let (said, bytes) = match (told["text"].as_str(), told["base64"].as_str()) {
        (Some(text), _) => ("text", Some(text.as_bytes().to_vec())),
        (_, Some(base64)) => ("base64", Some(BASE64_STANDARD.decode(base64).unwrap())),
        _ => ("length and sha1", None),
    };
    let length = bytes.as_ref().map_or(told["length"].clone(), |bytes| json!(bytes.len()));
    let want = json!({"kind": told["kind"], "length": length});
    let seen = json!({"kind": found["kind"], "length": found["length"]});
    // A cut message has the length that its header claims, and no more.
    if want != seen || found["state"] == "cut" {
        return if want == seen { Ok(()) } else { Err((want, seen)) };
    }
    let found_bytes = match (found["text"].as_str(), found["base64"].as_str()) {
        (Some(text), _) => text.as_bytes().to_vec(),
        (_, Some(base64)) => BASE64_STANDARD.decode(base64).unwrap(),
        _ => return Err((json!(said), found.clone())),
    };
    let same = match &bytes {
        Some(bytes) => *bytes == found_bytes,
        None => {
            let digest = Sha1::digest(&found_bytes);
            told["sha1"] == wire::hex::encode(digest.as_slice())
        }
    };
    if same { Ok(()) } else { Err((told.clone(), found.clone())) }
}

fn broken_rule(broken: &Value) -> (Option<&'static str>, bool) {
    let what = text(broken, "what");
    let known = BROKEN.iter().find(|(known, ..)| *known == what);
    known.map(|(_, rule, is_message)| (*rule, *is_message)).expect(what)
}

fn of_type<'a>(events: &'a [Value], kind: &'a str) -> impl Iterator<Item = &'a Value> {
    events.iter().filter(move |event| event["type"] == kind)
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_else(|| panic!("no text {key} in {value}"))
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn sorted<'a>(texts: &[&'a str]) -> Vec<&'a str> {
    let mut texts = texts.to_vec();
    texts.sort_unstable();
    texts
}
