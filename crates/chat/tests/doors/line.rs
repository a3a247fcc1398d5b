//! Lines: an event stream, and WebSockets over pipes that hold little.

use http1::{Connection, EventKind, EventStream, Limits, Method, Request};
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
