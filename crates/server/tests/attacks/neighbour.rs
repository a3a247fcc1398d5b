//! A client that means well, and keeps talking while others attack.

use crate::site::PATIENCE;
use frame::Event;
use server::{WebSocket, websocket};
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::oneshot,
    task::JoinHandle,
    time::{interval, timeout},
};

/// How many connections it has: one speaks HTTP, the other WebSocket.
pub(crate) const CONNECTIONS: usize = 2;

/// Says a number on both its connections, waits until it comes back on both, and
/// goes on with the next.
pub(crate) struct Neighbour {
    rounds: Arc<AtomicU64>,
    stop: oneshot::Sender<()>,
    talking: JoinHandle<()>,
}

impl Neighbour {
    pub(crate) async fn of(address: SocketAddr) -> Neighbour {
        let url = format!("ws://{address}/socket");
        let socket = websocket::connect(&url, &websocket::Config::default()).await.unwrap();
        let stream = TcpStream::connect(address).await.unwrap();
        let mut lines = Lines { socket, stream };
        lines.say(0).await;
        let rounds = Arc::new(AtomicU64::new(1));
        let (stop, mut stopped) = oneshot::channel();
        let counter = Arc::clone(&rounds);
        let talking = tokio::spawn(async move {
            // Leaves the processor to the others now and then.
            let mut pause = interval(Duration::from_millis(1));
            while stopped.try_recv().is_err() {
                lines.say(counter.load(Ordering::Relaxed)).await;
                counter.fetch_add(1, Ordering::Relaxed);
                pause.tick().await;
            }
        });
        Neighbour { rounds, stop, talking }
    }

    /// How often everything came back so far.
    pub(crate) fn rounds(&self) -> u64 {
        self.rounds.load(Ordering::Relaxed)
    }

    /// Asks whether all that it said came back.
    pub(crate) async fn ends_unharmed(self) {
        self.stop.send(()).expect("the neighbour talks until now");
        self.talking.await.expect("the neighbour did not notice");
    }
}

struct Lines {
    socket: WebSocket,
    stream: TcpStream,
}

impl Lines {
    async fn say(&mut self, number: u64) {
        timeout(PATIENCE, async {
            self.ask(number).await;
            self.send(number).await;
        })
        .await
        .unwrap_or_else(|_| panic!("{number} does not come back"));
    }

    async fn send(&mut self, number: u64) {
        let text = format!("message {number}");
        self.socket.send(Event::Text(&text)).await.unwrap();
        let (message, _) = self.socket.receive().await.unwrap().expect("the server stays");
        assert_eq!(message, Event::Text(&text));
    }

    async fn ask(&mut self, number: u64) {
        let body = format!("request {number}");
        let len = body.len();
        let request =
            format!("POST /neighbour HTTP/1.1\r\nHost: a\r\nContent-Length: {len}\r\n\r\n{body}");
        self.stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(body.as_bytes()) {
            let len = self.stream.read_buf(&mut answer).await.unwrap();
            assert_ne!(len, 0, "the server stays");
        }
        assert!(answer.starts_with(b"HTTP/1.1 200 "), "{}", String::from_utf8_lossy(&answer));
    }
}
