//! What time it is, and a way to let time pass.
//!
//! Whoever wants to see a session expire need not wait for it: with `--practice-clock`
//! the clock is a resource like any other, and can be put ahead.

use crate::{
    fields::{Fault, Fields},
    representation::{Cell, Resource},
};
use serde::Serialize;
use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{SystemTime, UNIX_EPOCH},
};

/// The system's clock, and a little more.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    /// How far it is put ahead, in seconds.
    ahead: AtomicU64,
}

impl Clock {
    /// The seconds since 1970 began.
    pub(crate) fn now(&self) -> u64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        since.as_secs() + self.ahead.load(Ordering::Relaxed)
    }

    /// Reads `{"clock": {"ahead": 3600}}`, and puts the clock ahead.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub(crate) fn put(&self, body: &[u8]) -> Result<(), Fault> {
        let mut fields = Fields::of_json(body, Time::ONE)?;
        let ahead = fields.number("ahead", 0..=1_000_000_000);
        fields.end()?;
        self.ahead.store(ahead.unsigned_abs(), Ordering::Relaxed);
        Ok(())
    }

    pub(crate) fn time(&self) -> Time {
        Time { seconds_since_1970: self.now(), ahead: self.ahead.load(Ordering::Relaxed) }
    }
}

/// What the clock shows.
#[derive(Debug, Serialize)]
pub(crate) struct Time {
    seconds_since_1970: u64,
    ahead: u64,
}

impl Resource for Time {
    const ONE: &'static str = "clock";
    const MANY: &'static str = "clocks";

    fn cells(&self) -> Vec<Cell> {
        let Time { seconds_since_1970, ahead } = self;
        vec![("seconds_since_1970", seconds_since_1970.to_string()), ("ahead", ahead.to_string())]
    }
}
