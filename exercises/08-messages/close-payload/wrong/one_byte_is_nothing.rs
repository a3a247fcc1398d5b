//! A payload of one byte is taken for an empty one.

use crate::{Close, Refusal};

const MAX_CONTROL_PAYLOAD: usize = 125;
const CODE_LEN: usize = 2;

/// Reads the payload of a close frame.
pub fn decode(payload: &[u8]) -> Result<Option<Close>, Refusal> {
    if payload.is_empty() {
        return Ok(None);
    }
    let Some((code, reason)) = payload.split_first_chunk::<CODE_LEN>() else {
        return Ok(None);
    };
    let code = u16::from_be_bytes(*code);
    if !may_travel(code) {
        return Err(Refusal::Code(code));
    }
    let reason = str::from_utf8(reason).map_err(|_| Refusal::Reason)?;
    Ok(Some(Close { code, reason: reason.to_owned() }))
}

/// Writes the payload of a close frame.
pub fn encode(code: u16, reason: &str) -> Vec<u8> {
    let len = reason.floor_char_boundary(MAX_CONTROL_PAYLOAD - CODE_LEN);
    let mut payload = code.to_be_bytes().to_vec();
    payload.extend(&reason.as_bytes()[..len]);
    payload
}

/// Whether a code may stand in a frame.
fn may_travel(code: u16) -> bool {
    matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999)
}
