//! Events for many.

use super::{AckError, Namespace, Socket, connection::Answer, members::Target};
use socketio::{EncodeError, Encoded, Value};
use std::time::Duration;

/// Whom an event is for, as it is being said.
///
/// ```
/// # use server::socketio::{EncodeError, SocketIo};
/// # fn tell(io: &SocketIo) -> Result<(), EncodeError> {
/// io.to("lobby").to("game").except("muted").emit("message", &["hello".into()])
/// # }
/// ```
///
/// It is encoded once for all of them. Who takes nothing holds up nobody: each
/// has a queue with a bound, and is let go when that is full.
#[derive(Debug, Clone)]
#[must_use = "nobody is told anything before `emit`"]
pub struct Broadcast {
    namespace: Namespace,
    target: Target,
}

impl Broadcast {
    pub(super) fn new(namespace: Namespace) -> Self {
        Broadcast { namespace, target: Target::default() }
    }

    /// For whoever is in this room, too. The id of a socket may stand for a room,
    /// with only it inside.
    pub fn to(mut self, room: impl Into<String>) -> Self {
        self.target.rooms.push(room.into());
        self
    }

    /// But not for whoever is in this room.
    pub fn except(mut self, room: impl Into<String>) -> Self {
        self.target.except.push(room.into());
        self
    }

    /// Sends an event to all of them.
    ///
    /// # Errors
    /// No client would understand it.
    pub fn emit(self, event: &str, arguments: &[Value]) -> Result<(), EncodeError> {
        self.namespace.emit_to(self.target, event, arguments)
    }

    /// Sends an event to all of them, and waits for all acknowledgements, or until
    /// the patience is over.
    ///
    /// # Errors
    /// No client would understand it.
    pub async fn emit_with_ack(
        self,
        event: &str,
        arguments: &[Value],
        patience: Duration,
    ) -> Result<Vec<(Socket, Answer)>, EncodeError> {
        let id = self.namespace.next_shared_id();
        let name = self.namespace.full_name();
        let event = Encoded::event(name, event, arguments, Some(id))?;
        let mut awaited = Vec::new();
        self.namespace.each(&self.target, |socket| {
            let sent = socket
                .act(|connection| connection.emit_encoded_with_ack(name, &event, id, patience));
            awaited.push((socket.clone(), sent));
        });
        let mut answers = Vec::with_capacity(awaited.len());
        for (socket, sent) in awaited {
            let answer = match sent {
                Ok(answered) => answered.await.unwrap_or(Err(AckError::Disconnected)),
                Err(error) => Err(error.into()),
            };
            answers.push((socket, answer));
        }
        Ok(answers)
    }

    /// Who would get it now.
    pub fn sockets(&self) -> Vec<Socket> {
        let mut sockets = Vec::new();
        self.namespace.each(&self.target, |socket| sockets.push(socket.clone()));
        sockets
    }
}
