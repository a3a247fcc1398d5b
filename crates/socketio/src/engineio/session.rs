//! A session, from the server's side: the machine between HTTP and messages.
//!
//! ```text
//!            ┌─────────────────── Session ───────────────────┐
//!  GET  ────►│ poll                                          │
//!  200  ◄────│ transmit_payload ◄─┐                          │
//!            │                    ├─ queue ◄─── send ◄───────│──── messages
//!  frames ◄──│ transmit ◄─────────┘      ▲                   │
//!            │                           └─ ping             │
//!  POST ────►│ post, receive_payload ─┐                      │
//!  200 ok    │                        ├─ packets ► next_event│───► messages
//!  frames ──►│ receive ───────────────┘     │                │
//!            │                              └─ pong, close   │
//!  101  ────►│ websocket: the upgrade                        │
//!            └───────────────────────────────────────────────┘
//! ```
//!
//! How the WebSocket beside polling becomes the transport stands in
//! `websocket.rs`, the heartbeat in `heartbeat.rs`, each with a drawing of its states.
//!
//! Book: chapter 11.

mod polling;
mod websocket;

use crate::{
    Binary,
    engineio::{
        Frame, Open, Packet, Reason, Transport,
        heartbeat::{Beat, Heartbeat},
        payload::{Limits, SEPARATOR},
        queue::Queue,
        rules,
    },
};
use polling::{CLOSE, NOOP, Payload, Poll};
use std::{
    collections::VecDeque,
    sync::Arc,
    time::{Duration, Instant},
};
use websocket::WebSocket;
use wire::Violation;

/// The server's end of one client's session.
///
/// - A request that opens a session: [`open`](Session::open). Where it came by
///   polling, it is the first poll, and waits for its answer.
/// - A GET: [`poll`](Session::poll); its answer is what
///   [`transmit_payload`](Session::transmit_payload) gives, now or after a later
///   call; [`abandon_poll`](Session::abandon_poll) if its connection is lost before.
/// - A POST: [`post`](Session::post) when its head is there, then
///   [`receive_payload`](Session::receive_payload) with its body, all events,
///   and the answer: `ok`, or the refusal if a rule was broken.
/// - A WebSocket: [`websocket`](Session::websocket) when it is open, then
///   [`receive`](Session::receive), [`receive_binary`](Session::receive_binary) and
///   [`transmit`](Session::transmit). When [`drops_websocket`](Session::drops_websocket),
///   close it; when it has ended, [`websocket_closed`](Session::websocket_closed) or
///   [`websocket_failed`](Session::websocket_failed).
/// - Events: [`next_event`](Session::next_event) until it answers `Ok(None)`, after each call.
/// - Messages: [`send`](Session::send), [`send_frames`](Session::send_frames); at the end
///   [`close`](Session::close).
/// - Time: [`poll_timeout`](Session::poll_timeout) says when to call
///   [`handle_timeout`](Session::handle_timeout).
///
/// ```
/// use socketio::engineio::{Config, Event, Session, Transport};
/// # let now = std::time::Instant::now();
///
/// let mut session = Session::open("x", Transport::Polling, Config::default().into(), now);
/// let payload = session.transmit_payload().expect("the first poll is answered");
/// assert!(payload.starts_with(r#"0{"sid":"x","upgrades":["websocket"],"pingInterval":25000,"#));
///
/// session.post()?;
/// session.receive_payload(b"4hello".to_vec(), now)?;
/// assert_eq!(session.next_event()?, Some(Event::Message("hello".to_owned())));
/// assert_eq!(session.next_event()?, None);
///
/// session.poll()?;
/// assert_eq!(session.transmit_payload(), None); // nothing to say yet: the GET waits
/// session.send("hi")?;
/// assert_eq!(session.transmit_payload().as_deref(), Some("4hi"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Session {
    sid: Box<str>,
    config: Arc<Config>,
    state: State,
    heartbeat: Heartbeat,
    poll: Poll,
    /// Whether a POST is under way.
    posting: bool,
    /// The body of a POST, as far as its packets are not taken yet.
    payload: Option<Payload>,
    websocket: WebSocket,
    /// The answer to the probe, which goes before everything else.
    probed: Option<Frame>,
    outgoing: Queue,
    events: VecDeque<Result<Event, Violation>>,
    /// When something was heard last.
    now: Instant,
}

/// What a server offers, and what it puts up with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// By what a session may travel.
    pub transports: Vec<Transport>,
    /// Whether a session may change from polling to WebSocket.
    pub upgrades: bool,
    /// How often a client is pinged.
    pub ping_interval: Duration,
    /// How long it may take to answer.
    pub ping_timeout: Duration,
    /// How long a WebSocket may be tried out.
    pub upgrade_timeout: Duration,
    /// How long a session that closes waits for the poll that takes its last packets.
    pub close_timeout: Duration,
    /// How much a payload may hold, either way; a message by WebSocket may have as many bytes.
    pub payload: Limits,
    /// How much memory the packets that wait may hold on to, in bytes.
    pub max_queue: usize,
}

/// As the reference server has it; its queue is without a bound, ours holds 4 MiB.
impl Default for Config {
    fn default() -> Self {
        Config {
            transports: Transport::ALL.to_vec(),
            upgrades: true,
            ping_interval: Duration::from_secs(25),
            ping_timeout: Duration::from_secs(20),
            upgrade_timeout: Duration::from_secs(10),
            close_timeout: Duration::from_secs(30),
            payload: Limits::default(),
            max_queue: 4 << 20,
        }
    }
}

/// What the client says, and what becomes of the session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A message, text.
    Message(String),
    /// A message, bytes.
    Binary(Binary),
    /// From here on packets travel by WebSocket.
    Upgraded,
    /// The session has ended; nothing follows.
    Closed(Reason),
}

/// Why a message cannot be sent. Nothing of it was queued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The session has ended, or is about to.
    #[error("the session is closed: nothing can be sent any more")]
    Closed,
    /// The client takes its packets too slowly, or not at all.
    #[error("{waiting} bytes wait for a slow peer already, and {most} may")]
    QueueFull {
        /// How many bytes wait.
        waiting: usize,
        /// How many may.
        most: usize,
    },
    /// By polling, the message would arrive as two.
    #[error("a message with the separator of payloads (0x1e) in it")]
    Separator,
    /// No payload may be so long, says the peer.
    #[error("a message of {len} bytes, where the peer takes {most}")]
    TooLarge {
        /// How many bytes it has in a payload.
        len: usize,
        /// How many are welcome.
        most: usize,
    },
}

/// Whether there is still something to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    /// The last packets wait for their way out, until then.
    Closing {
        until: Instant,
    },
    Closed,
}

impl Session {
    /// A new session. Its id comes from the caller, and must be hard to guess.
    pub fn open(sid: &str, transport: Transport, config: Arc<Config>, now: Instant) -> Self {
        let upgrades = transport == Transport::Polling
            && config.upgrades
            && config.transports.contains(&Transport::WebSocket);
        let open = Open {
            sid: sid.to_owned(),
            upgrades: if upgrades { vec![Transport::WebSocket.to_string()] } else { Vec::new() },
            ping_interval: config.ping_interval,
            ping_timeout: config.ping_timeout,
            max_payload: Some(config.payload.bytes),
        };
        let mut outgoing = Queue::default();
        outgoing.push(Frame::from(&Packet::Open(&open.encode())));
        let (poll, websocket) = match transport {
            Transport::Polling => (Poll::Waiting, WebSocket::Absent),
            Transport::WebSocket => (Poll::Absent, WebSocket::Current),
        };
        Session {
            sid: sid.into(),
            state: State::Open,
            heartbeat: Heartbeat::new(now, config.ping_interval),
            config,
            poll,
            posting: false,
            payload: None,
            websocket,
            probed: None,
            outgoing,
            events: VecDeque::new(),
            now,
        }
    }

    // Messages

    /// What the client said, or what became of the session. To be asked after
    /// each call, until there is nothing more.
    ///
    /// # Errors
    /// The client broke a rule. Where the session ends for it,
    /// [`Closed`](Event::Closed) follows; a WebSocket beside polling is only dropped.
    pub fn next_event(&mut self) -> Result<Option<Event>, Violation> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return event.map(Some);
            }
            if !self.take_from_payload() {
                return Ok(None);
            }
        }
    }

    /// Queues a message, text.
    ///
    /// # Errors
    /// It cannot be sent.
    pub fn send(&mut self, text: &str) -> Result<(), SendError> {
        check_separator(text)?;
        self.send_frames(&[Frame::message(text)])
    }

    /// Queues a message, bytes.
    ///
    /// # Errors
    /// It cannot be sent.
    pub fn send_binary(&mut self, bytes: impl Into<Binary>) -> Result<(), SendError> {
        self.send_frames(&[Frame::binary(bytes)])
    }

    /// Queues messages that were encoded before, all of them or none. There is
    /// no separator in the texts: JSON never has one.
    ///
    /// # Errors
    /// They cannot be sent.
    pub fn send_frames(&mut self, frames: &[Frame]) -> Result<(), SendError> {
        if !self.is_open() {
            return Err(SendError::Closed);
        }
        let most = self.config.max_queue;
        match self.outgoing.try_push(frames, most) {
            true => Ok(()),
            false => Err(SendError::QueueFull { waiting: self.outgoing.bytes(), most }),
        }
    }

    /// Ends the session when everything that waits has found its way out.
    pub fn close(&mut self, now: Instant) {
        if !self.is_open() {
            return;
        }
        self.payload = None;
        if self.websocket == WebSocket::Current && self.outgoing.is_empty() {
            return self.end(Reason::ForcedClose, CLOSE);
        }
        self.state = State::Closing { until: now + self.config.close_timeout };
    }

    /// [`close`](Session::close), when something was just heard.
    pub(crate) fn close_soon(&mut self) {
        self.close(self.now);
    }

    // Time

    /// When to call [`handle_timeout`](Session::handle_timeout), if nothing happens before.
    pub fn poll_timeout(&self) -> Option<Instant> {
        let deadline = match self.state {
            State::Open => self.heartbeat.deadline(),
            State::Closing { until } => until,
            State::Closed => return None,
        };
        Some(self.websocket.deadline().map_or(deadline, |until| until.min(deadline)))
    }

    /// It is `now`: pings, and gives up what takes too long.
    pub fn handle_timeout(&mut self, now: Instant) {
        if self.websocket.deadline().is_some_and(|until| until <= now) {
            self.websocket = WebSocket::Dropped;
        }
        match self.state {
            State::Open => match self.heartbeat.beat(now, self.config.ping_timeout) {
                Beat::Nothing => {}
                Beat::Ping => self.outgoing.push(Frame::from(&Packet::Ping(""))),
                Beat::Missed => {
                    let detail = format!("no pong in {} ms", self.config.ping_timeout.as_millis());
                    self.fail(rules::PING_UNANSWERED.broken(detail), Reason::PingTimeout);
                }
            },
            State::Closing { until } if until <= now => self.end(Reason::ForcedClose, CLOSE),
            State::Closing { .. } | State::Closed => {}
        }
    }

    // Questions

    /// The session's id.
    pub fn sid(&self) -> &str {
        &self.sid
    }

    /// By what packets travel now.
    pub fn transport(&self) -> Transport {
        match self.websocket {
            WebSocket::Current => Transport::WebSocket,
            _ => Transport::Polling,
        }
    }

    /// Whether messages can be sent.
    pub fn is_open(&self) -> bool {
        self.state == State::Open
    }

    /// Whether the session has ended: its id is unknown from now on.
    pub fn is_closed(&self) -> bool {
        self.state == State::Closed
    }

    /// Whether what is sent now leaves at once: a GET waits for it, or a WebSocket is idle.
    pub fn is_writable(&self) -> bool {
        self.is_open()
            && self.outgoing.is_empty()
            && (self.websocket == WebSocket::Current || self.poll == Poll::Waiting)
    }

    /// How many bytes of memory the packets that wait hold on to.
    pub fn queued(&self) -> usize {
        self.outgoing.bytes()
    }

    // Packets

    /// Takes a packet on the transport in use.
    fn take(&mut self, packet: Result<Packet<'_>, Violation>) {
        let packet = match (self.state, packet) {
            (State::Open, Ok(packet)) => packet,
            (State::Open, Err(violation)) => return self.fail(violation, Reason::ParseError),
            (State::Closing { .. }, Ok(Packet::Close)) => {
                return self.end(Reason::ForcedClose, NOOP);
            }
            // What this side has closed is not listened to.
            (State::Closing { .. } | State::Closed, _) => return,
        };
        match packet {
            Packet::Message(text) => self.events.push_back(Ok(Event::Message(text.to_owned()))),
            Packet::Binary(bytes) => {
                self.events.push_back(Ok(Event::Binary(bytes.into_owned().into())));
            }
            Packet::Pong(_) => self.heartbeat.pong(self.now, self.config.ping_interval),
            Packet::Close => self.end(Reason::TransportClose, NOOP),
            Packet::Upgrade => {
                let violation = rules::UPGRADE.broken("an upgrade packet on the transport in use");
                self.fail(violation, Reason::TransportError);
            }
            Packet::Open(_) | Packet::Ping(_) | Packet::Noop => {
                let detail = format!("a {} packet from a client", packet.kind());
                self.fail(rules::DIRECTION.broken(detail), Reason::TransportError);
            }
        }
    }

    /// Ends the session because of a broken rule.
    fn fail(&mut self, violation: Violation, reason: Reason) {
        self.events.push_back(Err(violation));
        self.end(reason, CLOSE);
    }

    /// Ends the session. A GET that waits gets `last` for an answer.
    fn end(&mut self, reason: Reason, last: &'static str) {
        if self.is_closed() {
            return;
        }
        self.state = State::Closed;
        self.poll = self.poll.released(last);
        self.websocket = self.websocket.dropped();
        self.payload = None;
        self.outgoing.clear();
        self.events.push_back(Ok(Event::Closed(reason)));
    }
}

/// A message that came by WebSocket may have any character. One that might
/// leave by polling may not, or its sender could make up packets of others.
pub(super) fn check_separator(text: &str) -> Result<(), SendError> {
    match text.contains(SEPARATOR) {
        true => Err(SendError::Separator),
        false => Ok(()),
    }
}
