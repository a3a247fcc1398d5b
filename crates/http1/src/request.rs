//! The head of a request.
//!
//! RFC 9112 3.
//!
//! ```text
//! GET /chat HTTP/1.1 CR LF      method SP target SP version
//! Host: example.com CR LF       fields
//! CR LF                         the empty line ends it
//! ```
//!
//! ```
//! use http1::{Method, Request};
//!
//! let bytes = b"GET /chat HTTP/1.1\r\nHost: example.com\r\n\r\nbehind";
//! let (request, len) = Request::decode(bytes)?.expect("it is complete");
//! assert_eq!(request.method, Method::GET);
//! assert_eq!(request.target, "/chat");
//! assert_eq!(request.headers.get_str("host"), Some("example.com"));
//! assert_eq!(&bytes[len..], b"behind");
//! # Ok::<(), wire::Violation>(())
//! ```
//!
//! Book: chapter 2.

use crate::{
    Headers, Limits,
    body::Framing,
    describe,
    head::{self, EndSearch, Version, quote},
    rules, target,
};
use std::{borrow::Cow, fmt};
use wire::{Span, Violation};

/// What a client asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// What to do.
    pub method: Method,
    /// What to do it with: `/chat`.
    pub target: String,
    /// Which rules the client keeps.
    pub version: Version,
    /// The fields.
    pub headers: Headers,
}

impl Request {
    /// A request without fields.
    pub fn new(method: Method, target: impl Into<String>) -> Self {
        Request { method, target: target.into(), version: Version::Http11, headers: Headers::new() }
    }

    /// The same request with one more field.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers.push(name, value);
        self
    }

    /// Decodes the head that `bytes` begin with, within the default limits;
    /// gives its length too.
    ///
    /// # Errors
    /// The first fatal violation.
    pub fn decode(bytes: &[u8]) -> Result<Option<(Request, usize)>, Violation> {
        let mut violations = Vec::new();
        let decoded = Request::decode_leniently(bytes, &mut violations);
        match violations.into_iter().find(Violation::is_fatal) {
            Some(violation) => Err(violation),
            None => Ok(decoded.and_then(|(request, len)| Some((request?, len)))),
        }
    }

    /// Decodes the head that `bytes` begin with, and adds every rule it breaks to
    /// `violations`. `None`: not enough bytes. A request of `None`: the first
    /// line makes no sense.
    pub fn decode_leniently(
        bytes: &[u8],
        violations: &mut Vec<Violation>,
    ) -> Option<(Option<Request>, usize)> {
        let limits = Limits::default();
        let empty = head::empty_lines(bytes);
        let bytes = bytes.get(empty..).unwrap_or_default();
        let mut search = EndSearch::default();
        let len = match search.find(bytes) {
            Some(len) if len <= limits.head => len,
            None if bytes.len() <= limits.head => return None,
            _ => {
                violations.push(head::too_large(&limits));
                return Some((None, empty + limits.head));
            }
        };
        let head = bytes.get(..len).unwrap_or_default();
        let decoded = Request::decode_head(head, search.lone_feed, &limits, violations);
        Some((decoded.map(|(request, _)| request), empty + len))
    }

    /// Appends the head, its empty line included. The caller answers for what is
    /// in it: nothing is checked.
    pub fn encode(&self, out: &mut Vec<u8>) {
        for piece in [self.method.as_str(), " ", &self.target, " ", self.version.as_str(), "\r\n"] {
            out.extend_from_slice(piece.as_bytes());
        }
        self.headers.encode(out);
        out.extend_from_slice(b"\r\n");
    }

    /// The head that `bytes` begin with, as named ranges: `request line`, each field
    /// under its name in lower case, `empty line`; and what is behind it as `body`.
    pub fn describe(bytes: &[u8]) -> Span {
        describe::request(bytes)
    }

    /// Whether it asks to go on with another protocol behind it: with Upgrade
    /// (RFC 9110 7.8) or with CONNECT (RFC 9110 9.3.6).
    pub fn asks_to_switch(&self) -> bool {
        self.method == Method::CONNECT
            || (self.version == Version::Http11
                && self.headers.contains("upgrade")
                && self.headers.contains_token("connection", "upgrade"))
    }

    /// Decodes a whole head, whose end was found.
    pub(crate) fn decode_head(
        head: &[u8],
        lone_feed: bool,
        limits: &Limits,
        violations: &mut Vec<Violation>,
    ) -> Option<(Request, Framing)> {
        let request = match Request::decode_fast(head, lone_feed) {
            Some(request) => {
                violations.extend(head::check_field_count(request.headers.len(), limits));
                request
            }
            None => Request::decode_by_line(head, limits, violations)?,
        };
        if request.target.len() > limits.target {
            let detail = format!("{} bytes", request.target.len());
            violations.push(rules::TARGET_TOO_LONG.broken(detail));
        }
        target::check(&request, violations);
        if request.version == Version::Http11 {
            let unknown = |member: &&str| !member.eq_ignore_ascii_case("100-continue");
            if let Some(member) = request.headers.tokens("expect").find(unknown) {
                violations.push(rules::EXPECTATION.broken(format!("it expects {member}")));
            }
        }
        let framing = Framing::of_request(&request, violations);
        Some((request, framing))
    }

    /// What httparse makes of a head that breaks none of its rules.
    fn decode_fast(head: &[u8], lone_feed: bool) -> Option<Request> {
        let mut fields = head::fast_fields();
        let mut parsed = httparse::Request::new(&mut []);
        let complete = parsed.parse_with_uninit_headers(head, &mut fields).ok()?.is_complete();
        if lone_feed || !complete {
            return None;
        }
        Some(Request {
            method: Method::new(parsed.method?)?,
            target: parsed.path?.to_owned(),
            version: Version::from_minor(parsed.version?),
            headers: head::collect(parsed.headers, head),
        })
    }

    /// Line by line: everything that is wrong, and the best of the rest.
    fn decode_by_line(
        head: &[u8],
        limits: &Limits,
        violations: &mut Vec<Violation>,
    ) -> Option<Request> {
        head::check_line_ends(head, violations);
        let mut lines = head::lines(head).skip_while(|line| line.text.is_empty());
        let line = lines.next()?;
        let mut words = line.text.split(|&byte| byte == b' ');
        let (method, target, version) = match (words.next(), words.next(), words.next()) {
            (Some(method), Some(target), Some(version))
                if words.next().is_none() && !method.is_empty() && !target.is_empty() =>
            {
                (method, target, version)
            }
            _ => {
                let detail = format!("the line is {}", quote(line.text));
                violations.push(rules::REQUEST_LINE.broken(detail));
                return None;
            }
        };
        if !head::is_token(method) {
            violations.push(rules::METHOD.broken(format!("the method is {}", quote(method))));
        }
        if std::str::from_utf8(target).is_err() || target.iter().any(u8::is_ascii_control) {
            violations.push(rules::TARGET.broken(format!("the target is {}", quote(target))));
        }
        let (version, violation) = Version::decode(version, &rules::REQUEST_LINE);
        violations.extend(violation);
        Some(Request {
            method: Method(Cow::Owned(String::from_utf8_lossy(method).into_owned())),
            target: String::from_utf8_lossy(target).into_owned(),
            version,
            headers: head::decode_fields(lines, limits, violations),
        })
    }
}

/// What a request wants done: a token, compared with regard to case (RFC 9110 9.1).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Method(Cow<'static, str>);

impl Method {
    /// Give me this.
    pub const GET: Method = Method(Cow::Borrowed("GET"));
    /// Give me only the head of the answer to GET.
    pub const HEAD: Method = Method(Cow::Borrowed("HEAD"));
    /// Process this.
    pub const POST: Method = Method(Cow::Borrowed("POST"));
    /// Put this here.
    pub const PUT: Method = Method(Cow::Borrowed("PUT"));
    /// Change this in part (RFC 5789).
    pub const PATCH: Method = Method(Cow::Borrowed("PATCH"));
    /// Remove this.
    pub const DELETE: Method = Method(Cow::Borrowed("DELETE"));
    /// Say what can be done.
    pub const OPTIONS: Method = Method(Cow::Borrowed("OPTIONS"));
    /// Send back what arrived.
    pub const TRACE: Method = Method(Cow::Borrowed("TRACE"));
    /// Become a tunnel.
    pub const CONNECT: Method = Method(Cow::Borrowed("CONNECT"));

    /// Those of RFC 9110 and RFC 5789.
    pub(crate) const KNOWN: [Method; 9] = [
        Method::GET,
        Method::POST,
        Method::HEAD,
        Method::PUT,
        Method::DELETE,
        Method::OPTIONS,
        Method::PATCH,
        Method::CONNECT,
        Method::TRACE,
    ];

    /// A method, where `text` is a token.
    pub fn new(text: &str) -> Option<Method> {
        if let Some(known) = Method::KNOWN.iter().find(|known| known.as_str() == text) {
            return Some(known.clone());
        }
        head::is_token(text.as_bytes()).then(|| Method(Cow::Owned(text.to_owned())))
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it asks for no change (RFC 9110 9.2.1).
    pub fn is_safe(&self) -> bool {
        ["GET", "HEAD", "OPTIONS", "TRACE"].contains(&self.as_str())
    }

    /// Whether doing it twice is like doing it once (RFC 9110 9.2.2).
    pub fn is_idempotent(&self) -> bool {
        self.is_safe() || ["PUT", "DELETE"].contains(&self.as_str())
    }
}

impl fmt::Debug for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Method({self})")
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::head::tests::WORDS;
    use proptest::prelude::*;
    use wire::laws;

    fn request(method: Method, target: &str, fields: &[(&str, &str)]) -> Request {
        Request { headers: fields.iter().copied().collect(), ..Request::new(method, target) }
    }

    #[test]
    fn decodes_what_it_encodes() {
        for request in [
            request(Method::GET, "/", &[("Host", "example.com")]),
            request(Method::OPTIONS, "*", &[("Host", "a:80"), ("A", ""), ("a", "b, c")]),
            request(Method::CONNECT, "a:443", &[("Host", "a:443")]),
            request(Method::new("M-SEARCH").unwrap(), "http://a/", &[("host", "a")]),
        ] {
            let mut bytes = Vec::new();
            request.encode(&mut bytes);
            laws::decodes(Request::decode, &bytes, &request);
        }
    }

    #[test]
    fn passes_over_empty_lines_before_a_request() {
        let bytes = b"\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n";
        laws::decodes(Request::decode, bytes, &request(Method::GET, "/", &[("Host", "a")]));
    }

    #[test]
    fn a_head_without_end_is_refused_at_the_limit() {
        let bytes = vec![b'a'; Limits::default().head + 1];
        assert_eq!(Request::decode(&bytes[1..]), Ok(None));
        assert_eq!(Request::decode(&bytes).unwrap_err().status(), Some(431));
    }

    #[test]
    fn reports_every_broken_rule_at_once() {
        let bytes = b"G@T / HTTP/1.1\nA : b\r\nContent-Length: x\r\n\r\n";
        let mut violations = Vec::new();
        let (request, len) = Request::decode_leniently(bytes, &mut violations).unwrap();
        let ids: Vec<_> = violations.iter().map(|violation| violation.rule.id).collect();
        assert_eq!(
            ids,
            [
                "http1/line-end",
                "http1/method",
                "http1/space-before-colon",
                "http1/host-missing",
                "http1/length",
            ]
        );
        assert_eq!(len, bytes.len());
        assert_eq!(request.unwrap().headers.get_str("a"), Some("b"));
    }

    proptest! {
        /// What httparse takes, the line reader takes for the same, without complaint;
        /// what httparse refuses, the line reader can explain.
        #[test]
        fn the_fast_path_and_the_lines_agree(
            words in prop::collection::vec(prop::sample::select(WORDS), 0..12),
        ) {
            let head = [&b"GET / HTTP/1.1\r\n"[..], &words.concat(), b"\r\n"].concat();
            let mut search = EndSearch::default();
            let Some(len) = search.find(&head) else { return Ok(()) };
            let head = &head[..len];
            let fast = Request::decode_fast(head, search.lone_feed);
            let mut violations = Vec::new();
            let by_line = Request::decode_by_line(head, &Limits::default(), &mut violations);
            prop_assert_eq!(fast.is_some(), violations.is_empty(), "{:?}", violations);
            if fast.is_some() {
                prop_assert_eq!(fast, by_line);
            }
        }
    }
}
