//! Why a session ended, in the words of the reference implementation.

use std::fmt;

/// Why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The other side closed it.
    TransportClose,
    /// A connection broke, or was used against the rules.
    TransportError,
    /// The other side gave no sign of life.
    PingTimeout,
    /// The other side sent something that is no packet.
    ParseError,
    /// This side closed it.
    ForcedClose,
}

impl Reason {
    /// `transport close`, and so on, as programs compare it.
    pub fn name(self) -> &'static str {
        match self {
            Reason::TransportClose => "transport close",
            Reason::TransportError => "transport error",
            Reason::PingTimeout => "ping timeout",
            Reason::ParseError => "parse error",
            Reason::ForcedClose => "forced close",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
