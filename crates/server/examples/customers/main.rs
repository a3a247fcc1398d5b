//! Customers, as a REST API: everything of chapter 2 in one program.
//!
//! ```text
//! cargo run -p server --example customers
//! curl http://127.0.0.1:8080/
//! ```
//!
//! ```text
//! main ──► server ──► api ──┬─ customer, order, fields     what is sent, checked
//!                           ├─ store                       kept: memory, sqlite
//!                           ├─ gate                        who asks: session, token
//!                           └─ representation, problem     what is answered
//! ```
//!
//! Begin with `api`: its match is the table of what can be asked. Then `store`, and its
//! two implementations side by side; then `gate`, which tells state on the server from
//! state in the client's hands.
//!
//! # What this program does not do
//! It is for practice: it listens on this computer only, anybody may change customers,
//! one user can log in, and wrong passwords are not counted.
//!
//! Book: chapter 2.

mod api;
mod clock;
mod cookie;
mod cost;
mod customer;
mod fields;
mod gate;
mod login;
mod options;
mod order;
mod origin;
mod page;
mod problem;
mod representation;
mod session;
mod store;
mod token;
mod welcome;

use api::Api;
use clap::Parser;
use options::Options;
use server::interrupted;
use std::{
    error::Error,
    io::{IsTerminal, Write},
    process::ExitCode,
};
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(&Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("customers: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Serves until Ctrl-C.
async fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let filter = EnvFilter::try_new(options.log())?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    let api = Api {
        keeper: options.keeper()?,
        gate: options.gate()?,
        require_match: options.require_match,
        practice_clock: options.practice_clock,
    };
    let server = options.server()?;
    let listener = TcpListener::bind(("127.0.0.1", options.port)).await.map_err(|error| {
        format!("cannot listen on port {}: {error}; --port takes another one", options.port)
    })?;
    let scheme = if options.tls { "https" } else { "http" };
    // Whoever reads this through a pipe waits for it.
    let mut out = std::io::stdout();
    writeln!(out, "listening on {scheme}://{}", listener.local_addr()?)?;
    out.flush()?;
    server.serve(listener, api, interrupted()).await;
    Ok(())
}
