//! Where a body ends.
//!
//! RFC 9112 6.3. The head decides, and everyone on the way must decide the same:
//! where two readers disagree, one of them takes a body for the next request.
//! That attack is called request smuggling, and it is why so many rules live here.
//!
//! ```text
//! Content-Length: 5           hello                          Framing::Length(5)
//! Transfer-Encoding: chunked  5 CR LF hello CR LF 0 CR LF …  Framing::Chunked
//! neither, in a request                                      Framing::Empty
//! neither, in a response      hello, and the end of the      Framing::UntilClose
//!                             connection
//! ```
//!
//! Book: chapter 2.

use crate::{
    Headers, Limits, Method, Request, Response, Version, describe,
    head::{self, is_token, quote},
    headers::split_outside_quotes,
    rules,
};
use wire::{Span, Violation};

// ANCHOR: framing
/// How the end of a body is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// There is no body: the next message follows the head.
    Empty,
    /// The body has this many bytes.
    Length(u64),
    /// The body comes in chunks, each with its length before it.
    Chunked,
    /// The body ends with the connection.
    UntilClose,
    /// Nobody can say where this body ends.
    Unknown,
}
// ANCHOR_END: framing

impl Framing {
    /// The framing of a request's body; adds every broken rule to `violations`.
    pub fn of_request(request: &Request, violations: &mut Vec<Violation>) -> Framing {
        let Request { version, headers, .. } = request;
        let length = content_length(headers, violations);
        let framing = match Codings::decode(*version, headers, violations) {
            Some(codings) => {
                check_length_with_coding(length, violations);
                codings.framing_of_request(violations)
            }
            None => length.map_or(Framing::Empty, Framing::Length),
        };
        if request.method == Method::TRACE && !matches!(framing, Framing::Empty) {
            violations.push(rules::TRACE_BODY.broken("it announces a body"));
        }
        framing
    }

    // ANCHOR: of_response
    /// The framing of the body of a response to `method`; adds every broken rule
    /// to `violations`.
    pub fn of_response(
        response: &Response,
        method: &Method,
        violations: &mut Vec<Violation>,
    ) -> Framing {
        let Response { version, status, headers, .. } = response;
        let length = content_length(headers, violations);
        let codings = Codings::decode(*version, headers, violations);
        if codings.is_some() {
            check_length_with_coding(length, violations);
        }

        let tunnel = *method == Method::CONNECT && (200..300).contains(status);
        if matches!(status, 100..=199 | 204) || tunnel {
            if length.is_some() || codings.is_some() {
                let detail = format!("a {status} response to {method} announces a body");
                violations.push(rules::LENGTH_WITHOUT_BODY.broken(detail));
            }
            return Framing::Empty;
        }
        match (codings, length) {
            _ if *status == 304 || *method == Method::HEAD => Framing::Empty,
            (Some(codings), _) if codings.chunked_is_last => Framing::Chunked,
            (None, Some(length)) => Framing::Length(length),
            (Some(_), _) | (None, None) => Framing::UntilClose,
        }
    }
    // ANCHOR_END: of_response
}

/// A chunked body as named ranges: each `chunk` with its `size`, `extension` and
/// `data`, the `last chunk`, the trailers under their names, `empty line`.
pub fn describe_chunked(bytes: &[u8]) -> Span {
    describe::chunks(bytes)
}

fn check_length_with_coding(length: Option<u64>, violations: &mut Vec<Violation>) {
    if length.is_some() {
        violations.push(rules::LENGTH_WITH_CODING.broken("it has both"));
    }
}

/// `Content-Length = 1*DIGIT`; of several, the first that is one.
fn content_length(headers: &Headers, violations: &mut Vec<Violation>) -> Option<u64> {
    let mut first = None;
    let members = headers.get_all("content-length").flat_map(|value| value.split(|&b| b == b','));
    for member in members.map(<[u8]>::trim_ascii) {
        let Some(length) = decimal(member) else {
            violations.push(rules::LENGTH.broken(format!("it is {}", quote(member))));
            continue;
        };
        match first {
            None => first = Some(length),
            Some(first) if first == length => {
                violations.push(rules::LENGTH_REPEATED.broken(format!("{length} again")));
            }
            Some(first) => {
                violations.push(rules::LENGTHS_DIFFER.broken(format!("{first} and {length}")));
            }
        }
    }
    first
}

/// Digits only: no sign, no white space, no more than 64 bits.
pub(crate) fn decimal(text: &[u8]) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    text.iter().try_fold(0_u64, |number, byte| {
        let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'))?;
        number.checked_mul(10)?.checked_add(digit)
    })
}

/// What Transfer-Encoding says.
struct Codings {
    chunked_is_last: bool,
    /// A coding besides chunked.
    other: Option<String>,
}

impl Codings {
    /// `None` without the field.
    ///
    /// `Transfer-Encoding = #( token *( OWS ";" OWS transfer-parameter ) )`
    fn decode(
        version: Version,
        headers: &Headers,
        violations: &mut Vec<Violation>,
    ) -> Option<Codings> {
        headers.get("transfer-encoding")?;
        if version == Version::Http10 {
            violations.push(rules::CODING_IN_HTTP10.broken("it has Transfer-Encoding"));
        }
        let mut codings = Codings { chunked_is_last: false, other: None };
        let mut chunked = 0;
        for value in headers.get_all("transfer-encoding") {
            let Ok(text) = std::str::from_utf8(value) else {
                violations.push(rules::CODING.broken(format!("it is {}", quote(value))));
                codings.chunked_is_last = false;
                continue;
            };
            for member in split_outside_quotes(text, b',').filter(|member| !member.is_empty()) {
                let name = member.split(';').next().unwrap_or_default().trim_ascii_end();
                codings.chunked_is_last = name.eq_ignore_ascii_case("chunked");
                chunked += usize::from(codings.chunked_is_last);
                if !is_token(name.as_bytes()) || (codings.chunked_is_last && name != member) {
                    violations
                        .push(rules::CODING.broken(format!("it has {}", quote(member.as_bytes()))));
                } else if !codings.chunked_is_last {
                    codings.other = Some(name.to_owned());
                }
            }
        }
        if chunked > 1 {
            violations.push(rules::CHUNKED_TWICE.broken(format!("{chunked} times")));
        }
        Some(codings)
    }

    fn framing_of_request(&self, violations: &mut Vec<Violation>) -> Framing {
        let other = self.other.as_deref();
        if !self.chunked_is_last {
            let last = other.map_or("it names none".into(), |name| format!("the last is {name}"));
            violations.push(rules::CHUNKED_LAST.broken(last));
            return Framing::Unknown;
        }
        if let Some(name) = other {
            violations.push(rules::CODING_UNKNOWN.broken(format!("it has {name}")));
        }
        Framing::Chunked
    }
}

/// The fields behind a chunked body, up to their empty line.
///
/// `trailer-section = *( field-line CRLF )` (RFC 9112 7.1.2)
pub(crate) fn decode_trailers(
    section: &[u8],
    limits: &Limits,
    violations: &mut Vec<Violation>,
) -> Headers {
    head::check_line_ends(section, violations);
    let trailers = head::decode_fields(head::lines(section), limits, violations);
    let misplaced = |(name, _): &(&str, &[u8])| {
        HEAD_ONLY.iter().any(|forbidden| forbidden.eq_ignore_ascii_case(name))
    };
    for (name, _) in trailers.iter().filter(misplaced) {
        violations.push(rules::TRAILER_FIELD.broken(format!("{name} is a trailer")));
    }
    trailers
}

/// Fields that come too late behind a body: they say where it ends, who it is
/// for, who may, or what it is (RFC 9110 6.5.1).
const HEAD_ONLY: [&str; 16] = [
    "Authorization",
    "Connection",
    "Content-Encoding",
    "Content-Length",
    "Content-Range",
    "Content-Type",
    "Expect",
    "Host",
    "Max-Forwards",
    "Proxy-Authorization",
    "Set-Cookie",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
    "WWW-Authenticate",
];
