//! A WebSocket after its opening handshake: the strict machine, for both ends
//! (RFC 6455 5 to 7).
//!
//! ```text
//!               ┌─────────────── Connection ───────────────┐
//!   receive ───►│ Decoder ──── broken rule? ──► next_event │───► Event or Violation
//!               │                   │ a ping, a close,     │
//!               │                   ▼ a broken rule        │
//!  transmit ◄───│ Sender ◄────── answers                   │◄─── send, close
//!               └──────────────────────────────────────────┘
//! ```
//!
//! How it closes stands in `closing.rs`, with the drawing of its states.
//!
//! Book: chapter 8.

use crate::{
    Close, Code, Decoder, Kind, Limits, Mask, Settings,
    closing::{State, Turn},
    deflate::Window,
    message::Open,
    sender::{Role, SendError, Sender},
    step::{Ordinary, Place},
};
use std::time::{Duration, Instant};
use wire::{Side, Violation};

/// One end of a WebSocket.
///
/// - Bytes in: [`receive`](Connection::receive), or [`spare`](Connection::spare)
///   and [`advance`](Connection::advance); [`end`](Connection::end) when the peer's stream ends.
/// - Events out: [`next_event`](Connection::next_event) until it answers `Ok(None)`.
/// - Messages in: [`send`](Connection::send), [`close`](Connection::close).
/// - Bytes out: [`transmit`](Connection::transmit), then [`transmitted`](Connection::transmitted).
///   When [`wants_shutdown`](Connection::wants_shutdown), shut down the sending
///   half of the socket and read on to its end.
/// - Time: [`poll_timeout`](Connection::poll_timeout) says when to call
///   [`handle_timeout`](Connection::handle_timeout). Nothing else looks at a clock.
///
/// ```
/// use frame::{Code, Config, Connection, Event, Mask};
///
/// let mut key = 0;
/// let masks = move || { key += 1; Mask(u32::to_be_bytes(key)) }; // a real client's are random
/// let mut client = Connection::client(Config::default(), masks);
/// let mut server = Connection::server(Config::default());
///
/// client.send(Event::Text("Hello"))?;
/// server.receive(client.transmit());
/// assert_eq!(server.next_event()?, Some(Event::Text("Hello")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Connection {
    state: State,
    decoder: Decoder,
    sender: Sender,
    side: Side,
    close_timeout: Duration,
    /// What the peer's close frame said.
    received: Option<Box<Closed>>,
    /// The message that was found and is not taken.
    ready: Option<Ready>,
}

/// What both ends agreed on, and what we put up with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Config {
    /// What is too big.
    pub limits: Limits,
    /// permessage-deflate, where it was agreed on.
    pub deflate: Option<Deflate>,
    /// How long the closing handshake may take, the end of the stream included.
    pub close_timeout: Duration,
}

/// The default limits, no compression, ten seconds to close.
impl Default for Config {
    fn default() -> Self {
        Config { limits: Limits::default(), deflate: None, close_timeout: Duration::from_secs(10) }
    }
}

/// permessage-deflate as agreed on, and how much of it we use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deflate {
    /// The window of messages from the client.
    pub client: Window,
    /// The window of messages from the server.
    pub server: Window,
    /// 1, the fastest, to 9, the smallest.
    pub level: u32,
    /// Messages shorter than this are sent as they are.
    pub threshold: usize,
}

/// Both windows whole, level 6, everything from 64 bytes on.
impl Default for Deflate {
    fn default() -> Self {
        Deflate { client: Window::default(), server: Window::default(), level: 6, threshold: 64 }
    }
}

impl Deflate {
    fn window(&self, from: Side) -> Window {
        match from {
            Side::Client => self.client,
            Side::Server => self.server,
        }
    }
}

/// What one end tells the other: what a peer sends is what you would have sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event<'a> {
    /// A text message.
    Text(&'a str),
    /// A binary message.
    Binary(&'a [u8]),
    /// A ping. It is answered already.
    Ping(&'a [u8]),
    /// A pong, asked for or not.
    Pong(&'a [u8]),
    /// A close frame, with or without a body. It is answered already.
    Close(Option<Close<'a>>),
}

/// How a connection ended, as a browser's `CloseEvent` tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    /// The peer's code; 1005 where its close frame had none, 1006 where it sent no close frame.
    pub code: Code,
    /// The peer's reason.
    pub reason: String,
    /// Whether both ends said Close.
    pub was_clean: bool,
}

impl Connection {
    /// The server's end, behind the opening handshake.
    pub fn server(config: Config) -> Self {
        Connection::new(config, Side::Server, Role::Server)
    }

    /// The client's end, behind the opening handshake. Each frame takes a key
    /// from `masks`, which must be hard to predict (RFC 6455 10.3).
    pub fn client(config: Config, masks: impl FnMut() -> Mask + Send + 'static) -> Self {
        Connection::new(config, Side::Client, Role::Client(Box::new(masks)))
    }

    fn new(config: Config, side: Side, role: Role) -> Self {
        let Config { limits, deflate, close_timeout } = config;
        let from = side.other();
        let window = deflate.map(|deflate| deflate.window(from));
        let mut sender = Sender::new(role);
        if let Some(deflate) = deflate {
            sender = sender.compressing(deflate.window(side), deflate.level, deflate.threshold);
        }
        Connection {
            state: State::Open,
            decoder: Decoder::lending(Settings { from, deflate: window, limits }),
            sender,
            side,
            close_timeout,
            received: None,
            ready: None,
        }
    }

    /// Takes bytes from the peer.
    ///
    /// # Panics
    /// When an event was [peeked](Connection::peek) at and not taken.
    pub fn receive(&mut self, bytes: &[u8]) {
        assert!(self.ready.is_none(), "{TAKEN_FIRST}");
        if self.can_receive() {
            self.decoder.receive(bytes);
        }
    }

    /// Room for about so many bytes from the peer; see [`Decoder::spare`].
    ///
    /// # Panics
    /// When an event was [peeked](Connection::peek) at and not taken.
    pub fn spare(&mut self, wanted: usize) -> &mut [u8] {
        assert!(self.ready.is_none(), "{TAKEN_FIRST}");
        self.decoder.spare(wanted)
    }

    /// Takes the first `len` bytes of [`spare`](Connection::spare).
    pub fn advance(&mut self, len: usize) {
        if self.can_receive() {
            self.decoder.advance(len);
        }
    }

    /// The peer's stream has ended. Take the last events before.
    pub fn end(&mut self) {
        self.state = self.state.step(Turn::StreamEnded);
    }

    /// The next thing the peer says; `Ok(None)` is *not enough bytes yet*.
    ///
    /// # Errors
    /// The peer broke a rule. The close frame that says so is queued, and the connection is ending.
    pub fn next_event(&mut self) -> Result<Option<Event<'_>>, Violation> {
        Ok(self.next_exchange()?.map(|(event, _)| event))
    }

    /// The next thing the peer says, and the means to answer while it is still borrowed.
    ///
    /// # Errors
    /// As [`next_event`](Connection::next_event).
    pub fn next_exchange(&mut self) -> Result<Option<(Event<'_>, &mut Sender)>, Violation> {
        self.find_message()?;
        let Some(Ready { kind, place }) = self.ready.take() else { return Ok(None) };
        let payload = self.decoder.bytes(place);
        let event = match kind {
            Kind::Text => match self.decoder.text(place) {
                Ok(text) => Event::Text(text),
                Err(violation) => return Err(fail(&mut self.state, &mut self.sender, violation)),
            },
            Kind::Binary => Event::Binary(payload),
            Kind::Ping => {
                self.sender.answer(payload);
                Event::Ping(payload)
            }
            Kind::Pong => Event::Pong(payload),
            Kind::Close => {
                let close = Close::decode(payload);
                self.received = Some(Box::new(closed(close.as_ref())));
                if self.sender.can_send() {
                    // The answer repeats the code (5.5.1).
                    let answer = close.as_ref().map(|close| Close { reason: "".into(), ..*close });
                    let sent = self.sender.close(answer.as_ref());
                    sent.expect("a code that may not travel is a broken rule");
                }
                self.state = self.state.step(Turn::CloseReceived);
                Event::Close(close)
            }
        };
        Ok(Some((event, &mut self.sender)))
    }

    /// What the next event is, without taking it: for who wants to wait until there
    /// is one. Take it before more is received, which would go over it.
    ///
    /// # Errors
    /// As [`next_event`](Connection::next_event), but for a text that is not
    /// UTF-8: whether it is shows when it is taken.
    pub fn peek(&mut self) -> Result<Option<Kind>, Violation> {
        self.find_message()?;
        Ok(self.ready.as_ref().map(|ready| ready.kind))
    }

    /// Reads on to the next message or the first broken rule that ends the connection.
    #[inline]
    fn find_message(&mut self) -> Result<(), Violation> {
        self.notice_close();
        while self.ready.is_none() && self.can_receive() {
            if let Some(Ordinary { open, .. }) = self.decoder.take_ordinary() {
                self.ready = Some(Ready { kind: open.kind, place: Place::Buffer });
                return Ok(());
            }
            let Some(found) = self.decoder.advance_frame() else { return Ok(()) };
            if let Some(violation) = self.decoder.fatal() {
                return Err(fail(&mut self.state, &mut self.sender, violation));
            }
            self.ready = found.message.map(|(Open { kind, .. }, place)| Ready { kind, place });
        }
        Ok(())
    }

    /// A close frame may have gone through [`next_exchange`](Connection::next_exchange)'s sender.
    fn notice_close(&mut self) {
        if self.is_open() && !self.sender.can_send() {
            self.state = self.state.step(Turn::CloseSent);
        }
    }

    /// Queues a message, ping or pong; a close begins the closing handshake.
    ///
    /// # Errors
    /// The call would break the protocol; nothing is queued.
    pub fn send(&mut self, event: Event<'_>) -> Result<(), SendError> {
        self.sender.send(event)?;
        self.notice_close();
        Ok(())
    }

    /// Begins the closing handshake.
    ///
    /// # Errors
    /// It has begun already, or the code may not travel.
    pub fn close(&mut self, code: Code, reason: &str) -> Result<(), SendError> {
        self.send(Event::Close(Some(Close { code, reason: reason.into() })))
    }

    /// What is to be written to the peer next; see [`Sender::transmit`].
    #[inline]
    pub fn transmit(&self) -> &[u8] {
        self.sender.transmit()
    }

    /// All that is to be written, in order: for a write of several pieces at once.
    pub fn pieces(&self) -> impl Iterator<Item = &[u8]> {
        self.sender.pieces()
    }

    /// How many bytes are to be written.
    #[inline]
    pub fn waiting(&self) -> usize {
        self.sender.waiting()
    }

    /// The first `len` bytes of [`transmit`](Connection::transmit), or of all the
    /// [`pieces`](Connection::pieces), were written.
    pub fn transmitted(&mut self, len: usize) {
        self.sender.transmitted(len);
    }

    /// The sending half, with more ways to send than [`send`](Connection::send).
    pub fn sender(&mut self) -> &mut Sender {
        &mut self.sender
    }

    /// When to call [`handle_timeout`](Connection::handle_timeout), if nothing happens before.
    pub fn poll_timeout(&mut self, now: Instant) -> Option<Instant> {
        self.notice_close();
        let timeout = self.close_timeout;
        let deadline = self.state.deadline()?;
        Some(*deadline.get_or_insert(now + timeout))
    }

    /// It is `now`: gives up a closing handshake that takes too long.
    pub fn handle_timeout(&mut self, now: Instant) {
        if self.poll_timeout(now).is_some_and(|deadline| deadline <= now) {
            self.state = self.state.step(Turn::TimedOut);
        }
    }

    /// Gives back what the messages so far needed; for a connection that falls silent.
    ///
    /// What stays is what was agreed to stay: with context takeover, the window
    /// of the peer's messages, about 40 KiB once it has sent a compressed one.
    /// Our own window is given up, which costs the next message some of its compression.
    pub fn shrink(&mut self) {
        if self.ready.is_none() {
            self.decoder.shrink();
        }
        self.sender.shrink();
    }

    /// Neither end has said Close.
    pub fn is_open(&self) -> bool {
        self.state == State::Open
    }

    /// The stream has ended, or was given up: the socket can go.
    pub fn is_closed(&self) -> bool {
        self.state == State::Closed
    }

    /// Whether a message can still be sent.
    pub fn can_send(&self) -> bool {
        self.is_open() && self.sender.can_send()
    }

    /// Whether what the peer sends is still read.
    pub fn can_receive(&self) -> bool {
        matches!(self.state, State::Open | State::Closing { .. })
    }

    /// Whether the sending half of the socket is to be shut down: everything is
    /// said and written. A client leaves that to the server, unless it failed (7.1.1).
    pub fn wants_shutdown(&self) -> bool {
        match self.state {
            State::Ending { failed, .. } => {
                self.transmit().is_empty() && (failed || self.side == Side::Server)
            }
            State::Open | State::Closing { .. } | State::Closed => false,
        }
    }

    /// How the connection ended, once it has.
    pub fn closed(&self) -> Option<Closed> {
        let abnormal = || Closed { code: Code::ABNORMAL, reason: String::new(), was_clean: false };
        self.is_closed().then(|| self.received.as_deref().cloned().unwrap_or_else(abnormal))
    }
}

const TAKEN_FIRST: &str = "what was peeked at is taken before more is received";

/// A message that is whole, and where it lies. A text may still turn out to be none.
#[derive(Debug)]
struct Ready {
    kind: Kind,
    place: Place,
}

/// Ends the connection because of a broken rule.
fn fail(state: &mut State, sender: &mut Sender, violation: Violation) -> Violation {
    if sender.can_send() {
        let code = violation.close_code().map_or(Code::PROTOCOL_ERROR, Code);
        let close = Close { code, reason: violation.rule.sentence.into() };
        sender.close(Some(&close)).expect("the rule book's codes may travel");
    }
    *state = state.step(Turn::RuleBroken);
    violation
}

fn closed(close: Option<&Close<'_>>) -> Closed {
    let code = close.map_or(Code::NO_CODE, |close| close.code);
    let reason = close.map_or(String::new(), |close| close.reason.to_string());
    Closed { code, reason, was_clean: true }
}
