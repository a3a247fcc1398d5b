//! Both directions of a WebSocket, as an observer sees them.
//!
//! Each direction has its own [`frame::Decoder`]: masks, fragments, compression
//! and closing are promises of one sender. What needs both sides is here: closes
//! and their answers; pings and their pongs are the [`heartbeat`](crate::heartbeat)'s.
//!
//! ```text
//! bytes ─► Decoder ─► frame, message, broken rules ─┐
//!                                                    ├─► events, evidence for the verdict
//! bytes ─► Decoder ─► frame, message, broken rules ─┘
//! ```
//!
//! An observer can lose bytes, which an endpoint never does. Inside a payload
//! the decoder goes on behind it, since the header said where. Where a header
//! is lost, [`lock`](crate::lock) looks for the next place that can only be a frame.

use crate::{
    event::{Frame, What},
    heartbeat::Heartbeat,
    ledger::Ledger,
    line::{Line, Lines, Output},
    lock,
    trail::Trail,
    verdict::{Close, Evidence},
};
use capture::{PacketRef, Time};
use frame::{Decoder, Kind, Limits, Message, Missed, Settings, State, deflate::Window, rules};
use wire::{Side, Sides};

/// A message longer than this has its buffers given back behind it.
const LONG: u64 = 4 << 10;
/// What an observer holds of one message before it lets its payload go.
const LIMITS: Limits = Limits { frame: 64 << 20, message: 64 << 20 };
/// What an observer knows of the opening handshake.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Agreed {
    /// It was seen; the deflate window of each direction, where
    /// permessage-deflate was agreed on.
    Known(Sides<Option<Window>>),
    /// It was not seen: any extension may be in force, and the first frames
    /// may be missing.
    Unknown,
}

/// The state of both directions.
#[derive(Debug)]
pub(crate) struct WebSocket {
    halves: Sides<Half>,
    is_known: bool,
    /// Whether bytes of either side are missing.
    has_gap: bool,
    /// Whether every frame is an event of its own.
    frames: bool,
    heartbeat: Heartbeat,
    /// The packets of the frame at hand, kept for its memory.
    packets: Vec<u64>,
    pub(crate) messages: u64,
    pub(crate) ledger: Ledger,
}

/// One direction.
#[derive(Debug)]
struct Half {
    decoder: Decoder,
    /// Whether messages may be compressed.
    compresses: bool,
    /// Where the decoder's stream begins in the line's.
    base: u64,
    /// Bytes among which no frame boundary is known.
    lost: Option<lock::Search>,
    /// What was begun and did not end is told of.
    is_over: bool,
    /// The text that is not finished is not UTF-8.
    has_bad_text: bool,
    /// The packets of the frames of the message that is not finished, and the
    /// one of them that came last.
    carried: Vec<u64>,
    carried_latest: Option<PacketRef>,
    /// A long message has passed, and its buffers are still there.
    is_swollen: bool,
}

impl Half {
    fn new(from: Side, agreed: Agreed, start: u64) -> Self {
        let deflate = match agreed {
            Agreed::Known(windows) => *windows.of(from),
            // What inflates without what was not seen is readable all the same.
            Agreed::Unknown => Some(Window::default()),
        };
        let mut decoder = Decoder::new(Settings { from, deflate, limits: LIMITS });
        if let Agreed::Unknown = agreed {
            decoder.resume_at(0);
        }
        Half {
            decoder,
            compresses: deflate.is_some(),
            base: start,
            lost: None,
            is_over: false,
            has_bad_text: false,
            carried: Vec::new(),
            carried_latest: None,
            is_swollen: false,
        }
    }

    /// Gives back what a long message needed, once nothing is left in it: a
    /// capture has many connections, and few of them are in a long message.
    fn shrink(&mut self, trail: &mut Trail) {
        let pending = self.decoder.pending();
        if self.is_swollen && pending.have == 0 && pending.message.is_none() {
            self.decoder.shrink();
            trail.shrink();
            self.is_swollen = false;
        }
    }
}

impl Half {
    /// Looks for the next frame where boundaries are lost; whether there is one.
    fn lock_on(&mut self, last: bool, line: &Line, out: &mut Output<'_>) -> bool {
        let Some(search) = &mut self.lost else { return false };
        let began = search.began();
        let Some((offset, rest)) = search.find(last) else { return false };
        self.decoder.resume_at(offset - self.base);
        self.decoder.receive(rest);
        self.lost = None;
        let skipped = offset - began;
        if skipped > 0 {
            let text = format!(
                "{skipped} bytes of the {} could not be placed: \
                 frames begin again at byte {offset} of its stream",
                line.from
            );
            out.warn(line, &text);
        }
        true
    }
}

impl WebSocket {
    /// Two directions that begin at these offsets of their streams.
    pub(crate) fn new(agreed: Agreed, starts: Sides<u64>, frames: bool) -> Self {
        WebSocket {
            halves: Sides::each(|side| Half::new(side, agreed, *starts.of(side))),
            is_known: matches!(agreed, Agreed::Known(_)),
            has_gap: false,
            frames,
            heartbeat: Heartbeat::default(),
            packets: Vec::new(),
            messages: 0,
            ledger: Ledger::default(),
        }
    }

    /// Looks for frame boundaries of a side before anything of it is decoded;
    /// its next byte is at `offset` of its stream.
    pub(crate) fn search(&mut self, side: Side, offset: u64) {
        let half = self.halves.of_mut(side);
        let mut search = lock::Search::new(half.base, side == Side::Client, half.compresses);
        search.miss(offset - half.base);
        half.lost = Some(search);
    }

    /// Takes the next bytes of a line.
    pub(crate) fn receive(
        &mut self,
        line: &mut Line,
        bytes: &[u8],
        evidence: &mut Evidence,
        out: &mut Output<'_>,
    ) {
        let half = self.halves.of_mut(line.from);
        match &mut half.lost {
            None => {
                // Inside a long frame this makes room for the rest of it, so
                // that the buffer does not grow with every packet.
                half.decoder.spare(bytes.len());
                half.decoder.receive(bytes);
            }
            Some(search) => {
                search.receive(bytes);
                if !half.lock_on(false, line, out) {
                    return;
                }
            }
        }
        self.decode(line, evidence, out);
    }

    /// Goes on behind bytes that are not in the capture.
    pub(crate) fn miss(
        &mut self,
        line: &mut Line,
        bytes: u64,
        evidence: &mut Evidence,
        out: &mut Output<'_>,
    ) {
        let from = line.from;
        self.has_gap = true;
        let half = self.halves.of_mut(from);
        // The hole is behind what came: more evidence will not come.
        let is_found = half.lost.is_some() && half.lock_on(true, line, out);
        if is_found {
            self.decode(line, evidence, out);
        }
        let half = self.halves.of_mut(from);
        if let Some(search) = &mut half.lost {
            search.miss(bytes);
            return;
        }
        let missed = half.decoder.miss(bytes);
        self.decode(line, evidence, out);
        if missed == Missed::LostSync {
            self.emit_pending(line, out);
            let half = self.halves.of_mut(from);
            half.carried.clear();
            half.carried_latest = None;
            half.lost = Some(lock::Search::new(line.end, from == Side::Client, half.compresses));
        }
    }

    /// Notes that a line has ended with FIN.
    pub(crate) fn fin(&mut self, line: &Line, evidence: &Evidence, out: &mut Output<'_>) {
        let half = self.halves.of(line.from);
        let pending = half.decoder.pending();
        if half.lost.is_some() || pending.have == 0 {
            return;
        }
        let start = half.base + pending.start;
        self.emit_pending(line, out);
        // Behind a close of either side, the rest of a frame is of no use.
        if evidence.closes.is_empty() {
            let need = pending.need.map_or_else(|| "more".to_owned(), |need| need.to_string());
            let detail = format!("FIN after {} of {need} bytes", pending.have);
            let mut packets = Vec::new();
            let latest = line.trail.trace(start..line.end, &mut packets).or(line.last);
            let time = latest.and_then(|packet| packet.time);
            if packets.is_empty() {
                packets.extend(line.last.iter().map(|packet| packet.number));
            }
            out.broken(time, &packets, line.from, &rules::CUT_BY_FIN.broken(detail));
        }
    }

    /// Says what never came to its end, now that nothing more comes.
    pub(crate) fn end(
        &mut self,
        lines: &mut Lines,
        evidence: &mut Evidence,
        time: Option<Time>,
        out: &mut Output<'_>,
    ) {
        for side in Side::BOTH {
            let line = lines.of_mut(side);
            if self.halves.of_mut(side).lock_on(true, line, out) {
                self.decode(line, evidence, out);
            }
            self.emit_pending(line, out);
        }
        let is_whole = lines.iter().all(|line| line.is_seen() && !line.has_gap);
        if is_whole && self.is_known {
            self.heartbeat.report(evidence, time, out);
            self.check_close(lines, evidence, out);
        }
    }

    /// Hands out every frame that is whole.
    fn decode(&mut self, line: &mut Line, evidence: &mut Evidence, out: &mut Output<'_>) {
        let from = line.from;
        let half = self.halves.of_mut(from);
        let Half { decoder, base, has_bad_text, carried, carried_latest, is_swollen, .. } = half;
        let mut packets = std::mem::take(&mut self.packets);
        while let Some(step) = decoder.next_frame() {
            let range = *base + step.start..base.saturating_add(step.end).min(line.end);
            packets.clear();
            let latest = line.trail.trace(range.clone(), &mut packets).or(line.last);
            let time = latest.and_then(|packet| packet.time);
            for violation in step.violations {
                *has_bad_text |= violation.rule == &rules::INVALID_UTF8;
                if self.is_known || violation.rule != &rules::RESERVED_BITS {
                    out.broken(time, &packets, from, violation);
                }
            }
            if !step.complete {
                // A message that was given up for this frame, which is still to come.
                if let Some(message) = step.message {
                    self.messages += 1;
                    out.emit(time, carried, What::Message { from, message, valid_utf8: true });
                    carried.clear();
                    *carried_latest = None;
                }
                continue;
            }
            self.heartbeat.hear(from);
            let header = &step.header;
            self.ledger.framing += header.encoded_len() as u64;
            if self.frames {
                out.emit(time, &packets, What::Frame(Frame { from, header }));
            }
            *is_swollen |= header.len > LONG;
            let is_data = !header.opcode.is_control();
            if Kind::begun_by(header.opcode).is_some() && is_data {
                // What an earlier message left, whose beginning was not seen.
                carried.clear();
                *carried_latest = None;
            }
            if is_data && (!carried.is_empty() || step.message.is_none()) {
                let here = line.trail.trace(range.clone(), carried);
                *carried_latest = [*carried_latest, here].into_iter().flatten().max_by_key(number);
            }
            if let Some(message) = &step.message {
                *is_swollen |= message.len > LONG;
                self.messages += 1;
                let valid_utf8 = !(is_data && std::mem::take(has_bad_text));
                let what = What::Message { from, message: *message, valid_utf8 };
                match carried_latest.filter(|_| is_data) {
                    Some(latest) => out.emit(latest.time, carried, what),
                    None => out.emit(time, &packets, what),
                }
                let payload = message.payload;
                match message.kind {
                    Kind::Text | Kind::Binary => {
                        carried.clear();
                        *carried_latest = None;
                    }
                    Kind::Ping => self.heartbeat.ping(from, payload, &packets, time),
                    Kind::Pong => {
                        let violation = self.heartbeat.pong(from, payload);
                        // The ping that it answers may be among what is missing.
                        if let Some(violation) = violation.filter(|_| !self.has_gap) {
                            out.broken(time, &packets, from, &violation);
                        }
                    }
                    Kind::Close => {
                        self.heartbeat.close(from, time);
                        let packet = latest.map_or(0, |packet| packet.number);
                        evidence.close(Close::of(from, message, packet));
                    }
                }
            }
            if step.end + *base <= line.end {
                out.explain(line, range.clone(), &packets, frame::describe);
            }
            line.trail.forget_before(range.end);
        }
        if decoder.pending().need.is_some_and(|need| need > LIMITS.frame) {
            // Its payload is not kept either; a frame may claim more than there is memory.
            line.forget();
        }
        half.shrink(&mut line.trail);
        self.packets = packets;
    }

    /// Hands out what has begun and will not end, as cut.
    fn emit_pending(&mut self, line: &Line, out: &mut Output<'_>) {
        let half = self.halves.of_mut(line.from);
        if half.is_over || half.lost.is_some() {
            return;
        }
        let pending = half.decoder.pending();
        let (kind, frames, compressed, len) = match (pending.message, pending.header) {
            (Some(open), _) => (open.kind, open.frames, open.compressed, open.len),
            (None, Some(header)) => match Kind::begun_by(header.opcode) {
                Some(kind) => (kind, 1, header.rsv.rsv1(), header.len),
                None => return,
            },
            (None, None) => return,
        };
        let mut packets = std::mem::take(&mut half.carried);
        let start = half.base + pending.start;
        let latest = line.trail.trace(start..line.end, &mut packets).or(line.last);
        let time = latest.and_then(|packet| packet.time);
        let message =
            Message { kind, payload: &[], len, compressed, frames, start, state: State::Cut };
        half.is_over = line.has_fin;
        self.messages += 1;
        out.emit(time, &packets, What::Message { from: line.from, message, valid_utf8: true });
    }

    /// A side that received a close frame and ended TCP without one of its own.
    fn check_close(&self, lines: &Lines, evidence: &Evidence, out: &mut Output<'_>) {
        let [close] = evidence.closes.as_slice() else { return };
        let other = close.from.other();
        // Who closes and does not wait for the answer cannot miss it.
        if evidence.fins.first() != Some(&other) {
            return;
        }
        let detail =
            format!("the {} closed with {close}, and the {other} sent FIN alone", close.from);
        let violation = rules::CLOSE_UNANSWERED.broken(detail);
        let packet = lines.of(other).last;
        let number: Vec<u64> = packet.iter().map(|packet| packet.number).collect();
        out.broken(packet.and_then(|packet| packet.time), &number, other, &violation);
    }
}

fn number(packet: &PacketRef) -> u64 {
    packet.number
}
