//! Another implementation as the judge: what Python's `websockets` says, we understand.
//!
//! Needs a Python with the package: `pip install websockets`, then
//! `cargo test -p frame-inspector --test oracle -- --ignored`. The variable
//! `PEERS_PYTHON` names the interpreter where it is not `python3`, such as one
//! in a virtual environment: `PEERS_PYTHON=$PWD/venv/bin/python`.
//!
//! Both ends are the package's own, joined in memory by
//! `peers/websockets_says.py`; its versions of fragments, compression and
//! closing meet our decoders, and what it was asked to say is compared.

mod fixture;

use frame_inspector::Options;
use serde_json::Value;
use std::{env, path::Path, process::Command};
use wire::Side;

/// How many conversations are compared.
const COUNT: u32 = 200;

#[test]
#[ignore = "needs Python's websockets"]
fn we_understand_what_pythons_websockets_says() {
    let conversations = conversations(COUNT);
    assert_eq!(conversations.len(), COUNT as usize);
    for (seed, conversation) in conversations.iter().enumerate() {
        let events = inspected(conversation);
        let of_type = |kind| events.iter().filter(move |event| event["type"] == kind);

        let handshake = of_type("handshake").next().expect("a handshake");
        assert_eq!(handshake["accept"], handshake["accept_expected"], "conversation {seed}");
        for agreed in ["subprotocol", "extensions"] {
            assert_eq!(handshake[agreed], conversation[agreed], "conversation {seed}");
        }
        let said = conversation["said"].as_array().expect("what was said");
        let messages: Vec<&Value> = of_type("message").collect();
        assert_eq!(messages.len(), said.len(), "conversation {seed}");
        for (number, (message, said)) in messages.into_iter().zip(said).enumerate() {
            assert_eq!(message["state"], "complete", "message {number} of conversation {seed}");
            for key in ["from", "kind", "text", "base64"] {
                assert_eq!(message[key], said[key], "message {number} of conversation {seed}");
            }
        }
        let odd: Vec<&Value> =
            ["violation", "warning", "gap"].into_iter().flat_map(of_type).collect();
        assert!(odd.is_empty(), "conversation {seed}: {odd:?}");
        let end = of_type("connection").next().expect("an end");
        assert_eq!(end["verdict"]["ended"], "close-handshake", "conversation {seed}");
    }
}

/// What the two ends wrote and said, for seeds from 0.
fn conversations(count: u32) -> Vec<Value> {
    let python = env::var("PEERS_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers/websockets_says.py");
    let mut command = Command::new(&python);
    let output = command.arg(script).args(["0", &count.to_string()]).output();
    let output = output.unwrap_or_else(|error| panic!("{python} (see PEERS_PYTHON): {error}"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    fixture::parse(&String::from_utf8(output.stdout).expect("JSON is UTF-8"))
}

/// The events of a conversation, as the JSON says them.
fn inspected(conversation: &Value) -> Vec<Value> {
    let writes = conversation["writes"].as_array().expect("writes").iter();
    let chunks: fixture::Chunks = writes
        .map(|write| {
            let side = if write[0] == "client" { Side::Client } else { Side::Server };
            (side, wire::hex::decode(write[1].as_str().expect("hex")).expect("hex"))
        })
        .collect();
    fixture::events_of(&chunks, &Options::default())
}
