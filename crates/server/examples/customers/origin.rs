//! Whose page asks? (Cross-site request forgery.)
//!
//! A browser sends our cookie along whoever's page it was that asked:
//!
//! ```text
//! https://evil.example/  <form method="post" action="http://127.0.0.1:8080/customers">
//!        │
//!        └► browser ── POST /customers, Cookie: session=4f1a…, Origin: https://evil.example ──► us
//! ```
//!
//! But it also says whose page it was, and no page can make it lie:
//! `Sec-Fetch-Site` (Fetch Metadata) says how site and page are related, where the
//! connection is one to be trusted; `Origin` (RFC 6454 7) says who it is.

use crate::problem::{FOREIGN_PAGE, Problem};
use server::Exchange;

/// Lets a request change something, or refuses it.
///
/// A program that is no browser says neither, and may change what is open to all. If it
/// comes with the session cookie, it must say: silence is what a browser of old would do.
///
/// # Errors
/// Another site's page asks, or nobody says whose page it is: 403.
pub(crate) fn check(exchange: &Exchange, with_cookie: bool) -> Result<(), Problem> {
    let headers = &exchange.request().headers;
    let ours = match (headers.get("sec-fetch-site"), headers.get("origin")) {
        (Some(site), _) => site == b"same-origin",
        (None, Some(origin)) => {
            let scheme = if exchange.peer().secure { "https" } else { "http" };
            let host = headers.get_str("host").unwrap_or_default();
            origin.eq_ignore_ascii_case(format!("{scheme}://{host}").as_bytes())
        }
        (None, None) => !with_cookie,
    };
    match ours {
        true => Ok(()),
        false if headers.contains("origin") || headers.contains("sec-fetch-site") => {
            Err(Problem::new(&FOREIGN_PAGE, "the page that asks is not one of this site"))
        }
        false => {
            let detail = "there is a session cookie, and neither Origin nor Sec-Fetch-Site";
            Err(Problem::new(&FOREIGN_PAGE, detail))
        }
    }
}
