//! What is odd about a capture's packets: the first of each kind is told, the others are counted.

use super::Sink;
use crate::{Packet, PacketRef, Time, Warning, packet::Malformed};

/// So many malformed packets are named before they are only counted.
const MALFORMED_NAMED: u64 = 8;

/// What was told already, and how often it happened.
#[derive(Debug, Default)]
pub(super) struct Oddities {
    latest_time: Option<Time>,
    time_went_back: bool,
    malformed: u64,
    late: u64,
    flows_given_up: u64,
    holes_given_up: u64,
}

impl Oddities {
    #[inline]
    pub(super) fn check_time(&mut self, packet: &Packet<'_>, sink: &mut impl Sink) {
        let Some(time) = packet.time else { return };
        match self.latest_time {
            Some(latest) if time.nanos < latest.nanos => {
                self.note_time_went_back(latest, time, packet.reference(), sink);
            }
            _ => self.latest_time = Some(time),
        }
    }

    #[cold]
    fn note_time_went_back(
        &mut self,
        latest: Time,
        time: Time,
        packet: PacketRef,
        sink: &mut impl Sink,
    ) {
        if !self.time_went_back {
            self.time_went_back = true;
            let (number, back) = (packet.number, latest.since(time));
            let text = format!(
                "time goes backwards: packet {number} is {back:?} older than one before it"
            );
            sink.warning(Warning::new(text).packet(packet));
        }
    }

    #[cold]
    pub(super) fn note_malformed(
        &mut self,
        malformed: Malformed,
        packet: PacketRef,
        sink: &mut impl Sink,
    ) {
        self.malformed += 1;
        if self.malformed <= MALFORMED_NAMED {
            let text = format!("packet {} is malformed: {malformed}", packet.number);
            sink.warning(Warning::new(text).packet(packet));
        }
    }

    /// Data came for a connection that is over.
    #[cold]
    pub(super) fn note_late(&mut self, flow: u64, packet: PacketRef, sink: &mut impl Sink) {
        self.late += 1;
        if self.late == 1 {
            let number = packet.number;
            let text = format!(
                "packet {number} has data for a connection that is over: it was passed over"
            );
            sink.warning(Warning::new(text).packet(packet).flow(flow));
        }
    }

    #[cold]
    pub(super) fn note_flow_given_up(
        &mut self,
        limit: usize,
        packet: PacketRef,
        sink: &mut impl Sink,
    ) {
        self.flows_given_up += 1;
        if self.flows_given_up == 1 {
            let text = format!(
                "more than {limit} connections are open at once: \
                 those that were silent for the longest time are given up"
            );
            sink.warning(Warning::new(text).packet(packet));
        }
    }

    #[cold]
    pub(super) fn note_hole_given_up(
        &mut self,
        flow: u64,
        packet: PacketRef,
        sink: &mut impl Sink,
    ) {
        self.holes_given_up += 1;
        if self.holes_given_up == 1 {
            let text = "too much lies behind missing bytes: \
                        they are not waited for any longer, and count as a gap";
            sink.warning(Warning::new(text).packet(packet).flow(flow));
        }
    }

    pub(super) fn flows_given_up(&self) -> u64 {
        self.flows_given_up
    }

    /// Says at the end what was only counted.
    pub(super) fn summarize(&self, incomplete: u64, sink: &mut impl Sink) {
        let unnamed = self.malformed.saturating_sub(MALFORMED_NAMED);
        let Oddities { late, flows_given_up, holes_given_up, .. } = self;
        for (count, least, text) in [
            (
                incomplete,
                1,
                "IP packets came in fragments of which some are missing: they were passed over",
            ),
            (unnamed, 1, "more packets are malformed"),
            (*late, 2, "packets in all had data for connections that were over"),
            (*flows_given_up, 2, "connections in all were given up while they were open"),
            (
                *holes_given_up,
                2,
                "times in all, too much lay behind missing bytes to wait for them",
            ),
        ] {
            if count >= least {
                sink.warning(Warning::new(format!("{count} {text}")));
            }
        }
    }
}
