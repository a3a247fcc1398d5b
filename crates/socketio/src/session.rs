//! A client's connection, from the server's side: namespaces, events, acknowledgements.
//!
//! ```text
//!                  ┌──────────────── Session ────────────────┐
//!   HTTP and  ◄───►│ engine: engineio::Session               │
//!   WebSocket      │    │ messages                           │
//!                  │    ▼                                    │
//!                  │  Decoder ──► packets ──► next_event     │───► Connect, Event, Ack, Disconnect
//!                  │                                         │
//!                  │  Encoded ◄── accept, emit, acknowledge  │◄─── the program
//!                  └─────────────────────────────────────────┘
//! ```
//!
//! A namespace, as the server sees it:
//!
//! ```text
//!           CONNECT            accept: CONNECT with a sid
//!   absent ────────► Asked ───────────────────────────────► Joined
//!     ▲               │ refuse: CONNECT_ERROR                 │
//!     ├───────────────┘                                       │
//!     ├───────────────────────────────────────────────────────┤ DISCONNECT from the client
//!     │                                                       ▼ disconnect: DISCONNECT
//!     └─────────────────────── CONNECT: Asked ◄───────────── Left
//! ```
//!
//! In `Left` the client may not know yet that it was put out: what it still
//! sends there is passed over. Everywhere else a packet for a namespace that was
//! not joined ends the connection.
//!
//! Book: chapter 11.

mod config;
mod event;
mod membership;

use crate::{
    Decoder, Encoded, Namespace, Object, Packet, Reason, Value,
    acks::Acks,
    encoded::EncodeError,
    engineio::{self, Transport},
    packet::{Content, Kind},
    rules,
};
pub use config::{Config, Welcome};
pub use event::{Event, Recovery};
use membership::{Membership, Namespaces};
use std::{collections::VecDeque, sync::Arc, time::Instant};
use wire::Violation;

/// The server's end of one client's connection.
///
/// - Requests and WebSockets: [`engine_mut`](Session::engine_mut), as
///   [`engineio::Session`] tells.
/// - Events: [`next_event`](Session::next_event) until it answers `Ok(None)`, after each call.
/// - The answer to [`Event::Connect`]: [`accept`](Session::accept) or
///   [`refuse`](Session::refuse), now or later.
/// - Events out: [`emit`](Session::emit), [`emit_with_ack`](Session::emit_with_ack); for many
///   at once [`emit_encoded`](Session::emit_encoded). The answer to an event with an
///   id: [`acknowledge`](Session::acknowledge).
/// - The end: [`disconnect`](Session::disconnect) from one namespace,
///   [`disconnect_all`](Session::disconnect_all), [`shut_down`](Session::shut_down).
/// - Time: [`poll_timeout`](Session::poll_timeout) says when to call
///   [`handle_timeout`](Session::handle_timeout); both know the engine's too.
///
/// ```
/// use socketio::{Config, Event, Namespace, Session, engineio::{Frame, Transport}};
/// # let now = std::time::Instant::now();
///
/// let mut session = Session::open("x", Transport::WebSocket, Config::default().into(), now);
/// session.engine_mut().transmit().expect("the open packet");
///
/// session.engine_mut().receive("40", now);
/// let Some(Event::Connect { namespace, .. }) = session.next_event()? else { panic!() };
/// session.accept(&namespace, "oSO0OpakMV_3jnilAAAA", None)?;
/// let frame = session.engine_mut().transmit();
/// assert_eq!(frame, Some(Frame::Text(r#"40{"sid":"oSO0OpakMV_3jnilAAAA"}"#.into())));
///
/// session.engine_mut().receive(r#"4212["tell me"]"#, now);
/// let Some(Event::Event { name, id: Some(12), .. }) = session.next_event()? else { panic!() };
/// session.acknowledge(&Namespace::MAIN, 12, &[name.into()])?;
/// assert_eq!(session.engine_mut().transmit(), Some(Frame::Text(r#"4312["tell me"]"#.into())));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Session {
    engine: engineio::Session,
    config: Arc<Config>,
    decoder: Decoder,
    namespaces: Namespaces,
    acks: Acks,
    /// By then, a client has joined its first namespace.
    connect_by: Option<Instant>,
    /// Whether this side has ended the connection: nothing is listened to any more.
    is_over: bool,
    events: VecDeque<Result<Event, Violation>>,
}

/// Why a packet cannot be sent. Nothing of it was queued.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The peer is not on this namespace, or has not asked to be.
    #[error("the peer is not on this namespace")]
    NotConnected,
    /// No receiver would understand it.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// Too many acknowledgements are awaited, or one with this id.
    #[error("too many acknowledgements are awaited already")]
    TooManyAcks,
    /// Engine.IO does not take it.
    #[error(transparent)]
    Engine(#[from] engineio::SendError),
}

/// From here on, ids for [`Session::expect_ack`] are nobody else's.
pub const FIRST_SHARED_ID: u64 = 1 << 32;

impl Session {
    /// A new connection. Its id is that of the Engine.IO session, and must be hard to guess.
    pub fn open(sid: &str, transport: Transport, config: Arc<Config>, now: Instant) -> Self {
        let engine = engineio::Session::open(sid, transport, config.engine.clone(), now);
        Session {
            engine,
            decoder: Decoder::new(config.limits),
            namespaces: Namespaces::default(),
            acks: Acks::default(),
            connect_by: Some(now + config.connect_timeout),
            is_over: false,
            events: VecDeque::new(),
            config,
        }
    }

    /// What the connection travels by, to be driven.
    pub fn engine_mut(&mut self) -> &mut engineio::Session {
        &mut self.engine
    }

    /// What the connection travels by.
    pub fn engine(&self) -> &engineio::Session {
        &self.engine
    }

    /// What the client says, or what becomes of it. To be asked after each call,
    /// until there is nothing more.
    ///
    /// # Errors
    /// The client broke a rule, of Socket.IO or of Engine.IO. Where the connection
    /// ends for it, the reasons follow, and [`Closed`](Event::Closed).
    pub fn next_event(&mut self) -> Result<Option<Event>, Violation> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return event.map(Some);
            }
            let Some(event) = self.engine.next_event()? else { return Ok(None) };
            let packet = match event {
                engineio::Event::Message(_) | engineio::Event::Binary(_) if self.is_over => {
                    Ok(None)
                }
                engineio::Event::Message(text) => self.decoder.receive(&text),
                engineio::Event::Binary(bytes) => self.decoder.receive_binary(bytes),
                engineio::Event::Upgraded => Ok(None),
                engineio::Event::Closed(reason) => {
                    self.leave_all(reason.into());
                    self.events.push_back(Ok(Event::Closed(reason)));
                    Ok(None)
                }
            };
            match packet {
                Ok(Some(packet)) => self.take(packet),
                Ok(None) => {}
                Err(violation) => self.fail(violation, engineio::Reason::ParseError.into()),
            }
        }
    }

    fn take(&mut self, packet: Packet) {
        let Packet { namespace, content } = packet;
        match (content, self.namespaces.get(&namespace)) {
            (Content::Connect(auth), None | Some(Membership::Left)) => {
                self.asked(namespace, auth.unwrap_or_default());
            }
            (Content::Connect(_), Some(Membership::Asked | Membership::Joined)) => {
                let detail = format!("a second CONNECT for {namespace}");
                self.fail(rules::CONNECT_TWICE.broken(detail), Reason::ForcedServerClose);
            }
            (Content::ConnectError(_), _) => {
                let violation = rules::DIRECTION.broken("CONNECT_ERROR from a client");
                self.fail(violation, Reason::ForcedServerClose);
            }
            (_, Some(Membership::Left)) => {}
            (_, None | Some(Membership::Asked)) => {
                let detail = format!("a packet for {namespace}, which was not joined");
                self.fail(rules::CONNECT_FIRST.broken(detail), Reason::ForcedServerClose);
            }
            (Content::Disconnect, Some(Membership::Joined)) => {
                self.namespaces.remove(&namespace);
                self.left(namespace, Reason::ClientNamespaceDisconnect);
            }
            (Content::Event { name, arguments, id }, Some(Membership::Joined)) => {
                self.events.push_back(Ok(Event::Event { namespace, name, arguments, id }));
            }
            (Content::Ack { id, arguments }, Some(Membership::Joined)) => {
                // One that nobody awaits may have been too late.
                if self.acks.take(&namespace, id) {
                    self.events.push_back(Ok(Event::Ack { namespace, id, arguments }));
                }
            }
        }
    }

    fn asked(&mut self, namespace: Namespace, auth: Object) {
        if !self.config.welcome.allows(&namespace) {
            let error = Object::from_iter([("message", "Invalid namespace")]);
            let error = Encoded::object(Kind::ConnectError, &namespace, Some(&error));
            // Who asks and asks, and does not read the answers, asks no more.
            if self.engine.send_frames(error.frames()).is_err() {
                self.leave_all(Reason::ForcedServerClose);
                self.engine.close_soon();
            }
            return;
        }
        let most = self.config.limits.namespaces;
        if self.namespaces.count() >= most {
            let violation =
                rules::TOO_MANY_NAMESPACES.broken(format!("more than {most} namespaces"));
            return self.fail(violation, Reason::ForcedServerClose);
        }
        self.namespaces.set(&namespace, Membership::Asked);
        let recovery = if self.config.recovery { Recovery::of(&auth) } else { None };
        self.events.push_back(Ok(Event::Connect { namespace, auth, recovery }));
    }

    // Namespaces

    /// Lets the client join the namespace that it asked for, under a new `sid`.
    ///
    /// Where recovery is offered, `pid` is a second, secret one. A client whose
    /// connection is recovered gets both ids that it had, and then what it
    /// missed, by [`emit_encoded`](Session::emit_encoded).
    ///
    /// # Errors
    /// It has not asked, or does not take its packets.
    pub fn accept(
        &mut self,
        namespace: &Namespace,
        sid: &str,
        pid: Option<&str>,
    ) -> Result<(), SendError> {
        self.expect(namespace, Membership::Asked)?;
        let mut payload = Object::from_iter([("sid", sid)]);
        if let Some(pid) = pid {
            payload.push("pid", pid);
        }
        let connect = Encoded::object(Kind::Connect, namespace, Some(&payload));
        self.engine.send_frames(connect.frames())?;
        self.namespaces.set(namespace, Membership::Joined);
        self.connect_by = None;
        Ok(())
    }

    /// Does not let the client join the namespace that it asked for. `data` goes with the message.
    ///
    /// # Errors
    /// It has not asked, or does not take its packets.
    pub fn refuse(
        &mut self,
        namespace: &Namespace,
        message: &str,
        data: Option<Value>,
    ) -> Result<(), SendError> {
        self.expect(namespace, Membership::Asked)?;
        let mut payload = Object::from_iter([("message", message)]);
        if let Some(data) = data {
            payload.push("data", data);
        }
        let error = Encoded::object(Kind::ConnectError, namespace, Some(&payload));
        self.engine.send_frames(error.frames())?;
        self.namespaces.remove(namespace);
        Ok(())
    }

    /// Puts the client out of a namespace. The connection goes on.
    ///
    /// # Errors
    /// It is not on it, or does not take its packets.
    pub fn disconnect(&mut self, namespace: &Namespace) -> Result<(), SendError> {
        self.expect(namespace, Membership::Joined)?;
        let disconnect = Encoded::object(Kind::Disconnect, namespace, None);
        self.engine.send_frames(disconnect.frames())?;
        self.namespaces.set(namespace, Membership::Left);
        self.left(namespace.clone(), Reason::ServerNamespaceDisconnect);
        Ok(())
    }

    /// Puts the client out of all namespaces, and closes the connection.
    pub fn disconnect_all(&mut self, now: Instant) {
        for namespace in self.namespaces.joined() {
            let disconnect = Encoded::object(Kind::Disconnect, &namespace, None);
            // Where the queue is full, the end of the connection says the same.
            let _ = self.engine.send_frames(disconnect.frames());
        }
        self.leave_all(Reason::ServerNamespaceDisconnect);
        self.engine.close(now);
    }

    /// Closes the connection because the server is about to stop. Clients come back by themselves.
    pub fn shut_down(&mut self, now: Instant) {
        self.leave_all(Reason::ServerShuttingDown);
        self.engine.close(now);
    }

    /// Whether the client is on this namespace.
    pub fn is_connected(&self, namespace: &Namespace) -> bool {
        self.namespaces.get(namespace) == Some(Membership::Joined)
    }

    fn expect(&self, namespace: &Namespace, membership: Membership) -> Result<(), SendError> {
        match self.namespaces.get(namespace) == Some(membership) {
            true => Ok(()),
            false => Err(SendError::NotConnected),
        }
    }

    fn left(&mut self, namespace: Namespace, reason: Reason) {
        self.acks.forget(&namespace);
        self.events.push_back(Ok(Event::Disconnect { namespace, reason }));
    }

    fn leave_all(&mut self, reason: Reason) {
        for namespace in self.namespaces.joined() {
            self.left(namespace, reason);
        }
        self.namespaces = Namespaces::default();
        self.connect_by = None;
        self.is_over = true;
    }

    /// Ends the connection because of a broken rule.
    fn fail(&mut self, violation: Violation, reason: Reason) {
        self.events.push_back(Err(violation));
        self.leave_all(reason);
        self.engine.close_soon();
    }

    // Events

    /// Sends an event.
    ///
    /// # Errors
    /// It cannot be sent.
    pub fn emit(
        &mut self,
        namespace: &Namespace,
        name: &str,
        arguments: &[Value],
    ) -> Result<(), SendError> {
        self.emit_encoded(namespace, &Encoded::event(namespace, name, arguments, None)?)
    }

    /// Sends an event and asks for its acknowledgement, until then or without an
    /// end. Gives the id of the [`Event::Ack`] or [`Event::AckTimeout`] to come.
    ///
    /// # Errors
    /// It cannot be sent.
    pub fn emit_with_ack(
        &mut self,
        namespace: &Namespace,
        name: &str,
        arguments: &[Value],
        until: Option<Instant>,
    ) -> Result<u64, SendError> {
        let id = self.acks.next_id(namespace);
        if !self.acks.has_room(namespace, id, self.config.limits.acks) {
            return Err(SendError::TooManyAcks);
        }
        let event = Encoded::event(namespace, name, arguments, Some(id))?;
        self.emit_encoded(namespace, &event)?;
        self.acks.expect(namespace, id, until);
        Ok(id)
    }

    /// Sends an event that was encoded for many, on the namespace that it was encoded for.
    ///
    /// # Errors
    /// It cannot be sent.
    pub fn emit_encoded(
        &mut self,
        namespace: &Namespace,
        event: &Encoded,
    ) -> Result<(), SendError> {
        self.expect(namespace, Membership::Joined)?;
        Ok(self.engine.send_frames(event.frames())?)
    }

    /// Awaits the acknowledgement of an event that was encoded for many with an
    /// id from [`FIRST_SHARED_ID`] on, and is about to be emitted.
    ///
    /// # Errors
    /// Too many are awaited, or one with this id.
    pub fn expect_ack(
        &mut self,
        namespace: &Namespace,
        id: u64,
        until: Option<Instant>,
    ) -> Result<(), SendError> {
        self.expect(namespace, Membership::Joined)?;
        if !self.acks.has_room(namespace, id, self.config.limits.acks) {
            return Err(SendError::TooManyAcks);
        }
        self.acks.expect(namespace, id, until);
        Ok(())
    }

    /// Acknowledges an event that came with an id.
    ///
    /// # Errors
    /// It cannot be sent.
    pub fn acknowledge(
        &mut self,
        namespace: &Namespace,
        id: u64,
        arguments: &[Value],
    ) -> Result<(), SendError> {
        self.emit_encoded(namespace, &Encoded::ack(namespace, id, arguments)?)
    }

    // Time

    /// When to call [`handle_timeout`](Session::handle_timeout), if nothing happens before.
    pub fn poll_timeout(&self) -> Option<Instant> {
        let deadlines = [self.engine.poll_timeout(), self.connect_by, self.acks.deadline()];
        deadlines.into_iter().flatten().min()
    }

    /// It is `now`: pings, and gives up what takes too long.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.engine.handle_timeout(now);
        while let Some((namespace, id)) = self.acks.expired(now) {
            self.events.push_back(Ok(Event::AckTimeout { namespace, id }));
        }
        if self.connect_by.is_some_and(|until| until <= now) {
            let detail = format!("nothing in {} ms", self.config.connect_timeout.as_millis());
            self.fail(rules::CONNECT_LATE.broken(detail), Reason::ForcedServerClose);
        }
    }
}
