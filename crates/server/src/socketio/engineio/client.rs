//! One client: the machine of its session, and the bells of the tasks that carry it.
//!
//! ```text
//!  act:   lock ── change the machine ── ring ── unlock ── wake
//!  look:  lock ── nothing for me? leave a waker ── unlock ── sleep
//! ```
//!
//! No change falls between a look and the sleep behind it, since both stand under
//! one lock: nobody sleeps through their news. The lock is held for a moment, and
//! never across an await.
//!
//! Events are heard one after the other, by whichever task finds some. A task
//! that meets another one hearing goes on with its work: the other hears all.

use super::{Machine, SendError, Session, Transport};
use crate::Peer;
use http1::Request;
use socketio::Binary;
use std::{
    fmt,
    future::{Future, poll_fn},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll, Waker},
    time::Instant,
};
use tracing::{debug, error};
use wire::Violation;

/// A client with a session, as all tasks share it.
pub struct Client<M = Session> {
    request: Request,
    peer: Peer,
    state: Mutex<State<M>>,
    /// How many handlers are at work for it.
    working: AtomicUsize,
    /// How many may be.
    most: usize,
}

struct State<M> {
    machine: M,
    bells: [Bell; 3],
    /// Who waits until nothing waits to be sent.
    flushers: Vec<Waker>,
    /// Whether somebody hears its events.
    is_heard: bool,
}

/// Who waits for news of a client.
#[derive(Debug, Clone, Copy)]
pub(super) enum Waiter {
    /// A GET, for packets.
    Poll,
    /// The task of its WebSocket.
    WebSocket,
    /// Who looks after the time of a session that travels by polling.
    Keeper,
}

/// Wakes one task. It rings on until the task looks.
#[derive(Debug, Default)]
struct Bell {
    is_ringing: bool,
    sleeper: Option<Waker>,
}

impl Client {
    /// Sends a message, text. A client that does not take its messages is let go.
    ///
    /// # Errors
    /// It cannot be sent.
    pub fn send(&self, text: &str) -> Result<(), SendError> {
        self.act(|session| {
            let sent = session.send(text);
            let_go(session, sent)
        })
    }

    /// Sends a message, bytes. A client that does not take its messages is let go.
    ///
    /// # Errors
    /// It cannot be sent.
    pub fn send_binary(&self, bytes: impl Into<Binary>) -> Result<(), SendError> {
        let bytes = bytes.into();
        self.act(|session| {
            let sent = session.send_binary(bytes);
            let_go(session, sent)
        })
    }

    /// Ends the session when everything that waits has found its way out.
    pub fn close(&self) {
        self.act(|session| session.close(now()));
    }
}

fn let_go(session: &mut Session, sent: Result<(), SendError>) -> Result<(), SendError> {
    if let Err(SendError::QueueFull { .. }) = sent {
        session.close(now());
    }
    sent
}

impl<M: Machine> Client<M> {
    pub(super) fn new(machine: M, request: Request, peer: Peer, most: usize) -> Self {
        let (bells, flushers) = (Default::default(), Vec::new());
        let state = State { machine, bells, flushers, is_heard: false };
        let working = AtomicUsize::new(0);
        Client { request, peer, state: Mutex::new(state), working, most }
    }

    /// The request that opened its session: headers, query.
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// Who it is.
    pub fn peer(&self) -> Peer {
        self.peer
    }

    /// The id of its session.
    pub fn sid(&self) -> Box<str> {
        self.state().machine.engine().sid().into()
    }

    /// By what its packets travel now.
    pub fn transport(&self) -> Transport {
        self.state().machine.engine().transport()
    }

    /// Whether its session has ended.
    pub fn is_closed(&self) -> bool {
        self.state().machine.engine().is_closed()
    }

    // ANCHOR: act
    /// Does something with the machine, and wakes whom it may concern.
    pub(crate) fn act<T>(&self, act: impl FnOnce(&mut M) -> T) -> T {
        let mut state = self.state();
        let done = act(&mut state.machine);
        let sleepers = state.ring();
        let flushers = state.flushers();
        drop(state);
        sleepers.into_iter().flatten().chain(flushers).for_each(Waker::wake);
        done
    }

    /// Looks at the machine as somebody whose bell may ring again from now on.
    pub(super) fn look<T>(&self, waiter: Waiter, look: impl FnOnce(&mut M) -> T) -> T {
        let mut state = self.state();
        state.bell(waiter).is_ringing = false;
        let seen = look(&mut state.machine);
        let flushers = state.flushers();
        drop(state);
        flushers.into_iter().for_each(Waker::wake);
        seen
    }

    /// Waits until somebody has done something since the last look.
    pub(super) async fn news(&self, waiter: Waiter) {
        poll_fn(|context| {
            let mut state = self.state();
            let bell = state.bell(waiter);
            if bell.is_ringing {
                return Poll::Ready(());
            }
            bell.sleeper = Some(context.waker().clone());
            Poll::Pending
        })
        .await;
    }
    // ANCHOR_END: act

    /// Waits until nothing waits to be sent, or its session is about to end.
    pub(crate) async fn flushed(&self) {
        poll_fn(|context| {
            let mut state = self.state();
            if state.is_flushed() {
                return Poll::Ready(());
            }
            let waker = context.waker();
            if !state.flushers.iter().any(|known| known.will_wake(waker)) {
                state.flushers.push(waker.clone());
            }
            Poll::Pending
        })
        .await;
    }

    /// Its events, unless somebody hears them already.
    pub(super) fn hear(&self) -> Option<Events<'_, M>> {
        let is_heard = std::mem::replace(&mut self.state().is_heard, true);
        (!is_heard).then_some(Events { client: self, heard: false })
    }

    /// Lets a handler work: as far as it goes at once, and the rest in a task of
    /// its own. As in JavaScript, handlers begin in the order of their events, and
    /// one that waits holds up no other.
    pub(crate) fn work(self: &Arc<Self>, mut work: Pin<Box<dyn Future<Output = ()> + Send>>) {
        // Nobody is woken through this context: a task asks again at once.
        let mut context = Context::from_waker(Waker::noop());
        let polled = catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(&mut context)));
        match polled {
            Ok(Poll::Ready(())) => {}
            Ok(Poll::Pending) => self.go_on(work),
            // What it left half done is dropped with it.
            Err(_) => error!(peer = %self.peer.address, "a handler panicked"),
        }
    }

    fn go_on(self: &Arc<Self>, work: Pin<Box<dyn Future<Output = ()> + Send>>) {
        if self.working.fetch_add(1, Ordering::Relaxed) >= self.most {
            self.working.fetch_sub(1, Ordering::Relaxed);
            debug!(peer = %self.peer.address, most = self.most, "too many handlers at work");
            return self.act(|machine| machine.engine_mut().close(now()));
        }
        let working = Working(Arc::clone(self));
        tokio::spawn(async move {
            work.await;
            drop(working);
        });
    }

    fn state(&self) -> MutexGuard<'_, State<M>> {
        // The machine is whole between two calls, whoever panicked beside it.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<M: Machine> State<M> {
    fn is_flushed(&self) -> bool {
        let engine = self.machine.engine();
        engine.queued() == 0 || !engine.is_open()
    }

    /// Those who wait until nothing waits, if nothing does.
    fn flushers(&mut self) -> Vec<Waker> {
        match !self.flushers.is_empty() && self.is_flushed() {
            true => std::mem::take(&mut self.flushers),
            false => Vec::new(),
        }
    }
}

impl<M> State<M> {
    fn bell(&mut self, waiter: Waiter) -> &mut Bell {
        &mut self.bells[waiter as usize]
    }

    /// Rings for everybody. Who sleeps is to be woken when the lock is free.
    fn ring(&mut self) -> [Option<Waker>; 3] {
        self.bells.each_mut().map(|bell| {
            bell.is_ringing = true;
            bell.sleeper.take()
        })
    }
}

/// The events of a client, while one task hears them.
pub(super) struct Events<'c, M: Machine> {
    client: &'c Client<M>,
    heard: bool,
}

impl<M: Machine> Events<'_, M> {
    pub(super) fn next(&mut self) -> Option<Result<M::Event, Violation>> {
        let mut state = self.client.state();
        if let Some(event) = state.machine.next_event().transpose() {
            self.heard = true;
            return Some(event);
        }
        // In the same breath, so that no event comes to nobody.
        state.is_heard = false;
        if self.heard {
            // An event may stand for a change: a close, and a GET is to be answered.
            let sleepers = state.ring();
            let flushers = state.flushers();
            drop(state);
            sleepers.into_iter().flatten().chain(flushers).for_each(Waker::wake);
        }
        None
    }
}

/// A handler at work.
struct Working<M>(Arc<Client<M>>);

impl<M> Drop for Working<M> {
    fn drop(&mut self) {
        self.0.working.fetch_sub(1, Ordering::Relaxed);
    }
}

impl<M> fmt::Debug for Client<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("peer", &self.peer).finish_non_exhaustive()
    }
}

/// This moment, by the clock that tests can hold still.
pub(crate) fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}
