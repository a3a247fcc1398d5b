//! The door that is knocked at again and again: polling.
//!
//! ```text
//! GET /rooms/lobby/messages?token=9f2c…&since=…17   ──►
//!                                                   ◄── 200, ETag: "…17-…19"  {"cursor":…19,"messages":[…]}
//! GET …&since=…19                                   ──►
//!                                                   ◄── 200, ETag: "…19-…19"  {"cursor":…19,"messages":[]}
//! GET …&since=…19,  If-None-Match: "…19-…19"        ──►
//!                                                   ◄── 304: nothing new, and no body
//! ```
//!
//! Most answers say "nothing new". A page that asks every two seconds has its
//! message a second late in the mean, and a thousand pages ask five hundred times a
//! second. They should not all ask at the same instant: `poll` in the answer says
//! how long to wait, and within which span to choose by chance.
//!
//! Book: chapter 3.

use super::requests::{self, json};
use crate::{
    hub::{Hub, Reader, Taken},
    message::{Entry, Envelope},
    room::Cursor,
};
use server::{
    Error, Exchange,
    conditional::{Condition, EntityTag, Validators, not_modified},
};
use std::sync::Arc;

/// How long a page should wait before it asks again, in milliseconds.
const AFTER: u32 = 2_000;

/// Within which span it should choose by chance, in milliseconds.
const JITTER: u32 = 1_000;

/// Answers with what stands behind the cursor, now.
///
/// # Errors
/// As [`Exchange::respond`].
// ANCHOR: serve
pub async fn serve(exchange: Exchange, hub: &Hub) -> Result<(), Error> {
    let (_line, mut reader) = match requests::reader(&exchange, hub).await {
        Ok(found) => found,
        Err(refusal) => return requests::refuse(exchange, &refusal).await,
    };
    let asked = reader.cursor;
    let mut entries = Vec::new();
    match hub.take(&mut reader, BATCH, &mut entries) {
        Ok(taken) => answer(exchange, asked, reader, taken, &entries).await,
        Err(refusal) => requests::refuse(exchange, &refusal).await,
    }
}
// ANCHOR_END: serve

/// How much is told at once, in bytes.
pub(super) const BATCH: usize = 256 << 10;

// ANCHOR: answer
/// Answers with these entries; with 304 where the page has them already.
pub(super) async fn answer(
    exchange: Exchange,
    asked: Cursor,
    reader: Reader,
    taken: Taken,
    entries: &[Arc<Entry>],
) -> Result<(), Error> {
    let Reader { cursor, .. } = reader;
    // The same question has the same answer as long as the log ends at the same place;
    // only a notice about other machines stands in no log.
    let is_notice = asked == cursor && !entries.is_empty();
    let etag = EntityTag::decode(&format!("\"{}-{}\"", asked.0, cursor.0));
    let etag = etag.filter(|_| !is_notice);
    let validators = Validators { etag, modified: None };
    let mut response = json(200);
    validators.push(&mut response.headers);
    if validators.check(exchange.request()) == Condition::NotModified {
        return exchange.respond(not_modified(&response), b"").await;
    }
    let Taken { lost, whole } = taken;
    let mut body = format!(
        r#"{{"cursor":{},"lost":{lost},"more":{},"poll":{{"after":{AFTER},"jitter":{JITTER}}},"messages":["#,
        cursor.0, !whole,
    )
    .into_bytes();
    for (index, entry) in entries.iter().enumerate() {
        if index > 0 {
            body.push(b',');
        }
        body.extend_from_slice(entry.sealed(Envelope::Json, |entry| entry.json().into_bytes()));
    }
    body.extend_from_slice(b"]}");
    exchange.respond(response, &body).await
}
// ANCHOR_END: answer
