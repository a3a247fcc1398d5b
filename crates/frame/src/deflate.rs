//! permessage-deflate (RFC 7692): messages compressed with DEFLATE.
//!
//! ```text
//! "Hello"  deflate, flush   f2 48 cd c9 c9 07 00  00 00 ff ff
//!          tail cut off     f2 48 cd c9 c9 07 00
//! c1 07 f2 48 cd c9 c9 07 00
//! └ FIN 1, RSV1 1 (compressed), text
//! ```
//!
//! A flush ends with an empty stored block, `00 00 ff ff`, which the sender
//! cuts off and the receiver puts back (7.2.1, 7.2.2). With *context takeover*
//! a message may refer to the messages before it, so both ends keep a window
//! of what has passed; without, each message begins anew.
//!
//! ```
//! use frame::deflate::{Deflater, Inflater, Window};
//!
//! let mut deflater = Deflater::new(Window::default(), 6);
//! let mut compressed = Vec::new();
//! deflater.encode(b"Hello", &mut compressed);
//! assert_eq!(compressed, [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00]);
//!
//! let mut inflater = Inflater::new(Window::default());
//! let mut message = Vec::new();
//! inflater.receive(&compressed, &mut message, 1000)?;
//! inflater.finish(&mut message, 1000)?;
//! assert_eq!(message, b"Hello");
//! # Ok::<(), frame::deflate::InflateError>(())
//! ```
//!
//! Book: chapter 10.

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};
use std::fmt;

/// What was agreed on for one direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// How far back a compressed message may refer: `2^bits` bytes, 8 to 15.
    pub bits: u8,
    /// Whether a message may refer to the messages before it.
    pub takeover: bool,
}

impl Window {
    /// The same window without context takeover: each message begins anew.
    #[must_use]
    pub fn without_takeover(mut self) -> Self {
        self.takeover = false;
        self
    }
}

/// What holds where the handshake says nothing: 15 bits, with context takeover.
impl Default for Window {
    fn default() -> Self {
        Window { bits: 15, takeover: true }
    }
}

/// What permessage-deflate cuts off a flushed block, and puts back.
const TAIL: [u8; 4] = [0x00, 0x00, 0xff, 0xff];

/// The longest piece that is copied in front of its tail.
const SHORT: usize = 1024;

/// Why a message does not inflate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InflateError {
    /// It is no valid DEFLATE.
    #[error("{0}")]
    Invalid(String),
    /// It refers to bytes that were not seen.
    #[error("it refers to bytes that were not seen")]
    Unreadable,
    /// It is longer than it may be.
    #[error("it inflates to more than {limit} bytes")]
    TooBig {
        /// How long it may be.
        limit: u64,
    },
}

/// Inflates the messages of one direction.
///
/// Its state, about 40 KiB, is made with the first compressed message and then reused.
pub struct Inflater {
    window: Window,
    /// In a box, since many connections never need it.
    inflate: Option<Box<Decompress>>,
    /// What a message may refer to.
    history: History,
    /// The state is to be cleared before it takes more.
    stale: bool,
    /// A final block ended, and nothing came behind it.
    ended: bool,
}

/// Whether the bytes that a message may refer to were seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum History {
    /// All of them.
    Whole,
    /// Only the newest, so that a reference beyond them is nobody's fault.
    Newest,
}

impl Inflater {
    /// At the start of a stream.
    pub fn new(window: Window) -> Self {
        let history = History::Whole;
        Inflater { window, inflate: None, history, stale: false, ended: false }
    }

    /// Inflates the next piece of a message behind those before it in `out`,
    /// which holds nothing else.
    ///
    /// # Errors
    /// It does not inflate, or not to `limit` bytes or less. The rest of the
    /// message is then lost: call [`lose`](Inflater::lose).
    pub fn receive(
        &mut self,
        piece: &[u8],
        out: &mut Vec<u8>,
        limit: u64,
    ) -> Result<(), InflateError> {
        self.inflate(piece, 0, out, limit)
    }

    /// [`receive`](Inflater::receive) and [`finish`](Inflater::finish) of the
    /// last piece. For a short one it is one call of inflate instead of two,
    /// which is half of its cost.
    ///
    /// # Errors
    /// As [`receive`](Inflater::receive).
    pub fn receive_last(
        &mut self,
        piece: &[u8],
        out: &mut Vec<u8>,
        limit: u64,
    ) -> Result<(), InflateError> {
        let len = piece.len();
        // The header of the empty block, 000, and padding: so ends what was flushed.
        let flushed = piece.last().is_some_and(|last| last & 0xe0 == 0);
        if len > SHORT || !flushed {
            self.receive(piece, out, limit)?;
            return self.finish(out, limit);
        }
        let mut whole = [0; SHORT + TAIL.len()];
        let whole = &mut whole[..len + TAIL.len()];
        whole[..len].copy_from_slice(piece);
        whole[len..].copy_from_slice(&TAIL);
        self.inflate(whole, TAIL.len(), out, limit)?;
        self.settle();
        Ok(())
    }

    /// Inflates a piece whose last `tail` bytes are the tail.
    fn inflate(
        &mut self,
        mut piece: &[u8],
        tail: usize,
        out: &mut Vec<u8>,
        limit: u64,
    ) -> Result<(), InflateError> {
        let inflate = self.inflate.get_or_insert_with(|| Box::new(Decompress::new(false)));
        if self.stale {
            inflate.reset(false);
            self.stale = false;
        }
        self.ended &= piece.is_empty();
        loop {
            make_room(out, piece.len(), limit);
            let (taken, made) = (inflate.total_in(), out.len());
            let status = match inflate.decompress_vec(piece, out, FlushDecompress::Sync) {
                Ok(status) => status,
                Err(error) => {
                    let detail = error.message().unwrap_or_default();
                    // Where output ran out at the same byte, the next call does not
                    // say the reason any more: it gets the benefit of the doubt.
                    let is_masked = detail.is_empty() || detail.ends_with("bad state");
                    let too_far = detail.ends_with("too far back");
                    return Err(match self.history {
                        History::Newest if too_far || is_masked => InflateError::Unreadable,
                        _ if is_masked => InflateError::Invalid("not a DEFLATE stream".into()),
                        _ => InflateError::Invalid(detail.to_owned()),
                    });
                }
            };
            if out.len() as u64 > limit {
                return Err(InflateError::TooBig { limit });
            }
            let taken = (inflate.total_in() - taken) as usize;
            piece = &piece[taken..];
            if status == Status::StreamEnd {
                // A block with BFINAL: legal, and another stream may follow in the same message
                // (7.2.3.4). Its sender may or may not begin with a fresh window.
                inflate.reset(false);
                self.ended = piece.len() <= tail;
                self.history = History::Newest;
                let known = &out[out.len().saturating_sub(1 << 15)..];
                // The only error is a wrong checksum, which a raw stream does not have.
                let _ = inflate.set_dictionary(known);
                if self.ended {
                    return Ok(());
                }
            } else if taken == 0 && out.len() == made && !piece.is_empty() {
                return Err(InflateError::Invalid("the stream does not go on".to_owned()));
            }
            if piece.is_empty() && out.len() < out.capacity() {
                return Ok(());
            }
        }
    }

    /// Ends a message.
    ///
    /// # Errors
    /// As [`receive`](Inflater::receive).
    pub fn finish(&mut self, out: &mut Vec<u8>, limit: u64) -> Result<(), InflateError> {
        if !self.ended {
            let len = out.len();
            self.receive(&TAIL, out, limit)?;
            // The tail is the end of an empty block. Where it makes bytes, it was taken for data.
            if out.len() > len {
                let detail = "the message ends inside a block".to_owned();
                return Err(InflateError::Invalid(detail));
            }
        }
        self.settle();
        Ok(())
    }

    /// Gets ready for the next message.
    fn settle(&mut self) {
        self.ended = false;
        self.stale = !self.window.takeover;
        let seen = self.inflate.as_ref().map_or(0, |inflate| inflate.total_out());
        if self.stale || seen >= 1 << 15 {
            self.history = History::Whole;
        }
    }

    /// Forgets what was seen, since some of the stream was not: a message was
    /// cut or given up. With context takeover the following messages are
    /// readable as far as they refer to each other only.
    pub fn lose(&mut self) {
        self.stale = self.inflate.is_some();
        self.ended = false;
        if self.window.takeover {
            self.history = History::Newest;
        }
    }

    /// Between two messages: gives the state back, unless the next message may
    /// refer to what is in it. With context takeover it stays.
    pub fn shrink(&mut self) {
        if self.stale {
            self.inflate = None;
            self.stale = false;
        }
    }
}

impl fmt::Debug for Inflater {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inflater")
            .field("window", &self.window)
            .field("history", &self.history)
            .finish_non_exhaustive()
    }
}

// ANCHOR: make_room
/// Grows `out` where it is full: twofold, and one byte beyond the limit at most,
/// so that a message over it is noticed there.
fn make_room(out: &mut Vec<u8>, piece: usize, limit: u64) {
    if out.len() < out.capacity() {
        return;
    }
    let limit = usize::try_from(limit).unwrap_or(usize::MAX).saturating_add(1);
    let wanted = out.len().max(piece.saturating_mul(3)).max(256);
    out.reserve_exact(wanted.min(limit.saturating_sub(out.len())).max(1));
}
// ANCHOR_END: make_room

/// Compresses the messages of one direction.
///
/// Its state, about 300 KiB with the widest window, is made with the first
/// message and then reused.
pub struct Deflater {
    window: Window,
    level: u32,
    /// In a box, since many connections never need it.
    deflate: Option<Box<Compress>>,
}

impl Deflater {
    /// At the start of a stream; `level` is 1, the fastest, to 9, the smallest.
    pub fn new(window: Window, level: u32) -> Self {
        Deflater { window, level, deflate: None }
    }

    // ANCHOR: encode
    /// Appends the message, compressed.
    pub fn encode(&mut self, message: &[u8], out: &mut Vec<u8>) {
        if message.is_empty() {
            // An empty block without its tail (7.2.3.6). Nothing is left to flush for the next one.
            out.push(0x00);
            return;
        }
        let deflate = self.deflate.get_or_insert_with(|| {
            // zlib has no window of 256 bytes. With 512 it refers back 250 bytes at most, since it
            // keeps 262 for what it looks ahead, and that is within both.
            let bits = self.window.bits.clamp(9, 15);
            Box::new(Compress::new_with_window_bits(Compression::new(self.level), false, bits))
        });
        // What does not compress is stored, five bytes a block.
        out.reserve(message.len() + message.len() / 1000 + 64);
        let mut rest = message;
        loop {
            let before = deflate.total_in();
            deflate
                .compress_vec(rest, out, FlushCompress::Sync)
                .expect("a compressor takes any bytes in any state between two calls");
            rest = &rest[(deflate.total_in() - before) as usize..];
            // The flush is done when it has left room.
            if rest.is_empty() && out.len() < out.capacity() {
                break;
            }
            out.reserve(out.len().max(64));
        }
        debug_assert!(out.ends_with(&TAIL), "a flush ends with an empty stored block");
        out.truncate(out.len() - TAIL.len());
        if !self.window.takeover {
            deflate.reset();
        }
    }
    // ANCHOR_END: encode

    /// Gives the state back. The next message refers to none before it, which is
    /// always allowed.
    pub fn shrink(&mut self) {
        self.deflate = None;
    }
}

impl fmt::Debug for Deflater {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deflater")
            .field("window", &self.window)
            .field("level", &self.level)
            .finish_non_exhaustive()
    }
}
