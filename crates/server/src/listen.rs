//! Accepting connections, and ending them all in good order.
//!
//! ```text
//! accept ── place free? ── one task each ──► http::serve
//!   │                                            ▲
//!   └ stop ──► Draining: answer what was asked, close WebSockets with 1001
//!                 └ after a while ──► Over: whoever is left is cut off
//! ```
//!
//! Book: chapters 2 and 9.

use crate::{
    Handler,
    deadline::Pace,
    http,
    shutdown::{Bell, Ear, Stage},
    transport::{Peer, Stream, Transport},
};
use std::{
    future::{Future, poll_fn},
    io,
    net::SocketAddr,
    pin::{Pin, pin},
    sync::Arc,
    task::Poll,
    time::Duration,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{sleep, timeout},
};
use tracing::{debug, info, warn};

/// A server that was not started yet: how many connections it takes, and how it ends.
#[derive(Debug, Clone)]
pub struct Server {
    /// What each connection puts up with.
    pub http: http::Config,
    /// How many connections are open at once. Others wait until one ends.
    pub connections: usize,
    /// How fast a client must take what is written to it.
    pub write: Pace,
    /// How long connections have to end by themselves when the server stops.
    pub drain: Duration,
    /// The certificate and key; without them there is no TLS.
    #[cfg(feature = "tls")]
    pub tls: Option<crate::tls::Acceptor>,
}

impl Default for Server {
    fn default() -> Self {
        Server {
            http: http::Config::default(),
            connections: 20_000,
            write: Pace::default(),
            drain: Duration::from_secs(10),
            #[cfg(feature = "tls")]
            tls: None,
        }
    }
}

/// How a server ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drained {
    /// How many connections were cut off, because they did not end in time.
    pub cut_off: usize,
}

impl Server {
    /// Serves every connection until `stop`, then ends them.
    ///
    /// ```no_run
    /// # async fn run() -> std::io::Result<()> {
    /// use http1::Response;
    /// use server::{Exchange, Server, interrupted};
    ///
    /// let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
    /// let hello = |exchange: Exchange| async { exchange.respond(Response::new(200), b"hello").await };
    /// Server::default().serve(listener, hello, interrupted()).await;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn serve(
        self,
        listener: TcpListener,
        handler: impl Handler,
        stop: impl Future<Output = ()>,
    ) -> Drained {
        let places = Arc::new(Semaphore::new(self.connections));
        let bell = Arc::new(Bell::default());
        let service = Service {
            handler: Arc::new(handler),
            http: Arc::new(self.http),
            write: self.write,
            #[cfg(feature = "tls")]
            tls: self.tls,
        };
        let mut stop = pin!(stop);
        loop {
            let accepted = async {
                let place = Arc::clone(&places).acquire_owned().await;
                (place.expect("nobody closes the semaphore"), listener.accept().await)
            };
            tokio::select! {
                biased;
                () = &mut stop => break,
                (place, accepted) = accepted => match accepted {
                    Ok((stream, address)) => service.start(stream, address, &bell, place),
                    Err(error) => survive(&error).await,
                },
            }
        }
        // From here on the kernel answers newcomers: nobody listens.
        drop(listener);
        drain(&places, self.connections, &bell, self.drain).await
    }

    /// Serves one connection that is there already: a pipe in a test, or a socket
    /// from elsewhere. It counts against no cap, and no shutdown reaches it.
    pub async fn serve_connection(self, stream: impl Stream, peer: Peer, handler: impl Handler) {
        let transport = Transport::new(stream, peer, self.write);
        http::serve(transport, &handler, Arc::new(self.http)).await;
    }
}

/// Waits until every place is free, or long enough.
async fn drain(places: &Semaphore, all: usize, bell: &Bell, patience: Duration) -> Drained {
    info!(connections = all - places.available_permits(), "the server stops");
    bell.ring(Stage::Draining);
    let everybody = places.acquire_many(u32::try_from(all).unwrap_or(u32::MAX));
    if timeout(patience, everybody).await.is_ok() {
        return Drained { cut_off: 0 };
    }
    let cut_off = all - places.available_permits();
    warn!(connections = cut_off, "cut off");
    bell.ring(Stage::Over);
    Drained { cut_off }
}

/// One connection that could not be accepted is no reason to stop.
async fn survive(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    match error.kind() {
        // That client is gone already.
        ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted => {
            debug!(%error, "a connection ended before it began");
        }
        // No file descriptor is free, most likely: the client stays in the queue,
        // and asking again at once would only burn the processor.
        _ => {
            warn!(%error, "cannot accept; trying again in a moment");
            sleep(Duration::from_millis(100)).await;
        }
    }
}

/// What all connections share.
struct Service<H> {
    handler: Arc<H>,
    http: Arc<http::Config>,
    write: Pace,
    #[cfg(feature = "tls")]
    tls: Option<crate::tls::Acceptor>,
}

impl<H: Handler> Service<H> {
    fn start(
        &self,
        stream: TcpStream,
        address: SocketAddr,
        bell: &Arc<Bell>,
        place: OwnedSemaphorePermit,
    ) {
        // Nagle's algorithm would hold back a small message until the one before it
        // is acknowledged: up to 40 ms, for nothing.
        if let Err(error) = stream.set_nodelay(true) {
            debug!(%error, "a connection ended before it began");
            return;
        }
        let handler = Arc::clone(&self.handler);
        let config = Arc::clone(&self.http);
        let pace = self.write;
        let ear = Ear::of(bell);
        let over = Ear::of(bell);
        #[cfg(feature = "tls")]
        if let Some(tls) = &self.tls {
            let accepting = tls.accept(stream, config.head);
            let serving = async move {
                let peer = Peer { address, secure: true };
                match accepting.await {
                    Ok(stream) => {
                        let transport = Transport::new(stream, peer, pace).of_server(ear, place);
                        http::serve(transport, &*handler, config).await;
                    }
                    Err(error) => debug!(peer = %address, %error, "no TLS was agreed on"),
                }
            };
            tokio::spawn(until_over(over, Box::pin(serving)));
            return;
        }
        let serving = async move {
            let peer = Peer { address, secure: false };
            let transport = Transport::new(stream, peer, pace).of_server(ear, place);
            http::serve(transport, &*handler, config).await;
        };
        tokio::spawn(until_over(over, Box::pin(serving)));
    }
}

/// Serves a connection, and drops it with its handler when the server is over.
async fn until_over(mut ear: Ear, mut serving: Pin<Box<impl Future<Output = ()>>>) {
    poll_fn(|context| match ear.poll(context) {
        Stage::Over => Poll::Ready(()),
        Stage::Running | Stage::Draining => serving.as_mut().poll(context),
    })
    .await;
}

/// Ends when the program is asked to: by Ctrl-C, or by SIGTERM where that exists.
pub async fn interrupted() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    _ = interrupt.await;
}
