//! From the first connection to the last: the cap, the end of a server, heartbeats
//! and deadlines.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod site;

use frame::{Code, Event};
use http1::Response;
use server::{Error, Exchange, Server, WebSocket, websocket};
use site::{PATIENCE, Site, rest};
use std::{
    future::pending,
    io::ErrorKind,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::Semaphore,
    time::timeout,
};

const GET: &[u8] = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";

async fn respond(exchange: Exchange) -> Result<(), Error> {
    exchange.respond(Response::new(204), b"").await
}

/// Reads one head.
async fn head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(timeout(PATIENCE, stream.read_u8()).await.unwrap().unwrap());
    }
    String::from_utf8(head).unwrap()
}

/// A client with an open WebSocket.
async fn open(site: &Site) -> WebSocket {
    let url = format!("ws://{}/", site.address);
    websocket::connect(&url, &websocket::Config::default()).await.unwrap()
}

/// How the server ends this WebSocket.
async fn end_of(mut socket: WebSocket) -> (Code, String) {
    let received = timeout(PATIENCE, socket.receive()).await.expect("it ends").unwrap();
    assert!(received.is_none(), "{received:?}");
    let closed = socket.closed().unwrap();
    assert!(closed.was_clean);
    (closed.code, closed.reason)
}

async fn echo(exchange: Exchange) -> Result<(), Error> {
    let mut socket = exchange.upgrade(&websocket::Config::default()).await?;
    while let Some((message, sender)) = socket.receive().await? {
        sender.send(message)?;
    }
    Ok(())
}

#[tokio::test]
async fn one_more_than_the_cap_waits_until_a_place_is_free() {
    let site = Site::start(Server { connections: 1, ..Server::default() }, respond).await;
    let mut first = site.connect().await;
    first.write_all(GET).await.unwrap();
    head(&mut first).await;
    let mut second = site.connect().await;
    second.write_all(GET).await.unwrap();
    for _ in 0..10 {
        first.write_all(GET).await.unwrap();
        head(&mut first).await;
        assert_eq!(second.try_read(&mut [0]).unwrap_err().kind(), ErrorKind::WouldBlock);
    }
    drop(first);
    head(&mut second).await;
}

#[tokio::test]
async fn a_server_that_stops_refuses_newcomers_and_answers_who_asked() {
    let asked = Arc::new(Semaphore::new(0));
    let answer = Arc::new(Semaphore::new(1));
    let (asking, answering) = (Arc::clone(&asked), Arc::clone(&answer));
    let handler = move |exchange| {
        let (asking, answering) = (Arc::clone(&asking), Arc::clone(&answering));
        async move {
            asking.add_permits(1);
            answering.acquire().await.unwrap().forget();
            respond(exchange).await
        }
    };
    let site = Site::start(Server::default(), handler).await;
    let mut idle = site.connect().await;
    idle.write_all(GET).await.unwrap();
    head(&mut idle).await;
    let mut running = site.connect().await;
    running.write_all(GET).await.unwrap();
    asked.acquire_many(2).await.unwrap().forget();
    let stopping = site.ask_to_stop();
    assert_eq!(rest(&mut idle).await, "", "an idle connection ends at once");
    let newcomer = TcpStream::connect(stopping.address).await;
    assert_eq!(newcomer.unwrap_err().kind(), ErrorKind::ConnectionRefused);
    answer.add_permits(1);
    let said = rest(&mut running).await;
    assert!(said.starts_with("HTTP/1.1 204 "), "{said}");
    assert!(said.contains("\r\nConnection: close\r\n"), "{said}");
    drop((idle, running));
    assert_eq!(stopping.stopped().await.cut_off, 0);
}

#[tokio::test]
async fn a_request_that_was_begun_before_the_server_stops_is_answered() {
    let site = Site::start(Server::default(), respond).await;
    let mut idle = site.connect().await;
    idle.write_all(GET).await.unwrap();
    head(&mut idle).await;
    let mut stream = site.connect().await;
    // In one piece, so that the beginning is read with what is answered.
    stream.write_all(&[GET, b"GET / HT"].concat()).await.unwrap();
    head(&mut stream).await;
    let stopping = site.ask_to_stop();
    assert_eq!(rest(&mut idle).await, "");
    drop(idle);
    stream.write_all(b"TP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    let answer = rest(&mut stream).await;
    assert!(answer.contains("\r\nConnection: close\r\n"), "{answer}");
    drop(stream);
    assert_eq!(stopping.stopped().await.cut_off, 0);
}

#[tokio::test]
async fn a_server_that_stops_says_1001_on_its_websockets() {
    let site = Site::start(Server::default(), echo).await;
    let (one, two) = (open(&site).await, open(&site).await);
    let stopping = site.ask_to_stop();
    for socket in [one, two] {
        let (code, reason) = end_of(socket).await;
        assert_eq!((code, &*reason), (Code::GOING_AWAY, "the server stops"));
    }
    assert_eq!(stopping.stopped().await.cut_off, 0);
}

#[tokio::test]
async fn a_handler_that_noticed_the_stop_before_its_upgrade_says_1001_too() {
    let late = |mut exchange: Exchange| async move {
        exchange.disconnected().await;
        assert!(exchange.is_draining());
        echo(exchange).await
    };
    let site = Site::start(Server::default(), late).await;
    let url = format!("ws://{}/", site.address);
    let opening = tokio::spawn(async move {
        websocket::connect(&url, &websocket::Config::default()).await.unwrap()
    });
    // Somebody else's answer tells that the server has heard both.
    let mut idle = site.connect().await;
    idle.write_all(b"\0").await.unwrap();
    rest(&mut idle).await;
    let stopping = site.ask_to_stop();
    let (code, _) = end_of(opening.await.unwrap()).await;
    assert_eq!(code, Code::GOING_AWAY);
    assert_eq!(stopping.stopped().await.cut_off, 0);
}

#[tokio::test]
async fn an_answer_without_end_learns_that_the_server_stops() {
    let stream = |exchange: Exchange| async move {
        let mut reply = exchange.begin(Response::new(200))?;
        reply.send(b"hello").await?;
        reply.disconnected().await;
        assert!(reply.is_draining());
        reply.send(b"goodbye").await?;
        reply.end().await
    };
    let site = Site::start(Server::default(), stream).await;
    let mut client = site.connect().await;
    client.write_all(GET).await.unwrap();
    head(&mut client).await;
    let stopping = site.ask_to_stop();
    assert_eq!(rest(&mut client).await, "5\r\nhello\r\n7\r\ngoodbye\r\n0\r\n\r\n");
    assert_eq!(stopping.stopped().await.cut_off, 0);
}

/// Sets a flag when it is dropped.
struct Flag(Arc<AtomicBool>);

impl Drop for Flag {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[tokio::test]
async fn whoever_does_not_end_in_time_is_cut_off_and_counted() {
    let server = Server { drain: Duration::from_millis(100), ..Server::default() };
    let dropped = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&dropped);
    let handler = move |exchange: Exchange| {
        let flag = Flag(Arc::clone(&flag));
        async move {
            match exchange.path() {
                "/socket" => echo(exchange).await,
                "/body" => exchange.respond(Response::new(204), b"").await,
                _ => {
                    pending::<()>().await;
                    drop(flag);
                    Ok(())
                }
            }
        }
    };
    let site = Site::start(server, handler).await;
    let url = format!("ws://{}/socket", site.address);
    // It does not listen, and so never hears the server's goodbye.
    let socket = websocket::connect(&url, &websocket::Config::default()).await.unwrap();
    let mut stuck = site.connect().await;
    stuck.write_all(GET).await.unwrap();
    let mut slow = site.connect().await;
    slow.write_all(b"GET / HT").await.unwrap();
    let mut answered = site.connect().await;
    answered.write_all(b"\0").await.unwrap();
    rest(&mut answered).await;
    drop(answered);
    assert_eq!(site.stop().await.cut_off, 3);
    assert_eq!(rest(&mut stuck).await, "", "its handler waits for something else");
    assert_eq!(rest(&mut slow).await, "");
    assert!(dropped.load(Ordering::Relaxed));
    drop(socket);
}

#[tokio::test]
async fn a_websocket_that_its_handler_drops_says_how_the_handler_ended() {
    let handler = |exchange: Exchange| async move {
        let path = exchange.path().to_owned();
        let _socket = exchange.upgrade(&websocket::Config::default()).await?;
        match &*path {
            "/well" => Ok(()),
            "/ill" => Err(Error::Handler("on purpose".into())),
            _ => panic!("on purpose"),
        }
    };
    let site = Site::start(Server::default(), handler).await;
    let ends =
        [("well", Code::NORMAL), ("ill", Code::INTERNAL_ERROR), ("panic", Code::INTERNAL_ERROR)];
    for (path, want) in ends {
        let url = format!("ws://{}/{path}", site.address);
        let socket = websocket::connect(&url, &websocket::Config::default()).await.unwrap();
        assert_eq!(end_of(socket).await.0, want, "{path}");
    }
    assert_eq!(site.stop().await.cut_off, 0);
}

#[tokio::test]
async fn what_was_sent_before_the_drop_still_arrives() {
    let handler = |exchange: Exchange| async move {
        let mut socket = exchange.upgrade(&websocket::Config::default()).await?;
        for number in 0..1000 {
            socket.sender().send(Event::Text(&number.to_string()))?;
        }
        Ok(())
    };
    let site = Site::start(Server::default(), handler).await;
    let mut socket = open(&site).await;
    for number in 0..1000 {
        let (event, _) = socket.receive().await.unwrap().unwrap();
        assert_eq!(event, Event::Text(&number.to_string()));
    }
    assert_eq!(end_of(socket).await.0, Code::NORMAL);
}
