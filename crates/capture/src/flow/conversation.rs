//! One connection: both halves, and how it begins and ends.

use super::{
    End, Ending, Event, Flow, Patience, Sink,
    half::{Half, Report},
    history::History,
    holders::Holding,
    table::{Ended, LATE},
};
use crate::{
    PacketRef,
    packet::{Flags, Segment},
};

#[derive(Debug)]
pub(super) struct Conversation {
    pub(super) flow: Flow,
    pub(super) holding: Holding,
    halves: [Half; 2],
    reset: Option<Box<(End, PacketRef)>>,
    warned: bool,
}

impl Conversation {
    pub(super) fn new(flow: Flow) -> Self {
        let halves = End::BOTH.map(Half::new);
        Conversation { flow, holding: Holding::default(), halves, reset: None, warned: false }
    }

    /// Takes a segment; says whether the connection is over with it.
    #[inline]
    pub(super) fn receive(
        &mut self,
        segment: &Segment<'_>,
        packet: PacketRef,
        patience: &Patience,
        history: &mut History,
        sink: &mut impl Sink,
    ) -> Option<Ending> {
        let from = self.end_of(segment);
        let Conversation { flow, halves: [first, second], warned, .. } = self;
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
            let opened_by = if segment.acknowledgment.is_some() { from.other() } else { from };
            flow.initiator.get_or_insert(opened_by);
        }
        let mut report = Report { flow, history, sink, packet, warned };
        if segment.flags.has(Flags::SYN) {
            sender.begin(segment.sequence.wrapping_add(1), &mut report);
            if let Some(number) = segment.acknowledgment {
                receiver.begin(number, &mut report);
            }
        } else if let Some(number) = segment.acknowledgment
            && sender.is_from_syn()
            && receiver.is_unseen()
        {
            // What it acknowledges first is the SYN that the capture does not have.
            receiver.begin(number, &mut report);
        }
        receiver.settle(&mut report);
        let repeated = sender.receive(segment, &mut report);
        if let Some(number) = segment.acknowledgment {
            receiver.acknowledge(number);
        }
        if segment.flags.has(Flags::RST) {
            Self::receive_reset(&mut self.reset, sender, receiver, segment, from, &mut report);
        }
        sender.wait(patience, &mut report);
        receiver.wait(patience, &mut report);
        let acknowledged = receiver.acknowledged();
        let sent = &mut self.flow.sent[from.index()];
        sent.repeated_bytes += repeated as u64;
        sent.attempts += u32::from(repeated > 0);
        let answered = &mut self.flow.sent[from.other().index()];
        (answered.acknowledged, answered.attempts) = (acknowledged, 0);
        self.ending()
    }

    /// How it is over, if it is.
    #[inline]
    pub(super) fn ending(&self) -> Option<Ending> {
        if self.reset.is_some() {
            let is_over = !self.halves.iter().any(Half::has_hole);
            return is_over.then_some(Ending::Reset);
        }
        self.halves.iter().all(Half::is_closed).then_some(Ending::Closed)
    }

    /// A reset ends the connection, at once if nothing is missing.
    #[cold]
    fn receive_reset(
        reset: &mut Option<Box<(End, PacketRef)>>,
        sender: &mut Half,
        receiver: &Half,
        segment: &Segment<'_>,
        from: End,
        report: &mut Report<'_, impl Sink>,
    ) {
        let Some((_, next)) = sender.sequences() else {
            reset.get_or_insert_with(|| Box::new((from, report.packet)));
            return;
        };
        let ahead = segment.sequence.wrapping_sub(next).cast_signed();
        let answers = receiver.sequences().map(|(_, next)| next) == segment.acknowledgment;
        if ahead.unsigned_abs() >= LATE && !answers {
            let number = report.packet.number;
            report.warn(format!(
                "packet {number} is a reset with a sequence number far from the stream's: no receiver heeds it"
            ));
            return;
        }
        reset.get_or_insert_with(|| Box::new((from, report.packet)));
        // It has the sequence number that the next byte would have: so much was sent before it.
        if (1..LATE.cast_signed()).contains(&ahead) {
            sender.acknowledge(segment.sequence);
        }
    }

    /// Whether a SYN begins another connection with the same addresses.
    #[cold]
    pub(super) fn is_reused_by(&self, segment: &Segment<'_>) -> bool {
        /// A SYN that comes later than this comes from another connection.
        const YOUNG: u64 = 16;
        let from = self.end_of(segment);
        let [sender, receiver] = [&self.halves[from.index()], &self.halves[from.other().index()]];
        let is_far = |known: u32, number: u32| {
            known.wrapping_sub(number).cast_signed().unsigned_abs() >= LATE
        };
        let first = segment.sequence.wrapping_add(1);
        match (sender.sequences(), receiver.sequences(), segment.acknowledgment) {
            (Some((known, _)), _, _) if sender.is_from_syn() => known != first,
            // Its data came before it, if only a little.
            (Some((known, _)), _, _) => is_far(known, first) || self.flow.packets() > YOUNG,
            (None, Some((known, _)), Some(number)) => is_far(known, number),
            // The other side alone was seen so far. Its own SYN is the same opening.
            (None, Some(_), None) => !receiver.is_from_syn(),
            (None, None, _) => false,
        }
    }

    /// Reports what did not come and ends.
    pub(super) fn end(
        &mut self,
        ending: Ending,
        packet: PacketRef,
        history: &mut History,
        sink: &mut impl Sink,
    ) {
        let Conversation { flow, warned, .. } = self;
        let mut report = Report { flow, history, sink, packet, warned };
        for half in &mut self.halves {
            half.end(&mut report);
        }
        // It had ended before; only something missing was waited for.
        let ending = match self.reset.as_deref() {
            Some(&(from, packet)) => {
                sink.event(&self.flow, Event::Reset { from, packet });
                Ending::Reset
            }
            None if self.halves.iter().all(Half::is_closed) => Ending::Closed,
            None => ending,
        };
        sink.event(&self.flow, Event::Ended { ending, packet });
    }

    /// Gives up holes of a direction that holds more than `limit` bytes; says whether it had to.
    pub(super) fn stop_waiting_above(
        &mut self,
        limit: usize,
        packet: PacketRef,
        history: &mut History,
        sink: &mut impl Sink,
    ) -> bool {
        let Conversation { flow, warned, .. } = self;
        let mut report = Report { flow, history, sink, packet, warned };
        let [first, second] = &mut self.halves;
        // Not `||`: both have their turn.
        first.stop_waiting_above(limit, &mut report) | second.stop_waiting_above(limit, &mut report)
    }

    /// What is remembered of it when it is over.
    pub(super) fn ended(&self) -> Ended {
        let [first, second] = &self.halves;
        Ended {
            number: self.flow.number,
            first: self.flow.first,
            streams: [first.sequences(), second.sequences()],
        }
    }

    #[inline]
    pub(super) fn held_size(&self) -> usize {
        let [first, second] = &self.halves;
        first.held_size() + second.held_size()
    }

    #[inline]
    fn end_of(&self, segment: &Segment<'_>) -> End {
        if segment.source == self.flow.first { End::First } else { End::Second }
    }
}
