//! One answer.

use crate::Bits;

const FIN: u8 = 0b1000_0000;
const RSV1: u8 = 0b0100_0000;
const RSV2: u8 = 0b0010_0000;
const RSV3: u8 = 0b0001_0000;
const OPCODE: u8 = 0b0000_1111;

const MASK: u8 = 0b1000_0000;
const LENGTH: u8 = 0b0111_1111;

const CONTROL: u8 = 0b1000;

/// Takes the first two bytes of a frame apart.
pub fn decode(first: u8, second: u8) -> Bits {
    Bits {
        fin: first & FIN != 0,
        rsv1: first & RSV1 != 0,
        rsv2: first & RSV2 != 0,
        rsv3: first & RSV3 != 0,
        opcode: first & OPCODE,
        mask: second & MASK != 0,
        length: second & LENGTH,
    }
}

/// Puts them together again.
pub fn encode(bits: Bits) -> [u8; 2] {
    let flag = |set: bool, bit: u8| if set { bit } else { 0 };
    let reserved = flag(bits.rsv1, RSV1) | flag(bits.rsv2, RSV2) | flag(bits.rsv3, RSV3);
    [flag(bits.fin, FIN) | reserved | bits.opcode, flag(bits.mask, MASK) | bits.length]
}

/// Whether a frame with this opcode controls the connection.
pub fn is_control(opcode: u8) -> bool {
    opcode & CONTROL != 0
}
