//! One direction of a connection, as the capture shows it.

use crate::{
    event::{Bytes, Event, Sink, What},
    trail::Trail,
};
use capture::{PacketRef, Time};
use std::ops::Range;
use wire::{Side, Sides, Span, Violation};

/// Both directions.
pub(crate) type Lines = Sides<Line>;

/// One direction: where its bytes came from, and what is known about it.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) from: Side,
    pub(crate) trail: Trail,
    /// Where the stream ends so far, in bytes from its start.
    pub(crate) end: u64,
    /// The last packet that carried bytes of it.
    pub(crate) last: Option<PacketRef>,
    /// How many bytes of it are in the capture.
    pub(crate) bytes: u64,
    /// Whether bytes of it are missing.
    pub(crate) has_gap: bool,
    /// Whether it has ended.
    pub(crate) has_fin: bool,
    /// How many bytes of it the other side has acknowledged.
    pub(crate) acknowledged: u64,
    /// The undecoded bytes, where they will be drawn.
    tape: Option<Tape>,
}

impl Line {
    pub(crate) fn new(from: Side, keep_bytes: bool) -> Self {
        Line {
            from,
            trail: Trail::default(),
            end: 0,
            last: None,
            bytes: 0,
            has_gap: false,
            has_fin: false,
            acknowledged: 0,
            tape: keep_bytes.then(Tape::default),
        }
    }

    /// Notes the next bytes of the stream.
    pub(crate) fn receive(&mut self, bytes: &[u8], packet: PacketRef) {
        self.end += bytes.len() as u64;
        self.bytes += bytes.len() as u64;
        self.last = Some(packet);
        self.trail.push(self.end, packet);
        if let Some(tape) = &mut self.tape {
            tape.bytes.extend_from_slice(bytes);
        }
    }

    /// Notes bytes that came and were given up before anybody knew what they were.
    pub(crate) fn skip(&mut self, bytes: u64) {
        self.end += bytes;
        self.bytes += bytes;
        self.forget();
    }

    /// Notes that the next `bytes` bytes are not in the capture.
    pub(crate) fn miss(&mut self, bytes: u64) {
        self.end += bytes;
        self.has_gap = true;
        if let Some(tape) = &mut self.tape {
            *tape = Tape { start: self.end, bytes: Vec::new() };
        }
    }

    /// Forgets where the bytes so far came from, and the bytes.
    pub(crate) fn forget(&mut self) {
        self.trail.forget_before(self.end);
        if let Some(tape) = &mut self.tape {
            *tape = Tape { start: self.end, bytes: Vec::new() };
        }
    }

    /// When its last packet was captured.
    pub(crate) fn time(&self) -> Option<Time> {
        self.last.and_then(|packet| packet.time)
    }

    /// Whether any byte of it is in the capture.
    pub(crate) fn is_seen(&self) -> bool {
        self.last.is_some()
    }
}

/// Stream bytes that are kept until they have been drawn.
#[derive(Debug, Default)]
struct Tape {
    /// Where `bytes` begin in the stream.
    start: u64,
    bytes: Vec<u8>,
}

impl Tape {
    /// Cuts out the bytes of `range` and drops everything before its end.
    fn cut(&mut self, range: Range<u64>) -> Option<Vec<u8>> {
        let start = usize::try_from(range.start.checked_sub(self.start)?).ok()?;
        let end = usize::try_from(range.end.checked_sub(self.start)?).ok()?;
        let cut = self.bytes.get(start..end)?.to_vec();
        self.bytes.drain(..end);
        self.start = range.end;
        Some(cut)
    }
}

/// Where the events of one connection go.
pub(crate) struct Output<'s> {
    pub(crate) connection: u64,
    pub(crate) sink: &'s mut dyn Sink,
}

impl Output<'_> {
    /// Hands one event over.
    pub(crate) fn emit(&mut self, time: Option<Time>, packets: &[u64], what: What<'_>) {
        let connection = Some(self.connection);
        self.sink.event(&Event { connection, time, packets, what });
    }

    /// Hands over a broken rule.
    pub(crate) fn broken(
        &mut self,
        time: Option<Time>,
        packets: &[u64],
        from: Side,
        violation: &Violation,
    ) {
        self.emit(time, packets, What::Violation { from, violation });
    }

    /// Hands over a warning about a line.
    pub(crate) fn warn(&mut self, line: &Line, text: &str) {
        let numbers: Vec<u64> = line.last.iter().map(|packet| packet.number).collect();
        self.emit(line.time(), &numbers, What::Warning(text));
    }

    /// Hands over what was not decoded, up to the line's end, with its names.
    pub(crate) fn explain_rest(&mut self, line: &mut Line, describe: impl FnOnce(&[u8]) -> Span) {
        let Some(start) = line.tape.as_ref().map(|tape| tape.start) else { return };
        let mut packets = Vec::new();
        line.trail.trace(start..line.end, &mut packets);
        self.explain(line, start..line.end, &packets, describe);
    }

    /// Hands over the bytes of `range` with their names, where bytes are kept.
    pub(crate) fn explain(
        &mut self,
        line: &mut Line,
        range: Range<u64>,
        packets: &[u64],
        describe: impl FnOnce(&[u8]) -> Span,
    ) {
        let Some(tape) = &mut line.tape else { return };
        let Some(bytes) = tape.cut(range.clone()) else { return };
        if bytes.is_empty() {
            return;
        }
        let span = describe(&bytes);
        let explained = Bytes { from: line.from, offset: range.start, bytes: &bytes, span: &span };
        self.emit(line.time(), packets, What::Bytes(explained));
    }
}
