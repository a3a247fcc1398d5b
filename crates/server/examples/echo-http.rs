//! Answers every request with 200 and its own body: for other people's test suites.
//!
//! ```text
//! cargo run --release -p server --example echo-http -- 8080
//! curl --data hello http://127.0.0.1:8080/
//! ```

use http1::Response;
use server::{Error, Exchange, Server, interrupted};
use tokio::net::TcpListener;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    tracing_subscriber::fmt::init();
    let port = std::env::args().nth(1).and_then(|port| port.parse().ok()).unwrap_or(8080);
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    println!("listening on http://{}", listener.local_addr()?);
    Server::default().serve(listener, echo, interrupted()).await;
    Ok(())
}

async fn echo(mut exchange: Exchange) -> Result<(), Error> {
    let body = exchange.body().await?;
    exchange.respond(Response::new(200), &body).await
}
