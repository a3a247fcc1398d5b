//! What is known of a client before it is let in.

use super::{connection::Connection, engineio::Client};
use crate::{Peer, http::pairs};
use http1::{Headers, Request};
use socketio::{Namespace as Name, Object};
use std::{
    any::Any,
    fmt,
    net::SocketAddr,
    sync::{Arc, OnceLock},
};

/// What a client says of itself when it asks to join a namespace.
pub struct Handshake {
    /// What it says for this namespace: `io(url, { auth: { token } })` in JavaScript.
    pub auth: Object,
    /// Where it wants to be.
    pub namespace: Name,
    client: Arc<Client<Connection>>,
    kept: OnceLock<Box<dyn Any + Send + Sync>>,
}

impl Handshake {
    pub(super) fn new(auth: Object, namespace: Name, client: Arc<Client<Connection>>) -> Self {
        Handshake { auth, namespace, client, kept: OnceLock::new() }
    }

    /// Keeps what a [check](super::Namespace::check) has found out, for the handlers
    /// behind it. Whether there was nothing before: only the first is kept.
    ///
    /// ```
    /// # use server::socketio::{Refused, Socket, SocketIo};
    /// # fn user_of(_: &server::socketio::Handshake) -> Result<String, Refused> { todo!() }
    /// # let io = SocketIo::default();
    /// io.main().check(|handshake| async move {
    ///     let user: String = user_of(&handshake)?;
    ///     handshake.keep(user);
    ///     Ok(())
    /// });
    /// io.on_connect(|socket: Socket| async move {
    ///     let user: Option<&String> = socket.handshake().kept();
    ///     println!("{user:?} is here");
    /// });
    /// ```
    pub fn keep<T: Send + Sync + 'static>(&self, found: T) -> bool {
        self.kept.set(Box::new(found)).is_ok()
    }

    /// What was kept, if it is a `T`.
    pub fn kept<T: 'static>(&self) -> Option<&T> {
        self.kept.get()?.downcast_ref()
    }

    /// The request that opened the connection.
    pub fn request(&self) -> &Request {
        self.client.request()
    }

    /// Its headers: cookies, languages, `Authorization`.
    pub fn headers(&self) -> &Headers {
        &self.request().headers
    }

    /// The names and values of its query, decoded. Those of the protocol are among them.
    pub fn query(&self) -> impl Iterator<Item = (String, String)> {
        pairs(self.request().target.split_once('?').map_or("", |(_, query)| query))
    }

    /// Who it is, and whether TLS is in between.
    pub fn peer(&self) -> Peer {
        self.client.peer()
    }

    /// Where it is.
    pub fn address(&self) -> SocketAddr {
        self.peer().address
    }

    pub(super) fn client(&self) -> &Arc<Client<Connection>> {
        &self.client
    }
}

impl fmt::Debug for Handshake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Handshake { auth, namespace, .. } = self;
        let address = &self.address();
        let mut shown = f.debug_struct("Handshake");
        shown.field("namespace", namespace).field("auth", auth).field("address", address).finish()
    }
}
