//! What is wrong with a response: RFC 6455 4.1 from the client's side, 4.2.2 from the server's.

use super::{field, is_upgrade, joined, offered_extensions, quote, value_of};
use crate::{
    accept::{Calculation, is_digest},
    deflate::{self, PermessageDeflate},
    extensions::{self, Extension},
    rules,
};
use http1::{Headers, Request, Response};
use std::collections::BTreeSet;
use wire::Violation;

/// Everything that is wrong with the response to an opening handshake.
///
/// Without the request, what depends on it is not asked. A refusal (3xx, 4xx,
/// 5xx) is no mistake, and a switch to another protocol is none of ours.
///
/// ```
/// use http1::Response;
///
/// let response = Response::new(101)
///     .with("Upgrade", "websocket")
///     .with("Connection", "Upgrade");
/// let violations = handshake::check_response(None, &response);
/// assert_eq!(violations[0].rule.id, "handshake/accept-missing");
/// ```
pub fn check_response(request: Option<&Request>, response: &Response) -> Vec<Violation> {
    match response.status {
        101 if switches_to_websocket(request, response) => check_switch(request, response),
        200..300 if request.is_some_and(is_upgrade) => vec![not_opened(response)],
        _ => Vec::new(),
    }
}

/// The finding that a response is not the one that opens a connection.
pub(crate) fn not_opened(response: &Response) -> Violation {
    let Response { status, reason, .. } = response;
    rules::STATUS_NOT_101.broken(format!("the status is {status} {}", quote(reason)))
}

/// Whether a 101 is an answer to the question for WebSocket: a client may name
/// several protocols in `Upgrade`, and the server may choose another one.
fn switches_to_websocket(request: Option<&Request>, response: &Response) -> bool {
    let headers = &response.headers;
    if headers.contains_token("Upgrade", "websocket") || headers.contains(field::ACCEPT) {
        return true;
    }
    let chosen = headers.tokens("Upgrade").next();
    request.is_some_and(|request| {
        let named = |name| request.headers.contains_token("Upgrade", name);
        is_upgrade(request) && !chosen.is_some_and(named)
    })
}

/// Everything that is wrong with a 101.
pub(crate) fn check_switch(request: Option<&Request>, response: &Response) -> Vec<Violation> {
    let mut violations = Vec::new();
    let Response { headers, .. } = response;
    let upgrades: Vec<&str> = headers.tokens("Upgrade").collect();
    if !matches!(upgrades[..], [upgrade] if upgrade.eq_ignore_ascii_case("websocket")) {
        violations.push(rules::RESPONSE_UPGRADE.broken(value_of(headers, "Upgrade")));
    }
    if !headers.contains_token("Connection", "upgrade") {
        violations.push(rules::RESPONSE_CONNECTION.broken(value_of(headers, "Connection")));
    }
    check_accept(request, headers, &mut violations);
    check_chosen_subprotocol(request, headers, &mut violations);
    check_accepted_extensions(request, headers, &mut violations);
    violations
}

/// RFC 6455 4.1, item 4 of the response.
fn check_accept(request: Option<&Request>, headers: &Headers, violations: &mut Vec<Violation>) {
    let mut accepts = headers.get_all(field::ACCEPT).map(String::from_utf8_lossy);
    let Some(accept) = accepts.next() else {
        violations.push(rules::ACCEPT_MISSING.broken("there is no Sec-WebSocket-Accept"));
        return;
    };
    let key = request.and_then(|request| request.headers.get_str(field::KEY));
    match key.map(Calculation::of) {
        Some(right) if accept != right.accept => {
            let mistake = right.mistake_behind(&accept).map(|mistake| format!("; {mistake}"));
            violations.push(rules::ACCEPT_WRONG.broken(format!(
                "the key {} makes {}, and {} came{}",
                quote(&right.key),
                right.accept,
                quote(&accept),
                mistake.unwrap_or_default()
            )));
        }
        None if !is_digest(&accept) => {
            let detail = format!("{} is not base64 of 20 bytes", quote(&accept));
            violations.push(rules::ACCEPT_WRONG.broken(detail));
        }
        _ => {}
    }
    let more = accepts.count();
    if more > 0 {
        violations.push(rules::ACCEPT_REPEATED.broken(format!("there are {}", more + 1)));
    }
}

/// RFC 6455 4.1, item 6 of the response; 4.2.2, item 5 forbids an empty value.
fn check_chosen_subprotocol(
    request: Option<&Request>,
    headers: &Headers,
    violations: &mut Vec<Violation>,
) {
    let Some(whole) = joined(headers, field::PROTOCOL) else { return };
    let lines = headers.get_all(field::PROTOCOL).count();
    let chosen: Vec<&str> = headers.tokens(field::PROTOCOL).collect();
    match chosen[..] {
        [chosen] if lines == 1 => {
            let named = |request: &Request| {
                request.headers.tokens(field::PROTOCOL).any(|named| named == chosen)
            };
            if request.is_some_and(|request| !named(request)) {
                let named = request.and_then(|request| joined(&request.headers, field::PROTOCOL));
                let named = named.map_or("none".to_owned(), |named| quote(&named));
                let detail = format!("{} was chosen, and the client named {named}", quote(chosen));
                violations.push(rules::UNSOLICITED_SUBPROTOCOL.broken(detail));
            }
        }
        [] => {
            let detail = "the value is empty: no subprotocol means no field";
            violations.push(rules::UNSOLICITED_SUBPROTOCOL.broken(detail));
        }
        _ => violations
            .push(rules::SEVERAL_SUBPROTOCOLS.broken(format!("they are {}", quote(&whole)))),
    }
}

/// RFC 6455 4.1, item 5 of the response; RFC 7692 5 and 7.1.
fn check_accepted_extensions(
    request: Option<&Request>,
    headers: &Headers,
    violations: &mut Vec<Violation>,
) {
    let lines = headers.get_all(field::EXTENSIONS).count();
    if lines > 1 {
        violations.push(rules::EXTENSIONS_REPEATED.broken(format!("there are {lines}")));
    }
    let (accepted, mistake) = extensions::read(headers.get_all(field::EXTENSIONS));
    violations.extend(
        mistake.map(|mistake| rules::RESPONSE_EXTENSION_SYNTAX.broken(mistake.to_string())),
    );
    let offered = request.map(offered_extensions).unwrap_or_default();
    if request.is_some() {
        let names: BTreeSet<&str> = offered.iter().map(|extension| &*extension.name).collect();
        let unsolicited = accepted.iter().find(|extension| !names.contains(&*extension.name));
        violations.extend(unsolicited.map(|extension| {
            let detail = format!("{} was not offered", quote(&extension.name));
            rules::UNSOLICITED_EXTENSION.broken(detail)
        }));
    }
    violations.extend(check_deflate(&accepted, &offered));
    let rsv1: Vec<&str> =
        accepted.iter().map(|extension| &*extension.name).filter(uses_rsv1).collect();
    if rsv1.len() > 1 {
        violations.push(
            rules::EXTENSION_CONFLICT.broken(format!("they are {}", quote(&rsv1.join(", ")))),
        );
    }
}

/// What is wrong with an accepted permessage-deflate; it must fit one of the offers, if any is known.
fn check_deflate(accepted: &[Extension], offered: &[Extension]) -> Option<Violation> {
    let is_deflate = |extension: &&Extension| extension.name == deflate::NAME;
    let (agreed, problems) = PermessageDeflate::read(accepted.iter().find(is_deflate)?);
    if !problems.is_empty() {
        return Some(rules::EXTENSION_PARAMETERS.broken(problems.join("; ")));
    }
    let mut best_misfit = None;
    for offer in offered.iter().filter(is_deflate) {
        let misfit = deflate::Offer::read(offer).0.admits(&agreed).err()?;
        best_misfit.get_or_insert(misfit);
    }
    best_misfit.map(|misfit| rules::EXTENSION_PARAMETERS.broken(misfit))
}

/// The extensions that are known to claim the first reserved bit of a frame.
fn uses_rsv1(name: &&str) -> bool {
    name.starts_with("permessage-") || ["deflate-frame", "x-webkit-deflate-frame"].contains(name)
}
