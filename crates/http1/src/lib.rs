//! HTTP/1.1 heads, bodies, media types and event streams, without I/O.
//!
//! ```text
//! GET /chat HTTP/1.1 CR LF                      request line ┐
//! Host: example.com CR LF                       field        ├ Request
//! CR LF                                         empty line   ┘
//!
//! HTTP/1.1 200 OK CR LF                         status line  ┐
//! Transfer-Encoding: chunked CR LF              field        ├ Response
//! CR LF                                         empty line   ┘
//! 5 CR LF hello CR LF 0 CR LF CR LF             Framing::Chunked
//! ```
//!
//! Bytes become events, and answers become bytes; who carries them is not said:
//!
//! ```
//! use http1::{Connection, EventKind, Limits, Method, Request, Response};
//!
//! let mut client = Connection::client(Limits::default());
//! let mut server = Connection::server(Limits::default());
//!
//! client.ask(&Request::new(Method::GET, "/hello").with("Host", "example.com"), b"")?;
//! server.receive(client.transmit());
//! while let Some(event) = server.next_event()? {
//!     if let EventKind::End { .. } = event.kind {
//!         server.respond(&Response::new(200), b"hi")?;
//!     }
//! }
//! client.receive(server.transmit());
//! let answer = client.next_event()?.expect("the answer is there");
//! assert!(matches!(answer.kind, EventKind::Response(response) if response.status == 200));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! - [`rules`]: what a peer must do, one row each. Start here to see what is refused.
//! - [`headers`]: names and values, in order.
//! - [`request`] and [`response`]: the two kinds of head.
//! - [`target`]: what a request asks for, and Host.
//! - [`body`]: where a body ends, and so where the next message begins.
//! - [`limits`]: how much of everything a peer may send.
//! - [`decoder`]: one direction, leniently: every broken rule is reported, and it goes on.
//! - [`connection`]: both directions, strictly: the machines of a server and of a client.
//! - [`media_type`]: Content-Type and Accept.
//! - [`event_stream`]: server-sent events.
//!
//! # What this crate does not do
//! It opens no socket and knows no time: deadlines, and the Date field, belong to
//! who drives it. It does not compress, follow redirects, keep cookies or caches,
//! or act as a proxy. It decodes no transfer coding but chunked. WebSocket's
//! opening handshake is `handshake`, built on these heads.
//!
//! Book: chapters 2 and 5.

pub mod body;
pub mod connection;
pub mod decoder;
mod describe;
pub mod event_stream;
mod head;
pub mod headers;
pub mod limits;
pub mod media_type;
pub mod request;
pub mod response;
pub mod rules;
pub mod target;

pub use body::Framing;
pub use connection::{Connection, Role, SendError};
pub use decoder::{Decoder, Event, EventKind};
pub use event_stream::{EventStream, ServerEvent};
pub use head::Version;
pub use headers::Headers;
pub use limits::Limits;
pub use media_type::{Accept, MediaType};
pub use request::{Method, Request};
pub use response::{Response, reason};
pub use rules::RULES;
pub use target::TargetForm;
