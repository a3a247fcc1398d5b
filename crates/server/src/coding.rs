//! Content codings: a body leaves compressed, if its client takes it so (RFC 9110 8.4).
//!
//! ```text
//! Accept-Encoding: gzip, br  ───►  Content-Encoding: gzip       what the bytes are now
//!                                  Vary: Accept-Encoding        a cache must ask, too
//!                                  ETag: "5d8c72a5-gzip"        other bytes, another tag
//! ```
//!
//! Compressed is what is worth it: a kilobyte or more of text, in one piece
//! ([`Exchange::respond`](crate::Exchange::respond)). What comes piece by piece is
//! left alone: a stream of events that waits for the next block to fill arrives
//! late, and every stream would keep a quarter of a megabyte for its window.
//!
//! The length of a compressed body tells how much of it repeats. Where a page holds
//! a secret beside what its asker sent, that can be made to tell the secret (the
//! attack is called BREACH): answer those with `Cache-Control: no-transform`.
//!
//! Book: chapter 10.

use crate::conditional::{EntityTag, tags};
use flate2::{Compress, Compression, FlushCompress, Status};
use http1::{Headers, MediaType, Request, Response, media_type::accepts_coding};
use std::{borrow::Cow, cell::RefCell};
use tokio::task::spawn_blocking;

/// The body as it is sent to who asked; the response then says how that is.
pub(crate) async fn encode<'b>(
    request: &Request,
    response: &mut Response,
    body: &'b [u8],
) -> Cow<'b, [u8]> {
    if response.status == 304 {
        stand_for_encoded(request, response);
        return Cow::Borrowed(body);
    }
    if !negotiate(request, response, body.len() as u64) {
        return Cow::Borrowed(body);
    }
    let compressed = match body.len() {
        ..=AT_ONCE => gzip(body),
        _ => {
            let body = body.to_vec();
            spawn_blocking(move || gzip(&body)).await.unwrap_or_default()
        }
    };
    let Some(compressed) = compressed else { return Cow::Borrowed(body) };
    let headers = &mut response.headers;
    headers.push("Content-Encoding", "gzip");
    // It was the length of something else.
    headers.remove("content-length");
    if let Some(tag) = headers.get_str("etag").and_then(EntityTag::decode) {
        headers.insert("ETag", tag.compressed().to_string());
    }
    Cow::Owned(compressed)
}

/// Whether a body of `len` bytes is compressed for who asks; where it could be, the
/// response says that it depends.
pub(crate) fn negotiate(request: &Request, response: &mut Response, len: u64) -> bool {
    if len < WORTHWHILE || !is_compressible(response) {
        return false;
    }
    vary(&mut response.headers);
    accepts_coding(&request.headers, "gzip")
}

/// Smaller bodies fit into one packet anyway, in bytes.
const WORTHWHILE: u64 = 1 << 10;

/// More would keep other connections waiting: it is compressed on a thread of its own.
const AT_ONCE: usize = 128 << 10;

/// Whether a body of such a response gets smaller, and may be touched.
fn is_compressible(response: &Response) -> bool {
    let Response { status, headers, .. } = response;
    let Some(kind) = headers.get_str("content-type").and_then(MediaType::decode) else {
        return false;
    };
    let text = match kind.essence() {
        "text/event-stream" => false,
        "application/json" | "application/javascript" | "application/xml" | "application/wasm" => {
            true
        }
        kind => kind.starts_with("text/") || kind.ends_with("+json") || kind.ends_with("+xml"),
    };
    text && *status != 206
        && !headers.contains("content-encoding")
        && !headers.contains_token("cache-control", "no-transform")
}

/// Says that another client may get other bytes.
fn vary(headers: &mut Headers) {
    if !headers.contains_token("vary", "accept-encoding") && !headers.contains_token("vary", "*") {
        headers.push("Vary", "Accept-Encoding");
    }
}

/// A 304 has the fields of the response it stands for (RFC 9110 15.4.5), and that
/// may have been compressed: the client says so with its tag.
fn stand_for_encoded(request: &Request, response: &mut Response) {
    vary(&mut response.headers);
    let Some(tag) = response.headers.get_str("etag").and_then(EntityTag::decode) else { return };
    let compressed = tag.compressed();
    let mut kept = request.headers.get_all("if-none-match").flat_map(tags);
    if kept.any(|kept| kept == compressed) {
        response.headers.insert("ETag", compressed.to_string());
    }
}

/// The body in gzip (RFC 1952), where that is shorter.
fn gzip(body: &[u8]) -> Option<Vec<u8>> {
    thread_local! {
        static COMPRESS: RefCell<Compress> =
            RefCell::new(Compress::new_gzip(Compression::new(LEVEL), WINDOW));
    }
    COMPRESS.with_borrow_mut(|compress| {
        compress.reset();
        let mut compressed = Vec::with_capacity(body.len());
        let status = compress.compress_vec(body, &mut compressed, FlushCompress::Finish);
        matches!(status, Ok(Status::StreamEnd)).then_some(compressed)
    })
}

/// Of nine. Nine takes three times as long, for a byte less in thirty.
const LEVEL: u32 = 4;

/// The logarithm of how far back a repetition may lie.
const WINDOW: u8 = 15;
