//! Capture files: pcap and pcapng, plain or inside gzip, from any reader.
//!
//! ```text
//! reader ─► 1 MiB at a time ─► record or block ─► Packet { number, time, bytes … }
//!           (the one buffer)                       borrowed from the buffer
//! ```
//!
//! A capture is read in one pass with constant memory. Damage never hides what
//! came before it: the packets end there, and a [`Warning`] says where and why.
//!
//! Book: chapter 13.

mod pcap;
mod pcapng;
mod sniff;
mod source;
mod window;

use crate::{LinkType, PacketRef, Time, Warning};
use pcap::Pcap;
use pcapng::PcapNg;
use source::Source;
use std::io::{self, Read};
use window::Window;

/// The longest record or block that is read whole.
const MAX_BLOCK: usize = 16 << 20;

/// How many warnings of one file are kept before they are only counted.
const MAX_WARNINGS: u64 = 16;

/// A capture being read.
#[derive(Debug)]
pub struct File<R> {
    window: Window<R>,
    format: Format,
    packets: u64,
    known_packets: u64,
    unknown_links: Vec<(LinkType, u64)>,
    warnings: Vec<Warning>,
    warned: u64,
    ended: bool,
}

/// Why a capture cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No byte came.
    #[error("the capture is empty")]
    Empty,
    /// It begins like a capture and ends within its first header.
    #[error("the capture is too short: {0} bytes, less than its first header has")]
    TooShort(usize),
    /// Its first bytes are no capture's.
    #[error("this is no pcap or pcapng capture: {0}")]
    Unrecognized(String),
    /// No interface of it has a link layer that is understood here.
    #[error("link type {} ({}) is not supported; supported are {}", .0.0, .0.name(), LinkType::SUPPORTED)]
    UnknownLinkType(LinkType),
    /// The reader failed.
    #[error("reading the capture failed: {0}")]
    Read(#[from] io::Error),
}

/// One captured packet, borrowed from the file's buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Packet<'a> {
    /// Its place in the capture, from 1.
    pub number: u64,
    /// When it was captured; a simple packet block has no time.
    pub time: Option<Time>,
    /// The interface it was captured on, from 0 in each section.
    pub interface: u32,
    /// What its first header is.
    pub link: LinkType,
    /// Its bytes, as far as they were captured.
    pub bytes: &'a [u8],
    /// How many bytes it had on the wire.
    pub original_len: u32,
}

impl Packet<'_> {
    /// Its number and time, to keep.
    #[inline]
    pub fn reference(&self) -> PacketRef {
        PacketRef { number: self.number, time: self.time }
    }
}

#[derive(Debug)]
enum Format {
    Pcap(Pcap),
    PcapNg(PcapNg),
}

/// What stands at the front of the window.
enum Step {
    /// Not enough; so many bytes are needed in all.
    Need(usize),
    /// So many bytes without a packet.
    Skip(usize, Option<Warning>),
    /// A block of so many bytes with a packet in it that cannot be used.
    BadPacket(usize, Warning),
    Packet(Found),
    /// Nothing that can be read.
    Lost(Warning),
}

/// Where a packet lies in the window, and its fields.
struct Found {
    skip: usize,
    len: usize,
    block: usize,
    time: Option<Time>,
    interface: u32,
    link: LinkType,
    original_len: u32,
}

impl<R: Read> File<R> {
    /// Opens a capture by its first bytes.
    ///
    /// # Errors
    /// An empty or very short source, one that is no capture (the error says
    /// what it looks like), a pcap file of an unknown link type, and the
    /// reader's own errors.
    pub fn open(source: R) -> Result<Self, Error> {
        let mut window = Window::new(Source::new(source)?);
        while window.bytes().len() < Pcap::HEADER && window.fill(Pcap::HEADER)? {}
        let first = window.bytes();
        if first.is_empty() {
            return Err(Error::Empty);
        }
        let format = if PcapNg::is_section(first) {
            Format::PcapNg(PcapNg::default())
        } else if let Some(pcap) = Pcap::decode(first) {
            if !pcap.link().is_supported() {
                return Err(Error::UnknownLinkType(pcap.link()));
            }
            window.consume(Pcap::HEADER);
            Format::Pcap(pcap)
        } else {
            return Err(sniff::refuse(first));
        };
        if let (Format::PcapNg(_), true) = (&format, window.bytes().len() < Pcap::HEADER) {
            return Err(Error::TooShort(window.bytes().len()));
        }
        Ok(File {
            window,
            format,
            packets: 0,
            known_packets: 0,
            unknown_links: Vec::new(),
            warnings: Vec::new(),
            warned: 0,
            ended: false,
        })
    }

    /// The next packet; `None` at the end.
    ///
    /// # Errors
    /// The reader's own errors; at the end, that no interface had a known link type.
    #[inline]
    pub fn next_packet(&mut self) -> Result<Option<Packet<'_>>, Error> {
        let found = loop {
            let offset = self.window.offset();
            let step = match &mut self.format {
                Format::Pcap(pcap) => pcap.step(self.window.bytes(), offset),
                Format::PcapNg(pcapng) => pcapng.step(self.window.bytes(), offset, self.ended),
            };
            match step {
                Step::Packet(found) => {
                    self.packets += 1;
                    self.window.consume(found.block);
                    if found.link.is_supported() {
                        break found;
                    }
                    self.pass_over(found.link);
                }
                other => {
                    if !self.advance(other)? {
                        return Ok(None);
                    }
                }
            }
        };
        self.known_packets += 1;
        Ok(Some(Packet {
            number: self.packets,
            time: found.time,
            interface: found.interface,
            link: found.link,
            bytes: self.window.consumed(found.block - found.skip, found.len),
            original_len: found.original_len,
        }))
    }

    /// What was odd about the file since the last call.
    pub fn take_warnings(&mut self) -> Vec<Warning> {
        std::mem::take(&mut self.warnings)
    }

    /// TLS secrets (NSS key logs) that the capture itself brought since the last call.
    pub fn take_secrets(&mut self) -> Vec<Vec<u8>> {
        match &mut self.format {
            Format::Pcap(_) => Vec::new(),
            Format::PcapNg(pcapng) => pcapng.take_secrets(),
        }
    }

    /// How many bytes of the source were read, compressed as they are: for a progress bar.
    pub fn position(&self) -> u64 {
        self.window.source().position()
    }

    /// Goes on after a step that gave no packet; says whether there is more.
    #[cold]
    fn advance(&mut self, step: Step) -> Result<bool, Error> {
        match step {
            Step::Need(len) => {
                if !self.ended && self.window.fill(len)? {
                    return Ok(true);
                }
                self.ended = true;
                if let Some(step) = self.cut_off() {
                    return self.advance(step);
                }
            }
            Step::Skip(len, warning) => {
                self.window.consume(len);
                warning.into_iter().for_each(|warning| self.warn(warning));
                return Ok(true);
            }
            Step::BadPacket(len, warning) => {
                self.packets += 1;
                self.window.consume(len);
                self.warn(warning);
                return Ok(true);
            }
            Step::Lost(warning) => {
                self.ended = true;
                self.window.consume(self.window.bytes().len());
                self.warn(warning);
            }
            Step::Packet(_) => unreachable!("a packet is handed out by the caller"),
        }
        self.finish()
    }

    /// The source ended within a packet: only in pcapng there can be more packets behind its front.
    fn cut_off(&mut self) -> Option<Step> {
        let left = self.window.bytes().len();
        let offset = self.window.offset();
        let cut_off = || {
            Warning::new(format!(
                "the capture is cut off: the {left} bytes from byte {offset} on are only the beginning of a packet"
            ))
        };
        match &mut self.format {
            Format::PcapNg(pcapng) => {
                if let Some(reason) = pcapng.take_lost() {
                    self.warn(reason);
                    self.window.consume(left);
                    return None;
                }
                (left >= 4)
                    .then(|| pcapng.lose(cut_off()))
                    .or_else(|| (left > 0).then(|| Step::Skip(left, Some(cut_off()))))
            }
            Format::Pcap(_) => (left > 0).then(|| Step::Skip(left, Some(cut_off()))),
        }
    }

    /// The end: says what was passed over.
    fn finish(&mut self) -> Result<bool, Error> {
        if let Some(damage) = self.window.source_mut().take_damage() {
            self.warn(damage);
        }
        let unknown = std::mem::take(&mut self.unknown_links);
        if let (Some((link, _)), 0) = (unknown.first(), self.known_packets) {
            return Err(Error::UnknownLinkType(*link));
        }
        for (link, packets) in unknown {
            self.warn(Warning::new(format!(
                "{packets} packets of an interface with link type {} ({}) were passed over: it is not supported",
                link.0,
                link.name(),
            )));
        }
        if self.warned > MAX_WARNINGS {
            let more = self.warned - MAX_WARNINGS;
            self.warned = 0;
            self.warnings.push(Warning::new(format!("{more} more oddities like these were found")));
        }
        Ok(false)
    }

    #[cold]
    fn pass_over(&mut self, link: LinkType) {
        // A file that uses more of them than this is garbage.
        const MAX_UNKNOWN: usize = 64;
        if let Some((_, packets)) = self.unknown_links.iter_mut().find(|(known, _)| *known == link)
        {
            *packets += 1;
        } else if self.unknown_links.len() < MAX_UNKNOWN {
            self.unknown_links.push((link, 1));
        }
    }

    fn warn(&mut self, warning: Warning) {
        self.warned += 1;
        if self.warned <= MAX_WARNINGS {
            self.warnings.push(warning);
        }
    }
}
