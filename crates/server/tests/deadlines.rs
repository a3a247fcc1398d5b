//! Whoever falls silent is given up: with a clock that is moved by hand.
//!
//! Nothing here waits. The client and the server talk through a pipe, and when both
//! wait, tokio moves its clock on to whatever comes next.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use http1::Response;
use server::{Error, Exchange, Peer, Server, websocket};
use std::{ops::RangeInclusive, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex},
    task::JoinHandle,
    time::{Instant, sleep},
};

/// Both ends of a connection to a server.
struct Line {
    client: DuplexStream,
    serving: JoinHandle<()>,
    begun: Instant,
}

impl Line {
    fn new() -> Line {
        let (client, server) = duplex(4096);
        let peer = Peer { address: ([127, 0, 0, 1], 1).into(), secure: false };
        let serving = tokio::spawn(Server::default().serve_connection(server, peer, answer));
        Line { client, serving, begun: Instant::now() }
    }

    /// A WebSocket.
    async fn open() -> Line {
        let mut line = Line::new();
        line.say(
            b"GET /echo HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
            Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        )
        .await;
        let head = line.head().await;
        assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
        line
    }

    async fn say(&mut self, bytes: &[u8]) {
        self.client.write_all(bytes).await.unwrap();
    }

    async fn hear<const LEN: usize>(&mut self) -> [u8; LEN] {
        let mut heard = [0; LEN];
        self.client.read_exact(&mut heard).await.unwrap();
        heard
    }

    async fn head(&mut self) -> String {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            head.push(char::from(self.client.read_u8().await.unwrap()));
        }
        head
    }

    /// All that comes until the server says nothing more, and after how long that is.
    async fn rest(&mut self) -> (String, Duration) {
        let mut rest = Vec::new();
        self.client.read_to_end(&mut rest).await.unwrap();
        (String::from_utf8_lossy(&rest).into_owned(), self.begun.elapsed())
    }

    /// Until the server has let go of the connection, though the client has not.
    async fn end(self) -> Duration {
        self.serving.await.unwrap();
        self.begun.elapsed()
    }
}

async fn answer(mut exchange: Exchange) -> Result<(), Error> {
    match exchange.path() {
        "/echo" => echo(exchange).await,
        "/much" => exchange.respond(Response::new(200), &[b'm'; 100_000]).await,
        _ => {
            let body = exchange.body().await?;
            exchange.respond(Response::new(200), &body).await
        }
    }
}

async fn echo(exchange: Exchange) -> Result<(), Error> {
    let mut socket = exchange.upgrade(&websocket::Config::default()).await?;
    while let Some((message, sender)) = socket.receive().await? {
        sender.send(message)?;
    }
    Ok(())
}

const GET: &[u8] = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";

/// From so many seconds to a tick of the clock more.
fn about(seconds: f64) -> RangeInclusive<Duration> {
    let duration = Duration::from_secs_f64(seconds);
    duration..=duration + Duration::from_millis(10)
}

#[track_caller]
fn check(duration: Duration, seconds: f64) {
    assert!(about(seconds).contains(&duration), "{duration:?}, not {seconds} s");
}

#[tokio::test(start_paused = true)]
async fn a_head_has_ten_seconds_from_its_first_byte() {
    let mut line = Line::new();
    sleep(Duration::from_secs(30)).await;
    for byte in GET.iter().chain(b"G") {
        line.say(&[*byte]).await;
        sleep(Duration::from_millis(100)).await;
    }
    line.head().await;
    let (said, duration) = line.rest().await;
    assert!(said.starts_with("HTTP/1.1 408 "), "{said}");
    check(duration, 30.0 + 0.1 * GET.len() as f64 + 10.0);
}

#[tokio::test(start_paused = true)]
async fn a_connection_without_a_request_has_a_minute() {
    let mut line = Line::new();
    for _ in 0..10 {
        sleep(Duration::from_secs(59)).await;
        line.say(GET).await;
        line.head().await;
    }
    let (said, duration) = line.rest().await;
    assert_eq!(said, "");
    check(duration, 10.0 * 59.0 + 60.0);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_does_not_go_is_left_two_seconds_later() {
    let mut line = Line::new();
    line.say(b"\0").await;
    let (said, duration) = line.rest().await;
    assert!(said.starts_with("HTTP/1.1 400 "), "{said}");
    check(duration, 0.0);
    check(line.end().await, 2.0);
}

#[tokio::test(start_paused = true)]
async fn a_body_has_ten_seconds_and_one_more_for_500_bytes() {
    let mut line = Line::new();
    line.say(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n").await;
    for _ in 0..10 {
        sleep(Duration::from_secs(2)).await;
        line.say(&[b'b'; 500]).await;
    }
    // At the 20th second there were 5,000 bytes, which is just enough.
    let (said, duration) = line.rest().await;
    assert!(said.starts_with("HTTP/1.1 408 "), "{said}");
    check(duration, 20.0);

    let mut line = Line::new();
    line.say(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 30000\r\n\r\n").await;
    for _ in 0..30 {
        sleep(Duration::from_secs(2)).await;
        line.say(&[b'b'; 1000]).await;
    }
    assert!(line.head().await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test(start_paused = true)]
async fn a_client_that_reads_nothing_is_left() {
    let mut line = Line::new();
    line.say(b"GET /much HTTP/1.1\r\nHost: a\r\n\r\n").await;
    check(line.end().await, 10.0);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_reads_slowly_gets_it_all() {
    let mut line = Line::new();
    line.say(b"GET /much HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await;
    let mut heard = Vec::new();
    while !heard.ends_with(b"m") || heard.len() < 100_000 {
        sleep(Duration::from_secs(1)).await;
        let mut piece = [0; 1000];
        let len = line.client.read(&mut piece).await.unwrap();
        heard.extend_from_slice(&piece[..len]);
    }
    drop(line.client);
    line.serving.await.unwrap();
}

const PING: [u8; 2] = *b"\x89\x00";
const PONG: &[u8] = b"\x8a\x80\0\0\0\0";

#[tokio::test(start_paused = true)]
async fn a_silent_websocket_is_pinged_and_then_given_up() {
    let mut line = Line::open().await;
    assert_eq!(line.hear().await, PING);
    check(line.begun.elapsed(), 20.0);
    let (said, duration) = line.rest().await;
    assert_eq!(said, "");
    check(duration, 40.0);
}

#[tokio::test(start_paused = true)]
async fn a_websocket_that_answers_pings_stays_open() {
    let mut line = Line::open().await;
    for _ in 0..100 {
        assert_eq!(line.hear().await, PING);
        sleep(Duration::from_secs(19)).await;
        line.say(PONG).await;
    }
    line.say(b"\x81\x81\0\0\0\0t").await;
    assert_eq!(line.hear().await, *b"\x81\x01t");
}

#[tokio::test(start_paused = true)]
async fn a_websocket_that_talks_is_not_pinged() {
    let mut line = Line::open().await;
    for _ in 0..100 {
        sleep(Duration::from_secs(19)).await;
        line.say(b"\x81\x81\0\0\0\0t").await;
        assert_eq!(line.hear().await, *b"\x81\x01t");
    }
}

#[tokio::test(start_paused = true)]
async fn a_websocket_whose_client_does_not_close_is_closed_after_ten_seconds() {
    for end in [b"\x88\x80\0\0\0\0".as_slice(), b"\x83\x80\0\0\0\0"] {
        let mut line = Line::open().await;
        line.say(end).await;
        let (said, duration) = line.rest().await;
        assert!(!said.is_empty());
        check(duration, 0.0);
        check(line.end().await, 10.0);
    }
}
