//! The two capture formats, as far as writing one needs them.

use std::io::{self, Write};

/// Which one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// The classic one, with microseconds.
    Pcap,
    /// The newer one, with nanoseconds.
    Pcapng,
}

/// Writes packets to a capture.
#[derive(Debug)]
pub struct Writer<W> {
    format: Format,
    out: W,
    written: u64,
}

const ETHERNET: u16 = 1;
const SNAPLEN: u32 = 262_144;

impl<W: Write> Writer<W> {
    /// Writes what stands before the first packet.
    ///
    /// # Errors
    /// What the writer answered.
    pub fn new(format: Format, out: W) -> io::Result<Self> {
        let mut writer = Writer { format, out, written: 0 };
        match format {
            Format::Pcap => {
                writer.write(&0xa1b2_c3d4_u32.to_le_bytes())?;
                writer.write(&[2, 0, 4, 0])?;
                writer.write(&[0; 8])?;
                writer.write(&SNAPLEN.to_le_bytes())?;
                writer.write(&u32::from(ETHERNET).to_le_bytes())?;
            }
            Format::Pcapng => {
                let section = [
                    &0x1a2b_3c4d_u32.to_le_bytes()[..],
                    &[1, 0, 0, 0],
                    &u64::MAX.to_le_bytes(), // the section's length is not given
                ];
                writer.block(0x0a0d_0d0a, &section)?;
                let interface = [
                    &ETHERNET.to_le_bytes()[..],
                    &[0; 2],
                    &SNAPLEN.to_le_bytes(),
                    &[9, 0, 1, 0, 9, 0, 0, 0], // if_tsresol: 10^-9 s
                    &[0; 4],
                ];
                writer.block(1, &interface)?;
            }
        }
        Ok(writer)
    }

    /// Writes a packet that was captured `nanos` after the beginning of 1970.
    ///
    /// # Errors
    /// What the writer answered.
    pub fn packet(&mut self, nanos: u64, packet: &[u8]) -> io::Result<()> {
        let len = (packet.len() as u32).to_le_bytes();
        match self.format {
            Format::Pcap => {
                let seconds = (nanos / 1_000_000_000) as u32;
                let micros = (nanos % 1_000_000_000 / 1_000) as u32;
                self.write(&seconds.to_le_bytes())?;
                self.write(&micros.to_le_bytes())?;
                self.write(&len)?;
                self.write(&len)?;
                self.write(packet)
            }
            Format::Pcapng => {
                let (high, low) = ((nanos >> 32) as u32, nanos as u32);
                let padding = &[0; 3][..packet.len().wrapping_neg() % 4];
                let fields = [[0; 4], high.to_le_bytes(), low.to_le_bytes(), len, len];
                self.block(6, &[fields.as_flattened(), packet, padding])
            }
        }
    }

    /// How many bytes were written.
    pub fn written(&self) -> u64 {
        self.written
    }

    /// Hands everything over.
    ///
    /// # Errors
    /// What the writer answered.
    pub fn finish(mut self) -> io::Result<()> {
        self.out.flush()
    }

    fn block(&mut self, kind: u32, parts: &[&[u8]]) -> io::Result<()> {
        let body: usize = parts.iter().map(|part| part.len()).sum();
        let len = (body as u32 + 12).to_le_bytes();
        self.write(&kind.to_le_bytes())?;
        self.write(&len)?;
        for part in parts {
            self.write(part)?;
        }
        self.write(&len)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.written += bytes.len() as u64;
        self.out.write_all(bytes)
    }
}
