//! What a room puts up with.

use super::Flood;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What a room puts up with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// How many messages the log holds.
    pub history: usize,
    /// How many bytes they have together, about.
    pub history_bytes: usize,
    /// How many members are here at once.
    pub members: usize,
    /// How many characters a name has.
    pub name: usize,
    /// How many bytes a message has.
    pub text: usize,
    /// How fast somebody may speak; `None`: as fast as they can.
    pub flood: Option<Flood>,
    /// How long somebody without a line to us still counts as here.
    pub absence: Duration,
    /// How long the list of who is here is not told again. Where more are here, it is
    /// told less often.
    pub presence: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            history: 1_000,
            history_bytes: 1 << 20,
            members: 10_000,
            name: 32,
            text: 4_096,
            flood: Some(Flood::default()),
            absence: Duration::from_secs(30),
            presence: Duration::from_millis(100),
        }
    }
}
