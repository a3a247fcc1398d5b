//! Echoes every message, on any path: for other people's test suites.
//!
//! ```text
//! cargo run --release -p server --example echo-ws -- 9001
//! ```

use server::{Error, Exchange, Server, WebSocket, interrupted, websocket::Config};
use std::{future::Future, sync::Arc};
use tokio::net::TcpListener;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    tracing_subscriber::fmt::init();
    let port = std::env::args().nth(1).and_then(|port| port.parse().ok()).unwrap_or(9001);
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    println!("listening on ws://{}", listener.local_addr()?);
    serve(listener, interrupted()).await;
    Ok(())
}

/// Serves everybody until `stop`.
pub(crate) async fn serve(listener: TcpListener, stop: impl Future<Output = ()>) {
    let config = Arc::new(config());
    let answer = move |exchange| answer(exchange, Arc::clone(&config));
    Server::default().serve(listener, answer, stop).await;
}

async fn answer(exchange: Exchange, config: Arc<Config>) -> Result<(), Error> {
    let mut socket = exchange.upgrade(&config).await?;
    echo(&mut socket).await
}

/// Sends every message back, until the peer closes.
pub(crate) async fn echo(socket: &mut WebSocket) -> Result<(), Error> {
    while let Some((message, sender)) = socket.receive().await? {
        sender.send(message)?;
    }
    Ok(())
}

/// Takes messages of 16 MiB, as test suites send them, and compresses even the empty one.
pub(crate) fn config() -> Config {
    let limits = frame::Limits { frame: 64 << 20, message: 64 << 20 };
    let mut config = Config { limits, threshold: 0, ..Config::default() };
    config.handshake.deflate = Some(handshake::deflate::Policy::default());
    config
}
