//! How fast somebody may speak.

use super::Refusal;
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};

/// How fast somebody may speak: so much at once, and so much in the long run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flood {
    /// How many messages may come at once.
    pub burst: u32,
    /// How long one message takes in the long run.
    pub every: Duration,
}

/// Twenty at once, and five a second.
impl Default for Flood {
    fn default() -> Self {
        Flood { burst: 20, every: Duration::from_millis(200) }
    }
}

/// What somebody has said lately, as one moment: until when they would have spoken,
/// if each message took its time. (The generic cell rate algorithm.)
#[derive(Debug)]
pub(super) struct Bucket {
    pub(super) spoken_until: Instant,
}

impl Bucket {
    pub(super) fn new(now: Instant) -> Self {
        Bucket { spoken_until: now }
    }

    /// Takes the time of one message.
    ///
    /// # Errors
    /// There is too little left; how long to wait.
    pub(super) fn take(&mut self, flood: Option<Flood>, now: Instant) -> Result<(), Refusal> {
        let Some(Flood { burst, every }) = flood else { return Ok(()) };
        let until = self.spoken_until.max(now) + every;
        let wait = until.saturating_duration_since(now + every * burst);
        if !wait.is_zero() {
            // Rounded up: who waits so long must not be sent away again.
            let wait = wait.as_nanos().div_ceil(1_000_000);
            return Err(Refusal::TooFast { wait: u64::try_from(wait).unwrap_or(u64::MAX) });
        }
        self.spoken_until = until;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_and_then_the_long_run_counts() {
        let flood = Some(Flood { burst: 3, every: Duration::from_millis(100) });
        let start = Instant::now();
        let mut bucket = Bucket::new(start);
        let mut take = |millis| bucket.take(flood, start + Duration::from_millis(millis));
        for _ in 0..3 {
            assert_eq!(take(0), Ok(()));
        }
        assert_eq!(take(0), Err(Refusal::TooFast { wait: 100 }));
        assert_eq!(take(60), Err(Refusal::TooFast { wait: 40 }));
        assert_eq!(take(100), Ok(()));
        assert_eq!(take(100), Err(Refusal::TooFast { wait: 100 }));
        assert_eq!(take(9_000), Ok(()));
    }

    #[test]
    fn who_waits_as_long_as_they_were_told_is_heard() {
        let flood = Some(Flood { burst: 1, every: Duration::from_micros(1_500) });
        let start = Instant::now();
        let mut bucket = Bucket::new(start);
        assert_eq!(bucket.take(flood, start), Ok(()));
        assert_eq!(bucket.take(flood, start), Err(Refusal::TooFast { wait: 2 }));
        assert_eq!(bucket.take(flood, start + Duration::from_millis(2)), Ok(()));
    }
}
