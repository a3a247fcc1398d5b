//! One connection, from SYN to the last FIN, packet by packet.
//!
//! ```text
//! SYN ─► SYN-ACK ─► request ─► 101 ─► messages, pings and pongs … ─► close ─► close ─► FIN ─► FIN
//! ```

use crate::{
    packet::{Fields, MAX_PIECE, flag},
    payload::Payloads,
    random::Random,
    traffic::{Mix, Options},
};
use frame::{
    Header, Kind, Mask, Reserved,
    deflate::{Deflater, Window},
};
use handshake::{Offer, server};
use wire::{Side, Sides};

/// A connection that is going on.
#[derive(Debug)]
pub struct Talk {
    client: ([u8; 4], u16),
    /// The next sequence number of each side.
    sequence: Sides<u32>,
    stage: Stage,
    /// What one side is writing.
    act: Act,
    /// How many packets of it were not acknowledged yet.
    unacknowledged: u32,
    deflaters: Option<Sides<Deflater>>,
}

/// What comes when the act is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    SynAck,
    Request,
    Response,
    Talk { acts: usize },
    Pong { acts: usize },
    CloseAnswer,
    FirstFin,
    SecondFin,
    Over,
}

/// One write of one side; TCP cuts it into packets.
#[derive(Debug)]
struct Act {
    from: Side,
    flags: u8,
    bytes: Vec<u8>,
    sent: usize,
    /// How many frames it has.
    messages: u64,
    is_over: bool,
}

/// What a step of a connection is.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// How many WebSocket messages were written whole with it.
    pub messages: u64,
    /// Whether the connection is over with it.
    pub is_last: bool,
}

impl Talk {
    /// A connection of this client, before its SYN.
    pub fn new(client: ([u8; 4], u16), options: &Options, random: &mut Random) -> Self {
        let window = Window::default();
        Talk {
            client,
            sequence: Sides { client: random.number() as u32, server: random.number() as u32 },
            stage: Stage::SynAck,
            act: Act { flags: flag::SYN, ..Act::new(Side::Client) },
            unacknowledged: 0,
            deflaters: options.deflate.then(|| Sides::each(|_| Deflater::new(window, 6))),
        }
    }

    /// Writes the connection's next packet.
    pub fn step(
        &mut self,
        clock: u32,
        payloads: &Payloads,
        options: &Options,
        random: &mut Random,
        packet: &mut Vec<u8>,
    ) -> Step {
        let from = self.act.from;
        let mut step = Step { messages: 0, is_last: false };
        let has_rest = !self.act.is_over;
        if self.unacknowledged == 2 || (self.unacknowledged > 0 && !has_rest) {
            self.unacknowledged = 0;
            self.fields(from.other(), flag::ACK, clock).encode(&[], packet);
        } else if has_rest {
            self.encode_piece(clock, packet);
            if self.act.is_over {
                step.messages = self.act.messages;
            }
        }
        if self.act.is_over && self.unacknowledged == 0 {
            step.is_last = self.stage == Stage::Over;
            self.go_on(payloads, options, random);
        }
        step
    }

    /// Says nothing new any more: what is being written ends, then comes the close.
    pub fn wind_up(&mut self) {
        if let Stage::Talk { acts } | Stage::Pong { acts } = &mut self.stage {
            *acts = 0;
        }
    }

    fn fields(&self, from: Side, flags: u8, clock: u32) -> Fields {
        Fields {
            client: self.client,
            from,
            sequence: *self.sequence.of(from),
            acknowledgment: match flags & flag::ACK {
                0 => 0,
                _ => *self.sequence.of(from.other()),
            },
            flags,
            clock,
        }
    }

    /// Writes the next packet of the act.
    fn encode_piece(&mut self, clock: u32, packet: &mut Vec<u8>) {
        let Act { from, flags, sent, .. } = self.act;
        let end = self.act.bytes.len().min(sent + MAX_PIECE);
        let is_last = end == self.act.bytes.len();
        let push = if is_last && end > 0 { flag::PSH } else { 0 };
        let fields = self.fields(from, flags | push, clock);
        fields.encode(&self.act.bytes[sent..end], packet);
        // SYN and FIN take a number each.
        let turn = u32::from(flags & (flag::SYN | flag::FIN) != 0);
        let number = self.sequence.of_mut(from);
        *number = number.wrapping_add((end - sent) as u32 + turn);
        self.act.sent = end;
        self.act.is_over = is_last;
        // A SYN is acknowledged by the other side's, and that one by an ACK.
        if flags != flag::SYN {
            self.unacknowledged += 1;
        }
    }

    /// Decides what is written next.
    fn go_on(&mut self, payloads: &Payloads, options: &Options, random: &mut Random) {
        let Act { from, mut bytes, .. } = std::mem::replace(&mut self.act, Act::new(Side::Client));
        match self.stage {
            // The request tells what key to answer, so its bytes stay for one stage more.
            Stage::Response => {}
            _ => bytes.clear(),
        }
        self.act.bytes = bytes;
        match self.stage {
            Stage::SynAck => {
                self.act.from = Side::Server;
                self.act.flags = flag::SYN | flag::ACK;
                self.stage = Stage::Request;
            }
            Stage::Request => {
                self.write_request(random);
                self.stage = Stage::Response;
            }
            Stage::Response => {
                self.act.from = Side::Server;
                self.write_response();
                self.stage = Stage::Talk { acts: options.mix.acts(random) };
            }
            Stage::Talk { acts: 0 } => {
                self.write_frame(Kind::Close, b"\x03\xe8done", random);
                self.stage = Stage::CloseAnswer;
            }
            Stage::Talk { acts } => {
                self.act.from = if random.percent(40) { Side::Client } else { Side::Server };
                if random.percent(2) {
                    self.act.from = Side::Server;
                    self.write_frame(Kind::Ping, b"are you there?", random);
                    self.stage = Stage::Pong { acts };
                } else {
                    self.write_messages(payloads, options.mix, random);
                    self.stage = Stage::Talk { acts: acts - 1 };
                }
            }
            Stage::Pong { acts } => {
                self.write_frame(Kind::Pong, b"are you there?", random);
                self.stage = Stage::Talk { acts };
            }
            Stage::CloseAnswer => {
                self.act.from = Side::Server;
                self.write_frame(Kind::Close, b"\x03\xe8", random);
                self.stage = Stage::FirstFin;
            }
            Stage::FirstFin => {
                self.act.from = Side::Server;
                self.act.flags |= flag::FIN;
                self.stage = Stage::SecondFin;
            }
            Stage::SecondFin => {
                self.act.from = from.other();
                self.act.flags |= flag::FIN;
                self.stage = Stage::Over;
            }
            Stage::Over => {}
        }
    }

    fn write_request(&mut self, random: &mut Random) {
        let deflate = self.deflaters.iter().map(|_| handshake::deflate::Offer::default());
        let offer = Offer { deflate: deflate.collect(), ..Offer::new("example.com:8080", "/chat") };
        let request = offer.request(random.bytes()).expect("the offer keeps to the rules");
        request.encode(&mut self.act.bytes);
    }

    fn write_response(&mut self) {
        let (request, _) = http1::Request::decode(&self.act.bytes)
            .ok()
            .flatten()
            .expect("the request was written by this program");
        let deflate = self.deflaters.as_ref().map(|_| handshake::deflate::Policy::default());
        let config = server::Config { deflate, ..server::Config::default() };
        let (response, _) =
            server::accept(&request, &config).expect("the request keeps to the rules");
        self.act.bytes.clear();
        response.encode(&mut self.act.bytes);
    }

    /// Writes a message, or a few small ones at once.
    fn write_messages(&mut self, payloads: &Payloads, mix: Mix, random: &mut Random) {
        let mut text = Vec::new();
        loop {
            let len = mix.len(random);
            if random.percent(70) {
                text.clear();
                payloads.text(len, random, &mut text);
                self.write_frame(Kind::Text, &text, random);
            } else {
                let bytes = payloads.binary(len, random);
                self.write_frame(Kind::Binary, bytes, random);
            }
            if self.act.bytes.len() > 512 || random.percent(60) {
                return;
            }
        }
    }

    fn write_frame(&mut self, kind: Kind, payload: &[u8], random: &mut Random) {
        let from = self.act.from;
        let mask = (from == Side::Client).then(|| Mask(random.bytes()));
        self.act.messages += 1;
        let out = &mut self.act.bytes;
        match &mut self.deflaters {
            Some(deflaters) if !kind.opcode().is_control() => {
                let mut compressed = Vec::new();
                deflaters.of_mut(from).encode(payload, &mut compressed);
                let header = Header::new(kind.opcode(), compressed.len() as u64);
                Header { mask, rsv: Reserved::RSV1, ..header }.encode(out);
                if let Some(mask) = mask {
                    mask.apply(0, &mut compressed);
                }
                out.extend_from_slice(&compressed);
            }
            _ => frame::encode(kind, payload, mask, out),
        }
    }
}

impl Act {
    fn new(from: Side) -> Self {
        Act { from, flags: flag::ACK, bytes: Vec::new(), sent: 0, messages: 0, is_over: false }
    }
}
