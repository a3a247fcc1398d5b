//! One client in one namespace.

use super::{
    AckError, Broadcast, Event, Namespace,
    connection::Connection,
    engineio::Client,
    handler::{Handler, Outcome},
    handshake::Handshake,
    members::Target,
};
use socketio::{Encoded, Namespace as Name, Reason, SendError, Value};
use std::{
    borrow::Cow,
    fmt,
    future::{Future, poll_fn},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Poll, Waker},
    time::Duration,
};

/// A client in a namespace. A clone is the same one.
///
/// ```
/// # use server::socketio::{Event, Socket};
/// # async fn connected(socket: Socket) -> Result<(), server::socketio::SendError> {
/// socket.on("move", |event: Event| async move {
///     // To all who are in the game but the one who moved.
///     event.socket.to("game").emit("moved", &event.arguments)?;
///     event.ack(&[true.into()])
/// });
/// socket.on_disconnect(|reason| async move { println!("{reason}") });
/// socket.join("game");
/// socket.emit("welcome", &["Your move.".into()])
/// # }
/// ```
#[derive(Clone)]
pub struct Socket(Arc<Inner>);

struct Inner {
    id: Arc<str>,
    namespace: Namespace,
    handshake: Arc<Handshake>,
    pid: Option<Box<str>>,
    is_recovered: bool,
    handlers: Mutex<Handlers>,
}

/// What the program does for a socket.
enum Handlers {
    Here {
        events: Vec<(Cow<'static, str>, Handler<Event>)>,
        others: Option<Handler<Event>>,
        /// Who waits until the client leaves.
        waiting: Vec<Waker>,
        disconnect: Option<Handler<Reason>>,
    },
    /// The client has left. Its handlers are gone: they may hold on to the socket,
    /// and it would never end.
    Gone(Reason),
}

impl Socket {
    pub(super) fn new(
        id: Arc<str>,
        namespace: Namespace,
        handshake: Arc<Handshake>,
        pid: Option<Box<str>>,
        is_recovered: bool,
    ) -> Self {
        let handlers = Handlers::Here {
            events: Vec::new(),
            others: None,
            waiting: Vec::new(),
            disconnect: None,
        };
        let handlers = Mutex::new(handlers);
        Socket(Arc::new(Inner { id, namespace, handshake, pid, is_recovered, handlers }))
    }

    // What the client does

    /// Has a function hear an event. Another one for the same event takes its place.
    ///
    /// It is best called before the handler of the connection waits for anything:
    /// an event that nobody hears is lost. Handlers begin in the order of their
    /// events; one that waits goes on beside the others.
    pub fn on<F, W>(&self, event: impl Into<Cow<'static, str>>, handler: F)
    where
        F: Fn(Event) -> W + Send + Sync + 'static,
        W: Future<Output: Outcome> + Send + 'static,
    {
        let (event, handler) = (event.into(), Handler::new(handler));
        let Handlers::Here { events, .. } = &mut *self.handlers() else { return };
        match events.iter_mut().find(|(name, _)| *name == event) {
            Some((_, known)) => *known = handler,
            None => events.push((event, handler)),
        }
    }

    /// Has a function hear the events that no other one hears. Another one takes its place.
    pub fn on_others<F, W>(&self, handler: F)
    where
        F: Fn(Event) -> W + Send + Sync + 'static,
        W: Future<Output: Outcome> + Send + 'static,
    {
        let handler = Handler::new(handler);
        let Handlers::Here { others, .. } = &mut *self.handlers() else { return };
        *others = Some(handler);
    }

    /// Has a function hear why the client left; at once, if it has. Another one
    /// takes its place.
    pub fn on_disconnect<F, W>(&self, handler: F)
    where
        F: Fn(Reason) -> W + Send + Sync + 'static,
        W: Future<Output: Outcome> + Send + 'static,
    {
        let handler = Handler::new(handler);
        let reason = match &mut *self.handlers() {
            Handlers::Here { disconnect, .. } => return *disconnect = Some(handler),
            Handlers::Gone(reason) => *reason,
        };
        self.client().work(handler.call(reason));
    }

    /// Waits until the client has left; why.
    pub async fn disconnected(&self) -> Reason {
        poll_fn(|context| match &mut *self.handlers() {
            Handlers::Gone(reason) => Poll::Ready(*reason),
            Handlers::Here { waiting, .. } => {
                let waker = context.waker();
                if !waiting.iter().any(|known| known.will_wake(waker)) {
                    waiting.push(waker.clone());
                }
                Poll::Pending
            }
        })
        .await
    }

    // What the client is told

    /// Sends an event. It is queued and not waited for; a client that does not
    /// take its events is let go when too much waits.
    ///
    /// # Errors
    /// The client is gone, or no client would understand the event.
    pub fn emit(&self, event: &str, arguments: &[Value]) -> Result<(), SendError> {
        if self.0.namespace.remembers() {
            // It may be missed, and asked for again: so it goes the way of all events.
            let target = Target::only(self.id());
            return self.0.namespace.emit_to(target, event, arguments).map_err(SendError::from);
        }
        self.send(&Encoded::event(self.name(), event, arguments, None)?)
    }

    /// Sends an event that was [encoded](Encoded::event) before, for many perhaps, and for
    /// the namespace of this socket. It is not kept for a client that loses its connection.
    ///
    /// # Errors
    /// The client is gone, or takes nothing.
    pub fn emit_encoded(&self, event: &Encoded) -> Result<(), SendError> {
        self.send(event)
    }

    /// Waits until all that was emitted is on its way, or the client is gone. Who
    /// emits more only then keeps no more in memory than a slow client can take.
    pub async fn flushed(&self) {
        tokio::select! {
            () = self.client().flushed() => {}
            _ = self.disconnected() => {}
        }
    }

    /// Sends an event and waits for its acknowledgement: what the client says to it.
    ///
    /// # Errors
    /// It could not be sent, or was not acknowledged in time.
    pub async fn emit_with_ack(
        &self,
        event: &str,
        arguments: &[Value],
        patience: Duration,
    ) -> Result<Vec<Value>, AckError> {
        let name = self.name();
        let sent =
            self.act(|connection| connection.emit_with_ack(name, event, arguments, patience));
        sent?.await.unwrap_or(Err(AckError::Disconnected))
    }

    /// Events for all others in the namespace.
    pub fn broadcast(&self) -> Broadcast {
        self.0.namespace.all().except(self.id())
    }

    /// Events for all others in a room.
    pub fn to(&self, room: impl Into<String>) -> Broadcast {
        self.broadcast().to(room)
    }

    // Where the client is

    /// Enters a room. A socket that has left enters none.
    pub fn join(&self, room: &str) {
        self.0.namespace.join(self.id(), room);
    }

    /// Leaves a room.
    pub fn leave(&self, room: &str) {
        self.0.namespace.leave(self.id(), room);
    }

    /// The rooms that it is in.
    pub fn rooms(&self) -> Vec<Arc<str>> {
        self.0.namespace.rooms_of(self.id())
    }

    /// Puts the client out of the namespace. Its connection goes on.
    pub fn disconnect(&self) {
        self.act(|connection| connection.disconnect(self.name()));
    }

    /// Puts the client out of all namespaces, and closes its connection.
    pub fn close(&self) {
        self.act(Connection::close);
    }

    // Who the client is

    /// Its id in this namespace, which others may know.
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// Where it is.
    pub fn namespace(&self) -> &Namespace {
        &self.0.namespace
    }

    /// What it said of itself.
    pub fn handshake(&self) -> &Handshake {
        &self.0.handshake
    }

    /// Whether it was here before, lost its connection, and goes on where it was:
    /// with its id, its rooms, and everything that was sent in between.
    pub fn is_recovered(&self) -> bool {
        self.0.is_recovered
    }

    /// Whether it is still there, as far as anybody knows.
    pub fn is_connected(&self) -> bool {
        self.act(|connection| connection.is_connected(self.name()))
    }

    // For the others in here

    pub(super) fn name(&self) -> &Name {
        &self.0.handshake.namespace
    }

    pub(super) fn shared_id(&self) -> &Arc<str> {
        &self.0.id
    }

    pub(super) fn pid(&self) -> Option<&str> {
        self.0.pid.as_deref()
    }

    pub(super) fn client(&self) -> &Arc<Client<Connection>> {
        self.0.handshake.client()
    }

    pub(super) fn act<T>(&self, act: impl FnOnce(&mut Connection) -> T) -> T {
        self.client().act(act)
    }

    pub(super) fn send(&self, event: &Encoded) -> Result<(), SendError> {
        self.act(|connection| connection.emit(self.name(), event))
    }

    pub(super) fn handler_of(&self, event: &str) -> Option<Handler<Event>> {
        let Handlers::Here { events, others, .. } = &*self.handlers() else { return None };
        let handler = events.iter().find(|(name, _)| name == event).map(|(_, handler)| handler);
        handler.or(others.as_ref()).cloned()
    }

    /// The client has left; gives who wants to hear why.
    pub(super) fn retire(&self, reason: Reason) -> Option<Handler<Reason>> {
        // Dropped behind the lock: what a handler holds may come back here.
        let handlers = std::mem::replace(&mut *self.handlers(), Handlers::Gone(reason));
        match handlers {
            Handlers::Here { disconnect, waiting, .. } => {
                waiting.into_iter().for_each(Waker::wake);
                disconnect
            }
            Handlers::Gone(_) => None,
        }
    }

    fn handlers(&self) -> MutexGuard<'_, Handlers> {
        // Whole between two calls, whoever panicked beside it.
        self.0.handlers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl PartialEq for Socket {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Socket {}

impl fmt::Debug for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Socket");
        shown.field("id", &self.id()).field("namespace", self.name()).finish_non_exhaustive()
    }
}
