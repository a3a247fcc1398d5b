//! The head of a response.
//!
//! RFC 9112 4.
//!
//! ```text
//! HTTP/1.1 101 Switching Protocols CR LF      version SP status SP reason
//! Upgrade: websocket CR LF                    fields
//! CR LF                                       the empty line ends it
//! ```
//!
//! ```
//! use http1::Response;
//!
//! let mut bytes = Vec::new();
//! Response::new(404).with("Content-Length", "0").encode(&mut bytes);
//! assert_eq!(bytes, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
//!
//! let (response, _) = Response::decode(&bytes)?.expect("it is complete");
//! assert_eq!((response.status, response.reason.as_str()), (404, "Not Found"));
//! # Ok::<(), wire::Violation>(())
//! ```
//!
//! Book: chapter 2.

use crate::{
    Headers, Limits, Method,
    body::Framing,
    describe,
    head::{self, EndSearch, Version, quote},
    rules,
};
use wire::{Span, Violation};

/// What a server answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// Which rules the server keeps.
    pub version: Version,
    /// What became of the request: `404`.
    pub status: u16,
    /// The same for people; may be empty, and means nothing to programs.
    pub reason: String,
    /// The fields.
    pub headers: Headers,
}

impl Response {
    /// A response without fields, with the usual reason of its status.
    pub fn new(status: u16) -> Self {
        Response {
            version: Version::Http11,
            status,
            reason: reason(status).to_owned(),
            headers: Headers::new(),
        }
    }

    /// The same response with one more field.
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
    pub fn decode(bytes: &[u8]) -> Result<Option<(Response, usize)>, Violation> {
        let mut violations = Vec::new();
        let decoded = Response::decode_leniently(bytes, &mut violations);
        match violations.into_iter().find(Violation::is_fatal) {
            Some(violation) => Err(violation),
            None => Ok(decoded.and_then(|(response, len)| Some((response?, len)))),
        }
    }

    /// Decodes the head that `bytes` begin with, and adds every rule it breaks to
    /// `violations`. `None`: not enough bytes. A response of `None`: the first
    /// line makes no sense.
    pub fn decode_leniently(
        bytes: &[u8],
        violations: &mut Vec<Violation>,
    ) -> Option<(Option<Response>, usize)> {
        let limits = Limits::default();
        let mut search = EndSearch::default();
        let len = match search.find(bytes) {
            Some(len) if len <= limits.head => len,
            None if bytes.len() <= limits.head => return None,
            _ => {
                violations.push(head::too_large(&limits));
                return Some((None, limits.head));
            }
        };
        let head = bytes.get(..len).unwrap_or_default();
        let decoded =
            Response::decode_head(head, search.lone_feed, &limits, &Method::GET, violations);
        Some((decoded.map(|(response, _)| response), len))
    }

    /// Appends the head, its empty line included. The caller answers for what is
    /// in it: nothing is checked.
    pub fn encode(&self, out: &mut Vec<u8>) {
        self.encode_open(out);
        out.extend_from_slice(b"\r\n");
    }

    /// Appends the head without its empty line: more fields may follow.
    pub(crate) fn encode_open(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.version.as_str().as_bytes());
        out.push(b' ');
        out.extend([100, 10, 1].map(|place| b'0' + (self.status / place % 10) as u8));
        out.push(b' ');
        out.extend_from_slice(self.reason.as_bytes());
        out.extend_from_slice(b"\r\n");
        self.headers.encode(out);
    }

    /// The head that `bytes` begin with, as named ranges: `status line`, each field
    /// under its name in lower case, `empty line`; and what is behind it as `body`.
    pub fn describe(bytes: &[u8]) -> Span {
        describe::response(bytes)
    }

    /// Whether it is only a word in between, and the answer is still to come:
    /// 100 to 199, but for 101, which is the last word of HTTP on its connection.
    pub fn is_interim(&self) -> bool {
        (100..200).contains(&self.status) && self.status != 101
    }

    /// Decodes a whole head, whose end was found, of a response to `method`.
    pub(crate) fn decode_head(
        head: &[u8],
        lone_feed: bool,
        limits: &Limits,
        method: &Method,
        violations: &mut Vec<Violation>,
    ) -> Option<(Response, Framing)> {
        let response = match Response::decode_fast(head, lone_feed) {
            Some(response) => {
                violations.extend(head::check_field_count(response.headers.len(), limits));
                response
            }
            None => Response::decode_by_line(head, limits, violations)?,
        };
        if !(100..600).contains(&response.status) {
            let detail = format!("the code is {:03}", response.status);
            violations.push(rules::STATUS_CODE.broken(detail));
        }
        let framing = Framing::of_response(&response, method, violations);
        Some((response, framing))
    }

    /// What httparse makes of a head that breaks none of its rules.
    fn decode_fast(head: &[u8], lone_feed: bool) -> Option<Response> {
        let mut fields = head::fast_fields();
        let mut parsed = httparse::Response::new(&mut []);
        let config = httparse::ParserConfig::default();
        let result = config.parse_response_with_uninit_headers(&mut parsed, head, &mut fields);
        // httparse says nothing of a missing space, and leaves out a reason beyond ASCII.
        let spaced = head.get(12) == Some(&b' ');
        if lone_feed || !result.ok()?.is_complete() || !spaced || !head.is_ascii() {
            return None;
        }
        Some(Response {
            version: Version::from_minor(parsed.version?),
            status: parsed.code?,
            reason: parsed.reason?.to_owned(),
            headers: head::collect(parsed.headers, head),
        })
    }

    /// Line by line: everything that is wrong, and the best of the rest.
    fn decode_by_line(
        head: &[u8],
        limits: &Limits,
        violations: &mut Vec<Violation>,
    ) -> Option<Response> {
        let mut lines = head::lines(head);
        let line = lines.next()?;
        let Some((version, status, reason)) = split_status_line(line.text) else {
            let detail = format!("the line is {}", quote(line.text));
            violations.push(rules::STATUS_LINE.broken(detail));
            return None;
        };
        head::check_line_ends(head, violations);
        let (version, violation) = Version::decode(version, &rules::STATUS_LINE);
        violations.extend(violation);
        let reason = reason.unwrap_or_else(|| {
            violations
                .push(rules::STATUS_SPACE.broken(format!("the line is {}", quote(line.text))));
            b""
        });
        if reason.iter().any(|byte| byte.is_ascii_control() && !matches!(byte, b'\t' | b'\r')) {
            let detail = format!("the reason is {}", quote(reason));
            violations.push(rules::STATUS_LINE.broken(detail));
        }
        Some(Response {
            version,
            status,
            reason: String::from_utf8_lossy(reason).into_owned(),
            headers: head::decode_fields(lines, limits, violations),
        })
    }
}

/// Version, code and, where a space precedes it, the reason.
type StatusLine<'a> = (&'a [u8], u16, Option<&'a [u8]>);

/// `status-line = HTTP-version SP status-code SP [ reason-phrase ]` (RFC 9112 4)
fn split_status_line(line: &[u8]) -> Option<StatusLine<'_>> {
    let (version, rest) = line.split_at_checked(b"HTTP/1.1".len())?;
    let (code, rest) = rest.strip_prefix(b" ")?.split_at_checked(3)?;
    if !version.starts_with(b"HTTP/") || !code.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let status = code.iter().fold(0, |status, digit| status * 10 + u16::from(digit - b'0'));
    match rest {
        [] => Some((version, status, None)),
        [b' ', reason @ ..] => Some((version, status, Some(reason))),
        _ => None,
    }
}

/// The usual reason of a status (RFC 9110 15, and the IANA registry).
pub fn reason(status: u16) -> &'static str {
    match status {
        100 => "Continue",
        101 => "Switching Protocols",
        103 => "Early Hints",
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        203 => "Non-Authoritative Information",
        204 => "No Content",
        205 => "Reset Content",
        206 => "Partial Content",
        300 => "Multiple Choices",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        402 => "Payment Required",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        407 => "Proxy Authentication Required",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        411 => "Length Required",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        414 => "URI Too Long",
        415 => "Unsupported Media Type",
        416 => "Range Not Satisfiable",
        417 => "Expectation Failed",
        421 => "Misdirected Request",
        422 => "Unprocessable Content",
        426 => "Upgrade Required",
        428 => "Precondition Required",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        505 => "HTTP Version Not Supported",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::head::tests::WORDS;
    use proptest::prelude::*;
    use wire::laws;

    #[test]
    fn decodes_what_it_encodes() {
        let unnamed = Response { reason: String::new(), ..Response::new(299) };
        let old = Response { version: Version::Http10, ..Response::new(200) };
        let kind = Response { reason: "Très bien".to_owned(), ..Response::new(200) };
        let many = (0..100).fold(Response::new(200), |response, _| response.with("a", "b"));
        for response in [Response::new(204), unnamed, old, kind, many] {
            let mut bytes = Vec::new();
            response.encode(&mut bytes);
            laws::decodes(Response::decode, &bytes, &response);
        }
    }

    #[test]
    fn a_status_line_may_lack_its_last_space_but_not_its_code() {
        let (response, _) = Response::decode(b"HTTP/1.1 200\r\n\r\n").unwrap().unwrap();
        assert_eq!((response.status, &*response.reason), (200, ""));
        for line in [
            "HTTP/1.1 20 OK",
            "HTTP/1.x 200 OK",
            "HTTP/1.1 2000 OK",
            "HTTP/1.1  200 OK",
            "HTTP 200",
            "200 OK",
        ] {
            let violation = Response::decode(format!("{line}\r\n\r\n").as_bytes()).unwrap_err();
            assert_eq!(violation.rule, &rules::STATUS_LINE, "{line}");
        }
    }

    proptest! {
        #[test]
        fn the_fast_path_and_the_lines_agree(
            words in prop::collection::vec(prop::sample::select(WORDS), 0..12),
        ) {
            let head = [&b"HTTP/1.1 200 OK\r\n"[..], &words.concat(), b"\r\n"].concat();
            let mut search = EndSearch::default();
            let Some(len) = search.find(&head) else { return Ok(()) };
            let head = &head[..len];
            let fast = Response::decode_fast(head, search.lone_feed);
            let mut violations = Vec::new();
            let by_line = Response::decode_by_line(head, &Limits::default(), &mut violations);
            prop_assert!(fast.is_none() || violations.is_empty(), "{:?}", violations);
            prop_assert!(fast.is_some() || !violations.is_empty() || !head.is_ascii());
            if fast.is_some() {
                prop_assert_eq!(fast, by_line);
            }
        }
    }
}
