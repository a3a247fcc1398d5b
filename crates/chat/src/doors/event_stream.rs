//! The door through which one is told things: server-sent events.
//!
//! ```text
//! GET /rooms/lobby/events?token=9f2c…   ──►
//! Last-Event-ID: …17                    ◄── 200, Content-Type: text/event-stream
//!                                       ◄── retry: 2000
//!                                       ◄── id: …18
//!                                           data: {"type":"message","cursor":…18,…}
//!                                       ◄── : still here
//! ```
//!
//! One answer without an end. A browser that loses it asks again by itself, and says
//! where it was. What the page wants to say goes another way, with a POST.
//!
//! Book: chapter 5.

use super::{Slow, polling::BATCH, requests};
use crate::{
    hub::{self, Hub},
    message::{Entry, Envelope, Reply},
    room::Cursor,
};
use http1::{Response, ServerEvent, event_stream::encode_comment};
use server::{Error, Exchange};
use std::time::Duration;
use tokio::time::sleep;

/// How long a browser waits before it asks again, in milliseconds.
const RETRY: u64 = 2_000;

/// How long nothing may come, so that nobody in between takes the line for dead.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Tells what stands behind the cursor, and goes on as the log grows.
///
/// # Errors
/// As [`server::Reply::send`].
// ANCHOR: serve
pub async fn serve(exchange: Exchange, hub: &Hub, slow: Slow) -> Result<(), Error> {
    let (_line, mut reader) = match requests::reader(&exchange, hub).await {
        Ok(found) => found,
        Err(refusal) => return requests::refuse(exchange, &refusal).await,
    };
    // ANCHOR: cursor
    // A browser that comes back knows better than the URL it began with.
    if let Some(last) = last_event(&exchange) {
        reader.cursor = last;
    }
    // ANCHOR_END: cursor
    let response = Response::new(200)
        .with("Content-Type", "text/event-stream")
        .with("Cache-Control", "no-store")
        // A proxy that gathers the answer until it is whole would wait for ever.
        .with("X-Accel-Buffering", "no");
    let mut stream = exchange.begin(response)?;
    stream.send(format!("retry: {RETRY}\n\n").as_bytes()).await?;

    let mut news = hub.news();
    let mut entries = Vec::new();
    let mut has_read = false;
    // ANCHOR: tell
    loop {
        // Before the log is looked at: what comes in between is news.
        news.mark_unchanged();
        let Ok(taken) = hub.take(&mut reader, BATCH, &mut entries) else {
            return stream.end().await;
        };
        if taken.lost {
            match slow {
                // It comes back with its last id, and is told then.
                Slow::LetGo if has_read => return stream.end().await,
                Slow::Skip if has_read => hub.skip(&mut reader, &mut entries),
                Slow::LetGo | Slow::Skip => {}
            }
            stream.send(event(&Reply::Lost.json(hub::now().date), None).as_bytes()).await?;
        }
        has_read = true;
        for entry in entries.drain(..) {
            stream.send(entry.sealed(Envelope::Event, sealed)).await?;
        }
        if !taken.whole {
            continue;
        }
        stream.flush().await?;
        tokio::select! {
            _ = news.changed() => {}
            () = sleep(HEARTBEAT) => {
                let mut comment = Vec::new();
                encode_comment("still here", &mut comment);
                stream.send(&comment).await?;
            }
            // The browser went away, or the server stops: it comes back with its last id.
            () = stream.disconnected() => return stream.end().await,
        }
    }
    // ANCHOR_END: tell
}
// ANCHOR_END: serve

fn last_event(exchange: &Exchange) -> Option<Cursor> {
    exchange.request().headers.get_str("last-event-id")?.parse().ok().map(Cursor)
}

/// An entry as the event that every reader gets.
fn sealed(entry: &Entry) -> Vec<u8> {
    event(&entry.json(), Some(entry.cursor)).into_bytes()
}

fn event(data: &str, cursor: Option<Cursor>) -> String {
    let id = cursor.map(|cursor| cursor.0.to_string()).unwrap_or_default();
    let mut event = Vec::new();
    let encoded = ServerEvent::new(data).with_id(id).encode(&mut event);
    encoded.expect("JSON has no line breaks, and a number no NUL");
    String::from_utf8(event).expect("JSON is UTF-8")
}
