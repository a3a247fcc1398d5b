//! Bytes that many can share.
//!
//! A picture that goes to five hundred members of a room is in memory once. By
//! WebSocket it travels as it is; by polling it travels as base64, which is made
//! when the first member needs it, and shared from then on.
//!
//! ```
//! use socketio::Binary;
//!
//! let picture = Binary::from([1, 2, 3, 4]);
//! assert_eq!(picture.base64(), "AQIDBA==");
//! assert_eq!(*picture, [1, 2, 3, 4]);
//! ```

use base64::{Engine, prelude::BASE64_STANDARD};
use std::{
    fmt,
    ops::Deref,
    sync::{Arc, OnceLock},
};

/// Bytes, shared: a clone costs no copy.
#[derive(Clone, Default)]
pub struct Binary(Arc<Shared>);

#[derive(Default)]
struct Shared {
    bytes: Arc<[u8]>,
    base64: OnceLock<Box<str>>,
}

impl Binary {
    /// The bytes in base64, made once for all that share them (RFC 4648 4).
    pub fn base64(&self) -> &str {
        self.0.base64.get_or_init(|| BASE64_STANDARD.encode(&self.0.bytes).into())
    }

    /// The bytes, for who wants to hold them, too.
    pub fn shared(&self) -> &Arc<[u8]> {
        &self.0.bytes
    }

    /// How long [`base64`](Binary::base64) is, without making it.
    pub fn base64_len(&self) -> usize {
        self.len().div_ceil(3) * 4
    }
}

impl Deref for Binary {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0.bytes
    }
}

impl From<Vec<u8>> for Binary {
    fn from(bytes: Vec<u8>) -> Self {
        Binary(Arc::new(Shared { bytes: bytes.into(), base64: OnceLock::new() }))
    }
}

impl From<&[u8]> for Binary {
    fn from(bytes: &[u8]) -> Self {
        Binary::from(bytes.to_vec())
    }
}

impl<const N: usize> From<[u8; N]> for Binary {
    fn from(bytes: [u8; N]) -> Self {
        Binary::from(bytes.to_vec())
    }
}

impl PartialEq for Binary {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Binary {}

/// As the protocol's documents write it: `<Buffer 01 02 03 04>`.
impl fmt::Display for Binary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<Buffer")?;
        for byte in self.iter().take(SHOWN) {
            write!(f, " {byte:02x}")?;
        }
        match self.len().saturating_sub(SHOWN) {
            0 => f.write_str(">"),
            more => write!(f, " … {more} more bytes>"),
        }
    }
}

/// How many bytes are written out.
const SHOWN: usize = 50;

impl fmt::Debug for Binary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_shown_as_the_documents_show_it() {
        assert_eq!(Binary::from([1, 2, 3, 4]).to_string(), "<Buffer 01 02 03 04>");
        assert_eq!(Binary::default().to_string(), "<Buffer>");
        assert!(Binary::from(vec![0; 60]).to_string().ends_with("00 … 10 more bytes>"));
    }

    #[test]
    fn knows_how_long_its_base64_is() {
        for len in 0..10 {
            let binary = Binary::from(vec![0xff; len]);
            assert_eq!(binary.base64().len(), binary.base64_len());
        }
    }
}
