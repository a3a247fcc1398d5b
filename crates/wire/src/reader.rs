//! The reading cursor. Nobody else indexes into received bytes.
//!
//! A network number is big-endian: the most significant byte travels first.
//!
//! ```text
//!   01 00  as a big-endian u16 is 0x0100 = 256
//!   01 00  as a little-endian u16 is 0x0001 = 1
//! ```
//!
//! Book: chapter 0.

/// A cursor over borrowed bytes.
///
/// Every method that reads returns `None`, and consumes nothing, when too few
/// bytes are left. In a decoder this pairs with `let … else`:
///
/// ```
/// # use wire::Reader;
/// fn decode(input: &[u8]) -> Option<(u16, usize)> {
///     let mut reader = Reader::new(input);
///     let Some(length) = reader.u16() else { return None };
///     Some((length, reader.position()))
/// }
/// assert_eq!(decode(&[0x01, 0x00, 0xff]), Some((256, 2)));
/// assert_eq!(decode(&[0x01]), None);
/// ```
// ANCHOR: reader
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    input: &'a [u8],
    position: usize,
}
// ANCHOR_END: reader

impl<'a> Reader<'a> {
    /// A cursor at the first byte of `input`.
    pub const fn new(input: &'a [u8]) -> Self {
        Reader { input, position: 0 }
    }

    // ANCHOR: array
    /// The next `N` bytes.
    #[inline]
    pub fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let array = *self.remaining().first_chunk()?;
        self.position += N;
        Some(array)
    }

    /// The next `len` bytes, borrowed from the input.
    #[inline]
    pub fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let taken = self.remaining().get(..len)?;
        self.position += len;
        Some(taken)
    }
    // ANCHOR_END: array

    /// The bytes before the next `delimiter`; the delimiter is consumed too.
    #[inline]
    pub fn take_until(&mut self, delimiter: u8) -> Option<&'a [u8]> {
        let len = self.remaining().iter().position(|&byte| byte == delimiter)?;
        let taken = self.take(len)?;
        self.position += 1;
        Some(taken)
    }

    /// One byte.
    #[inline]
    pub fn u8(&mut self) -> Option<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    // ANCHOR: u16
    /// Two bytes, big-endian.
    #[inline]
    pub fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_be_bytes)
    }
    // ANCHOR_END: u16

    /// Four bytes, big-endian.
    #[inline]
    pub fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_be_bytes)
    }

    /// Eight bytes, big-endian.
    #[inline]
    pub fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_be_bytes)
    }

    /// The next byte, without consuming it.
    #[inline]
    pub fn peek(&self) -> Option<u8> {
        self.remaining().first().copied()
    }

    /// How many bytes were consumed so far.
    #[inline]
    pub fn position(&self) -> usize {
        self.position
    }

    /// The bytes that are not consumed yet.
    #[inline]
    pub fn remaining(&self) -> &'a [u8] {
        self.input.get(self.position..).unwrap_or_default()
    }

    /// Whether everything is consumed.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.remaining().is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_numbers_big_endian() {
        let mut reader = Reader::new(&[0x01, 0x01, 0x02, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0x01, 0x00]);
        assert_eq!(reader.u8(), Some(1));
        assert_eq!(reader.u16(), Some(0x0102));
        assert_eq!(reader.u32(), Some(3));
        assert_eq!(reader.u64(), Some(256));
        assert!(reader.is_empty());
    }

    #[test]
    fn consumes_nothing_when_too_few_bytes_are_left() {
        let mut reader = Reader::new(&[1, 2, 3]);
        assert_eq!(reader.u32(), None);
        assert_eq!(reader.take(4), None);
        assert_eq!(reader.take_until(b'\n'), None);
        assert_eq!(reader.position(), 0);
        assert_eq!(reader.array(), Some([1, 2, 3]));
    }

    #[test]
    fn takes_until_a_delimiter_and_drops_it() {
        let mut reader = Reader::new(b"key: value\r\n");
        assert_eq!(reader.take_until(b':'), Some(&b"key"[..]));
        assert_eq!(reader.peek(), Some(b' '));
        assert_eq!(reader.take_until(b'\r'), Some(&b" value"[..]));
        assert_eq!(reader.remaining(), b"\n");
    }

    #[test]
    fn a_length_near_the_end_of_memory_is_only_too_long() {
        assert_eq!(Reader::new(&[1, 2]).take(usize::MAX), None);
    }
}
