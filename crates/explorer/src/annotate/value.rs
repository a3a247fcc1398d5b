//! `{{#value FIXTURE PATH}}`: one value, inside a sentence.

use super::{
    Page,
    fixture::{Connection, Fixture},
    html, path,
};
use frame_inspector::view::text::grouped;
use wire::Span;

/// What is counted of a capture, or of one of its connections.
const COUNTS: [&str; 16] = [
    "packets",
    "connections",
    "requests",
    "messages",
    "ledger/payload",
    "ledger/framing",
    "ledger/http",
    "ledger/tcp_ip",
    "ledger/bytes",
    "ledger/overhead",
    "ledger/percent",
    "protocol",
    "client",
    "server",
    "verdict",
    "code",
];

/// The value as text.
pub(super) fn draw(page: &mut Page<'_>, arguments: &str) -> Result<String, String> {
    let Some((name, at)) = arguments.split_once(' ') else {
        return Err("write a fixture and a path: {{#value websocket/rfc6455-5.7-text-masked.hex frame/masking key}}".into());
    };
    let fixture = page.annotator.fixture(name)?;
    let value = value(&fixture, at.trim().trim_matches('"'))?;
    Ok(format!("<span class=\"value\">{}</span>", html::inline(&value)))
}

fn value(fixture: &Fixture, at: &str) -> Result<String, String> {
    if let Some((number, rest)) = numbered(at, "packet ") {
        let packet = fixture.packets.get(number.wrapping_sub(1));
        let packet = packet.ok_or_else(|| format!("there is no packet {number}"))?;
        return in_spans(&[&packet.span], rest);
    }
    let (connection, rest) = match numbered(at, "connection ") {
        Some((number, rest)) => (Some(number as u64), rest),
        None => (None, at),
    };
    let connections: Vec<&Connection> = fixture
        .connections
        .iter()
        .filter(|own| connection.is_none_or(|number| own.number == number))
        .collect();
    if connection.is_some() && connections.is_empty() {
        let count = fixture.connections.len();
        return Err(format!("there is no such connection: {at}; there are {count}"));
    }
    if let Some(value) = count(fixture, &connections, rest) {
        return Ok(value);
    }
    let passages = fixture
        .passages
        .iter()
        .filter(|passage| connection.is_none() || passage.connection == connection);
    let spans: Vec<&Span> = passages.map(|passage| &passage.span).collect();
    in_spans(&spans, rest)
}

/// `3` and `rest` of `connection 3/rest`.
fn numbered<'a>(at: &'a str, word: &str) -> Option<(usize, &'a str)> {
    let (number, rest) = at.strip_prefix(word)?.split_once('/')?;
    Some((number.parse().ok()?, rest))
}

fn in_spans(spans: &[&Span], at: &str) -> Result<String, String> {
    if let Some(value) = spans.iter().find_map(|span| path::value(span, at)) {
        return Ok(value);
    }
    let mut names = COUNTS.to_vec();
    for span in spans {
        path::names(span, &mut names);
    }
    Err(path::unknown("value", at, names))
}

/// A number of the summary, or what the inspector says of a connection.
fn count(fixture: &Fixture, connections: &[&Connection], at: &str) -> Option<String> {
    let mut sum = frame_inspector::ledger::Ledger::default();
    for connection in connections {
        sum += connection.ledger;
    }
    let overhead = sum.total() - sum.payload;
    let number = match at {
        "packets" => fixture.packets.len() as u64,
        "connections" => connections.len() as u64,
        "requests" => connections.iter().map(|connection| connection.requests).sum(),
        "messages" => connections.iter().map(|connection| connection.messages).sum(),
        "ledger/payload" => sum.payload,
        "ledger/framing" => sum.framing,
        "ledger/http" => sum.http,
        "ledger/tcp_ip" => sum.tcp_ip,
        "ledger/bytes" => sum.total(),
        "ledger/overhead" => overhead,
        "ledger/percent" => 100 * overhead / sum.total().max(1),
        _ => {
            let [connection] = connections else { return None };
            return match at {
                "protocol" => Some(connection.protocol.to_owned()),
                "client" => Some(connection.client.clone()),
                "server" => Some(connection.server.clone()),
                "verdict" => Some(connection.verdict.clone()),
                "code" => connection.code.map(|code| code.to_string()),
                _ => None,
            };
        }
    };
    Some(grouped(number))
}
