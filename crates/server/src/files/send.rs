//! The answer with a file: whole, in parts, or not at all.

use super::{Files, find, page, range::Wanted};
use crate::{
    Error, Exchange,
    conditional::{Condition, EntityTag, Validators, not_modified},
};
use http1::{Method, Response};
use std::{
    fs::File,
    io::{self, ErrorKind, Read, Seek, SeekFrom},
    ops::Range,
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tokio::task::spawn_blocking;

impl Files {
    /// Answers with this file.
    pub(super) async fn send(&self, exchange: Exchange, found: find::File) -> Result<(), Error> {
        let find::File { file, name, len, modified, content } = found;
        let validators = Validators { etag: modified.and_then(|time| tag(time, len)), modified };
        let mut response = Response::new(200)
            .with("Content-Type", content_type(&name))
            .with("Accept-Ranges", "bytes")
            .with("Cache-Control", &self.cache_control)
            .with("X-Content-Type-Options", "nosniff");
        validators.push(&mut response.headers);
        let compress = len <= COMPRESSED && exchange.compresses(&mut response, len);
        match validators.check(exchange.request()) {
            Condition::Proceed => {}
            Condition::NotModified => return exchange.respond(not_modified(&response), b"").await,
            Condition::PreconditionFailed => {
                return page::send(exchange, 412, "It has changed.", &[]).await;
            }
        }
        match (Wanted::by(exchange.request(), &validators, len), content) {
            (Wanted::Whole, Some(content)) => exchange.respond(response, &content).await,
            (Wanted::Whole, None) if compress => {
                let content = Vec::with_capacity(len as usize);
                let (_, content) = read(file, 0..len, content).await?;
                exchange.respond(response, &content).await
            }
            (Wanted::Whole, None) => {
                transfer(exchange, response, file, &[Part::File(0..len)]).await
            }
            (Wanted::Parts(ranges), _) => {
                let (response, parts) = in_parts(response, ranges, len);
                transfer(exchange, response, file, &parts).await
            }
            (Wanted::Nothing, _) => {
                let range = format!("bytes */{len}");
                page::send(exchange, 416, "It ends before.", &[("Content-Range", &range)]).await
            }
        }
    }
}

/// Larger files are sent as they are, in bytes: to compress one takes its whole
/// content into memory, each time.
const COMPRESSED: u64 = 1 << 20;

/// The tag of a file: that its content changed, its time and its length will tell.
fn tag(modified: SystemTime, len: u64) -> Option<EntityTag> {
    let nanoseconds = modified.duration_since(UNIX_EPOCH).ok()?.as_nanos();
    let tag = EntityTag::decode(&format!("\"{nanoseconds:x}-{len:x}\""))?;
    // The clock of a file system ticks slowly: a file that was changed just now may
    // be changed once more, and look the same.
    match SystemTime::now().duration_since(modified) {
        Ok(age) if age >= SETTLED => Some(tag),
        _ => Some(tag.weaken()),
    }
}

const SETTLED: Duration = Duration::from_secs(2);

/// What kind a file is, by the end of its name. Text is UTF-8 here.
fn content_type(name: &str) -> String {
    let kind = mime_guess::from_path(name).first_or_octet_stream();
    match kind.type_() == mime_guess::mime::TEXT {
        true => format!("{kind}; charset=utf-8"),
        false => kind.to_string(),
    }
}

/// A piece of an answer.
#[derive(Debug)]
enum Part {
    Text(String),
    File(Range<u64>),
}

impl Part {
    fn len(&self) -> u64 {
        match self {
            Part::Text(text) => text.len() as u64,
            Part::File(range) => range.end - range.start,
        }
    }
}

/// The answer with parts of a file (RFC 9110 15.3.7).
fn in_parts(whole: Response, ranges: Vec<Range<u64>>, len: u64) -> (Response, Vec<Part>) {
    let place = |range: &Range<u64>| format!("bytes {}-{}/{len}", range.start, range.end - 1);
    let mut response = Response { headers: whole.headers, ..Response::new(206) };
    if let [range] = &ranges[..] {
        response.headers.push("Content-Range", place(range));
        return (response, vec![Part::File(range.clone())]);
    }
    // No file can have in it what nobody knew before.
    let boundary = format!("{:032x}", rand::random::<u128>());
    let kind = response.headers.get_str("content-type").unwrap_or_default().to_owned();
    let mut parts = Vec::new();
    for range in ranges {
        let place = place(&range);
        parts.push(Part::Text(format!(
            "\r\n--{boundary}\r\nContent-Type: {kind}\r\nContent-Range: {place}\r\n\r\n"
        )));
        parts.push(Part::File(range));
    }
    parts.push(Part::Text(format!("\r\n--{boundary}--\r\n")));
    response.headers.insert("Content-Type", format!("multipart/byteranges; boundary={boundary}"));
    (response, parts)
}

/// Sends parts of a file, and the text between them, of the length announced.
async fn transfer(
    exchange: Exchange,
    mut response: Response,
    mut file: File,
    parts: &[Part],
) -> Result<(), Error> {
    let length: u64 = parts.iter().map(Part::len).sum();
    response.headers.push("Content-Length", length.to_string());
    let only_head = exchange.request().method == Method::HEAD;
    let mut reply = exchange.begin(response)?;
    if only_head {
        return reply.end().await;
    }
    let mut piece = Vec::with_capacity(PIECE);
    for part in parts {
        match part {
            Part::Text(text) => reply.send(text.as_bytes()).await?,
            Part::File(range) => {
                let mut start = range.start;
                while start < range.end {
                    let end = range.end.min(start + PIECE as u64);
                    (file, piece) = read(file, start..end, piece).await?;
                    if piece.is_empty() {
                        // It became shorter. To fill up the answer would be a lie.
                        return Err(handler_error(ErrorKind::UnexpectedEof.into()));
                    }
                    reply.send(&piece).await?;
                    start += piece.len() as u64;
                }
            }
        }
    }
    reply.end().await
}

/// Reads a range of a file in place of what is in `content`; less, where the file
/// ends before. A disk may take its time, so it has a thread to itself.
async fn read(
    mut file: File,
    range: Range<u64>,
    mut content: Vec<u8>,
) -> Result<(File, Vec<u8>), Error> {
    let reading = spawn_blocking(move || {
        content.clear();
        file.seek(SeekFrom::Start(range.start))?;
        (&mut file).take(range.end - range.start).read_to_end(&mut content)?;
        Ok((file, content))
    });
    reading.await.map_err(io::Error::from).flatten().map_err(handler_error)
}

/// How much of a file is in memory, in bytes.
const PIECE: usize = 64 << 10;

fn handler_error(error: io::Error) -> Error {
    Error::Handler(error.into())
}
