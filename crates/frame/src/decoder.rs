//! One direction of a WebSocket, decoded leniently: it reports every broken
//! rule and goes on (RFC 6455 5 to 8).
//!
//! ```text
//!            receive(bytes) or spare() + advance()
//!                         │
//!                         ▼
//!   ┌─ header whole? ── rules ── unmask, check UTF-8 ── frame whole? ─┐
//!   │       no: None      │           piece by piece       no: None   │ Step
//!   └─────────────────────┴────────────────────────────────────────────┴──► frame,
//!                  broken: an early Step                                    message,
//!                                                                           violations
//! ```
//!
//! [`Connection`](crate::Connection) is the strict machine on top of it; the
//! inspector uses it as it is, and tells it of bytes that the capture
//! [missed](Decoder::miss).
//!
//! Book: chapters 7 and 8.

use crate::{
    Header, Kind, LengthForm, Mask, Message, Opcode, Reserved, State,
    buffer::Buffer,
    close,
    deflate::{InflateError, Inflater, Window},
    message::Open,
    rules, utf8,
};
use std::ops::Range;
use wire::{Side, Violation};

/// Turns the bytes of one side into frames and messages.
///
/// Feed it with [`receive`](Decoder::receive), then call
/// [`next_frame`](Decoder::next_frame) until it answers `None`.
#[derive(Debug)]
pub struct Decoder {
    settings: Settings,
    buffer: Buffer,
    /// Where the last whole frame ended, in bytes from the start of the stream.
    position: u64,
    /// The frame whose header is decoded and whose payload is still arriving.
    partial: Option<Partial>,
    between: Between,
    /// The payload of the open message, unmasked and inflated.
    assembled: Vec<u8>,
    utf8: utf8::Validator,
    inflater: Option<Inflater>,
    masks: Masks,
    violations: Vec<Violation>,
    /// A close frame was seen.
    closed: bool,
    /// Header bytes were missed: nobody knows where the next frame begins.
    lost: bool,
    /// Nothing of the above is special: a small whole message may take the short way.
    plain: bool,
}

/// Whose frames they are and what was agreed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Who sends them, which decides whether they are masked.
    pub from: Side,
    /// permessage-deflate as agreed on for this direction.
    pub deflate: Option<Window>,
    /// What is too big.
    pub limits: Limits,
}

/// The frames of this side, without extensions, with the default limits.
impl From<Side> for Settings {
    fn from(from: Side) -> Self {
        Settings { from, deflate: None, limits: Limits::default() }
    }
}

/// What is too big. Above it, payload is dropped and frame boundaries are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The longest payload of one frame.
    pub frame: u64,
    /// The longest message, put together and inflated.
    pub message: u64,
}

/// 16 MiB each.
impl Default for Limits {
    fn default() -> Self {
        Limits { frame: 16 << 20, message: 16 << 20 }
    }
}

/// What one call of [`Decoder::next_frame`] found.
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

/// What [`Decoder::miss`] means for what follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missed {
    /// The missing bytes lie inside one frame's payload; decoding goes on behind it.
    Payload,
    /// A frame's header is among them, so nobody knows where the next frame
    /// begins: find out, then call [`Decoder::resume_at`].
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

/// The frame whose payload is still arriving.
#[derive(Debug, Clone, Copy)]
struct Partial {
    header: Header,
    head: usize,
    part: Part,
    /// How many bytes of payload were unmasked, dropped or missed.
    done: u64,
    /// Whether its bytes wait in the buffer until it is whole.
    kept: bool,
    /// Whether some of its bytes were missed.
    cut: bool,
}

/// What a frame is to the messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// A message of its own.
    Control(Kind),
    /// A fragment of the open message, perhaps its only one.
    Fragment,
    /// It belongs to no message.
    Stray,
}

/// Whether a message is open.
#[derive(Debug, Clone, Copy)]
enum Between {
    /// The next data frame begins one.
    Messages,
    /// The next data frame continues this one.
    Fragments(Open),
    /// The stream was joined in the middle: either may come.
    Unknown,
}

/// Where a finished message's payload lies.
enum Payload {
    Frame,
    Assembled,
    Nowhere,
}

/// A [`Step`] without its borrows.
pub(crate) struct Found {
    header: Header,
    range: Range<u64>,
    complete: bool,
    payload: Range<usize>,
    message: Option<(Open, Payload)>,
}

impl Found {
    pub(crate) fn ends_message(&self) -> bool {
        self.message.is_some()
    }
}

/// How much is unmasked and then checked before the next piece: it stays in the first-level cache.
const PIECE: usize = 16 << 10;

/// How much of a long frame is asked for at once: it stays in the second-level cache.
const READ: usize = 64 << 10;

impl Decoder {
    /// At the start of a stream, behind the opening handshake.
    pub fn new(settings: Settings) -> Self {
        Decoder {
            settings,
            buffer: Buffer::default(),
            position: 0,
            partial: None,
            between: Between::Messages,
            assembled: Vec::new(),
            utf8: utf8::Validator::new(),
            inflater: settings.deflate.map(Inflater::new),
            masks: Masks::default(),
            violations: Vec::new(),
            closed: false,
            lost: false,
            plain: true,
        }
    }

    /// Takes the next bytes of the stream.
    pub fn receive(&mut self, bytes: &[u8]) {
        if !self.lost {
            self.buffer.receive(bytes);
        }
    }

    /// Room for the next bytes of the stream, about as much as is `wanted`; then
    /// say with [`advance`](Decoder::advance) how many there were.
    ///
    /// Inside a long frame the room goes to the frame's end and no further. A
    /// short read there costs less than moving what would lie behind it.
    pub fn spare(&mut self, wanted: usize) -> &mut [u8] {
        let room = match self.partial {
            Some(Partial { header, kept: true, done, .. }) if header.len > PIECE as u64 => {
                let rest = usize::try_from(header.len - done).unwrap_or(usize::MAX);
                rest.min(READ.max(wanted))
            }
            _ => wanted,
        };
        self.buffer.spare(room)
    }

    /// Takes the first `len` bytes of [`spare`](Decoder::spare).
    ///
    /// # Panics
    /// When there were not so many.
    pub fn advance(&mut self, len: usize) {
        self.buffer.advance(len);
    }

    /// The next whole frame, or an early report of a broken rule inside an
    /// unfinished one; `None` is *not enough bytes yet*.
    #[inline]
    pub fn next_frame(&mut self) -> Option<Step<'_>> {
        let found = self.find_frame()?;
        Some(self.step(found))
    }

    /// [`next_frame`](Decoder::next_frame) before it borrows.
    #[inline]
    pub(crate) fn find_frame(&mut self) -> Option<Found> {
        if !self.violations.is_empty() {
            self.violations.clear();
        }
        if self.plain
            && let Some((header, head)) = Header::decode(self.buffer.live())
            && self.is_ordinary(&header)
            && self.buffer.live().len() - head >= header.len as usize
        {
            return Some(self.take_ordinary(header, head));
        }
        self.advance_frame()
    }

    /// The first broken rule of the last step that ends a connection.
    #[inline]
    pub(crate) fn fatal(&self) -> Option<Violation> {
        self.violations.iter().find(|violation| violation.is_fatal()).cloned()
    }

    /// Tells of bytes that an observer did not see; a server never calls it.
    /// Call it when [`next_frame`](Decoder::next_frame) has answered `None`.
    pub fn miss(&mut self, bytes: u64) -> Missed {
        if bytes == 0 {
            return if self.lost { Missed::LostSync } else { Missed::Payload };
        }
        let rest = self.cut_frame(bytes);
        if rest > 0 || self.lost {
            self.lost = true;
            self.buffer.clear();
            self.plain = false;
            return Missed::LostSync;
        }
        Missed::Payload
    }

    /// Goes on in the middle of a stream: the next bytes to be received are
    /// those at `offset`, where a frame begins.
    ///
    /// What was open is forgotten (ask [`pending`](Decoder::pending) before), a
    /// continuation may come first, and compressed messages may refer to what
    /// was never seen.
    pub fn resume_at(&mut self, offset: u64) {
        self.buffer.clear();
        self.position = offset;
        self.partial = None;
        self.between = Between::Unknown;
        self.lost = false;
        self.lose_inflater();
        self.settle();
    }

    /// Gives back the memory that long messages needed; for a connection that falls silent.
    pub fn shrink(&mut self) {
        self.buffer.shrink();
        if !matches!(self.between, Between::Fragments(_)) {
            self.assembled = Vec::new();
        }
    }

    /// Where the last whole frame ended, in bytes from the start of the stream.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// What has begun and not ended; where the stream ends here, it was cut.
    pub fn pending(&self) -> Pending {
        let message = match self.between {
            Between::Fragments(open) => Some(open),
            Between::Messages | Between::Unknown => None,
        };
        let start = self.position;
        match &self.partial {
            Some(Partial { header, head, done, .. }) => {
                let head = *head as u64;
                let need = Some(head.saturating_add(header.len));
                Pending { start, have: head + done, need, header: Some(*header), message }
            }
            None => {
                let have = self.buffer.live().len() as u64;
                Pending { start, have, need: None, header: None, message }
            }
        }
    }

    /// Whether a close frame was seen: nothing but control frames may follow.
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// Whether frame boundaries are lost since [`miss`](Decoder::miss).
    pub fn is_lost(&self) -> bool {
        self.lost
    }

    /// Whether a frame is a short whole message that breaks no rule of headers.
    #[inline]
    fn is_ordinary(&self, header: &Header) -> bool {
        header.fin
            && header.rsv == Reserved::NONE
            && header.len > 0
            && matches!(header.opcode, Opcode::Text | Opcode::Binary)
            && header.len <= PIECE as u64
            && header.form == LengthForm::minimal(header.len)
            && header.len <= self.settings.limits.frame.min(self.settings.limits.message)
            && match header.mask {
                Some(mask) => self.settings.from == Side::Client && self.masks.is_fresh(mask),
                None => self.settings.from == Side::Server,
            }
    }

    /// The short way: one look at the header, one pass over the payload, no copy.
    #[inline]
    fn take_ordinary(&mut self, header: Header, head: usize) -> Found {
        let len = header.len as usize;
        let piece = self.buffer.live_mut(head..head + len);
        let ascii = match header.mask {
            Some(mask) => {
                self.masks.last = mask;
                mask.apply_and_look(0, piece)
            }
            None => false,
        };
        let taken = self.buffer.consume(head + len);
        let payload = taken.start + head..taken.end;
        let start = self.position;
        self.position += (head + len) as u64;
        let kind = match header.opcode {
            Opcode::Text => Kind::Text,
            _ => Kind::Binary,
        };
        if kind == Kind::Text
            && !ascii
            && simdutf8::basic::from_utf8(self.buffer.taken(payload.clone())).is_err()
        {
            self.report_text(payload.clone());
        }
        let state = State::Complete;
        let open = Open { kind, start, frames: 1, len: header.len, compressed: false, state };
        let message = Some((open, Payload::Frame));
        Found { header, range: start..self.position, complete: true, payload, message }
    }

    /// Says where a whole text is not UTF-8.
    #[cold]
    fn report_text(&mut self, text: Range<usize>) {
        let mut validator = utf8::Validator::new();
        let verdict = validator.receive(self.buffer.taken(text));
        if let Err(error) = verdict.and_then(|()| validator.finish()) {
            self.violations.push(rules::INVALID_UTF8.broken(error.to_string()));
        }
    }

    /// The long way: long frames piece by piece, fragments, control frames and all that is wrong.
    fn advance_frame(&mut self) -> Option<Found> {
        let found = self.advance_partial();
        self.settle();
        found
    }

    fn advance_partial(&mut self) -> Option<Found> {
        let mut partial = match self.partial {
            Some(partial) => partial,
            None if self.lost => return None,
            None => {
                let (header, head) = Header::decode(self.buffer.live())?;
                if let Some(found) = self.abandon_open(&header, head) {
                    return Some(found);
                }
                self.begin(header, head)
            }
        };
        self.digest(&mut partial);
        if partial.done == partial.header.len {
            self.partial = None;
            return Some(self.finish(partial));
        }
        self.partial = Some(partial);
        if self.violations.is_empty() {
            return None;
        }
        let Partial { header, head, .. } = partial;
        let range = self.range_of(&header, head);
        Some(Found { header, range, complete: false, payload: 0..0, message: None })
    }

    /// Where a message begins inside another, the old one is handed out as cut, before the new frame.
    fn abandon_open(&mut self, header: &Header, head: usize) -> Option<Found> {
        let begins = matches!(header.opcode, Opcode::Text | Opcode::Binary);
        let Between::Fragments(mut open) = self.between else { return None };
        if !begins {
            return None;
        }
        let detail = format!(
            "a {} frame comes inside a {} message of {} so far",
            header.opcode,
            open.kind,
            counted(open.frames, "frame"),
        );
        self.violations.push(rules::EXPECTED_CONTINUATION.broken(detail));
        if open.compressed {
            self.lose_inflater();
        }
        open.state = State::Cut;
        self.between = Between::Messages;
        let range = self.range_of(header, head);
        let message = Some((open, Payload::Nowhere));
        Some(Found { header: *header, range, complete: false, payload: 0..0, message })
    }

    /// A header is whole: checks its rules and decides what becomes of the payload.
    fn begin(&mut self, header: Header, head: usize) -> Partial {
        self.check_mask(&header);
        self.check_header(&header);
        let part = self.place(&header);
        let impossible = header.len >> 63 == 1;
        let mut kept = !impossible && header.len <= self.settings.limits.frame;
        if !kept && !impossible {
            let detail = format!(
                "the frame claims {}; the limit is {}",
                counted(header.len, "byte"),
                self.settings.limits.frame
            );
            self.violations.push(rules::MESSAGE_TOO_BIG.broken(detail));
        }
        if part == Part::Fragment && !self.grow_open(&header, kept) {
            kept = false;
        }
        if !kept {
            self.buffer.consume(head);
        }
        Partial { header, head, part, done: 0, kept, cut: false }
    }

    fn check_mask(&mut self, header: &Header) {
        let violation = match (self.settings.from, header.mask) {
            (Side::Client, None) => rules::UNMASKED_CLIENT.broken("a frame without a masking key"),
            (Side::Server, Some(mask)) => {
                rules::MASKED_SERVER.broken(format!("a frame with the masking key {mask}"))
            }
            (Side::Client, Some(mask)) => {
                let Some(violation) = self.masks.check(mask, header.len) else { return };
                violation
            }
            (Side::Server, None) => return,
        };
        self.violations.push(violation);
    }

    fn check_header(&mut self, header: &Header) {
        let Header { fin, rsv, opcode, form, len, .. } = *header;
        let mut broken = |violation: Violation| self.violations.push(violation);
        if let Opcode::Reserved(number) = opcode {
            broken(rules::RESERVED_OPCODE.broken(format!("the opcode is 0x{number:x}")));
        }
        let unknown = match self.settings.deflate {
            Some(_) => rsv.without_rsv1(),
            None => rsv,
        };
        if unknown != Reserved::NONE {
            let names = ["RSV1", "RSV2", "RSV3"];
            let set = names.into_iter().zip(unknown.bits()).filter(|(_, set)| *set);
            let set: Vec<_> = set.map(|(name, _)| name).collect();
            let verb = if set.len() == 1 { "is" } else { "are" };
            broken(rules::RESERVED_BITS.broken(format!("{} {verb} 1", set.join(" and "))));
        }
        if rsv.rsv1() && !unknown.rsv1() {
            if opcode.is_control() {
                let detail = format!("RSV1 is 1 on a {opcode} frame");
                broken(rules::RSV1_ON_CONTROL.broken(detail));
            } else if opcode == Opcode::Continuation {
                broken(rules::RSV1_ON_CONTINUATION.broken("RSV1 is 1 on a continuation frame"));
            }
        }
        if opcode.is_control() && !matches!(opcode, Opcode::Reserved(_)) {
            if len > MAX_CONTROL_PAYLOAD {
                let detail = format!("a {opcode} frame with {len} bytes of payload");
                broken(rules::CONTROL_TOO_LONG.broken(detail));
            }
            if !fin {
                let detail = format!("a {opcode} frame with FIN 0");
                broken(rules::CONTROL_FRAGMENTED.broken(detail));
            }
        }
        if len >> 63 == 1 {
            broken(rules::LENGTH_HIGH_BIT.broken(format!("the length is 0x{len:016x}")));
        } else if form != LengthForm::minimal(len) {
            let (took, enough) = (form.extra_bytes(), LengthForm::minimal(len).extra_bytes());
            let detail = format!("{len} in {took} extra bytes where {enough} are enough");
            broken(rules::LENGTH_NOT_MINIMAL.broken(detail));
        }
        if self.closed {
            match opcode {
                Opcode::Close => broken(rules::CLOSE_TWICE.broken("a second close frame")),
                _ if opcode.is_control() => {}
                _ => {
                    let detail = format!("a {opcode} frame after the close frame");
                    broken(rules::DATA_AFTER_CLOSE.broken(detail));
                }
            }
        }
    }

    /// What the frame is to the messages; opens one where it begins one.
    fn place(&mut self, header: &Header) -> Part {
        let kind = match Kind::begun_by(header.opcode) {
            Some(kind) if header.opcode.is_control() => return Part::Control(kind),
            Some(kind) => kind,
            None if header.opcode != Opcode::Continuation => return Part::Stray,
            None => {
                return match self.between {
                    Between::Fragments(_) => Part::Fragment,
                    Between::Messages => {
                        let detail = "a continuation frame, but no message is open";
                        self.violations.push(rules::UNEXPECTED_CONTINUATION.broken(detail));
                        Part::Stray
                    }
                    Between::Unknown => {
                        if header.fin {
                            self.between = Between::Messages;
                        }
                        Part::Stray
                    }
                };
            }
        };
        let compressed = self.settings.deflate.is_some() && header.rsv.rsv1();
        let unknown = if compressed { header.rsv.without_rsv1() } else { header.rsv };
        let state = match unknown {
            Reserved::NONE => State::Complete,
            _ => State::Unreadable,
        };
        if state != State::Complete && compressed {
            self.lose_inflater();
        }
        self.assembled.clear();
        self.utf8 = utf8::Validator::new();
        let start = self.position;
        self.between =
            Between::Fragments(Open { kind, start, frames: 0, len: 0, compressed, state });
        Part::Fragment
    }

    /// Counts a frame to the open message; whether its payload is wanted.
    fn grow_open(&mut self, header: &Header, frame_fits: bool) -> bool {
        let Between::Fragments(mut open) = self.between else { return false };
        open.frames += 1;
        open.len = open.len.saturating_add(header.len);
        let limit = self.settings.limits.message;
        let fits = open.compressed || open.len <= limit;
        if open.state == State::Complete && !(frame_fits && fits) {
            if frame_fits {
                let len = open.len;
                let detail = format!("the message has at least {len} bytes; the limit is {limit}");
                self.violations.push(rules::MESSAGE_TOO_BIG.broken(detail));
            }
            self.give_up(&mut open, State::TooBig);
        }
        self.between = Between::Fragments(open);
        matches!(open.state, State::Complete | State::Unreadable)
    }

    /// The open message will not be complete.
    fn give_up(&mut self, open: &mut Open, state: State) {
        open.state = state;
        self.assembled.clear();
        if open.compressed {
            self.lose_inflater();
        }
    }

    fn lose_inflater(&mut self) {
        if let Some(inflater) = &mut self.inflater {
            inflater.lose();
        }
    }

    /// Unmasks and checks what has arrived of a frame, or drops it.
    fn digest(&mut self, partial: &mut Partial) {
        let Partial { header, head, kept, .. } = *partial;
        if !kept {
            let rest = header.len - partial.done;
            let take = rest.min(self.buffer.live().len() as u64);
            self.buffer.consume(take as usize);
            partial.done += take;
            return;
        }
        // What is kept is below the frame limit and lies in memory, so it fits a usize.
        let end = self.buffer.live().len().min(head + header.len as usize);
        let mut check = partial.part == Part::Fragment && self.checks_text();
        let mut next = head + partial.done as usize;
        while next < end {
            let piece = self.buffer.live_mut(next..end.min(next + PIECE));
            let ascii = match header.mask {
                Some(mask) => mask.apply_and_look((next - head) as u64, piece),
                None => false,
            };
            next += piece.len();
            if check && let Err(error) = self.utf8.receive_known(piece, ascii) {
                check = false;
                self.report_utf8(error);
            }
        }
        partial.done = (end - head) as u64;
    }

    /// Whether frames of the open message are text as they stand.
    fn checks_text(&self) -> bool {
        match self.between {
            Between::Fragments(Open { kind, compressed, state, .. }) => {
                kind == Kind::Text
                    && !compressed
                    && state == State::Complete
                    && !self.utf8.has_failed()
            }
            _ => false,
        }
    }

    fn report_utf8(&mut self, error: utf8::Invalid) {
        self.violations.push(rules::INVALID_UTF8.broken(error.to_string()));
    }

    /// A frame is whole: hands it out with the message that it ends.
    fn finish(&mut self, partial: Partial) -> Found {
        let Partial { header, head, part, kept, .. } = partial;
        let range = self.range_of(&header, head);
        let payload = if kept {
            let taken = self.buffer.consume(head + header.len as usize);
            taken.start + head..taken.end
        } else {
            0..0
        };
        let message = match part {
            Part::Control(kind) => Some(self.finish_control(kind, &partial, payload.clone())),
            Part::Fragment => self.finish_fragment(&header, payload.clone()),
            Part::Stray => None,
        };
        self.position = range.end;
        Found { header, range, complete: true, payload, message }
    }

    fn finish_control(
        &mut self,
        kind: Kind,
        partial: &Partial,
        payload: Range<usize>,
    ) -> (Open, Payload) {
        let state = match (partial.kept, partial.cut) {
            (true, _) => State::Complete,
            (false, true) => State::Cut,
            (false, false) => State::TooBig,
        };
        if kind == Kind::Close {
            self.closed = true;
            if state == State::Complete {
                close::check(self.buffer.taken(payload), &mut self.violations);
            }
        }
        let len = partial.header.len;
        let start = self.position;
        (Open { kind, start, frames: 1, len, compressed: false, state }, Payload::Frame)
    }

    fn finish_fragment(
        &mut self,
        header: &Header,
        payload: Range<usize>,
    ) -> Option<(Open, Payload)> {
        let Between::Fragments(mut open) = self.between else { return None };
        let single = header.fin && open.frames == 1;
        if open.state == State::Complete {
            if open.compressed {
                self.inflate(&mut open, payload, header.fin);
            } else if !single {
                self.assembled.extend_from_slice(self.buffer.taken(payload));
            }
        }
        if !header.fin {
            self.between = Between::Fragments(open);
            return None;
        }
        self.between = Between::Messages;
        let is_text = open.kind == Kind::Text && open.state == State::Complete;
        if is_text
            && !self.utf8.has_failed()
            && let Err(error) = self.utf8.finish()
        {
            self.report_utf8(error);
        }
        let place = if single && !open.compressed { Payload::Frame } else { Payload::Assembled };
        Some((open, place))
    }

    /// Inflates a compressed fragment behind those before it.
    fn inflate(&mut self, open: &mut Open, payload: Range<usize>, last: bool) {
        let limit = self.settings.limits.message;
        let before = self.assembled.len();
        let Some(inflater) = &mut self.inflater else { return };
        let mut result = inflater.receive(self.buffer.taken(payload), &mut self.assembled, limit);
        if last && result.is_ok() {
            result = inflater.finish(&mut self.assembled, limit);
        }
        match result {
            Ok(()) => {
                if open.kind == Kind::Text
                    && !self.utf8.has_failed()
                    && let Err(error) = self.utf8.receive(&self.assembled[before..])
                {
                    self.report_utf8(error);
                }
            }
            Err(InflateError::Invalid(detail)) => {
                self.violations.push(rules::DEFLATE_INVALID.broken(detail));
                self.give_up(open, State::Unreadable);
            }
            Err(InflateError::Unreadable) => self.give_up(open, State::Unreadable),
            Err(InflateError::TooBig { limit }) => {
                let detail = format!("the message inflates to more than {limit} bytes");
                self.violations.push(rules::MESSAGE_TOO_BIG.broken(detail));
                self.give_up(open, State::TooBig);
            }
        }
    }

    /// Takes missing bytes off the unfinished frame; how many are left for what follows it.
    fn cut_frame(&mut self, bytes: u64) -> u64 {
        let Some(mut partial) = self.partial else { return bytes };
        if partial.kept {
            self.buffer.clear();
            partial.kept = false;
        }
        partial.cut = true;
        let cut = bytes.min(partial.header.len - partial.done);
        partial.done += cut;
        if partial.part == Part::Fragment
            && let Between::Fragments(mut open) = self.between
        {
            self.give_up(&mut open, State::Cut);
            self.between = Between::Fragments(open);
        }
        self.partial = Some(partial);
        bytes - cut
    }

    /// Where a frame that begins here lies. A length that lies about itself does not overflow.
    fn range_of(&self, header: &Header, head: usize) -> Range<u64> {
        let end = (self.position + head as u64).saturating_add(header.len);
        self.position..end
    }

    fn settle(&mut self) {
        self.plain = self.partial.is_none()
            && matches!(self.between, Between::Messages)
            && !self.closed
            && !self.lost;
    }

    #[inline]
    pub(crate) fn step(&self, found: Found) -> Step<'_> {
        let Found { header, range, complete, payload, message } = found;
        let payload = self.buffer.taken(payload);
        let message = message.map(|(open, place)| {
            open.message(match place {
                Payload::Frame => payload,
                Payload::Assembled => &self.assembled,
                Payload::Nowhere => &[],
            })
        });
        let Range { start, end } = range;
        Step { header, start, end, complete, payload, message, violations: &self.violations }
    }
}

/// The longest payload of a control frame.
pub const MAX_CONTROL_PAYLOAD: u64 = 125;

/// What is watched about masking keys. Each suspicion is raised once a stream:
/// a client that never masks in earnest would raise it with every frame.
#[derive(Debug)]
struct Masks {
    last: Mask,
    zero_told: bool,
    repeated_told: bool,
}

impl Default for Masks {
    fn default() -> Self {
        Masks { last: Mask([0; 4]), zero_told: false, repeated_told: false }
    }
}

impl Masks {
    /// Whether there is nothing to say about this key.
    #[inline]
    fn is_fresh(&self, mask: Mask) -> bool {
        (mask != self.last || self.repeated_told) && (mask.0 != [0; 4] || self.zero_told)
    }

    fn check(&mut self, mask: Mask, len: u64) -> Option<Violation> {
        // Without payload there is nothing to hide, and some clients use the key 0 then.
        if len == 0 {
            return None;
        }
        let zero = mask.0 == [0; 4];
        let repeated = mask == self.last && !zero;
        self.last = mask;
        if zero && !self.zero_told {
            self.zero_told = true;
            return Some(rules::ZERO_MASK.broken("the masking key is 00000000"));
        }
        if repeated && !self.repeated_told {
            self.repeated_told = true;
            let detail = format!("two frames in a row have the masking key {mask}");
            return Some(rules::REPEATED_MASK.broken(detail));
        }
        None
    }
}

fn counted(number: u64, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}
