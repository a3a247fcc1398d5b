//! A connection, from the client's side: namespaces, events, acknowledgements.
//!
//! ```text
//!   connect ──► 0/admin,{"token":"x"}
//!                                         ◄── 0/admin,{"sid":"…"}    Connected
//!   emit    ──► 2/admin,["hello"]
//!                                         ◄── 1/admin,               Disconnect
//! ```
//!
//! The server's side is [`session`](crate::session).
//!
//! Book: chapter 11.

use crate::{
    Decoder, Encoded, Limits, Namespace, Object, Packet, Reason, Recovery, SendError, Value,
    acks::Acks,
    engineio::{self, ClientConfig},
    packet::{Content, Kind},
    rules,
};
use std::{collections::VecDeque, time::Instant};
use wire::Violation;

/// The client's end of a connection.
///
/// - Requests and WebSockets: [`engine_mut`](Client::engine_mut), as
///   [`engineio::Client`] tells.
/// - Events: [`next_event`](Client::next_event) until it answers `Ok(None)`, after each call.
/// - [`connect`](Client::connect), then [`emit`](Client::emit),
///   [`emit_with_ack`](Client::emit_with_ack), [`acknowledge`](Client::acknowledge); at the
///   end [`disconnect`](Client::disconnect), and `engine_mut().close(now)`.
/// - Time: [`poll_timeout`](Client::poll_timeout), [`handle_timeout`](Client::handle_timeout).
#[derive(Debug)]
pub struct Client {
    engine: engineio::Client,
    decoder: Decoder,
    limits: Limits,
    namespaces: Vec<Membership>,
    acks: Acks,
    /// Whether the connection has ended: nothing is listened to any more.
    is_over: bool,
    events: VecDeque<Result<ClientEvent, Violation>>,
}

/// What the server says, and what becomes of the connection.
#[derive(Debug, Clone, PartialEq)]
pub enum ClientEvent {
    /// A namespace is joined.
    Connected {
        /// Which one.
        namespace: Namespace,
        /// The id under which others know this client.
        sid: String,
        /// Whether the server goes on where the last connection broke off.
        recovered: bool,
    },
    /// A namespace cannot be joined.
    Refused {
        /// Which one.
        namespace: Namespace,
        /// Why: a `message`, and perhaps `data`.
        error: Object,
    },
    /// Something happened.
    Event {
        /// Where.
        namespace: Namespace,
        /// What.
        name: String,
        /// What goes with it.
        arguments: Vec<Value>,
        /// What to [`acknowledge`](Client::acknowledge), if the server asks for it.
        id: Option<u64>,
    },
    /// The server acknowledges an event.
    Ack {
        /// Where.
        namespace: Namespace,
        /// That of the event.
        id: u64,
        /// What it says to it.
        arguments: Vec<Value>,
    },
    /// The server did not acknowledge an event in time.
    AckTimeout {
        /// Where.
        namespace: Namespace,
        /// That of the event.
        id: u64,
    },
    /// A namespace that was joined is left. What is awaited there does not come any more.
    Disconnect {
        /// Which one.
        namespace: Namespace,
        /// Why.
        reason: Reason,
    },
    /// The connection has ended; nothing follows.
    Closed(engineio::Reason),
}

/// A namespace that was asked for.
#[derive(Debug)]
struct Membership {
    namespace: Namespace,
    is_joined: bool,
    /// What to come back with, where the server offers it.
    pid: Option<String>,
    offset: Option<String>,
}

impl Client {
    /// A client that is about to ask for a connection.
    pub fn new(config: ClientConfig, limits: Limits) -> Self {
        Client {
            engine: engineio::Client::new(config),
            decoder: Decoder::new(limits),
            limits,
            namespaces: Vec::new(),
            acks: Acks::default(),
            is_over: false,
            events: VecDeque::new(),
        }
    }

    /// What the connection travels by, to be driven.
    pub fn engine_mut(&mut self) -> &mut engineio::Client {
        &mut self.engine
    }

    /// What the connection travels by.
    pub fn engine(&self) -> &engineio::Client {
        &self.engine
    }

    /// What the server says, or what becomes of the connection.
    ///
    /// # Errors
    /// The server broke a rule.
    pub fn next_event(&mut self) -> Result<Option<ClientEvent>, Violation> {
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
                    self.events.push_back(Ok(ClientEvent::Closed(reason)));
                    Ok(None)
                }
            };
            match packet.and_then(|packet| packet.map_or(Ok(()), |packet| self.take(packet))) {
                Ok(()) => {}
                Err(violation) => {
                    self.events.push_back(Err(violation));
                    self.leave_all(engineio::Reason::ParseError.into());
                    self.engine.abort(engineio::Reason::ParseError);
                }
            }
        }
    }

    fn take(&mut self, packet: Packet) -> Result<(), Violation> {
        let Packet { namespace, content } = packet;
        // What is said of a namespace that was left may have been under way.
        let Some(index) = self.namespaces.iter().position(|known| known.namespace == namespace)
        else {
            return Ok(());
        };
        let known = &mut self.namespaces[index];
        let event = match content {
            Content::Connect(payload) => {
                let text = |name| payload.as_ref()?.get(name)?.as_str().map(str::to_owned);
                let Some(sid) = text("sid") else {
                    return Err(
                        rules::CONNECT_PAYLOAD.broken("CONNECT from a server without a sid")
                    );
                };
                let pid = text("pid");
                let recovered = pid.is_some() && pid == known.pid;
                (known.is_joined, known.pid) = (true, pid);
                ClientEvent::Connected { namespace, sid, recovered }
            }
            Content::ConnectError(error) => {
                self.namespaces.remove(index);
                ClientEvent::Refused { namespace, error }
            }
            Content::Disconnect => {
                self.namespaces.remove(index);
                self.acks.forget(&namespace);
                ClientEvent::Disconnect { namespace, reason: Reason::IoServerDisconnect }
            }
            Content::Event { name, arguments, id } => {
                if let Some(Value::String(offset)) = arguments.last() {
                    known.offset = Some(offset.clone());
                }
                ClientEvent::Event { namespace, name, arguments, id }
            }
            Content::Ack { id, arguments } => {
                if !self.acks.take(&namespace, id) {
                    return Ok(());
                }
                ClientEvent::Ack { namespace, id, arguments }
            }
        };
        self.events.push_back(Ok(event));
        Ok(())
    }

    /// Asks to join a namespace, with what this client says of itself, and what
    /// [`recovery`](Client::recovery) of its last connection gave.
    ///
    /// # Errors
    /// It cannot be sent.
    pub fn connect(
        &mut self,
        namespace: &Namespace,
        auth: Option<Object>,
        recovery: Option<Recovery>,
    ) -> Result<(), SendError> {
        let mut known =
            Membership { namespace: namespace.clone(), is_joined: false, pid: None, offset: None };
        let mut payload = auth;
        if let Some(Recovery { pid, offset }) = recovery {
            (known.pid, known.offset) = (Some(pid.clone()), Some(offset.clone()));
            let payload = payload.get_or_insert_default();
            payload.push("pid", pid);
            payload.push("offset", offset);
        }
        let connect = Encoded::object(Kind::Connect, namespace, payload.as_ref());
        self.engine.send_frames(connect.frames())?;
        self.namespaces.retain(|known| known.namespace != *namespace);
        self.namespaces.push(known);
        Ok(())
    }

    /// Leaves a namespace. The connection goes on.
    ///
    /// # Errors
    /// It is not joined, or cannot be sent.
    pub fn disconnect(&mut self, namespace: &Namespace) -> Result<(), SendError> {
        let disconnect = Encoded::object(Kind::Disconnect, namespace, None);
        self.send(namespace, &disconnect)?;
        self.namespaces.retain(|known| known.namespace != *namespace);
        self.acks.forget(namespace);
        let (namespace, reason) = (namespace.clone(), Reason::IoClientDisconnect);
        self.events.push_back(Ok(ClientEvent::Disconnect { namespace, reason }));
        Ok(())
    }

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
        self.send(namespace, &Encoded::event(namespace, name, arguments, None)?)
    }

    /// Sends an event and asks for its acknowledgement, until then or without an
    /// end. Gives the id of the [`ClientEvent::Ack`] or [`ClientEvent::AckTimeout`] to come.
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
        if !self.acks.has_room(namespace, id, self.limits.acks) {
            return Err(SendError::TooManyAcks);
        }
        self.send(namespace, &Encoded::event(namespace, name, arguments, Some(id))?)?;
        self.acks.expect(namespace, id, until);
        Ok(id)
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
        self.send(namespace, &Encoded::ack(namespace, id, arguments)?)
    }

    fn send(&mut self, namespace: &Namespace, packet: &Encoded) -> Result<(), SendError> {
        match self.is_connected(namespace) {
            true => Ok(self.engine.send_frames(packet.frames())?),
            false => Err(SendError::NotConnected),
        }
    }

    /// Whether the namespace is joined.
    pub fn is_connected(&self, namespace: &Namespace) -> bool {
        self.namespaces.iter().any(|known| known.namespace == *namespace && known.is_joined)
    }

    /// What to come back with, if this connection breaks and the server offers it.
    pub fn recovery(&self, namespace: &Namespace) -> Option<Recovery> {
        let known = self.namespaces.iter().find(|known| known.namespace == *namespace)?;
        Some(Recovery { pid: known.pid.clone()?, offset: known.offset.clone()? })
    }

    /// When to call [`handle_timeout`](Client::handle_timeout), if nothing happens before.
    pub fn poll_timeout(&self) -> Option<Instant> {
        [self.engine.poll_timeout(), self.acks.deadline()].into_iter().flatten().min()
    }

    /// It is `now`: gives up what takes too long.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.engine.handle_timeout(now);
        while let Some((namespace, id)) = self.acks.expired(now) {
            self.events.push_back(Ok(ClientEvent::AckTimeout { namespace, id }));
        }
    }

    /// The connection is over; what to come back with is kept.
    fn leave_all(&mut self, reason: Reason) {
        self.is_over = true;
        for known in &mut self.namespaces {
            if std::mem::take(&mut known.is_joined) {
                let namespace = known.namespace.clone();
                self.acks.forget(&namespace);
                self.events.push_back(Ok(ClientEvent::Disconnect { namespace, reason }));
            }
        }
    }
}
