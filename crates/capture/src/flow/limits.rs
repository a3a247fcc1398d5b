//! How much is kept, and how long something is waited for.

use std::time::Duration;

/// How much memory connections may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Open connections. One takes about half a kilobyte.
    pub flows: usize,
    /// Bytes that one direction holds behind a hole.
    pub held_per_stream: usize,
    /// Bytes that all hold together. Beyond that, who has waited the longest waits no more.
    pub held: usize,
    /// How long a hole is waited for.
    pub patience: Patience,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            flows: 1 << 18,
            held_per_stream: 8 << 20,
            held: 16 << 20,
            patience: Patience::default(),
        }
    }
}

/// How long a hole in a stream is waited for.
///
/// Once the other side has acknowledged the bytes in it, they did arrive: the
/// capture lost them, or saw packets in another order than the network had
/// them. The latter is soon over, so the first of these limits decides. Of a
/// hole that nobody acknowledged, a retransmission is still to be expected,
/// and only [`Limits`] decides; if the other side was not captured at all,
/// everything here counts [`one_way`](Self::one_way) times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Packets of the connection.
    pub packets: u64,
    /// Bytes held behind the hole.
    pub bytes: usize,
    /// Time of the capture.
    pub time: Duration,
    /// How much longer it is where no acknowledgments were captured.
    pub one_way: u32,
}

impl Default for Patience {
    fn default() -> Self {
        Patience { packets: 64, bytes: 256 << 10, time: Duration::from_secs(1), one_way: 4 }
    }
}
