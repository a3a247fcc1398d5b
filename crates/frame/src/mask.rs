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
        let key = self.turned(at);
        let narrow = u64::from(u32::from_ne_bytes(key));
        let wide = narrow << 32 | narrow;
        // Eight bytes at a time; the compiler makes wider steps of it where it can.
        let (words, tail) = piece.as_chunks_mut::<8>();
        for word in words {
            *word = (u64::from_ne_bytes(*word) ^ wide).to_ne_bytes();
        }
        for (byte, key) in tail.iter_mut().zip(key.iter().cycle()) {
            *byte ^= key;
        }
    }

    /// The key byte that meets the payload's byte `at`.
    #[inline]
    pub fn byte(self, at: u64) -> u8 {
        self.turned(at)[0]
    }

    /// The key as it begins `at` bytes into the payload.
    #[inline]
    fn turned(self, at: u64) -> [u8; 4] {
        let mut key = self.0;
        key.rotate_left((at % 4) as usize);
        key
    }
}

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
            mask.apply(at, &mut masked);
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
