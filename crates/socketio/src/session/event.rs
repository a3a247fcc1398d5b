//! What a server is told of a client.

use crate::{Namespace, Object, Reason, Value, engineio};

/// What the client says, and what becomes of it.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// It asks to join a namespace.
    Connect {
        /// Which one.
        namespace: Namespace,
        /// What it says of itself; empty where it says nothing.
        auth: Object,
        /// What it would like to go on with, where that is offered.
        recovery: Option<Recovery>,
    },
    /// Something happened.
    Event {
        /// Where.
        namespace: Namespace,
        /// What.
        name: String,
        /// What goes with it.
        arguments: Vec<Value>,
        /// What to [`acknowledge`](super::Session::acknowledge), if the client asks for it.
        id: Option<u64>,
    },
    /// The client acknowledges an event.
    Ack {
        /// Where.
        namespace: Namespace,
        /// That of the event.
        id: u64,
        /// What it says to it.
        arguments: Vec<Value>,
    },
    /// The client did not acknowledge an event in time.
    AckTimeout {
        /// Where.
        namespace: Namespace,
        /// That of the event.
        id: u64,
    },
    /// A namespace that was joined is left. What is awaited there does not come any more.
    Disconnect {
        /// Which one.
        namespace: Namespace,
        /// Why.
        reason: Reason,
    },
    /// The connection has ended; nothing follows.
    Closed(engineio::Reason),
}

/// What a client that comes back tells of its last connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovery {
    /// The private id that it was given: its claim to be who it was.
    pub pid: String,
    /// The last argument of the last event that reached it.
    pub offset: String,
}

impl Recovery {
    /// What `auth` says, if it says both.
    pub(super) fn of(auth: &Object) -> Option<Recovery> {
        let text = |name| auth.get(name).and_then(Value::as_str).map(str::to_owned);
        Some(Recovery { pid: text("pid")?, offset: text("offset")? })
    }
}
