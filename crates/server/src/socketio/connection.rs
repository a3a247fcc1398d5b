//! What a session of Socket.IO is here: the machine, and the sockets on it.
//!
//! ```text
//!  socketio::Session ── Event in /chat ─► which socket is that? ─► Happening
//!                       Ack 7 in /chat ─► who awaits it? ─────────► the answer is theirs
//! ```

use super::{
    Socket,
    engineio::{self, Machine, now},
    handshake::Handshake,
};
use socketio::{
    Encoded, Event, Namespace as Name, Object, Reason, Recovery as Claim, SendError, Session, Value,
};
use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::oneshot;
use wire::Violation;

/// The machine of a client, and its sockets: one for each namespace that it is on.
pub(crate) struct Connection {
    session: Session,
    sockets: Vec<Socket>,
    /// Clients whose fate is decided, and who are not told yet.
    verdicts: VecDeque<Verdict>,
    acks: BTreeMap<(Name, u64), oneshot::Sender<Answer>>,
}

/// What comes back for an event that asked for an acknowledgement.
pub(super) type Answer = Result<Vec<Value>, AckError>;

/// Why there is no acknowledgement.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AckError {
    /// The event was not sent.
    #[error(transparent)]
    Send(#[from] SendError),
    /// There was none in time.
    #[error("the client did not acknowledge the event in time")]
    TimedOut,
    /// The client is gone.
    #[error("the client left before it acknowledged the event")]
    Disconnected,
}

/// Whether a client is let in.
pub(crate) struct Verdict {
    pub(super) handshake: Arc<Handshake>,
    pub(super) claim: Option<Claim>,
    pub(super) admitted: Result<(), Refused>,
}

/// Why a client is not let in: the client's program hears it as `connect_error`.
#[derive(Debug, Clone, PartialEq)]
pub struct Refused {
    /// What it is told.
    pub message: String,
    /// What goes with it.
    pub data: Option<Value>,
}

impl Refused {
    /// With this message alone.
    pub fn new(message: impl Into<String>) -> Self {
        Refused { message: message.into(), data: None }
    }

    /// The same, with `data` beside the message.
    #[must_use]
    pub fn with(mut self, data: impl Into<Value>) -> Self {
        self.data = Some(data.into());
        self
    }
}

/// What happens on a connection.
pub(crate) enum Happening {
    /// Somebody asks to join a namespace.
    Ask { namespace: Name, auth: Object, claim: Option<Claim> },
    /// It is decided whether they may.
    Decided(Verdict),
    /// A client says something.
    Event { socket: Socket, name: String, arguments: Vec<Value>, id: Option<u64> },
    /// A namespace is left.
    Left { socket: Socket, reason: Reason },
}

impl Connection {
    pub(super) fn new(session: Session) -> Self {
        let (sockets, verdicts) = (Vec::new(), VecDeque::new());
        Connection { session, sockets, verdicts, acks: BTreeMap::new() }
    }

    pub(super) fn decide(&mut self, verdict: Verdict) {
        self.verdicts.push_back(verdict);
    }

    /// Lets a client in.
    pub(super) fn accept(&mut self, socket: &Socket, pid: Option<&str>) -> Result<(), SendError> {
        let accepted = self.session.accept(socket.name(), socket.id(), pid);
        self.check(accepted)?;
        self.sockets.push(socket.clone());
        Ok(())
    }

    pub(super) fn refuse(&mut self, namespace: &Name, refused: Refused) {
        let told = self.session.refuse(namespace, &refused.message, refused.data);
        // Where it fails, the client has left already.
        _ = self.check(told);
    }

    pub(super) fn emit(&mut self, namespace: &Name, event: &Encoded) -> Result<(), SendError> {
        let sent = self.session.emit_encoded(namespace, event);
        self.check(sent)
    }

    pub(super) fn acknowledge(
        &mut self,
        namespace: &Name,
        id: u64,
        arguments: &[Value],
    ) -> Result<(), SendError> {
        let sent = self.session.acknowledge(namespace, id, arguments);
        self.check(sent)
    }

    /// Sends an event, and gives where its acknowledgement will be.
    pub(super) fn emit_with_ack(
        &mut self,
        namespace: &Name,
        name: &str,
        arguments: &[Value],
        patience: Duration,
    ) -> Result<oneshot::Receiver<Answer>, SendError> {
        let until = Some(now() + patience);
        let sent = self.session.emit_with_ack(namespace, name, arguments, until);
        let id = self.check(sent)?;
        Ok(self.await_ack(namespace, id))
    }

    /// The same with an event that was encoded for many, under this id.
    pub(super) fn emit_encoded_with_ack(
        &mut self,
        namespace: &Name,
        event: &Encoded,
        id: u64,
        patience: Duration,
    ) -> Result<oneshot::Receiver<Answer>, SendError> {
        self.session.expect_ack(namespace, id, Some(now() + patience))?;
        self.emit(namespace, event)?;
        Ok(self.await_ack(namespace, id))
    }

    fn await_ack(&mut self, namespace: &Name, id: u64) -> oneshot::Receiver<Answer> {
        let (answer, answered) = oneshot::channel();
        self.acks.insert((namespace.clone(), id), answer);
        answered
    }

    pub(super) fn disconnect(&mut self, namespace: &Name) {
        let left = self.session.disconnect(namespace);
        // Where it fails, the client has left already.
        _ = self.check(left);
    }

    pub(super) fn close(&mut self) {
        self.session.disconnect_all(now());
    }

    pub(super) fn is_connected(&self, namespace: &Name) -> bool {
        self.session.is_connected(namespace)
    }

    /// Lets a client go that does not take its packets.
    fn check<T>(&mut self, sent: Result<T, SendError>) -> Result<T, SendError> {
        if let Err(SendError::Engine(engineio::SendError::QueueFull { .. })) = sent {
            self.session.engine_mut().close(now());
        }
        sent
    }

    /// What an event of the machine is for the program; some are for one who awaits them.
    fn translate(&mut self, event: Event) -> Option<Happening> {
        match event {
            Event::Connect { namespace, auth, recovery } => {
                Some(Happening::Ask { namespace, auth, claim: recovery })
            }
            Event::Event { namespace, name, arguments, id } => {
                let socket = self.sockets.iter().find(|socket| *socket.name() == namespace)?;
                Some(Happening::Event { socket: socket.clone(), name, arguments, id })
            }
            Event::Ack { namespace, id, arguments } => {
                self.answer(namespace, id, Ok(arguments));
                None
            }
            Event::AckTimeout { namespace, id } => {
                self.answer(namespace, id, Err(AckError::TimedOut));
                None
            }
            Event::Disconnect { namespace, reason } => {
                self.acks.retain(|(awaited, _), _| *awaited != namespace);
                let place = self.sockets.iter().position(|socket| *socket.name() == namespace)?;
                Some(Happening::Left { socket: self.sockets.swap_remove(place), reason })
            }
            Event::Closed(_) => None,
        }
    }

    fn answer(&mut self, namespace: Name, id: u64, answer: Answer) {
        if let Some(awaited) = self.acks.remove(&(namespace, id)) {
            // Nobody may wait for it any more.
            _ = awaited.send(answer);
        }
    }
}

impl Machine for Connection {
    type Event = Happening;

    fn engine(&self) -> &engineio::Session {
        self.session.engine()
    }

    fn engine_mut(&mut self) -> &mut engineio::Session {
        self.session.engine_mut()
    }

    fn next_event(&mut self) -> Result<Option<Happening>, Violation> {
        if let Some(verdict) = self.verdicts.pop_front() {
            return Ok(Some(Happening::Decided(verdict)));
        }
        while let Some(event) = self.session.next_event()? {
            if let Some(happening) = self.translate(event) {
                return Ok(Some(happening));
            }
        }
        Ok(None)
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.session.poll_timeout()
    }

    fn handle_timeout(&mut self, now: Instant) {
        self.session.handle_timeout(now);
    }

    fn shut_down(&mut self, now: Instant) {
        self.session.shut_down(now);
    }
}
