//! What the doors made of requests share: coming in, speaking, going.
//!
//! HTTP forgets who asked as soon as it has answered. So a page says it each time,
//! with a token that only it knows:
//!
//! ```text
//! POST /rooms/lobby/members                {"type":"username","name":"Ada"}
//!   ◄── 201  {"type":"id","id":3,"name":"Ada","token":"9f2c…","cursor":1795344000000017,…}
//! POST /rooms/lobby/messages?token=9f2c…   {"type":"message","text":"Hello"}
//!   ◄── 204
//! DELETE /rooms/lobby/members?token=9f2c…
//!   ◄── 204
//! ```
//!
//! It stands in the URL because a browser's `EventSource` and `WebSocket` can send no
//! field of their own. So it is made for one room and a short life: it is void as
//! soon as its member is gone.
//!
//! Book: chapters 2 and 3.

use crate::{
    hub::{self, Hub, Line, Reader},
    message::{Reply, Wish},
    room::{Cursor, Refusal},
};
use http1::{Method, Response};
use server::{Error, Exchange};

/// Somebody comes in.
///
/// # Errors
/// As [`Exchange::respond`].
pub async fn enter(mut exchange: Exchange, hub: &Hub) -> Result<(), Error> {
    let name = match Wish::decode(&exchange.body().await?) {
        Ok(Wish::Username { name }) => name,
        Ok(_) => return tell(exchange, 422, &refused("say your name first")).await,
        Err(malformed) => return tell(exchange, 400, &Reply::from(&malformed)).await,
    };
    match hub.join(&name).await {
        Ok((joined, token)) => {
            // They have not read anything yet.
            let cursor = hub.act(|room, _| room.beginning(joined.id)).unwrap_or_default();
            let welcome = Reply::Id { id: joined.id, name: joined.name, token, cursor };
            tell(exchange, 201, &welcome).await
        }
        Err(refusal) => refuse(exchange, &refusal).await,
    }
}

/// Somebody goes.
///
/// # Errors
/// As [`Exchange::respond`].
pub async fn leave(exchange: Exchange, hub: &Hub) -> Result<(), Error> {
    let line = match line(&exchange, hub).await {
        Ok(line) => line,
        Err(refusal) => return refuse(exchange, &refusal).await,
    };
    match hub.leave(line.id).await {
        Ok(()) => exchange.respond(Response::new(204), b"").await,
        Err(refusal) => refuse(exchange, &refusal).await,
    }
}

/// Somebody speaks, or wants another name.
///
/// # Errors
/// As [`Exchange::respond`].
pub async fn hear(mut exchange: Exchange, hub: &Hub) -> Result<(), Error> {
    let body = exchange.body().await?;
    let line = match line(&exchange, hub).await {
        Ok(line) => line,
        Err(refusal) => return refuse(exchange, &refusal).await,
    };
    let wish = match Wish::decode(&body) {
        Ok(wish) => wish,
        Err(malformed) => return tell(exchange, 400, &Reply::from(&malformed)).await,
    };
    match hub.fulfil(line.id, &wish).await {
        Ok(None) => exchange.respond(Response::new(204), b"").await,
        Ok(Some(reply)) => tell(exchange, 200, &reply).await,
        Err(refusal) => answer(exchange, &refusal, &Reply::from(&refusal).to(&wish)).await,
    }
}

/// Who asks.
///
/// # Errors
/// Nobody who is here.
pub(super) async fn line<'h>(exchange: &Exchange, hub: &'h Hub) -> Result<Line<'h>, Refusal> {
    Wanted::of(exchange).line(hub).await
}

/// Who asks, and from where they read on.
///
/// # Errors
/// Nobody who is here.
pub(super) async fn reader<'h>(
    exchange: &Exchange,
    hub: &'h Hub,
) -> Result<(Line<'h>, Reader), Refusal> {
    let wanted = Wanted::of(exchange);
    let line = wanted.line(hub).await?;
    let reader = hub.reader(line.id, wanted.since).await?;
    Ok((line, reader))
}

/// What the query of a request says.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    /// Who comes back: a token, or what they take for one.
    pub(super) token: Option<String>,
    /// Who comes for the first time.
    pub(super) name: Option<String>,
    /// What they have read.
    pub(super) since: Option<Cursor>,
}

impl Wanted {
    pub(super) fn of(exchange: &Exchange) -> Wanted {
        let mut wanted = Wanted::default();
        for (name, value) in exchange.query_pairs() {
            match &*name {
                "token" => wanted.token = Some(value),
                "name" => wanted.name = Some(value),
                "since" => wanted.since = value.parse().ok().map(Cursor),
                _ => {}
            }
        }
        wanted
    }

    /// Who comes back.
    ///
    /// # Errors
    /// Nobody who is here.
    async fn line<'h>(&self, hub: &'h Hub) -> Result<Line<'h>, Refusal> {
        let token = self.token.as_ref().and_then(|token| token.parse().ok());
        hub.line_of(token.ok_or(Refusal::NotHere)?).await
    }
}

/// Answers that a method means nothing here.
///
/// # Errors
/// As [`Exchange::respond`].
pub async fn refuse_method(exchange: Exchange, allowed: &str) -> Result<(), Error> {
    let method: &Method = &exchange.request().method;
    let reply = refused(&format!("nobody can {method} this"));
    let response = json(405).with("Allow", allowed);
    exchange.respond(response, reply.json(hub::now().date).as_bytes()).await
}

/// Answers that the room does not do what somebody wants.
pub(super) async fn refuse(exchange: Exchange, refusal: &Refusal) -> Result<(), Error> {
    answer(exchange, refusal, &Reply::from(refusal)).await
}

async fn answer(exchange: Exchange, refusal: &Refusal, reply: &Reply) -> Result<(), Error> {
    let status = match refusal {
        Refusal::Text(_) | Refusal::Nobody(_) => 422,
        Refusal::NotHere => 403,
        Refusal::TooFast { .. } => 429,
        Refusal::Full | Refusal::CutOff | Refusal::Unsure => 503,
    };
    let mut response = json(status);
    if let Refusal::TooFast { wait } = refusal {
        response.headers.push("Retry-After", wait.div_ceil(1_000).to_string());
    }
    exchange.respond(response, reply.json(hub::now().date).as_bytes()).await
}

/// Answers with something for the one who asked.
///
/// # Errors
/// As [`Exchange::respond`].
pub async fn tell(exchange: Exchange, status: u16, reply: &Reply) -> Result<(), Error> {
    exchange.respond(json(status), reply.json(hub::now().date).as_bytes()).await
}

/// What is said to who wants into a room that is not there.
pub(crate) const NO_ROOM: &str = "there is no such room, and none can begin";

pub(crate) fn refused(text: &str) -> Reply {
    Reply::Refused { text: text.to_owned(), key: None }
}

/// A response whose body is JSON, for this moment and for nobody else.
pub(super) fn json(status: u16) -> Response {
    Response::new(status)
        .with("Content-Type", "application/json")
        .with("Cache-Control", "private, no-cache")
        .with("X-Content-Type-Options", "nosniff")
}
