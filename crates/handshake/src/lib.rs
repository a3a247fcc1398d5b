//! The opening handshake of WebSocket: accept key, checks, negotiation.
//!
//! ```text
//! client   Offer ──► request ─────────────────────┐          ┌─────────── verify ──► Agreement
//!                                                 ▼          │
//! server                                        accept ──► response ───────────────► Agreement
//!                                                 └──────► refusal (400, 403, 405, 426)
//! wire     GET /chat HTTP/1.1 … Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
//!          HTTP/1.1 101 Switching Protocols … Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
//! ```
//!
//! ```
//! use handshake::{Offer, client, server};
//!
//! let request = Offer::new("example.com", "/chat").request(*b"the sample nonce")?;
//! let (response, agreement) = server::accept(&request, &server::Config::default())?;
//! assert_eq!(
//!     response.headers.get_str("Sec-WebSocket-Accept"),
//!     Some("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
//! );
//! assert_eq!(client::verify(&request, &response)?, agreement);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! - [`accept`]: the accept key, and its calculation step by step (`handshake KEY` prints it).
//! - [`opening`]: what a correct request and a correct response are, and what they agree on.
//! - [`server`], [`client`]: the two sides, as functions: a handshake has no state in between.
//! - [`extensions`]: the grammar of `Sec-WebSocket-Extensions`.
//! - [`deflate`]: the negotiation of permessage-deflate.
//! - [`rules`]: the rule book; machines and inspector share it.
//!
//! # What this crate does not do
//! It reads no bytes (that is `http1`), compresses nothing and knows no frame (that is
//! `frame`), and draws no random number: the nonce is an argument.
//!
//! Book: chapters 6 and 10.

pub mod accept;
pub mod client;
pub mod deflate;
pub mod extensions;
pub mod opening;
pub mod rules;
pub mod server;

pub use accept::{Calculation, GUID, accept_key};
pub use client::{Offer, OfferError};
pub use deflate::PermessageDeflate;
pub use opening::{Agreement, agreement, check_request, check_response, is_upgrade};
pub use rules::RULES;
