//! Clients that take their time, to keep a place that others need.

use crate::victim::{Victim, hear, statuses, with_places};
use server::{Pace, Server, http, websocket};
use std::time::Duration;
use tokio::{
    io::AsyncWriteExt,
    net::TcpStream,
    time::{MissedTickBehavior, interval},
};

const SHORT: Duration = Duration::from_millis(100);

/// Says the beginning, and then the same drop again and again, until the server has
/// enough. Gives what comes back.
async fn drip(mut stream: TcpStream, beginning: &[u8], drop: &[u8]) -> Vec<u8> {
    let (mut reading, mut writing) = stream.split();
    let dripping = async {
        let mut pause = interval(Duration::from_millis(10));
        pause.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut next = beginning;
        while writing.write_all(next).await.is_ok() {
            pause.tick().await;
            next = drop;
        }
        std::future::pending::<()>().await;
    };
    tokio::select! {
        () = dripping => unreachable!("it waits for ever"),
        heard = hear(&mut reading) => heard,
    }
}

async fn drip_text(victim: &Victim, beginning: &str, drop: &str) -> String {
    let stream = victim.site.connect().await;
    let heard = drip(stream, beginning.as_bytes(), drop.as_bytes()).await;
    String::from_utf8_lossy(&heard).into_owned()
}

fn patient_for(http: http::Config) -> Server {
    Server { http, ..with_places(1) }
}

#[tokio::test]
async fn answers_408_to_a_head_that_comes_too_slowly() {
    let server = patient_for(http::Config { head: SHORT, ..http::Config::default() });
    let victim = Victim::start(server, websocket::Config::default()).await;
    for beginning in ["G", "GET / HTTP/1.1\r\nHost: a\r\nX: ", "GET / HTTP/1.1\r\nHost: a\r\n\r\nP"]
    {
        let said = drip_text(&victim, beginning, "X").await;
        let want: &[u16] = if beginning.ends_with('P') { &[200, 408] } else { &[408] };
        assert_eq!(statuses(&said), want, "{said}");
        assert!(said.contains("\r\nConnection: close\r\n"), "{said}");
    }
    victim.ends_unharmed().await;
}

#[tokio::test]
async fn answers_408_to_a_body_that_comes_too_slowly() {
    let body = Pace { grace: SHORT, bytes_per_second: 1_000 };
    let server = patient_for(http::Config { body, ..http::Config::default() });
    let victim = Victim::start(server, websocket::Config::default()).await;
    let counted = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n";
    let chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (head, drop) in [(counted, "b"), (chunked, "1\r\nb\r\n"), (chunked, "5;x"), (chunked, "0")]
    {
        let said = drip_text(&victim, head, drop).await;
        assert_eq!(statuses(&said), [408], "{said}");
    }
    assert_eq!(victim.executed(), 0);
    victim.ends_unharmed().await;
}

#[tokio::test]
async fn ends_connections_that_ask_nothing() {
    let idle = Duration::from_secs(1);
    let server = patient_for(http::Config { idle, ..http::Config::default() });
    let victim = Victim::start(server, websocket::Config::default()).await;
    assert_eq!(victim.say(b"").await, "");
    let once = victim.say(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert_eq!(statuses(&once), [200]);
    // An empty line before a request is ignored (RFC 9112 2.2): it asks nothing.
    assert_eq!(drip_text(&victim, "\r\n", "\r\n").await, "");
    victim.ends_unharmed().await;
}

fn slow_to_read() -> Server {
    let write = Pace { grace: SHORT, bytes_per_second: 100 << 20 };
    Server { write, ..with_places(1) }
}

#[tokio::test]
async fn gives_up_who_asks_for_much_and_reads_nothing() {
    let victim = Victim::start(slow_to_read(), websocket::Config::default()).await;
    let mut stream = victim.site.connect().await;
    stream.write_all(b"GET /much HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    // There is one place: whoever comes now is served when the first one is gone.
    assert_eq!(statuses(&victim.say(CLOSE).await), [200]);
    drop(stream);
    victim.ends_unharmed().await;
}

#[tokio::test]
async fn gives_up_who_pipelines_for_ever_and_reads_nothing() {
    let victim = Victim::start(slow_to_read(), websocket::Config::default()).await;
    let mut stream = victim.site.connect().await;
    let request = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nsomething".repeat(1000);
    while stream.write_all(&request).await.is_ok() {}
    assert_eq!(statuses(&victim.say(CLOSE).await), [200]);
    victim.ends_unharmed().await;
}

const CLOSE: &[u8] = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
