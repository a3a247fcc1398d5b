//! Your answer.

use crate::Beat;

/// The heartbeat of one connection.
#[derive(Debug)]
pub struct Heartbeat {
    // What was last heard or asked, and when?
}

impl Heartbeat {
    /// A connection that was opened at `now`. After `ping_after` of silence we
    /// ask, and after `pong_timeout` more we give up.
    pub fn new(now: u64, ping_after: u64, pong_timeout: u64) -> Self {
        // TODO: replace the line below.
        todo!("begin at {now}, ask after {ping_after}, give up after {pong_timeout} more")
    }

    /// A byte has arrived at `now`: a pong, a message, half a frame.
    pub fn heard(&mut self, now: u64) {
        // TODO: replace the line below.
        todo!("somebody was there at {now}")
    }

    /// What to do at `now`. A silence of exactly `ping_after` is long enough,
    /// and so is a wait of exactly `pong_timeout`.
    ///
    /// The machine may be busy and call this late. Nobody is dead who was not
    /// asked, and the wait for an answer begins when the ping is sent.
    /// `Dead` is final, even if something is heard later.
    pub fn tick(&mut self, now: u64) -> Beat {
        // TODO: replace the line below.
        todo!("wait, ping or give up at {now}?")
    }

    /// When `tick` will have something to say, if nothing is heard until then.
    pub fn deadline(&self) -> u64 {
        // TODO: replace the line below.
        todo!("when does the present wait end?")
    }
}
