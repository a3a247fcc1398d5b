//! What a request asks for: the four forms of a target, and Host.
//!
//! RFC 9112 3.2.
//!
//! ```text
//! origin      /where?q=now             GET, POST, … to a server
//! absolute    http://example.com/      to a proxy; every server understands it
//! authority   example.com:443          CONNECT only
//! asterisk    *                        OPTIONS: the server as a whole
//! ```
//!
//! Book: chapter 2.

use crate::{
    Method, Request, Version,
    head::{quote, table},
    rules,
};
use wire::Violation;

/// The form of a request target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetForm {
    /// A path, and perhaps a query: `/where?q=now`.
    Origin,
    /// A whole URI: `http://example.com/`.
    Absolute,
    /// A host and a port, for CONNECT: `example.com:443`.
    Authority,
    /// `*`: the server as a whole, for OPTIONS. Methods of other standards may have
    /// a use for it, too, as M-SEARCH has.
    Asterisk,
}

impl TargetForm {
    /// The form of a target; `None` where its method does not allow what it looks like.
    pub fn of(method: &Method, target: &str) -> Option<TargetForm> {
        let connects = *method == Method::CONNECT;
        let form = match target {
            _ if target.contains('#') => return None,
            _ if connects => TargetForm::Authority,
            "*" => TargetForm::Asterisk,
            _ if target.starts_with('/') => TargetForm::Origin,
            _ => TargetForm::Absolute,
        };
        let fits = match form {
            TargetForm::Origin => true,
            TargetForm::Asterisk => *method == Method::OPTIONS || !Method::KNOWN.contains(method),
            TargetForm::Absolute => authority(target).is_some_and(|host| !host.is_empty()),
            TargetForm::Authority => {
                let (host, port) = target.rsplit_once(':')?;
                !host.is_empty() && !port.is_empty() && is_host(target)
            }
        };
        fits.then_some(form)
    }
}

/// Whether `text` can stand in a Host field.
///
/// `Host = uri-host [ ":" port ]`, where a host is a name, an IPv4 address, or
/// an IPv6 address in brackets (RFC 3986 3.2.2); a name may be empty.
pub fn is_host(text: &str) -> bool {
    let (host, port) = match text.bytes().rposition(|byte| matches!(byte, b':' | b']')) {
        Some(colon) if text[colon..].starts_with(':') => (&text[..colon], &text[colon + 1..]),
        _ => (text, ""),
    };
    let host_fits = match host.strip_prefix('[') {
        Some(address) => address.strip_suffix(']').is_some_and(is_bracketed),
        None => is_name(host),
    };
    host_fits && port.bytes().all(|byte| byte.is_ascii_digit())
}

/// `IP-literal = "[" ( IPv6address / IPvFuture ) "]"`, without its brackets.
fn is_bracketed(text: &str) -> bool {
    let future = |text: &str| {
        let (version, address) = text.strip_prefix(['v', 'V'])?.split_once('.')?;
        let hex = version.bytes().all(|byte| byte.is_ascii_hexdigit());
        Some(hex && !version.is_empty() && !address.is_empty() && !address.contains(['[', ']']))
    };
    // A zone (RFC 6874) names an interface of the sender; some clients send it.
    let address = text.split_once("%25").map_or(text, |(address, _)| address);
    address.parse::<std::net::Ipv6Addr>().is_ok() || future(text).unwrap_or(false)
}

/// `reg-name = *( unreserved / pct-encoded / sub-delims )`
fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let fits = match byte {
            b'%' => (0..2).all(|_| bytes.next().is_some_and(|digit| digit.is_ascii_hexdigit())),
            _ => NAME_BYTES[byte as usize],
        };
        if !fits {
            return false;
        }
    }
    true
}

/// `unreserved / sub-delims`
static NAME_BYTES: [bool; 256] = table(b"-._~!$&'()*+,;=");

/// The authority of a URI with `://`, without user and password.
fn authority(uri: &str) -> Option<&str> {
    let (scheme, rest) = uri.split_once("://")?;
    let mut bytes = scheme.bytes();
    let letter = bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic());
    if !letter || !bytes.all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte)) {
        return None;
    }
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    is_host(host).then_some(host)
}

/// Names what is wrong with the target of a request and with its Host.
pub(crate) fn check(request: &Request, violations: &mut Vec<Violation>) {
    let Request { method, target, version, headers } = request;
    let form = TargetForm::of(method, target);
    if form.is_none() {
        let detail = format!("{method} asks for {}", quote(target.as_bytes()));
        violations.push(rules::TARGET.broken(detail));
    } else if target.bytes().any(|byte| !byte.is_ascii() || b"\"<>".contains(&byte)) {
        let detail = format!("the target is {}", quote(target.as_bytes()));
        violations.push(rules::TARGET_ESCAPED.broken(detail));
    }

    let mut hosts = headers.get_all("host");
    let host = match (hosts.next(), hosts.next()) {
        (None, _) if *version == Version::Http10 => return,
        (None, _) => {
            violations.push(rules::HOST_MISSING.broken("there is no Host"));
            return;
        }
        (Some(host), None) => host,
        (Some(_), Some(_)) => {
            let detail = format!("Host stands there {} times", hosts.count() + 2);
            violations.push(rules::HOST_TWICE.broken(detail));
            return;
        }
    };
    let Some(host) = std::str::from_utf8(host).ok().filter(|host| is_host(host)) else {
        violations.push(rules::HOST_INVALID.broken(format!("Host is {}", quote(host))));
        return;
    };
    let named = match form {
        Some(TargetForm::Absolute) => authority(target),
        Some(TargetForm::Authority) => Some(target.as_str()),
        _ => None,
    };
    if let Some(named) = named.filter(|named| !same_host(named, host)) {
        let detail = format!("the target names {named}, Host names {host}");
        violations.push(rules::HOST_DIFFERS.broken(detail));
    }
}

/// Whether two authorities name the same host, where one may leave out a default port.
fn same_host(one: &str, other: &str) -> bool {
    fn bare(host: &str) -> &str {
        let port = [":80", ":443", ":"].into_iter().find_map(|port| host.strip_suffix(port));
        port.unwrap_or(host)
    }
    bare(one).eq_ignore_ascii_case(bare(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_four_forms() {
        use TargetForm::*;
        for (method, target, form) in [
            (Method::GET, "/", Some(Origin)),
            (Method::GET, "/a?b={c}|d", Some(Origin)),
            (Method::GET, "//a", Some(Origin)),
            (Method::GET, "http://a/b", Some(Absolute)),
            (Method::GET, "http://u:p@[::1]:80?q", Some(Absolute)),
            (Method::OPTIONS, "*", Some(Asterisk)),
            (Method::new("M-SEARCH").unwrap(), "*", Some(Asterisk)),
            (Method::CONNECT, "a:443", Some(Authority)),
            (Method::CONNECT, "[::1]:443", Some(Authority)),
            (Method::GET, "*", None),
            (Method::GET, "a", None),
            (Method::GET, "a:80", None),
            (Method::GET, "http://", None),
            (Method::GET, "http:///a", None),
            (Method::GET, "://a", None),
            (Method::GET, "/a#b", None),
            (Method::CONNECT, "a", None),
            (Method::CONNECT, "/", None),
            (Method::CONNECT, "a:", None),
            (Method::CONNECT, "a:b", None),
            (Method::CONNECT, ":1", None),
        ] {
            assert_eq!(TargetForm::of(&method, target), form, "{method} {target}");
        }
    }

    #[test]
    fn knows_a_host() {
        for host in ["", "a", "a:80", "a:", "127.0.0.1:8080", "[::1]", "[::1]:80", "[v1.x]", "%41"]
        {
            assert!(is_host(host), "{host:?}");
        }
        for host in
            ["a b", "a:b", "a:80:80", "a/b", "u@a", "::1", "[::1", "[x]", "[::1]a", "%4", "é"]
        {
            assert!(!is_host(host), "{host:?}");
        }
    }
}
