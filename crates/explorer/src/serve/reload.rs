//! The WebSocket of a page that is open: it hears when there is a newer one.
//!
//! ```text
//! page   ──► GET /live?edition=N
//! server ◄── well      it is the newest
//!        ◄── failed …  and there will be none before that is mended
//!        ◄── reload    there is a newer one
//! ```
//!
//! Book: chapter 9.

use super::press::Edition;
use frame::{Event, Limits};
use server::{Error, Exchange, websocket::Config};
use tokio::sync::watch::Receiver;

/// A page has nothing to say here, in bytes.
const LONGEST: u64 = 1 << 10;

/// Tells one page until it is gone.
///
/// # Errors
/// No WebSocket was asked for, or the page breaks a rule.
pub(super) async fn serve(
    exchange: Exchange,
    mut editions: Receiver<Edition>,
) -> Result<(), Error> {
    let mut query = exchange.query_pairs();
    let shown = query.find_map(|(name, value)| (name == "edition").then(|| value.parse().ok())?);
    drop(query);
    let limits = Limits { frame: LONGEST, message: LONGEST };
    let mut socket = exchange.upgrade(&Config { limits, ..Config::default() }).await?;
    loop {
        let word = word(&editions.borrow_and_update(), shown);
        socket.send(Event::Text(&word)).await?;
        socket.flush().await?;
        loop {
            tokio::select! {
                changed = editions.changed() => match changed {
                    Ok(()) => break,
                    // The press has stopped, and so will the server.
                    Err(_) => return Ok(()),
                },
                message = socket.receive() => if message?.is_none() {
                    return Ok(());
                },
            }
        }
    }
}

/// What a page of the edition `shown` has to know.
fn word(newest: &Edition, shown: Option<u64>) -> String {
    match &newest.failure {
        _ if shown != Some(newest.stamp) => "reload".to_owned(),
        Some(failure) => format!("failed {failure}"),
        None => "well".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_hears_of_a_newer_edition_and_of_one_that_fails() {
        let mut newest = Edition { stamp: 7, ..Edition::default() };
        assert_eq!(word(&newest, Some(7)), "well");
        assert_eq!(word(&newest, Some(6)), "reload");
        assert_eq!(word(&newest, None), "reload");
        newest.failure = Some("line 3".into());
        assert_eq!(word(&newest, Some(7)), "failed line 3");
        assert_eq!(word(&newest, Some(6)), "reload");
    }
}
