//! Connections: which packets belong together, and both their streams.
//!
//! ```text
//! Packet ─► Segment ─► the connection of its two addresses ─► one Reassembly a direction ─► Sink
//! ```
//!
//! A connection begins with its first packet, whatever that is: a SYN, or
//! anything else if the capture started later. It ends when both FINs are
//! acknowledged, with a reset, when its addresses are used again, or with the
//! capture.
//!
//! # How long a hole is waited for
//! Bytes that the capture does not have are reported as a gap when they will
//! not come any more; [`Patience`] has the numbers.
//!
//! RFC 9293 3.5 and 3.6. Book: chapter 13.

mod conversation;
mod event;
mod half;
mod history;
mod holders;
mod limits;
mod oddities;
mod table;

use crate::{
    Packet, PacketRef,
    fragment::Fragments,
    packet::{Datagram, Flags, Malformed, Segment},
};
use conversation::Conversation;
pub use event::{End, Ending, Event, Sink};
use history::History;
use holders::Holders;
pub use limits::{Limits, Patience};
use oddities::Oddities;
use std::net::SocketAddr;
use table::{Key, Lateness, Place, Table};

/// All connections of a capture.
#[derive(Debug)]
pub struct Flows {
    limits: Limits,
    table: Table,
    conversations: Vec<Option<Conversation>>,
    free: Vec<usize>,
    opened: u64,
    /// The connection of the last packet: most often the next packet's too.
    recent: Option<(Key, usize)>,
    holders: Holders,
    history: History,
    fragments: Fragments,
    latest: PacketRef,
    oddities: Oddities,
}

impl Flows {
    /// No connections yet.
    pub fn new(limits: Limits) -> Self {
        Flows {
            limits,
            table: Table::default(),
            conversations: Vec::new(),
            free: Vec::new(),
            opened: 0,
            recent: None,
            holders: Holders::default(),
            history: History::default(),
            fragments: Fragments::default(),
            latest: PacketRef { number: 0, time: None },
            oddities: Oddities::default(),
        }
    }

    /// Takes the next packet of the capture and tells the sink what it means.
    pub fn receive(&mut self, packet: &Packet<'_>, sink: &mut impl Sink) {
        self.latest = packet.reference();
        self.oddities.check_time(packet, sink);
        if let Err(malformed) = self.receive_datagram(packet, sink) {
            self.oddities.note_malformed(malformed, packet.reference(), sink);
        }
    }

    #[inline]
    fn receive_datagram(
        &mut self,
        packet: &Packet<'_>,
        sink: &mut impl Sink,
    ) -> Result<(), Malformed> {
        let Some(datagram) = Datagram::decode(packet)? else { return Ok(()) };
        if datagram.fragment.is_some() {
            return self.receive_fragment(&datagram, packet.reference(), sink);
        }
        if let Some(segment) = datagram.segment()? {
            self.receive_segment(&segment, packet.reference(), sink);
        }
        Ok(())
    }

    #[cold]
    fn receive_fragment(
        &mut self,
        datagram: &Datagram<'_>,
        packet: PacketRef,
        sink: &mut impl Sink,
    ) -> Result<(), Malformed> {
        if let Some(whole) = self.fragments.receive(datagram, packet) {
            for (segment, packet) in whole.segments()? {
                self.receive_segment(&segment, packet, sink);
            }
        }
        Ok(())
    }

    /// Ends the capture: what is held is delivered, holes are reported, and all connections end.
    pub fn finish(&mut self, sink: &mut impl Sink) {
        let mut open: Vec<(u64, usize)> = self
            .conversations
            .iter()
            .flatten()
            .map(|conversation| (conversation.flow.number, conversation.flow.slot))
            .collect();
        open.sort_unstable();
        for (_, slot) in open {
            let packet =
                self.conversations[slot].as_ref().map_or(self.latest, |open| open.flow.latest);
            self.end(slot, Ending::Capture, packet, sink);
        }
        self.oddities.summarize(self.fragments.incomplete(), sink);
    }

    /// How many connections there were so far.
    pub fn count(&self) -> u64 {
        self.opened
    }

    fn receive_segment(&mut self, segment: &Segment<'_>, packet: PacketRef, sink: &mut impl Sink) {
        let key = Key::new(segment.source, segment.destination);
        let slot = match self.recent {
            Some((recent, slot)) if recent == key => Some(slot),
            _ => match self.table.get(&key) {
                Some(Place::Open(slot)) => Some(slot),
                Some(Place::Ended(ended)) => match ended.meets(segment) {
                    Lateness::Other => None,
                    Lateness::Repeated => return,
                    Lateness::New => {
                        return self.oddities.note_late(ended.number, packet, sink);
                    }
                },
                None => None,
            },
        };
        let slot = match slot {
            Some(slot) if self.is_reused(slot, segment) => {
                self.end(slot, Ending::Reused, packet, sink);
                self.open(key, segment, packet, sink)
            }
            Some(slot) => slot,
            None => self.open(key, segment, packet, sink),
        };
        self.recent = Some((key, slot));
        let Some(conversation) = self.conversations[slot].as_mut() else { return };
        let Flows { limits, history, .. } = self;
        let ending = conversation.receive(segment, packet, &limits.patience, history, sink);
        if conversation.held_size() != conversation.holding.size() {
            self.bound_held(slot, sink);
        }
        if let Some(ending) = ending {
            self.end(slot, ending, packet, sink);
        }
    }

    fn is_reused(&self, slot: usize, segment: &Segment<'_>) -> bool {
        segment.flags.has(Flags::SYN)
            && self.conversations[slot].as_ref().is_some_and(|open| open.is_reused_by(segment))
    }

    #[cold]
    fn open(
        &mut self,
        key: Key,
        segment: &Segment<'_>,
        packet: PacketRef,
        sink: &mut impl Sink,
    ) -> usize {
        if self.conversations.len() - self.free.len() >= self.limits.flows.max(1) {
            self.give_up_a_flow(packet, sink);
        }
        self.opened += 1;
        let slot = self.free.pop().unwrap_or(self.conversations.len());
        // A SYN shows who opens the connection before anything is told of it.
        let initiator = segment.flags.has(Flags::SYN).then_some(match segment.acknowledgment {
            None => End::First,
            Some(_) => End::Second,
        });
        let flow = Flow {
            slot,
            number: self.opened,
            first: segment.source,
            second: segment.destination,
            initiator,
            opened: packet,
            latest: packet,
            sent: [Traffic::default(); 2],
        };
        sink.event(&flow, Event::Opened { packet });
        let conversation = Some(Conversation::new(flow));
        if slot == self.conversations.len() {
            self.conversations.push(conversation);
        } else {
            self.conversations[slot] = conversation;
        }
        self.table.open(key, slot);
        slot
    }

    #[cold]
    fn end(&mut self, slot: usize, ending: Ending, packet: PacketRef, sink: &mut impl Sink) {
        let Some(mut conversation) = self.conversations[slot].take() else { return };
        self.holders.update(slot, &mut conversation.holding, 0, packet);
        conversation.end(ending, packet, &mut self.history, sink);
        let key = Key::new(conversation.flow.first, conversation.flow.second);
        self.table.end(key, conversation.ended());
        self.free.push(slot);
        self.recent = None;
    }

    /// Ends the connection that was silent for the longest time, of a sample.
    fn give_up_a_flow(&mut self, packet: PacketRef, sink: &mut impl Sink) {
        const SAMPLE: usize = 64;
        let count = self.conversations.len();
        let start = self.oddities.flows_given_up() as usize * SAMPLE;
        let sample = (start..start + SAMPLE).map(|index| index % count);
        let oldest = sample
            .filter_map(|slot| self.conversations[slot].as_ref())
            .min_by_key(|open| open.flow.latest.number)
            .map(|open| (open.flow.slot, open.flow.latest));
        let Some((slot, latest)) = oldest else { return };
        self.oddities.note_flow_given_up(self.limits.flows, packet, sink);
        self.end(slot, Ending::GivenUp, latest, sink);
    }

    /// Stops waiting where too much is held: in this connection, and where all
    /// together hold too much, in those that have waited the longest.
    #[cold]
    fn bound_held(&mut self, slot: usize, sink: &mut impl Sink) {
        self.stop_waiting_above(self.limits.held_per_stream, slot, sink);
        while self.holders.size() > self.limits.held {
            let Some(longest) = self.holders.longest() else { break };
            self.stop_waiting_above(0, longest, sink);
        }
    }

    fn stop_waiting_above(&mut self, limit: usize, slot: usize, sink: &mut impl Sink) {
        let Some(conversation) = self.conversations[slot].as_mut() else { return };
        // The packet at hand may be another connection's.
        let packet = conversation.flow.latest;
        let stopped = conversation.stop_waiting_above(limit, packet, &mut self.history, sink);
        let (number, size) = (conversation.flow.number, conversation.held_size());
        self.holders.update(slot, &mut conversation.holding, size, packet);
        // It may have been over but for what it waited for.
        let ending = conversation.ending();
        if stopped {
            self.oddities.note_hole_given_up(number, packet, sink);
        }
        if let Some(ending) = ending {
            self.end(slot, ending, packet, sink);
        }
    }
}

/// One connection, as far as it is known.
#[derive(Debug, Clone)]
pub struct Flow {
    /// A small number that no other open connection has: an index for what a sink keeps.
    pub slot: usize,
    /// Its place in the order of first packets, from 1.
    pub number: u64,
    /// Who sent the first packet that was captured.
    pub first: SocketAddr,
    /// The other one.
    pub second: SocketAddr,
    /// Who opened it, if the capture shows: who sent the SYN or received the SYN-ACK.
    pub initiator: Option<End>,
    /// The first packet.
    pub opened: PacketRef,
    /// The packet at hand, and so in the end the last one.
    pub latest: PacketRef,
    /// What each end sent; see [`End::index`].
    pub sent: [Traffic; 2],
}

impl Flow {
    /// The address of one end.
    pub fn address(&self, end: End) -> SocketAddr {
        match end {
            End::First => self.first,
            End::Second => self.second,
        }
    }

    /// What one end sent.
    pub fn sent_by(&self, end: End) -> &Traffic {
        &self.sent[end.index()]
    }

    /// How many packets it had.
    pub fn packets(&self) -> u64 {
        self.sent[0].packets + self.sent[1].packets
    }
}

/// What one end sent, counted on the wire: repeated and uncaptured bytes too.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Packets.
    pub packets: u64,
    /// Bytes of IP and TCP headers.
    pub header_bytes: u64,
    /// Bytes of payload.
    pub payload_bytes: u64,
    /// Bytes of payload that were sent before.
    pub repeated_bytes: u64,
    /// How many bytes of its stream the other end has acknowledged, with the
    /// packets before the one at hand.
    pub acknowledged: u64,
    /// How often it has sent bytes again since the other end's last packet.
    pub attempts: u32,
}
