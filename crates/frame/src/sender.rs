//! The sending half of a connection: messages in, bytes for the peer out.
//!
//! Everything is appended to one buffer, so that the answers to many small
//! messages leave in one write. A long message to many connections is not copied
//! for each of them: it stands beside the buffer, and leaves in the same write as
//! one of several [pieces](Sender::pieces).
//!
//! Book: chapters 7 and 9.

use crate::{
    Close, Header, Kind, Mask, Opcode, Reserved,
    connection::Event,
    decoder::MAX_CONTROL_PAYLOAD,
    deflate::{Deflater, Window},
    output::Output,
};
use std::{fmt, sync::Arc};

/// Encodes messages and keeps their bytes until they are transmitted.
pub struct Sender {
    role: Role,
    compressor: Option<Box<Compressor>>,
    output: Output,
    /// The newest ping whose answer waits for room.
    late: Option<Box<Late>>,
    /// A close frame was queued: nothing may follow but pongs.
    closed: bool,
}

/// Which end of the connection we are.
pub(crate) enum Role {
    Server,
    /// A client masks what it sends; each call gives a fresh key.
    Client(Box<dyn FnMut() -> Mask + Send>),
}

/// A ping that is not answered yet. Few peers ever have one.
struct Late {
    ping: Box<[u8]>,
}

/// How messages are compressed.
struct Compressor {
    deflater: Deflater,
    threshold: usize,
    scratch: Vec<u8>,
}

/// A call that would have broken the protocol. Nothing was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The closing handshake has begun (RFC 6455 5.5.1).
    #[error("the connection is closing: no message can be sent any more")]
    Closing,
    /// A control frame carries 125 bytes at most (RFC 6455 5.5).
    #[error("a ping or pong carries 125 bytes at most, not {len}")]
    ControlTooLong {
        /// How long it would have been.
        len: usize,
    },
    /// This code never travels (RFC 6455 7.4).
    #[error("the close code {code} may not be sent")]
    CloseCode {
        /// The code.
        code: u16,
    },
}

impl Sender {
    pub(crate) fn new(role: Role) -> Self {
        Sender { role, compressor: None, output: Output::default(), late: None, closed: false }
    }

    pub(crate) fn compressing(mut self, window: Window, level: u32, threshold: usize) -> Self {
        let deflater = Deflater::new(window, level);
        self.compressor = Some(Box::new(Compressor { deflater, threshold, scratch: Vec::new() }));
        self
    }

    /// Queues a message, ping or pong; a close begins the closing handshake.
    ///
    /// # Errors
    /// The call would break the protocol; nothing is queued.
    #[inline]
    pub fn send(&mut self, event: Event<'_>) -> Result<(), SendError> {
        self.send_in_fragments(event, usize::MAX)
    }

    /// Queues a message in frames of at most `most` bytes of payload. A control frame stays whole.
    ///
    /// # Errors
    /// As [`send`](Sender::send).
    #[inline]
    pub fn send_in_fragments(&mut self, event: Event<'_>, most: usize) -> Result<(), SendError> {
        if self.closed {
            return Err(SendError::Closing);
        }
        match event {
            Event::Text(text) => self.message(Opcode::Text, text.as_bytes(), most.max(1)),
            Event::Binary(bytes) => self.message(Opcode::Binary, bytes, most.max(1)),
            Event::Ping(payload) => self.control(Opcode::Ping, payload)?,
            Event::Pong(payload) => self.control(Opcode::Pong, payload)?,
            Event::Close(close) => self.close(close.as_ref())?,
        }
        Ok(())
    }

    /// Queues whole frames that [`encode`] has made: a server that tells many
    /// clients the same thing encodes it once. Long ones are not copied for each.
    ///
    /// # Errors
    /// The connection is closing.
    pub fn send_encoded(&mut self, frames: &Arc<[u8]>) -> Result<(), SendError> {
        if self.closed {
            return Err(SendError::Closing);
        }
        self.output.append(frames);
        Ok(())
    }

    /// Queues a text or binary message that many connections send: a long one is not
    /// copied for each. A text must be UTF-8.
    ///
    /// Where it is to be masked or compressed, it is a message like any other.
    ///
    /// # Errors
    /// The connection is closing.
    ///
    /// # Panics
    /// It is a control frame.
    pub fn send_shared(&mut self, kind: Kind, payload: &Arc<[u8]>) -> Result<(), SendError> {
        assert!(matches!(kind, Kind::Text | Kind::Binary), "only messages are for many");
        if self.closed {
            return Err(SendError::Closing);
        }
        if matches!(self.role, Role::Server) && !self.compresses(payload) {
            Header::new(kind.opcode(), payload.len() as u64).encode(self.output.own());
            self.output.append(payload);
        } else {
            self.message(kind.opcode(), payload, usize::MAX);
        }
        Ok(())
    }

    /// What is to be written to the peer next. It is all there is, unless messages
    /// were [shared](Sender::send_shared): then it is the first of the
    /// [`pieces`](Sender::pieces).
    #[inline]
    pub fn transmit(&self) -> &[u8] {
        self.output.first()
    }

    /// All that is to be written, in order: for a write of several pieces at once.
    pub fn pieces(&self) -> impl Iterator<Item = &[u8]> {
        self.output.pieces()
    }

    /// How many bytes are to be written.
    #[inline]
    pub fn waiting(&self) -> usize {
        self.output.len()
    }

    /// The first `len` bytes of [`transmit`](Sender::transmit), or of all the
    /// [`pieces`](Sender::pieces), were written.
    ///
    /// # Panics
    /// When there were not so many.
    #[inline]
    pub fn transmitted(&mut self, len: usize) {
        self.output.transmitted(len);
        if self.output.is_empty()
            && let Some(late) = self.late.take()
        {
            self.frame(Opcode::Pong, Reserved::NONE, true, &late.ping);
        }
    }

    /// Gives back the memory that a burst of messages needed.
    pub fn shrink(&mut self) {
        self.output.shrink();
        if let Some(compressor) = &mut self.compressor {
            compressor.deflater.shrink();
            compressor.scratch = Vec::new();
        }
    }

    /// Whether a message can still be sent.
    pub fn can_send(&self) -> bool {
        !self.closed
    }

    /// Answers a ping. A peer that pings without reading the answers gets only
    /// the newest one answered (RFC 6455 5.5.3), so that the output stays bounded.
    // ANCHOR: answer
    pub(crate) fn answer(&mut self, ping: &[u8]) {
        if self.waiting() < PONG_ROOM {
            self.frame(Opcode::Pong, Reserved::NONE, true, ping);
        } else {
            self.late = Some(Box::new(Late { ping: ping.into() }));
        }
    }
    // ANCHOR_END: answer

    pub(crate) fn close(&mut self, close: Option<&Close<'_>>) -> Result<(), SendError> {
        let mut payload = Vec::new();
        if let Some(close) = close {
            if !close.code.may_travel() {
                return Err(SendError::CloseCode { code: close.code.0 });
            }
            close.encode(&mut payload);
        }
        self.frame(Opcode::Close, Reserved::NONE, true, &payload);
        self.closed = true;
        Ok(())
    }

    fn control(&mut self, opcode: Opcode, payload: &[u8]) -> Result<(), SendError> {
        let len = payload.len();
        if len as u64 > MAX_CONTROL_PAYLOAD {
            return Err(SendError::ControlTooLong { len });
        }
        self.frame(opcode, Reserved::NONE, true, payload);
        Ok(())
    }

    fn compresses(&self, payload: &[u8]) -> bool {
        self.compressor.as_ref().is_some_and(|compressor| payload.len() >= compressor.threshold)
    }

    #[inline]
    fn message(&mut self, opcode: Opcode, payload: &[u8], most: usize) {
        match self.compressor.take() {
            Some(mut compressor) if payload.len() >= compressor.threshold => {
                compressor.scratch.clear();
                compressor.deflater.encode(payload, &mut compressor.scratch);
                self.fragments(opcode, Reserved::RSV1, &compressor.scratch, most);
                self.compressor = Some(compressor);
            }
            compressor => {
                self.compressor = compressor;
                self.fragments(opcode, Reserved::NONE, payload, most);
            }
        }
    }

    #[inline]
    fn fragments(&mut self, opcode: Opcode, rsv: Reserved, mut payload: &[u8], most: usize) {
        let (mut opcode, mut rsv) = (opcode, rsv);
        while payload.len() > most {
            let (fragment, rest) = payload.split_at(most);
            self.frame(opcode, rsv, false, fragment);
            (opcode, rsv, payload) = (Opcode::Continuation, Reserved::NONE, rest);
        }
        self.frame(opcode, rsv, true, payload);
    }

    // ANCHOR: frame
    #[inline]
    fn frame(&mut self, opcode: Opcode, rsv: Reserved, fin: bool, payload: &[u8]) {
        let mask = match &mut self.role {
            Role::Server => None,
            Role::Client(masks) => Some(masks()),
        };
        let header = Header::new(opcode, payload.len() as u64);
        encode_frame(&Header { fin, rsv, mask, ..header }, payload, self.output.own());
    }
    // ANCHOR_END: frame
}

/// How much output may wait before pings are answered together.
const PONG_ROOM: usize = 64 << 10;

/// Appends a message as one frame.
pub fn encode(kind: Kind, payload: &[u8], mask: Option<Mask>, out: &mut Vec<u8>) {
    let header = Header::new(kind.opcode(), payload.len() as u64);
    encode_frame(&Header { mask, ..header }, payload, out);
}

#[inline]
fn encode_frame(header: &Header, payload: &[u8], out: &mut Vec<u8>) {
    out.reserve(Header::MAX_LEN + payload.len());
    header.encode(out);
    let start = out.len();
    out.extend_from_slice(payload);
    if let Some(mask) = header.mask {
        mask.apply(0, &mut out[start..]);
    }
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender")
            .field("waiting", &self.waiting())
            .field("closed", &self.closed)
            .finish_non_exhaustive()
    }
}
