//! One connection: both halves, and how it begins and ends.

use super::{
    End, Ending, Event, Flow, Patience, Sink,
    half::Half,
    table::{Ended, Key},
};
use crate::{
    PacketRef,
    packet::{Flags, Segment},
};

#[derive(Debug)]
pub(super) struct Conversation {
    pub(super) key: Key,
    pub(super) flow: Flow,
    halves: [Half; 2],
    reset: bool,
}

impl Conversation {
    pub(super) fn new(key: Key, flow: Flow) -> Self {
        Conversation { key, flow, halves: End::BOTH.map(Half::new), reset: false }
    }

    /// Takes a segment; says whether the connection is over with it.
    #[inline]
    pub(super) fn receive(
        &mut self,
        segment: &Segment<'_>,
        packet: PacketRef,
        patience: &Patience,
        sink: &mut impl Sink,
    ) -> Option<Ending> {
        let from = self.end_of(segment);
        let Conversation { flow, halves: [first, second], .. } = self;
        let (sender, receiver) = match from {
            End::First => (first, second),
            End::Second => (second, first),
        };
        let sent = &mut flow.sent[from.index()];
        sent.packets += 1;
        sent.header_bytes += u64::from(segment.header_len);
        sent.payload_bytes += segment.payload.len() as u64 + u64::from(segment.missing);
        flow.latest = packet;

        if segment.flags.has(Flags::SYN) {
            sender.begin(segment.sequence.wrapping_add(1));
            let initiator = match segment.acknowledgment {
                None => from,
                Some(number) => {
                    receiver.begin(number);
                    from.other()
                }
            };
            flow.initiator.get_or_insert(initiator);
        }
        receiver.settle(flow, sink);
        let repeated = sender.receive(segment, packet, flow, sink);
        if repeated > 0 {
            flow.sent[from.index()].repeated_bytes += repeated as u64;
        }
        if let Some(number) = segment.acknowledgment {
            receiver.acknowledge(number);
        }
        if segment.flags.has(Flags::RST) {
            return self.receive_reset(from, segment, packet, sink);
        }
        sender.wait(patience, packet, flow, sink);
        receiver.wait(patience, packet, flow, sink);
        if self.reset {
            return (!self.has_hole()).then_some(Ending::Reset);
        }
        self.halves.iter().all(Half::is_closed).then_some(Ending::Closed)
    }

    /// A reset ends the connection, at once if nothing is missing.
    #[cold]
    fn receive_reset(
        &mut self,
        from: End,
        segment: &Segment<'_>,
        packet: PacketRef,
        sink: &mut impl Sink,
    ) -> Option<Ending> {
        if !self.reset {
            self.reset = true;
            sink.event(&self.flow, Event::Reset { from, packet });
        }
        // A reset is sent with the sequence number that the next byte would have.
        if let Some((_, next)) = self.halves[from.index()].sequences()
            && segment.sequence.wrapping_sub(next) < super::table::LATE
        {
            self.halves[from.index()].acknowledge(segment.sequence);
        }
        (!self.has_hole()).then_some(Ending::Reset)
    }

    /// Whether a SYN begins another connection with the same addresses.
    #[cold]
    pub(super) fn is_reused_by(&self, segment: &Segment<'_>) -> bool {
        let from = self.end_of(segment);
        let [sender, receiver] = [&self.halves[from.index()], &self.halves[from.other().index()]];
        let first = segment.sequence.wrapping_add(1);
        match sender.sequences() {
            Some((known, _)) => known != first,
            // The other side alone was seen so far. Its own SYN is the same opening.
            None => receiver.is_known() && !receiver.is_from_syn(),
        }
    }

    /// Reports what did not come and ends.
    pub(super) fn end(&mut self, ending: Ending, packet: PacketRef, sink: &mut impl Sink) {
        for half in &mut self.halves {
            half.end(packet, &self.flow, sink);
        }
        // It had ended before; only something missing was waited for.
        let ending = match ending {
            _ if self.reset => Ending::Reset,
            _ if self.halves.iter().all(Half::is_closed) => Ending::Closed,
            other => other,
        };
        sink.event(&self.flow, Event::Ended { ending, packet });
    }

    /// Gives up holes of a direction that holds more than `limit` bytes.
    pub(super) fn stop_waiting_above(
        &mut self,
        limit: usize,
        packet: PacketRef,
        sink: &mut impl Sink,
    ) -> bool {
        let [first, second] = &mut self.halves;
        // Not `||`: both have their turn.
        first.stop_waiting_above(limit, packet, &self.flow, sink)
            | second.stop_waiting_above(limit, packet, &self.flow, sink)
    }

    /// What is remembered of it when it is over.
    pub(super) fn ended(&self) -> Ended {
        let [first, second] = &self.halves;
        Ended { first: self.flow.first, streams: [first.sequences(), second.sequences()] }
    }

    #[inline]
    pub(super) fn held_size(&self) -> usize {
        let [first, second] = &self.halves;
        first.held_size() + second.held_size()
    }

    fn has_hole(&self) -> bool {
        self.halves.iter().any(Half::has_hole)
    }

    #[inline]
    fn end_of(&self, segment: &Segment<'_>) -> End {
        if segment.source == self.flow.first { End::First } else { End::Second }
    }
}
