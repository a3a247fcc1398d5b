//! Those who serve: ours and others, each in a process of its own.
//!
//! A server is this program, started again with its name; it prints its port, and
//! serves on one thread until it is killed.

mod room;

use crate::crowd::Manner;
use bytes::Bytes;
use fastwebsockets::{FragmentCollector, OpCode, WebSocketError, upgrade};
use futures_util::{SinkExt, StreamExt};
use http_body_util::Full;
use http1::Response;
use hyper::{Request, body::Incoming, server::conn::http1 as hyper_http1, service::service_fn};
use hyper_util::rt::TokioIo;
use server::{Exchange, Server, websocket::Config};
use std::{
    error::Error,
    future::{Future, pending},
    io,
    sync::LazyLock,
};
use tokio::{
    net::{TcpListener, TcpStream},
    task::{LocalSet, spawn_local},
};

/// Who serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Contender {
    /// Our HTTP.
    OursHttp,
    /// hyper.
    Hyper,
    /// Our WebSocket.
    OursWebsocket,
    /// fastwebsockets, on hyper.
    Fastwebsockets,
    /// tokio-websockets.
    TokioWebsockets,
    /// Our chat room, by its WebSocket door.
    OursChat,
    /// tokio-tungstenite, with a channel for each member.
    TokioTungstenite,
    /// A bound of the WebSocket rooms.
    Raw,
    /// Our Socket.IO.
    OursSocketIo,
    /// socketioxide, on hyper.
    Socketioxide,
}

impl Contender {
    /// Those who answer GET.
    pub const HTTP: [Contender; 2] = [Contender::OursHttp, Contender::Hyper];

    /// Those who echo WebSocket messages.
    pub const WEBSOCKET: [Contender; 3] =
        [Contender::OursWebsocket, Contender::Fastwebsockets, Contender::TokioWebsockets];

    /// Those who tell all members of a room what one says.
    pub const ROOM: [Contender; 3] =
        [Contender::OursChat, Contender::TokioTungstenite, Contender::Raw];

    /// Those who do it by Socket.IO.
    pub const SOCKET_IO: [Contender; 2] = [Contender::OursSocketIo, Contender::Socketioxide];

    /// How one comes into the room, and speaks there.
    pub fn manner(self) -> Manner {
        match self {
            Contender::OursChat => Manner::CHAT,
            Contender::OursSocketIo | Contender::Socketioxide => Manner::SOCKET_IO,
            _ => Manner::PLAIN,
        }
    }

    /// As it stands in the tables.
    pub fn name(self) -> &'static str {
        match self {
            Contender::OursHttp
            | Contender::OursWebsocket
            | Contender::OursChat
            | Contender::OursSocketIo => "ours",
            Contender::Hyper => "hyper",
            Contender::Fastwebsockets => "fastwebsockets",
            Contender::TokioWebsockets => "tokio-websockets",
            Contender::TokioTungstenite => "tokio-tungstenite",
            Contender::Raw => "raw",
            Contender::Socketioxide => "socketioxide",
        }
    }

    /// Serves on a free port, which it prints, until the process ends.
    ///
    /// # Errors
    /// There is no port.
    pub fn serve(self) -> io::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let listen = async {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            println!("{}", listener.local_addr()?.port());
            match self {
                Contender::OursHttp => ours(listener, hello).await,
                Contender::OursWebsocket => ours(listener, echo).await,
                Contender::Hyper => accept(listener, hyper).await,
                Contender::Fastwebsockets => accept(listener, fastwebsockets).await,
                Contender::TokioWebsockets => accept(listener, tokio_websockets).await,
                Contender::OursChat => room::ours(listener).await,
                Contender::TokioTungstenite => room::tokio_tungstenite(listener).await,
                Contender::Raw => room::raw(listener).await,
                Contender::OursSocketIo => room::ours_socketio(listener).await,
                Contender::Socketioxide => room::socketioxide(listener).await,
            }
        };
        LocalSet::new().block_on(&runtime, listen)
    }
}

const HELLO: &[u8] = b"Hello, World!";

async fn ours(listener: TcpListener, handler: impl server::Handler) -> io::Result<()> {
    Server::default().serve(listener, handler, pending()).await;
    Ok(())
}

async fn hello(exchange: Exchange) -> Result<(), server::Error> {
    exchange.respond(Response::new(200), HELLO).await
}

async fn echo(exchange: Exchange) -> Result<(), server::Error> {
    static CONFIG: LazyLock<Config> = LazyLock::new(Config::default);
    let mut socket = exchange.upgrade(&CONFIG).await?;
    while let Some((message, sender)) = socket.receive().await? {
        sender.send(message)?;
    }
    Ok(())
}

type Served = Result<(), Box<dyn Error>>;

/// Gives each connection of a peer a task of its own.
async fn accept<F>(listener: TcpListener, serve: impl Fn(TcpStream) -> F) -> io::Result<()>
where
    F: Future<Output = Served> + 'static,
{
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        // In a box, so that no peer's task is as large as another's.
        let served = serve(stream);
        spawn_local(Box::pin(async move { _ = served.await }));
    }
}

async fn hyper(stream: TcpStream) -> Served {
    let service = service_fn(async |_: Request<Incoming>| {
        Ok::<_, hyper::Error>(hyper::Response::new(Full::new(Bytes::from_static(HELLO))))
    });
    hyper_http1::Builder::new().serve_connection(TokioIo::new(stream), service).await?;
    Ok(())
}

async fn fastwebsockets(stream: TcpStream) -> Served {
    async fn echo(upgraded: upgrade::UpgradeFut) -> Result<(), WebSocketError> {
        let mut socket = FragmentCollector::new(upgraded.await?);
        loop {
            let frame = socket.read_frame().await?;
            match frame.opcode {
                OpCode::Close => return Ok(()),
                OpCode::Text | OpCode::Binary => socket.write_frame(frame).await?,
                _ => {}
            }
        }
    }
    let service = service_fn(async |mut request: Request<Incoming>| {
        let (response, upgraded) = upgrade::upgrade(&mut request)?;
        spawn_local(echo(upgraded));
        Ok::<_, WebSocketError>(response)
    });
    let http = hyper_http1::Builder::new();
    http.serve_connection(TokioIo::new(stream), service).with_upgrades().await?;
    Ok(())
}

async fn tokio_websockets(stream: TcpStream) -> Served {
    let (_, mut socket) = tokio_websockets::ServerBuilder::new().accept(stream).await?;
    while let Some(message) = socket.next().await {
        let message = message?;
        if message.is_text() || message.is_binary() {
            socket.send(message).await?;
        }
    }
    Ok(())
}
