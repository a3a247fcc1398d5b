//! When the list of who is here is told.
//!
//! ```text
//! join  join join join          leave
//!  │     └────┴────┴─┐            │
//!  ▼                 ▼            ▼
//! list             list         list        never sooner than `interval` after the last one
//! ```
//!
//! A list of *n* names that goes to *n* members costs *n²*: five hundred people who
//! come within a second would be told a hundred and twenty-five million bytes.

use std::time::{Duration, Instant};

/// When the list of who is here is told.
#[derive(Debug, Default)]
pub(super) struct Presence {
    pub(super) told: Option<Instant>,
    pub(super) due: Option<Instant>,
}

/// How much longer nothing is told for each member.
const EACH: Duration = Duration::from_millis(1);

impl Presence {
    /// The list has changed, and now has so many names.
    pub(super) fn changed(&mut self, now: Instant, least: Duration, members: usize) {
        let interval = least.max(EACH * u32::try_from(members).unwrap_or(u32::MAX));
        let soonest = self.told.map_or(now, |told| now.max(told + interval));
        self.due.get_or_insert(soonest);
    }

    pub(super) fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Whether it is to be told now; then it is taken for told.
    pub(super) fn is_due(&mut self, now: Instant) -> bool {
        let Some(_) = self.due.take_if(|due| *due <= now) else { return false };
        self.told = Some(now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_change_is_told_at_once_and_a_storm_in_one() {
        let start = Instant::now();
        let after = |millis| start + Duration::from_millis(millis);
        let least = Duration::from_millis(100);
        let mut presence = Presence::default();
        presence.changed(start, least, 1);
        assert!(presence.is_due(start));
        for millis in 1..50 {
            presence.changed(after(millis), least, 2);
            assert!(!presence.is_due(after(millis)));
        }
        assert_eq!(presence.due(), Some(after(100)));
        assert!(presence.is_due(after(100)));
        assert_eq!(presence.due(), None);
        presence.changed(after(5_000), least, 50);
        assert!(presence.is_due(after(5_000)));
    }

    #[test]
    fn the_more_are_here_the_less_often_it_is_told() {
        let start = Instant::now();
        let mut presence = Presence { told: Some(start), due: None };
        presence.changed(start, Duration::from_millis(100), 500);
        assert_eq!(presence.due(), Some(start + Duration::from_millis(500)));
    }
}
