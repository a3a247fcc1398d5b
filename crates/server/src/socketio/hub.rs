//! From what happens on connections to the handlers of the program.
//!
//! ```text
//!                    checks, one after the other
//!   Ask ──────────────► Decided ─► admit ─► on_connect(socket)
//!                          └─────► refuse: CONNECT_ERROR
//!   Event ────────────────────────────────► on(event)
//!   Left ─────────────► forget ───────────► on_disconnect(reason)
//! ```

use super::{
    Config, Event, Namespace, Recovery, Refused,
    connection::{Connection, Happening, Verdict},
    engineio::{Client, Protocol, Transport},
    handshake::Handshake,
};
use socketio::{Namespace as Name, Recovery as Claim, Session};
use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
    time::Instant,
};
use tracing::debug;

/// All namespaces.
pub(super) struct Hub {
    session: Arc<socketio::Config>,
    recovery: Option<Recovery>,
    namespaces: RwLock<BTreeMap<Name, Namespace>>,
}

impl Hub {
    pub(super) fn new(config: &Config) -> Self {
        let recovery = config.recovery;
        let session = socketio::Config { recovery: recovery.is_some(), ..config.session.clone() };
        Hub { session: Arc::new(session), recovery, namespaces: RwLock::default() }
    }

    /// The namespace of this name, which is there from now on.
    pub(super) fn of(&self, name: &Name) -> Namespace {
        if let Some(known) = self.find(name) {
            return known;
        }
        let mut namespaces = self.namespaces.write().unwrap_or_else(PoisonError::into_inner);
        let namespace = || Namespace::new(name.clone(), self.recovery);
        namespaces.entry(name.clone()).or_insert_with(namespace).clone()
    }

    fn find(&self, name: &Name) -> Option<Namespace> {
        let namespaces = self.namespaces.read().unwrap_or_else(PoisonError::into_inner);
        namespaces.get(name).cloned()
    }

    /// Somebody wants to come in.
    fn ask(&self, handshake: Handshake, claim: Option<Claim>) {
        let handshake = Arc::new(handshake);
        let client = Arc::clone(handshake.client());
        let Some(namespace) = self.find(&handshake.namespace) else {
            let refused = Refused::new("Invalid namespace");
            return client.act(|connection| connection.refuse(&handshake.namespace, refused));
        };
        let mut case = Case { handshake, claim, admitted: Err(Refused::new("Internal error")) };
        let checks = namespace.checks();
        if checks.is_empty() {
            return case.decide(Ok(()));
        }
        client.work(Box::pin(async move {
            let mut admitted = Ok(());
            for check in checks {
                admitted = check(Arc::clone(&case.handshake)).await;
                if admitted.is_err() {
                    break;
                }
            }
            case.decide(admitted);
        }));
    }

    /// It is decided whether they may.
    fn close_case(&self, client: &Arc<Client<Connection>>, verdict: Verdict) {
        let Verdict { handshake, claim, admitted } = verdict;
        if let Err(refused) = admitted {
            return client.act(|connection| connection.refuse(&handshake.namespace, refused));
        }
        let namespace = self.of(&handshake.namespace);
        match namespace.admit(handshake, claim.as_ref()) {
            Ok(socket) => {
                if let Some(welcome) = namespace.welcome() {
                    client.work(welcome.call(socket));
                }
            }
            Err(error) => debug!(%error, "a client left while it was let in"),
        }
    }
}

/// A client that waits to be let in. However it ends, by a panic even, it is told.
struct Case {
    handshake: Arc<Handshake>,
    claim: Option<Claim>,
    admitted: Result<(), Refused>,
}

impl Case {
    fn decide(&mut self, admitted: Result<(), Refused>) {
        self.admitted = admitted;
    }
}

impl Drop for Case {
    fn drop(&mut self) {
        let handshake = Arc::clone(&self.handshake);
        let claim = self.claim.take();
        let admitted = std::mem::replace(&mut self.admitted, Ok(()));
        let verdict = Verdict { handshake, claim, admitted };
        self.handshake.client().act(|connection| connection.decide(verdict));
    }
}

impl Protocol for Hub {
    type Machine = Connection;

    fn open(&self, sid: &str, transport: Transport, now: Instant) -> Connection {
        Connection::new(Session::open(sid, transport, Arc::clone(&self.session), now))
    }

    fn happen(&self, client: &Arc<Client<Connection>>, happening: Happening) {
        match happening {
            Happening::Ask { namespace, auth, claim } => {
                self.ask(Handshake::new(auth, namespace, Arc::clone(client)), claim);
            }
            Happening::Decided(verdict) => self.close_case(client, verdict),
            Happening::Event { socket, name, arguments, id } => match socket.handler_of(&name) {
                Some(handler) => {
                    client.work(handler.call(Event { socket, name, arguments, id }));
                }
                None => debug!(event = name, "nobody hears this event"),
            },
            Happening::Left { socket, reason } => {
                socket.namespace().forget(&socket, reason);
                if let Some(handler) = socket.retire(reason) {
                    client.work(handler.call(reason));
                }
            }
        }
    }
}
