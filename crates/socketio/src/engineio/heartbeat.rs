//! The heartbeat, from the server's side (Engine.IO 4, Heartbeat).
//!
//! ```text
//!              pingInterval is over: a ping
//!   Resting ─────────────────────────────────► Waiting ─────► Missed
//!      ▲                                         │   pingTimeout is over
//!      └─────────────────────────────────────────┘
//!                         a pong
//! ```
//!
//! The server asks and not the client, since a browser slows the timers of a
//! page that nobody looks at.

use std::time::{Duration, Instant};

/// Where the heartbeat stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heartbeat {
    /// The next ping goes out then.
    Resting { ping_at: Instant },
    /// A ping went out; its answer comes before then.
    Waiting { pong_by: Instant },
}

/// What the time asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Beat {
    Nothing,
    /// A ping is to be sent.
    Ping,
    /// A ping was not answered in time.
    Missed,
}

impl Heartbeat {
    pub(crate) fn new(now: Instant, interval: Duration) -> Self {
        Heartbeat::Resting { ping_at: now + interval }
    }

    /// It is `now`.
    pub(crate) fn beat(&mut self, now: Instant, timeout: Duration) -> Beat {
        match *self {
            Heartbeat::Resting { ping_at } if ping_at <= now => {
                *self = Heartbeat::Waiting { pong_by: now + timeout };
                Beat::Ping
            }
            Heartbeat::Waiting { pong_by } if pong_by <= now => Beat::Missed,
            Heartbeat::Resting { .. } | Heartbeat::Waiting { .. } => Beat::Nothing,
        }
    }

    /// A pong has come. One that nobody asked for changes nothing, or a client
    /// could put off the next ping for ever.
    pub(crate) fn pong(&mut self, now: Instant, interval: Duration) {
        if let Heartbeat::Waiting { .. } = self {
            *self = Heartbeat::new(now, interval);
        }
    }

    /// When [`beat`](Heartbeat::beat) has something to do.
    pub(crate) fn deadline(&self) -> Instant {
        match *self {
            Heartbeat::Resting { ping_at } => ping_at,
            Heartbeat::Waiting { pong_by } => pong_by,
        }
    }
}
