//! The JSON Lines keep their contract: every type has its fields, of their kinds.
//!
//! Whoever reads them with a script relies on this, so the contract is written
//! here once more, as a table: a field, a colon, and what it may hold.

mod fixture;

use frame_inspector::{Options, event::TYPE_NAMES};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// What every object has.
const COMMON: &str = "type:text connection:number? time:time? packets:numbers";

/// What the types have besides. `?`: null or absent where it does not apply.
const TYPES: [(&str, &str); 12] = [
    ("opened", "client:address server:address"),
    (
        "request",
        "from:client number:number method:text target:text version:text headers:pairs \
         body_length:number? body_state:cut|open? decoded_length:number? text:text? base64:base64?",
    ),
    (
        "response",
        "from:server to:number? status:number reason:text version:text headers:pairs \
         body_length:number? body_state:cut|open? decoded_length:number? text:text? base64:base64?",
    ),
    (
        "handshake",
        "accepted:boolean status:number key:text? accept:text? accept_expected:text? \
         subprotocol:text? extensions:text?",
    ),
    (
        "frame",
        "from:side fin:boolean rsv:bits opcode:number masked:boolean mask:hex? length:number",
    ),
    (
        "message",
        "from:side kind:text|binary|ping|pong|close length:number text:text? base64:base64? \
         code:number? reason:text? compressed:boolean frames:number state:complete|cut|unreadable",
    ),
    ("violation", "from:side rule:text severity:violation|suspicion section:text detail:text"),
    ("server-event", "from:server event:text data:text id:text retry:number?"),
    ("gap", "from:side bytes:number after_packet:number"),
    ("warning", "text:text"),
    ("bytes", "from:side offset:number hex:hex span:object"),
    (
        "connection",
        "client:address server:address protocol:websocket|http|event-stream|tls|unknown \
         requests:number messages:number ledger:ledger verdict:verdict",
    ),
];
const LEDGER: &str = "payload:number framing:number http:number tcp_ip:number";
const VERDICT: &str =
    "ended:close-handshake|fin|reset|refused|open by:side? code:number? text:text";

#[test]
fn the_contract_is_about_every_type() {
    let known: BTreeSet<&str> = TYPES.iter().map(|(name, _)| *name).collect();
    assert_eq!(known, BTreeSet::from(TYPE_NAMES));
}

#[test]
fn every_line_keeps_the_contract() {
    let mut seen = BTreeSet::new();
    let mut broken = Vec::new();
    let folders = ["http", "websocket", "broken/http1", "broken/handshake", "broken/frame"];
    let by_hand = folders.into_iter().flat_map(|folder| fixture::files(folder, &["hex"]));
    let by_hand = by_hand.filter(|path| fixture::transcript(path).is_some());
    for path in fixture::captures().into_iter().chain(by_hand) {
        let name = fixture::name(&path);
        let lines = fixture::json_lines(&path, &Options { frames: true, bytes: true });
        let mut opened = BTreeSet::new();
        for event in fixture::parse(&lines) {
            let object = event.as_object().expect("an object");
            let kind = event["type"].as_str().unwrap_or_default();
            let Some((kind, fields)) = TYPES.iter().find(|(name, _)| *name == kind) else {
                broken.push(format!("{name}: the type of {event}"));
                continue;
            };
            seen.insert(*kind);
            let mut wrong = check(object, &[COMMON, fields].join(" "));
            wrong.extend(check_whole(kind, &event, &mut opened));
            broken.extend(wrong.into_iter().map(|wrong| format!("{name}: {kind}: {wrong}")));
        }
    }
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
    assert_eq!(seen, BTreeSet::from(TYPE_NAMES), "the fixtures show every type");
}

/// What is wrong with the fields of an object.
fn check(object: &Map<String, Value>, fields: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut known = BTreeSet::new();
    for field in fields.split_whitespace() {
        let (name, kind) = field.split_once(':').expect("name:kind");
        known.insert(name);
        let value = object.get(name).unwrap_or(&Value::Null);
        let is_right = match kind.strip_suffix('?') {
            Some(kind) => value.is_null() || is_a(value, kind),
            None => is_a(value, kind),
        };
        if !is_right {
            wrong.push(format!("{name} is {value}, no {kind}"));
        }
    }
    let unknown = object.keys().filter(|key| !known.contains(key.as_str()));
    wrong.extend(unknown.map(|key| format!("{key} is not in the contract")));
    wrong
}

fn is_a(value: &Value, kind: &str) -> bool {
    let each = |is_right: fn(&Value) -> bool| {
        value.as_array().is_some_and(|values| values.iter().all(is_right))
    };
    let text = value.as_str();
    let fits = |fields| value.as_object().is_some_and(|object| check(object, fields).is_empty());
    match kind {
        "text" => text.is_some(),
        "number" => value.is_u64(),
        "boolean" => value.is_boolean(),
        "object" => value.is_object(),
        "numbers" => each(Value::is_u64),
        "bits" => each(Value::is_boolean) && value.as_array().is_some_and(|bits| bits.len() == 3),
        "pairs" => each(|pair| {
            pair.as_array().is_some_and(|pair| pair.len() == 2 && pair.iter().all(Value::is_string))
        }),
        "side" => matches!(text, Some("client" | "server")),
        "address" => text.is_some_and(|text| text.parse::<std::net::SocketAddr>().is_ok()),
        "hex" => text.is_some_and(|text| wire::hex::decode(text).is_ok()),
        "base64" => text.is_some_and(|text| {
            text.len() % 4 == 0
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte))
        }),
        "time" => {
            text.is_some_and(|text| text.parse::<jiff::Timestamp>().is_ok() && text.ends_with('Z'))
        }
        "ledger" => fits(LEDGER),
        "verdict" => fits(VERDICT),
        words => text.is_some_and(|text| words.split('|').any(|word| word == text)),
    }
}

/// What goes beyond single fields.
fn check_whole(kind: &str, event: &Value, opened: &mut BTreeSet<u64>) -> Option<String> {
    let has = |key: &str| event.get(key).is_some();
    let number = event["connection"].as_u64();
    match kind {
        "opened" if !number.is_some_and(|number| opened.insert(number)) => {
            Some("opened twice, or without a number".into())
        }
        "connection" if !number.is_some_and(|number| opened.remove(&number)) => {
            Some("ended twice, or before it was opened".into())
        }
        "message" => {
            let is_complete = event["state"] == "complete";
            let is_text = event["kind"] == "text";
            match (is_complete, is_text, has("text"), has("base64")) {
                (true, true, true, false) | (true, false, false, true) => None,
                (false, _, false, false) => None,
                _ => Some(format!("its payload: {event}")),
            }
        }
        "request" | "response" if has("text") && has("base64") => Some("two bodies".into()),
        "violation" | "frame" | "request" | "response" | "opened"
            if event["packets"].as_array().is_none_or(Vec::is_empty) =>
        {
            Some(format!("no packet carried it: {event}"))
        }
        _ => None,
    }
}
