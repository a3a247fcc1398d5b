//! What the attacked server does: it echoes, and counts what it was asked.

use http1::Response;
use server::{Error, Exchange, websocket::Config};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

/// Answers requests with their bodies, and WebSocket messages with themselves.
#[derive(Debug, Clone, Default)]
pub(crate) struct Host {
    pub(crate) websocket: Arc<Config>,
    /// How many requests were answered, the neighbour's not counted.
    pub(crate) executed: Arc<AtomicUsize>,
}

impl Host {
    pub(crate) async fn answer(self, mut exchange: Exchange) -> Result<(), Error> {
        match exchange.path() {
            "/socket" => echo(exchange, &self.websocket).await,
            "/sink" => swallow(exchange, &self.websocket).await,
            "/much" => flood(exchange).await,
            "/panic" => panic!("on purpose"),
            path => {
                let counts = path != "/neighbour";
                let body = exchange.body().await?;
                if counts {
                    self.executed.fetch_add(1, Ordering::Relaxed);
                }
                exchange.respond(Response::new(200), &body).await
            }
        }
    }
}

async fn echo(exchange: Exchange, config: &Config) -> Result<(), Error> {
    let mut socket = exchange.upgrade(config).await?;
    while let Some((message, sender)) = socket.receive().await? {
        sender.send(message)?;
    }
    Ok(())
}

/// Takes every message, and says nothing.
async fn swallow(exchange: Exchange, config: &Config) -> Result<(), Error> {
    let mut socket = exchange.upgrade(config).await?;
    while socket.receive().await?.is_some() {}
    Ok(())
}

/// Answers without end.
async fn flood(exchange: Exchange) -> Result<(), Error> {
    let mut reply = exchange.begin(Response::new(200))?;
    loop {
        reply.send(&[b'm'; 16 << 10]).await?;
    }
}
