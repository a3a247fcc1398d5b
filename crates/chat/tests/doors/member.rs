//! A member, through any door: comes in, speaks, listens, loses its line, comes back.

use crate::{
    line::{Events, Talk, url},
    site::{Client, PATIENCE, client::Answer},
};
use frame::{Code, Event};
use http1::{Method, Request};
use serde_json::{Value, json};
use server::{
    WebSocket,
    websocket::{self, Config},
};
use std::{mem, net::SocketAddr, time::Duration};
use tokio::{
    net::TcpStream,
    time::{sleep, timeout},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    Polling,
    LongPolling,
    EventStream,
    WebSocket,
    SocketIo,
    /// The same door, without a WebSocket.
    SocketIoByPolling,
}

impl Door {
    pub(crate) const ALL: [Door; 6] = [
        Door::Polling,
        Door::LongPolling,
        Door::EventStream,
        Door::WebSocket,
        Door::SocketIo,
        Door::SocketIoByPolling,
    ];

    /// Good for a member, and for a room.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Door::Polling => "polling",
            Door::LongPolling => "long-polling",
            Door::EventStream => "event-stream",
            Door::WebSocket => "websocket",
            Door::SocketIo => "socketio",
            Door::SocketIoByPolling => "socketio-by-polling",
        }
    }
}

pub(crate) struct Member {
    pub(crate) address: SocketAddr,
    door: Door,
    pub(crate) room: String,
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) token: String,
    /// The last entry that was read.
    pub(crate) cursor: u64,
    /// What was said, in the order in which it came: its place and its text.
    pub(crate) heard: Vec<(u64, String)>,
    /// The newest list of who is here.
    pub(crate) users: Vec<String>,
    /// How often something was lost.
    pub(crate) lost: usize,
    /// What it was told of the machines behind the room.
    pub(crate) notices: Vec<String>,
    /// What was said and not heard yet, by its key.
    pending: Vec<(String, String)>,
    spoken: usize,
    line: Line,
    /// Lines that are still open, and through which nothing is read any more.
    silent: Vec<Line>,
}

/// What is open for listening.
enum Line {
    Closed,
    Asking(Box<Client>),
    Told(Box<Events>),
    Socket(Box<WebSocket>),
    Talk(Box<Talk>),
}

impl Member {
    pub(crate) async fn enter(address: SocketAddr, door: Door, name: &str) -> Member {
        Member::enter_room(address, door, "lobby", name).await
    }

    pub(crate) async fn enter_room(
        address: SocketAddr,
        door: Door,
        room: &str,
        name: &str,
    ) -> Member {
        let mut client = Client::new(TcpStream::connect(address).await.unwrap());
        let wish = json!({"type": "username", "name": name}).to_string();
        let request =
            Request::new(Method::POST, format!("/rooms/{room}/members")).with("Host", "a");
        let answer = client.ask(&request, wish.as_bytes()).await;
        assert_eq!(answer.status(), 201, "{}", answer.text());
        let welcome: Value = serde_json::from_slice(&answer.body).unwrap();
        Member {
            address,
            door,
            room: room.to_owned(),
            id: welcome["id"].as_u64().unwrap(),
            name: welcome["name"].as_str().unwrap().to_owned(),
            token: welcome["token"].as_str().unwrap().to_owned(),
            cursor: welcome["cursor"].as_u64().unwrap(),
            heard: Vec::new(),
            users: Vec::new(),
            lost: 0,
            notices: Vec::new(),
            pending: Vec::new(),
            spoken: 0,
            line: Line::Closed,
            silent: Vec::new(),
        }
    }

    /// Loses its line, whatever was on it.
    pub(crate) fn cut(&mut self) {
        self.line = Line::Closed;
    }

    /// Loses its line without a word: at the other end, it seems to be there.
    pub(crate) fn fall_silent(&mut self) {
        self.silent.push(mem::replace(&mut self.line, Line::Closed));
    }

    /// Goes through another door from now on.
    pub(crate) fn change_to(&mut self, door: Door) {
        self.cut();
        self.door = door;
    }

    /// Speaks to all.
    pub(crate) async fn say(&mut self, text: &str) {
        self.wish(json!({"type": "message", "text": text})).await;
    }

    /// Speaks to one other.
    pub(crate) async fn whisper(&mut self, to: &str, text: &str) {
        self.wish(json!({"type": "message", "text": text, "to": to})).await;
    }

    /// Sends a wish the way its door is made for; a message has a key, by which it is
    /// sent again if the line is lost.
    pub(crate) async fn wish(&mut self, mut wish: Value) {
        if wish["type"] == "message" {
            self.spoken += 1;
            let key = format!("{}-{}", self.id, self.spoken);
            wish["key"] = key.clone().into();
            self.pending.push((key, wish.to_string()));
        }
        self.send(&wish.to_string()).await;
    }

    /// Sends again what it has not heard from the room.
    pub(crate) async fn repeat(&mut self) {
        for (_, wish) in self.pending.clone() {
            self.send(&wish).await;
        }
    }

    async fn send(&mut self, wish: &str) {
        match (self.door, &mut self.line) {
            (Door::WebSocket, Line::Socket(socket)) => {
                // If it does not arrive, it is repeated.
                _ = socket.send(Event::Text(wish)).await;
                _ = socket.flush().await;
            }
            (Door::SocketIo | Door::SocketIoByPolling, Line::Talk(talk)) => {
                let wish: Value = serde_json::from_str(wish).unwrap();
                talk.emit(wish["type"].as_str().unwrap(), &wish).await;
            }
            _ => {
                let answer = self.post(wish).await;
                assert!([200, 204].contains(&answer.status()), "{}", answer.text());
            }
        }
    }

    pub(crate) fn post(&self, wish: &str) -> impl Future<Output = Answer> + Send + use<> {
        let request = Request::new(Method::POST, self.target("messages", "")).with("Host", "a");
        let (address, wish) = (self.address, wish.to_owned());
        async move {
            let mut client = Client::new(TcpStream::connect(address).await.unwrap());
            client.ask(&request, wish.as_bytes()).await
        }
    }

    pub(crate) fn has_pending(&self) -> bool {
        !self.pending.is_empty()
    }

    pub(crate) fn target(&self, door: &str, more: &str) -> String {
        format!("/rooms/{}/{door}?token={}{more}", self.room, self.token)
    }

    /// Listens until something holds.
    #[track_caller]
    pub(crate) fn listen_until(
        &mut self,
        mut holds: impl FnMut(&Member) -> bool,
    ) -> impl Future<Output = ()> {
        let place = std::panic::Location::caller();
        let listening = async move {
            while !holds(self) {
                self.listen().await;
            }
        };
        async move {
            let heard = timeout(PATIENCE, listening).await;
            assert!(heard.is_ok(), "{place}: it never holds");
        }
    }

    /// Listens until so much was heard.
    pub(crate) async fn hear(&mut self, count: usize) {
        self.listen_until(|member| member.heard.len() >= count).await;
    }

    /// What was heard, without its place.
    pub(crate) fn texts(&self) -> Vec<&str> {
        self.heard.iter().map(|(_, text)| &**text).collect()
    }

    /// Takes what comes next. If it is dropped before, the line must be cut.
    pub(crate) async fn listen(&mut self) {
        if matches!(self.line, Line::Closed) {
            self.open().await;
        }
        let objects = self.next_objects().await;
        match objects {
            Some(objects) => objects.iter().for_each(|object| self.take(object)),
            None => self.cut(),
        }
    }

    async fn open(&mut self) {
        let address = self.address;
        let connect = async || TcpStream::connect(address).await.unwrap();
        self.line = match self.door {
            Door::Polling | Door::LongPolling => {
                Line::Asking(Box::new(Client::new(connect().await)))
            }
            Door::EventStream => {
                let target = self.target("events", "");
                Line::Told(Box::new(Events::open(connect().await, &target, self.cursor).await))
            }
            Door::WebSocket => {
                let since = format!("&since={}", self.cursor);
                let url = url(address, &self.target("socket", &since));
                let mut config = Config::default();
                config.handshake.subprotocols = vec!["chat".to_owned()];
                Line::Socket(Box::new(websocket::connect(&url, &config).await.unwrap()))
            }
            Door::SocketIo => Line::Talk(Box::new(Talk::by_websocket(address, &self.auth()).await)),
            Door::SocketIoByPolling => {
                Line::Talk(Box::new(Talk::by_polling(address, &self.auth()).await))
            }
        };
    }

    /// What a client of Socket.IO says of itself.
    fn auth(&self) -> Value {
        json!({"room": self.room, "token": self.token, "since": self.cursor})
    }

    /// `None`: the line has ended.
    async fn next_objects(&mut self) -> Option<Vec<Value>> {
        let wait = if self.door == Door::LongPolling { "&wait=20" } else { "" };
        let target = self.target("messages", &format!("&since={}{wait}", self.cursor));
        match &mut self.line {
            Line::Closed => unreachable!("it was opened"),
            Line::Asking(client) => {
                if self.door == Door::Polling {
                    // A page would wait for two seconds.
                    sleep(Duration::from_millis(5)).await;
                }
                let request = Request::new(Method::GET, target).with("Host", "a");
                client.send(&request, b"").await;
                let answer = client.answer().await?;
                assert_eq!(answer.status(), 200, "{}", answer.text());
                let mut answer: Value = serde_json::from_slice(&answer.body).unwrap();
                self.cursor = answer["cursor"].as_u64().unwrap();
                if answer["lost"] == true {
                    self.lost += 1;
                }
                match mem::take(&mut answer["messages"]) {
                    Value::Array(objects) => Some(objects),
                    other => panic!("{other}"),
                }
            }
            Line::Told(events) => Some(vec![serde_json::from_str(&events.next().await?).unwrap()]),
            Line::Socket(socket) => match socket.receive().await {
                Ok(Some((Event::Text(text), _))) => Some(vec![serde_json::from_str(text).unwrap()]),
                Ok(Some((other, _))) => panic!("{other:?}"),
                Ok(None) | Err(_) => None,
            },
            Line::Talk(talk) => talk.next().await,
        }
    }

    fn take(&mut self, object: &Value) {
        if let Some(cursor) = object["cursor"].as_u64().filter(|_| object["type"] != "id") {
            assert!(
                object["date"].as_u64().is_some_and(|date| date > 1_700_000_000_000),
                "{object}"
            );
            self.cursor = self.cursor.max(cursor);
        }
        match object["type"].as_str().unwrap() {
            "message" => {
                let text = object["text"].as_str().unwrap().to_owned();
                self.heard.push((object["cursor"].as_u64().unwrap(), text));
                self.pending.retain(|(key, _)| object["id"] != self.id || object["key"] != **key);
            }
            "userlist" => {
                let users = object["users"].as_array().unwrap();
                self.users = users.iter().map(|user| user.as_str().unwrap().to_owned()).collect();
            }
            "id" => assert_eq!(object["id"], self.id, "it is the same member"),
            "lost" => self.lost += 1,
            notice @ ("cutoff" | "rejoined") => self.notices.push(notice.to_owned()),
            "username" | "typing" => {}
            _ => panic!("{object}"),
        }
    }

    /// Says goodbye.
    pub(crate) async fn leave(mut self) {
        match mem::replace(&mut self.line, Line::Closed) {
            Line::Socket(socket) => _ = socket.close(Code::NORMAL, "").await,
            Line::Talk(talk) => talk.leave().await,
            Line::Closed | Line::Asking(_) | Line::Told(_) => {}
        }
        let mut client = Client::new(TcpStream::connect(self.address).await.unwrap());
        let request = Request::new(Method::DELETE, self.target("members", "")).with("Host", "a");
        assert_eq!(client.ask(&request, b"").await.status(), 204);
    }
}
