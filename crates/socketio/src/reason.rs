//! Why a namespace was left, in the words of the reference implementation.

use crate::engineio;
use std::fmt;

/// Why a namespace was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The connection ended, and with it everything on it.
    Engine(engineio::Reason),
    /// Told to a server: its client left the namespace.
    ClientNamespaceDisconnect,
    /// Told to a server: it put its client out of the namespace.
    ServerNamespaceDisconnect,
    /// Told to a server: it closed the connection, because of what the client did or did not do.
    ForcedServerClose,
    /// Told to a server: it is about to stop.
    ServerShuttingDown,
    /// Told to a client: its server put it out.
    IoServerDisconnect,
    /// Told to a client: it left.
    IoClientDisconnect,
}

impl Reason {
    /// `transport close`, and so on, as programs compare it.
    pub fn name(self) -> &'static str {
        match self {
            Reason::Engine(reason) => reason.name(),
            Reason::ClientNamespaceDisconnect => "client namespace disconnect",
            Reason::ServerNamespaceDisconnect => "server namespace disconnect",
            Reason::ForcedServerClose => "forced server close",
            Reason::ServerShuttingDown => "server shutting down",
            Reason::IoServerDisconnect => "io server disconnect",
            Reason::IoClientDisconnect => "io client disconnect",
        }
    }

    /// Whether the client may want to come back and go on where it was: it did
    /// not mean to leave, and said nothing that nobody understood.
    pub fn is_recoverable(self) -> bool {
        match self {
            Reason::Engine(reason) => reason != engineio::Reason::ParseError,
            Reason::ForcedServerClose | Reason::ServerShuttingDown => true,
            Reason::ClientNamespaceDisconnect
            | Reason::ServerNamespaceDisconnect
            | Reason::IoServerDisconnect
            | Reason::IoClientDisconnect => false,
        }
    }
}

impl From<engineio::Reason> for Reason {
    fn from(reason: engineio::Reason) -> Self {
        Reason::Engine(reason)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
