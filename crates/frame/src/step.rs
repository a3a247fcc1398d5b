//! What a decoder says.

use crate::{Header, Message, message::Open};
use std::ops::Range;
use wire::Violation;

/// What one call of [`Decoder::next_frame`](crate::Decoder::next_frame) found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step<'a> {
    /// The frame's header.
    pub header: Header,
    /// Where the frame begins in the stream.
    pub start: u64,
    /// Where it ends.
    pub end: u64,
    /// Whether this is the whole frame. Otherwise the step is an early report
    /// of a broken rule, and the frame comes again.
    pub complete: bool,
    /// Its payload, unmasked, otherwise as it was on the wire. Empty where it
    /// is not complete, was missed in part, or is over a limit.
    pub payload: &'a [u8],
    /// The message that ends here.
    pub message: Option<Message<'a>>,
    /// The rules that were broken since the last step.
    pub violations: &'a [Violation],
}

impl Step<'_> {
    /// Where the whole frame lies in the stream.
    pub fn range(&self) -> Range<u64> {
        self.start..self.end
    }
}

/// What [`Decoder::miss`](crate::Decoder::miss) means for what follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missed {
    /// The missing bytes lie inside one frame's payload; decoding goes on behind it.
    Payload,
    /// A frame's header is among them, so nobody knows where the next frame
    /// begins: find out, then call [`Decoder::resume_at`](crate::Decoder::resume_at).
    LostSync,
}

/// What has begun and not ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pending {
    /// Where the unfinished frame begins in the stream.
    pub start: u64,
    /// How many of its bytes have come, the header's included.
    pub have: u64,
    /// How many it has in all; unknown while the header is not whole.
    pub need: Option<u64>,
    /// Its header, where that is whole.
    pub header: Option<Header>,
    /// The message whose last fragment has not come.
    pub message: Option<Open>,
}

/// A [`Step`] without its borrows.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) header: Header,
    pub(crate) range: Range<u64>,
    pub(crate) complete: bool,
    pub(crate) payload: Place,
    pub(crate) message: Option<(Open, Place)>,
}

/// A message in one frame that went the short way; its payload is where it arrived.
pub(crate) struct Ordinary {
    pub(crate) header: Header,
    pub(crate) range: Range<u64>,
    pub(crate) open: Open,
    /// Whether it is known to be ASCII; then text needs no check.
    pub(crate) is_ascii: bool,
}

/// Where a payload lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Where it arrived: [`Buffer::taken`](crate::buffer::Buffer::taken).
    Buffer,
    /// In [`Assembly::payload`](crate::assembly::Assembly::payload).
    Payload,
    /// In [`Assembly::text`](crate::assembly::Assembly::text).
    Text,
    /// It was dropped, or is not whole.
    Nowhere,
}
