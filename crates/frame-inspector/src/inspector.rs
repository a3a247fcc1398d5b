//! The whole way from a packet to events.

use crate::{
    Options,
    conversation::Conversation,
    event::{Event, Sink, What},
    line::Output,
    sniff::{Sniffed, sniff},
    unsettled::Piece,
};
use capture::{End, Ending, Flow, Flows, Limits, Packet, PacketRef, Warning, flow};
use std::net::{Ipv4Addr, SocketAddr};
use wire::Side;

/// Turns the packets of a capture into events.
#[derive(Debug)]
pub struct Inspector {
    flows: Flows,
    desk: Desk,
}

/// The conversations that are going on.
#[derive(Debug)]
struct Desk {
    options: Options,
    /// By the slot of their flow.
    conversations: Vec<Option<Conversation>>,
}

impl Inspector {
    /// An inspector that has seen nothing yet.
    pub fn new(options: Options) -> Self {
        let desk = Desk { options, conversations: Vec::new() };
        Inspector { flows: Flows::new(Limits::default()), desk }
    }

    /// Takes the next packet of the capture.
    pub fn packet(&mut self, packet: &Packet<'_>, sink: &mut dyn Sink) {
        self.flows.receive(packet, &mut At { desk: &mut self.desk, sink });
    }

    /// Ends every connection, since the capture has ended.
    pub fn finish(&mut self, sink: &mut dyn Sink) {
        self.flows.finish(&mut At { desk: &mut self.desk, sink });
    }
}

/// The desk, and where its events go.
struct At<'a> {
    desk: &'a mut Desk,
    sink: &'a mut dyn Sink,
}

impl capture::Sink for At<'_> {
    fn event(&mut self, flow: &Flow, event: flow::Event<'_>) {
        let out = &mut Output { connection: flow.number, sink: self.sink };
        self.desk.take(flow, event, out);
    }

    fn warning(&mut self, warning: Warning) {
        let numbers: Vec<u64> = warning.packet.iter().map(|packet| packet.number).collect();
        self.sink.event(&Event {
            connection: warning.flow,
            time: warning.time(),
            packets: &numbers,
            what: What::Warning(&warning.text),
        });
    }
}

impl Desk {
    fn take(&mut self, flow: &Flow, event: flow::Event<'_>, out: &mut Output<'_>) {
        if flow.slot >= self.conversations.len() {
            self.conversations.resize_with(flow.slot + 1, || None);
        }
        let Some(place) = self.conversations.get_mut(flow.slot) else { return };
        if let flow::Event::Ended { ending, packet } = event {
            if let Some(mut conversation) = place.take() {
                conversation.end(flow, ending, packet, out);
            }
            return;
        }
        let conversation = place.get_or_insert_with(|| Conversation::new(&self.options));
        match event {
            flow::Event::Opened { .. } => conversation.opened(flow, out),
            flow::Event::Data { from, bytes, packet, .. } => {
                conversation.receive(flow, from, Piece::Data(bytes), packet, out);
            }
            flow::Event::Gap { from, bytes, after_packet, packet, .. } => {
                let gap = Piece::Gap { bytes, after_packet };
                conversation.receive(flow, from, gap, packet, out);
            }
            flow::Event::Fin { from, packet } => {
                conversation.receive(flow, from, Piece::Fin, packet, out);
            }
            flow::Event::Reset { from, packet } => conversation.reset(flow, from, packet, out),
            flow::Event::Conflict { from, offset, packet } => {
                let text = format!(
                    "{} sent byte {offset} of its stream twice, and not the same; \
                     the first copy counts",
                    flow.address(from)
                );
                out.emit(packet.time, &[packet.number], What::Warning(&text));
            }
            flow::Event::Ended { .. } => {}
        }
    }
}

/// Takes a conversation that was written by hand: one connection, whose chunks
/// count as packets. A chunk without bytes is a FIN.
pub fn inspect_transcript(chunks: &[(Side, Vec<u8>)], options: &Options, sink: &mut dyn Sink) {
    // Addresses for documentation (RFC 5737).
    let client = SocketAddr::from((Ipv4Addr::new(192, 0, 2, 1), 50_000));
    let server = SocketAddr::from((Ipv4Addr::new(192, 0, 2, 2), 80));
    let first = PacketRef { number: 1, time: None };
    let is_from_start = is_from_start(chunks);
    let mut flow = Flow {
        slot: 0,
        number: 1,
        first: client,
        second: server,
        initiator: is_from_start.then_some(End::First),
        opened: first,
        latest: first,
        sent: Default::default(),
    };
    let mut out = Output { connection: 1, sink };
    let mut conversation = Conversation::new(options);
    match is_from_start {
        true => conversation.opened(&flow, &mut out),
        false => conversation.opened_among_frames(&flow, &mut out),
    }
    for (number, (side, bytes)) in (1..).zip(chunks) {
        let end = if *side == Side::Client { End::First } else { End::Second };
        let piece = if bytes.is_empty() { Piece::Fin } else { Piece::Data(bytes.as_slice()) };
        flow.latest = PacketRef { number, time: None };
        conversation.receive(&flow, end, piece, flow.latest, &mut out);
    }
    conversation.end(&flow, Ending::Capture, flow.latest, &mut out);
}

/// Whether a transcript begins where a connection does, not among frames.
fn is_from_start(chunks: &[(Side, Vec<u8>)]) -> bool {
    let Some((first, _)) = chunks.first() else { return false };
    let said: Vec<u8> =
        chunks.iter().take_while(|(side, _)| side == first).flat_map(|(_, b)| b.clone()).collect();
    !matches!(sniff(&said), Sniffed::Frames { .. })
}
