//! A WebSocket on tokio: messages in, messages out (RFC 6455).
//!
//! ```text
//!   receive ── message ──► handler
//!      │                      │ send
//!      │◄─────────────────────┘
//!      └ nothing left to hand out? then one turn: write everything, read once
//! ```
//!
//! The machine of `frame` answers pings and closes by itself; here is what needs a
//! clock and a line: heartbeats, the end of a silent peer, the goodbye when the
//! server stops.
//!
//! Book: chapters 8 and 9.

mod client;

use crate::{
    Error,
    home::{Home, Returned},
    http,
    transport::{Peer, Transport, Turn},
};
#[cfg(feature = "tls")]
pub use client::connect_trusting;
pub use client::{ConnectError, connect, open};
use frame::{Closed, Code, Event, Kind, Mask, Sender, deflate::Window};
use handshake::{Agreement, PermessageDeflate};
use std::{sync::Weak, time::Duration};
use tokio::time::Instant;
use tracing::debug;
use wire::{Side, Violation};

/// What a WebSocket puts up with, and what it offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Subprotocols, compression and whose pages may connect.
    pub handshake: handshake::server::Config,
    /// What is too big, in bytes.
    pub limits: frame::Limits,
    /// How well messages are compressed: 1, the fastest, to 9, the smallest.
    pub level: u32,
    /// Messages shorter than this are not compressed, in bytes.
    pub threshold: usize,
    /// How long a peer may be silent before it is pinged.
    pub ping_after: Duration,
    /// How long it then has to say anything at all.
    pub pong_timeout: Duration,
    /// How long the closing handshake may take.
    pub close_timeout: Duration,
}

impl Default for Config {
    fn default() -> Self {
        let deflate = frame::Deflate::default();
        Config {
            handshake: handshake::server::Config::default(),
            limits: frame::Limits::default(),
            level: deflate.level,
            threshold: deflate.threshold,
            ping_after: Duration::from_secs(20),
            pong_timeout: Duration::from_secs(20),
            close_timeout: Duration::from_secs(10),
        }
    }
}

impl Config {
    fn machine(&self, agreed: Option<PermessageDeflate>) -> frame::Config {
        let deflate = agreed.map(|agreed| {
            let window =
                |side| Window { bits: agreed.window_bits(side), takeover: agreed.takeover(side) };
            frame::Deflate {
                client: window(Side::Client),
                server: window(Side::Server),
                level: self.level,
                threshold: self.threshold,
            }
        });
        frame::Config { limits: self.limits, deflate, close_timeout: self.close_timeout }
    }
}

/// An open WebSocket, on either side.
///
/// ```no_run
/// # async fn echo(exchange: server::Exchange) -> Result<(), server::Error> {
/// let config = server::websocket::Config::default();
/// let mut socket = exchange.upgrade(&config).await?;
/// while let Some((message, sender)) = socket.receive().await? {
///     sender.send(message)?;
/// }
/// # Ok(())
/// # }
/// ```
///
/// Dropped by its handler while it is open, it says goodbye with 1000, or with 1011
/// where the handler ended with an error. A client's has nobody to do that for it: end
/// it with [`close`](WebSocket::close), or the server sees 1006.
#[derive(Debug)]
pub struct WebSocket {
    /// Here until the drop.
    line: Option<Box<Line>>,
    agreement: Agreement,
}

impl WebSocket {
    /// The server's side, behind the 101 that waits to be written.
    pub(crate) async fn accept(
        connection: Box<http::Connection>,
        agreement: Agreement,
        config: &Config,
    ) -> Result<Self, Error> {
        let (transport, home, early) = connection.switch().await?;
        let mut machine = frame::Connection::server(config.machine(agreement.deflate));
        machine.receive(&early);
        Ok(WebSocket {
            line: Some(Box::new(Line::new(transport, machine, home, config))),
            agreement,
        })
    }

    fn client(transport: Transport, early: &[u8], agreement: Agreement, config: &Config) -> Self {
        let masks = || Mask(rand::random());
        let mut machine = frame::Connection::client(config.machine(agreement.deflate), masks);
        machine.receive(early);
        let line = Line::new(transport, machine, Weak::new(), config);
        WebSocket { line: Some(Box::new(line)), agreement }
    }

    /// The next text or binary message, and the means to answer while it is still
    /// borrowed; `None` when the peer has closed. May be dropped while it waits:
    /// nothing is lost.
    ///
    /// # Errors
    /// The peer broke a rule, fell silent, or the line broke.
    pub async fn receive(&mut self) -> Result<Option<(Event<'_>, &mut Sender)>, Error> {
        let line = self.line_mut();
        if !line.find_message().await? {
            return Ok(None);
        }
        let exchange = line.machine.next_exchange()?;
        line.transport.took(match &exchange {
            Some((Event::Text(text), _)) => text.len(),
            Some((Event::Binary(bytes), _)) => bytes.len(),
            _ => 0,
        });
        Ok(exchange)
    }

    /// Sends a message or a ping. It is written with the next
    /// [`receive`](WebSocket::receive) or [`flush`](WebSocket::flush); at once
    /// where much is waiting.
    ///
    /// # Errors
    /// The connection is closing, or the peer does not take it.
    pub async fn send(&mut self, event: Event<'_>) -> Result<(), Error> {
        let line = self.line_mut();
        line.machine.send(event)?;
        line.drain_above(HIGH_WATER).await
    }

    /// The means to send without waiting.
    pub fn sender(&mut self) -> &mut Sender {
        self.line_mut().machine.sender()
    }

    /// Writes what was sent.
    ///
    /// # Errors
    /// The peer does not take it.
    pub async fn flush(&mut self) -> Result<(), Error> {
        self.line_mut().drain_above(0).await
    }

    /// Says goodbye, and waits for the peer to say it too; what it still sends is dropped.
    ///
    /// # Errors
    /// The code may not travel, or the line broke.
    pub async fn close(mut self, code: Code, reason: &str) -> Result<Option<Closed>, Error> {
        let line = self.line_mut();
        if line.machine.can_send() {
            line.machine.close(code, reason)?;
        }
        line.finish().await?;
        Ok(line.machine.closed())
    }

    /// How it ended, once it has.
    pub fn closed(&self) -> Option<Closed> {
        self.line().machine.closed()
    }

    /// What the handshake agreed on.
    pub fn agreement(&self) -> &Agreement {
        &self.agreement
    }

    /// Who is at the other end.
    pub fn peer(&self) -> Peer {
        self.line().transport.peer
    }

    fn line(&self) -> &Line {
        self.line.as_ref().expect(PRESENT)
    }

    fn line_mut(&mut self) -> &mut Line {
        self.line.as_mut().expect(PRESENT)
    }
}

const PRESENT: &str = "only the drop takes the line";

impl Drop for WebSocket {
    fn drop(&mut self) {
        let Some(mut line) = self.line.take() else { return };
        match line.home.upgrade() {
            Some(home) => home.put(Returned::WebSocket(line)),
            // A close frame that waits tells the peer which rule it broke.
            None if !line.machine.is_open() => line.transport.write_now(&mut line.machine),
            None => {}
        }
    }
}

/// What drives the machine.
#[derive(Debug)]
pub(crate) struct Line {
    transport: Transport,
    machine: frame::Connection,
    heartbeat: Heartbeat,
    home: Weak<Home>,
    /// Whether we have said that we say nothing more.
    shut: bool,
}

/// How much may wait to be written before more is read or sent, in bytes.
const HIGH_WATER: usize = 64 << 10;

impl Line {
    fn new(
        transport: Transport,
        machine: frame::Connection,
        home: Weak<Home>,
        config: &Config,
    ) -> Self {
        let heartbeat = Heartbeat::new(config);
        Line { transport, machine, heartbeat, home, shut: false }
    }

    /// Reads on to the next text or binary message; false when there will be none.
    async fn find_message(&mut self) -> Result<bool, Error> {
        self.drain_above(HIGH_WATER).await?;
        self.transport.give_way().await;
        loop {
            match self.machine.peek() {
                Ok(Some(Kind::Text | Kind::Binary)) => return Ok(true),
                // The machine has answered it; there is nothing in it for the program.
                Ok(Some(Kind::Ping | Kind::Pong | Kind::Close)) => _ = self.machine.next_event()?,
                Ok(None) if self.machine.is_closed() => return Ok(false),
                Ok(None) => self.turn().await?,
                // In a box, so that an open socket has no room set aside for it.
                Err(violation) => return Err(Box::pin(self.refuse(violation)).await),
            }
        }
    }

    async fn turn(&mut self) -> Result<(), Error> {
        if !self.machine.is_open() {
            self.say_goodbye().await?;
        }
        let until = match self.machine.is_open() {
            true => Some(self.heartbeat.next),
            false => self.machine.poll_timeout(now()).map(Instant::from_std),
        };
        match self.transport.turn(&mut self.machine, until).await? {
            Turn::Received(_) if self.machine.is_open() => self.heartbeat.hear(),
            // Whoever talks on behind the end gets no more time for it.
            Turn::Received(_) => self.machine.handle_timeout(now()),
            Turn::Ended => {}
            Turn::Draining if self.machine.can_send() => {
                self.machine.close(Code::GOING_AWAY, "the server stops")?;
            }
            Turn::Draining => {}
            Turn::TimedOut if self.machine.is_open() => match self.heartbeat.beat() {
                Beat::Alive => {}
                Beat::Silent => {
                    self.machine.shrink();
                    self.machine.send(Event::Ping(b""))?;
                }
                Beat::Dead => return Err(Error::TimedOut),
            },
            Turn::TimedOut => self.machine.handle_timeout(now()),
        }
        Ok(())
    }

    /// The close frame first, and then the end of the stream behind it.
    async fn say_goodbye(&mut self) -> Result<(), Error> {
        self.transport.flush(&mut self.machine).await?;
        if self.machine.wants_shutdown() && !self.shut {
            self.shut = true;
            self.transport.shut_down().await?;
        }
        Ok(())
    }

    /// Tells the peer which rule it broke; the machine has queued the close frame.
    async fn refuse(&mut self, violation: Violation) -> Error {
        debug!(peer = %self.transport.peer.address, %violation, "the peer broke a rule");
        match self.finish().await {
            Ok(()) | Err(Error::Io(_)) => violation.into(),
            Err(error) => error,
        }
    }

    /// Goes on to the end of the closing handshake.
    async fn finish(&mut self) -> Result<(), Error> {
        while !self.machine.is_closed() {
            match self.machine.next_event() {
                Ok(Some(_)) => {}
                Ok(None) => self.turn().await?,
                Err(violation) => debug!(%violation, "the peer broke a rule"),
            }
        }
        Ok(())
    }

    /// The handler is done with it.
    pub(crate) async fn end(mut self: Box<Self>, well: bool) -> Result<(), Error> {
        if self.heartbeat.is_dead() {
            return Err(Error::TimedOut);
        }
        if self.machine.can_send() {
            let code = if well { Code::NORMAL } else { Code::INTERNAL_ERROR };
            self.machine.close(code, "")?;
        }
        self.finish().await
    }

    async fn drain_above(&mut self, waiting: usize) -> Result<(), Error> {
        if self.machine.waiting() <= waiting {
            return Ok(());
        }
        self.transport.flush(&mut self.machine).await
    }
}

fn now() -> std::time::Instant {
    Instant::now().into_std()
}

/// Whether the peer is still there (RFC 6455 5.5.2).
///
/// ```text
/// silent for ping_after ──► Ping ──► silent for pong_timeout ──► given up
///          ▲                                │
///          └──────── any byte at all ───────┘
/// ```
///
/// A message costs no look at the clock: it only leaves a mark, and the clock is
/// looked at when it rings.
#[derive(Debug)]
struct Heartbeat {
    ping_after: Duration,
    pong_timeout: Duration,
    next: Instant,
    state: Hearing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hearing {
    /// Something was heard since the last beat.
    Heard,
    Silent,
    /// Nothing since the ping.
    Asked,
    Dead,
}

enum Beat {
    Alive,
    Silent,
    Dead,
}

impl Heartbeat {
    fn new(config: &Config) -> Self {
        let Config { ping_after, pong_timeout, .. } = *config;
        let next = Instant::now() + ping_after;
        Heartbeat { ping_after, pong_timeout, next, state: Hearing::Silent }
    }

    fn hear(&mut self) {
        self.state = Hearing::Heard;
    }

    // ANCHOR: beat
    fn beat(&mut self) -> Beat {
        let (state, wait, beat) = match self.state {
            Hearing::Heard => (Hearing::Silent, self.ping_after, Beat::Alive),
            Hearing::Silent => (Hearing::Asked, self.pong_timeout, Beat::Silent),
            Hearing::Asked | Hearing::Dead => (Hearing::Dead, self.pong_timeout, Beat::Dead),
        };
        self.state = state;
        self.next = Instant::now() + wait;
        beat
    }
    // ANCHOR_END: beat

    fn is_dead(&self) -> bool {
        self.state == Hearing::Dead
    }
}
