//! Masking (RFC 6455 5.3): each byte of a client's payload is changed by one of four key bytes.
//!
//! ```text
//! payload   H  e  l  l  o      48 65 6c 6c 6f
//! key       over and over      37 fa 21 3d 37
//! masked                       7f 9f 4d 51 58
//! ```
//!
//! The same act unmasks, since `a ^ k ^ k = a`. It hides nothing from anyone who
//! reads the frame; it keeps a script from choosing the bytes on the wire (10.3).
//!
//! ```
//! let mask = frame::Mask([0x37, 0xfa, 0x21, 0x3d]);
//! let mut payload = *b"Hello";
//! mask.apply(0, &mut payload);
//! assert_eq!(payload, [0x7f, 0x9f, 0x4d, 0x51, 0x58]);
//! ```
//!
//! Book: chapter 7.

use std::fmt;

/// A masking key.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Mask(pub [u8; 4]);

impl Mask {
    /// Masks or unmasks a piece of a payload that begins `at` bytes into it.
    #[inline]
    pub fn apply(self, at: u64, piece: &mut [u8]) {
        self.apply_and_look(at, piece);
    }

    /// [`apply`](Mask::apply), and whether the piece is ASCII now: whoever
    /// checks text gets that for nothing from the same pass.
    // ANCHOR: apply
    #[inline]
    pub(crate) fn apply_and_look(self, at: u64, piece: &mut [u8]) -> bool {
        let len = piece.len();
        let Some(&last) = piece.last_chunk::<8>() else {
            let mut seen = 0;
            for (byte, key) in piece.iter_mut().zip(self.wide(at).to_ne_bytes()) {
                *byte ^= key;
                seen |= *byte;
            }
            return seen.is_ascii();
        };
        // Eight bytes at a time; the compiler makes wider steps of it. The last
        // eight overlap the ones before, so they are taken first and put back last.
        let last = u64::from_ne_bytes(last) ^ self.wide(at + len as u64);
        let mut seen = last;
        let key = self.wide(at);
        for word in piece.as_chunks_mut::<8>().0 {
            let plain = u64::from_ne_bytes(*word) ^ key;
            *word = plain.to_ne_bytes();
            seen |= plain;
        }
        piece[len - 8..].copy_from_slice(&last.to_ne_bytes());
        seen & NOT_ASCII == 0
    }
    // ANCHOR_END: apply

    /// The key byte that meets the payload's byte `at`.
    #[inline]
    pub fn byte(self, at: u64) -> u8 {
        self.0[(at % 4) as usize]
    }

    /// The key twice, as it begins `at` bytes into the payload.
    #[inline]
    fn wide(self, at: u64) -> u64 {
        let turned = u32::from_be_bytes(self.0).rotate_left(8 * (at % 4) as u32);
        u64::from(turned.to_be()) * 0x1_0000_0001
    }
}

/// The most significant bit of each byte.
const NOT_ASCII: u64 = 0x8080_8080_8080_8080;

/// Eight hexadecimal digits: `37fa213d`.
impl fmt::Display for Mask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", u32::from_be_bytes(self.0))
    }
}

impl fmt::Debug for Mask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mask({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn rfc6455_5_7_masks_hello() {
        let mask = Mask([0x37, 0xfa, 0x21, 0x3d]);
        let mut payload = *b"Hello";
        mask.apply(0, &mut payload);
        assert_eq!(payload, [0x7f, 0x9f, 0x4d, 0x51, 0x58]);
        assert_eq!(mask.to_string(), "37fa213d");
    }

    proptest! {
        #[test]
        fn agrees_with_the_rfc_formula(key: [u8; 4], at in 0_u64..9, payload: Vec<u8>) {
            let mask = Mask(key);
            let mut masked = payload.clone();
            let ascii = Mask(key).apply_and_look(at, &mut masked);
            prop_assert_eq!(ascii, masked.is_ascii());
            for (index, (&plain, &masked)) in payload.iter().zip(&masked).enumerate() {
                // j = i MOD 4; transformed-octet-i = original-octet-i XOR masking-key-octet-j
                prop_assert_eq!(masked, plain ^ key[(index + at as usize) % 4]);
                prop_assert_eq!(masked, plain ^ mask.byte(at + index as u64));
            }
            mask.apply(at, &mut masked);
            prop_assert_eq!(masked, payload);
        }

        #[test]
        fn piecewise_is_the_same_as_whole(key: [u8; 4], payload: Vec<u8>, cut in 0_usize..100) {
            let mask = Mask(key);
            let mut whole = payload.clone();
            mask.apply(0, &mut whole);
            let mut pieces = payload;
            let (left, right) = pieces.split_at_mut(cut.min(whole.len()));
            mask.apply(0, left);
            mask.apply(left.len() as u64, right);
            prop_assert_eq!(pieces, whole);
        }
    }
}
