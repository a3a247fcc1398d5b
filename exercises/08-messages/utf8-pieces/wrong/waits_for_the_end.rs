//! Everything is kept and checked at the end: a gigabyte of rubbish is accepted first.

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
    pub fn receive(&mut self, piece: &[u8]) -> Result<(), Invalid> {
        self.begun.extend(piece);
        Ok(())
    }

    /// The message has ended.
    pub fn finish(self) -> Result<(), Invalid> {
        if unfinished(&self.begun)? == 0 { Ok(()) } else { Err(Invalid) }
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
