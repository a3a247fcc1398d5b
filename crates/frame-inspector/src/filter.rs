//! Chooses which events a view gets.

use crate::event::{Event, Sink, What};
use regex::bytes::Regex;
use wire::{Severity, Side};

/// What to let through. The default lets everything through.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only events of these types (the names of the JSON contract).
    pub types: Option<Vec<String>>,
    /// Only this connection.
    pub connection: Option<u64>,
    /// Only what this side sent; events that nobody sent are dropped too.
    pub from: Option<Side>,
    /// Only events with text or payload that matches.
    pub grep: Option<Regex>,
}

impl Filter {
    /// Whether `event` gets through.
    pub fn passes(&self, event: &Event<'_>) -> bool {
        let of_type = |types: &Vec<String>| types.iter().any(|name| name == event.what.type_name());
        self.types.as_ref().is_none_or(of_type)
            && self.connection.is_none_or(|number| event.connection == Some(number))
            && self.from.is_none_or(|side| event.what.from() == Some(side))
            && self.grep.as_ref().is_none_or(|regex| matches(regex, &event.what))
    }
}

/// Whether anything that a person would look for matches.
fn matches(regex: &Regex, what: &What<'_>) -> bool {
    let in_headers = |headers: &http1::Headers| {
        headers
            .iter()
            .any(|(name, value)| regex.is_match(&[name.as_bytes(), b": ", value].concat()))
    };
    match what {
        What::Request(request) => {
            let line = format!("{} {}", request.head.method, request.head.target);
            regex.is_match(line.as_bytes())
                || in_headers(&request.head.headers)
                || regex.is_match(request.body.bytes)
        }
        What::Response(response) => {
            let line = format!("{} {}", response.head.status, response.head.reason);
            regex.is_match(line.as_bytes())
                || in_headers(&response.head.headers)
                || regex.is_match(response.body.bytes)
        }
        What::Message { message, .. } => match message.close() {
            Some(close) => {
                regex.is_match(format!("close {} {}", close.code, close.reason).as_bytes())
            }
            None => regex.is_match(message.payload),
        },
        What::Handshake(handshake) => {
            [handshake.key, handshake.accept, handshake.subprotocol, handshake.extensions]
                .into_iter()
                .flatten()
                .any(|text| regex.is_match(text.as_bytes()))
        }
        What::Connection(connection) => regex.is_match(connection.verdict.text.as_bytes()),
        What::ServerEvent(event) => {
            regex.is_match(event.data.as_bytes()) || regex.is_match(event.event.as_bytes())
        }
        What::Violation { violation, .. } => {
            regex.is_match(violation.rule.id.as_bytes())
                || regex.is_match(violation.detail.as_bytes())
        }
        What::Warning(text) => regex.is_match(text.as_bytes()),
        What::Bytes(bytes) => regex.is_match(bytes.bytes),
        What::Opened(_) | What::Frame(_) | What::Gap { .. } => false,
    }
}

/// Passes on what a filter lets through, and counts broken rules on the way,
/// also those that are not shown.
#[derive(Debug)]
pub struct Filtered<S> {
    filter: Filter,
    /// What the events are passed on to.
    pub sink: S,
    violations: u64,
}

impl<S: Sink> Filtered<S> {
    /// `sink`, behind `filter`.
    pub fn new(filter: Filter, sink: S) -> Self {
        Filtered { filter, sink, violations: 0 }
    }

    /// How many times a rule was broken (suspicions do not count).
    pub fn violations(&self) -> u64 {
        self.violations
    }
}

impl<S: Sink> Sink for Filtered<S> {
    fn event(&mut self, event: &Event<'_>) {
        if let What::Violation { violation, .. } = &event.what {
            self.violations += u64::from(violation.rule.severity == Severity::Violation);
        }
        if self.filter.passes(event) {
            self.sink.event(event);
        }
    }
}
