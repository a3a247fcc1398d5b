//! A connection, strictly: the machine of a server, and of a client.
//!
//! RFC 9112 9. It has no socket. Bytes go in with `receive` and come out with
//! `transmit`; between them stand events and answers:
//!
//! ```text
//! the network               Connection                     the program
//!  bytes ── receive ──────► next_event ── Request, Body, End ────► │
//!                                                                  │ decides
//!  bytes ◄─ transmit ─────◄ send_response, send_body, send_end ◄── │
//! ```
//!
//! The order of calls: `receive` what was read; `next_event` until it says `None`,
//! answering in between or afterwards; write what `transmit` shows, and say
//! `transmitted`; stop when `is_closed`. Several requests may arrive before the
//! first is answered (pipelining); answers go out in the order of the requests.
//!
//! The first fatal violation ends the conversation: `next_event` gives it as its
//! error, a server may still answer with its status, and the connection closes.
//!
//! ```
//! use http1::{Connection, EventKind, Limits, Response};
//!
//! let mut server = Connection::server(Limits::default());
//! server.receive(b"GET /hello HTTP/1.1\r\nHost: example.com\r\n\r\n");
//! while let Some(event) = server.next_event()? {
//!     if let EventKind::End { .. } = event.kind {
//!         server.respond(&Response::new(200), b"hi")?;
//!     }
//! }
//! assert_eq!(server.transmit(), b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Book: chapters 2 and 9.

mod exchange;
mod outgoing;

use crate::{Decoder, Event, EventKind, Headers, Limits, Method, Request, Response, Version};
pub use exchange::keeps_alive;
use exchange::{Exchange, Exchanges};
use outgoing::Outgoing;
pub use outgoing::SendError;
use wire::Violation;

/// One end of an HTTP/1.1 connection. The module's page tells how to drive it.
#[derive(Debug)]
pub struct Connection {
    role: Role,
    /// What the other end sends.
    decoder: Decoder,
    /// What the other end asked, or was asked.
    exchanges: Exchanges,
    /// The message that is being sent.
    outgoing: Outgoing,
    out: Vec<u8>,
    /// How many bytes of `out` are written already.
    transmitted: usize,
    state: State,
    /// Whether the other end has said all it will say.
    finished: bool,
}

/// Which end of a connection this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It asks.
    Client,
    /// It answers.
    Server,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    /// No more requests: what is asked gets its answer, the last one says close.
    Closing,
    /// The other end broke a rule: nothing more is read.
    Broken,
    /// Another protocol is spoken now.
    Switched,
    Closed,
}

impl Connection {
    /// The end that answers.
    pub fn server(limits: Limits) -> Self {
        Connection::new(Role::Server, Decoder::requests(limits))
    }

    /// The end that asks.
    pub fn client(limits: Limits) -> Self {
        Connection::new(Role::Client, Decoder::responses(limits))
    }

    fn new(role: Role, decoder: Decoder) -> Self {
        Connection {
            role,
            decoder,
            exchanges: Exchanges::default(),
            outgoing: Outgoing::Idle,
            out: Vec::new(),
            transmitted: 0,
            state: State::Open,
            finished: false,
        }
    }

    // What comes in

    /// Takes bytes from the network.
    pub fn receive(&mut self, bytes: &[u8]) {
        if !matches!(self.state, State::Broken | State::Closed) {
            self.decoder.receive(bytes);
        }
    }

    /// The other end sends nothing more.
    pub fn finish(&mut self) {
        self.finished = true;
        self.decoder.finish();
    }

    /// What the other end said: never [`EventKind::Lost`], and
    /// [`EventKind::Violation`] only where the rule is not fatal, for the log.
    /// `None` where more bytes are needed, where a switch awaits its answer, and
    /// behind the last message.
    ///
    /// # Errors
    /// The first fatal violation; nothing follows it. A server answers it with
    /// its [status](Violation::status), where it has one and [`can_respond`](Self::can_respond).
    pub fn next_event(&mut self) -> Result<Option<Event<'_>>, Violation> {
        if !self.wants_events() {
            return Ok(None);
        }
        let Some(event) = self.decoder.next_event() else {
            if self.finished && self.state == State::Open {
                self.state = State::Closing;
            }
            return Ok(None);
        };
        let judged = match (&event.kind, self.role) {
            (EventKind::Violation(violation), _) if violation.is_fatal() => Err(violation.clone()),
            (EventKind::Request(request), Role::Server) => {
                self.exchanges.asked(Exchange::of(request));
                Ok(())
            }
            (EventKind::Response(response), Role::Client) => self.exchanges.answered(response),
            (EventKind::Body(_), _) => {
                self.exchanges.body_began();
                Ok(())
            }
            (EventKind::End { .. }, _) => {
                self.exchanges.received_end();
                if self.role == Role::Client && self.exchanges.end_answer() {
                    self.state = State::Closed;
                }
                Ok(())
            }
            (EventKind::Switch, Role::Client) => {
                self.state = State::Switched;
                Ok(())
            }
            _ => Ok(()),
        };
        if let Err(violation) = judged {
            self.state = State::Broken;
            if self.role == Role::Server {
                self.exchanges.broke();
            }
            return Err(violation);
        }
        Ok(Some(event))
    }

    fn wants_events(&self) -> bool {
        match self.state {
            State::Broken | State::Switched | State::Closed => false,
            // A client may still have asked something before it wanted to close.
            State::Open | State::Closing => {
                self.role == Role::Client
                    || self.exchanges.is_receiving()
                    || !(self.exchanges.last_closes() || self.state == State::Closing)
            }
        }
    }

    // What goes out

    /// Sends the head of a request. A body follows if the head announces one, with
    /// Content-Length or `Transfer-Encoding: chunked`; then [`send_end`](Self::send_end).
    ///
    /// # Errors
    /// Where the call is wrong; nothing is sent then.
    pub fn send_request(&mut self, request: &Request) -> Result<(), SendError> {
        self.send_request_head(request, None)
    }

    /// Sends a request with this body, in one piece, with its Content-Length.
    ///
    /// # Errors
    /// Where the call is wrong; nothing is sent then.
    pub fn ask(&mut self, request: &Request, body: &[u8]) -> Result<(), SendError> {
        let announces = ["content-length", "transfer-encoding"];
        let announced = announces.iter().any(|name| request.headers.contains(name));
        let length = body.len() as u64;
        if body.is_empty() || announced {
            self.send_request_head(request, Some(length))?;
        } else {
            let request = request.clone().with("Content-Length", length.to_string());
            self.send_request_head(&request, Some(length))?;
        }
        self.send_body(body)?;
        self.send_end()
    }

    /// Sends a response with this body, in one piece, with its Content-Length.
    ///
    /// # Errors
    /// Where the call is wrong; nothing is sent then.
    pub fn respond(&mut self, response: &Response, body: &[u8]) -> Result<(), SendError> {
        self.send_response_head(response, Some(body.len() as u64))?;
        self.send_body(body)?;
        self.send_end()
    }

    /// Sends the head of a response to the oldest request that has none yet. What
    /// the head leaves open is added: `Transfer-Encoding: chunked` where it has no
    /// Content-Length (to an HTTP/1.0 client the end of the connection instead),
    /// and Connection where something is to be said. An interim response (1xx) is
    /// complete with its head; any other needs [`send_end`](Self::send_end).
    ///
    /// # Errors
    /// Where the call is wrong; nothing is sent then.
    pub fn send_response(&mut self, response: &Response) -> Result<(), SendError> {
        self.send_response_head(response, None)
    }

    /// Invites the client to send the body it announced with `Expect: 100-continue`.
    ///
    /// # Errors
    /// Where there is no request to answer.
    pub fn send_continue(&mut self) -> Result<(), SendError> {
        self.send_response(&Response::new(100))
    }

    /// Sends a piece of the body. To a HEAD request and with 304 it goes nowhere,
    /// so that one program answers HEAD and GET.
    ///
    /// # Errors
    /// Where there is no head before it, or the head announced something else.
    pub fn send_body(&mut self, piece: &[u8]) -> Result<(), SendError> {
        self.outgoing.send_body(piece, &mut self.out)
    }

    /// Ends the message.
    ///
    /// # Errors
    /// Where there is no message, or its body is shorter than announced.
    pub fn send_end(&mut self) -> Result<(), SendError> {
        self.send_trailers(&Headers::new())
    }

    /// Ends the message with trailers; where its body is not chunked, they are left out.
    ///
    /// # Errors
    /// As [`send_end`](Self::send_end).
    pub fn send_trailers(&mut self, trailers: &Headers) -> Result<(), SendError> {
        outgoing::check_fields(trailers)?;
        self.outgoing.send_end(trailers, &mut self.out)?;
        if self.role == Role::Server {
            let switches = self.exchanges.answer_switches();
            if self.exchanges.end_answer() {
                self.state = State::Closed;
            } else if switches {
                self.state = State::Switched;
            }
        }
        Ok(())
    }

    /// The bytes to write to the network.
    pub fn transmit(&self) -> &[u8] {
        self.out.get(self.transmitted..).unwrap_or_default()
    }

    /// `len` of the bytes of [`transmit`](Self::transmit) are written.
    pub fn transmitted(&mut self, len: usize) {
        self.transmitted = self.out.len().min(self.transmitted + len);
        if self.transmitted == self.out.len() {
            self.out.clear();
            self.transmitted = 0;
        }
    }

    /// Gives back the memory that messages needed; for a connection that falls silent.
    pub fn shrink(&mut self) {
        self.decoder.shrink();
        self.exchanges.shrink();
        self.out.drain(..self.transmitted);
        self.out.shrink_to_fit();
        self.transmitted = 0;
    }

    /// Takes no more requests: what was asked is answered, and the last answer
    /// says close.
    pub fn close(&mut self) {
        match self.state {
            State::Open if self.is_idle() => self.state = State::Closed,
            State::Open => self.state = State::Closing,
            _ => {}
        }
    }

    /// Reads nothing more: the other end was too slow. A server may still answer
    /// what it was asking, once, with 408.
    pub fn give_up(&mut self) {
        self.state = State::Broken;
        if self.role == Role::Server {
            self.exchanges.broke();
        }
    }

    /// After a switch: what was received behind it, in the other protocol.
    pub fn take_leftovers(&mut self) -> Vec<u8> {
        self.decoder.switch()
    }

    // Questions

    /// Which end this is.
    pub fn role(&self) -> Role {
        self.role
    }

    /// Whether the connection ends once everything is transmitted.
    pub fn is_closed(&self) -> bool {
        match self.state {
            State::Closed => true,
            State::Broken | State::Closing => {
                self.exchanges.is_empty() && self.outgoing == Outgoing::Idle
            }
            State::Open | State::Switched => false,
        }
    }

    /// Whether another protocol is spoken from here on.
    pub fn is_switched(&self) -> bool {
        self.state == State::Switched
    }

    /// Whether nothing is asked, half received or half sent: closing now loses nothing.
    pub fn is_idle(&self) -> bool {
        self.exchanges.is_empty()
            && self.outgoing == Outgoing::Idle
            && !self.decoder.is_inside_message()
    }

    /// How many requests have no complete response yet.
    pub fn unanswered(&self) -> usize {
        self.exchanges.len()
    }

    /// Whether a message was begun that has not got its end.
    pub fn is_sending(&self) -> bool {
        self.outgoing != Outgoing::Idle
    }

    /// Whether there is a request that a response can be sent to.
    pub fn can_respond(&self) -> bool {
        self.role == Role::Server
            && self.outgoing == Outgoing::Idle
            && !self.exchanges.is_empty()
            && !matches!(self.state, State::Switched | State::Closed)
    }

    /// Whether the client waits for [`send_continue`](Self::send_continue) before
    /// it sends its body.
    pub fn awaits_continue(&self) -> bool {
        self.can_respond() && self.exchanges.awaits_continue() && self.decoder.pending().is_empty()
    }

    fn send_request_head(
        &mut self,
        request: &Request,
        length: Option<u64>,
    ) -> Result<(), SendError> {
        if self.role != Role::Client {
            return Err(SendError::WrongRole);
        }
        if self.state != State::Open || self.exchanges.last_closes() {
            return Err(SendError::Closed);
        }
        if self.outgoing != Outgoing::Idle {
            return Err(SendError::MessageOpen);
        }
        outgoing::check_fields(&request.headers)?;
        if request.target.is_empty() || request.target.bytes().any(|byte| byte <= b' ') {
            return Err(SendError::Unsendable(request.target.clone()));
        }
        self.outgoing = Outgoing::request(request, length)?;
        self.exchanges.asked(Exchange::of(request));
        self.decoder.expect(request.method.clone());
        request.encode(&mut self.out);
        Ok(())
    }

    fn send_response_head(
        &mut self,
        response: &Response,
        length: Option<u64>,
    ) -> Result<(), SendError> {
        if self.role != Role::Server {
            return Err(SendError::WrongRole);
        }
        if matches!(self.state, State::Switched | State::Closed) {
            return Err(SendError::Closed);
        }
        if self.outgoing != Outgoing::Idle {
            return Err(SendError::MessageOpen);
        }
        outgoing::check_fields(&response.headers)?;
        outgoing::check_text(&response.reason)?;
        let last = self.exchanges.len() == 1;
        let exchange = self.exchanges.first_mut().ok_or(SendError::NothingToAnswer)?;
        if response.is_interim() {
            // An HTTP/1.0 client knows no interim responses (RFC 9110 15.2).
            if exchange.version == Version::Http11 {
                exchange.continued |= response.status == 100;
                response.encode(&mut self.out);
            }
            return Ok(());
        }

        let tunnel = exchange.method == Method::CONNECT && (200..300).contains(&response.status);
        let switches = response.status == 101 || tunnel;
        if switches && !exchange.asks_to_switch {
            return Err(SendError::SwitchUnasked);
        }
        let (outgoing, announcement) = Outgoing::response(response, exchange, length)?;
        exchange.answer_switches = switches;
        exchange.closes |= response.headers.contains_token("connection", "close")
            || outgoing == Outgoing::UntilClose
            || (last && self.state == State::Closing)
            // A body that was not invited may come or not: nobody can say what follows.
            || exchange.awaits_continue();
        if exchange.asks_to_switch && !switches {
            self.decoder.resume();
        }
        response.encode_open(&mut self.out);
        announcement.encode(&mut self.out);
        if let Some(option) = exchange.connection_option(response) {
            self.out.extend_from_slice(b"Connection: ");
            self.out.extend_from_slice(option.as_bytes());
            self.out.extend_from_slice(b"\r\n");
        }
        self.out.extend_from_slice(b"\r\n");
        self.outgoing = outgoing;
        Ok(())
    }
}
