//! Only the host is compared, so a page that came without TLS may speak for the bank.

/// Whether a handshake with these values of `Origin` may go on. `allowed` are the origins
/// of the server's own pages, as browsers write them.
///
/// - An origin is allowed if it is one of them, as a whole. Only the case of ASCII letters
///   means nothing.
/// - Without the field it was no browser, and there are no cookies to misuse: it may go on.
/// - If the field comes several times, each of its values must be allowed.
pub fn may_connect(origins: &[&str], allowed: &[&str]) -> bool {
    let is_allowed = |origin: &str| {
        allowed.iter().any(|ours| {
            let host = |origin: &str| origin.rsplit('/').next().unwrap_or_default().to_lowercase();
            host(ours) == host(origin)
        })
    };
    origins.iter().all(|origin| is_allowed(origin))
}
