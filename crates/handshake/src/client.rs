//! The client's side: ask, and look closely at the answer.
//!
//! RFC 6455 4.1.
//!
//! ```
//! use handshake::{Offer, client, server};
//!
//! let offer = Offer { subprotocols: vec!["chat".to_owned()], ..Offer::new("example.com", "/chat") };
//! let request = offer.request(*b"the sample nonce")?; // sixteen random bytes, in earnest
//! assert_eq!(request.headers.get_str("Sec-WebSocket-Key"), Some("dGhlIHNhbXBsZSBub25jZQ=="));
//!
//! let config = server::Config { subprotocols: vec!["chat".to_owned()], ..Default::default() };
//! let (response, _) = server::accept(&request, &config)?;
//! let agreement = client::verify(&request, &response)?;
//! assert_eq!(agreement.subprotocol.as_deref(), Some("chat"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Book: chapter 6.

use crate::{
    Agreement,
    accept::{KEY_LEN, encode_key},
    agreement, check_request, deflate,
    opening::{VERSION, check_switch, field, not_opened},
};
use http1::{Method, Request, Response};
use wire::Violation;

/// What a client asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The host of the URL, with its port where that is not the usual one: `example.com:8080`.
    pub host: String,
    /// Path and query of the URL: `/chat?room=1`.
    pub target: String,
    /// Where the page comes from, if a page is asking: `https://example.com`.
    pub origin: Option<String>,
    /// The subprotocols that would do, the best one first.
    pub subprotocols: Vec<String>,
    /// The ways of compression that would do, the best one first.
    pub deflate: Vec<deflate::Offer>,
}

/// Why an [`Offer`] cannot be sent: a mistake of ours, not of the peer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OfferError {
    /// It would break a rule.
    #[error("every server would refuse this: {0}")]
    Refused(#[from] Violation),
    /// A comma in a subprotocol, or the end of a line anywhere: a server would
    /// read something else than what was meant.
    #[error("a server would read something else than what was meant")]
    Ambiguous,
}

impl Offer {
    /// A plain question: no subprotocol, no compression.
    pub fn new(host: impl Into<String>, target: impl Into<String>) -> Self {
        Offer {
            host: host.into(),
            target: target.into(),
            origin: None,
            subprotocols: Vec::new(),
            deflate: Vec::new(),
        }
    }

    /// The request to send. The nonce must be new and random for every connection.
    ///
    /// # Errors
    /// What would make it a request that a server refuses or misunderstands.
    pub fn request(&self, nonce: [u8; KEY_LEN]) -> Result<Request, OfferError> {
        let mut request = Request::new(Method::GET, &*self.target)
            .with("Host", &self.host)
            .with("Upgrade", "websocket")
            .with("Connection", "Upgrade")
            .with(field::KEY, encode_key(nonce))
            .with(field::VERSION, VERSION);
        if let Some(origin) = &self.origin {
            request.headers.push("Origin", origin);
        }
        if !self.subprotocols.is_empty() {
            request.headers.push(field::PROTOCOL, self.subprotocols.join(", "));
        }
        if !self.deflate.is_empty() {
            let offers: Vec<String> = self.deflate.iter().map(ToString::to_string).collect();
            request.headers.push(field::EXTENSIONS, offers.join(", "));
        }
        self.check(&request)?;
        Ok(request)
    }

    /// Reads the request as a server does: nobody knows the rules better.
    fn check(&self, request: &Request) -> Result<(), OfferError> {
        let mut bytes = Vec::new();
        request.encode(&mut bytes);
        let read = Request::decode(&bytes)?;
        if read.is_none_or(|(read, len)| read != *request || len != bytes.len())
            || !request.headers.tokens(field::PROTOCOL).eq(&self.subprotocols)
        {
            return Err(OfferError::Ambiguous);
        }
        match check_request(request).into_iter().next() {
            Some(violation) => Err(OfferError::Refused(violation)),
            None => Ok(()),
        }
    }
}

/// Looks whether `response` opens the connection that `request` asked for, and
/// what holds on it.
///
/// # Errors
/// The first fatal violation. An ordinary refusal (a 404, a redirect) comes as
/// [`STATUS_NOT_101`](crate::rules::STATUS_NOT_101), with the status in its detail.
// ANCHOR: verify
pub fn verify(request: &Request, response: &Response) -> Result<Agreement, Violation> {
    if response.status != 101 {
        return Err(not_opened(response));
    }
    match check_switch(Some(request), response).into_iter().find(Violation::is_fatal) {
        Some(violation) => Err(violation),
        None => Ok(agreement(response)),
    }
}
// ANCHOR_END: verify
