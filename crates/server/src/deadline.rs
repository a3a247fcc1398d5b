//! Deadlines, and how slow a peer may be.

use std::{
    future::Future,
    pin::{Pin, pin},
    task::{Context, Poll, Waker, ready},
    time::Duration,
};
use tokio::{
    task::unconstrained,
    time::{Instant, Sleep, sleep_until},
};

/// How slow a peer may be: a time of grace, and more for every byte it moves.
///
/// A fixed deadline alone is wrong for bodies: it cuts off honest people with thin
/// lines, and one that starts anew with each byte lets a peer hold a connection
/// for ever with a byte now and then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// How long nothing may happen at the beginning.
    pub grace: Duration,
    /// How many bytes a second must pass in the long run.
    pub bytes_per_second: u32,
}

impl Pace {
    /// When the peer is too slow, if it moved only so many bytes until then.
    pub(crate) fn deadline(&self, since: Instant, bytes: u64) -> Instant {
        let earned = bytes.saturating_mul(1000) / u64::from(self.bytes_per_second.max(1));
        since + self.grace + Duration::from_millis(earned)
    }
}

/// Ten seconds, and 500 bytes a second.
impl Default for Pace {
    fn default() -> Self {
        Pace { grace: Duration::from_secs(10), bytes_per_second: 500 }
    }
}

/// A timer that is cheap to put off: a later deadline only writes down a number,
/// and the timer finds out when it rings. A connection moves its deadline with
/// every request; its timer moves once a minute.
#[derive(Debug, Default)]
pub(crate) struct Timer {
    sleep: Option<Pin<Box<Sleep>>>,
    /// Whom it wakes.
    waker: Option<Waker>,
}

impl Timer {
    /// Ready when it is `deadline`.
    pub(crate) fn poll(&mut self, deadline: Instant, context: &mut Context<'_>) -> Poll<()> {
        if self.will_ring(deadline, context.waker()) {
            return Poll::Pending;
        }
        self.waker = Some(context.waker().clone());
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        if sleep.deadline() > deadline {
            sleep.as_mut().reset(deadline);
        }
        loop {
            // Without tokio's budget: where that is used up, a future says that it is
            // not ready without having asked to be woken.
            ready!(pin!(unconstrained(sleep.as_mut())).poll(context));
            if sleep.deadline() >= deadline {
                return Poll::Ready(());
            }
            sleep.as_mut().reset(deadline);
        }
    }

    /// Whether it is set, early enough, for this task: then there is nothing to do.
    #[inline]
    fn will_ring(&self, deadline: Instant, waker: &Waker) -> bool {
        let (Some(sleep), Some(known)) = (&self.sleep, &self.waker) else { return false };
        !sleep.is_elapsed() && sleep.deadline() <= deadline && known.will_wake(waker)
    }
}
