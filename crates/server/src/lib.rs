//! An HTTP/1.1 and WebSocket server: the ground's machines on tokio.
//!
//! ```text
//!                 one task for each connection
//!  listen ──► [tls] ──► http ──────────────────────► handler
//!  a place             │  Exchange: a request ──────►  │ respond, begin
//!  for each            │ ◄── the connection, back ───  │
//!                      │                               │ upgrade
//!                      └─ websocket ◄──────────────────┘
//!                            receive, send
//!       │                   │                │
//!       └── shutdown ───────┴── transport ───┘  everything is written before anything is read
//! ```
//!
//! What HTTP and WebSocket are, the ground knows: `http1`, `handshake` and `frame`
//! turn bytes into events and answers into bytes. Here is what they have no notion
//! of: sockets, time, many peers at once, and the end of the program.
//!
//! ```
//! use http1::Response;
//! use server::{Error, Exchange, Server, websocket::{self, Config}};
//! use tokio::{net::TcpListener, sync::oneshot};
//!
//! async fn handler(exchange: Exchange) -> Result<(), Error> {
//!     match exchange.path() {
//!         "/chat" => {
//!             let mut socket = exchange.upgrade(&Config::default()).await?;
//!             while let Some((message, sender)) = socket.receive().await? {
//!                 sender.send(message)?;
//!             }
//!             Ok(())
//!         }
//!         _ => exchange.respond(Response::new(404), b"Nothing here.\n").await,
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let listener = TcpListener::bind("127.0.0.1:0").await?;
//! let address = listener.local_addr()?;
//! let (stop, stopped) = oneshot::channel::<()>();
//! let serving = Server::default().serve(listener, handler, async { _ = stopped.await });
//! let talking = async {
//!     let mut socket = websocket::connect(&format!("ws://{address}/chat"), &Config::default()).await?;
//!     socket.send(frame::Event::Text("Hello")).await?;
//!     let (answer, _) = socket.receive().await?.expect("an echo");
//!     assert_eq!(answer, frame::Event::Text("Hello"));
//!     _ = socket.close(frame::Code::NORMAL, "").await?;
//!     _ = stop.send(());
//!     Ok::<_, Box<dyn std::error::Error>>(())
//! };
//! let (drained, talked) = tokio::join!(serving, talking);
//! talked?;
//! assert_eq!(drained.cut_off, 0);
//! # Ok(())
//! # }
//! ```
//!
//! - [`listen`]: accepting, the cap on connections, the end in good order.
//! - [`http`]: requests and answers; [`Exchange`] and [`Reply`] are what a handler sees.
//! - [`conditional`]: answering only if something changed, or only if nothing did.
//! - [`files`]: the files of a directory.
//! - [`websocket`]: messages, heartbeats, and the client.
//! - [`socketio`]: Engine.IO and Socket.IO.
//! - `tls`: the same inside TLS, where the feature of that name is on.
//! - [`deadline`]: how slow a peer may be.
//!
//! One value followed through it: a socket is accepted in `listen`, becomes a
//! [`Stream`] in `transport`, whose turn gives its bytes to `http1`; the request
//! that they make goes to the handler inside an [`Exchange`]; the answer goes into
//! the machine's output, and the next turn writes it.
//!
//! # What this crate does not do
//! It speaks no HTTP/2, is no proxy, and routes nothing: a handler is one function,
//! and `match` is its router. It keeps no sessions; `examples/customers` shows how.
//!
//! Book: chapters 2 and 9.

mod coding;
pub mod conditional;
pub mod deadline;
mod error;
pub mod files;
mod home;
pub mod http;
pub mod listen;
mod shutdown;
pub mod socketio;
#[cfg(feature = "tls")]
pub mod tls;
mod transport;
pub mod websocket;

pub use deadline::Pace;
pub use error::Error;
pub use files::Files;
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
