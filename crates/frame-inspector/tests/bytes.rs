//! Every byte of every capture is explained, and once.

mod fixture;

use frame_inspector::{
    Options,
    event::{Bytes, Event, Protocol, What},
    ledger::Ledger,
};
use std::collections::BTreeMap;
use wire::Sides;

/// Where the streams of one connection are explained so far.
#[derive(Debug, Default)]
struct Explained {
    ends: Sides<u64>,
    has_gap: bool,
    wrong: Vec<String>,
}

#[test]
fn every_byte_is_explained_once_and_counted_once() {
    let mut wrong = Vec::new();
    for path in fixture::captures() {
        let name = fixture::name(&path);
        let mut connections: BTreeMap<u64, Explained> = BTreeMap::new();
        let mut note = |event: &Event<'_>| {
            let number = event.connection.unwrap_or_default();
            connections.entry(number).or_default().note(event);
        };
        fixture::inspect(&path, &Options { bytes: true, ..Options::default() }, &mut note);
        for (number, Explained { has_gap, wrong: own, .. }) in connections {
            // What is cut by a gap is not drawn.
            if !has_gap {
                wrong.extend(own.iter().map(|own| format!("{name}, connection {number}: {own}")));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

impl Explained {
    fn note(&mut self, event: &Event<'_>) {
        match &event.what {
            What::Bytes(Bytes { from, offset, bytes, span }) => {
                wire::laws::spans_cover(span, bytes.len());
                let end = self.ends.of_mut(*from);
                if *end != *offset {
                    self.wrong.push(format!("{from}: {offset} follows {end}"));
                }
                *end = offset + bytes.len() as u64;
            }
            What::Gap { .. } => self.has_gap = true,
            What::Connection(connection) => {
                let is_readable = !matches!(connection.protocol, Protocol::Tls | Protocol::Unknown);
                let Ledger { payload, framing, http, .. } = connection.ledger;
                let explained: u64 = self.ends.iter().sum();
                if is_readable && explained != payload + framing + http {
                    self.wrong.push(format!("{explained} bytes, but {:?}", connection.ledger));
                }
            }
            _ => {}
        }
    }
}
