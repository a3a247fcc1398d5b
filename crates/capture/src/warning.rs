//! What is odd about a capture, in sentences.

use crate::{PacketRef, Time};
use std::{borrow::Cow, fmt};

/// Something odd about the capture that does not keep the rest from being read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// One sentence for the reader, in lower case without a full stop, with the numbers that matter.
    pub text: Cow<'static, str>,
    /// The packet that shows it, where there is one.
    pub packet: Option<PacketRef>,
    /// The [number](crate::Flow::number) of the connection it concerns, where there is one.
    pub flow: Option<u64>,
}

impl Warning {
    pub(crate) fn new(text: impl Into<Cow<'static, str>>) -> Self {
        Warning { text: text.into(), packet: None, flow: None }
    }

    pub(crate) fn packet(self, packet: PacketRef) -> Self {
        Warning { packet: Some(packet), ..self }
    }

    pub(crate) fn flow(self, number: u64) -> Self {
        Warning { flow: Some(number), ..self }
    }

    /// The time of the packet that shows it.
    pub fn time(&self) -> Option<Time> {
        self.packet.and_then(|packet| packet.time)
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
