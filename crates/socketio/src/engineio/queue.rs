//! The packets that wait for their way out, within bounds.

use crate::engineio::{Frame, payload};
use std::collections::VecDeque;

/// Frames in order, and how much memory they hold on to.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    frames: VecDeque<Frame>,
    bytes: usize,
}

impl Queue {
    /// Appends all of these or, where they would hold more than `most` bytes
    /// together with what waits already, none.
    pub(crate) fn try_push(&mut self, frames: &[Frame], most: usize) -> bool {
        let more: usize = frames.iter().map(weight).sum();
        let fits = self.bytes.saturating_add(more) <= most;
        if fits {
            self.bytes += more;
            self.frames.extend(frames.iter().cloned());
        }
        fits
    }

    /// Appends a packet of the protocol itself. They are small, and never many.
    pub(crate) fn push(&mut self, frame: Frame) {
        self.bytes += weight(&frame);
        self.frames.push_back(frame);
    }

    /// Takes the first.
    pub(crate) fn pop(&mut self) -> Option<Frame> {
        let frame = self.frames.pop_front()?;
        self.bytes -= weight(&frame);
        Some(frame)
    }

    /// Takes as many of the first as fit into a payload of `most` bytes.
    pub(crate) fn pop_payload(&mut self, most: usize) -> String {
        let count = payload::fitting(&self.frames, most);
        let payload = payload::encode(self.frames.iter().take(count));
        self.bytes -= self.frames.drain(..count).map(|frame| weight(&frame)).sum::<usize>();
        payload
    }

    pub(crate) fn clear(&mut self) {
        *self = Queue::default();
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }
}

/// What a frame holds on to: many small ones are no way around the bound.
fn weight(frame: &Frame) -> usize {
    size_of::<Frame>()
        + match frame {
            Frame::Text(text) => text.len(),
            Frame::Binary(bytes) => bytes.len(),
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_all_frames_or_none() {
        let frames = [Frame::message("a"), Frame::binary([1, 2, 3])];
        let both: usize = frames.iter().map(weight).sum();
        let mut queue = Queue::default();
        assert!(!queue.try_push(&frames, both - 1));
        assert!(queue.is_empty());
        assert!(queue.try_push(&frames, both));
        assert!(!queue.try_push(&frames[..1], both));
        assert_eq!(queue.bytes(), both);
    }

    #[test]
    fn counts_what_it_gives_back() {
        let mut queue = Queue::default();
        for text in ["a", "b", "c", "d"] {
            queue.push(Frame::message(text));
        }
        assert_eq!(queue.pop(), Some(Frame::message("a")));
        assert_eq!(queue.pop_payload(5), "4b\x1e4c");
        assert_eq!(queue.pop_payload(1), "4d");
        assert_eq!((queue.bytes(), queue.pop()), (0, None));
    }
}
