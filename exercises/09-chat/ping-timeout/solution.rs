//! One answer.

use crate::Beat;

/// The heartbeat of one connection.
#[derive(Debug)]
pub struct Heartbeat {
    ping_after: u64,
    pong_timeout: u64,
    hearing: Hearing,
}

/// What was last heard or asked, and when.
#[derive(Debug, Clone, Copy)]
enum Hearing {
    Heard { at: u64 },
    Asked { at: u64 },
    Dead { since: u64 },
}

impl Heartbeat {
    /// A connection that was opened at `now`.
    pub fn new(now: u64, ping_after: u64, pong_timeout: u64) -> Self {
        Heartbeat { ping_after, pong_timeout, hearing: Hearing::Heard { at: now } }
    }

    /// A byte has arrived at `now`.
    pub fn heard(&mut self, now: u64) {
        if !matches!(self.hearing, Hearing::Dead { .. }) {
            self.hearing = Hearing::Heard { at: now };
        }
    }

    /// What to do at `now`.
    pub fn tick(&mut self, now: u64) -> Beat {
        if now < self.deadline() {
            return Beat::Wait;
        }
        match self.hearing {
            Hearing::Heard { .. } => {
                self.hearing = Hearing::Asked { at: now };
                Beat::Ping
            }
            Hearing::Asked { .. } => {
                self.hearing = Hearing::Dead { since: now };
                Beat::Dead
            }
            Hearing::Dead { .. } => Beat::Dead,
        }
    }

    /// When `tick` will have something to say.
    pub fn deadline(&self) -> u64 {
        match self.hearing {
            Hearing::Heard { at } => at + self.ping_after,
            Hearing::Asked { at } => at + self.pong_timeout,
            Hearing::Dead { since } => since,
        }
    }
}
