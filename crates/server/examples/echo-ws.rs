//! Echoes every message, on any path: for other people's test suites.
//!
//! ```text
//! cargo run --release -p server --example echo-ws -- 9001
//! ```

use clap::Parser;
use server::{Error, Exchange, Server, WebSocket, interrupted, websocket::Config};
use std::{future::Future, process::ExitCode, sync::Arc};
use tokio::net::TcpListener;

/// Sends every WebSocket message back, on any path
#[derive(Debug, Parser)]
struct Options {
    /// Where to listen on this machine; 0 for any free port
    #[arg(default_value_t = 9001)]
    port: u16,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    tracing_subscriber::fmt::init();
    let Options { port } = Options::parse();
    let listener = match TcpListener::bind(("127.0.0.1", port)).await {
        Ok(listener) => listener,
        Err(error) => {
            eprintln!("echo-ws: cannot listen on 127.0.0.1:{port}: {error}; try another port");
            return ExitCode::FAILURE;
        }
    };
    if let Ok(address) = listener.local_addr() {
        println!("listening on ws://{address}");
    }
    serve(listener, interrupted()).await;
    ExitCode::SUCCESS
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
