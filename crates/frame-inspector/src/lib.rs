//! Explains captured HTTP and WebSocket traffic: bytes in, events out.
//!
//! ```text
//! packets ─► capture ─► streams ─► Conversation ─► Event ─► Filter ─► text, JSON, bytes, summary
//!                                  ├ http1, handshake        (views draw, they decode nothing)
//!                                  └ frame
//! ```
//!
//! ```
//! use frame_inspector::{Inspector, Options, event::{Event, What}};
//!
//! # let capture = &include_bytes!("../../../fixtures/captures/chromium-chat.pcapng")[..];
//! let mut messages = 0;
//! let mut count = |event: &Event<'_>| {
//!     if let What::Message { .. } = event.what {
//!         messages += 1;
//!     }
//! };
//! let mut file = capture::File::open(capture)?;
//! let mut inspector = Inspector::new(Options::default());
//! while let Some(packet) = file.next_packet()? {
//!     inspector.packet(&packet, &mut count);
//! }
//! inspector.finish(&mut count);
//! assert!(messages > 0);
//! # Ok::<(), capture::file::Error>(())
//! ```
//!
//! - [`Inspector`]: the whole way from a packet to events.
//! - [`event`]: what can be found; [`event::Sink`] takes it.
//! - [`verdict`], [`ledger`]: why a connection ended; where its bytes went.
//! - [`explain`](mod@explain): bytes given by hand.
//! - [`filter`]: chooses events.
//! - [`view`]: the drawings.
//! - [`command`]: the command line, and what it prints.
//!
//! # What this crate does not do
//! It decodes no byte itself: frames, heads and segments are the ground's
//! business. It never invents: what is not in the capture is said to be missing.
//!
//! Book: chapter 13.

pub mod command;
pub mod event;
pub mod explain;
pub mod filter;
pub mod ledger;
pub mod verdict;
pub mod view;

mod conversation;
mod heartbeat;
mod http;
mod inspector;
mod line;
mod lock;
mod sniff;
mod trail;
mod unsettled;
mod websocket;

pub use inspector::{Inspector, inspect_transcript};

use wire::Rule;

/// What to tell beyond the conversation.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Every WebSocket frame as an event of its own.
    pub frames: bool,
    /// Every byte, explained.
    pub bytes: bool,
}

/// The rules of what is decoded here, in the order in which bytes meet them.
pub fn rules() -> Vec<&'static Rule> {
    [http1::RULES, handshake::RULES, frame::RULES].concat()
}
