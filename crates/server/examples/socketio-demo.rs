//! Echoes of Engine.IO and Socket.IO, and a small chat: for other people's test suites
//! and load generators.
//!
//! ```text
//! cargo run --release -p server --example socketio-demo -- 3000 --namespaces /,/custom
//! ```
//!
//! - `/engine.io/` sends every message back.
//! - `/socket.io/` sends `auth` to a client that comes in, `message-back` for each
//!   `message`, an acknowledgement for each `message-with-ack`, and `msg` to
//!   everybody for each `msg`.

use clap::Parser;
use http1::Response;
use server::{
    Error, Exchange, Handler, Server, interrupted,
    socketio::{
        self, Event, Namespace, Recovery, Socket, SocketIo,
        engineio::{self, Access, Client, EngineIo, Messages, Origins},
    },
};
use std::{sync::Arc, time::Duration};
use tokio::net::TcpListener;

/// Echoes of Engine.IO and Socket.IO
#[derive(Debug, Parser)]
pub(crate) struct Options {
    /// Where to listen; 0 for any free port
    #[arg(default_value_t = 3000)]
    port: u16,
    /// How often a client is pinged, in milliseconds
    #[arg(long, value_name = "MS", default_value_t = 25_000)]
    ping_interval: u64,
    /// How long it may take to answer, in milliseconds
    #[arg(long, value_name = "MS", default_value_t = 20_000)]
    ping_timeout: u64,
    /// How long it may take to join its first namespace, in milliseconds
    #[arg(long, value_name = "MS", default_value_t = 45_000)]
    connect_timeout: u64,
    /// How many bytes a payload or message may have
    #[arg(long, value_name = "BYTES", default_value_t = 1_000_000)]
    max_payload: usize,
    /// The namespaces that a client may join
    #[arg(long, value_name = "NAMES", value_delimiter = ',', default_value = "/,/custom")]
    #[arg(value_parser = namespace)]
    namespaces: Vec<String>,
    /// Whose pages may come, beside our own: an origin, or * for all
    #[arg(long, value_name = "ORIGIN")]
    cors: Vec<String>,
    /// Lets clients that lost their connection go on where they were
    #[arg(long)]
    recovery: bool,
}

fn namespace(name: &str) -> Result<String, String> {
    let known = ::socketio::Namespace::new(name);
    known.map(|name| name.to_string()).ok_or_else(|| format!("{name:?} begins with no slash"))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    tracing_subscriber::fmt::init();
    let options = Options::parse();
    let listener = TcpListener::bind(("127.0.0.1", options.port)).await?;
    println!("listening on http://{}", listener.local_addr()?);
    let demo = Demo::new(&options);
    let stop = async {
        interrupted().await;
        demo.shut_down();
    };
    Server::default().serve(listener, demo.clone(), stop).await;
    Ok(())
}

/// Both protocols, each at its path.
#[derive(Clone)]
pub(crate) struct Demo {
    engine: EngineIo<Messages<Echo>>,
    io: SocketIo,
}

type Echo = fn(&Arc<Client>, engineio::Event);

impl Demo {
    pub(crate) fn new(options: &Options) -> Self {
        let io = SocketIo::new(&options.config());
        for name in &options.namespaces {
            open(&io.of(name));
        }
        Demo { engine: EngineIo::new(options.engine(), options.access(), echo as Echo), io }
    }

    fn shut_down(&self) {
        self.engine.shut_down();
        self.io.shut_down();
    }
}

impl Handler for Demo {
    async fn handle(&self, exchange: Exchange) -> Result<(), Error> {
        match exchange.path() {
            "/engine.io/" => self.engine.handle(exchange).await,
            "/socket.io/" => self.io.handle(exchange).await,
            _ => exchange.respond(Response::new(404), b"/engine.io/ or /socket.io/\n").await,
        }
    }
}

/// Sends every message back.
fn echo(client: &Arc<Client>, event: engineio::Event) {
    // A client that is gone hears no echo.
    _ = match event {
        engineio::Event::Message(text) => client.send(&text),
        engineio::Event::Binary(bytes) => client.send_binary(bytes),
        engineio::Event::Upgraded | engineio::Event::Closed(_) => Ok(()),
    };
}

// ANCHOR: open
/// Opens a namespace in which everything comes back.
fn open(namespace: &Namespace) {
    namespace.on_connect(|socket: Socket| async move {
        socket.on("message", |event: Event| async move {
            event.socket.emit("message-back", &event.arguments)
        });
        socket.on("message-with-ack", |event: Event| async move { event.ack(&event.arguments) });
        socket.on("msg", |event: Event| async move {
            event.socket.namespace().emit("msg", &event.arguments)
        });
        // Last, since it waits; until here nothing that the client says is heard.
        tokio::time::sleep(AUTH_DELAY).await;
        let auth = socket.handshake().auth.clone();
        socket.emit("auth", &[auth.into()])
    });
}
// ANCHOR_END: open

/// The suites listen for one message at a time, and Node's `ws` hands out all that
/// came in one read: what comes right behind another message is lost on them.
const AUTH_DELAY: Duration = Duration::from_millis(25);

impl Options {
    fn engine(&self) -> engineio::Config {
        let mut config = engineio::Config {
            ping_interval: Duration::from_millis(self.ping_interval),
            ping_timeout: Duration::from_millis(self.ping_timeout),
            ..engineio::Config::default()
        };
        config.payload.bytes = self.max_payload;
        config
    }

    fn access(&self) -> Access {
        let origins = match &self.cors[..] {
            [] => Origins::Same,
            all if all.iter().any(|origin| origin == "*") => Origins::Any,
            some => Origins::Only(some.to_vec()),
        };
        Access { origins, ..Access::default() }
    }

    fn config(&self) -> socketio::Config {
        let session = ::socketio::Config {
            engine: Arc::new(self.engine()),
            connect_timeout: Duration::from_millis(self.connect_timeout),
            ..::socketio::Config::default()
        };
        let recovery = self.recovery.then(Recovery::default);
        socketio::Config { session, access: self.access(), recovery }
    }
}
