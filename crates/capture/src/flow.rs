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
mod half;
mod history;
mod table;

use crate::{
    Packet, PacketRef, Time, Warning,
    fragment::Fragments,
    packet::{Datagram, Flags, Malformed, Segment},
};
use conversation::Conversation;
use history::History;
use std::{net::SocketAddr, time::Duration};
use table::{Key, Lateness, Place, Table};

/// What a reader of connections gets told.
pub trait Sink {
    /// Something happened on a connection.
    fn event(&mut self, flow: &Flow, event: Event<'_>);

    /// Something about the capture is odd.
    fn warning(&mut self, warning: Warning);
}

/// One thing that happened on a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event<'a> {
    /// Its first packet was seen.
    Opened {
        /// That packet.
        packet: PacketRef,
    },
    /// The next bytes of one stream, each byte exactly once and in order.
    Data {
        /// Who sent them.
        from: End,
        /// How many bytes of this stream came before, from the first byte seen or the one after the SYN.
        offset: u64,
        /// All of them from one packet.
        bytes: &'a [u8],
        /// Which one.
        packet: PacketRef,
    },
    /// Bytes of one stream that were never captured; what comes next lies behind them.
    Gap {
        /// Who sent them.
        from: End,
        /// Where they are missing.
        offset: u64,
        /// How many they are.
        bytes: u64,
        /// The packet that had the byte before them; 0 if none did.
        after_packet: u64,
        /// The packet that shows that they are missing.
        packet: PacketRef,
    },
    /// One side has sent all it will; after its last data.
    Fin {
        /// Who.
        from: End,
        /// With which packet.
        packet: PacketRef,
    },
    /// One side broke the connection off; nothing but its end follows.
    Reset {
        /// Who.
        from: End,
        /// With which packet.
        packet: PacketRef,
    },
    /// Bytes were sent twice, and not the same. The first copy counts.
    Conflict {
        /// Who sent them.
        from: End,
        /// The first byte that differs.
        offset: u64,
        /// The packet whose copy does not count.
        packet: PacketRef,
    },
    /// It is over; the slot is free afterwards.
    Ended {
        /// Why.
        ending: Ending,
        /// The packet that ended it: the last one of the connection, or the SYN of the next.
        packet: PacketRef,
    },
}

/// Why a connection is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Both sides sent FIN, and both FINs were acknowledged.
    Closed,
    /// One side sent RST.
    Reset,
    /// A new connection began with the same addresses and ports.
    Reused,
    /// The capture ended first.
    Capture,
    /// There were more open connections than [`Limits::flows`], and this one was silent for the longest time.
    GivenUp,
}

/// One end of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum End {
    /// Who sent the first packet that was captured.
    First,
    /// The other one.
    Second,
}

impl End {
    /// Both.
    pub const BOTH: [End; 2] = [End::First, End::Second];

    /// The other end.
    #[must_use]
    #[inline]
    pub fn other(self) -> End {
        match self {
            End::First => End::Second,
            End::Second => End::First,
        }
    }

    /// 0 or 1, to index what is kept for each end.
    #[inline]
    pub fn index(self) -> usize {
        self as usize
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
}

/// How much memory connections may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Open connections. One takes about half a kilobyte.
    pub flows: usize,
    /// Bytes that one direction holds behind a hole.
    pub held_per_stream: usize,
    /// Bytes that all hold together.
    pub held: usize,
    /// How long a hole is waited for.
    pub patience: Patience,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            flows: 1 << 18,
            held_per_stream: 8 << 20,
            held: 16 << 20,
            patience: Patience::default(),
        }
    }
}

/// How long a hole in a stream is waited for.
///
/// Once the other side has acknowledged the bytes in it, they did arrive: the
/// capture lost them, or saw packets in another order than the network had
/// them. The latter is soon over, so the first of these limits decides. Of a
/// hole that nobody acknowledged, a retransmission is still to be expected,
/// and only [`Limits`] decides; if the other side was not captured at all,
/// everything here counts [`one_way`](Self::one_way) times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Packets of the connection.
    pub packets: u64,
    /// Bytes held behind the hole.
    pub bytes: usize,
    /// Time of the capture.
    pub time: Duration,
    /// How much longer it is where no acknowledgments were captured.
    pub one_way: u32,
}

impl Default for Patience {
    fn default() -> Self {
        Patience { packets: 64, bytes: 256 << 10, time: Duration::from_secs(1), one_way: 4 }
    }
}

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
    held: usize,
    history: History,
    fragments: Fragments,
    latest: PacketRef,
    latest_time: Option<Time>,
    oddities: Oddities,
}

/// What was warned about, so that it is done once.
#[derive(Debug, Default)]
struct Oddities {
    malformed: u64,
    late: u64,
    time_went_back: bool,
    flows_given_up: u64,
    held_given_up: u64,
}

/// So many malformed packets are named before they are only counted.
const MALFORMED_NAMED: u64 = 8;

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
            held: 0,
            history: History::default(),
            fragments: Fragments::default(),
            latest: PacketRef { number: 0, time: None },
            latest_time: None,
            oddities: Oddities::default(),
        }
    }

    /// Takes the next packet of the capture and tells the sink what it means.
    pub fn receive(&mut self, packet: &Packet<'_>, sink: &mut impl Sink) {
        self.latest = packet.reference();
        self.check_time(packet, sink);
        if let Err(malformed) = self.receive_datagram(packet, sink) {
            self.note_malformed(malformed, packet.reference(), sink);
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
        self.summarize_oddities(sink);
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
                    Lateness::New => return self.note_late(ended.number, packet, sink),
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
        let held = conversation.held_size();
        let Flows { limits, history, .. } = self;
        let ending = conversation.receive(segment, packet, &limits.patience, history, sink);
        let now_held = conversation.held_size();
        if now_held != held {
            self.held = self.held + now_held - held;
            self.bound_held(slot, packet, sink);
        }
        if let Some(ending) = ending {
            self.end(slot, ending, packet, sink);
        }
    }

    fn is_reused(&self, slot: usize, segment: &Segment<'_>) -> bool {
        segment.flags.has(crate::Flags::SYN)
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
        let conversation = Some(Conversation::new(key, flow));
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
        self.held -= conversation.held_size();
        conversation.end(ending, packet, &mut self.history, sink);
        self.table.end(conversation.key, conversation.ended());
        self.free.push(slot);
        self.recent = None;
    }

    /// Ends the connection that was silent for the longest time, of a sample.
    fn give_up_a_flow(&mut self, packet: PacketRef, sink: &mut impl Sink) {
        const SAMPLE: usize = 64;
        let count = self.conversations.len();
        let start = self.oddities.flows_given_up as usize * SAMPLE;
        let sample = (start..start + SAMPLE).map(|index| index % count);
        let oldest = sample
            .filter_map(|slot| self.conversations[slot].as_ref())
            .min_by_key(|open| open.flow.latest.number)
            .map(|open| (open.flow.slot, open.flow.latest));
        let Some((slot, latest)) = oldest else { return };
        if self.oddities.flows_given_up == 0 {
            let limit = self.limits.flows;
            sink.warning(
                Warning::new(format!(
                    "more than {limit} connections are open at once: the ones that were silent for the longest time are given up"
                ))
                .packet(packet),
            );
        }
        self.oddities.flows_given_up += 1;
        self.end(slot, Ending::GivenUp, latest, sink);
    }

    /// Stops waiting where too much is held.
    #[cold]
    fn bound_held(&mut self, slot: usize, packet: PacketRef, sink: &mut impl Sink) {
        let over_all = self.held > self.limits.held;
        let Some(conversation) = self.conversations[slot].as_mut() else { return };
        let before = conversation.held_size();
        let limit = if over_all { 0 } else { self.limits.held_per_stream };
        if conversation.stop_waiting_above(limit, packet, &mut self.history, sink) {
            if self.oddities.held_given_up == 0 {
                let number = conversation.flow.number;
                sink.warning(
                    Warning::new("too much lies behind missing bytes: they are not waited for any longer, and count as a gap")
                        .packet(packet)
                        .flow(number),
                );
            }
            self.oddities.held_given_up += 1;
        }
        self.held = self.held + conversation.held_size() - before;
    }

    #[inline]
    fn check_time(&mut self, packet: &Packet<'_>, sink: &mut impl Sink) {
        let Some(time) = packet.time else { return };
        if let Some(latest) = self.latest_time
            && time.nanos < latest.nanos
        {
            self.note_time_went_back(latest, time, packet.reference(), sink);
            return;
        }
        self.latest_time = Some(time);
    }

    #[cold]
    fn note_time_went_back(
        &mut self,
        latest: Time,
        time: Time,
        packet: PacketRef,
        sink: &mut impl Sink,
    ) {
        if !self.oddities.time_went_back {
            self.oddities.time_went_back = true;
            let number = packet.number;
            let back = latest.since(time);
            sink.warning(
                Warning::new(format!(
                    "time goes backwards: packet {number} is {back:?} older than one before it"
                ))
                .packet(packet),
            );
        }
    }

    #[cold]
    fn note_malformed(&mut self, malformed: Malformed, packet: PacketRef, sink: &mut impl Sink) {
        self.oddities.malformed += 1;
        if self.oddities.malformed <= MALFORMED_NAMED {
            let number = packet.number;
            sink.warning(
                Warning::new(format!("packet {number} is malformed: {malformed}")).packet(packet),
            );
        }
    }

    #[cold]
    fn note_late(&mut self, flow: u64, packet: PacketRef, sink: &mut impl Sink) {
        self.oddities.late += 1;
        if self.oddities.late == 1 {
            let number = packet.number;
            sink.warning(
                Warning::new(format!(
                    "packet {number} has data for a connection that is over: it was passed over"
                ))
                .packet(packet)
                .flow(flow),
            );
        }
    }

    fn summarize_oddities(&mut self, sink: &mut impl Sink) {
        let Oddities { malformed, late, flows_given_up, held_given_up, .. } =
            std::mem::take(&mut self.oddities);
        let incomplete = std::mem::take(&mut self.fragments).incomplete();
        if incomplete > 0 {
            sink.warning(Warning::new(format!(
                "{incomplete} IP packets came in fragments of which some are missing: they were passed over"
            )));
        }
        if malformed > MALFORMED_NAMED {
            let more = malformed - MALFORMED_NAMED;
            sink.warning(Warning::new(format!("{more} more packets are malformed")));
        }
        if late > 1 {
            sink.warning(Warning::new(format!(
                "{late} packets had data for connections that were over"
            )));
        }
        if flows_given_up > 1 {
            sink.warning(Warning::new(format!(
                "{flows_given_up} connections were given up while they were open"
            )));
        }
        if held_given_up > 1 {
            sink.warning(Warning::new(format!(
                "missing bytes were given up {held_given_up} times, because too much lay behind them"
            )));
        }
    }
}
