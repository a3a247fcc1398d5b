//! Echoes every message, on any path: for other people's test suites.
//!
//! ```text
//! cargo run --release -p server --example echo-ws -- 9001
//! ```

use server::{Error, Exchange, Server, interrupted, websocket::Config};
use std::sync::Arc;
use tokio::net::TcpListener;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    tracing_subscriber::fmt::init();
    let port = std::env::args().nth(1).and_then(|port| port.parse().ok()).unwrap_or(9001);
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    println!("listening on ws://{}", listener.local_addr()?);
    let mut config = Config::default();
    config.handshake.deflate = Some(handshake::deflate::Policy::default());
    config.limits = frame::Limits { frame: 64 << 20, message: 64 << 20 };
    config.threshold = 0;
    let config = Arc::new(config);
    let echo = move |exchange| echo(exchange, Arc::clone(&config));
    Server::default().serve(listener, echo, interrupted()).await;
    Ok(())
}

async fn echo(exchange: Exchange, config: Arc<Config>) -> Result<(), Error> {
    let mut socket = exchange.upgrade(&config).await?;
    while let Some((message, sender)) = socket.receive().await? {
        sender.send(message)?;
    }
    Ok(())
}
