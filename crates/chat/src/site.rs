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
//!        /socket.io/                      Socket.IO, where everybody says their room
//! ```
//!
//! Book: chapter 9.

use crate::{
    backplane::Backplane,
    doors::{self, Slow, event_stream, long_polling, polling, requests},
    page,
    room::Limits,
    rooms::Rooms,
};
use server::{
    Error, Exchange, Handler,
    socketio::{self, SocketIo, engineio},
    websocket,
};
use std::{sync::Arc, time::Duration};

/// A chat server: give it to [`Server::serve`](server::Server::serve).
#[derive(Debug)]
pub struct Site {
    settings: Settings,
    rooms: Arc<Rooms>,
    socketio: SocketIo,
}

/// How a chat server behaves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What each room puts up with.
    pub limits: Limits,
    /// How many rooms there are at most.
    pub rooms: usize,
    /// What the WebSocket door offers.
    pub websocket: websocket::Config,
    /// What the Socket.IO door offers.
    pub socketio: socketio::Config,
    /// What becomes of a member that reads too slowly.
    pub slow: Slow,
    /// What carries the rooms across processes; `None`: they are of this one alone.
    pub backplane: Option<Backplane>,
}

impl Default for Settings {
    fn default() -> Self {
        let mut websocket = websocket::Config::default();
        // Pages of the kind that sends JSON ask for one or the other.
        websocket.handshake.subprotocols = vec!["chat".to_owned(), "json".to_owned()];
        websocket.limits = frame::Limits { frame: LONGEST_WISH, message: LONGEST_WISH };
        let mut engine = engineio::Config::default();
        engine.payload.bytes = LONGEST_WISH as usize;
        let mut socketio = socketio::Config::default();
        socketio.session.engine = Arc::new(engine);
        Settings {
            limits: Limits::default(),
            rooms: 100,
            websocket,
            socketio,
            slow: Slow::default(),
            backplane: None,
        }
    }
}

/// How much somebody may send at once, in bytes. A text that is written in `\u`
/// escapes throughout is six times as long.
const LONGEST_WISH: u64 = 64 << 10;

impl Site {
    /// A server without rooms: each begins with the first who comes in.
    pub fn new(settings: Settings) -> Self {
        let Settings { limits, rooms, backplane, .. } = settings.clone();
        let rooms = Arc::new(Rooms::new(limits, rooms, backplane));
        let socketio = doors::socketio::open(Arc::clone(&rooms), &settings.socketio, settings.slow);
        Site { settings, rooms, socketio }
    }
}

impl Handler for Site {
    async fn handle(&self, exchange: Exchange) -> Result<(), Error> {
        if exchange.path() == "/socket.io/" {
            return self.socketio.handle(exchange).await;
        }
        let segments = exchange.segments()?;
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let ["rooms", room, door] = segments[..] else {
            return page::serve(exchange).await;
        };
        let method = exchange.request().method.clone();
        let comes_in = matches!((method.as_str(), door), ("POST", "members") | (_, "socket"));
        let hub = if comes_in { self.rooms.enter(room) } else { self.rooms.find(room) };
        let Some(hub) = hub else {
            let reply = requests::refused(requests::NO_ROOM);
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
            (_, "socket") => doors::websocket::serve(exchange, &hub, websocket, *slow).await,
            _ => requests::tell(exchange, 404, &requests::refused("there is no such door")).await,
        }
    }
}

/// How long a request wants to wait.
fn wait(exchange: &Exchange) -> Option<Duration> {
    let (_, wait) = exchange.query_pairs().find(|(name, _)| name == "wait")?;
    Some(Duration::from_secs(wait.parse().ok()?))
}
