//! Your answer.

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
    // TODO: replace the line below.
    todo!("how long is {target} held?")
}
