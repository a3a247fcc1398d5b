//! An endless stream of masked frames, as a server reads it from a socket.
//!
//! The frames lie in memory, no more of them than a second-level cache holds,
//! and come round again and again. Every reader pays for one copy out of it,
//! as it pays for one copy out of the kernel.

use crate::random::Random;
use frame::{Kind, Mask};
use std::{
    io::{self, Read, Write},
    pin::Pin,
    task::{Context, Poll},
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// What is in the payloads: some decoders are faster where text is only ASCII.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// A binary message.
    Binary,
    /// Text of one byte a character.
    Ascii,
    /// Text with a longer character in every line.
    Text,
}

impl Content {
    /// All of them.
    pub const ALL: [Content; 3] = [Content::Binary, Content::Ascii, Content::Text];

    /// How it is called in a table.
    pub fn name(self) -> &'static str {
        match self {
            Content::Binary => "binary",
            Content::Ascii => "ASCII",
            Content::Text => "text",
        }
    }

    fn kind(self) -> Kind {
        if self == Content::Binary { Kind::Binary } else { Kind::Text }
    }

    fn payload(self, len: usize) -> Vec<u8> {
        let line = match self {
            Content::Binary | Content::Ascii => "Switching Protocols, byte by byte: coffee. ",
            Content::Text => "Switching Protocols, byte by byte: 커피, café. ",
        };
        let mut text = line.repeat(len / line.len() + 1);
        text.truncate(text.floor_char_boundary(len));
        let mut payload = text.into_bytes();
        payload.resize(len, b'.');
        payload
    }
}

/// The stream. What is written to it is dropped.
#[derive(Debug)]
pub struct Source {
    frames: Vec<u8>,
    position: usize,
}

impl Source {
    /// About how many bytes of frames there are, where one frame is not longer.
    pub const LEN: usize = 512 << 10;

    /// Frames of one kind with payloads of one length, each with a masking key of its own.
    pub fn new(content: Content, len: usize) -> Self {
        let mut random = Random::new(1);
        let payload = content.payload(len);
        let mut frames = Vec::new();
        // Two at least: a client that repeats its masking key would be reported.
        for _ in 0..(Self::LEN / Self::frame_len(len)).max(2) {
            frame::encode(content.kind(), &payload, Some(Mask(random.bytes())), &mut frames);
        }
        Source { frames, position: 0 }
    }

    /// How many bytes one frame has.
    pub fn frame_len(len: usize) -> usize {
        let header = frame::Header::new(frame::Opcode::Binary, len as u64).masked(Mask([0; 4]));
        header.encoded_len() + len
    }

    /// Copies the next bytes to `out`; how many there were.
    #[inline]
    pub fn copy_to(&mut self, out: &mut [u8]) -> usize {
        if self.position == self.frames.len() {
            self.position = 0;
        }
        let next = &self.frames[self.position..];
        let len = next.len().min(out.len());
        out[..len].copy_from_slice(&next[..len]);
        self.position += len;
        len
    }

    /// Copies the next `out.len()` bytes.
    #[inline]
    pub fn fill(&mut self, out: &mut [u8]) {
        let mut filled = 0;
        while filled < out.len() {
            filled += self.copy_to(&mut out[filled..]);
        }
    }
}

impl Read for Source {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        Ok(self.copy_to(out))
    }
}

impl Write for Source {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl AsyncRead for Source {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let len = self.copy_to(out.initialize_unfilled());
        out.advance(len);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Source {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
