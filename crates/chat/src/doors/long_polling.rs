//! The door where one knocks and waits: long polling.
//!
//! ```text
//! GET /rooms/lobby/messages?token=9f2c…&since=…19&wait=25   ──►
//!                                                                … somebody speaks
//!                                                           ◄── 200  {"cursor":…20,"messages":[…]}
//! GET …&since=…20&wait=25                                   ──►  at once again
//! ```
//!
//! The request is held, not a thread: what waits here is a task, with its
//! connection about 5 KiB. When the time is over, the answer is an empty list with the same cursor;
//! what comes between two requests stands behind that cursor, and is not lost.
//!
//! Book: chapter 4.

use super::{
    polling::{BATCH, answer},
    requests,
};
use crate::hub::Hub;
use server::{Error, Exchange};
use std::{pin::pin, time::Duration};
use tokio::time::sleep;

/// How long a request may wait for news.
const LONGEST: Duration = Duration::from_secs(30);

/// Answers as soon as something stands behind the cursor, or after a while.
///
/// # Errors
/// As [`Exchange::respond`].
// ANCHOR: serve
pub async fn serve(mut exchange: Exchange, hub: &Hub, wait: Duration) -> Result<(), Error> {
    let (_line, mut reader) = match requests::reader(&exchange, hub).await {
        Ok(found) => found,
        Err(refusal) => return requests::refuse(exchange, &refusal).await,
    };
    let asked = reader.cursor;
    let mut entries = Vec::new();
    let mut news = hub.news();
    let mut over = pin!(sleep(wait.min(LONGEST)));
    loop {
        // Before the log is looked at: what comes in between is news.
        news.mark_unchanged();
        let taken = match hub.take(&mut reader, BATCH, &mut entries) {
            Ok(taken) => taken,
            Err(refusal) => return requests::refuse(exchange, &refusal).await,
        };
        if !entries.is_empty() || taken.lost || over.is_elapsed() || exchange.is_draining() {
            return answer(exchange, asked, reader, taken, &entries).await;
        }
        tokio::select! {
            _ = news.changed() => {}
            () = &mut over => {}
            () = exchange.disconnected() => if !exchange.is_draining() {
                // Nobody waits for the answer any more.
                return Ok(());
            },
        }
    }
}
// ANCHOR_END: serve
