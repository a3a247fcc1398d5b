//! Why a conversation ended before its time.

use std::io;
use wire::Violation;

/// Why a conversation ended before its time.
///
/// A handler passes it on with `?`. Where a request is still unanswered, the
/// server then answers it with [`status`](Error::status).
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The line broke.
    #[error(transparent)]
    Io(io::Error),
    /// The peer broke a rule. It has been told which.
    #[error(transparent)]
    Violation(#[from] Violation),
    /// The peer said nothing for too long.
    #[error("the peer said nothing for too long")]
    TimedOut,
    /// The peer did not take what was written for too long.
    #[error("the peer did not read what it was sent for too long")]
    SlowReader,
    /// The request is for another host than this one (RFC 9110 7.4).
    #[error("the request is for another host")]
    Misdirected,
    /// The peer went away in the middle.
    #[error("the peer went away in the middle")]
    Disconnected,
    /// The server waited long enough for its connections to end.
    #[error("the server has stopped")]
    Stopped,
    /// A wrong call: an answer that HTTP cannot carry.
    #[error(transparent)]
    Respond(#[from] http1::SendError),
    /// A wrong call: a message that WebSocket cannot carry.
    #[error(transparent)]
    Send(#[from] frame::SendError),
    /// Something of the program's own.
    #[error(transparent)]
    Handler(#[from] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// The HTTP status that tells the peer, in three digits.
    pub fn status(&self) -> u16 {
        match self {
            Error::Violation(violation) => violation.status().unwrap_or(400),
            Error::TimedOut => 408,
            Error::Disconnected => 400,
            Error::Misdirected => 421,
            Error::Stopped => 503,
            _ => 500,
        }
    }
}
