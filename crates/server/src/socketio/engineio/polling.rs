//! The long polling of a session: GETs that are held until there is something to say,
//! and POSTs (Engine.IO 4, HTTP long-polling).
//!
//! ```text
//!   GET ──► poll ── payload ─────────────────────────► 200  4hello␞2
//!             └──── the client goes away ────► abandon_poll
//!   POST ─► post ── body, no longer than maxPayload ─► 200  ok
//! ```
//!
//! No request may be there when the time of a session is over: so a keeper looks
//! after it, a task that sleeps until then.

use super::{Client, EngineIo, Machine, Protocol, Transport, client::Waiter, now, sessions};
use crate::{Error, Exchange, deadline::Timer};
use http1::Response;
use std::{future::poll_fn, sync::Arc};
use tokio::time::Instant;

impl<P: Protocol> EngineIo<P> {
    /// Opens a session; the request is its first GET.
    pub(super) async fn open(self, exchange: Exchange) -> Result<(), Error> {
        let client = self.client(&exchange, Transport::Polling);
        if !self.0.sessions.insert(&client) {
            return self.turn_away(exchange).await;
        }
        tokio::spawn(self.clone().keep(Arc::clone(&client)));
        self.answer_poll(exchange, &client).await
    }

    /// A client in front of a new session.
    pub(super) fn client(
        &self,
        exchange: &Exchange,
        transport: Transport,
    ) -> Arc<Client<P::Machine>> {
        let machine = self.0.protocol.open(&sessions::id(), transport, now());
        let request = exchange.request().clone();
        Arc::new(Client::new(machine, request, exchange.peer(), self.0.access.handlers))
    }

    pub(super) async fn poll(
        self,
        exchange: Exchange,
        client: Arc<Client<P::Machine>>,
    ) -> Result<(), Error> {
        let polled = client.act(|machine| {
            // The keeper may be late by a moment, and a GET is not to find a session
            // whose time is over.
            machine.handle_timeout(now());
            machine.engine_mut().poll()
        });
        self.settle(&client);
        match polled {
            Ok(()) => self.answer_poll(exchange, &client).await,
            Err(violation) => self.refuse(exchange, violation).await,
        }
    }

    // ANCHOR: poll
    /// Holds a GET until there is something to say.
    async fn answer_poll(
        &self,
        mut exchange: Exchange,
        client: &Arc<Client<P::Machine>>,
    ) -> Result<(), Error> {
        let payload = tokio::select! {
            biased;
            payload = client.payload() => payload,
            () = exchange.disconnected() => {
                if !exchange.is_draining() {
                    client.act(|machine| machine.engine_mut().abandon_poll());
                    self.settle(client);
                    return Err(Error::Disconnected);
                }
                self.shut_down();
                client.payload().await
            }
        };
        // The last payload ends a session that closes.
        self.settle(client);
        let response = Response::new(200).with("Content-Type", "text/plain; charset=UTF-8");
        self.respond(exchange, response, &payload).await
    }
    // ANCHOR_END: poll

    pub(super) async fn post(
        self,
        mut exchange: Exchange,
        client: Arc<Client<P::Machine>>,
    ) -> Result<(), Error> {
        if let Err(violation) = client.act(|machine| machine.engine_mut().post()) {
            self.settle(&client);
            return self.refuse(exchange, violation).await;
        }
        let body = match self.read(&mut exchange).await {
            Ok(body) => body,
            Err(error) => {
                client.act(|machine| machine.engine_mut().abandon_post());
                self.settle(&client);
                return Err(error);
            }
        };
        let received = client.act(|machine| machine.engine_mut().receive_payload(body, now()));
        match received.err().or(self.settle(&client)) {
            None => {
                let response = Response::new(200).with("Content-Type", "text/plain; charset=UTF-8");
                self.respond(exchange, response, "ok").await
            }
            Some(violation) => self.refuse(exchange, violation).await,
        }
    }

    /// The body, and of one that is too long as much as shows it.
    async fn read(&self, exchange: &mut Exchange) -> Result<Vec<u8>, Error> {
        let most = self.0.config.payload.bytes;
        let (mut body, mut piece) = (Vec::new(), Vec::new());
        while body.len() <= most && exchange.next_piece(&mut piece).await? {
            body.extend_from_slice(&piece);
        }
        Ok(body)
    }

    /// Looks after the time of a session, as long as it travels by polling.
    async fn keep(self, client: Arc<Client<P::Machine>>) {
        let mut timer = Timer::default();
        loop {
            self.settle(&client);
            let Some(deadline) = client.deadline_of_polling() else { return };
            tokio::select! {
                () = client.news(Waiter::Keeper) => {}
                () = poll_fn(|context| timer.poll(deadline, context)) => {
                    client.act(|machine| machine.handle_timeout(now()));
                }
            }
        }
    }
}

impl<M: Machine> Client<M> {
    /// What there is to say to the GET that waits, when there is something.
    async fn payload(&self) -> String {
        loop {
            let payload =
                self.look(Waiter::Poll, |machine| machine.engine_mut().transmit_payload());
            match payload {
                Some(payload) => return payload,
                None => self.news(Waiter::Poll).await,
            }
        }
    }

    /// When the keeper is to look again; `None`: never.
    fn deadline_of_polling(&self) -> Option<Instant> {
        self.look(Waiter::Keeper, |machine| match machine.engine().transport() {
            Transport::Polling => machine.poll_timeout().map(Instant::from_std),
            Transport::WebSocket => None,
        })
    }
}
