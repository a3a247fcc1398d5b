//! The frame header (RFC 6455 5.2): 2 to 14 bytes before every payload.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! ┌─┬─┬─┬─┬───────┬─┬─────────────┬───────────────────────────────┐
//! │F│R│R│R│ opcode│M│ length      │ length, continued             │
//! │I│S│S│S│       │A│ 0-125, or   │ 16 bits after 126             │
//! │N│V│V│V│       │S│ 126, or     │ 64 bits after 127             │
//! │ │1│2│3│       │K│ 127         │                               │
//! ├─┴─┴─┴─┴───────┴─┴─────────────┴───────────────────────────────┤
//! │ masking key, where MASK is 1                                  │
//! └───────────────────────────────────────────────────────────────┘
//! ```
//!
//! ```
//! use frame::{Header, Mask, Opcode};
//!
//! let (header, len) = Header::decode(&[0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d]).unwrap();
//! assert_eq!(header, Header::new(Opcode::Text, 5).masked(Mask([0x37, 0xfa, 0x21, 0x3d])));
//! assert_eq!(len, 6);
//! ```
//!
//! Every pair of bytes begins a header, so decoding cannot fail; which headers
//! are allowed is the [`Decoder`](crate::Decoder)'s business.
//!
//! Book: chapter 7.

use crate::Mask;
use std::fmt;
use wire::Reader;

/// What stands before a payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// Whether the message ends with this frame.
    pub fin: bool,
    /// The three bits for extensions.
    pub rsv: Reserved,
    /// What the payload is.
    pub opcode: Opcode,
    /// How the length is written.
    pub form: LengthForm,
    /// The masking key, in frames from a client.
    pub mask: Option<Mask>,
    /// How many bytes of payload follow.
    pub len: u64,
}

impl Header {
    /// The longest header: two bytes, a 64-bit length, a masking key.
    pub const MAX_LEN: usize = 14;

    /// The header of an unmasked, unfragmented frame.
    pub fn new(opcode: Opcode, len: u64) -> Self {
        let form = LengthForm::minimal(len);
        Header { fin: true, rsv: Reserved::NONE, opcode, form, mask: None, len }
    }

    /// The same header with this masking key.
    #[must_use]
    pub fn masked(mut self, mask: Mask) -> Self {
        self.mask = Some(mask);
        self
    }

    /// The same header without FIN: more fragments follow.
    #[must_use]
    pub fn unfinished(mut self) -> Self {
        self.fin = false;
        self
    }

    /// Decodes a header and says how many bytes it took; `None` is *not enough bytes yet*.
    // ANCHOR: decode
    #[inline]
    pub fn decode(input: &[u8]) -> Option<(Header, usize)> {
        let mut reader = Reader::new(input);
        let [first, second] = reader.array()?;
        let (form, len) = match second & 0x7f {
            126 => (LengthForm::Bits16, u64::from(reader.u16()?)),
            127 => (LengthForm::Bits64, reader.u64()?),
            len => (LengthForm::Bits7, u64::from(len)),
        };
        let mask = match second & MASK {
            0 => None,
            _ => Some(Mask(reader.array()?)),
        };
        let header = Header {
            fin: first & FIN != 0,
            rsv: Reserved(first & Reserved::ALL),
            opcode: Opcode::from(first),
            form,
            mask,
            len,
        };
        Some((header, reader.position()))
    }
    // ANCHOR_END: decode

    /// Appends the header.
    #[inline]
    pub fn encode(&self, out: &mut Vec<u8>) {
        let fin = if self.fin { FIN } else { 0 };
        let mask = if self.mask.is_some() { MASK } else { 0 };
        let first = fin | self.rsv.0 | u8::from(self.opcode);
        match self.form {
            LengthForm::Bits7 => out.extend_from_slice(&[first, mask | self.len as u8]),
            LengthForm::Bits16 => {
                out.extend_from_slice(&[first, mask | 126]);
                out.extend_from_slice(&(self.len as u16).to_be_bytes());
            }
            LengthForm::Bits64 => {
                out.extend_from_slice(&[first, mask | 127]);
                out.extend_from_slice(&self.len.to_be_bytes());
            }
        }
        if let Some(Mask(key)) = self.mask {
            out.extend_from_slice(&key);
        }
    }

    /// How many bytes [`encode`](Header::encode) appends.
    pub fn encoded_len(&self) -> usize {
        let mask = if self.mask.is_some() { 4 } else { 0 };
        2 + self.form.extra_bytes() + mask
    }
}

const FIN: u8 = 0x80;
const MASK: u8 = 0x80;

/// What a payload is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Opcode {
    /// `0x0`: the next fragment of a message.
    Continuation,
    /// `0x1`: a text message, or its first fragment.
    Text,
    /// `0x2`: a binary message, or its first fragment.
    Binary,
    /// `0x8`: the closing handshake.
    Close,
    /// `0x9`: are you there?
    Ping,
    /// `0xa`: I am here.
    Pong,
    /// One of those without a meaning: `0x3` to `0x7`, and `0xb` to `0xf`.
    Reserved(u8),
}

impl Opcode {
    /// Whether it is a control frame's, defined or reserved: its most significant bit is 1.
    #[inline]
    pub fn is_control(self) -> bool {
        u8::from(self) & 0x8 != 0
    }

    /// The specification's word for it.
    pub fn name(self) -> &'static str {
        match self {
            Opcode::Continuation => "continuation",
            Opcode::Text => "text",
            Opcode::Binary => "binary",
            Opcode::Close => "close",
            Opcode::Ping => "ping",
            Opcode::Pong => "pong",
            Opcode::Reserved(_) => "reserved",
        }
    }
}

/// From the low four bits of a frame's first byte.
impl From<u8> for Opcode {
    #[inline]
    fn from(byte: u8) -> Self {
        match byte & 0xf {
            0x0 => Opcode::Continuation,
            0x1 => Opcode::Text,
            0x2 => Opcode::Binary,
            0x8 => Opcode::Close,
            0x9 => Opcode::Ping,
            0xa => Opcode::Pong,
            reserved => Opcode::Reserved(reserved),
        }
    }
}

impl From<Opcode> for u8 {
    #[inline]
    fn from(opcode: Opcode) -> Self {
        match opcode {
            Opcode::Continuation => 0x0,
            Opcode::Text => 0x1,
            Opcode::Binary => 0x2,
            Opcode::Close => 0x8,
            Opcode::Ping => 0x9,
            Opcode::Pong => 0xa,
            Opcode::Reserved(reserved) => reserved & 0xf,
        }
    }
}

/// `text (0x1)`.
impl fmt::Display for Opcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (0x{:x})", self.name(), u8::from(*self))
    }
}

/// RSV1, RSV2 and RSV3, where they stand in the first byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Reserved(u8);

impl Reserved {
    /// None of them is set.
    pub const NONE: Reserved = Reserved(0);
    /// RSV1 alone: the message is compressed, where permessage-deflate was agreed on.
    pub const RSV1: Reserved = Reserved(0x40);
    const ALL: u8 = 0x70;

    /// RSV1, RSV2, RSV3.
    pub fn bits(self) -> [bool; 3] {
        [0x40, 0x20, 0x10].map(|bit| self.0 & bit != 0)
    }

    /// Whether RSV1 is set.
    pub fn rsv1(self) -> bool {
        self.0 & Reserved::RSV1.0 != 0
    }

    /// These bits without RSV1.
    #[must_use]
    pub fn without_rsv1(self) -> Reserved {
        Reserved(self.0 & !Reserved::RSV1.0)
    }
}

/// `[RSV1, RSV2, RSV3]`.
impl From<[bool; 3]> for Reserved {
    fn from([rsv1, rsv2, rsv3]: [bool; 3]) -> Self {
        Reserved(u8::from(rsv1) << 6 | u8::from(rsv2) << 5 | u8::from(rsv3) << 4)
    }
}

/// In how many bits a length is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LengthForm {
    /// In the second byte: 0 to 125.
    Bits7,
    /// In two bytes behind 126.
    Bits16,
    /// In eight bytes behind 127.
    Bits64,
}

impl LengthForm {
    /// The only form in which this length is allowed to travel.
    // ANCHOR: minimal
    #[inline]
    pub fn minimal(len: u64) -> Self {
        match len {
            0..=125 => LengthForm::Bits7,
            126..=0xffff => LengthForm::Bits16,
            _ => LengthForm::Bits64,
        }
    }
    // ANCHOR_END: minimal

    /// How many bytes it takes behind the second one.
    pub fn extra_bytes(self) -> usize {
        match self {
            LengthForm::Bits7 => 0,
            LengthForm::Bits16 => 2,
            LengthForm::Bits64 => 8,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use wire::{hex, laws};

    /// Whole, at every cut, with bytes behind it, and encoded again.
    #[track_caller]
    fn check(text: &str, want: Header) {
        let bytes = hex::decode(text).unwrap();
        laws::decodes(|input| Ok::<_, ()>(Header::decode(input)), &bytes, &want);
        let mut encoded = Vec::new();
        want.encode(&mut encoded);
        assert_eq!(encoded, bytes);
        assert_eq!(want.encoded_len(), bytes.len());
    }

    const MASK: Mask = Mask([0x37, 0xfa, 0x21, 0x3d]);

    #[test]
    fn rfc6455_5_7_headers() {
        check("81 05", Header::new(Opcode::Text, 5));
        check("81 85 37fa213d", Header::new(Opcode::Text, 5).masked(MASK));
        check("01 03", Header::new(Opcode::Text, 3).unfinished());
        check("80 02", Header::new(Opcode::Continuation, 2));
        check("89 05", Header::new(Opcode::Ping, 5));
        check("8a 85 37fa213d", Header::new(Opcode::Pong, 5).masked(MASK));
        check("82 7e 0100", Header::new(Opcode::Binary, 256));
        check("82 7f 0000000000010000", Header::new(Opcode::Binary, 65_536));
    }

    #[test]
    fn lengths_at_their_borders() {
        check("82 7d", Header::new(Opcode::Binary, 125));
        check("82 7e 007e", Header::new(Opcode::Binary, 126));
        check("82 7e ffff", Header::new(Opcode::Binary, 65_535));
        check(
            "82 ff ffffffffffffffff 37fa213d",
            Header::new(Opcode::Binary, u64::MAX).masked(MASK),
        );
    }

    #[test]
    fn keeps_a_length_in_the_form_it_came_in() {
        let header = Header::new(Opcode::Binary, 5);
        check("82 7e 0005", Header { form: LengthForm::Bits16, ..header });
        check("82 7f 0000000000000005", Header { form: LengthForm::Bits64, ..header });
    }

    #[test]
    fn keeps_reserved_bits_and_opcodes() {
        let header = Header::new(Opcode::Reserved(0xb), 0);
        check("ab 00", Header { rsv: Reserved::from([false, true, false]), ..header });
        check("fb 00", Header { rsv: Reserved::from([true; 3]), ..header });
        assert_eq!(Opcode::Reserved(0x3).to_string(), "reserved (0x3)");
        assert!(Opcode::Reserved(0xb).is_control() && !Opcode::Reserved(0x3).is_control());
    }

    proptest! {
        #[test]
        fn any_bytes_encode_again_as_they_were(bytes: [u8; Header::MAX_LEN]) {
            let (header, len) = Header::decode(&bytes).expect("the longest header fits");
            let mut encoded = Vec::new();
            header.encode(&mut encoded);
            prop_assert_eq!(&encoded, &bytes[..len]);
            prop_assert_eq!(header.encoded_len(), len);
        }
    }
}
