//! The opening handshake of WebSocket: accept key, checks, negotiation; and the calculator.
pub mod accept;
pub mod deflate;
pub mod extensions;
pub mod rules;

pub use accept::{Calculation, GUID, accept_key};
pub use deflate::PermessageDeflate;
pub use rules::RULES;
