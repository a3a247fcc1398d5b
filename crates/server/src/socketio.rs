//! Socket.IO: events, acknowledgements, namespaces and rooms, over whatever works.
//!
//! ```text
//!                SocketIo
//!   requests ──► engineio ──► Connection ──► hub ──► on_connect(socket)
//!   WebSockets     │            │                    on("message", event)
//!                  ▼            ▼                    on_disconnect(reason)
//!                Client ◄──── Socket ◄─ emit ──┐
//!                             Socket ◄─ emit ──┤
//!                             Socket ◄─ emit ──┴──── to("lobby").emit(…)
//!                               └ Namespace: members and their rooms
//! ```
//!
//! ```
//! use server::{Exchange, Error, Handler, socketio::{Event, Socket, SocketIo}};
//!
//! let io = SocketIo::default();
//! io.on_connect(|socket: Socket| async move {
//!     socket.join("lobby");
//!     socket.on("say", |event: Event| async move {
//!         event.socket.to("lobby").emit("said", &event.arguments)
//!     });
//! });
//!
//! // The paths are the program's.
//! let site = move |exchange: Exchange| {
//!     let io = io.clone();
//!     async move {
//!         match exchange.path() {
//!             "/socket.io/" => io.handle(exchange).await,
//!             _ => exchange.respond(http1::Response::new(404), b"").await,
//!         }
//!     }
//! };
//! # fn is_handler(_: impl Handler) {}
//! # is_handler(site);
//! ```
//!
//! In the browser:
//!
//! ```text
//! const socket = io();
//! socket.on("said", text => …);
//! socket.emit("say", "hello");
//! ```
//!
//! - [`engineio`]: the transports below.
//! - [`SocketIo`], [`Namespace`]: who may come in, and events for many.
//! - [`Socket`], [`Event`]: one client, and what it says.
//! - [`Recovery`]: what a client is told that lost its connection.
//!
//! What happens to one client happens in one order, in one task at a time: its
//! events, its comings and goings. Handlers are called in that order; one that
//! waits goes on beside the others. `emit` never waits: what a client does not
//! take lies in a queue with a bound, and then the client is let go.
//!
//! There are no dynamic namespaces, no adapters and no `volatile` here. Rooms are
//! the program's, and so is how many there are.
//!
//! Book: chapter 11.

mod broadcast;
mod connection;
pub mod engineio;
mod event;
mod handler;
mod handshake;
mod hub;
mod members;
mod namespace;
mod recovery;
mod socket;

use crate::{Error, Exchange, Handler};
pub use broadcast::Broadcast;
pub use connection::{AckError, Refused};
use engineio::{Access, EngineIo};
pub use event::Event;
pub use handler::Outcome;
pub use handshake::Handshake;
use hub::Hub;
pub use namespace::Namespace;
pub use recovery::Recovery;
pub use socket::Socket;
use socketio::Namespace as Name;
pub use socketio::{Binary, EncodeError, Encoded, Object, Reason, SendError, Value};
use std::{fmt, future::Future, sync::Arc};

/// What a server of Socket.IO offers, and what it puts up with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Config {
    /// The protocol's own: times, limits, transports.
    pub session: socketio::Config,
    /// Who may come in.
    pub access: Access,
    /// What is kept for clients that lose their connections, if that is offered.
    pub recovery: Option<Recovery>,
}

/// A server of Socket.IO, as a handler: it answers the requests of one path, and
/// which path that is, the program says that calls it. A clone is the same one.
#[derive(Clone)]
pub struct SocketIo {
    engine: EngineIo<Hub>,
    main: Namespace,
}

impl SocketIo {
    /// A server with the namespace `/`.
    pub fn new(config: &Config) -> Self {
        let hub = Hub::new(config);
        let main = hub.of(&Name::MAIN);
        let engine = Arc::clone(&config.session.engine);
        SocketIo { engine: EngineIo::speaking(hub, engine, config.access.clone()), main }
    }

    /// The namespace of this name. Before it was named here, no client may join it.
    ///
    /// # Panics
    /// It is no name: one begins with a slash, and has no comma and no control character.
    pub fn of(&self, name: &str) -> Namespace {
        let name = Name::new(name).expect("the name of a namespace begins with a slash");
        self.engine.protocol().of(&name)
    }

    /// The namespace `/`.
    pub fn main(&self) -> &Namespace {
        &self.main
    }

    /// [`Namespace::on_connect`] of the namespace `/`.
    pub fn on_connect<F, W>(&self, handler: F)
    where
        F: Fn(Socket) -> W + Send + Sync + 'static,
        W: Future<Output: Outcome> + Send + 'static,
    {
        self.main.on_connect(handler);
    }

    /// [`Namespace::emit`] in the namespace `/`.
    ///
    /// # Errors
    /// No client would understand it.
    pub fn emit(&self, event: &str, arguments: &[Value]) -> Result<(), EncodeError> {
        self.main.emit(event, arguments)
    }

    /// [`Namespace::to`] in the namespace `/`.
    pub fn to(&self, room: impl Into<String>) -> Broadcast {
        self.main.to(room)
    }

    /// How many clients there are, in whatever namespaces.
    pub fn count(&self) -> usize {
        self.engine.count()
    }

    /// Closes all connections, because the server is about to stop; takes none any more.
    /// See [`EngineIo::shut_down`].
    pub fn shut_down(&self) {
        self.engine.shut_down();
    }
}

impl Default for SocketIo {
    fn default() -> Self {
        SocketIo::new(&Config::default())
    }
}

impl Handler for SocketIo {
    fn handle(&self, exchange: Exchange) -> impl Future<Output = Result<(), Error>> + Send {
        self.engine.handle(exchange)
    }
}

impl fmt::Debug for SocketIo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SocketIo").field("clients", &self.count()).finish_non_exhaustive()
    }
}
