//! Many connections at once, as a server's network card sees them.

use crate::{file::Writer, payload::Payloads, random::Random, talk::Talk};
use std::io::{self, Write};

/// What to make.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// How long the messages are.
    pub mix: Mix,
    /// Whether they are compressed.
    pub deflate: bool,
    /// How many connections are open at the same time.
    pub connections: usize,
    /// Which of the many possible captures.
    pub seed: u64,
}

/// How long the messages are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Mix {
    /// Mostly 20 bytes to 4 KiB, some of 16 to 64 KiB.
    Chat,
    /// 20 to 200 bytes.
    Small,
    /// 16 KiB to 1 MiB.
    Large,
}

impl Mix {
    /// The length of a message.
    pub fn len(self, random: &mut Random) -> usize {
        match self {
            Mix::Chat => match random.between(0, 99) {
                0..85 => random.spread(20, 1_024),
                85..98 => random.between(1_024, 4_096),
                _ => random.between(16 << 10, 64 << 10),
            },
            Mix::Small => random.between(20, 200),
            Mix::Large => random.spread(16 << 10, 1 << 20),
        }
    }

    /// How many writes a connection has.
    pub(crate) fn acts(self, random: &mut Random) -> usize {
        match self {
            Mix::Chat | Mix::Small => random.between(50, 2_000),
            Mix::Large => random.between(5, 50),
        }
    }
}

/// What was made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Made {
    /// Bytes of the capture.
    pub bytes: u64,
    /// Packets.
    pub packets: u64,
    /// Connections.
    pub connections: u64,
    /// WebSocket messages, control frames included.
    pub messages: u64,
}

/// The capture begins on 2026-11-22 at 03:44:05 UTC.
const BEGIN: u64 = 1_795_319_045_000_000_000;

/// Writes a capture of `bytes` bytes, and a few more: the connections that are
/// open then come to their end.
///
/// # Errors
/// What the writer answered.
pub fn write<W: Write>(
    options: &Options,
    bytes: u64,
    mut out: Writer<W>,
    mut progress: impl FnMut(u64),
) -> io::Result<Made> {
    let mut random = Random::new(options.seed);
    let payloads = Payloads::new(&mut random);
    let mut made = Made::default();
    let mut nanos = BEGIN;
    let mut packet = Vec::new();
    let mut open = Vec::new();
    loop {
        while open.len() < options.connections.max(1) && out.written() < bytes {
            open.push(Talk::new(client(made.connections), options, &mut random));
            made.connections += 1;
        }
        if out.written() >= bytes {
            open.iter_mut().for_each(Talk::wind_up);
        }
        if open.is_empty() {
            break;
        }
        let index = random.between(0, open.len() - 1);
        // A few packets in a row, as they come from one host.
        for _ in 0..random.between(1, 6) {
            nanos += random.between(1_000, 200_000) as u64;
            let clock = (nanos / 1_000_000) as u32;
            let step = open[index].step(clock, &payloads, options, &mut random, &mut packet);
            out.packet(nanos, &packet)?;
            made.packets += 1;
            made.messages += step.messages;
            if step.is_last {
                open.swap_remove(index);
                break;
            }
        }
        progress(out.written());
    }
    made.bytes = out.written();
    out.finish()?;
    Ok(made)
}

/// No two connections of a capture have the same address and port.
fn client(number: u64) -> ([u8; 4], u16) {
    let [.., high, low] = (number / 16_384).to_be_bytes();
    ([198, 18, high, low], 49_152 + (number % 16_384) as u16)
}
