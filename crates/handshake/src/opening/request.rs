//! What is wrong with a request: RFC 6455 4.1 from the client's side, 4.2.1 from the server's.

use super::{VERSION, field, joined, quote, value_of};
use crate::{
    accept::decode_key,
    deflate,
    extensions::{self, is_token},
    rules,
};
use http1::{Headers, Method, Request, Version};
use wire::Violation;

/// Everything that is wrong with the request of an opening handshake.
///
/// ```
/// use http1::{Method, Request};
///
/// let request = Request::new(Method::GET, "/chat")
///     .with("Host", "example.com")
///     .with("Upgrade", "websocket")
///     .with("Connection", "keep-alive, Upgrade")
///     .with("Sec-WebSocket-Key", "SGVsbG8=")
///     .with("Sec-WebSocket-Version", "13");
/// let violations = handshake::check_request(&request);
/// assert_eq!(violations.len(), 1);
/// assert_eq!(violations[0].rule.id, "handshake/key-length");
/// assert_eq!(violations[0].detail, "\"SGVsbG8=\" decodes to 5 bytes");
/// ```
pub fn check_request(request: &Request) -> Vec<Violation> {
    let mut violations = Vec::new();
    check_request_as_http(request, &mut violations);
    check_version(&request.headers, &mut violations);
    check_key(&request.headers, &mut violations);
    check_named_subprotocols(&request.headers, &mut violations);
    check_offered_extensions(&request.headers, &mut violations);
    violations
}

/// RFC 6455 4.2.1, items 1 to 4.
fn check_request_as_http(request: &Request, violations: &mut Vec<Violation>) {
    let Request { method, version, headers, .. } = request;
    if *method != Method::GET {
        violations.push(rules::METHOD.broken(format!("the method is {}", quote(method.as_str()))));
    }
    if *version < Version::Http11 {
        violations.push(rules::HTTP_VERSION.broken(format!("the version is {version}")));
    }
    match headers.get("Host") {
        Some([]) => violations.push(rules::HOST_MISSING.broken("Host is empty")),
        Some(_) => {}
        None => violations.push(rules::HOST_MISSING.broken("there is no Host")),
    }
    // ANCHOR: upgrade
    if !headers.contains_token("Upgrade", "websocket") {
        let detail = if headers.contains("Upgrade") || !headers.contains(field::KEY) {
            value_of(headers, "Upgrade")
        } else {
            "there is a key but no Upgrade: a proxy in between may have removed it".to_owned()
        };
        violations.push(rules::UPGRADE_MISSING.broken(detail));
    }
    if !headers.contains_token("Connection", "upgrade") {
        violations.push(rules::CONNECTION_MISSING.broken(value_of(headers, "Connection")));
    }
    // ANCHOR_END: upgrade
}

/// RFC 6455 4.2.1, item 6.
fn check_version(headers: &Headers, violations: &mut Vec<Violation>) {
    let versions: Vec<_> = headers.get_all(field::VERSION).map(String::from_utf8_lossy).collect();
    match versions.as_slice() {
        [] => violations.push(rules::VERSION_MISSING.broken("there is no Sec-WebSocket-Version")),
        [version] if version == VERSION => {}
        [version] => {
            let detail = format!("the version is {}", quote(version));
            violations.push(rules::VERSION_UNSUPPORTED.broken(detail));
        }
        several => {
            let detail = format!("there are {}: {}", several.len(), quote(&several.join(", ")));
            violations.push(rules::VERSION_REPEATED.broken(detail));
        }
    }
}

/// RFC 6455 4.2.1, item 5.
fn check_key(headers: &Headers, violations: &mut Vec<Violation>) {
    let mut keys = headers.get_all(field::KEY).map(String::from_utf8_lossy);
    let Some(key) = keys.next() else {
        violations.push(rules::KEY_MISSING.broken("there is no Sec-WebSocket-Key"));
        return;
    };
    violations.extend(decode_key(&key).err());
    let more = keys.count();
    if more > 0 {
        violations.push(rules::KEY_REPEATED.broken(format!("there are {}", more + 1)));
    }
}

/// RFC 6455 4.1, item 10 of the request: tokens, "and MUST all be unique strings".
fn check_named_subprotocols(headers: &Headers, violations: &mut Vec<Violation>) {
    let Some(whole) = joined(headers, field::PROTOCOL) else { return };
    let mut named: Vec<&str> = headers.tokens(field::PROTOCOL).collect();
    if named.is_empty() {
        violations.push(rules::SUBPROTOCOL_SYNTAX.broken(format!("{} names none", quote(&whole))));
    }
    if let Some(odd) = named.iter().find(|name| !is_token(name.as_bytes())) {
        violations.push(rules::SUBPROTOCOL_SYNTAX.broken(format!("{} is no token", quote(odd))));
    }
    named.sort_unstable();
    if let Some([name, _]) = named.array_windows().find(|[left, right]| left == right) {
        violations.push(
            rules::SUBPROTOCOL_REPEATED.broken(format!("{} stands there twice", quote(name))),
        );
    }
}

/// RFC 6455 9.1, and RFC 7692 7.1 for what permessage-deflate may be asked for.
fn check_offered_extensions(headers: &Headers, violations: &mut Vec<Violation>) {
    let (offered, mistake) = extensions::read(headers.get_all(field::EXTENSIONS));
    violations.extend(mistake.map(|mistake| rules::EXTENSION_SYNTAX.broken(mistake.to_string())));
    for offer in offered.iter().filter(|extension| extension.name == deflate::NAME) {
        let (_, problems) = deflate::Offer::read(offer);
        if !problems.is_empty() {
            violations.push(rules::EXTENSION_OFFER.broken(problems.join("; ")));
        }
    }
}
