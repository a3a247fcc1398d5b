//! Fragments become messages (RFC 6455 5.4).
//!
//! ```text
//!                    text or binary, FIN 0
//!   Messages ───────────────────────────────► Fragments ─┐ continuation, FIN 0;
//!    ▲  ▲                                      │         │ control frames pass by
//!    │  └────────── continuation, FIN 1 ───────┤ ◄───────┘
//!    │                                         │
//!    └───── text or binary: the open message is cut, and a new one begins
//! ```
//!
//! A message in one frame stays where it arrived. One in fragments, or a
//! compressed one, is put together in one growing buffer; so is a text that is
//! wanted as `str`, where its frame arrives in pieces and not all of it is ASCII:
//! it is checked as it grows, and nobody has to look at it again.

use crate::{
    Header, Kind, Opcode, Reserved, State,
    deflate::{InflateError, Inflater, Window},
    message::Open,
    rules,
    step::Place,
    utf8::{self, Text},
};
use wire::Violation;

#[derive(Debug)]
pub(crate) struct Assembly {
    between: Between,
    /// The payload of the open message so far, inflated.
    payload: Vec<u8>,
    /// The same, where that is a text; in a box, since many connections never need it.
    text: Option<Box<Text>>,
    inflater: Option<Inflater>,
    /// The longest message.
    limit: u64,
}

/// What the next data frame does.
#[derive(Debug, Clone, Copy)]
enum Between {
    /// It begins a message.
    Messages,
    /// It continues this one.
    Fragments(Open),
    /// The stream was joined in the middle: either.
    Unknown,
}

/// What becomes of a frame's payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// It belongs to the open message, and is kept until the frame is whole.
    Wanted,
    /// It is a text of its own, which is kept where it is or by [`Assembly::receive_text`].
    Text,
    /// It belongs to the open message, but that will not be complete.
    Counted,
    /// It belongs to no message.
    Stray,
}

impl Assembly {
    pub(crate) fn new(deflate: Option<Window>, limit: u64) -> Self {
        Assembly {
            between: Between::Messages,
            payload: Vec::new(),
            text: None,
            inflater: deflate.map(Inflater::new),
            limit,
        }
    }

    /// Where a message begins inside another, the other one: it is cut.
    pub(crate) fn interrupt(
        &mut self,
        header: &Header,
        broken: &mut Vec<Violation>,
    ) -> Option<Open> {
        let Between::Fragments(mut open) = self.between else { return None };
        if !matches!(header.opcode, Opcode::Text | Opcode::Binary) {
            return None;
        }
        let Header { opcode, .. } = header;
        let Open { kind, frames, .. } = open;
        let plural = if frames == 1 { "" } else { "s" };
        let detail =
            format!("a {opcode} frame inside a {kind} message of {frames} frame{plural} so far");
        broken.push(rules::EXPECTED_CONTINUATION.broken(detail));
        self.give_up(&mut open, State::Cut);
        self.between = Between::Messages;
        Some(open)
    }

    /// A data frame or one with a reserved opcode begins at `start`. `fits` says
    /// whether it is within the limit of frames.
    pub(crate) fn begin_frame(
        &mut self,
        header: &Header,
        start: u64,
        fits: bool,
        broken: &mut Vec<Violation>,
    ) -> Use {
        let open = match (Kind::begun_by(header.opcode), self.between) {
            (Some(kind), _) => self.begin_message(kind, header, start),
            (None, _) if header.opcode != Opcode::Continuation => return Use::Stray,
            (None, Between::Fragments(open)) => open,
            (None, Between::Messages) => {
                let detail = "a continuation frame, but no message is open";
                broken.push(rules::UNEXPECTED_CONTINUATION.broken(detail));
                return Use::Stray;
            }
            (None, Between::Unknown) => {
                if header.fin {
                    self.between = Between::Messages;
                }
                return Use::Stray;
            }
        };
        self.count(open, header, fits, broken)
    }

    /// Takes a piece of a payload as soon as it arrives, if it is a piece of
    /// text: so a wrong byte is noticed at once.
    pub(crate) fn receive_text(&mut self, piece: &[u8], broken: &mut Vec<Violation>) {
        if let Between::Fragments(open) = &self.between
            && is_plain_text(open)
        {
            report(self.text.get_or_insert_default().receive(piece), broken);
        }
    }

    /// Checks a piece of a text that is kept where it arrived.
    pub(crate) fn check_text(&mut self, piece: &[u8], broken: &mut Vec<Violation>) {
        report(self.text.get_or_insert_default().check(piece), broken);
    }

    /// A frame of the open message is whole, and its payload lies at `place`.
    /// What it ends, and where that lies.
    pub(crate) fn finish_frame(
        &mut self,
        header: &Header,
        payload: &[u8],
        place: Place,
        broken: &mut Vec<Violation>,
    ) -> Option<(Open, Place)> {
        let Between::Fragments(mut open) = self.between else { return None };
        let is_text = open.kind == Kind::Text;
        let stays = header.fin && open.frames == 1 && !open.compressed;
        if open.state == State::Complete {
            if open.compressed {
                self.inflate(&mut open, payload, header.fin, broken);
            } else if !is_text && !stays {
                self.payload.extend_from_slice(payload);
            }
        }
        if !header.fin {
            self.between = Between::Fragments(open);
            return None;
        }
        self.between = Between::Messages;
        if let Some(text) = &mut self.text
            && is_text
            && open.state == State::Complete
        {
            report(text.finish(), broken);
        }
        let place = match open.kind {
            _ if stays => place,
            Kind::Text => Place::Text,
            _ => Place::Payload,
        };
        Some((open, place))
    }

    /// Bytes of the open message were missed.
    pub(crate) fn cut(&mut self) {
        if let Between::Fragments(mut open) = self.between {
            self.give_up(&mut open, State::Cut);
            self.between = Between::Fragments(open);
        }
    }

    /// The stream goes on somewhere else.
    pub(crate) fn lose(&mut self) {
        self.between = Between::Unknown;
        self.lose_inflater();
    }

    pub(crate) fn shrink(&mut self) {
        if self.open().is_some() {
            return;
        }
        self.payload = Vec::new();
        self.text = None;
        if let Some(inflater) = &mut self.inflater {
            inflater.shrink();
        }
    }

    /// Whether the next data frame begins a message.
    pub(crate) fn is_idle(&self) -> bool {
        matches!(self.between, Between::Messages)
    }

    pub(crate) fn open(&self) -> Option<Open> {
        match self.between {
            Between::Fragments(open) => Some(open),
            Between::Messages | Between::Unknown => None,
        }
    }

    /// The message that was put together last, if it was no text.
    pub(crate) fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// The text that was put together last; `None` where it is none.
    pub(crate) fn text(&self) -> Option<&str> {
        self.text.as_ref().map_or(Some(""), |text| text.as_str())
    }

    /// The same, whatever it is.
    pub(crate) fn text_bytes(&self) -> &[u8] {
        self.text.as_ref().map_or(&[], |text| text.as_bytes())
    }

    fn begin_message(&mut self, kind: Kind, header: &Header, start: u64) -> Open {
        let compressed = self.inflater.is_some() && header.rsv.rsv1();
        let unknown = if compressed { header.rsv.without_rsv1() } else { header.rsv };
        self.clear();
        let state = State::Complete;
        let mut open = Open { kind, start, frames: 0, len: 0, compressed, state };
        if unknown != Reserved::NONE {
            // An extension that we do not know may have changed the payload.
            self.give_up(&mut open, State::Unreadable);
        }
        open
    }

    /// Counts a frame to the open message and holds it against the limit.
    fn count(
        &mut self,
        mut open: Open,
        header: &Header,
        fits: bool,
        broken: &mut Vec<Violation>,
    ) -> Use {
        open.frames += 1;
        open.len = open.len.saturating_add(header.len);
        // How long a compressed message is, inflating will tell.
        let too_long = !open.compressed && open.len > self.limit;
        if open.state == State::Complete && (!fits || too_long) {
            if fits {
                let (len, limit) = (open.len, self.limit);
                let detail = format!("the message has at least {len} bytes; the limit is {limit}");
                broken.push(rules::MESSAGE_TOO_BIG.broken(detail));
            }
            self.give_up(&mut open, State::TooBig);
        }
        self.between = Between::Fragments(open);
        match open.state {
            State::Complete if is_plain_text(&open) && header.fin && open.frames == 1 => Use::Text,
            State::Complete | State::Unreadable if fits => Use::Wanted,
            _ => Use::Counted,
        }
    }

    /// Inflates a frame's payload behind those before it.
    fn inflate(
        &mut self,
        open: &mut Open,
        payload: &[u8],
        last: bool,
        broken: &mut Vec<Violation>,
    ) {
        let Some(inflater) = &mut self.inflater else { return };
        let before = self.payload.len();
        let inflated = match last {
            true => inflater.receive_last(payload, &mut self.payload, self.limit),
            false => inflater.receive(payload, &mut self.payload, self.limit),
        };
        let Err(error) = inflated else {
            if open.kind == Kind::Text {
                let piece = &self.payload[before..];
                report(self.text.get_or_insert_default().receive(piece), broken);
            }
            return;
        };
        let state = match error {
            InflateError::Invalid(detail) => {
                broken.push(rules::DEFLATE_INVALID.broken(detail));
                State::Unreadable
            }
            InflateError::Unreadable => State::Unreadable,
            InflateError::TooBig { limit } => {
                let detail = format!("the message inflates to more than {limit} bytes");
                broken.push(rules::MESSAGE_TOO_BIG.broken(detail));
                State::TooBig
            }
        };
        self.give_up(open, state);
    }

    /// The message will not be complete.
    fn give_up(&mut self, open: &mut Open, state: State) {
        open.state = state;
        self.clear();
        if open.compressed {
            self.lose_inflater();
        }
    }

    fn clear(&mut self) {
        self.payload.clear();
        if let Some(text) = &mut self.text {
            text.clear();
        }
    }

    fn lose_inflater(&mut self) {
        if let Some(inflater) = &mut self.inflater {
            inflater.lose();
        }
    }
}

/// Whether its frames carry the bytes of a text, and it can still be read.
fn is_plain_text(open: &Open) -> bool {
    open.kind == Kind::Text && !open.compressed && open.state == State::Complete
}

fn report(verdict: Result<(), utf8::Invalid>, broken: &mut Vec<Violation>) {
    if let Err(error) = verdict {
        broken.push(rules::INVALID_UTF8.broken(error.to_string()));
    }
}
