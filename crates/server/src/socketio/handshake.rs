//! What is known of a client before it is let in.

use super::{connection::Connection, engineio::Client};
use crate::{Peer, http::pairs};
use http1::{Headers, Request};
use socketio::{Namespace as Name, Object};
use std::{fmt, net::SocketAddr, sync::Arc};

/// What a client says of itself when it asks to join a namespace.
pub struct Handshake {
    /// What it says for this namespace: `io(url, { auth: { token } })` in JavaScript.
    pub auth: Object,
    /// Where it wants to be.
    pub namespace: Name,
    client: Arc<Client<Connection>>,
}

impl Handshake {
    pub(super) fn new(auth: Object, namespace: Name, client: Arc<Client<Connection>>) -> Self {
        Handshake { auth, namespace, client }
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
