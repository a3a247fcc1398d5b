//! HTTP/1.1 heads, bodies, media types and event streams, without I/O.
//!
//! ```text
//! GET /chat HTTP/1.1 CR LF           Request      decode ⇄ encode
//! Host: example.com CR LF            Headers
//! CR LF
//! HTTP/1.1 101 Switching … CR LF     Response
//! ```
//!
//! ```
//! use http1::Request;
//!
//! let bytes = b"GET /chat HTTP/1.1\r\nHost: example.com\r\n\r\n";
//! let (request, _) = Request::decode(bytes)?.expect("it is complete");
//! assert_eq!(request.target, "/chat");
//! # Ok::<(), wire::Violation>(())
//! ```
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
