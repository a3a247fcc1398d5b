//! The name is looked for anywhere, also at the end of another name.

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
    let wait = query.split_once("wait=").map(|(_, rest)| rest.split('&').next().unwrap_or(rest));
    match wait {
        Some(digits) if is_number(digits) => {
            // What does not fit into 64 bits is more than anybody is granted.
            digits.parse().map_or(MOST, |seconds| MOST.min(Duration::from_secs(seconds)))
        }
        _ => Duration::ZERO,
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
