//! Answers every request with 200 and its own body: for other people's test suites.
//!
//! ```text
//! cargo run --release -p server --example echo-http -- 8080
//! curl --data hello http://127.0.0.1:8080/
//! ```

use clap::Parser;
use http1::Response;
use server::{Error, Exchange, Server, interrupted};
use std::process::ExitCode;
use tokio::net::TcpListener;

/// Answers every request with 200 and its own body
#[derive(Debug, Parser)]
struct Options {
    /// Where to listen on this machine; 0 for any free port
    #[arg(default_value_t = 8080)]
    port: u16,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    tracing_subscriber::fmt::init();
    let Options { port } = Options::parse();
    let listener = match TcpListener::bind(("127.0.0.1", port)).await {
        Ok(listener) => listener,
        Err(error) => {
            eprintln!("echo-http: cannot listen on 127.0.0.1:{port}: {error}; try another port");
            return ExitCode::FAILURE;
        }
    };
    if let Ok(address) = listener.local_addr() {
        println!("listening on http://{address}");
    }
    Server::default().serve(listener, echo, interrupted()).await;
    ExitCode::SUCCESS
}

async fn echo(mut exchange: Exchange) -> Result<(), Error> {
    let body = exchange.body().await?;
    exchange.respond(Response::new(200), &body).await
}
