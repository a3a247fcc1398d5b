//! The attacked server, in the test's own process.

use crate::{
    host::Host,
    neighbour::{self, Neighbour},
    site::{PATIENCE, Site},
};
use server::{Server, websocket};
use std::sync::{Arc, atomic::Ordering};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// A server with a neighbour.
pub(crate) struct Victim {
    pub(crate) site: Site,
    pub(crate) neighbour: Neighbour,
    host: Host,
}

impl Victim {
    pub(crate) async fn new() -> Victim {
        Victim::start(Server::default(), websocket::Config::default()).await
    }

    pub(crate) async fn start(server: Server, websocket: websocket::Config) -> Victim {
        let host = Host { websocket: Arc::new(websocket), ..Host::default() };
        let answering = host.clone();
        let answer = move |exchange| answering.clone().answer(exchange);
        let site = Site::start(server, answer).await;
        let neighbour = Neighbour::of(site.address).await;
        Victim { site, neighbour, host }
    }

    /// How many requests of attackers were executed.
    pub(crate) fn executed(&self) -> usize {
        self.host.executed.load(Ordering::Relaxed)
    }

    /// What comes back for these bytes until the end of the connection.
    pub(crate) async fn say(&self, bytes: &[u8]) -> String {
        String::from_utf8_lossy(&throw(self.site.connect().await, bytes).await).into_owned()
    }

    /// Says the bytes, and sees this status and the end of the connection; gives the answer.
    pub(crate) async fn refuses(&self, attack: &str, bytes: &[u8], status: u16) -> String {
        let said = self.say(bytes).await;
        assert_eq!(statuses(&said), [status], "{attack}: {said}");
        assert!(said.contains("\r\nConnection: close\r\n"), "{attack}: {said}");
        said
    }

    /// The neighbour has noticed nothing, and the server can end in good order.
    pub(crate) async fn ends_unharmed(self) {
        self.neighbour.ends_unharmed().await;
        assert_eq!(self.site.stop().await.cut_off, 0);
    }
}

/// A server that has no more places than its neighbour needs, and `more`.
pub(crate) fn with_places(more: usize) -> Server {
    Server { connections: neighbour::CONNECTIONS + more, ..Server::default() }
}

/// The statuses of the answers, in order.
pub(crate) fn statuses(said: &str) -> Vec<u16> {
    let heads = said.lines().filter_map(|line| line.strip_prefix("HTTP/1.1 "));
    heads.map(|head| head[..3].parse().unwrap()).collect()
}

/// Throws the bytes at a server, as many as it takes, and gives all that comes back.
pub(crate) async fn throw(mut stream: TcpStream, bytes: &[u8]) -> Vec<u8> {
    let (mut reading, mut writing) = stream.split();
    let throwing = async {
        // A server may close before it has heard all.
        _ = writing.write_all(bytes).await;
        std::future::pending::<()>().await;
    };
    tokio::select! {
        () = throwing => unreachable!("it waits for ever"),
        heard = hear(&mut reading) => heard,
    }
}

/// All that comes until the end of the stream, be it a good one or a reset.
pub(crate) async fn hear(stream: &mut (impl AsyncReadExt + Unpin)) -> Vec<u8> {
    let mut bytes = Vec::new();
    _ = timeout(PATIENCE, stream.read_to_end(&mut bytes)).await.expect("the stream ends");
    bytes
}
