//! One answer.

use crate::{Length, Refusal};

const LENGTH: u8 = 0x7f;
const TWO_BYTES_FOLLOW: u8 = 126;
const EIGHT_BYTES_FOLLOW: u8 = 127;

/// Reads the length of a frame, from its second byte on.
pub fn decode(input: &[u8]) -> Result<Option<Length>, Refusal> {
    let Some((second, rest)) = input.split_first() else { return Ok(None) };
    let (payload, taken) = match second & LENGTH {
        TWO_BYTES_FOLLOW => {
            let Some(bytes) = rest.first_chunk() else { return Ok(None) };
            (u64::from(u16::from_be_bytes(*bytes)), 3)
        }
        EIGHT_BYTES_FOLLOW => {
            let Some(bytes) = rest.first_chunk() else { return Ok(None) };
            (u64::from_be_bytes(*bytes), 9)
        }
        short => (u64::from(short), 1),
    };
    if payload > i64::MAX as u64 {
        return Err(Refusal::HighBit);
    }
    if taken != shortest(payload) {
        return Err(Refusal::NotMinimal);
    }
    Ok(Some(Length { payload, taken }))
}

/// How many bytes the shortest form of a length has.
fn shortest(payload: u64) -> usize {
    match payload {
        0..=125 => 1,
        126..=0xffff => 3,
        _ => 9,
    }
}
