//! One answer.

use crate::{Event, Frame, Opcode, Refusal};

/// Makes messages out of the frames of one direction.
#[derive(Debug)]
pub struct Assembly {
    limit: usize,
    begun: Option<Message>,
}

/// A message whose end has not come yet.
#[derive(Debug)]
struct Message {
    is_text: bool,
    payload: Vec<u8>,
}

impl Assembly {
    /// Nothing has begun. A message may have up to `limit` bytes.
    pub fn new(limit: usize) -> Self {
        Assembly { limit, begun: None }
    }

    /// Takes the next frame, and returns what a program is told now, if anything.
    pub fn receive(&mut self, frame: Frame) -> Result<Option<Event>, Refusal> {
        let Frame { fin, opcode, payload } = frame;
        let message = match (opcode, self.begun.take()) {
            (Opcode::Close | Opcode::Ping | Opcode::Pong, begun) => {
                self.begun = begun;
                return Ok(Some(Event::Control(opcode, payload)));
            }
            (Opcode::Continuation, None) => return Err(Refusal::UnexpectedContinuation),
            (Opcode::Continuation, Some(mut message)) => {
                self.check_room(message.payload.len(), payload.len())?;
                message.payload.extend(payload);
                message
            }
            (Opcode::Text | Opcode::Binary, Some(_)) => return Err(Refusal::ExpectedContinuation),
            (Opcode::Text | Opcode::Binary, None) => {
                self.check_room(0, payload.len())?;
                Message { is_text: opcode == Opcode::Text, payload }
            }
        };
        if !fin {
            self.begun = Some(message);
            return Ok(None);
        }
        Ok(Some(match message {
            Message { is_text: true, payload } => Event::Text(payload),
            Message { is_text: false, payload } => Event::Binary(payload),
        }))
    }

    fn check_room(&self, taken: usize, more: usize) -> Result<(), Refusal> {
        if more > self.limit - taken { Err(Refusal::TooBig) } else { Ok(()) }
    }
}
