//! HTTP/1.1 on one connection: requests in, answers out, in order (RFC 9112 9).
//!
//! ```text
//!            next request ◄──────────────────────────────┐
//!                 │                                      │
//!                 ▼                                      │
//!   Exchange ── handler ── respond, begin ──► comes home ┘
//!                 └─────── upgrade ─────────► WebSocket, and HTTP is over
//! ```
//!
//! A handler gets an [`Exchange`] for its own: a request and the means to answer
//! it. When the exchange is dropped, answered or not, the connection comes home
//! for the next request. What a handler left unanswered, by an error or a panic,
//! is answered here.
//!
//! Book: chapters 2 and 9.

mod date;
mod exchange;
pub(crate) mod path;
mod refusal;

use crate::{
    Error, Handler,
    deadline::Pace,
    home::{self, Home, Returned},
    transport::{Transport, Turn},
};
pub use exchange::{Exchange, Reply};
use http1::{EventKind, Limits, Request, Response};
pub use path::pairs;
use std::{
    pin::pin,
    sync::{Arc, Weak},
    time::Duration,
};
use tokio::time::Instant;
use tracing::{debug, info};

/// What a server puts up with, and for how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// How much of everything a client may send, in bytes.
    pub limits: Limits,
    /// How long a request's head may take, from its first byte to its last.
    pub head: Duration,
    /// How fast a request's body must come.
    pub body: Pace,
    /// How long a connection may be silent between requests.
    pub idle: Duration,
    /// The names under which the server is asked; empty: any name will do.
    ///
    /// A page of another site can have its own name point at this machine, and is
    /// then let in by its browser as if it came from here. The Host that the
    /// browser sends gives it away (RFC 9110 7.4).
    pub hosts: Vec<String>,
    /// Whether bodies are compressed for clients that ask for it.
    pub compress: bool,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            limits: Limits::default(),
            head: Duration::from_secs(10),
            body: Pace::default(),
            idle: Duration::from_secs(60),
            hosts: Vec::new(),
            compress: true,
        }
    }
}

/// Serves one connection until its end, or until it becomes a WebSocket and that ends.
pub(crate) async fn serve<H: Handler>(transport: Transport, handler: &H, config: Arc<Config>) {
    let home = Arc::new(Home::default());
    let peer = transport.peer.address;
    let mut connection = Box::new(Connection::new(transport, config, Arc::downgrade(&home)));
    let ended = loop {
        let request = match connection.next_request().await {
            Ok(Some(request)) => request,
            Ok(None) => break connection.end().await,
            Err(error) => break connection.fail(error).await,
        };
        let answered = {
            let handled = pin!(handler.handle(Exchange::new(request, connection)));
            home::run(handled).await
        };
        if let Err(error) = &answered {
            debug!(%peer, %error, "a handler ended with an error");
        }
        match home.take() {
            Some(Returned::Http(back)) => connection = back,
            Some(Returned::WebSocket(socket)) => break socket.end(answered.is_ok()).await,
            // It serves somebody else now.
            None => return,
        }
        if let Err(error) = connection.settle(answered) {
            break connection.fail(error).await;
        }
    };
    match ended {
        Ok(()) => debug!(%peer, "connection ended"),
        Err(error) => debug!(%peer, %error, "connection broke"),
    }
}

/// A connection between requests, or inside one.
#[derive(Debug)]
pub(crate) struct Connection {
    transport: Transport,
    machine: http1::Connection,
    config: Arc<Config>,
    home: Weak<Home>,
    /// Since when, and how far, the body of the request is read.
    body: Body,
    /// The status of the answer that was begun.
    answered: Option<u16>,
    /// How much was received that nobody had asked for, in bytes.
    early: usize,
}

/// The body of the request that is being answered.
#[derive(Debug, Clone, Copy)]
enum Body {
    /// Nobody has asked for it.
    Unread,
    /// It is being read: since when, and how many bytes there were.
    Reading(Instant, u64),
    /// It is there whole.
    Ended,
}

/// How much may wait to be written before a handler must wait too, in bytes.
const HIGH_WATER: usize = 64 << 10;

/// After so long a pause a connection keeps no buffers for the next request.
const PAUSE: Duration = Duration::from_secs(2);

/// How much of a body that nobody wanted is read, to keep the connection, in bytes.
const UNWANTED: u64 = 256 << 10;

impl Connection {
    fn new(transport: Transport, config: Arc<Config>, home: Weak<Home>) -> Self {
        let machine = http1::Connection::server(config.limits);
        Connection { transport, machine, config, home, body: Body::Ended, answered: None, early: 0 }
    }

    /// Reads on to the next request; `None` where there will be no more.
    async fn next_request(&mut self) -> Result<Option<Request>, Error> {
        let mut unwanted = 0;
        let (mut waiting, mut begun) = (None, None);
        let mut patience = self.config.idle.min(PAUSE);
        loop {
            while let Some(event) = self.machine.next_event()? {
                match event.kind {
                    EventKind::Request(request) => return self.begin(request).map(Some),
                    EventKind::Body(piece) => unwanted += piece.len() as u64,
                    EventKind::Violation(violation) => debug!(%violation, "the peer bends a rule"),
                    _ => {}
                }
            }
            let draining = self.transport.is_draining();
            // Where HTTP is over and nobody has taken the line, nobody would read it.
            let over = self.machine.is_closed() || self.machine.is_switched();
            if over || unwanted > UNWANTED || (draining && self.machine.is_idle()) {
                return Ok(None);
            }
            // Empty lines between requests are no reason to wait anew.
            let until = match self.machine.is_idle() {
                true => *waiting.get_or_insert_with(Instant::now) + patience,
                false => *begun.get_or_insert_with(Instant::now) + self.config.head,
            };
            // What came early is all decoded: otherwise there was no need for more.
            self.early = 0;
            match self.transport.turn(&mut self.machine, Some(until)).await? {
                Turn::TimedOut if self.machine.is_idle() && patience < self.config.idle => {
                    self.machine.shrink();
                    patience = self.config.idle;
                }
                Turn::TimedOut if self.machine.is_idle() => return Ok(None),
                Turn::TimedOut => return Err(Error::TimedOut),
                Turn::Received(_) | Turn::Ended | Turn::Draining => {}
            }
        }
    }

    fn begin(&mut self, request: Request) -> Result<Request, Error> {
        self.body = Body::Unread;
        self.answered = None;
        if !refusal::is_ours(&request, &self.config.hosts) {
            return Err(Error::Misdirected);
        }
        Ok(request)
    }

    /// Adds the next piece of the body to `into`; false at its end.
    async fn read_body(&mut self, into: &mut Vec<u8>) -> Result<bool, Error> {
        loop {
            if matches!(self.body, Body::Ended) {
                return Ok(false);
            }
            if let Some(event) = self.machine.next_event()? {
                match event.kind {
                    EventKind::Body(piece) => {
                        into.extend_from_slice(piece);
                        return Ok(true);
                    }
                    EventKind::End { .. } => self.body = Body::Ended,
                    _ => {}
                }
                continue;
            }
            if self.machine.awaits_continue() {
                self.machine.send_continue()?;
            }
            self.await_body().await?;
        }
    }

    async fn await_body(&mut self) -> Result<(), Error> {
        let (since, bytes) = match self.body {
            Body::Reading(since, bytes) => (since, bytes),
            Body::Unread | Body::Ended => (Instant::now(), 0),
        };
        let until = self.config.body.deadline(since, bytes);
        self.early = 0;
        match self.transport.turn(&mut self.machine, Some(until)).await? {
            Turn::Received(len) => self.body = Body::Reading(since, bytes + len as u64),
            Turn::Ended | Turn::Draining => {}
            Turn::TimedOut => {
                self.machine.give_up();
                return Err(Error::TimedOut);
            }
        }
        Ok(())
    }

    /// Encodes a whole answer.
    fn respond(
        &mut self,
        request: &Request,
        mut response: Response,
        body: &[u8],
    ) -> Result<(), Error> {
        self.dress(&mut response);
        self.machine.respond(&response, body)?;
        self.note(request, &response);
        Ok(())
    }

    /// What every answer of this server says.
    fn dress(&mut self, response: &mut Response) {
        if self.transport.is_draining() {
            self.machine.close();
        }
        if !response.headers.contains("date") {
            date::push(&mut response.headers);
        }
    }

    fn note(&mut self, request: &Request, response: &Response) {
        self.answered = Some(response.status);
        info!(
            peer = %self.transport.peer.address,
            method = %request.method,
            target = %request.target,
            status = response.status,
        );
    }

    /// What a handler left behind.
    ///
    /// # Errors
    /// No answer was begun: this is to be told instead. Or one was begun and not ended:
    /// nobody can say what the peer makes of it.
    fn settle(&mut self, answered: Result<(), Error>) -> Result<(), Error> {
        if self.answered.is_some() {
            return if self.machine.is_sending() { Err(Error::Disconnected) } else { Ok(()) };
        }
        let error = answered.err().unwrap_or_else(|| Error::Handler("there was no answer".into()));
        Err(error)
    }

    /// Ends the connection because of an error, and tells the peer where it can.
    async fn fail(mut self: Box<Self>, error: Error) -> Result<(), Error> {
        self.tell(&error)?;
        self.end().await?;
        Err(error)
    }

    fn tell(&mut self, error: &Error) -> Result<(), Error> {
        if matches!(error, Error::Io(_) | Error::SlowReader | Error::Disconnected) {
            return Ok(());
        }
        if matches!(error, Error::TimedOut) {
            self.machine.give_up();
        }
        if self.machine.can_respond() {
            let (mut response, body) = refusal::of(error);
            self.dress(&mut response);
            self.machine.respond(&response, body.as_bytes())?;
        }
        Ok(())
    }

    /// Ends the connection.
    async fn end(mut self: Box<Self>) -> Result<(), Error> {
        let Connection { transport, machine, .. } = &mut *self;
        transport.linger(machine).await
    }

    /// Back to where the next request is awaited.
    fn go_home(self: Box<Self>) {
        if let Some(home) = self.home.upgrade() {
            home.put(Returned::Http(self));
        }
    }
}
