//! Captured packets to TCP byte streams that remember which packet each byte came from.
//!
//! ```text
//! pcap, pcapng, gzip ─► File ─► Packet ─► Segment ─► Flows ─► Sink: Opened, Data, Gap, Fin, Reset, Ended
//!                       1 MiB   borrowed  borrowed   one Reassembly a direction
//! ```
//!
//! ```
//! use capture::{Event, File, Flow, Flows, Limits, Sink, Warning};
//!
//! /// Counts the bytes of all streams.
//! #[derive(Default)]
//! struct Bytes(usize);
//!
//! impl Sink for Bytes {
//!     fn event(&mut self, flow: &Flow, event: Event<'_>) {
//!         if let Event::Data { from, offset, bytes, packet } = event {
//!             let source = flow.address(from);
//!             println!("{source} sent bytes {offset}.. with packet {}", packet.number);
//!             self.0 += bytes.len();
//!         }
//!     }
//!     fn warning(&mut self, warning: Warning) {
//!         println!("{warning}");
//!     }
//! }
//!
//! # let capture = include_bytes!("../../../fixtures/captures/chromium-chat.pcapng");
//! let mut file = File::open(&capture[..])?;
//! let mut flows = Flows::new(Limits::default());
//! let mut bytes = Bytes::default();
//! while let Some(packet) = file.next_packet()? {
//!     flows.receive(&packet, &mut bytes);
//! }
//! flows.finish(&mut bytes);
//! file.take_warnings().into_iter().for_each(|warning| bytes.warning(warning));
//! assert!(bytes.0 > 0);
//! # Ok::<(), capture::file::Error>(())
//! ```
//!
//! - [`mod@file`]: packets from pcap and pcapng, plain or in gzip, in constant memory.
//! - [`link`]: what stands before the IP header.
//! - [`packet`]: IP and TCP headers.
//! - [`mod@describe`]: every byte of a packet, named.
//! - [`fragment`]: IP packets in fragments, put together again.
//! - [`reassembly`]: one direction of a connection.
//! - [`flow`]: connections, with both their streams.
//! - [`time`], [`warning`]: when a packet was captured; what is odd about a capture.
//!
//! # What this crate does not do
//! It opens no file and no interface; it takes any [`Read`](std::io::Read). It
//! checks no checksum, since machines that capture themselves leave them
//! unfilled. It knows nothing of what the streams carry, and of UDP, tunnels
//! and encrypted IP it knows nothing at all.
//!
//! Book: chapter 13.

pub mod describe;
pub mod file;
pub mod flow;
pub mod fragment;
pub mod link;
pub mod packet;
pub mod reassembly;
pub mod time;
pub mod warning;

pub use describe::describe;
pub use file::{File, Packet};
pub use flow::{End, Ending, Event, Flow, Flows, Limits, Patience, Sink, Traffic};
pub use link::LinkType;
pub use packet::{Flags, Malformed, Segment};
pub use reassembly::Reassembly;
pub use time::Time;
pub use warning::Warning;

/// A packet's number in the capture, from 1, and its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PacketRef {
    /// Its place in the capture, from 1.
    pub number: u64,
    /// When it was captured, if the capture says.
    pub time: Option<Time>,
}
