//! Who may come in: how many, and from whose pages (Fetch standard, CORS; RFC 6455 10.2).
//!
//! ```text
//! OPTIONS /socket.io/?…                          may I?
//! Origin: https://example.com
//! Access-Control-Request-Method: POST
//!
//! 204 No Content                                 you may
//! Access-Control-Allow-Origin: https://example.com
//! Access-Control-Allow-Methods: GET, POST
//! ```
//!
//! A browser lets any page send a GET, and open a WebSocket; it keeps the answer
//! of the GET from a page of another site, and keeps nothing of the WebSocket. So
//! that both transports have the same guests, a request from a page that is not
//! welcome is refused here, whatever its transport.

use super::{Config, ws};
use http1::{Request, Response};
use socketio::engineio::rules;
use wire::Violation;

/// Who may come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// Whose pages may ask.
    pub origins: Origins,
    /// Whether a page of another site may ask in the name of its visitor: with cookies.
    pub credentials: bool,
    /// How many sessions there may be. One more is answered with 503.
    pub sessions: usize,
    /// How many handlers of one client may be at work. A client that keeps more
    /// of them busy is let go.
    pub handlers: usize,
    /// What a `WebSocket` offers. How long a message may be, and when a silent
    /// client is given up, Engine.IO says.
    pub websocket: ws::Config,
}

/// Pages of this server; 20,000 sessions, each with 256 handlers at work.
impl Default for Access {
    fn default() -> Self {
        Access {
            origins: Origins::Same,
            credentials: false,
            sessions: 20_000,
            handlers: 256,
            websocket: ws::Config::default(),
        }
    }
}

/// Whose pages may ask. A program that is no browser sends no `Origin`, and is welcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origins {
    /// Those of this server: their `Origin` names the `Host` that is asked. Behind a
    /// proxy that changes the `Host`, say [`Only`](Origins::Only).
    Same,
    /// These: `https://example.com`, without a slash at the end.
    Only(Vec<String>),
    /// Everybody's. With [`credentials`](Access::credentials), that hands the
    /// visitors of this server to every page in the world.
    Any,
}

impl Access {
    /// Whether a request may come in.
    pub(super) fn check(&self, request: &Request) -> Result<(), Violation> {
        let mut origins = request.headers.get_all("Origin");
        match origins.find(|origin| !self.welcomes(origin, request)) {
            None => Ok(()),
            Some(origin) => {
                let origin = origin.escape_ascii();
                Err(rules::FORBIDDEN.broken(format!("pages of {origin} are not welcome")))
            }
        }
    }

    fn welcomes(&self, origin: &[u8], request: &Request) -> bool {
        match &self.origins {
            Origins::Any => true,
            Origins::Only(known) => {
                known.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(origin))
            }
            Origins::Same => {
                let host = request.headers.get("Host").unwrap_or_default();
                let name = [b"http://", b"https://".as_slice()];
                let name = name.into_iter().find_map(|scheme| origin.strip_prefix(scheme));
                name.is_some_and(|name| name.eq_ignore_ascii_case(host))
            }
        }
    }

    /// The answer to a page of another site that asks whether it may ask.
    pub(super) fn preflight(&self, request: &Request) -> Response {
        let mut response = Response::new(204);
        self.dress(request, &mut response);
        if self.origins != Origins::Same {
            response.headers.push("Access-Control-Allow-Methods", "GET, POST");
            if let Some(headers) = request.headers.get("Access-Control-Request-Headers") {
                response.headers.push("Access-Control-Allow-Headers", headers);
                response.headers.push("Vary", "Access-Control-Request-Headers");
            }
            response.headers.push("Access-Control-Max-Age", "600");
        }
        response
    }

    /// Tells the browser that the page of another site may see the answer.
    pub(super) fn dress(&self, request: &Request, response: &mut Response) {
        if self.origins == Origins::Same {
            return;
        }
        if self.origins == Origins::Any && !self.credentials {
            return response.headers.push("Access-Control-Allow-Origin", "*");
        }
        response.headers.push("Vary", "Origin");
        let Some(origin) = request.headers.get("Origin") else { return };
        if self.welcomes(origin, request) {
            response.headers.push("Access-Control-Allow-Origin", origin);
            if self.credentials {
                response.headers.push("Access-Control-Allow-Credentials", "true");
            }
        }
    }

    /// The same for sessions: whose pages may come is decided before, and the
    /// heartbeat is Engine.IO's.
    pub(super) fn websocket(&self, config: &Config) -> ws::Config {
        let mut websocket = self.websocket.clone();
        websocket.handshake.origins = handshake::server::Origins::Any;
        let most = config.payload.bytes as u64;
        websocket.limits = frame::Limits { frame: most, message: most };
        websocket.ping_after = config.ping_interval + config.ping_timeout;
        websocket
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http1::Method;

    fn asks(origin: Option<&str>) -> Request {
        let request = Request::new(Method::GET, "/").with("Host", "example.com:3000");
        match origin {
            Some(origin) => request.with("Origin", origin),
            None => request,
        }
    }

    #[track_caller]
    fn check(origins: Origins, origin: Option<&str>, welcome: bool) {
        let access = Access { origins, ..Access::default() };
        assert_eq!(access.check(&asks(origin)).is_ok(), welcome, "{origin:?}");
    }

    #[test]
    fn a_page_of_this_server_may_ask_and_of_another_may_not() {
        check(Origins::Same, None, true);
        check(Origins::Same, Some("http://example.com:3000"), true);
        check(Origins::Same, Some("https://EXAMPLE.com:3000"), true);
        check(Origins::Same, Some("http://example.com"), false);
        check(Origins::Same, Some("http://evil.com"), false);
        check(Origins::Same, Some("ftp://example.com:3000"), false);
        check(Origins::Same, Some("null"), false);
    }

    #[test]
    fn the_pages_that_are_named_may_ask() {
        let only = || Origins::Only(vec!["https://a.org".to_owned(), "http://b.org".to_owned()]);
        check(only(), Some("https://a.org"), true);
        check(only(), Some("http://b.org"), true);
        check(only(), Some("http://a.org"), false);
        check(only(), Some("http://example.com:3000"), false);
        check(only(), None, true);
        check(Origins::Any, Some("null"), true);
    }

    #[test]
    fn two_origins_are_welcome_only_together() {
        let request = asks(Some("http://example.com:3000")).with("Origin", "http://evil.com");
        assert_eq!(Access::default().check(&request).unwrap_err().rule, &rules::FORBIDDEN);
    }

    #[test]
    fn a_browser_is_told_that_a_page_may_see_the_answer() {
        let fields = |access: &Access, request: &Request| {
            let mut response = Response::new(200);
            access.dress(request, &mut response);
            let text = |value: &[u8]| String::from_utf8(value.to_vec()).unwrap();
            let fields = response.headers.iter();
            fields.map(|(name, value)| format!("{name}: {}", text(value))).collect::<Vec<_>>()
        };
        let page = asks(Some("https://a.org"));
        assert_eq!(fields(&Access::default(), &page), [""; 0]);

        let mut access = Access { origins: Origins::Any, ..Access::default() };
        assert_eq!(fields(&access, &page), ["Access-Control-Allow-Origin: *"]);

        access.credentials = true;
        let named = ["Vary: Origin", "Access-Control-Allow-Origin: https://a.org"];
        let with_cookies = "Access-Control-Allow-Credentials: true";
        assert_eq!(fields(&access, &page), [&named[..], &[with_cookies]].concat());

        access.origins = Origins::Only(vec!["https://a.org".to_owned()]);
        access.credentials = false;
        assert_eq!(fields(&access, &page), named);
        assert_eq!(fields(&access, &asks(Some("https://b.org"))), ["Vary: Origin"]);
        assert_eq!(fields(&access, &asks(None)), ["Vary: Origin"]);
    }
}
