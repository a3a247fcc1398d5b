//! What is spoken above Engine.IO: plain messages, or Socket.IO.

use super::{Client, Config, Event, Session, Transport};
use std::{sync::Arc, time::Instant};
use wire::Violation;

/// What is spoken above Engine.IO.
pub trait Protocol: Send + Sync + 'static {
    /// What a session is.
    type Machine: Machine;

    /// A client has come.
    fn open(&self, sid: &str, transport: Transport, now: Instant) -> Self::Machine;

    /// Something happens. The events of one client come one after the other.
    fn happen(&self, client: &Arc<Client<Self::Machine>>, event: <Self::Machine as Machine>::Event);
}

/// A session of Engine.IO, and what stands above it.
pub trait Machine: Send + 'static {
    /// What happens in it.
    type Event;

    /// What carries it.
    fn engine(&self) -> &Session;

    /// What carries it, to be driven.
    fn engine_mut(&mut self) -> &mut Session;

    /// What the client says, or what becomes of it.
    ///
    /// # Errors
    /// The client broke a rule.
    fn next_event(&mut self) -> Result<Option<Self::Event>, Violation>;

    /// When to call [`handle_timeout`](Machine::handle_timeout), if nothing happens before.
    fn poll_timeout(&self) -> Option<Instant>;

    /// It is `now`.
    fn handle_timeout(&mut self, now: Instant);

    /// The server is about to stop.
    fn shut_down(&mut self, now: Instant);
}

impl Machine for Session {
    type Event = Event;

    fn engine(&self) -> &Session {
        self
    }

    fn engine_mut(&mut self) -> &mut Session {
        self
    }

    fn next_event(&mut self) -> Result<Option<Event>, Violation> {
        Session::next_event(self)
    }

    fn poll_timeout(&self) -> Option<Instant> {
        Session::poll_timeout(self)
    }

    fn handle_timeout(&mut self, now: Instant) {
        Session::handle_timeout(self, now);
    }

    fn shut_down(&mut self, now: Instant) {
        self.close(now);
    }
}

/// Plain messages, for a function to hear.
#[derive(Debug)]
pub struct Messages<F> {
    config: Arc<Config>,
    hear: F,
}

impl<F> Messages<F> {
    pub(super) fn new(config: Arc<Config>, hear: F) -> Self {
        Messages { config, hear }
    }
}

impl<F> Protocol for Messages<F>
where
    F: Fn(&Arc<Client>, Event) + Send + Sync + 'static,
{
    type Machine = Session;

    fn open(&self, sid: &str, transport: Transport, now: Instant) -> Session {
        Session::open(sid, transport, Arc::clone(&self.config), now)
    }

    fn happen(&self, client: &Arc<Client>, event: Event) {
        (self.hear)(client, event);
    }
}
