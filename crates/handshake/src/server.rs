//! The server's side: accept or refuse.
//!
//! RFC 6455 4.2. What a client asks for and what a server is willing to give
//! make the answer; nothing else does, so this is a function and no machine.
//!
//! ```
//! use handshake::server::{Config, accept, refuse};
//! use http1::{Method, Request};
//!
//! let config = Config { subprotocols: vec!["chat".to_owned()], ..Config::default() };
//! let mut request = Request::new(Method::GET, "/chat")
//!     .with("Host", "example.com")
//!     .with("Upgrade", "websocket")
//!     .with("Connection", "Upgrade")
//!     .with("Sec-WebSocket-Key", "x3JJHMbDL1EzLkh9GBhXDw==")
//!     .with("Sec-WebSocket-Protocol", "chat, superchat")
//!     .with("Sec-WebSocket-Version", "13");
//! let (response, agreement) = accept(&request, &config)?;
//! assert_eq!(response.headers.get_str("Sec-WebSocket-Accept"), Some("HSmrc0sMlYUkAGmm5OPpG2HaGWk="));
//! assert_eq!(agreement.subprotocol.as_deref(), Some("chat"));
//!
//! request.headers.insert("Sec-WebSocket-Version", "12");
//! let violation = accept(&request, &config).expect_err("nobody speaks version 12");
//! let refusal = refuse(&violation);
//! assert_eq!(refusal.response.status, 426);
//! assert_eq!(refusal.response.headers.get_str("Sec-WebSocket-Version"), Some("13"));
//! # Ok::<(), wire::Violation>(())
//! ```
//!
//! Book: chapter 6.

use crate::{
    Agreement, accept_key, agreement, check_request, deflate,
    opening::{VERSION, field, offered_extensions, quote},
    rules::ORIGIN_NOT_ALLOWED,
};
use http1::{Request, Response};
use wire::{Rule, Violation};

/// What a server is willing to do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Config {
    /// The subprotocols that it speaks; the client's order of preference decides.
    pub subprotocols: Vec<String>,
    /// What it spends on compression; nothing: no compression.
    pub deflate: Option<deflate::Policy>,
    /// Whose pages may connect.
    pub origins: Origins,
}

/// Whose pages may connect.
///
/// A browser sends cookies with every handshake, from whatever page it comes,
/// and says in `Origin` which page that was. A server that trusts cookies must
/// look at it (RFC 6455 10.2). A program that is no browser sends what it likes,
/// or nothing: it has no cookies to steal, and is let in without an `Origin`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Origins {
    /// Everybody's.
    #[default]
    Any,
    /// Pages from these origins: `https://example.com`, without a slash at the end.
    Only(Vec<String>),
}

// ANCHOR: origins
impl Origins {
    fn check(&self, request: &Request) -> Result<(), Violation> {
        let Origins::Only(allowed) = self else { return Ok(()) };
        for origin in request.headers.get_all("Origin") {
            if !allowed.iter().any(|allowed| allowed.as_bytes().eq_ignore_ascii_case(origin)) {
                let origin = quote(&String::from_utf8_lossy(origin));
                return Err(ORIGIN_NOT_ALLOWED.broken(format!("{origin} is not welcome here")));
            }
        }
        Ok(())
    }
}
// ANCHOR_END: origins

/// Answers an opening handshake: with the 101 to send and what holds behind it.
///
/// # Errors
/// The first rule that the request breaks; [`refuse`] makes the response of it.
// ANCHOR: accept
pub fn accept(request: &Request, config: &Config) -> Result<(Response, Agreement), Violation> {
    if let Some(violation) = check_request(request).into_iter().find(Violation::is_fatal) {
        return Err(violation);
    }
    config.origins.check(request)?;

    let key = request.headers.get_str(field::KEY).expect("a request without a key is refused");
    let mut response = Response::new(101)
        .with("Upgrade", "websocket")
        .with("Connection", "Upgrade")
        .with(field::ACCEPT, accept_key(key));
    let mut named = request.headers.tokens(field::PROTOCOL);
    if let Some(chosen) = named.find(|name| config.subprotocols.iter().any(|ours| ours == name)) {
        response.headers.push(field::PROTOCOL, chosen);
    }
    let offered = offered_extensions(request);
    if let Some(agreed) = config.deflate.and_then(|policy| policy.choose(&offered)) {
        response.headers.push(field::EXTENSIONS, agreed.to_string());
    }
    let agreement = agreement(&response);
    Ok((response, agreement))
}
// ANCHOR_END: accept

/// An ordinary HTTP response that says why no WebSocket was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The head; its `Content-Length` is that of the body.
    pub response: Response,
    /// The reason in plain text, for whoever looks into the browser's network panel.
    pub body: String,
}

impl Refusal {
    /// Appends head and body.
    pub fn encode(&self, out: &mut Vec<u8>) {
        self.response.encode(out);
        out.extend_from_slice(self.body.as_bytes());
    }
}

/// Makes the response to a broken handshake: the status that the rule book
/// names, the fields that go with it, and the rule itself as the body.
pub fn refuse(violation: &Violation) -> Refusal {
    let Rule { id, section, sentence, .. } = *violation.rule;
    let detail = &violation.detail;
    let body = format!(
        "No WebSocket was opened.\n\nRule  {sentence}\nHere  {detail}\nSee   {section} ({id})\n"
    );
    let status = violation.status().unwrap_or(400);
    let mut response = Response::new(status);
    match status {
        405 => response.headers.push("Allow", "GET"),
        // RFC 9110 15.5.22: a 426 names the protocol that it wants.
        426 => response.headers.push("Upgrade", "websocket"),
        _ => {}
    }
    response.headers.push("Connection", if status == 426 { "Upgrade, close" } else { "close" });
    // RFC 6455 4.4: whatever else is wrong, the client learns which version would do.
    response.headers.push(field::VERSION, VERSION);
    response.headers.push("Content-Type", "text/plain; charset=utf-8");
    // The body repeats what the client sent: no browser shall guess that it is a page.
    response.headers.push("X-Content-Type-Options", "nosniff");
    response.headers.push("Content-Length", body.len().to_string());
    Refusal { response, body }
}
