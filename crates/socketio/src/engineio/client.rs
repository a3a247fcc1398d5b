//! A session, from the client's side: the machine between messages and HTTP.
//!
//! ```text
//!  Get        ───► 200: receive_payload ─┐
//!  Post       ───► 200: posted           ├─► next_event ───► messages
//!  WebSocket  ───► 101: websocket_opened │
//!  Frame      ───►      receive ─────────┘
//!     └───────── transmit ◄── queue ◄── send ◄───────────── messages
//! ```
//!
//! The client acts and the server answers, so here [`Transmit`] says what to do
//! next. How the transport changes stands in `transport.rs`, with a drawing of its states.
//!
//! Book: chapter 11.

mod transport;

use crate::{
    Binary,
    engineio::{
        Event, Frame, Open, Packet, Reason, SendError, Transport, payload::Limits, queue::Queue,
        rules, session::check_separator,
    },
};
use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};
pub use transport::Transmit;
use transport::WebSocket;
use wire::Violation;

/// The client's end of a session.
///
/// - What to do: [`transmit`](Client::transmit), after each call, until it answers `None`.
/// - What came of it: [`receive_payload`](Client::receive_payload), [`posted`](Client::posted),
///   [`websocket_opened`](Client::websocket_opened), [`receive`](Client::receive),
///   [`receive_binary`](Client::receive_binary); [`request_failed`](Client::request_failed),
///   [`websocket_failed`](Client::websocket_failed), [`websocket_closed`](Client::websocket_closed).
/// - Events: [`next_event`](Client::next_event) until it answers `Ok(None)`.
/// - Messages: [`send`](Client::send), [`send_frames`](Client::send_frames); they wait
///   until the session is open. At the end [`close`](Client::close).
/// - Time: [`poll_timeout`](Client::poll_timeout), [`handle_timeout`](Client::handle_timeout).
///
/// ```
/// use socketio::engineio::{Client, ClientConfig, Event, Transmit};
/// # let now = std::time::Instant::now();
///
/// let mut client = Client::new(ClientConfig::default());
/// client.send("hello")?;
/// let query = "EIO=4&transport=polling".to_owned();
/// assert_eq!(client.transmit(), Some(Transmit::Get { query }));
/// assert_eq!(client.transmit(), None);
///
/// let open = r#"0{"sid":"x","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":100}"#;
/// client.receive_payload(open.as_bytes(), now);
/// let query = "EIO=4&transport=polling&sid=x".to_owned();
/// assert_eq!(client.transmit(), Some(Transmit::Get { query: query.clone() }));
/// assert_eq!(client.transmit(), Some(Transmit::Post { query, body: "4hello".to_owned() }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Client {
    config: ClientConfig,
    state: State,
    /// Whether a GET is under way.
    getting: bool,
    /// Whether a POST is under way.
    posting: bool,
    websocket: WebSocket,
    /// The probe, and the upgrade packet: they go before everything else.
    ahead: VecDeque<Frame>,
    outgoing: Queue,
    events: VecDeque<Result<Event, Violation>>,
}

/// What a client wants, and what it puts up with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientConfig {
    /// By what it may travel; it begins with the first of them.
    pub transports: Vec<Transport>,
    /// How much a payload of the server may hold. A server does not split what it sends.
    pub payload: Limits,
    /// How much memory the packets that wait may hold on to, in bytes.
    pub max_queue: usize,
    /// How long a session that closes waits for its last packets to leave.
    pub close_timeout: Duration,
}

/// Polling first, as browsers do it; 16 MiB of payload, 4 MiB of queue.
impl Default for ClientConfig {
    fn default() -> Self {
        ClientConfig {
            transports: Transport::ALL.to_vec(),
            payload: Limits { bytes: 16 << 20, ..Limits::default() },
            max_queue: 4 << 20,
            close_timeout: Duration::from_secs(30),
        }
    }
}

#[derive(Debug)]
enum State {
    /// The open packet is awaited.
    Opening,
    Open(Session),
    /// The last packets are on their way, until then.
    Closing(Session, Instant),
    Closed,
}

/// What the server has said of the session.
#[derive(Debug, Clone)]
struct Session {
    open: Open,
    /// The next ping comes before then.
    ping_by: Instant,
}

impl Client {
    /// A client that is about to ask for a session.
    pub fn new(config: ClientConfig) -> Self {
        let websocket = match config.transports.first() {
            Some(Transport::WebSocket) => WebSocket::Wanted,
            Some(Transport::Polling) | None => WebSocket::Absent,
        };
        Client {
            config,
            state: State::Opening,
            getting: false,
            posting: false,
            websocket,
            ahead: VecDeque::new(),
            outgoing: Queue::default(),
            events: VecDeque::new(),
        }
    }

    // Messages

    /// What the server said, or what became of the session.
    ///
    /// # Errors
    /// The server broke a rule. Where the session ends for it,
    /// [`Closed`](Event::Closed) follows.
    pub fn next_event(&mut self) -> Result<Option<Event>, Violation> {
        self.settle();
        self.events.pop_front().transpose()
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

    /// Queues messages that were encoded before, all of them or none.
    ///
    /// # Errors
    /// They cannot be sent.
    pub fn send_frames(&mut self, frames: &[Frame]) -> Result<(), SendError> {
        if matches!(self.state, State::Closing(..) | State::Closed) {
            return Err(SendError::Closed);
        }
        let most = self.session().and_then(|session| session.open.max_payload);
        if let Some(most) = most {
            let longest = frames.iter().map(Frame::payload_len).max().unwrap_or(0);
            if longest > most {
                return Err(SendError::TooLarge { len: longest, most });
            }
        }
        let most = self.config.max_queue;
        match self.outgoing.try_push(frames, most) {
            true => Ok(()),
            false => Err(SendError::QueueFull { waiting: self.outgoing.bytes(), most }),
        }
    }

    /// Ends the session when everything that waits has found its way out.
    pub fn close(&mut self, now: Instant) {
        match std::mem::replace(&mut self.state, State::Closed) {
            State::Opening => self.closed(Reason::ForcedClose),
            State::Open(session) => {
                self.state = State::Closing(session, now + self.config.close_timeout);
                if self.websocket == WebSocket::Wanted {
                    self.websocket = WebSocket::Absent;
                }
                if self.websocket != WebSocket::Current {
                    self.outgoing.push(Frame::from(&Packet::Close));
                }
            }
            state => self.state = state,
        }
    }

    /// Ends the session at once: nothing that the server says can be trusted.
    pub(crate) fn abort(&mut self, reason: Reason) {
        self.end(reason);
    }

    // Time

    /// When to call [`handle_timeout`](Client::handle_timeout), if nothing happens before.
    pub fn poll_timeout(&self) -> Option<Instant> {
        match &self.state {
            State::Open(session) => Some(session.ping_by),
            State::Closing(_, until) => Some(*until),
            State::Opening | State::Closed => None,
        }
    }

    /// It is `now`: gives up what takes too long.
    pub fn handle_timeout(&mut self, now: Instant) {
        match &self.state {
            State::Open(session) if session.ping_by <= now => {
                let violation = rules::PING_MISSING.broken("no ping, and pingTimeout is over too");
                self.fail(violation, Reason::PingTimeout);
            }
            State::Closing(_, until) if *until <= now => self.end(Reason::ForcedClose),
            _ => {}
        }
    }

    // Questions

    /// The session's id, once the server has said it.
    pub fn sid(&self) -> Option<&str> {
        self.session().map(|session| &*session.open.sid)
    }

    /// By what packets travel now.
    pub fn transport(&self) -> Transport {
        match (self.websocket, &self.state) {
            (WebSocket::Current, _) => Transport::WebSocket,
            (WebSocket::Wanted | WebSocket::Opening, State::Opening) => Transport::WebSocket,
            _ => Transport::Polling,
        }
    }

    /// Whether the server has opened the session, and nobody has closed it.
    pub fn is_open(&self) -> bool {
        matches!(self.state, State::Open(_))
    }

    /// Whether the session has ended.
    pub fn is_closed(&self) -> bool {
        matches!(self.state, State::Closed)
    }

    fn session(&self) -> Option<&Session> {
        match &self.state {
            State::Open(session) | State::Closing(session, _) => Some(session),
            State::Opening | State::Closed => None,
        }
    }

    // Packets

    fn take(&mut self, packet: Result<Packet<'_>, Violation>, now: Instant) {
        let packet = match packet {
            Ok(packet) => packet,
            Err(violation) => return self.fail(violation, Reason::ParseError),
        };
        match (&mut self.state, packet) {
            (State::Opening, Packet::Open(json)) => match Open::decode(json) {
                Ok(open) => self.opened(open, now),
                Err(violation) => self.fail(violation, Reason::ParseError),
            },
            (State::Opening, packet) => {
                let detail = format!("a {} packet", packet.kind());
                self.fail(rules::OPEN_FIRST.broken(detail), Reason::TransportError);
            }
            (State::Open(_), Packet::Message(text)) => {
                self.events.push_back(Ok(Event::Message(text.to_owned())));
            }
            (State::Open(_), Packet::Binary(bytes)) => {
                self.events.push_back(Ok(Event::Binary(bytes.into_owned().into())));
            }
            (State::Open(session), Packet::Ping(_)) => {
                session.ping_by = now + session.patience();
                self.outgoing.push(Frame::from(&Packet::Pong("")));
            }
            (State::Open(_), Packet::Noop) => {}
            (State::Open(_), Packet::Close) => self.end(Reason::TransportClose),
            (State::Closing(..), Packet::Close) => self.end(Reason::ForcedClose),
            (State::Open(_), Packet::Open(_)) => {
                let violation = rules::OPEN_FIRST.broken("a second open packet");
                self.fail(violation, Reason::TransportError);
            }
            (State::Open(_), packet @ (Packet::Pong(_) | Packet::Upgrade)) => {
                let detail = format!("a {} packet from a server", packet.kind());
                self.fail(rules::DIRECTION.broken(detail), Reason::TransportError);
            }
            // What this side has closed is not listened to.
            (State::Closing(..) | State::Closed, _) => {}
        }
    }

    fn opened(&mut self, open: Open, now: Instant) {
        let is_offered = open.upgrades.iter().any(|name| name == Transport::WebSocket.name());
        let is_wanted = self.config.transports.contains(&Transport::WebSocket);
        if self.websocket == WebSocket::Absent && is_offered && is_wanted {
            self.websocket = WebSocket::Wanted;
        }
        let mut session = Session { open, ping_by: now };
        session.ping_by += session.patience();
        self.state = State::Open(session);
    }

    fn fail(&mut self, violation: Violation, reason: Reason) {
        if !self.is_closed() {
            self.events.push_back(Err(violation));
        }
        self.end(reason);
    }

    fn end(&mut self, reason: Reason) {
        if !self.is_closed() {
            self.state = State::Closed;
            self.closed(reason);
        }
    }

    fn closed(&mut self, reason: Reason) {
        self.ahead.clear();
        self.outgoing.clear();
        self.websocket = match self.websocket {
            WebSocket::Absent | WebSocket::Wanted => WebSocket::Absent,
            _ => WebSocket::Failed,
        };
        self.events.push_back(Ok(Event::Closed(reason)));
    }
}

impl Session {
    /// How long the server may be silent; what it claims may be any number.
    fn patience(&self) -> Duration {
        self.open.ping_interval.saturating_add(self.open.ping_timeout).min(LONGEST)
    }
}

const LONGEST: Duration = Duration::from_secs(365 * 86_400);
