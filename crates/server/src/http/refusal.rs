//! What a client is told when its request cannot be answered.

use super::path;
use crate::Error;
use http1::{Request, Response, reason};
use wire::Rule;

/// The response to an error, and its body: the rule that was broken, in words.
pub(super) fn of(error: &Error) -> (Response, String) {
    let status = error.status();
    let mut body = format!("{status} {}\n\n", reason(status));
    match error {
        Error::Violation(violation) => {
            let Rule { id, section, sentence, .. } = *violation.rule;
            let detail = &violation.detail;
            body += &format!("Rule  {sentence}\nHere  {detail}\nSee   {section} ({id})\n");
        }
        // What went wrong inside is nobody's business outside; the log has it.
        Error::Respond(_) | Error::Send(_) | Error::Handler(_) | Error::Io(_) => {
            body += "Something went wrong on the server's side.\n";
        }
        error => body += &format!("{error}\n"),
    }
    let response = Response::new(status)
        .with("Content-Type", "text/plain; charset=utf-8")
        // The body may repeat what the client sent: no browser shall take it for a page.
        .with("X-Content-Type-Options", "nosniff")
        .with("Connection", "close");
    (response, body)
}

/// Whether a request is for one of these hosts. A whole URL counts more than Host
/// (RFC 9112 3.2.2). Where there is a port, the name decides: people forward ports.
pub(super) fn is_ours(request: &Request, hosts: &[String]) -> bool {
    if hosts.is_empty() {
        return true;
    }
    let named = path::authority(&request.target).or_else(|| request.headers.get_str("host"));
    let host = named.unwrap_or_default();
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    hosts.iter().any(|ours| ours.eq_ignore_ascii_case(name))
}
