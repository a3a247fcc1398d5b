//! `--trace`: whoever stands between browser and server sees both sides' bytes.
//!
//! ```text
//! browser ──► relay ──► server
//!               └ the first head of each side; if they agree on a WebSocket, explained
//! ```
//!
//! Book: chapter 10.

use anstream::AutoStream;
use frame_inspector::{
    Options,
    event::{Event, Sink, What},
    inspect_transcript,
    view::text::Text,
};
use http1::{Request, Response};
use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use wire::Side;

/// How much of each side is kept, in bytes: no handshake is longer.
const LONGEST: usize = 32 << 10;

/// Carries each connection on to `server`, for as long as it is polled.
pub(super) async fn run(listener: TcpListener, server: SocketAddr) {
    loop {
        // A peer that left before it was accepted is no loss.
        let Ok((browser, _)) = listener.accept().await else { continue };
        tokio::spawn(carry(browser, server));
    }
}

async fn carry(browser: TcpStream, server: SocketAddr) -> io::Result<()> {
    let server = TcpStream::connect(server).await?;
    let tape = Arc::new(Mutex::new(Tape::default()));
    let (from_browser, to_browser) = browser.into_split();
    let (from_server, to_server) = server.into_split();
    let asking = copy(from_browser, to_server, Side::Client, &tape);
    let answering = copy(from_server, to_browser, Side::Server, &tape);
    tokio::try_join!(asking, answering)?;
    Ok(())
}

async fn copy(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    side: Side,
    tape: &Mutex<Tape>,
) -> io::Result<()> {
    let mut buffer = vec![0; 16 << 10];
    loop {
        let len = from.read(&mut buffer).await?;
        let Some(bytes) = buffer.get(..len).filter(|bytes| !bytes.is_empty()) else {
            return to.shutdown().await;
        };
        let shaken = tape.lock().unwrap_or_else(PoisonError::into_inner).add(side, bytes);
        to.write_all(bytes).await?;
        if let Some(chunks) = shaken {
            explain(&chunks);
        }
    }
}

/// What both sides have said so far, until it is clear what it was.
#[derive(Debug, Default)]
struct Tape {
    request: Vec<u8>,
    response: Vec<u8>,
    is_over: bool,
}

impl Tape {
    /// Takes what one side says; returns both heads of a handshake when they are whole.
    fn add(&mut self, side: Side, bytes: &[u8]) -> Option<Vec<(Side, Vec<u8>)>> {
        if self.is_over {
            return None;
        }
        let said = match side {
            Side::Client => &mut self.request,
            Side::Server => &mut self.response,
        };
        said.extend_from_slice(bytes);
        self.is_over = said.len() > LONGEST;
        let (request, asked) = self.heard(Request::decode(&self.request).transpose()?)?;
        self.is_over = !handshake::is_upgrade(&request);
        let (_, answered) = self.heard(Response::decode(&self.response).transpose()?)?;
        if self.is_over {
            return None;
        }
        self.is_over = true;
        self.request.truncate(asked);
        self.response.truncate(answered);
        let request = std::mem::take(&mut self.request);
        Some(vec![(Side::Client, request), (Side::Server, std::mem::take(&mut self.response))])
    }

    /// A head that nobody can read ends it.
    fn heard<T, E>(&mut self, head: Result<T, E>) -> Option<T> {
        self.is_over |= head.is_err();
        head.ok()
    }
}

/// Prints every byte of a handshake with its name.
fn explain(chunks: &[(Side, Vec<u8>)]) {
    let options = Options { bytes: true, ..Options::default() };
    let mut text = Text::new(AutoStream::auto(io::stdout()), true);
    inspect_transcript(chunks, &options, &mut |event: &Event<'_>| {
        // It goes on: there is no verdict yet.
        if !matches!(event.what, What::Connection(_)) {
            text.event(event);
        }
    });
    // Nobody may be there to read it.
    let _ = text.finish();
}
