//! The chance also makes the wait shorter than the server asked for.

use std::time::Duration;

/// What the server says about the next question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Poll {
    /// So many milliseconds at least.
    pub after: u64,
    /// And up to so many more by chance.
    pub jitter: u64,
}

/// How long a page waits before its next question.
///
/// `chance` gives a number from 0 up to, but not including, 1, as `Math.random()` does in
/// JavaScript. Ask it once for each wait. The same number must always give the same wait,
/// 0 the shortest, a greater number a longer one, all evenly spread, to the millisecond or finer.
pub fn next_wait(poll: Poll, chance: &mut impl FnMut() -> f64) -> Duration {
    let earliest = Duration::from_millis(poll.after.saturating_sub(poll.jitter / 2));
    earliest + Duration::from_millis(poll.jitter).mul_f64(chance())
}
