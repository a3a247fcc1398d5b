//! The WebSocket of a session: one that it begins with, or one that it changes to
//! (Engine.IO 4, WebSocket and Upgrade).
//!
//! ```text
//!            ┌─────────────────── one round ───────────────────┐
//!  events ──►│ hear them ─► load frames ─► wait for            │
//!            │                              ├ news: load again │
//!            │                              ├ a message        │
//!            │                              └ the time         │
//!            └─────────────────────────────────────────────────┘
//! ```
//!
//! What is loaded is written with the next wait, so that frames that came together
//! leave together. No more is loaded than the line can take soon: the rest waits
//! in the session, whose queue has a bound.

use super::{Client, EngineIo, Machine, Protocol, Session, Transport, client::Waiter, now};
use crate::{Error, Exchange, WebSocket, deadline::Timer};
use frame::{Code, Kind, Sender};
use socketio::engineio::Frame;
use std::{
    future::{pending, poll_fn},
    sync::Arc,
};
use tokio::{task::yield_now, time::Instant};
use tracing::debug;

impl<P: Protocol> EngineIo<P> {
    /// Opens a session that travels by WebSocket from the beginning.
    pub(super) async fn open_websocket(self, exchange: Exchange) -> Result<(), Error> {
        if !self.0.sessions.has_room() {
            return Box::pin(self.turn_away(exchange)).await;
        }
        let client = self.client(&exchange, Transport::WebSocket);
        let socket = exchange.upgrade(&self.0.websocket).await?;
        if !self.0.sessions.insert(&client) {
            let reason = "there is no room for another session";
            return Box::pin(socket.close(Code::TRY_AGAIN_LATER, reason)).await.map(drop);
        }
        Line::new(self, client).run(socket).await
    }

    /// Opens a WebSocket for a session that travels by polling.
    pub(super) async fn upgrade(
        self,
        exchange: Exchange,
        client: Arc<Client<P::Machine>>,
    ) -> Result<(), Error> {
        let socket = exchange.upgrade(&self.0.websocket).await?;
        if let Err(violation) = client.act(|machine| machine.engine_mut().websocket(now())) {
            debug!(peer = %client.peer().address, %violation, "the peer broke a rule");
            let reason = violation.rule.id;
            return Box::pin(socket.close(Code::POLICY_VIOLATION, reason)).await.map(drop);
        }
        Line::new(self, client).run(socket).await
    }
}

/// What carries packets between a session and its WebSocket. Whatever becomes of
/// it, the session learns that its WebSocket is gone.
struct Line<P: Protocol> {
    engine: EngineIo<P>,
    client: Arc<Client<P::Machine>>,
    timer: Timer,
    /// Whether the session knows that its WebSocket is gone.
    is_told: bool,
}

impl<P: Protocol> Line<P> {
    fn new(engine: EngineIo<P>, client: Arc<Client<P::Machine>>) -> Self {
        Line { engine, client, timer: Timer::default(), is_told: false }
    }

    // ANCHOR: carry
    async fn carry(&mut self, socket: &mut WebSocket) -> Result<(), Error> {
        let Line { engine, client, timer, .. } = self;
        loop {
            engine.settle(client);
            let load = client.load(socket.sender());
            if load.is_last {
                return Ok(());
            }
            let time = wait(timer, load.deadline);
            if load.is_full {
                tokio::select! {
                    flushed = socket.flush() => flushed?,
                    () = time => client.act(|machine| machine.handle_timeout(now())),
                }
                continue;
            }
            tokio::select! {
                biased;
                // Who speaks at the same moment is heard first: all of it leaves in one write.
                () = client.news(Waiter::WebSocket) => yield_now().await,
                message = socket.receive() => match message? {
                    Some((message, _)) => client.act(|machine| take(machine, &message)),
                    None => return Ok(()),
                },
                () = time => client.act(|machine| machine.handle_timeout(now())),
            }
        }
    }
    // ANCHOR_END: carry

    /// Carries packets until one of both has ended.
    async fn run(&mut self, mut socket: WebSocket) -> Result<(), Error> {
        self.carry(&mut socket).await?;
        // Before the goodbye, which may take its time: another WebSocket may come.
        self.tell(Session::websocket_closed);
        let code = match self.engine.0.sessions.is_shut_down() {
            true => Code::GOING_AWAY,
            false => Code::NORMAL,
        };
        // In a box, as what comes once has no place in a task that waits for long.
        Box::pin(socket.close(code, "")).await.map(drop)
    }

    /// Tells the session, once, that its WebSocket is gone.
    fn tell(&mut self, gone: fn(&mut Session)) {
        if !std::mem::replace(&mut self.is_told, true) {
            self.client.act(|machine| gone(machine.engine_mut()));
            self.engine.settle(&self.client);
        }
    }
}

impl<P: Protocol> Drop for Line<P> {
    fn drop(&mut self) {
        self.tell(Session::websocket_failed);
    }
}

/// What was loaded, and what is to be done now.
struct Load {
    /// The line has enough to do, and is to be waited for.
    is_full: bool,
    /// Nothing follows: the WebSocket is to be closed.
    is_last: bool,
    /// When the session wants to be looked at.
    deadline: Option<Instant>,
}

/// How much may wait in the line, in bytes, before more waits in the session.
const HIGH_WATER: usize = 64 << 10;

impl<M: Machine> Client<M> {
    fn load(&self, line: &mut Sender) -> Load {
        self.look(Waiter::WebSocket, |machine| {
            let is_full = !load(machine, line);
            Load {
                is_full,
                is_last: machine.engine().drops_websocket(),
                deadline: machine.poll_timeout().map(Instant::from_std),
            }
        })
    }
}

/// Hands the frames that wait to the line; false where the line is full before.
fn load(machine: &mut impl Machine, line: &mut Sender) -> bool {
    while line.waiting() < HIGH_WATER {
        let sent = match machine.engine_mut().transmit() {
            Some(Frame::Text(text)) => line.send_shared(Kind::Text, &text.into()),
            Some(Frame::Binary(bytes)) => line.send_shared(Kind::Binary, bytes.shared()),
            None => return true,
        };
        if sent.is_err() {
            // The peer has closed; the session will be told when that is done.
            return true;
        }
    }
    false
}

fn take(machine: &mut impl Machine, message: &frame::Event<'_>) {
    match message {
        frame::Event::Text(text) => machine.engine_mut().receive(text, now()),
        frame::Event::Binary(bytes) => machine.engine_mut().receive_binary(bytes, now()),
        // The WebSocket sees to them.
        frame::Event::Ping(_) | frame::Event::Pong(_) | frame::Event::Close(_) => {}
    }
}

async fn wait(timer: &mut Timer, deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => poll_fn(|context| timer.poll(deadline, context)).await,
        None => pending().await,
    }
}
