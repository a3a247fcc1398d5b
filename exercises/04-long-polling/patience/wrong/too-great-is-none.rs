//! A number that does not fit is taken for no number.

use std::time::Duration;

/// The longest time for which a question is held.
pub const MOST: Duration = Duration::from_secs(30);

/// How long the question with this target is held.
///
/// The query stands behind the first `?`, and consists of `name=value` with `&` between them. The
/// value of `wait` is a number of whole seconds in decimal digits. Where it is greater than
/// what is granted, however great, the question is held for [`MOST`].
///
/// A question is answered at once if it has no `wait`, if the first `wait` has no value, or if
/// that is anything but digits.
pub fn patience(target: &str) -> Duration {
    let query = target.split_once('?').map_or("", |(_, query)| query);
    let wait = query.split('&').find_map(|pair| match pair.split_once('=') {
        Some(("wait", value)) => Some(value),
        _ => (pair == "wait").then_some(""),
    });
    match wait {
        Some(digits) if is_number(digits) => {
            // What does not fit into 64 bits is more than anybody is granted.
            digits.parse().map_or(Duration::ZERO, |seconds| MOST.min(Duration::from_secs(seconds)))
        }
        _ => Duration::ZERO,
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
