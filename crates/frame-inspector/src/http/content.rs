//! Content codings of bodies (RFC 9110 8.4).

use crate::event::{Body, BodyState};
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use std::{borrow::Cow, io::Read};

/// How much a body may be after decoding: a bomb gets no further.
const MAX_DECODED: u64 = 64 << 20;

/// A body, with its content coding taken off.
pub(super) struct Content<'a> {
    length: u64,
    decoded_length: Option<u64>,
    bytes: Cow<'a, [u8]>,
    complete: bool,
}

impl Content<'_> {
    pub(super) fn as_body(&self) -> Body<'_> {
        let Content { length, decoded_length, bytes, complete } = self;
        let state = if *complete { BodyState::Complete } else { BodyState::Cut };
        Body { length: *length, decoded_length: *decoded_length, bytes, state }
    }
}

/// Takes gzip and deflate off a body that is whole; other codings, and what
/// does not inflate, stay as they were.
pub(super) fn body<'a>(
    headers: &http1::Headers,
    length: u64,
    bytes: &'a [u8],
    complete: bool,
) -> Content<'a> {
    let codings: Vec<&str> = headers.tokens("content-encoding").collect();
    let decoded = match codings.as_slice() {
        [coding] if complete && !bytes.is_empty() => decode(coding, bytes),
        _ => None,
    };
    match decoded {
        Some(decoded) => Content {
            length,
            decoded_length: Some(decoded.len() as u64),
            bytes: Cow::Owned(decoded),
            complete,
        },
        None => Content { length, decoded_length: None, bytes: Cow::Borrowed(bytes), complete },
    }
}

fn decode(coding: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    match coding.to_ascii_lowercase().as_str() {
        "gzip" | "x-gzip" => inflate(MultiGzDecoder::new(bytes)),
        // RFC 9110 8.4.1.2: deflate is the zlib format, but some send it bare.
        "deflate" => {
            inflate(ZlibDecoder::new(bytes)).or_else(|| inflate(DeflateDecoder::new(bytes)))
        }
        _ => None,
    }
}

fn inflate(decoder: impl Read) -> Option<Vec<u8>> {
    let mut decoded = Vec::new();
    decoder.take(MAX_DECODED + 1).read_to_end(&mut decoded).ok()?;
    (decoded.len() as u64 <= MAX_DECODED).then_some(decoded)
}
