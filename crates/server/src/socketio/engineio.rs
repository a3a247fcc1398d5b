//! Engine.IO over HTTP and WebSocket: from requests to the sessions that they belong to.
//!
//! ```text
//!                what does this request want?
//!   GET          open ────────► Client        a session's machine, shared
//!   GET  sid     polling ─────►  │  ▲
//!   POST sid     polling ─────►  │  │ send, close
//!   101  sid     websocket ───►  │  │
//!                keeper ──────►  ▼  │
//!                              Protocol       what the packets mean to a program
//! ```
//!
//! What a session is, `socketio::engineio` knows; here are the tasks that carry
//! its packets. None of them owns it: a GET waits on one connection while a POST
//! comes on another, and a WebSocket is tried out beside both. So the machine
//! lies in a [`Client`] behind a mutex, and each task looks at it when its bell rings.
//!
//! ```no_run
//! # async fn run() -> std::io::Result<()> {
//! use server::{Server, interrupted, socketio::engineio::{Access, Config, EngineIo, Event}};
//!
//! let engine = EngineIo::new(Config::default(), Access::default(), |client, event| {
//!     // A client that is gone, or takes nothing, is not waited for.
//!     _ = match event {
//!         Event::Message(text) => client.send(&text),
//!         Event::Binary(bytes) => client.send_binary(bytes),
//!         Event::Upgraded | Event::Closed(_) => Ok(()),
//!     };
//! });
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
//! Server::default().serve(listener, engine, interrupted()).await;
//! # Ok(())
//! # }
//! ```
//!
//! Book: chapter 11.

mod access;
mod client;
mod polling;
mod protocol;
mod sessions;
mod websocket;

use crate::{Error, Exchange, Handler, websocket as ws};
pub use access::{Access, Origins};
pub use client::Client;
pub(crate) use client::now;
use http1::{Method, Response};
pub use protocol::{Machine, Messages, Protocol};
use sessions::Sessions;
pub(crate) use sessions::id;
pub use socketio::engineio::{Config, Event, Reason, SendError, Session, Transport};
use socketio::engineio::{Refusal, Request, rules};
use std::{fmt, future::Future, pin::Pin, sync::Arc};
use tracing::debug;
use wire::Violation;

/// The sessions of Engine.IO, as a handler: it answers the requests of one path,
/// and which path that is, the program says that calls it. A clone is the same one.
pub struct EngineIo<P: Protocol>(Arc<Shared<P>>);

struct Shared<P: Protocol> {
    protocol: P,
    config: Arc<Config>,
    access: Access,
    websocket: ws::Config,
    sessions: Sessions<P::Machine>,
}

impl<F> EngineIo<Messages<F>>
where
    F: Fn(&Arc<Client>, Event) + Send + Sync + 'static,
{
    /// Sessions whose messages go to `hear`, in order, as they come.
    pub fn new(config: Config, access: Access, hear: F) -> Self {
        let config = Arc::new(config);
        EngineIo::speaking(Messages::new(Arc::clone(&config), hear), config, access)
    }
}

impl<P: Protocol> EngineIo<P> {
    /// Sessions that speak a protocol of their own above Engine.IO.
    pub fn speaking(protocol: P, config: Arc<Config>, access: Access) -> Self {
        let websocket = access.websocket(&config);
        let sessions = Sessions::new(access.sessions);
        EngineIo(Arc::new(Shared { protocol, config, access, websocket, sessions }))
    }

    /// What is spoken here.
    pub fn protocol(&self) -> &P {
        &self.0.protocol
    }

    /// How many sessions there are.
    pub fn count(&self) -> usize {
        self.0.sessions.count()
    }

    /// Closes all sessions, because the server is about to stop; opens none any more.
    /// To be called when the server is asked to stop, before it is told so:
    ///
    /// ```no_run
    /// # use server::{Server, interrupted, socketio::SocketIo};
    /// # async fn run(listener: tokio::net::TcpListener, io: SocketIo) {
    /// let stop = async {
    ///     interrupted().await;
    ///     io.shut_down();
    /// };
    /// Server::default().serve(listener, io.clone(), stop).await;
    /// # }
    /// ```
    pub fn shut_down(&self) {
        for client in self.0.sessions.shut_down() {
            client.act(|machine| machine.shut_down(now()));
        }
    }

    // ANCHOR: answer
    /// In a box of its own each, so that nobody carries what only another request needs.
    fn answer(self, exchange: Exchange) -> Answer {
        match self.wish(&exchange) {
            Ok(Wish::Preflight) => Box::pin(self.allow(exchange)),
            Ok(Wish::Open(Transport::Polling)) => Box::pin(self.open(exchange)),
            Ok(Wish::Open(Transport::WebSocket)) => Box::pin(self.open_websocket(exchange)),
            Ok(Wish::Poll(client)) => Box::pin(self.poll(exchange, client)),
            Ok(Wish::Post(client)) => Box::pin(self.post(exchange, client)),
            Ok(Wish::Upgrade(client)) => Box::pin(self.upgrade(exchange, client)),
            Err(violation) => Box::pin(self.refuse(exchange, violation)),
        }
    }

    fn wish(&self, exchange: &Exchange) -> Result<Wish<P::Machine>, Violation> {
        let Shared { config, access, sessions, .. } = &*self.0;
        let request = exchange.request();
        access.check(request)?;
        if request.method == Method::OPTIONS {
            return Ok(Wish::Preflight);
        }
        let query = exchange.query().unwrap_or_default();
        let is_websocket = handshake::is_upgrade(request);
        let method = request.method.as_str();
        Ok(match Request::decode(method, query, is_websocket, &config.transports)? {
            Request::Open(transport) => Wish::Open(transport),
            Request::Poll { sid } => Wish::Poll(sessions.find(sid)?),
            Request::Post { sid } => Wish::Post(sessions.find(sid)?),
            Request::Upgrade { sid } => Wish::Upgrade(sessions.find(sid)?),
        })
    }
    // ANCHOR_END: answer

    /// Answers whether a page of another site may ask (Fetch standard, CORS-preflight).
    async fn allow(self, exchange: Exchange) -> Result<(), Error> {
        let response = self.0.access.preflight(exchange.request());
        exchange.respond(response, b"").await
    }

    async fn refuse(self, exchange: Exchange, violation: Violation) -> Result<(), Error> {
        debug!(peer = %exchange.peer().address, %violation, "a request is refused");
        self.say_no(exchange, Refusal::from(&violation)).await
    }

    /// There is no room for another session.
    async fn turn_away(&self, exchange: Exchange) -> Result<(), Error> {
        let violation = rules::FORBIDDEN.broken("there is no room for another session");
        debug!(peer = %exchange.peer().address, %violation, "a request is refused");
        self.say_no(exchange, Refusal { status: 503, ..Refusal::from(&violation) }).await
    }

    async fn say_no(&self, exchange: Exchange, refusal: Refusal) -> Result<(), Error> {
        let response = Response::new(refusal.status).with("Content-Type", "application/json");
        self.respond(exchange, response, &refusal.body()).await
    }

    async fn respond(
        &self,
        exchange: Exchange,
        mut response: Response,
        body: &str,
    ) -> Result<(), Error> {
        response.headers.push("Cache-Control", "no-store");
        // The body may be what others have said: no browser shall take it for a page.
        response.headers.push("X-Content-Type-Options", "nosniff");
        self.0.access.dress(exchange.request(), &mut response);
        exchange.respond(response, body.as_bytes()).await
    }

    /// Hands all events of a client to the protocol; gives the rule that the client broke.
    fn settle(&self, client: &Arc<Client<P::Machine>>) -> Option<Violation> {
        let Shared { protocol, sessions, .. } = &*self.0;
        let mut broken = None;
        // Where somebody hears it already, they hear everything.
        let mut events = client.hear()?;
        while let Some(event) = events.next() {
            match event {
                Ok(event) => protocol.happen(client, event),
                Err(violation) => {
                    debug!(peer = %client.peer().address, %violation, "the peer broke a rule");
                    broken.get_or_insert(violation);
                }
            }
        }
        if client.is_closed() {
            sessions.remove(&client.sid());
        }
        broken
    }
}

type Answer = Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>;

/// What a request wants, of whom.
enum Wish<M> {
    Preflight,
    Open(Transport),
    Poll(Arc<Client<M>>),
    Post(Arc<Client<M>>),
    Upgrade(Arc<Client<M>>),
}

impl<P: Protocol> Handler for EngineIo<P> {
    fn handle(&self, exchange: Exchange) -> impl Future<Output = Result<(), Error>> + Send {
        self.clone().answer(exchange)
    }
}

impl<P: Protocol> Clone for EngineIo<P> {
    fn clone(&self) -> Self {
        EngineIo(Arc::clone(&self.0))
    }
}

impl<P: Protocol> fmt::Debug for EngineIo<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EngineIo").field("sessions", &self.count()).finish_non_exhaustive()
    }
}
