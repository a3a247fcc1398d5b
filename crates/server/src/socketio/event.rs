//! What a client says.

use super::Socket;
use socketio::{SendError, Value};

/// What a client says: an event, its arguments, and whether it waits for an answer.
#[derive(Debug, Clone)]
pub struct Event {
    /// Who says it.
    pub socket: Socket,
    /// What it is called.
    pub name: String,
    /// What goes with it. Bytes may stand anywhere in it.
    pub arguments: Vec<Value>,
    pub(super) id: Option<u64>,
}

impl Event {
    /// Acknowledges it: calls the function that the client gave with these
    /// arguments. Does nothing where it gave none. The client hears the first one only.
    ///
    /// # Errors
    /// The client is gone.
    pub fn ack(&self, arguments: &[Value]) -> Result<(), SendError> {
        let Some(id) = self.id else { return Ok(()) };
        let namespace = self.socket.name();
        self.socket.act(|connection| connection.acknowledge(namespace, id, arguments))
    }

    /// Whether the client waits for [`ack`](Event::ack).
    pub fn wants_ack(&self) -> bool {
        self.id.is_some()
    }
}
