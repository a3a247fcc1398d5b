//! A chat server: one room, five doors.
//!
//! ```text
//! cargo run -p chat -- 8080
//! ```
//!
//! Then open <http://127.0.0.1:8080/> in two windows.

use chat::{
    backplane::Backplane,
    doors::Slow,
    room::{Flood, Limits},
    site::{Settings, Site},
};
use clap::Parser;
use server::{Server, interrupted};
use std::{net::IpAddr, process::ExitCode, time::Duration};
use tokio::net::TcpListener;

/// A chat room that people enter by polling, long polling, an event stream, a WebSocket or Socket.IO.
#[derive(Parser)]
#[command(version)]
struct Options {
    /// The port to listen on; 0 takes a free one
    #[arg(default_value_t = 8080)]
    port: u16,
    /// The address to listen on; 0.0.0.0 lets others in
    #[arg(long, default_value = "127.0.0.1")]
    address: IpAddr,
    /// A name under which this server may be asked; without any, 127.0.0.1 and localhost
    /// on an address of this machine alone, and every name on another
    #[arg(long)]
    host: Vec<String>,
    /// How many messages one member may send a second; 0 is as many as they like
    #[arg(long, default_value_t = 5)]
    flood: u32,
    /// How many messages a room remembers
    #[arg(long, default_value_t = 1_000)]
    history: usize,
    /// What becomes of members that read too slowly
    #[arg(long, value_enum, default_value_t)]
    slow: Slow,
    /// Share the rooms with other processes, over the Redis at this URL: redis://HOST:PORT.
    /// Without it, they are of this process alone
    #[arg(long, value_name = "URL", value_parser = Backplane::new)]
    backplane: Option<Backplane>,
}

impl Options {
    /// A page of another site can have its own name point at this machine; then it
    /// says that name.
    fn hosts(&self) -> Vec<String> {
        if self.host.is_empty() && self.address.is_loopback() {
            return ["127.0.0.1", "localhost", "[::1]"].map(str::to_owned).to_vec();
        }
        self.host.clone()
    }

    fn settings(&self) -> Settings {
        let flood = (self.flood > 0)
            .then(|| Flood { burst: 20, every: Duration::from_secs(1) / self.flood });
        let limits = Limits { flood, history: self.history, ..Limits::default() };
        let backplane = self.backplane.clone();
        Settings { limits, slow: self.slow, backplane, ..Settings::default() }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    tracing_subscriber::fmt::init();
    let options = Options::parse();
    let place = (options.address, options.port);
    let listener = match TcpListener::bind(place).await {
        Ok(listener) => listener,
        Err(error) => {
            let (address, port) = place;
            eprintln!("chat: cannot listen on {address}, port {port}: {error}");
            return ExitCode::FAILURE;
        }
    };
    if let Ok(address) = listener.local_addr() {
        println!("chat listens on http://{address}");
    }
    let mut server = Server::default();
    server.http.hosts = options.hosts();
    // Nobody has to say more at once than a message and its escapes.
    server.http.limits.body = 64 << 10;
    server.serve(listener, Site::new(options.settings()), interrupted()).await;
    ExitCode::SUCCESS
}
