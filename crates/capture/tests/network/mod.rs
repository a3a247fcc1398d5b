//! A made network: packets are built here, byte by byte, and recorded.

#![allow(dead_code, reason = "each test target uses its own part of it")]

use capture::{
    End, Ending, Event, Flags, Flow, Flows, Limits, LinkType, Packet, Sink, Time, Warning,
};
use std::net::{IpAddr, SocketAddr};

pub(crate) const CLIENT: &str = "10.0.0.1:50000";
pub(crate) const SERVER: &str = "10.0.0.2:80";

pub(crate) const SYN: Flags = Flags::SYN;
pub(crate) const ACK: Flags = Flags::ACK;
pub(crate) const SYN_ACK: Flags = SYN.with(ACK);
pub(crate) const FIN: Flags = Flags::FIN.with(ACK);
pub(crate) const RST: Flags = Flags::RST;
pub(crate) const PSH: Flags = Flags::PSH.with(ACK);

/// A segment to be, with its packet's oddities.
#[derive(Debug, Clone)]
pub(crate) struct Made {
    pub(crate) from: SocketAddr,
    pub(crate) to: SocketAddr,
    pub(crate) sequence: u32,
    pub(crate) acknowledgment: u32,
    pub(crate) flags: Flags,
    pub(crate) payload: Vec<u8>,
    pub(crate) time: Option<u64>,
    pub(crate) cut: usize,
}

/// A segment from the client.
pub(crate) fn client(sequence: u32, acknowledgment: u32, flags: Flags, payload: &[u8]) -> Made {
    Made::new(CLIENT, SERVER, sequence, acknowledgment, flags, payload)
}

/// A segment from the server.
pub(crate) fn server(sequence: u32, acknowledgment: u32, flags: Flags, payload: &[u8]) -> Made {
    Made::new(SERVER, CLIENT, sequence, acknowledgment, flags, payload)
}

impl Made {
    pub(crate) fn new(
        from: &str,
        to: &str,
        sequence: u32,
        acknowledgment: u32,
        flags: Flags,
        payload: &[u8],
    ) -> Self {
        let [from, to] = [from, to].map(|address| address.parse().unwrap());
        let payload = payload.to_vec();
        Made { from, to, sequence, acknowledgment, flags, payload, time: None, cut: 0 }
    }

    /// Captured so many milliseconds after the beginning.
    pub(crate) fn at(self, milliseconds: u64) -> Self {
        Made { time: Some(milliseconds * 1_000_000), ..self }
    }

    /// Without its last bytes, as a snaplen cuts it.
    pub(crate) fn cut(self, cut: usize) -> Self {
        Made { cut, ..self }
    }

    pub(crate) fn ports(mut self, from: u16, to: u16) -> Self {
        self.from.set_port(from);
        self.to.set_port(to);
        self
    }

    /// The IP packet, as far as it is captured.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes = ip(self.from.ip(), self.to.ip(), &self.tcp());
        bytes.truncate(bytes.len() - self.cut);
        bytes
    }

    /// The TCP segment alone.
    pub(crate) fn tcp(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        bytes.extend(self.from.port().to_be_bytes());
        bytes.extend(self.to.port().to_be_bytes());
        bytes.extend(self.sequence.to_be_bytes());
        bytes.extend(self.acknowledgment.to_be_bytes());
        bytes.extend([5 << 4, self.flags.0]);
        bytes.extend([0x20, 0, 0, 0, 0, 0]);
        bytes.extend(&self.payload);
        bytes
    }
}

/// An IP packet around a TCP segment.
pub(crate) fn ip(from: IpAddr, to: IpAddr, tcp: &[u8]) -> Vec<u8> {
    match (from, to) {
        (IpAddr::V4(from), IpAddr::V4(to)) => {
            let len = (20 + tcp.len()) as u16;
            let mut bytes = vec![0x45, 0];
            bytes.extend(len.to_be_bytes());
            bytes.extend([0, 7, 0x40, 0, 64, 6, 0, 0]);
            bytes.extend(from.octets());
            bytes.extend(to.octets());
            [&bytes, tcp].concat()
        }
        (IpAddr::V6(from), IpAddr::V6(to)) => {
            let mut bytes = vec![0x60, 0, 0, 0];
            bytes.extend((tcp.len() as u16).to_be_bytes());
            bytes.extend([6, 64]);
            bytes.extend(from.octets());
            bytes.extend(to.octets());
            [&bytes, tcp].concat()
        }
        _ => panic!("one family at a time"),
    }
}

/// The fragments of an IPv4 packet, with so many bytes each.
pub(crate) fn fragments(packet: &[u8], size: usize) -> Vec<Vec<u8>> {
    let (header, payload) = packet.split_at(20);
    let count = payload.len().div_ceil(size);
    let fragment = |(index, part): (usize, &[u8])| {
        let mut bytes = [header, part].concat();
        let more = u16::from(index + 1 < count) << 13;
        let place = more | (index * size / 8) as u16;
        bytes[2..4].copy_from_slice(&((20 + part.len()) as u16).to_be_bytes());
        bytes[6..8].copy_from_slice(&place.to_be_bytes());
        bytes
    };
    payload.chunks(size).enumerate().map(fragment).collect()
}

/// What was told, with the bytes kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Told {
    Opened,
    Data(End, u64, Vec<u8>, u64),
    Gap(End, u64, u64),
    Fin(End),
    Reset(End),
    Conflict(End, u64),
    Ended(Ending),
}

/// A sink that keeps everything, by the number of the connection.
#[derive(Debug, Default)]
pub(crate) struct Log {
    pub(crate) told: Vec<(u64, Told)>,
    pub(crate) flows: Vec<Flow>,
    pub(crate) warnings: Vec<Warning>,
}

impl Sink for Log {
    fn event(&mut self, flow: &Flow, event: Event<'_>) {
        let told = match event {
            Event::Opened { .. } => Told::Opened,
            Event::Data { from, offset, bytes, packet } => {
                Told::Data(from, offset, bytes.to_vec(), packet.number)
            }
            Event::Gap { from, offset, bytes, .. } => Told::Gap(from, offset, bytes),
            Event::Fin { from, .. } => Told::Fin(from),
            Event::Reset { from, .. } => Told::Reset(from),
            Event::Conflict { from, offset, .. } => Told::Conflict(from, offset),
            Event::Ended { ending, .. } => {
                self.flows.push(flow.clone());
                Told::Ended(ending)
            }
        };
        self.told.push((flow.number, told));
    }

    fn warning(&mut self, warning: Warning) {
        self.warnings.push(warning);
    }
}

impl Log {
    /// What was told of connection 1.
    pub(crate) fn first(&self) -> Vec<Told> {
        self.of(1)
    }

    /// What was told of one connection.
    pub(crate) fn of(&self, number: u64) -> Vec<Told> {
        let told = self.told.iter().filter(|(flow, _)| *flow == number);
        told.map(|(_, told)| told.clone()).collect()
    }

    /// The stream of one end of a connection; a byte that was not captured is a dot.
    pub(crate) fn stream(&self, number: u64, end: End) -> String {
        let mut bytes: Vec<u8> = Vec::new();
        for told in self.of(number) {
            match told {
                Told::Data(from, offset, data, _) if from == end => {
                    assert_eq!(offset, bytes.len() as u64, "data out of place");
                    bytes.extend(data);
                }
                Told::Gap(from, offset, len) if from == end => {
                    assert_eq!(offset, bytes.len() as u64, "gap out of place");
                    bytes.resize(bytes.len() + len as usize, b'.');
                }
                _ => {}
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }

    pub(crate) fn texts(&self) -> Vec<&str> {
        self.warnings.iter().map(|warning| &*warning.text).collect()
    }
}

/// Captures segments as raw IP and follows them to the end.
pub(crate) fn follow(made: &[Made]) -> Log {
    follow_within(Limits::default(), made)
}

pub(crate) fn follow_within(limits: Limits, made: &[Made]) -> Log {
    let packets: Vec<_> = made.iter().map(|made| (made.time, made.bytes(), made.cut)).collect();
    let mut flows = Flows::new(limits);
    let mut log = Log::default();
    for (index, (time, bytes, cut)) in packets.iter().enumerate() {
        let packet = Packet {
            number: index as u64 + 1,
            time: time.map(|nanos| Time { nanos, digits: 9 }),
            interface: 0,
            link: LinkType::RAW,
            bytes,
            original_len: (bytes.len() + cut) as u32,
        };
        flows.receive(&packet, &mut log);
    }
    flows.finish(&mut log);
    log
}

/// A packet of raw bytes.
pub(crate) fn packet(link: LinkType, bytes: &[u8]) -> Packet<'_> {
    let original_len = bytes.len() as u32;
    Packet { number: 1, time: None, interface: 0, link, bytes, original_len }
}
