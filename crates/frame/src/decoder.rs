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
    Header, Kind, Opcode, State,
    assembly::{Assembly, Use},
    buffer::Buffer,
    check::HeaderCheck,
    close,
    deflate::Window,
    message::Open,
    rules,
    step::{Found, Missed, Ordinary, Pending, Place, Step},
    utf8,
};
use std::ops::Range;
use wire::{Side, Violation};

pub use crate::check::MAX_CONTROL_PAYLOAD;

/// Turns the bytes of one side into frames and messages.
///
/// Feed it with [`receive`](Decoder::receive), then call
/// [`next_frame`](Decoder::next_frame) until it answers `None`.
#[derive(Debug)]
pub struct Decoder {
    limits: Limits,
    buffer: Buffer,
    /// Where the last whole frame ended, in bytes from the start of the stream.
    position: u64,
    /// The frame whose header is decoded and whose payload is still arriving.
    partial: Option<Partial>,
    check: HeaderCheck,
    assembly: Assembly,
    violations: Vec<Violation>,
    /// Header bytes were missed: nobody knows where the next frame begins.
    lost: bool,
    /// Whether a text is wanted as `str`.
    lends_text: bool,
    /// The longest payload that takes the short way; 0, which none of them has,
    /// while something is open.
    short: u64,
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

/// The frame whose payload is still arriving.
#[derive(Debug, Clone, Copy)]
struct Partial {
    header: Header,
    head: usize,
    part: Part,
    /// How many bytes of payload were unmasked, dropped or missed.
    done: u64,
    fate: Fate,
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

/// What becomes of the payload while it arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// It waits in the buffer until it is whole.
    Kept,
    /// It is a text of its own, and waits as long as all of it is ASCII.
    Ascii,
    /// It is a text of its own, waits, and each piece is checked.
    Checked,
    /// It is a text of its own, and each piece goes where that is put together
    /// as `str`, so that nobody has to check it again.
    Moved,
    /// Nobody wants it.
    Dropped,
}

impl Fate {
    /// Whether the frame lies in the buffer from its first byte on, header included.
    fn stays(self) -> bool {
        matches!(self, Fate::Kept | Fate::Ascii | Fate::Checked)
    }
}

/// How much is unmasked and then checked before the next piece: it stays in the first-level cache.
const PIECE: usize = 16 << 10;

/// How much of a long frame is asked for at once: it stays in the second-level cache.
const READ: usize = 64 << 10;

impl Decoder {
    /// At the start of a stream, behind the opening handshake.
    pub fn new(settings: Settings) -> Self {
        let Settings { from, deflate, limits } = settings;
        let mut decoder = Decoder {
            limits,
            buffer: Buffer::default(),
            position: 0,
            partial: None,
            check: HeaderCheck::new(from, deflate.is_some()),
            assembly: Assembly::new(deflate, limits.message),
            violations: Vec::new(),
            lost: false,
            lends_text: false,
            short: 0,
        };
        decoder.settle();
        decoder
    }

    /// At the start of a stream whose texts are wanted as [`text`](Decoder::text).
    pub(crate) fn lending(settings: Settings) -> Self {
        Decoder { lends_text: true, ..Decoder::new(settings) }
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
            Some(Partial { header, fate, done, .. })
                if fate.stays() && header.len > PIECE as u64 =>
            {
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
        if let Some(Ordinary { header, range: Range { start, end }, open, is_ascii }) =
            self.take_ordinary()
        {
            if open.kind == Kind::Text
                && !is_ascii
                && let Err(violation) = self.text(Place::Buffer)
            {
                self.violations.push(violation);
            }
            let payload = self.buffer.taken();
            let message = Some(open.message(payload));
            let violations = &self.violations;
            return Some(Step { header, start, end, complete: true, payload, message, violations });
        }
        let found = self.advance_frame()?;
        Some(self.step(&found))
    }

    /// The text that was found: checked here, if it is not checked already.
    #[inline]
    pub(crate) fn text(&self, place: Place) -> Result<&str, Violation> {
        let text = match place {
            Place::Text => self.assembly.text(),
            place => simdutf8::basic::from_utf8(self.bytes(place)).ok(),
        };
        text.ok_or_else(|| invalid_text(self.bytes(place)))
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
            self.short = 0;
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
        self.assembly.lose();
        self.lost = false;
        self.settle();
    }

    /// Gives back what the messages so far needed, but for an inflater's window
    /// with context takeover; for a connection that falls silent.
    pub fn shrink(&mut self) {
        self.buffer.shrink();
        self.assembly.shrink();
    }

    /// Where the last whole frame ended, in bytes from the start of the stream.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// What has begun and not ended; where the stream ends here, it was cut.
    pub fn pending(&self) -> Pending {
        let message = self.assembly.open();
        let start = self.position;
        match &self.partial {
            Some(Partial { header, head, done, .. }) => {
                let head = *head as u64;
                let need = Some(head.saturating_add(header.len));
                let have = head.saturating_add(*done);
                Pending { start, have, need, header: Some(*header), message }
            }
            None => {
                let have = self.buffer.live().len() as u64;
                Pending { start, have, need: None, header: None, message }
            }
        }
    }

    /// Whether a close frame was seen: nothing but control frames may follow.
    pub fn is_closed(&self) -> bool {
        self.check.is_closed()
    }

    /// Whether frame boundaries are lost since [`miss`](Decoder::miss).
    pub fn is_lost(&self) -> bool {
        self.lost
    }

    /// The short way, for a whole message in one frame that is here and breaks no rule of headers:
    /// one look at the header, one pass over the payload, no copy. A text is not
    /// checked yet. `None`: [`advance_frame`](Decoder::advance_frame) goes the long way.
    #[inline]
    pub(crate) fn take_ordinary(&mut self) -> Option<Ordinary> {
        let live = self.buffer.live();
        let (header, head) = Header::decode(live)?;
        let is_here = header.len <= self.short && live.len() - head >= header.len as usize;
        if !is_here || !self.check.passes(&header) {
            return None;
        }
        self.violations.clear();
        let len = header.len as usize;
        let piece = self.buffer.live_mut(head..head + len);
        let is_ascii = match header.mask {
            Some(mask) => mask.apply_and_look(0, piece),
            None => false,
        };
        self.buffer.take(head, len);
        let range = self.range_of(&header, head);
        self.position = range.end;
        let kind = match header.opcode {
            Opcode::Text => Kind::Text,
            _ => Kind::Binary,
        };
        let (start, state) = (range.start, State::Complete);
        let open = Open { kind, start, frames: 1, len: header.len, compressed: false, state };
        Some(Ordinary { header, range, open, is_ascii })
    }

    /// The long way: long frames piece by piece, fragments, control frames and all that is wrong.
    pub(crate) fn advance_frame(&mut self) -> Option<Found> {
        self.violations.clear();
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
                if let Some(open) = self.assembly.interrupt(&header, &mut self.violations) {
                    return Some(self.early(&header, head, Some(open)));
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
        let unreported = !self.violations.is_empty();
        unreported.then(|| self.early(&partial.header, partial.head, None))
    }

    /// A report before the frame is whole.
    fn early(&self, header: &Header, head: usize, message: Option<Open>) -> Found {
        let range = self.range_of(header, head);
        let payload = Place::Nowhere;
        let message = message.map(|open| (open, Place::Nowhere));
        Found { header: *header, range, complete: false, payload, message }
    }

    /// A header is whole: checks its rules and decides what becomes of the payload.
    fn begin(&mut self, header: Header, head: usize) -> Partial {
        self.check.check(&header, &mut self.violations);
        // A length of 2^63 and more is a broken rule of its own.
        let possible = header.len >> 63 == 0;
        let fits = possible && header.len <= self.limits.frame;
        if possible && !fits {
            let (len, limit) = (header.len, self.limits.frame);
            let detail = format!("the frame claims {len} bytes; the limit is {limit}");
            self.violations.push(rules::MESSAGE_TOO_BIG.broken(detail));
        }
        let shown = if fits { Fate::Kept } else { Fate::Dropped };
        let (part, fate) = match Kind::begun_by(header.opcode) {
            Some(kind) if header.opcode.is_control() => (Part::Control(kind), shown),
            _ => {
                let start = self.position;
                match self.assembly.begin_frame(&header, start, fits, &mut self.violations) {
                    Use::Wanted => (Part::Fragment, Fate::Kept),
                    Use::Text => (Part::Fragment, Fate::Ascii),
                    Use::Counted => (Part::Fragment, Fate::Dropped),
                    Use::Stray => (Part::Stray, shown),
                }
            }
        };
        if fate == Fate::Dropped {
            self.buffer.skip(head);
        }
        Partial { header, head, part, done: 0, fate, cut: false }
    }

    /// Unmasks and checks what has arrived of a frame, or drops it.
    fn digest(&mut self, partial: &mut Partial) {
        let Partial { header, head, part, fate, .. } = *partial;
        let mut next = if fate.stays() { head + partial.done as usize } else { 0 };
        let arrived = (self.buffer.live().len() - next) as u64;
        let mut rest = arrived.min(header.len - partial.done) as usize;
        if fate == Fate::Dropped {
            self.buffer.skip(rest);
            partial.done += rest as u64;
            return;
        }
        while rest > 0 {
            let len = rest.min(PIECE);
            let (mut start, end) = (next, next + len);
            let piece = self.buffer.live_mut(start..end);
            let is_ascii = match header.mask {
                Some(mask) => mask.apply_and_look(partial.done, piece),
                None => piece.is_ascii(),
            };
            if partial.fate == Fate::Ascii && !is_ascii {
                partial.fate = if self.lends_text { Fate::Moved } else { Fate::Checked };
                start = head;
            }
            let text = &self.buffer.live()[start..end];
            match partial.fate {
                Fate::Checked => self.assembly.check_text(text, &mut self.violations),
                Fate::Kept | Fate::Moved if part == Part::Fragment => {
                    self.assembly.receive_text(text, &mut self.violations);
                }
                _ => {}
            }
            next = end;
            if partial.fate == Fate::Moved {
                self.buffer.skip(end);
                next = 0;
            }
            partial.done += len as u64;
            rest -= len;
        }
    }

    /// A frame is whole: hands it out with the message that it ends.
    fn finish(&mut self, partial: Partial) -> Found {
        let Partial { header, head, part, fate, .. } = partial;
        let range = self.range_of(&header, head);
        let payload = match fate {
            Fate::Kept | Fate::Ascii | Fate::Checked => {
                self.buffer.take(head, header.len as usize);
                Place::Buffer
            }
            Fate::Moved => Place::Text,
            Fate::Dropped => Place::Nowhere,
        };
        let message = match part {
            Part::Control(kind) => Some((self.finish_control(kind, &partial, payload), payload)),
            Part::Fragment => {
                let bytes = match payload {
                    Place::Buffer => self.buffer.taken(),
                    Place::Payload | Place::Text | Place::Nowhere => &[],
                };
                self.assembly.finish_frame(&header, bytes, payload, &mut self.violations)
            }
            Part::Stray => None,
        };
        self.position = range.end;
        Found { header, range, complete: true, payload, message }
    }

    fn finish_control(&mut self, kind: Kind, partial: &Partial, place: Place) -> Open {
        let state = match (partial.fate, partial.cut) {
            (Fate::Dropped, true) => State::Cut,
            (Fate::Dropped, false) => State::TooBig,
            _ => State::Complete,
        };
        if kind == Kind::Close {
            self.check.close();
            if let (State::Complete, Place::Buffer) = (state, place) {
                close::check(self.buffer.taken(), &mut self.violations);
            }
        }
        let len = partial.header.len;
        let start = self.position;
        Open { kind, start, frames: 1, len, compressed: false, state }
    }

    /// Takes missing bytes off the unfinished frame; how many are left for what follows it.
    fn cut_frame(&mut self, bytes: u64) -> u64 {
        let Some(mut partial) = self.partial else { return bytes };
        // What is already here of it helps nobody.
        self.buffer.clear();
        partial.fate = Fate::Dropped;
        partial.cut = true;
        let cut = bytes.min(partial.header.len - partial.done);
        partial.done += cut;
        if partial.part == Part::Fragment {
            self.assembly.cut();
        }
        self.partial = Some(partial);
        bytes - cut
    }

    /// Where a frame that begins here lies. A length that lies does not overflow.
    #[inline]
    fn range_of(&self, header: &Header, head: usize) -> Range<u64> {
        let end = self.position.saturating_add(head as u64).saturating_add(header.len);
        self.position..end
    }

    /// Whether the next frame may take the short way.
    fn settle(&mut self) {
        let idle = self.partial.is_none() && self.assembly.is_idle() && !self.lost;
        self.short = if idle { self.limits.frame.min(self.limits.message) } else { 0 };
    }

    #[inline]
    fn step(&self, found: &Found) -> Step<'_> {
        let &Found { header, range: Range { start, end }, complete, payload, message } = found;
        let payload = self.bytes(payload);
        let message = message.map(|(open, place)| open.message(self.bytes(place)));
        Step { header, start, end, complete, payload, message, violations: &self.violations }
    }

    /// The bytes of a payload, until the next read.
    #[inline]
    pub(crate) fn bytes(&self, place: Place) -> &[u8] {
        match place {
            Place::Buffer => self.buffer.taken(),
            Place::Payload => self.assembly.payload(),
            Place::Text => self.assembly.text_bytes(),
            Place::Nowhere => &[],
        }
    }
}

/// Says where a whole text is not UTF-8.
#[cold]
fn invalid_text(bytes: &[u8]) -> Violation {
    let mut validator = utf8::Validator::new();
    let verdict = validator.receive(bytes).and_then(|()| validator.finish());
    let error = verdict.expect_err("whoever asks has seen that it is not");
    rules::INVALID_UTF8.broken(error.to_string())
}
