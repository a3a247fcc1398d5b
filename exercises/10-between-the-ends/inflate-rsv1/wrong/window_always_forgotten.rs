//! Each message gets an empty window, whatever was agreed.

use crate::Refusal;
use flate2::{Decompress, FlushDecompress, Status};

/// What every sender cuts off, and every receiver puts back.
const TAIL: [u8; 4] = [0x00, 0x00, 0xff, 0xff];

/// How much room is made at a time.
const ROOM: usize = 4096;

/// Inflates the messages of one direction.
#[derive(Debug)]
pub struct Inflater {
    state: Decompress,
}

impl Inflater {
    /// With `takeover`, the window is kept from message to message.
    pub fn new(_takeover: bool) -> Self {
        Inflater { state: Decompress::new(false) }
    }

    /// Takes a whole message, and returns what the program gets.
    pub fn receive(
        &mut self,
        rsv1: bool,
        payload: &[u8],
        limit: usize,
    ) -> Result<Vec<u8>, Refusal> {
        if !rsv1 {
            return if payload.len() > limit { Err(Refusal::TooBig) } else { Ok(payload.to_vec()) };
        }
        self.state.reset(false);
        let input = [payload, &TAIL].concat();
        let mut rest = &input[..];
        let mut message = Vec::new();
        loop {
            message.reserve(ROOM);
            let taken = self.state.total_in();
            let status = self
                .state
                .decompress_vec(rest, &mut message, FlushDecompress::Sync)
                .map_err(|_| Refusal::Invalid)?;
            rest = &rest[(self.state.total_in() - taken) as usize..];
            if message.len() > limit {
                return Err(Refusal::TooBig);
            }
            if status == Status::StreamEnd {
                // A last block has ended the DEFLATE stream, and what follows begins a new one.
                self.state.reset(false);
            }
            let has_room = message.len() < message.capacity();
            if has_room && (rest.is_empty() || status == Status::BufError) {
                return Ok(message);
            }
        }
    }
}
