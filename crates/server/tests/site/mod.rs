//! A server for a test: on a free port, until the test has seen enough.
#![allow(dead_code, reason = "no test file uses all of it")]

pub(crate) mod client;
pub(crate) mod pipe;

pub(crate) use client::Client;
use server::{Handler, Server, listen::Drained};
use std::{net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinHandle,
    time::timeout,
};

/// How long a test waits for what must come: far longer than it takes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Site {
    pub(crate) address: SocketAddr,
    stop: oneshot::Sender<()>,
    served: JoinHandle<Drained>,
}

impl Site {
    pub(crate) async fn start(server: Server, handler: impl Handler) -> Site {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let served = tokio::spawn(async move {
            server.serve(listener, handler, async { _ = stopped.await }).await
        });
        Site { address, stop, served }
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// A client with a connection of its own.
    pub(crate) async fn client(&self) -> Client {
        Client::new(self.connect().await)
    }

    /// Says `bytes` on a connection of its own, and gives all that comes back until its end.
    pub(crate) async fn say(&self, bytes: &[u8]) -> String {
        let mut stream = self.connect().await;
        stream.write_all(bytes).await.unwrap();
        rest(&mut stream).await
    }

    /// Stops the server, and waits until it has stopped.
    pub(crate) async fn stop(self) -> Drained {
        self.ask_to_stop().stopped().await
    }

    /// Asks the server to stop.
    pub(crate) fn ask_to_stop(self) -> Stopping {
        self.stop.send(()).unwrap();
        Stopping { address: self.address, served: self.served }
    }
}

/// A server that was asked to stop.
pub(crate) struct Stopping {
    pub(crate) address: SocketAddr,
    served: JoinHandle<Drained>,
}

impl Stopping {
    /// Waits until it has stopped.
    pub(crate) async fn stopped(self) -> Drained {
        timeout(PATIENCE, self.served).await.expect("it stops").unwrap()
    }
}

/// All that comes until the end of the stream.
pub(crate) async fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    timeout(PATIENCE, stream.read_to_end(&mut bytes)).await.expect("the stream ends").unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}
