//! A conversation that clients may join.

use super::{
    Broadcast, Recovery, Refused, Socket,
    engineio::{id, now},
    handler::{Handler, Outcome},
    handshake::Handshake,
    members::{Members, Rooms, Target},
    recovery::Memory,
};
use socketio::{
    EncodeError, Encoded, FIRST_SHARED_ID, Namespace as Name, Reason, Recovery as Claim, SendError,
    Value,
};
use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
};

/// A namespace: who is in it, who may come in, and what happens then. A clone is the same one.
#[derive(Clone)]
pub struct Namespace(Arc<Inner>);

struct Inner {
    name: Name,
    hooks: RwLock<Hooks>,
    /// A plain mutex: it is held for a moment, and never across an await. Who holds
    /// it may lock a client, and who holds a client never asks for it.
    state: Mutex<State>,
    next_ack: AtomicU64,
}

#[derive(Default)]
struct Hooks {
    checks: Vec<Check>,
    connect: Option<Handler<Socket>>,
}

/// A function that decides whether a client may come in.
pub(super) type Check = Arc<dyn Fn(Arc<Handshake>) -> Decision + Send + Sync>;
type Decision = Pin<Box<dyn Future<Output = Result<(), Refused>> + Send>>;

struct State {
    members: Members,
    memory: Option<Memory>,
}

impl Namespace {
    pub(super) fn new(name: Name, recovery: Option<Recovery>) -> Self {
        let state = State { members: Members::default(), memory: recovery.map(Memory::new) };
        Namespace(Arc::new(Inner {
            name,
            hooks: RwLock::default(),
            state: Mutex::new(state),
            next_ack: AtomicU64::new(FIRST_SHARED_ID),
        }))
    }

    // Who comes in

    /// Has a function welcome each client that comes in. Another one takes its place.
    ///
    /// What it does before it waits for anything is done before the client is heard.
    pub fn on_connect<F, W>(&self, handler: F)
    where
        F: Fn(Socket) -> W + Send + Sync + 'static,
        W: Future<Output: Outcome> + Send + 'static,
    {
        self.hooks_mut(|hooks| hooks.connect = Some(Handler::new(handler)));
    }

    /// Has a function decide who may come in, behind those that decide already:
    /// what the reference calls a middleware.
    ///
    /// ```
    /// # use server::socketio::{Refused, SocketIo};
    /// # let io = SocketIo::default();
    /// io.of("/admin").check(|handshake| async move {
    ///     match handshake.auth.get("token").and_then(|token| token.as_str()) {
    ///         Some("open sesame") => Ok(()),
    ///         _ => Err(Refused::new("not authorized").with("ask for a token")),
    ///     }
    /// });
    /// ```
    pub fn check<F, W>(&self, check: F)
    where
        F: Fn(Arc<Handshake>) -> W + Send + Sync + 'static,
        W: Future<Output = Result<(), Refused>> + Send + 'static,
    {
        let check: Check = Arc::new(move |handshake| Box::pin(check(handshake)));
        self.hooks_mut(|hooks| hooks.checks.push(check));
    }

    // What they are told

    /// Sends an event to all.
    ///
    /// # Errors
    /// No client would understand it.
    pub fn emit(&self, event: &str, arguments: &[Value]) -> Result<(), EncodeError> {
        self.emit_to(Target::default(), event, arguments)
    }

    /// Events for whoever is in a room.
    pub fn to(&self, room: impl Into<String>) -> Broadcast {
        self.all().to(room)
    }

    /// Events for all.
    pub fn all(&self) -> Broadcast {
        Broadcast::new(self.clone())
    }

    // Who is there

    /// Its name.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The socket with this id.
    pub fn socket(&self, id: &str) -> Option<Socket> {
        self.state().members.get(id).cloned()
    }

    /// How many sockets there are.
    pub fn count(&self) -> usize {
        self.state().members.count()
    }

    // For the others in here

    pub(super) fn full_name(&self) -> &Name {
        &self.0.name
    }

    pub(super) fn checks(&self) -> Vec<Check> {
        self.hooks().checks.clone()
    }

    pub(super) fn welcome(&self) -> Option<Handler<Socket>> {
        self.hooks().connect.clone()
    }

    // ANCHOR: admit
    /// Lets a client in. In one breath, so that it misses no event and gets none twice.
    pub(super) fn admit(
        &self,
        handshake: Arc<Handshake>,
        claim: Option<&Claim>,
    ) -> Result<Socket, SendError> {
        let mut state = self.state();
        let State { members, memory } = &mut *state;
        let back = claim.zip(memory.as_mut());
        let back = back.and_then(|(claim, memory)| {
            let (away, missed) = memory.come_back(claim, now())?;
            Some((away, claim.pid.as_str().into(), missed))
        });
        let is_recovered = back.is_some();
        let (id, rooms, pid, missed) = match back {
            Some((away, pid, missed)) => (away.id, away.rooms, Some(pid), missed),
            None => {
                let pid = memory.is_some().then(|| id().into());
                (id().into(), Rooms::new(), pid, Vec::new())
            }
        };
        let socket = Socket::new(id, self.clone(), handshake, pid, is_recovered);
        socket.act(|connection| {
            connection.accept(&socket, socket.pid())?;
            missed.iter().try_for_each(|event| connection.emit(&self.0.name, event))
        })?;
        members.insert(socket.clone(), rooms);
        Ok(socket)
    }
    // ANCHOR_END: admit

    /// A client has left.
    pub(super) fn forget(&self, socket: &Socket, reason: Reason) {
        let mut state = self.state();
        let State { members, memory } = &mut *state;
        let Some(rooms) = members.remove(socket) else { return };
        if let (Some(memory), Some(pid), true) = (memory, socket.pid(), reason.is_recoverable()) {
            memory.leave(pid, Arc::clone(socket.shared_id()), rooms, now());
        }
    }

    // ANCHOR: emit
    pub(super) fn emit_to(
        &self,
        target: Target,
        event: &str,
        arguments: &[Value],
    ) -> Result<(), EncodeError> {
        let name = &self.0.name;
        let mut state = self.state();
        let State { members, memory } = &mut *state;
        let Some(memory) = memory else {
            let event = Encoded::event(name, event, arguments, None)?;
            members.each(&target, |socket| _ = socket.send(&event));
            return Ok(());
        };
        let offset = Value::from(memory.next_offset().to_string());
        let arguments = [arguments, &[offset]].concat();
        let event = Encoded::event(name, event, &arguments, None)?;
        members.each(&target, |socket| _ = socket.send(&event));
        memory.keep(target, event, now());
        Ok(())
    }
    // ANCHOR_END: emit

    pub(super) fn each(&self, target: &Target, act: impl FnMut(&Socket)) {
        self.state().members.each(target, act);
    }

    /// Whether events are kept for clients that lose their connections.
    pub(super) fn remembers(&self) -> bool {
        self.state().memory.is_some()
    }

    pub(super) fn next_shared_id(&self) -> u64 {
        self.0.next_ack.fetch_add(1, Ordering::Relaxed)
    }

    pub(super) fn join(&self, id: &str, room: &str) {
        self.state().members.join(id, room);
    }

    pub(super) fn leave(&self, id: &str, room: &str) {
        self.state().members.leave(id, room);
    }

    pub(super) fn rooms_of(&self, id: &str) -> Vec<Arc<str>> {
        self.state().members.rooms_of(id)
    }

    fn hooks(&self) -> impl std::ops::Deref<Target = Hooks> {
        self.0.hooks.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn hooks_mut(&self, change: impl FnOnce(&mut Hooks)) {
        change(&mut self.0.hooks.write().unwrap_or_else(PoisonError::into_inner));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Whole between two calls, whoever panicked beside it.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Namespace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Namespace").field(&self.0.name).finish()
    }
}
