//! A member's line through one of five doors, and how it is cut.

use super::http::{Http, connect, expect, get, post};
use http1::{EventStream, Method, Request};
use serde::Deserialize;
use serde_json::json;
use server::{
    Peer, WebSocket,
    websocket::{self, Config},
};
use std::{
    io,
    net::{Ipv4Addr, Shutdown, SocketAddr},
    time::Duration,
};
use tokio::{
    net::TcpStream,
    task::spawn_local,
    time::{Instant, sleep, sleep_until, timeout},
};

/// A door of the chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// Ask again and again.
    Polling,
    /// Ask, and wait.
    LongPolling,
    /// Server-sent events.
    EventStream,
    /// WebSocket.
    WebSocket,
    /// Socket.IO, over a WebSocket or without one.
    SocketIo,
}

impl Door {
    /// All of them.
    pub const ALL: [Door; 5] =
        [Door::Polling, Door::LongPolling, Door::EventStream, Door::WebSocket, Door::SocketIo];

    /// As it stands in the table.
    pub fn name(self) -> &'static str {
        match self {
            Door::Polling => "polling",
            Door::LongPolling => "long polling",
            Door::EventStream => "event stream",
            Door::WebSocket => "WebSocket",
            Door::SocketIo => "Socket.IO",
        }
    }
}

/// How a line is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// A reset, whatever is under way.
    Reset,
    /// This end says no more; what comes is still read.
    HalfClose,
    /// This end says and reads nothing any more, and the line stays.
    Silence,
    /// A reset in the middle of a request.
    Torn,
}

impl Cut {
    /// All of them.
    pub const ALL: [Cut; 4] = [Cut::Reset, Cut::HalfClose, Cut::Silence, Cut::Torn];

    /// As it stands in the table.
    pub fn name(self) -> &'static str {
        match self {
            Cut::Reset => "lines that were reset",
            Cut::HalfClose => "lines that were half closed",
            Cut::Silence => "lines that went silent",
            Cut::Torn => "requests that were torn",
        }
    }
}

/// How long a line that was half closed or silent stays.
const LINGERING: Duration = Duration::from_secs(10);

/// Who is at this end, and what they have read.
#[derive(Debug, Clone)]
pub struct Place {
    /// Where the chat listens.
    pub port: u16,
    /// By what the member is known.
    pub token: String,
    /// What they have read.
    pub cursor: u64,
}

impl Place {
    fn target(&self, door: &str) -> String {
        format!("/rooms/lobby/{door}?token={}&since={}", self.token, self.cursor)
    }
}

/// An object of the room, as far as a storm looks at it.
#[derive(Debug, Deserialize)]
pub struct Object {
    /// What it is.
    #[serde(rename = "type")]
    pub kind: String,
    /// What was said.
    #[serde(default)]
    pub text: String,
    /// Its place.
    pub cursor: Option<u64>,
    /// By what the member is known.
    #[serde(default)]
    pub token: String,
}

impl Object {
    fn lost() -> Self {
        Object { kind: "lost".to_owned(), text: String::new(), cursor: None, token: String::new() }
    }
}

/// The answer of a door made of requests.
#[derive(Deserialize)]
struct Batch {
    cursor: u64,
    lost: bool,
    messages: Vec<Object>,
}

/// A line to the chat. Dropped, it is reset.
#[derive(Debug)]
pub struct Line {
    carrier: Carrier,
    /// The same connection once more, whoever has the first.
    control: std::net::TcpStream,
}

#[derive(Debug)]
enum Carrier {
    Asking { http: Http, waits: bool, is_asked: bool, next: Instant },
    Told { http: Http, events: Box<EventStream> },
    Socket(Box<WebSocket>),
    SocketIo(Box<WebSocket>),
    SocketIoByPolling { http: Http, target: String, is_asked: bool, owes_pong: bool },
}

impl Line {
    /// Comes in again.
    ///
    /// # Errors
    /// The line cannot be opened.
    pub async fn open(door: Door, by_polling: bool, place: &Place) -> io::Result<Line> {
        let (stream, control) = connect(place.port).await?;
        let carrier = match door {
            Door::Polling | Door::LongPolling => {
                let (waits, next) = (door == Door::LongPolling, Instant::now());
                Carrier::Asking { http: Http::new(stream), waits, is_asked: false, next }
            }
            Door::EventStream => {
                let mut http = Http::new(stream);
                http.ask(&get(&place.target("events")), b"").await?;
                Carrier::Told { http, events: Box::new(EventStream::new(1 << 20)) }
            }
            Door::WebSocket => Carrier::Socket(upgrade(stream, &place.target("socket")).await?),
            Door::SocketIo if by_polling => {
                let mut http = Http::new(stream);
                let mut target = "/socket.io/?EIO=4&transport=polling".to_owned();
                http.ask(&get(&target), b"").await?;
                let (_, opening) = http.answer().await?;
                let sid = opening.split('"').nth(3).unwrap_or_default();
                target = format!("{target}&sid={sid}");
                post(place.port, &target, &knock(place), false).await?;
                Carrier::SocketIoByPolling { http, target, is_asked: false, owes_pong: false }
            }
            Door::SocketIo => {
                let mut socket = upgrade(stream, "/socket.io/?EIO=4&transport=websocket").await?;
                say(&mut socket, &knock(place)).await?;
                Carrier::SocketIo(socket)
            }
        };
        Ok(Line { carrier, control })
    }

    /// What comes next, perhaps nothing. What is under way when this is dropped stays so.
    ///
    /// # Errors
    /// The line is lost.
    pub async fn next(&mut self, place: &mut Place) -> io::Result<Vec<Object>> {
        match &mut self.carrier {
            Carrier::Asking { http, waits, is_asked, next } => {
                sleep_until(*next).await;
                if !*is_asked {
                    let wait = if *waits { "&wait=25" } else { "" };
                    http.ask(&get(&(place.target("messages") + wait)), b"").await?;
                    *is_asked = true;
                }
                let (status, body) = http.answer().await?;
                *is_asked = false;
                expect(200, status)?;
                let batch: Batch = serde_json::from_str(&body)?;
                if !*waits {
                    *next = Instant::now() + Duration::from_secs(2);
                }
                place.cursor = batch.cursor;
                let lost = batch.lost.then(Object::lost);
                Ok(lost.into_iter().chain(batch.messages).collect())
            }
            Carrier::Told { http, events } => loop {
                if let Some(event) = events.next_event().map_err(io::Error::other)? {
                    return Ok(vec![serde_json::from_str(&event.event.data)?]);
                }
                events.receive(&http.piece().await?);
                expect(200, http.status)?;
            },
            Carrier::Socket(socket) => Ok(vec![serde_json::from_str(&hear(socket).await?)?]),
            Carrier::SocketIo(socket) => {
                let packet = hear(socket).await?;
                if packet == "2" {
                    say(socket, "3").await?;
                }
                objects(&packet)
            }
            Carrier::SocketIoByPolling { http, target, is_asked, owes_pong } => {
                if *owes_pong {
                    post(place.port, target, "3", false).await?;
                    *owes_pong = false;
                }
                if !*is_asked {
                    http.ask(&get(target), b"").await?;
                    *is_asked = true;
                }
                let (status, body) = http.answer().await?;
                *is_asked = false;
                expect(200, status)?;
                // Not now: what came with the ping must not be dropped.
                *owes_pong = body.split('\u{1e}').any(|packet| packet == "2");
                objects(&body)
            }
        }
    }

    /// Sends a message; in the middle of it, the line may break.
    ///
    /// # Errors
    /// Nobody knows whether it has arrived.
    pub async fn send(&mut self, place: &Place, wish: &str, torn: bool) -> io::Result<()> {
        let event = || format!(r#"42["message",{wish}]"#);
        match &mut self.carrier {
            Carrier::Socket(socket) => say(socket, wish).await,
            Carrier::SocketIo(socket) => say(socket, &event()).await,
            Carrier::SocketIoByPolling { target, .. } => {
                post(place.port, target, &event(), torn).await
            }
            Carrier::Asking { .. } | Carrier::Told { .. } => {
                post(place.port, &place.target("messages"), wish, torn).await
            }
        }
    }

    /// Ends it in one of the ways in which lines end.
    pub fn cut(mut self, how: Cut) {
        match how {
            Cut::Reset | Cut::Torn => {}
            Cut::HalfClose => {
                _ = self.control.shutdown(Shutdown::Write);
                spawn_local(async move {
                    let mut nobody = Place { port: 0, token: String::new(), cursor: 0 };
                    let listening = async { while self.next(&mut nobody).await.is_ok() {} };
                    _ = timeout(LINGERING, listening).await;
                });
            }
            Cut::Silence => {
                spawn_local(async move {
                    sleep(LINGERING).await;
                    drop(self);
                });
            }
        }
    }
}

/// Comes in for the first time.
///
/// # Errors
/// The line is lost before there was an answer.
pub async fn enter(port: u16, name: &str) -> io::Result<Place> {
    let (stream, _control) = connect(port).await?;
    let mut http = Http::new(stream);
    let request = Request::new(Method::POST, "/rooms/lobby/members").with("Host", "127.0.0.1");
    let wish = json!({"type": "username", "name": name}).to_string();
    http.ask(&request, wish.as_bytes()).await?;
    let (status, body) = http.answer().await?;
    expect(201, status)?;
    let welcome: Object = serde_json::from_str(&body)?;
    Ok(Place { port, token: welcome.token, cursor: welcome.cursor.unwrap_or_default() })
}

/// Says goodbye.
///
/// # Errors
/// The line is lost.
pub async fn leave(place: &Place) -> io::Result<()> {
    let (stream, _control) = connect(place.port).await?;
    let mut http = Http::new(stream);
    let request = Request::new(Method::DELETE, place.target("members")).with("Host", "127.0.0.1");
    http.ask(&request, b"").await?;
    expect(204, http.answer().await?.0)
}

async fn upgrade(stream: TcpStream, target: &str) -> io::Result<Box<WebSocket>> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let offer = handshake::Offer::new("127.0.0.1", target);
    let config = Config::default();
    let opened = websocket::open(stream, Peer { address, secure: false }, &offer, &config).await;
    opened.map(Box::new).map_err(io::Error::other)
}

async fn say(socket: &mut WebSocket, text: &str) -> io::Result<()> {
    socket.send(frame::Event::Text(text)).await.map_err(io::Error::other)?;
    socket.flush().await.map_err(io::Error::other)
}

async fn hear(socket: &mut WebSocket) -> io::Result<String> {
    match socket.receive().await.map_err(io::Error::other)? {
        Some((frame::Event::Text(text), _)) => Ok(text.to_owned()),
        _ => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

/// What a client of Socket.IO says first.
fn knock(place: &Place) -> String {
    format!("40{}", json!({"room": "lobby", "token": place.token, "since": place.cursor}))
}

/// The objects in packets of Socket.IO.
fn objects(packets: &str) -> io::Result<Vec<Object>> {
    let mut objects = Vec::new();
    for packet in packets.split('\u{1e}') {
        if let Some(event) = packet.strip_prefix("42") {
            let (_, object): (&str, Object) = serde_json::from_str(event)?;
            objects.push(object);
        } else if packet.starts_with("44") {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, packet));
        } else if packet == "1" || packet == "41" {
            // What stands before it is said again to who comes back.
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(objects)
}
