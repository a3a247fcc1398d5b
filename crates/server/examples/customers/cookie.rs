//! Cookies: what a server asks a browser to send along (RFC 6265).
//!
//! ```text
//! Set-Cookie: session=4f1a…; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax      once
//! Cookie: theme=dark; session=4f1a…                                with each request
//! ```

use crate::problem::{MALFORMED, Problem};
use http1::Headers;

/// The value of a cookie.
///
/// `cookie-string = cookie-pair *( "; " cookie-pair )` (RFC 6265 4.2.1)
///
/// The cookies of all programs on a machine arrive here, whatever their port, so one
/// that is malformed is passed over if it is another's.
///
/// # Errors
/// It is there twice: somebody may have planted the other one, and nobody can tell which.
pub(crate) fn find<'h>(headers: &'h Headers, name: &str) -> Result<Option<&'h str>, Problem> {
    let pairs = headers
        .get_all("cookie")
        .filter_map(|value| std::str::from_utf8(value).ok())
        .flat_map(|value| value.split("; "))
        .filter_map(|pair| pair.split_once('='));
    let mut values = pairs.filter(|(known, _)| *known == name).map(|(_, value)| value);
    match (values.next(), values.next()) {
        (value, None) => Ok(value),
        _ => Err(Problem::new(&MALFORMED, format!("the cookie {name} is there twice"))),
    }
}

/// Asks for a cookie to be kept for so many seconds; for 0, to be thrown away.
///
/// - `HttpOnly`: no script can read it, not even one that somebody smuggled into a page.
/// - `SameSite=Lax`: other sites' pages do not send it along when they change something.
/// - `Secure`: it never travels without TLS.
pub(crate) fn set(name: &str, value: &str, seconds: u64, secure: bool) -> String {
    let secure = if secure { "; Secure" } else { "" };
    format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}")
}
