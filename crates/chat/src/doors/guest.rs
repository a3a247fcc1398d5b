//! Members whose door closes after every answer: who they are, from one request to the next.
//!
//! HTTP forgets who asked as soon as it has answered. So a page says it each time,
//! with a token that only it knows:
//!
//! ```text
//! POST /rooms/lobby/members            {"type":"username","name":"Ada"}
//!   ◄── 201  {"type":"id","id":3,"cursor":17,"token":"9f2c…"}
//! POST /rooms/lobby/messages?token=9f2c…   {"type":"message","text":"Hello"}
//! DELETE /rooms/lobby/members?token=9f2c…
//! ```
//!
//! A WebSocket needs none of this: as long as it is open, it is who it was.
//!
//! Book: chapters 2 and 3.

use crate::{
    hub::{Hub, Reader},
    message::{Reply, Wish},
    room::{Cursor, MemberId},
};
use http1::Response;
use serde::Serialize;
use server::{Error, Exchange};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::time::{Instant, interval};

/// The members of one room who come by requests.
#[derive(Debug, Default)]
pub struct Guests {
    by_token: Mutex<HashMap<String, Guest>>,
}

/// Somebody who comes by requests.
#[derive(Debug, Clone)]
struct Guest {
    id: MemberId,
    name: Arc<str>,
    seen: Instant,
    /// How many of their requests are being answered: who waits here has not left.
    waiting: usize,
}

/// How long somebody may ask nothing before they are taken for gone.
const ABSENCE: Duration = Duration::from_secs(40);

impl Guests {
    /// Answers what a page wants of the list of members.
    ///
    /// # Errors
    /// As [`Exchange::respond`].
    pub async fn serve(&self, mut exchange: Exchange, hub: &Hub) -> Result<(), Error> {
        match exchange.request().method.as_str() {
            "POST" => {
                let wish = serde_json::from_slice(&exchange.body().await?);
                let Ok(Wish::Username { name }) = wish else {
                    return refuse(exchange, 422, "say who you are").await;
                };
                match hub.act(|room, now| room.join(&name, now)) {
                    Ok(joined) => {
                        let cursor = hub.reader(joined.id, None).cursor;
                        let token = format!("{:032x}", rand::random::<u128>());
                        let welcome = Welcome {
                            reply: Reply::Id { id: joined.id, cursor },
                            name: &joined.name,
                            token: &token,
                        };
                        let body =
                            serde_json::to_vec(&welcome).expect("texts and numbers are JSON");
                        let guest = Guest {
                            id: joined.id,
                            name: Arc::clone(&joined.name),
                            seen: Instant::now(),
                            waiting: 0,
                        };
                        self.guests().insert(token, guest);
                        exchange.respond(json(201), &body).await
                    }
                    Err(refusal) => refuse(exchange, 422, &refusal.to_string()).await,
                }
            }
            "DELETE" => {
                let gone = token(&exchange).and_then(|token| self.guests().remove(&token));
                let Some(guest) = gone else { return refuse(exchange, 403, UNKNOWN).await };
                hub.act(|room, now| room.leave(guest.id, now));
                exchange.respond(Response::new(204), b"").await
            }
            _ => {
                let response = Response::new(405).with("Allow", "POST, DELETE");
                exchange.respond(response, b"").await
            }
        }
    }

    /// Does what a page wants: a message, another name.
    ///
    /// # Errors
    /// As [`Exchange::respond`].
    pub async fn hear(&self, mut exchange: Exchange, hub: &Hub) -> Result<(), Error> {
        let body = exchange.body().await?;
        let Some(mut visit) = self.visit(&exchange) else {
            return refuse(exchange, 403, UNKNOWN).await;
        };
        let wish = match serde_json::from_slice(&body) {
            Ok(wish) => wish,
            Err(error) => return refuse(exchange, 422, &error.to_string()).await,
        };
        match hub.hear(visit.id, wish, &mut visit.name) {
            None => exchange.respond(Response::new(204), b"").await,
            Some(reply) => {
                let status = if matches!(reply, Reply::Refused { .. }) { 422 } else { 200 };
                let body = reply.json();
                exchange.respond(json(status), body.as_bytes()).await
            }
        }
    }

    /// Who asks, and from where they read on; `None`: nobody who is here.
    pub fn reader(&self, exchange: &Exchange, hub: &Hub) -> Option<(Visit<'_>, Reader)> {
        let visit = self.visit(exchange)?;
        let reader = hub.reader(visit.id, wanted(exchange).1);
        Some((visit, reader))
    }

    fn visit(&self, exchange: &Exchange) -> Option<Visit<'_>> {
        let token = token(exchange)?;
        let mut guests = self.guests();
        let guest = guests.get_mut(&token)?;
        guest.waiting += 1;
        let (id, name) = (guest.id, Arc::clone(&guest.name));
        drop(guests);
        Some(Visit { guests: self, token, id, name })
    }

    /// Sees off those who have asked nothing for too long. It never ends.
    pub async fn watch(&self, hub: &Hub) {
        let mut watch = interval(ABSENCE / 4);
        loop {
            watch.tick().await;
            let gone: Vec<MemberId> = {
                let mut guests = self.guests();
                let is_gone = |guest: &Guest| guest.waiting == 0 && guest.seen.elapsed() > ABSENCE;
                guests.extract_if(|_, guest| is_gone(guest)).map(|(_, guest)| guest.id).collect()
            };
            for id in gone {
                hub.act(|room, now| room.leave(id, now));
            }
        }
    }

    fn guests(&self) -> MutexGuard<'_, HashMap<String, Guest>> {
        self.by_token.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request of a guest, as long as it is answered.
#[derive(Debug)]
pub struct Visit<'g> {
    guests: &'g Guests,
    token: String,
    /// Who it is.
    pub id: MemberId,
    name: Arc<str>,
}

impl Drop for Visit<'_> {
    fn drop(&mut self) {
        if let Some(guest) = self.guests.guests().get_mut(&self.token) {
            guest.waiting -= 1;
            guest.seen = Instant::now();
            guest.name = Arc::clone(&self.name);
        }
    }
}

#[derive(Serialize)]
struct Welcome<'a> {
    #[serde(flatten)]
    reply: Reply<'a>,
    name: &'a str,
    token: &'a str,
}

const UNKNOWN: &str = "nobody here has this token";

/// Answers that something is not done, and why.
///
/// # Errors
/// As [`Exchange::respond`].
pub(crate) async fn refuse(exchange: Exchange, status: u16, why: &str) -> Result<(), Error> {
    let body = Reply::Refused { text: why.to_owned() }.json();
    exchange.respond(json(status), body.as_bytes()).await
}

/// A response whose body is JSON, for this moment and for nobody else.
pub(super) fn json(status: u16) -> Response {
    Response::new(status)
        .with("Content-Type", "application/json")
        .with("Cache-Control", "private, no-cache")
}

/// How somebody wants to be called, and from where they read on.
pub(super) fn wanted(exchange: &Exchange) -> (String, Option<Cursor>) {
    let parameter = |wanted| exchange.query_pairs().find(|(name, _)| name == wanted);
    let name = parameter("name").map_or_else(|| "Guest".to_owned(), |(_, name)| name);
    let since = parameter("since").and_then(|(_, since)| since.parse().ok()).map(Cursor);
    (name, since)
}

fn token(exchange: &Exchange) -> Option<String> {
    exchange.query_pairs().find(|(name, _)| name == "token").map(|(_, token)| token)
}
