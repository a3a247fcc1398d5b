//! Content codings of bodies (RFC 9110 8.4).

use crate::event::{Body, BodyState};
use flate2::{
    read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder},
    write,
};
use std::{
    borrow::Cow,
    io::{Read, Write},
};

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
    match decode_all(headers, bytes).filter(|_| complete && !bytes.is_empty()) {
        Some(decoded) => Content {
            length,
            decoded_length: Some(decoded.len() as u64),
            bytes: Cow::Owned(decoded),
            complete,
        },
        None => Content { length, decoded_length: None, bytes: Cow::Borrowed(bytes), complete },
    }
}

/// Takes off all codings, the one that was applied last first; nothing where
/// there is none, or one that is not known.
fn decode_all(headers: &http1::Headers, bytes: &[u8]) -> Option<Vec<u8>> {
    let codings: Vec<&str> = headers.tokens("content-encoding").collect();
    let (last, earlier) = codings.split_last()?;
    let decoded = decode(last, bytes)?;
    earlier.iter().rev().try_fold(decoded, |decoded, coding| decode(coding, &decoded))
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

/// Takes the content coding off a body that has no end, piece by piece.
#[derive(Debug)]
pub(super) enum Pieces {
    Plain,
    Gzip(write::MultiGzDecoder<Vec<u8>>),
    Deflate(write::ZlibDecoder<Vec<u8>>),
    /// It is of another coding, or does not inflate.
    Unreadable,
}

impl Pieces {
    pub(super) fn new(headers: &http1::Headers) -> Self {
        let codings: Vec<&str> = headers.tokens("content-encoding").collect();
        match codings.as_slice() {
            [] | ["identity"] => Pieces::Plain,
            ["gzip" | "x-gzip"] => Pieces::Gzip(write::MultiGzDecoder::new(Vec::new())),
            ["deflate"] => Pieces::Deflate(write::ZlibDecoder::new(Vec::new())),
            _ => Pieces::Unreadable,
        }
    }

    /// What can be read now that `piece` has come.
    pub(super) fn decode<'a>(&mut self, piece: &'a [u8]) -> Cow<'a, [u8]> {
        let decoded = match self {
            Pieces::Plain => return Cow::Borrowed(piece),
            Pieces::Gzip(decoder) => {
                decoder.write_all(piece).and_then(|()| decoder.flush()).map(|()| decoder.get_mut())
            }
            Pieces::Deflate(decoder) => {
                decoder.write_all(piece).and_then(|()| decoder.flush()).map(|()| decoder.get_mut())
            }
            Pieces::Unreadable => return Cow::Borrowed(&[]),
        };
        match decoded.map(std::mem::take) {
            Ok(decoded) => Cow::Owned(decoded),
            Err(_) => {
                *self = Pieces::Unreadable;
                Cow::Borrowed(&[])
            }
        }
    }
}
