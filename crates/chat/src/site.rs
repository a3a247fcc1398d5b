//! What a chat server answers: the page, the rooms by name, and the doors of each.
//!
//! ```text
//! GET    /                                the page
//! POST   /rooms/lobby/members             come in
//! DELETE /rooms/lobby/members             go
//! POST   /rooms/lobby/messages            say something
//! GET    /rooms/lobby/messages            polling; with wait=SECONDS, long polling
//! GET    /rooms/lobby/events              an event stream
//! GET    /rooms/lobby/socket              a WebSocket
//! ```
//!
//! Book: chapter 9.

use crate::{
    doors::{Slow, event_stream, long_polling, polling, requests, websocket},
    hub::Hub,
    page,
    room::{Limits, Name},
};
use server::{Error, Exchange, Handler, websocket::Config};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::task::AbortHandle;

/// A chat server: give it to [`Server::serve`](server::Server::serve).
#[derive(Debug)]
pub struct Site {
    settings: Settings,
    /// A plain mutex: it is held for a moment, and never across an await.
    rooms: Mutex<HashMap<Name, Place>>,
}

/// How a chat server behaves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What each room puts up with.
    pub limits: Limits,
    /// How many rooms there are at most.
    pub rooms: usize,
    /// What the WebSocket door offers.
    pub websocket: Config,
    /// What becomes of a member that reads too slowly.
    pub slow: Slow,
}

impl Default for Settings {
    fn default() -> Self {
        let mut websocket = Config::default();
        // Pages of the kind that sends JSON ask for one or the other.
        websocket.handshake.subprotocols = vec!["chat".to_owned(), "json".to_owned()];
        websocket.limits = frame::Limits { frame: LONGEST_WISH, message: LONGEST_WISH };
        Settings { limits: Limits::default(), rooms: 100, websocket, slow: Slow::default() }
    }
}

/// How much somebody may send at once, in bytes. A text that is written in `\u`
/// escapes throughout is six times as long.
const LONGEST_WISH: u64 = 64 << 10;

/// A room, and the task that watches its clock.
#[derive(Debug)]
struct Place {
    hub: Arc<Hub>,
    keeper: AbortHandle,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.keeper.abort();
    }
}

impl Place {
    fn new(limits: Limits) -> Self {
        let hub = Arc::new(Hub::new(limits));
        let kept = Arc::clone(&hub);
        let keeper = tokio::spawn(async move { kept.keep().await }).abort_handle();
        Place { hub, keeper }
    }

    /// Whether nobody is there, or on the way in: only the place and its keeper hold it.
    fn is_deserted(&self) -> bool {
        Arc::strong_count(&self.hub) == 2 && self.hub.is_empty()
    }
}

/// The longest name of a room, in characters.
const LONGEST_NAME: usize = 64;

impl Site {
    /// A server without rooms: each begins with the first who comes in.
    pub fn new(settings: Settings) -> Self {
        Site { settings, rooms: Mutex::default() }
    }

    /// The room of this name; a new one, if there is room for it.
    fn enter(&self, name: &str) -> Option<Arc<Hub>> {
        let name = Name::decode(name, LONGEST_NAME).ok()?;
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new = !rooms.contains_key(&name);
        if is_new && rooms.len() >= self.settings.rooms {
            rooms.retain(|_, place| !place.is_deserted());
        }
        if is_new && rooms.len() >= self.settings.rooms {
            return None;
        }
        let place = rooms.entry(name).or_insert_with(|| Place::new(self.settings.limits));
        Some(Arc::clone(&place.hub))
    }

    /// The room of this name, if anybody has come in yet.
    fn find(&self, name: &str) -> Option<Arc<Hub>> {
        let name = Name::decode(name, LONGEST_NAME).ok()?;
        let rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        Some(Arc::clone(&rooms.get(&name)?.hub))
    }
}

impl Handler for Site {
    async fn handle(&self, exchange: Exchange) -> Result<(), Error> {
        let segments = exchange.segments()?;
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let ["rooms", room, door] = segments[..] else {
            return page::serve(exchange).await;
        };
        let method = exchange.request().method.clone();
        let comes_in = matches!((method.as_str(), door), ("POST", "members") | (_, "socket"));
        let hub = if comes_in { self.enter(room) } else { self.find(room) };
        let Some(hub) = hub else {
            let reply = requests::refused("there is no such room, and none can begin");
            return requests::tell(exchange, 404, &reply).await;
        };
        let Settings { websocket, slow, .. } = &self.settings;
        match (method.as_str(), door) {
            ("POST", "members") => requests::enter(exchange, &hub).await,
            ("DELETE", "members") => requests::leave(exchange, &hub).await,
            (_, "members") => requests::refuse_method(exchange, "POST, DELETE").await,
            ("POST", "messages") => requests::hear(exchange, &hub).await,
            ("GET", "messages") => match wait(&exchange) {
                None => polling::serve(exchange, &hub).await,
                Some(wait) => long_polling::serve(exchange, &hub, wait).await,
            },
            (_, "messages") => requests::refuse_method(exchange, "GET, POST").await,
            ("GET", "events") => event_stream::serve(exchange, &hub, *slow).await,
            (_, "events") => requests::refuse_method(exchange, "GET").await,
            (_, "socket") => websocket::serve(exchange, &hub, websocket, *slow).await,
            _ => requests::tell(exchange, 404, &requests::refused("there is no such door")).await,
        }
    }
}

/// How long a request wants to wait.
fn wait(exchange: &Exchange) -> Option<Duration> {
    let (_, wait) = exchange.query_pairs().find(|(name, _)| name == "wait")?;
    Some(Duration::from_secs(wait.parse().ok()?))
}
