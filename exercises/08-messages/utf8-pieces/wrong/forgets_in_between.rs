//! What was begun is forgotten when the next piece does not finish it.

use crate::Invalid;
use std::str;

/// Checks one message of text, piece by piece.
#[derive(Debug, Default)]
pub struct Utf8 {
    /// The beginning of a character that was cut: up to three bytes.
    begun: Vec<u8>,
}

impl Utf8 {
    /// Takes the next piece of the message.
    pub fn receive(&mut self, mut piece: &[u8]) -> Result<(), Invalid> {
        if !self.begun.is_empty() {
            while let Some((&next, rest)) = piece.split_first() {
                self.begun.push(next);
                piece = rest;
                if unfinished(&self.begun)? == 0 {
                    break;
                }
            }
            self.begun.clear();
        }
        let whole = piece.len() - unfinished(piece)?;
        self.begun.extend(&piece[whole..]);
        Ok(())
    }

    /// The message has ended.
    pub fn finish(self) -> Result<(), Invalid> {
        if self.begun.is_empty() { Ok(()) } else { Err(Invalid) }
    }
}

/// How many bytes at the end are the beginning of a character.
fn unfinished(bytes: &[u8]) -> Result<usize, Invalid> {
    match str::from_utf8(bytes) {
        Ok(_) => Ok(0),
        Err(error) if error.error_len().is_none() => Ok(bytes.len() - error.valid_up_to()),
        Err(_) => Err(Invalid),
    }
}
