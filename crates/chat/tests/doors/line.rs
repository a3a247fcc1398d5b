//! Lines: an event stream, Socket.IO, and WebSockets over pipes that hold little.

use crate::site::{
    Client,
    client::{Answer, request},
};
use frame::{Code, Event};
use http1::{Connection, EventKind, EventStream, Limits, Method, Request};
use serde_json::{Value, json};
use server::{
    Peer, Server, WebSocket,
    websocket::{self, Config},
};
use std::net::SocketAddr;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

pub(crate) fn url(address: SocketAddr, target: &str) -> String {
    format!("ws://{address}{target}")
}

/// An event stream, as it comes.
pub(crate) struct Events {
    stream: TcpStream,
    machine: Connection,
    events: EventStream,
    pub(crate) ended: bool,
}

impl Events {
    pub(crate) async fn open(mut stream: TcpStream, target: &str, last: u64) -> Events {
        let request = Request::new(Method::GET, target)
            .with("Host", "a")
            .with("Accept", "text/event-stream")
            .with("Last-Event-ID", last.to_string());
        let mut machine = Connection::client(Limits { body: u64::MAX, ..Limits::default() });
        machine.ask(&request, b"").unwrap();
        stream.write_all(machine.transmit()).await.unwrap();
        machine.transmitted(machine.transmit().len());
        Events { stream, machine, events: EventStream::new(1 << 20), ended: false }
    }

    /// The data of the next event; `None`: the line is cut, or the answer has ended.
    pub(crate) async fn next(&mut self) -> Option<String> {
        let mut piece = vec![0; 16 << 10];
        loop {
            if let Some(dispatched) = self.events.next_event().unwrap() {
                return Some(dispatched.event.data);
            }
            while let Some(event) = self.machine.next_event().ok()? {
                match event.kind {
                    EventKind::Response(response) => {
                        assert_eq!(response.status, 200);
                        let kind = response.headers.get_str("content-type");
                        assert_eq!(kind, Some("text/event-stream"));
                    }
                    EventKind::Body(piece) => self.events.receive(piece),
                    EventKind::End { .. } => self.ended = true,
                    other => panic!("{other:?}"),
                }
            }
            if let Some(dispatched) = self.events.next_event().unwrap() {
                return Some(dispatched.event.data);
            }
            if self.ended {
                return None;
            }
            match self.stream.read(&mut piece).await {
                Ok(0) | Err(_) => return None,
                Ok(len) => self.machine.receive(&piece[..len]),
            }
        }
    }
}

/// A WebSocket over a pipe that holds so many bytes, to a server with this handler.
pub(crate) async fn piped(handler: impl server::Handler, target: &str, holds: usize) -> WebSocket {
    let (ours, theirs) = tokio::io::duplex(holds);
    let peer = Peer { address: "127.0.0.1:1".parse().unwrap(), secure: false };
    tokio::spawn(Server::default().serve_connection(theirs, peer, handler));
    let offer = handshake::Offer::new("a", target);
    websocket::open(ours, peer, &offer, &Config::default()).await.unwrap()
}

/// Somebody at the Socket.IO door, by one transport or the other.
pub(crate) struct Talk {
    address: SocketAddr,
    carrier: Carrier,
}

enum Carrier {
    Socket(Box<WebSocket>),
    Polling { target: String, getter: Box<Client> },
}

impl Talk {
    /// Opens a session by WebSocket, and asks to come in.
    pub(crate) async fn by_websocket(address: SocketAddr, auth: &Value) -> Talk {
        let url = url(address, "/socket.io/?EIO=4&transport=websocket");
        let socket = websocket::connect(&url, &Config::default()).await.unwrap();
        let mut talk = Talk { address, carrier: Carrier::Socket(Box::new(socket)) };
        talk.send(&format!("40{auth}")).await;
        talk
    }

    /// Opens a session by polling, and asks to come in.
    pub(crate) async fn by_polling(address: SocketAddr, auth: &Value) -> Talk {
        let mut target = "/socket.io/?EIO=4&transport=polling".to_owned();
        let mut getter = Client::new(TcpStream::connect(address).await.unwrap());
        let opened = getter.get(&target, &[]).await;
        let open: Value = serde_json::from_str(&opened.text()[1..]).unwrap();
        target.push_str(&format!("&sid={}", open["sid"].as_str().unwrap()));
        let carrier = Carrier::Polling { target, getter: Box::new(getter) };
        let mut talk = Talk { address, carrier };
        talk.send(&format!("40{auth}")).await;
        talk
    }

    /// Sends a packet. If it does not arrive, nobody is told.
    pub(crate) async fn send(&mut self, packet: &str) {
        match &mut self.carrier {
            Carrier::Socket(socket) => {
                _ = socket.send(Event::Text(packet)).await;
                _ = socket.flush().await;
            }
            Carrier::Polling { target, .. } => {
                let mut poster = Client::new(TcpStream::connect(self.address).await.unwrap());
                let post = request(&Method::POST, target, &[("Content-Type", "text/plain")]);
                poster.send(&post, packet.as_bytes()).await;
                _ = poster.answer().await;
            }
        }
    }

    /// Sends an attachment.
    pub(crate) async fn send_bytes(&mut self, bytes: &[u8]) {
        let Carrier::Socket(socket) = &mut self.carrier else { panic!("by WebSocket only") };
        socket.send(Event::Binary(bytes)).await.unwrap();
        socket.flush().await.unwrap();
    }

    /// The id of a session by polling.
    pub(crate) fn sid(&self) -> &str {
        let Carrier::Polling { target, .. } = &self.carrier else { panic!("by polling only") };
        target.rsplit_once('=').unwrap().1
    }

    /// Says an event.
    pub(crate) async fn emit(&mut self, event: &str, argument: &Value) {
        self.send(&format!("42{}", json!([event, argument]))).await;
    }

    /// The objects that come next, perhaps none; `None`: the line has ended.
    pub(crate) async fn next(&mut self) -> Option<Vec<Value>> {
        let packets = self.packets().await?;
        let mut objects = Vec::new();
        for packet in packets {
            if let Some(event) = packet.strip_prefix("42") {
                let [name, object]: [Value; 2] = serde_json::from_str(event).unwrap();
                assert_eq!(name, object["type"]);
                objects.push(object);
            } else if packet == "2" {
                self.send("3").await;
            } else if packet == "1" || packet == "41" {
                return (!objects.is_empty()).then_some(objects);
            }
        }
        Some(objects)
    }

    /// The packets that come next.
    pub(crate) async fn packets(&mut self) -> Option<Vec<String>> {
        match &mut self.carrier {
            Carrier::Socket(socket) => match socket.receive().await {
                Ok(Some((Event::Text(packet), _))) => Some(vec![packet.to_owned()]),
                Ok(Some((other, _))) => panic!("{other:?}"),
                Ok(None) | Err(_) => None,
            },
            Carrier::Polling { target, getter } => {
                getter.send(&request(&Method::GET, target, &[]), b"").await;
                let answer: Answer = getter.answer().await?;
                let packets = answer.text().split('\x1e').map(str::to_owned);
                (answer.status() == 200).then(|| packets.collect())
            }
        }
    }

    /// Says goodbye.
    pub(crate) async fn leave(mut self) {
        self.send("41").await;
        if let Carrier::Socket(socket) = self.carrier {
            _ = socket.close(Code::NORMAL, "").await;
        }
    }
}
