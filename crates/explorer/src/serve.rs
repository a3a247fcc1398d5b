//! The book in a browser: built, served by the crates that it explains, and built anew when a page changes.
//!
//! ```text
//!  watch ──► press ──► the newest edition ──► site ──► pages, as files
//!   files     builds                            ├────► /live   a WebSocket that says: reload
//!                                               └────► /try/*  what a reader types, explained
//! ```
//!
//! One edition is served until the next is whole. A build that fails changes
//! nothing but what `/live` says: the terminal and the page show the error.
//!
//! Book: chapter 9.

mod open;
mod press;
mod relay;
mod reload;
mod site;
mod watch;

use press::Press;
use server::{Server, interrupted};
use site::Site;
use std::{
    io::{self, Write},
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    time::Duration,
};
use tokio::net::TcpListener;

/// How the book is served.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The project's folder.
    pub root: PathBuf,
    /// The port to listen on; without one, the first free of the usual.
    pub port: Option<u16>,
    /// Whether a browser is opened; without an answer, where somebody looks at the terminal.
    pub open: Option<bool>,
    /// Whether the handshake of each page's WebSocket is printed.
    pub trace: bool,
}

/// Why the book cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Somebody listens there already.
    #[error(
        "port {0} is in use, perhaps by another cargo explore; \
         name another with --port, or leave it out for one that is free"
    )]
    InUse(u16),
    /// There is no listening there.
    #[error("cannot listen on port {port}: {error}")]
    Listen {
        /// Where.
        port: u16,
        /// Why.
        error: io::Error,
    },
    /// There is no place for what is built, or no runtime.
    #[error("cannot begin: {0}")]
    Begin(#[from] io::Error),
}

/// The ports that are tried without being asked for.
const USUAL: std::ops::Range<u16> = 4000..4010;

/// How long open connections have to end by themselves.
const DRAIN: Duration = Duration::from_secs(3);

/// The names under which a page of ours asks.
const HOSTS: [&str; 3] = ["127.0.0.1", "localhost", "[::1]"];

/// How much of a request's body is read, in bytes: a reader types it.
const BODY: u64 = 64 << 10;

/// Builds the book and serves it until Ctrl-C.
///
/// # Errors
/// It cannot listen. A book that cannot be built is no error: its page says why,
/// and is there as soon as that is mended.
pub fn run(settings: &Settings) -> Result<(), Error> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(serve(settings))
}

async fn serve(settings: &Settings) -> Result<(), Error> {
    let listener = listen(settings.port).await?;
    let address = listener.local_addr()?;
    let (press, editions) = Press::new(&settings.root);
    let wants_browser = settings.open.unwrap_or_else(open::is_wanted);
    let printing = tokio::spawn(press.run(move || announce(address, wants_browser)));

    let mut server = Server { drain: DRAIN, ..Server::default() };
    server.http.hosts = HOSTS.map(str::to_owned).to_vec();
    server.http.limits.body = BODY;
    let site = Site::new(editions);
    if settings.trace {
        let behind = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let relaying = tokio::spawn(relay::run(listener, behind.local_addr()?));
        server.serve(behind, site, interrupted()).await;
        relaying.abort();
    } else {
        server.serve(listener, site, interrupted()).await;
    }
    printing.abort();
    Ok(())
}

async fn listen(port: Option<u16>) -> Result<TcpListener, Error> {
    if port.is_none() {
        for usual in USUAL {
            if let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, usual)).await {
                return Ok(listener);
            }
        }
    }
    let port = port.unwrap_or_default();
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => Error::InUse(port),
        _ => Error::Listen { port, error },
    })
}

fn announce(address: SocketAddr, wants_browser: bool) {
    let url = format!("http://{address}/");
    // A closed standard output leaves nobody to tell.
    let _ = writeln!(io::stdout(), "the book is at {url}   (Ctrl-C ends it)");
    if wants_browser {
        open::open(&url);
    }
}

/// Prints a line on standard error, at once.
fn say(line: &str) {
    // A closed standard error leaves nobody to tell.
    let _ = io::stderr().lock().write_all(format!("{line}\n").as_bytes());
}
