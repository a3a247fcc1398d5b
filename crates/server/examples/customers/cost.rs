//! What it costs to be known, measured on the very request that asks.
//!
//! ```text
//! GET /session/costs HTTP/1.1
//! Host: 127.0.0.1:8080
//! Cookie: session=9c2e…        ◄── so many bytes, again with every request
//! ```

use crate::{
    cookie,
    gate::{COOKIE, Gate, bearer},
    representation::{Cell, Resource},
    session::Session,
    token::Claims,
};
use http1::{Headers, Request};
use serde::Serialize;

/// What one part of a request costs.
#[derive(Debug, Serialize)]
pub(crate) struct Cost {
    of: &'static str,
    /// Whether it is part of this request. If not, it says what it would be.
    sent: bool,
    /// How long it is on the wire, with its name and the end of its line.
    bytes_per_request: usize,
    /// What the server must remember for it.
    bytes_on_the_server: usize,
    ends: &'static str,
}

impl Resource for Cost {
    const ONE: &'static str = "cost";
    const MANY: &'static str = "costs";

    fn cells(&self) -> Vec<Cell> {
        let Cost { of, sent, bytes_per_request, bytes_on_the_server, ends } = self;
        vec![
            ("of", (*of).to_owned()),
            ("sent", sent.to_string()),
            ("bytes_per_request", bytes_per_request.to_string()),
            ("bytes_on_the_server", bytes_on_the_server.to_string()),
            ("ends", (*ends).to_owned()),
        ]
    }
}

// ANCHOR: costs
/// The head of this request, and what is in it, or could be, so that we know who asks.
pub(crate) fn costs(request: &Request, gate: &Gate) -> Vec<Cost> {
    let Request { headers, .. } = request;
    let mut head = Vec::new();
    request.encode(&mut head);

    let name = gate.user.name().to_owned();
    let until = gate.clock.now() + gate.lasts;
    let session = Session { name: name.clone(), until };
    let its_cookie = format!("{COOKIE}={:032x}", 0);
    let its_token = format!("Bearer {}", gate.key.sign(&Claims { sub: name, exp: until }));
    let sends_cookie = matches!(cookie::find(headers, COOKIE), Ok(Some(_)));
    let sends_token = bearer(headers).is_some();
    vec![
        Cost {
            of: "head",
            sent: true,
            bytes_per_request: head.len(),
            bytes_on_the_server: 0,
            ends: "with the answer",
        },
        Cost {
            of: "cookie",
            sent: sends_cookie,
            bytes_per_request: match sends_cookie {
                true => lines(headers, "Cookie"),
                false => line("Cookie", &its_cookie),
            },
            bytes_on_the_server: session.bytes(),
            ends: "at its expiry, at the logout, with the server",
        },
        Cost {
            of: "token",
            sent: sends_token,
            bytes_per_request: match sends_token {
                true => lines(headers, "Authorization"),
                false => line("Authorization", &its_token),
            },
            bytes_on_the_server: 0,
            ends: match gate.taken_back {
                Some(_) => "at its expiry, or at a logout that the server remembers",
                None => "at its expiry",
            },
        },
    ]
}
// ANCHOR_END: costs

/// How long the lines of this name are.
fn lines(headers: &Headers, name: &str) -> usize {
    headers.get_all(name).map(|value| line(name, value)).sum()
}

fn line(name: &str, value: impl AsRef<[u8]>) -> usize {
    name.len() + ": ".len() + value.as_ref().len() + "\r\n".len()
}
