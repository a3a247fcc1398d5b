//! Requests and their answers, in order.

use crate::{Headers, Method, Request, Response, Version, rules};
use std::collections::VecDeque;
use wire::Violation;

/// A request that is not answered whole.
#[derive(Debug)]
pub(super) struct Exchange {
    pub(super) method: Method,
    pub(super) version: Version,
    pub(super) asks_to_switch: bool,
    /// Whether its answer is one that another protocol follows.
    pub(super) answer_switches: bool,
    /// Whether the connection ends behind it.
    pub(super) closes: bool,
    /// Whether what is being received as its answer is only an interim one.
    pub(super) interim: bool,
    /// Whether the client waits before it sends the body.
    expects_continue: bool,
    /// Whether it was told to go on, or went on by itself.
    pub(super) continued: bool,
    /// Whether the request is there whole.
    received: bool,
}

impl Exchange {
    pub(super) fn of(request: &Request) -> Self {
        let Request { method, version, headers, .. } = request;
        let announces_body = headers.contains("transfer-encoding")
            || headers.get("content-length").is_some_and(|length| length != b"0");
        Exchange {
            method: method.clone(),
            version: *version,
            asks_to_switch: request.asks_to_switch(),
            answer_switches: false,
            closes: !keeps_alive(*version, headers),
            interim: false,
            expects_continue: announces_body
                && *version == Version::Http11
                && headers.contains_token("expect", "100-continue"),
            continued: false,
            received: false,
        }
    }

    /// What stands for a request whose head could not be understood.
    fn broken() -> Self {
        Exchange {
            method: Method::GET,
            version: Version::Http11,
            asks_to_switch: false,
            answer_switches: false,
            closes: true,
            interim: false,
            expects_continue: false,
            continued: false,
            received: true,
        }
    }

    /// Whether the client waits for word before it sends its body.
    pub(super) fn awaits_continue(&self) -> bool {
        self.expects_continue && !self.continued && !self.received
    }

    /// What Connection has to say in the response, if it does not say so itself.
    pub(super) fn connection_option(&self, response: &Response) -> Option<&'static str> {
        let option = match self.version {
            _ if self.answer_switches => return None,
            _ if self.closes => "close",
            Version::Http10 => "keep-alive",
            Version::Http11 => return None,
        };
        (!response.headers.contains_token("connection", option)).then_some(option)
    }
}

/// The oldest first.
#[derive(Debug, Default)]
pub(super) struct Exchanges {
    queue: VecDeque<Exchange>,
    /// Whether the connection ends behind the youngest, which may be answered and gone.
    last_closes: bool,
    /// Whether a message is being received.
    receiving: bool,
}

impl Exchanges {
    pub(super) fn asked(&mut self, exchange: Exchange) {
        self.last_closes = exchange.closes;
        self.receiving = true;
        self.queue.push_back(exchange);
    }

    pub(super) fn first_mut(&mut self) -> Option<&mut Exchange> {
        self.queue.front_mut()
    }

    /// A client sees a response: whether it was asked for.
    pub(super) fn answered(&mut self, response: &Response) -> Result<(), Violation> {
        let status = response.status;
        let Some(exchange) = self.first_mut() else {
            // A server may say so before it closes an idle connection (RFC 9110 15.5.9).
            if status == 408 {
                return Ok(());
            }
            return Err(rules::RESPONSE_UNASKED.broken(format!("a {status} without a request")));
        };
        if status == 101 && !exchange.asks_to_switch {
            return Err(rules::SWITCH_UNASKED.broken("a 101, and the request has no Upgrade"));
        }
        exchange.interim = response.is_interim();
        exchange.answer_switches = status == 101;
        exchange.closes |= !exchange.interim && !keeps_alive(response.version, &response.headers);
        Ok(())
    }

    /// A client that expected 100 and sends its body waits no longer.
    pub(super) fn body_began(&mut self) {
        if let Some(exchange) = self.queue.back_mut() {
            exchange.continued = true;
        }
    }

    pub(super) fn received_end(&mut self) {
        self.receiving = false;
        if let Some(exchange) = self.queue.back_mut() {
            exchange.received = true;
        }
    }

    /// The other end broke a rule: the request at fault is the last one.
    pub(super) fn broke(&mut self) {
        self.last_closes = true;
        match self.queue.back_mut() {
            Some(exchange) if self.receiving => exchange.closes = true,
            // It is answered already, and cannot be answered twice.
            None if self.receiving => {}
            _ => self.queue.push_back(Exchange::broken()),
        }
    }

    pub(super) fn answer_switches(&self) -> bool {
        self.queue.front().is_some_and(|exchange| exchange.answer_switches)
    }

    /// The answer to the oldest is complete, unless it was an interim one; says
    /// whether the connection ends with it.
    pub(super) fn end_answer(&mut self) -> bool {
        match self.queue.front() {
            Some(exchange) if exchange.interim => false,
            _ => self.queue.pop_front().is_some_and(|exchange| exchange.closes),
        }
    }

    pub(super) fn shrink(&mut self) {
        self.queue.shrink_to_fit();
    }

    pub(super) fn awaits_continue(&self) -> bool {
        self.queue.len() == 1 && self.queue.front().is_some_and(Exchange::awaits_continue)
    }

    pub(super) fn last_closes(&self) -> bool {
        self.last_closes
    }

    pub(super) fn is_receiving(&self) -> bool {
        self.receiving
    }

    pub(super) fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.queue.len()
    }
}

// ANCHOR: keeps_alive
/// Whether the connection stays open behind this message (RFC 9112 9.3).
pub fn keeps_alive(version: Version, headers: &Headers) -> bool {
    match version {
        Version::Http11 => !headers.contains_token("connection", "close"),
        Version::Http10 => {
            headers.contains_token("connection", "keep-alive")
                && !headers.contains_token("connection", "close")
        }
    }
}
// ANCHOR_END: keeps_alive
