//! An HTTP/1.1 and WebSocket server: the ground's machines on tokio.
//!
//! Book: chapters 2 and 9.

pub mod deadline;
mod error;
mod home;
pub mod http;
pub mod listen;
mod shutdown;
#[cfg(feature = "tls")]
pub mod tls;
mod transport;
pub mod websocket;

pub use deadline::Pace;
pub use error::Error;
pub use http::{Exchange, Reply};
pub use listen::{Server, interrupted};
use std::future::Future;
pub use transport::{Peer, Stream};
pub use websocket::WebSocket;

/// What answers requests: a function, or a type of one's own.
pub trait Handler: Send + Sync + 'static {
    /// Answers one request.
    ///
    /// # Errors
    /// Whatever it meets. If the request is unanswered then, the error's
    /// [`status`](Error::status) is the answer.
    fn handle(&self, exchange: Exchange) -> impl Future<Output = Result<(), Error>> + Send;
}

impl<F, A> Handler for F
where
    F: Fn(Exchange) -> A + Send + Sync + 'static,
    A: Future<Output = Result<(), Error>> + Send,
{
    fn handle(&self, exchange: Exchange) -> impl Future<Output = Result<(), Error>> + Send {
        self(exchange)
    }
}
