//! One direction of a connection: its stream, its FIN, and what the other side acknowledged.

use super::{
    End, Event, Flow, Patience, Sink,
    history::{History, Latest},
};
use crate::{
    PacketRef, Warning,
    packet::{Flags, Segment},
    reassembly::{Delivery, Piece, Reassembly},
};
use std::time::Duration;

/// What one end sends.
#[derive(Debug)]
pub(super) struct Half {
    from: End,
    /// Nothing until a byte, a SYN or an acknowledgment of the SYN says where it begins.
    stream: Option<Reassembly>,
    /// Whether a SYN said so.
    from_syn: bool,
    /// The position behind the last acknowledged byte.
    acknowledged: u64,
    /// Boxed, as what follows: most halves wait for nothing, and there are many.
    fin: Option<Box<Fin>>,
    fin_delivered: bool,
    waiting: Option<Box<Waiting>>,
    /// What would follow a segment that was too far ahead to be believed alone.
    stray: Option<u32>,
    latest: Latest,
}

/// No sender is so far ahead of what its receiver has: such a segment is damaged,
/// or the capture missed a great deal.
const FAR: u32 = 64 << 20;

#[derive(Debug, Clone, Copy)]
struct Fin {
    /// It counts as a byte.
    position: u64,
    packet: PacketRef,
}

/// Since when a hole is waited for.
#[derive(Debug, Clone, Copy)]
struct Waiting {
    hole: u64,
    packets: u64,
    since: PacketRef,
}

/// Where a half reports to.
pub(super) struct Report<'a, S> {
    pub(super) flow: &'a Flow,
    pub(super) history: &'a mut History,
    pub(super) sink: &'a mut S,
    pub(super) packet: PacketRef,
    /// Whether something odd about this connection was told: once is enough.
    pub(super) warned: &'a mut bool,
}

impl Half {
    pub(super) fn new(from: End) -> Self {
        Half {
            from,
            stream: None,
            from_syn: false,
            acknowledged: 0,
            fin: None,
            fin_delivered: false,
            waiting: None,
            stray: None,
            latest: Latest::default(),
        }
    }

    /// A SYN, or what acknowledges it, says where the stream begins.
    #[cold]
    pub(super) fn begin(&mut self, sequence: u32, report: &mut Report<'_, impl Sink>) {
        self.from_syn = true;
        let (from, latest) = (self.from, &mut self.latest);
        match &mut self.stream {
            Some(stream) => {
                stream.begin(sequence, &mut |delivery| report.deliver(from, latest, delivery));
            }
            None => self.stream = Some(Reassembly::new(sequence)),
        }
    }

    /// Takes the payload and the FIN of a segment; returns how many bytes were known.
    #[inline]
    pub(super) fn receive(
        &mut self,
        segment: &Segment<'_>,
        report: &mut Report<'_, impl Sink>,
    ) -> usize {
        let syn = u32::from(segment.flags.has(Flags::SYN));
        let sequence = segment.sequence.wrapping_add(syn);
        let mut repeated = 0;
        if !segment.payload.is_empty() || segment.missing > 0 {
            let Segment { payload: bytes, missing, .. } = *segment;
            let mut piece = Piece { sequence, bytes, missing, packet: report.packet };
            if self.fin.is_some() {
                self.cut_behind_fin(&mut piece, report);
            }
            if self.is_far(sequence) && !self.jump(sequence, segment, report) {
                return 0;
            }
            let stream = self.stream.get_or_insert_with(|| Reassembly::unsettled(sequence));
            let was_settled = stream.is_settled();
            let (from, latest) = (self.from, &mut self.latest);
            repeated =
                stream.receive(piece, &mut |delivery| report.deliver(from, latest, delivery));
            // The first segment of a stream whose beginning was not seen waits for one more.
            if !was_settled && report.flow.sent_by(from).packets > 1 {
                stream.settle(&mut |delivery| report.deliver(from, latest, delivery));
            }
        }
        if segment.flags.has(Flags::FIN) && self.fin.is_none() {
            let len = segment.payload.len() as u32 + segment.missing;
            let stream = self.stream.get_or_insert_with(|| Reassembly::new(sequence));
            let position = stream.position(sequence.wrapping_add(len));
            if (stream.next()..stream.next() + u64::from(FAR)).contains(&position) {
                self.fin = Some(Box::new(Fin { position, packet: report.packet }));
            }
        }
        self.deliver_fin(report);
        repeated
    }

    /// Whether a segment is too far ahead to be believed at once.
    #[inline]
    fn is_far(&self, sequence: u32) -> bool {
        let next = self.stream.as_ref().map_or(sequence, |stream| stream.next() as u32);
        (FAR..1 << 31).contains(&sequence.wrapping_sub(next))
    }

    /// Goes on far ahead, if a second segment follows one that was there already.
    #[cold]
    fn jump(
        &mut self,
        sequence: u32,
        segment: &Segment<'_>,
        report: &mut Report<'_, impl Sink>,
    ) -> bool {
        let follows = self.stray == Some(sequence);
        let len = segment.payload.len() as u32 + segment.missing;
        self.stray = Some(sequence.wrapping_add(len));
        if follows {
            self.settle(report);
            self.stop_waiting_above(0, report);
            if let Some(position) = self.stream.as_ref().map(|stream| stream.position(sequence)) {
                self.skip_to(position, report);
            }
        } else {
            let number = report.packet.number;
            report.warn(format!(
                "packet {number} is far ahead of its stream: it is passed over unless more follows there"
            ));
        }
        follows
    }

    /// Nothing can follow a FIN.
    #[cold]
    fn cut_behind_fin(&self, piece: &mut Piece<'_>, report: &mut Report<'_, impl Sink>) {
        let (Some(fin), Some(stream)) = (&self.fin, &self.stream) else { return };
        let room = fin.position.saturating_sub(stream.position(piece.sequence));
        let room = usize::try_from(room).unwrap_or(usize::MAX);
        if piece.bytes.len() > room {
            let (number, behind) = (report.packet.number, piece.bytes.len() - room);
            report.warn(format!(
                "packet {number} has {behind} bytes behind the FIN of their sender: they were passed over"
            ));
            piece.bytes = &piece.bytes[..room];
        }
        let room = room.saturating_sub(piece.bytes.len());
        piece.missing = piece.missing.min(u32::try_from(room).unwrap_or(u32::MAX));
    }

    /// How many bytes of the stream the other side has acknowledged.
    pub(super) fn acknowledged(&self) -> u64 {
        self.acknowledged
    }

    /// The other side acknowledged everything before this sequence number.
    #[inline]
    pub(super) fn acknowledge(&mut self, number: u32) {
        if let Some(stream) = &self.stream {
            let position = stream.position(number);
            if position > self.acknowledged && position < stream.next() + u64::from(FAR) {
                self.acknowledged = position;
            }
        }
    }

    /// The first bytes are certain now.
    #[inline]
    pub(super) fn settle(&mut self, report: &mut Report<'_, impl Sink>) {
        if let Some(stream) = &mut self.stream
            && !stream.is_settled()
        {
            let (from, latest) = (self.from, &mut self.latest);
            stream.settle(&mut |delivery| report.deliver(from, latest, delivery));
            self.deliver_fin(report);
        }
    }

    /// Gives up a hole that was waited for long enough.
    #[inline]
    pub(super) fn wait(&mut self, patience: &Patience, report: &mut Report<'_, impl Sink>) {
        if self.held_size() > 0 || (self.fin.is_some() && !self.fin_delivered) {
            self.wait_for_hole(patience, report);
        } else {
            self.waiting = None;
        }
    }

    #[cold]
    fn wait_for_hole(&mut self, patience: &Patience, report: &mut Report<'_, impl Sink>) {
        let one_way = report.flow.sent_by(self.from.other()).packets == 0;
        let (Some(stream), Some(end)) = (&self.stream, self.hole_end(one_way)) else {
            self.waiting = None;
            return;
        };
        let (hole, packets, now) = (stream.next(), report.flow.packets(), report.packet);
        let waiting = match self.waiting.as_deref() {
            Some(waiting) if waiting.hole == hole => *waiting,
            _ => **self.waiting.insert(Box::new(Waiting { hole, packets, since: now })),
        };
        let factor = if one_way { patience.one_way } else { 1 };
        let elapsed = match (now.time, waiting.since.time) {
            (Some(now), Some(since)) => now.since(since),
            _ => Duration::ZERO,
        };
        if packets - waiting.packets >= patience.packets.saturating_mul(factor.into())
            || stream.held_size() > patience.bytes.saturating_mul(factor as usize)
            || elapsed >= patience.time.saturating_mul(factor)
        {
            self.skip_to(end, report);
        }
    }

    /// Where the hole ends that will not be filled any more; with nothing behind it, there is no hurry.
    fn hole_end(&self, one_way: bool) -> Option<u64> {
        let stream = self.stream.as_ref()?;
        match stream.first_held() {
            Some(first) => (one_way || self.acknowledged >= first).then_some(first),
            None => self.fin.as_ref().and_then(|_| self.acknowledged_end()),
        }
    }

    /// Where the acknowledged bytes end that were not seen, the FIN apart.
    fn acknowledged_end(&self) -> Option<u64> {
        let stream = self.stream.as_ref()?;
        let end = match &self.fin {
            Some(fin) => self.acknowledged.min(fin.position),
            // One byte too much, with nothing behind it: a FIN that was not captured.
            None if self.acknowledged == stream.next() + 1 => return None,
            None => self.acknowledged,
        };
        (end > stream.next()).then_some(end)
    }

    /// Gives up holes until no more than `limit` bytes are held; says whether it had to.
    pub(super) fn stop_waiting_above(
        &mut self,
        limit: usize,
        report: &mut Report<'_, impl Sink>,
    ) -> bool {
        let mut stopped = false;
        while self.held_size() > limit {
            self.settle(report);
            let Some(first) = self.stream.as_ref().and_then(Reassembly::first_held) else { break };
            self.skip_to(first, report);
            stopped = true;
        }
        stopped
    }

    /// Gives up everything that did not come: the connection is over.
    pub(super) fn end(&mut self, report: &mut Report<'_, impl Sink>) {
        self.settle(report);
        self.stop_waiting_above(0, report);
        if let Some(end) = self.acknowledged_end() {
            self.skip_to(end, report);
        }
    }

    fn skip_to(&mut self, position: u64, report: &mut Report<'_, impl Sink>) {
        let (from, latest) = (self.from, &mut self.latest);
        if let Some(stream) = &mut self.stream {
            let packet = report.packet;
            stream
                .skip_to(position, packet, &mut |delivery| report.deliver(from, latest, delivery));
        }
        self.deliver_fin(report);
    }

    #[inline]
    fn deliver_fin(&mut self, report: &mut Report<'_, impl Sink>) {
        if let (Some(fin), Some(stream)) = (&self.fin, &self.stream)
            && !self.fin_delivered
            && stream.is_settled()
            && stream.next() >= fin.position
        {
            self.fin_delivered = true;
            report.sink.event(report.flow, Event::Fin { from: self.from, packet: fin.packet });
        }
    }

    /// Whether its FIN was delivered and acknowledged.
    #[inline]
    pub(super) fn is_closed(&self) -> bool {
        self.fin_delivered && self.fin.as_ref().is_some_and(|fin| self.acknowledged > fin.position)
    }

    /// Whether bytes are known to be missing that could still come.
    pub(super) fn has_hole(&self) -> bool {
        self.held_size() > 0 || self.acknowledged_end().is_some()
    }

    #[inline]
    pub(super) fn held_size(&self) -> usize {
        self.stream.as_ref().map_or(0, Reassembly::held_size)
    }

    pub(super) fn is_from_syn(&self) -> bool {
        self.from_syn
    }

    /// Whether nothing says yet where its stream begins.
    pub(super) fn is_unseen(&self) -> bool {
        self.stream.is_none()
    }

    /// The sequence numbers of its first byte and of the one it would send next.
    pub(super) fn sequences(&self) -> Option<(u32, u32)> {
        self.stream.as_ref().map(|stream| (stream.origin() as u32, stream.next() as u32))
    }
}

impl<S: Sink> Report<'_, S> {
    /// Hands a stream's delivery on as an event of its connection.
    #[inline]
    fn deliver(&mut self, from: End, latest: &mut Latest, delivery: Delivery<'_>) {
        let event = match delivery {
            Delivery::Data { offset, bytes, packet } => {
                self.history.keep(latest, offset, bytes);
                Event::Data { from, offset, bytes, packet }
            }
            Delivery::Gap { offset, bytes, after_packet, packet } => {
                Event::Gap { from, offset, bytes, after_packet, packet }
            }
            Delivery::Conflict { offset, packet } => Event::Conflict { from, offset, packet },
            // A single byte asks whether the other side is still there; what it is does not matter.
            Delivery::Repeated { bytes: [_], .. } => return,
            Delivery::Repeated { offset, bytes, packet } => {
                let Some(offset) = self.history.differs(*latest, offset, bytes) else { return };
                Event::Conflict { from, offset, packet }
            }
        };
        self.sink.event(self.flow, event);
    }

    pub(super) fn warn(&mut self, text: String) {
        if !std::mem::replace(self.warned, true) {
            let warning = Warning::new(text).packet(self.packet).flow(self.flow.number);
            self.sink.warning(warning);
        }
    }
}
