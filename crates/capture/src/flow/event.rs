//! What is told of connections.

use super::Flow;
use crate::{PacketRef, Warning};

/// What a reader of connections gets told.
pub trait Sink {
    /// Something happened on a connection.
    fn event(&mut self, flow: &Flow, event: Event<'_>);

    /// Something about the capture is odd.
    fn warning(&mut self, warning: Warning);
}

/// One thing that happened on a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event<'a> {
    /// Its first packet was seen.
    Opened {
        /// That packet.
        packet: PacketRef,
    },
    /// The next bytes of one stream, each byte exactly once and in order.
    Data {
        /// Who sent them.
        from: End,
        /// How many bytes of this stream came before, from the first byte seen or the one after the SYN.
        offset: u64,
        /// All of them from one packet.
        bytes: &'a [u8],
        /// Which one.
        packet: PacketRef,
    },
    /// Bytes of one stream that were never captured; what comes next lies behind them.
    Gap {
        /// Who sent them.
        from: End,
        /// Where they are missing.
        offset: u64,
        /// How many they are.
        bytes: u64,
        /// The packet that had the byte before them; 0 if none did.
        after_packet: u64,
        /// The packet that shows that they are missing.
        packet: PacketRef,
    },
    /// One side has sent all it will; after its last data.
    Fin {
        /// Who.
        from: End,
        /// With which packet.
        packet: PacketRef,
    },
    /// One side broke the connection off; nothing but its end follows.
    Reset {
        /// Who.
        from: End,
        /// With which packet.
        packet: PacketRef,
    },
    /// Bytes were sent twice, and not the same. The first copy counts.
    Conflict {
        /// Who sent them.
        from: End,
        /// The first byte that differs.
        offset: u64,
        /// The packet whose copy does not count.
        packet: PacketRef,
    },
    /// It is over; the slot is free afterwards.
    Ended {
        /// Why.
        ending: Ending,
        /// The packet that ended it: the last one of the connection, or the SYN of the next.
        packet: PacketRef,
    },
}

/// Why a connection is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Both sides sent FIN, and both FINs were acknowledged.
    Closed,
    /// One side sent RST.
    Reset,
    /// A new connection began with the same addresses and ports.
    Reused,
    /// The capture ended first.
    Capture,
    /// There were more open connections than [`Limits::flows`](crate::Limits::flows), and this one was silent for the longest time.
    GivenUp,
}

/// One end of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum End {
    /// Who sent the first packet that was captured.
    First,
    /// The other one.
    Second,
}

impl End {
    /// Both.
    pub const BOTH: [End; 2] = [End::First, End::Second];

    /// The other end.
    #[must_use]
    #[inline]
    pub fn other(self) -> End {
        match self {
            End::First => End::Second,
            End::Second => End::First,
        }
    }

    /// 0 or 1, to index what is kept for each end.
    #[inline]
    pub fn index(self) -> usize {
        self as usize
    }
}
