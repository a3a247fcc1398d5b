//! A recorded conversation holds what both programs say they sent.

#![expect(clippy::disallowed_methods, reason = "a test reads its fixtures")]
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod transcript;

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value as Json, json};
use socketio::{Content, Decoder, Namespace, Packet, Value, engineio};
use std::{collections::HashMap, fs, path::Path};
use transcript::{Said, conversations};
use wire::{Side, Sides};

#[test]
fn node_says_what_we_read() {
    let (_, _, turns) = conversations("socketio")
        .into_iter()
        .find(|(name, ..)| name == "node-websocket")
        .expect("the recorded conversation");
    let mut decoders = Sides::each(|_| Decoder::default());
    let mut asked: HashMap<(Side, u64), String> = HashMap::new();
    let mut read = Vec::new();
    for (side, said) in turns {
        for said in said {
            let decoder = decoders.of_mut(side);
            let packet = match said {
                Said::Text(text) => match engineio::Packet::decode(&text).unwrap() {
                    engineio::Packet::Message(text) => decoder.receive(text).unwrap(),
                    _ => None,
                },
                Said::Binary(bytes) => decoder.receive_binary(bytes.into()).unwrap(),
                _ => None,
            };
            let Some(Packet { namespace, content }) = packet else { continue };
            match content {
                Content::Event { name, arguments, id } => {
                    read.push(told(side, &namespace, "name", &name, arguments));
                    asked.extend(id.map(|id| ((side, id), name)));
                }
                Content::Ack { id, arguments } => {
                    let name = &asked[&(side.other(), id)];
                    read.push(told(side, &namespace, "ack", name, arguments));
                }
                Content::Connect(_) | Content::Disconnect | Content::ConnectError(_) => {}
            }
        }
    }
    let truth = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/captures/truth.json");
    let truth: Json = serde_json::from_str(&fs::read_to_string(truth).unwrap()).unwrap();
    assert_eq!(Json::from(read), truth["socketio-websocket"]["socketio"]);
}

/// A packet as the truth has it.
fn told(from: Side, namespace: &Namespace, what: &str, name: &str, args: Vec<Value>) -> Json {
    let args: Vec<Json> = args.into_iter().map(plain).collect();
    json!({"from": from.name(), "namespace": &**namespace, what: name, "args": args})
}

fn plain(value: Value) -> Json {
    match value {
        Value::Binary(bytes) => json!({"$binary": BASE64_STANDARD.encode(&*bytes)}),
        Value::Array(values) => values.into_iter().map(plain).collect(),
        Value::Object(object) => {
            object.into_iter().map(|(name, value)| (name, plain(value))).collect()
        }
        value => Json::try_from(value).unwrap(),
    }
}
