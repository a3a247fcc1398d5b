//! One direction of a connection: its stream, its FIN, and what the other side acknowledged.

use super::{End, Event, Flow, Patience, Sink};
use crate::{
    PacketRef,
    packet::{Flags, Segment},
    reassembly::{Delivery, Piece, Reassembly},
};

/// What one end sends.
#[derive(Debug)]
pub(super) struct Half {
    from: End,
    /// Nothing until a byte, a SYN or an acknowledgment of the SYN says where it begins.
    stream: Option<Reassembly>,
    /// Whether the beginning is known for sure, by a SYN.
    from_syn: bool,
    /// The position behind the last acknowledged byte.
    acknowledged: u64,
    /// The position of the FIN, which counts as a byte.
    fin: Option<(u64, PacketRef)>,
    fin_delivered: bool,
    waiting: Option<Waiting>,
}

/// Since when a hole is waited for.
#[derive(Debug, Clone, Copy)]
struct Waiting {
    hole: u64,
    packets: u64,
    since: PacketRef,
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
        }
    }

    /// A SYN says where the stream begins.
    pub(super) fn begin(&mut self, sequence: u32) {
        if self.stream.is_none() {
            self.stream = Some(Reassembly::new(sequence));
            self.from_syn = true;
        }
    }

    /// Takes the payload and the FIN of a segment; returns how many bytes were known.
    #[inline]
    pub(super) fn receive(
        &mut self,
        segment: &Segment<'_>,
        packet: PacketRef,
        flow: &Flow,
        sink: &mut impl Sink,
    ) -> usize {
        let syn = u32::from(segment.flags.has(Flags::SYN));
        let sequence = segment.sequence.wrapping_add(syn);
        let mut repeated = 0;
        if !segment.payload.is_empty() || segment.missing > 0 {
            let Segment { payload: bytes, missing, .. } = *segment;
            let from = self.from;
            let stream = self.stream.get_or_insert_with(|| Reassembly::unsettled(sequence));
            let was_settled = stream.is_settled();
            let mut deliver = |delivery: Delivery<'_>| sink.event(flow, event(from, delivery));
            repeated = stream.receive(Piece { sequence, bytes, missing, packet }, &mut deliver);
            // The first segment of a stream whose beginning was not seen waits for one more.
            if !was_settled && flow.sent_by(from).packets > 1 {
                stream.settle(&mut deliver);
            }
        }
        if segment.flags.has(Flags::FIN) {
            let len = segment.payload.len() as u32 + segment.missing;
            let stream = self.stream.get_or_insert_with(|| Reassembly::new(sequence));
            let position = stream.position(sequence.wrapping_add(len));
            if self.fin.is_none() && position >= stream.next() {
                self.fin = Some((position, packet));
            }
        }
        self.deliver_fin(flow, sink);
        repeated
    }

    /// The other side acknowledged everything before this sequence number.
    #[inline]
    pub(super) fn acknowledge(&mut self, number: u32) {
        if let Some(stream) = &self.stream {
            self.acknowledged = self.acknowledged.max(stream.position(number));
        }
    }

    /// The first bytes are certain now.
    #[inline]
    pub(super) fn settle(&mut self, flow: &Flow, sink: &mut impl Sink) {
        let from = self.from;
        if let Some(stream) = &mut self.stream
            && !stream.is_settled()
        {
            stream.settle(&mut |delivery| sink.event(flow, event(from, delivery)));
            self.deliver_fin(flow, sink);
        }
    }

    /// Gives up a hole that was waited for long enough.
    #[inline]
    pub(super) fn wait(
        &mut self,
        patience: &Patience,
        packet: PacketRef,
        flow: &Flow,
        sink: &mut impl Sink,
    ) {
        if let Some(stream) = &self.stream
            && (stream.held_size() > 0 || self.acknowledged > stream.next())
        {
            self.wait_for_hole(patience, packet, flow, sink);
        } else {
            self.waiting = None;
        }
    }

    #[cold]
    fn wait_for_hole(
        &mut self,
        patience: &Patience,
        packet: PacketRef,
        flow: &Flow,
        sink: &mut impl Sink,
    ) {
        let one_way = flow.sent_by(self.from.other()).packets == 0;
        let Some(stream) = &self.stream else { return };
        let Some(end) = self.hole_end(one_way) else {
            self.waiting = None;
            return;
        };
        let hole = stream.next();
        let waiting = match self.waiting {
            Some(waiting) if waiting.hole == hole => waiting,
            _ => Waiting { hole, packets: flow.packets(), since: packet },
        };
        self.waiting = Some(waiting);
        let factor = if one_way { patience.one_way } else { 1 };
        let elapsed = match (packet.time, waiting.since.time) {
            (Some(now), Some(since)) => now.since(since),
            _ => std::time::Duration::ZERO,
        };
        let over = flow.packets() - waiting.packets >= patience.packets * u64::from(factor)
            || stream.held_size() > patience.bytes * factor as usize
            || elapsed >= patience.time * factor;
        if over {
            self.skip_to(end, packet, flow, sink);
        }
    }

    /// Where the hole ends that will not be filled any more.
    fn hole_end(&self, one_way: bool) -> Option<u64> {
        let stream = self.stream.as_ref()?;
        match stream.first_held() {
            Some(first) => (one_way || self.acknowledged >= first).then_some(first),
            None => self.acknowledged_end(),
        }
    }

    /// Where the acknowledged bytes end that were not seen, the FIN apart.
    fn acknowledged_end(&self) -> Option<u64> {
        let stream = self.stream.as_ref()?;
        let end = match self.fin {
            Some((position, _)) => self.acknowledged.min(position),
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
        packet: PacketRef,
        flow: &Flow,
        sink: &mut impl Sink,
    ) -> bool {
        let mut stopped = false;
        while self.held_size() > limit {
            self.settle(flow, sink);
            let Some(first) = self.stream.as_ref().and_then(Reassembly::first_held) else { break };
            self.skip_to(first, packet, flow, sink);
            stopped = true;
        }
        stopped
    }

    /// Gives up everything that did not come: the connection is over.
    pub(super) fn end(&mut self, packet: PacketRef, flow: &Flow, sink: &mut impl Sink) {
        self.settle(flow, sink);
        self.stop_waiting_above(0, packet, flow, sink);
        if let Some(end) = self.acknowledged_end() {
            self.skip_to(end, packet, flow, sink);
        }
    }

    fn skip_to(&mut self, position: u64, packet: PacketRef, flow: &Flow, sink: &mut impl Sink) {
        let from = self.from;
        if let Some(stream) = &mut self.stream {
            stream.skip_to(position, packet, &mut |delivery| {
                sink.event(flow, event(from, delivery));
            });
        }
        self.deliver_fin(flow, sink);
    }

    #[inline]
    fn deliver_fin(&mut self, flow: &Flow, sink: &mut impl Sink) {
        if let (Some((position, packet)), Some(stream)) = (self.fin, &self.stream)
            && !self.fin_delivered
            && stream.is_settled()
            && stream.next() >= position
        {
            self.fin_delivered = true;
            sink.event(flow, Event::Fin { from: self.from, packet });
        }
    }

    /// Whether its FIN was delivered and acknowledged.
    #[inline]
    pub(super) fn is_closed(&self) -> bool {
        self.fin_delivered && self.fin.is_some_and(|(fin, _)| self.acknowledged > fin)
    }

    /// Whether bytes are known to be missing that could still come.
    pub(super) fn has_hole(&self) -> bool {
        self.held_size() > 0 || self.acknowledged_end().is_some()
    }

    #[inline]
    pub(super) fn held_size(&self) -> usize {
        self.stream.as_ref().map_or(0, Reassembly::held_size)
    }

    pub(super) fn is_known(&self) -> bool {
        self.stream.is_some()
    }

    pub(super) fn is_from_syn(&self) -> bool {
        self.from_syn
    }

    /// The sequence numbers of its first byte and of the one it would send next.
    pub(super) fn sequences(&self) -> Option<(u32, u32)> {
        self.stream.as_ref().map(|stream| (stream.origin() as u32, stream.next() as u32))
    }
}

/// A stream's delivery as a connection's event.
#[inline]
fn event(from: End, delivery: Delivery<'_>) -> Event<'_> {
    match delivery {
        Delivery::Data { offset, bytes, packet } => Event::Data { from, offset, bytes, packet },
        Delivery::Gap { offset, bytes, after_packet, packet } => {
            Event::Gap { from, offset, bytes, after_packet, packet }
        }
        Delivery::Conflict { offset, packet } => Event::Conflict { from, offset, packet },
    }
}
