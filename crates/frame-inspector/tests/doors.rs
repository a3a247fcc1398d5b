//! What the book says that the doors of the chat cost is what the captures say.
//!
//! `BLESS=1 cargo run --release -p figures --bin doors` writes its pages anew, and so
//! does `BLESS=1 cargo test -p frame-inspector --test doors`.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

#[expect(unreachable_pub, reason = "where it lives, a library shows it")]
#[path = "../../figures/src/doors.rs"]
mod doors;
mod fixture;
mod page;

use doors::{Cost, Costs, DOORS, PACES};
use serde_json::Value;
use std::fs;

fn read(name: &str) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    Ok(fs::read(fixture::folder("captures").join(name))?)
}

#[test]
fn the_book_has_the_costs_that_the_captures_show() {
    let costs = Costs::of(read).unwrap();
    for (name, wanted) in
        [("book/data/doors.md", costs.to_string()), ("book/data/doors.json", costs.json())]
    {
        page::is_current(name, &page::read(name), &wanted);
    }
    for (pace, chart) in costs.charts() {
        let name = format!("book/data/doors-{pace}.svg");
        page::is_current(&name, &page::read(&name), &chart);
    }
}

#[test]
fn everything_that_was_said_is_heard_once_and_in_order() {
    let truth: Value = serde_json::from_slice(&read("truth.json").unwrap()).unwrap();
    for (_, name) in DOORS {
        for (_, ending) in PACES {
            let name = format!("{name}{ending}");
            let cost = Cost::of(&read(&format!("{name}.pcapng")).unwrap()).unwrap();
            let heard: Vec<&str> = cost.heard.iter().map(|(text, _)| &**text).collect();
            assert_eq!(heard, said(&truth[&name]), "{name}");
        }
    }
}

/// What the speaker's program told that it said.
fn said(truth: &Value) -> Vec<String> {
    let connections = truth["connections"].as_array().unwrap();
    let messages = connections.iter().filter_map(|connection| connection["messages"].as_array());
    let wishes = messages
        .flatten()
        .filter(|message| message["from"] == "client" && message["kind"] == "text")
        .map(|message| serde_json::from_str::<Value>(message["text"].as_str().unwrap()).unwrap());
    wishes.map(|wish| wish["text"].as_str().unwrap().to_owned()).collect()
}
