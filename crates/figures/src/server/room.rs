//! Those who keep a room: what one member says, all hear.

use super::{Served, accept};
use bytes::Bytes;
use chat::{
    room::Limits,
    site::{Settings, Site},
};
use frame::{Header, Kind};
use futures_util::{SinkExt, StreamExt};
use http1::Response;
use hyper::server::conn::http1 as hyper_http1;
use hyper_util::rt::TokioIo;
use server::{
    Exchange, Handler, Server,
    socketio::{Event, SocketIo},
};
use std::{cell::RefCell, collections::BTreeMap, future::pending, io, rc::Rc};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, tcp::OwnedWriteHalf},
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    task::spawn_local,
};
use tokio_tungstenite::tungstenite::Message;

/// Our chat room. Nobody is asked to speak more slowly.
pub(super) async fn ours(listener: TcpListener) -> io::Result<()> {
    let limits = Limits { flood: None, ..Limits::default() };
    let site = Site::new(Settings { limits, ..Settings::default() });
    Server::default().serve(listener, site, pending()).await;
    Ok(())
}

/// Our Socket.IO.
pub(super) async fn ours_socketio(listener: TcpListener) -> io::Result<()> {
    let io = SocketIo::default();
    let all = io.main().clone();
    io.on_connect(move |socket| {
        let all = all.clone();
        async move {
            socket.on("msg", move |event: Event| {
                let told = all.emit("msg", &event.arguments);
                async move { told }
            });
        }
    });
    let site = move |exchange: Exchange| {
        let io = io.clone();
        async move {
            match exchange.path() {
                "/socket.io/" => io.handle(exchange).await,
                _ => exchange.respond(Response::new(404), b"").await,
            }
        }
    };
    Server::default().serve(listener, site, pending()).await;
    Ok(())
}

/// Its Socket.IO, on hyper.
pub(super) async fn socketioxide(listener: TcpListener) -> io::Result<()> {
    use socketioxide::{
        SocketIo,
        extract::{SocketRef, TryData},
    };
    let (service, io) = SocketIo::new_svc();
    io.ns("/", async |socket: SocketRef| {
        socket.on("msg", async |io: SocketIo, TryData::<String>(text)| {
            if let Ok(text) = text {
                _ = io.emit("msg", &text).await;
            }
        });
    });
    accept(listener, move |stream: TcpStream| {
        let service = service.clone();
        async move {
            let http = hyper_http1::Builder::new();
            http.serve_connection(TokioIo::new(stream), service).with_upgrades().await?;
            Ok(())
        }
    })
    .await
}

/// Who is in a room, each with a queue.
struct Room<M> {
    members: Rc<RefCell<BTreeMap<u64, UnboundedSender<M>>>>,
}

impl<M: Clone> Room<M> {
    fn new() -> Self {
        Room { members: Rc::default() }
    }

    fn enter(&self) -> (u64, UnboundedReceiver<M>) {
        let (sender, queue) = unbounded_channel();
        let mut members = self.members.borrow_mut();
        let number = members.last_key_value().map_or(0, |(last, _)| last + 1);
        members.insert(number, sender);
        (number, queue)
    }

    fn say(&self, message: &M) {
        for member in self.members.borrow().values() {
            // Who has just left is taken out by their own task.
            _ = member.send(message.clone());
        }
    }

    fn leave(&self, number: u64) {
        self.members.borrow_mut().remove(&number);
    }
}

impl<M> Clone for Room<M> {
    fn clone(&self) -> Self {
        Room { members: Rc::clone(&self.members) }
    }
}

/// tokio-tungstenite, after its own example of a chat: a channel for each member.
pub(super) async fn tokio_tungstenite(listener: TcpListener) -> io::Result<()> {
    async fn member(stream: TcpStream, room: Room<Message>) -> Served {
        let socket = tokio_tungstenite::accept_async(stream).await?;
        let (mut sink, mut source) = socket.split();
        let (number, mut queue) = room.enter();
        let outgoing = async {
            while let Some(message) = queue.recv().await {
                sink.send(message).await?;
            }
            Ok(())
        };
        let incoming = async {
            while let Some(message) = source.next().await {
                let message = message?;
                if message.is_text() {
                    room.say(&message);
                }
            }
            Ok(())
        };
        let served: Served = tokio::select! {
            done = outgoing => done,
            done = incoming => done,
        };
        room.leave(number);
        served
    }
    let room = Room::new();
    accept(listener, move |stream| member(stream, room.clone())).await
}

/// A bound: it knows one handshake, checks nothing, and writes what has queued up in
/// one write.
pub(super) async fn raw(listener: TcpListener) -> io::Result<()> {
    const ANSWER: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\
        Connection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
    async fn member(stream: TcpStream, room: Room<Bytes>) -> Served {
        let (mut reader, mut writer) = stream.into_split();
        let mut arrived = Vec::new();
        while !arrived.ends_with(b"\r\n\r\n") {
            if reader.read_buf(&mut arrived).await? == 0 {
                return Ok(());
            }
        }
        arrived.clear();
        writer.write_all(ANSWER).await?;
        let (number, queue) = room.enter();
        spawn_local(tell(writer, queue));
        while reader.read_buf(&mut arrived).await? > 0 {
            let mut start = 0;
            while let Some((header, len)) = Header::decode(&arrived[start..]) {
                let end = start + len + header.len as usize;
                let Some(payload) = arrived.get_mut(start + len..end) else { break };
                if let Some(mask) = header.mask {
                    mask.apply(0, payload);
                }
                let mut frame = Vec::new();
                frame::encode(Kind::Text, payload, None, &mut frame);
                room.say(&frame.into());
                start = end;
            }
            arrived.drain(..start);
        }
        room.leave(number);
        Ok(())
    }
    async fn tell(
        mut writer: OwnedWriteHalf,
        mut queue: UnboundedReceiver<Bytes>,
    ) -> io::Result<()> {
        let mut frames = Vec::new();
        while queue.recv_many(&mut frames, 64).await > 0 {
            let mut pieces: Vec<_> = frames.iter().map(|frame| io::IoSlice::new(frame)).collect();
            let mut rest = &mut pieces[..];
            while !rest.is_empty() {
                let written = writer.write_vectored(rest).await?;
                io::IoSlice::advance_slices(&mut rest, written);
            }
            frames.clear();
        }
        Ok(())
    }
    let room = Room::new();
    accept(listener, move |stream| member(stream, room.clone())).await
}
