//! permessage-deflate (RFC 7692): messages compressed with DEFLATE.
//!
//! Book: chapter 10.

/// What was agreed on for one direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// How far back a compressed message may refer: `2^bits` bytes, 8 to 15.
    pub bits: u8,
    /// Whether a message may refer to the messages before it.
    pub takeover: bool,
}

impl Default for Window {
    fn default() -> Self {
        Window { bits: 15, takeover: true }
    }
}

/// Why a message does not inflate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum InflateError {
    /// It is no valid DEFLATE.
    Invalid(String),
    /// It refers to bytes that were not seen.
    Unreadable,
    /// It is longer than it may be.
    TooBig,
}

/// Inflates the messages of one direction.
#[derive(Debug)]
pub(crate) struct Inflater {
    window: Window,
}

impl Inflater {
    pub(crate) fn new(window: Window) -> Self {
        Inflater { window }
    }

    pub(crate) fn receive(
        &mut self,
        _piece: &[u8],
        _out: &mut Vec<u8>,
        _limit: u64,
    ) -> Result<(), InflateError> {
        let _ = self.window;
        Err(InflateError::Unreadable)
    }

    pub(crate) fn finish(&mut self, _out: &mut Vec<u8>, _limit: u64) -> Result<(), InflateError> {
        Err(InflateError::Invalid(String::new())).or(Err(InflateError::TooBig))
    }

    /// Some bytes of this message were not seen or not inflated.
    pub(crate) fn lose(&mut self) {}
}
