//! HTTP/1.1, over real sockets and over pipes.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod site;

use http1::{Headers, Limits, Method, Request, Response};
use server::{Error, Exchange, Peer, Server, http::Config};
use site::{PATIENCE, Site, client::request, pipe::Counted, rest};
use std::{cell::Cell, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, duplex},
    net::TcpStream,
    sync::{Mutex, Notify, mpsc, oneshot},
    task::yield_now,
    time::timeout,
};

async fn echo(mut exchange: Exchange) -> Result<(), Error> {
    let body = exchange.body().await?;
    exchange.respond(Response::new(200), &body).await
}

/// Answers with its method and path, and reads no body.
async fn describe(exchange: Exchange) -> Result<(), Error> {
    let text = format!("{} {}", exchange.request().method, exchange.path());
    exchange.respond(Response::new(200), text.as_bytes()).await
}

fn with_limits(limits: Limits) -> Server {
    Server { http: Config { limits, ..Config::default() }, ..Server::default() }
}

const PEER: Peer = Peer {
    address: std::net::SocketAddr::V4(std::net::SocketAddrV4::new(
        std::net::Ipv4Addr::LOCALHOST,
        1,
    )),
    secure: false,
};

/// Reads exactly this.
async fn expect(stream: &mut TcpStream, expected: &str) {
    let mut bytes = vec![0; expected.len()];
    timeout(PATIENCE, stream.read_exact(&mut bytes)).await.unwrap().unwrap();
    assert_eq!(String::from_utf8_lossy(&bytes), expected);
}

// Connections

#[tokio::test]
async fn a_connection_goes_on_until_somebody_says_close() {
    let site = Site::start(Server::default(), describe).await;
    let mut client = site.client().await;
    for path in ["/1", "/2", "/3"] {
        let answer = client.get(path, &[]).await;
        assert_eq!((answer.text(), answer.field("connection")), (&*format!("GET {path}"), ""));
    }
    let last = client.get("/4", &[("Connection", "close")]).await;
    assert_eq!(last.field("connection"), "close");
    assert_eq!(rest(&mut client.stream).await, "");
}

#[tokio::test]
async fn a_handler_may_say_close_too() {
    let closes = |exchange: Exchange| async {
        exchange.respond(Response::new(200).with("Connection", "close"), b"bye").await
    };
    let site = Site::start(Server::default(), closes).await;
    let mut client = site.client().await;
    assert_eq!(client.get("/", &[]).await.text(), "bye");
    assert_eq!(rest(&mut client.stream).await, "");
}

#[tokio::test]
async fn an_http10_connection_goes_on_only_if_it_asks_to() {
    let site = Site::start(Server::default(), describe).await;
    let once = site.say(b"GET /1 HTTP/1.0\r\n\r\nGET /2 HTTP/1.0\r\n\r\n").await;
    assert!(once.ends_with("\r\n\r\nGET /1"), "{once}");
    assert!(once.contains("\r\nConnection: close\r\n"), "{once}");

    let kept = site
        .say(
            b"GET /1 HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n\
              GET /2 HTTP/1.0\r\n\r\n",
        )
        .await;
    assert!(kept.contains("\r\nConnection: keep-alive\r\n"), "{kept}");
    assert!(kept.contains("\r\n\r\nGET /1HTTP/1.1 200") && kept.ends_with("GET /2"), "{kept}");
}

#[tokio::test]
async fn nothing_is_answered_behind_close() {
    let site = Site::start(Server::default(), describe).await;
    let said = site
        .say(
            b"GET /1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n\
              GET /2 HTTP/1.1\r\nHost: a\r\n\r\n",
        )
        .await;
    assert!(said.ends_with("\r\n\r\nGET /1"), "{said}");
}

#[tokio::test]
async fn answers_pipelined_requests_in_order() {
    let site = Site::start(Server::default(), echo).await;
    let said = site
        .say(
            b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\none\
              POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nConnection: close\r\n\r\ntwo",
        )
        .await;
    let (first, second) = said.split_at(said.rfind("HTTP/1.1").unwrap());
    assert!(first.ends_with("\r\n\r\none") && second.ends_with("\r\n\r\ntwo"), "{said}");
    assert_eq!(site.stop().await.cut_off, 0);
}

#[tokio::test]
async fn requests_that_came_together_are_answered_in_one_write() {
    let (mut client, server) = duplex(64 << 10);
    let (server, writes) = Counted::new(server);
    let requests = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n".repeat(15)
        + "GET /b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    client.write_all(requests.as_bytes()).await.unwrap();
    let serving = tokio::spawn(Server::default().serve_connection(server, PEER, describe));
    let mut said = String::new();
    client.read_to_string(&mut said).await.unwrap();
    drop(client);
    serving.await.unwrap();
    assert_eq!(said.matches("HTTP/1.1 200 OK").count(), 16, "{said}");
    assert!(said.ends_with("GET /b"), "{said}");
    assert_eq!(writes.count(), 1);
}

#[tokio::test]
async fn empty_lines_between_requests_are_no_requests() {
    let site = Site::start(Server::default(), describe).await;
    let said = site
        .say(
            b"\r\n\r\nGET /1 HTTP/1.1\r\nHost: a\r\n\r\n\r\n\
              GET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        )
        .await;
    assert!(said.contains("GET /1") && said.ends_with("GET /2"), "{said}");
}

#[tokio::test]
async fn a_client_that_says_nothing_more_gets_its_answers_first() {
    let site = Site::start(Server::default(), describe).await;
    let mut stream = site.connect().await;
    stream.write_all(b"GET /1 HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    stream.shutdown().await.unwrap();
    assert!(rest(&mut stream).await.ends_with("GET /1"));
}

// Bodies of requests

#[tokio::test]
async fn a_chunked_body_comes_without_its_chunks() {
    let site = Site::start(Server::default(), echo).await;
    let said = site
        .say(
            b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\
              5;name=value\r\nhello\r\n1\r\n \r\n5\r\nthere\r\n0\r\nDigest: of-it\r\n\r\n\
              GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        )
        .await;
    assert!(said.contains("\r\n\r\nhello thereHTTP/1.1 200 OK\r\n"), "{said}");
}

#[tokio::test]
async fn a_body_that_nobody_read_is_skipped() {
    let site = Site::start(Server::default(), describe).await;
    let mut client = site.client().await;
    for len in [0, 1, 100_000] {
        let posted = client.ask(&request(&Method::POST, "/", &[]), &vec![b'x'; len]).await;
        assert_eq!(posted.text(), "POST /");
        assert_eq!(client.get("/", &[]).await.text(), "GET /");
    }
}

#[tokio::test]
async fn a_long_body_that_nobody_read_is_not_worth_the_connection() {
    let site = Site::start(Server::default(), describe).await;
    let mut client = site.client().await;
    let posted = client.ask(&request(&Method::POST, "/", &[]), &vec![b'x'; 4 << 20]).await;
    assert_eq!(posted.text(), "POST /");
    assert_eq!(rest(&mut client.stream).await, "");
}

#[tokio::test]
async fn a_large_body_comes_in_pieces_as_they_arrive() {
    let sums = |mut exchange: Exchange| async {
        let (mut piece, mut sum, mut longest) = (Vec::new(), 0, 0);
        while exchange.next_piece(&mut piece).await? {
            sum += piece.len();
            longest = longest.max(piece.capacity());
        }
        exchange
            .respond(Response::new(200), format!("{sum} {}", longest <= 128 << 10).as_bytes())
            .await
    };
    let limits = Limits { body: 1 << 30, ..Limits::default() };
    let site = Site::start(with_limits(limits), sums).await;
    let body = vec![b'x'; 64 << 20];
    let answer = site.client().await.ask(&request(&Method::POST, "/", &[]), &body).await;
    assert_eq!(answer.text(), "67108864 true");
}

#[tokio::test]
async fn a_body_is_not_read_before_the_handler_wants_it() {
    let (mut client, server) = duplex(1 << 10);
    let gate = Arc::new(Notify::new());
    let waits = {
        let gate = Arc::clone(&gate);
        move |mut exchange: Exchange| {
            let gate = Arc::clone(&gate);
            async move {
                gate.notified().await;
                let length = exchange.body().await?.len().to_string();
                exchange.respond(Response::new(200), length.as_bytes()).await
            }
        }
    };
    let serving = tokio::spawn(Server::default().serve_connection(server, PEER, waits));
    let head = b"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 300000\r\n\r\n";
    client.write_all(head).await.unwrap();
    {
        let body = vec![0; 300_000];
        let mut written = std::pin::pin!(client.write_all(&body));
        let others_had_their_turns = async {
            for _ in 0..1_000 {
                yield_now().await;
            }
        };
        tokio::select! {
            biased;
            _ = &mut written => panic!("it was read, and nobody wanted it"),
            () = others_had_their_turns => {}
        }
        gate.notify_one();
        written.await.unwrap();
    }
    let mut said = String::new();
    client.read_to_string(&mut said).await.unwrap();
    assert!(said.ends_with("\r\n\r\n300000"), "{said}");
    drop(client);
    serving.await.unwrap();
}

// Expect: 100-continue

const EXPECTS: &[u8] =
    b"POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";

#[tokio::test]
async fn a_client_that_waits_is_told_to_go_on_when_its_body_is_wanted() {
    let site = Site::start(Server::default(), echo).await;
    let mut stream = site.connect().await;
    stream.write_all(EXPECTS).await.unwrap();
    expect(&mut stream, "HTTP/1.1 100 Continue\r\n\r\n").await;
    stream.write_all(b"hello").await.unwrap();
    expect(&mut stream, "HTTP/1.1 200 OK\r\n").await;
    stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await.unwrap();
    let said = rest(&mut stream).await;
    assert!(said.contains("\r\n\r\nhelloHTTP/1.1 200 OK"), "{said}");
}

#[tokio::test]
async fn a_client_that_waits_is_refused_before_it_sends_its_body() {
    let site = Site::start(Server::default(), describe).await;
    let mut stream = site.connect().await;
    stream.write_all(EXPECTS).await.unwrap();
    let said = rest(&mut stream).await;
    assert!(said.starts_with("HTTP/1.1 200 OK\r\n"), "{said}");
    // Whether the body still comes, nobody knows.
    assert!(said.contains("\r\nConnection: close\r\n"), "{said}");
}

#[tokio::test]
async fn a_client_that_does_not_wait_is_not_told_to_go_on() {
    let site = Site::start(Server::default(), echo).await;
    let mut stream = site.connect().await;
    let close = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    stream.write_all(&[EXPECTS, b"hello", close].concat()).await.unwrap();
    let said = rest(&mut stream).await;
    assert!(said.starts_with("HTTP/1.1 200 OK\r\n"), "{said}");
    assert!(said.contains("\r\n\r\nhelloHTTP/1.1 200 OK"), "{said}");
}

#[tokio::test]
async fn an_http10_client_is_never_told_to_go_on() {
    let site = Site::start(Server::default(), echo).await;
    let old = String::from_utf8(EXPECTS.to_vec()).unwrap().replace("HTTP/1.1", "HTTP/1.0");
    let mut stream = site.connect().await;
    stream.write_all(old.as_bytes()).await.unwrap();
    stream.write_all(b"hello").await.unwrap();
    let said = rest(&mut stream).await;
    assert!(said.starts_with("HTTP/1.1 200 OK") && said.ends_with("hello"), "{said}");
}

// Answers

/// Answers in two pieces, with a trailer.
async fn stream_two_pieces(exchange: Exchange) -> Result<(), Error> {
    let mut reply = exchange.begin(Response::new(200).with("Trailer", "Digest"))?;
    reply.send(b"hello ").await?;
    reply.flush().await?;
    reply.send(b"there").await?;
    reply.end_with(&[("Digest", "of-it")].into_iter().collect::<Headers>()).await
}

#[tokio::test]
async fn an_answer_of_unknown_length_is_chunked_and_may_have_trailers() {
    let site = Site::start(Server::default(), stream_two_pieces).await;
    let answer = site.client().await.get("/", &[]).await;
    assert_eq!((answer.text(), answer.field("transfer-encoding")), ("hello there", "chunked"));
    assert_eq!(answer.trailers.get_str("digest"), Some("of-it"));
}

#[tokio::test]
async fn an_http10_client_gets_an_answer_of_unknown_length_until_the_end() {
    let site = Site::start(Server::default(), stream_two_pieces).await;
    let said = site.say(b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").await;
    assert!(said.ends_with("\r\n\r\nhello there"), "{said}");
    assert!(said.contains("\r\nConnection: close\r\n"), "{said}");
    assert!(!said.contains("chunked"), "{said}");
}

#[tokio::test]
async fn a_piece_that_is_flushed_arrives_before_the_next() {
    let (go, gone) = oneshot::channel::<()>();
    let gone = Arc::new(Mutex::new(Some(gone)));
    let handler = move |exchange: Exchange| {
        let gone = Arc::clone(&gone);
        async move {
            let mut reply = exchange.begin(Response::new(200).with("Content-Length", "10"))?;
            reply.send(b"first").await?;
            reply.flush().await?;
            gone.lock().await.take().unwrap().await.unwrap();
            reply.send(b"later").await?;
            reply.end().await
        }
    };
    let site = Site::start(Server::default(), handler).await;
    let mut stream = site.connect().await;
    stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await.unwrap();
    let mut said = Vec::new();
    while !said.ends_with(b"first") {
        timeout(PATIENCE, stream.read_buf(&mut said)).await.unwrap().unwrap();
    }
    go.send(()).unwrap();
    assert_eq!(rest(&mut stream).await, "later");
}

#[tokio::test]
async fn head_gets_the_head_that_get_would_get() {
    let whole = |exchange: Exchange| async {
        exchange.respond(Response::new(200).with("Content-Type", "text/plain"), b"hello").await
    };
    let announced = |exchange: Exchange| async {
        let mut reply = exchange.begin(Response::new(200).with("Content-Length", "5"))?;
        reply.send(b"hello").await?;
        reply.end().await
    };
    for site in [
        Site::start(Server::default(), whole).await,
        Site::start(Server::default(), announced).await,
    ] {
        let mut client = site.client().await;
        let head = client.head("/", &[]).await;
        let get = client.get("/", &[]).await;
        assert_eq!(
            (head.undated(), &*head.body, &*get.body),
            (get.undated(), &b""[..], &b"hello"[..])
        );
    }
}

#[tokio::test]
async fn every_answer_says_when() {
    let site = Site::start(Server::default(), describe).await;
    let answer = site.client().await.get("/", &[]).await;
    httpdate::parse_http_date(answer.field("date")).unwrap();
    let refused = site.say(b"nonsense\r\n\r\n").await;
    assert!(refused.contains("\r\nDate: "), "{refused}");
}

#[tokio::test]
async fn understands_every_form_of_a_target() {
    let site = Site::start(Server::default(), describe).await;
    let mut client = site.client().await;
    for (method, target, described) in [
        (Method::OPTIONS, "*", "OPTIONS *"),
        (Method::GET, "http://a/b/c?d", "GET /b/c"),
        (Method::GET, "http://a", "GET /"),
        (Method::GET, "/a?b?c", "GET /a"),
        (Method::new("PURGE").unwrap(), "/a", "PURGE /a"),
    ] {
        let answer = client.ask(&request(&method, target, &[]), b"").await;
        assert_eq!((answer.status(), answer.text()), (200, described));
    }
}

// What goes wrong

#[tokio::test]
async fn a_panic_in_a_handler_is_a_500() {
    let panics = |_: Exchange| async { panic!("on purpose") };
    let site = Site::start(Server::default(), panics).await;
    let said = site.say(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert!(said.starts_with("HTTP/1.1 500 "), "{said}");
}

#[tokio::test]
async fn an_error_in_a_handler_is_a_500_that_tells_nothing() {
    let fails = |_: Exchange| async { Err(Error::Handler("the password is 1234".into())) };
    let forgets = |_: Exchange| async { Ok(()) };
    let injects = |exchange: Exchange| async {
        exchange.respond(Response::new(200).with("X", "a\r\nSet-Cookie: b"), b"").await
    };
    for site in [
        Site::start(Server::default(), fails).await,
        Site::start(Server::default(), forgets).await,
        Site::start(Server::default(), injects).await,
    ] {
        let said = site.say(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
        assert!(said.starts_with("HTTP/1.1 500 Internal Server Error\r\n"), "{said}");
        assert!(!said.contains("1234") && !said.contains("Set-Cookie"), "{said}");
    }
}

#[tokio::test]
async fn an_answer_that_was_not_ended_is_cut_off() {
    let chunked = |exchange: Exchange| async {
        let mut reply = exchange.begin(Response::new(200))?;
        reply.send(b"half of it").await
    };
    let announced = |exchange: Exchange| async {
        let mut reply = exchange.begin(Response::new(200).with("Content-Length", "20"))?;
        reply.send(b"half of it").await
    };
    let fails = |exchange: Exchange| async {
        let mut reply = exchange.begin(Response::new(200))?;
        reply.send(b"half of it").await?;
        Err(Error::Handler("in the middle".into()))
    };
    for site in [
        Site::start(Server::default(), chunked).await,
        Site::start(Server::default(), announced).await,
        Site::start(Server::default(), fails).await,
    ] {
        let mut client = site.client().await;
        client.send(&request(&Method::GET, "/", &[]), b"").await;
        assert_eq!(client.answer().await, None);
    }
}

#[tokio::test]
async fn a_handler_learns_that_its_client_went_away() {
    let (told, mut tells) = mpsc::unbounded_channel();
    let waits = move |mut exchange: Exchange| {
        let told = told.clone();
        async move {
            told.send("waits").unwrap();
            exchange.disconnected().await;
            told.send("went away").unwrap();
            Ok(())
        }
    };
    let site = Site::start(Server::default(), waits).await;
    let mut client = site.client().await;
    client.send(&request(&Method::GET, "/", &[]), b"").await;
    assert_eq!(timeout(PATIENCE, tells.recv()).await.unwrap(), Some("waits"));
    drop(client);
    assert_eq!(timeout(PATIENCE, tells.recv()).await.unwrap(), Some("went away"));
}

#[tokio::test]
async fn a_handler_that_waits_learns_of_the_end_whatever_its_client_says() {
    let (told, mut tells) = mpsc::unbounded_channel();
    let waits = move |mut exchange: Exchange| {
        let told = told.clone();
        async move {
            told.send(()).unwrap();
            exchange.disconnected().await;
            exchange.respond(Response::new(503), b"").await
        }
    };
    let site = Site::start(Server::default(), waits).await;
    let (mut listener, mut talker) = site.connect().await.into_split();
    talker.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    timeout(PATIENCE, tells.recv()).await.unwrap().unwrap();
    // As much as fits into all buffers in between: nobody takes the rest.
    while timeout(Duration::from_millis(100), talker.write_all(&[b'\n'; 64 << 10])).await.is_ok() {}
    assert_eq!(site.stop().await.cut_off, 0);
    let mut said = Vec::new();
    _ = listener.read_to_end(&mut said).await;
    assert!(said.starts_with(b"HTTP/1.1 503 "), "{}", said.escape_ascii());
}

#[tokio::test]
async fn a_handler_that_waits_again_and_again_keeps_no_more_of_what_is_said() {
    let (mut client, server) = duplex(64 << 10);
    let waits = |mut exchange: Exchange| async move {
        for _ in 0..100 {
            let tick = async {
                for _ in 0..100 {
                    yield_now().await;
                }
            };
            tokio::select! {
                () = exchange.disconnected() => return Ok(()),
                () = tick => {}
            }
        }
        exchange.respond(Response::new(204).with("Connection", "close"), b"").await
    };
    let serving = tokio::spawn(Server::default().serve_connection(server, PEER, waits));
    client.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    let (mut listener, mut talker) = tokio::io::split(client);
    let written = Cell::new(0);
    let talks = async {
        loop {
            written.set(written.get() + talker.write(&[b'\n'; 16 << 10]).await.unwrap());
        }
    };
    let mut said = [0; 12];
    tokio::select! {
        () = talks => {}
        read = listener.read_exact(&mut said) => assert_eq!(read.unwrap(), 12),
    }
    assert_eq!(&said, b"HTTP/1.1 204");
    assert!(written.get() < 256 << 10, "{} bytes", written.get());
    serving.abort();
}

#[tokio::test]
async fn what_is_too_large_is_refused_with_its_own_status() {
    let limits = Limits { head: 1_000, target: 100, fields: 10, body: 50, ..Limits::default() };
    let site = Site::start(with_limits(limits), echo).await;
    let with = |request: Request| {
        let mut bytes = Vec::new();
        request.encode(&mut bytes);
        bytes
    };
    let get = |target: &str| request(&Method::GET, target, &[]);
    let many = (0..11).fold(get("/"), |request, _| request.with("a", "b"));
    for (status, bytes) in [
        (200, with(get(&"/".repeat(100)))),
        (414, with(get(&"/".repeat(101)))),
        (431, with(get("/").with("a", "b".repeat(1_000)))),
        (431, with(many)),
        (414, [&b"GET /"[..], &b"a".repeat(2_000)].concat()),
        (413, with(get("/").with("Content-Length", "51"))),
        (413, with(get("/").with("Content-Length", "18446744073709551615"))),
        (413, [&with(get("/").with("Transfer-Encoding", "chunked"))[..], b"33\r\n"].concat()),
    ] {
        let mut stream = site.connect().await;
        stream.write_all(&bytes).await.unwrap();
        if status == 200 {
            expect(&mut stream, "HTTP/1.1 200 OK").await;
            continue;
        }
        let said = rest(&mut stream).await;
        assert!(said.starts_with(&format!("HTTP/1.1 {status} ")), "{status} {said}");
        assert!(said.contains("\r\nConnection: close\r\n"), "{said}");
    }
}

#[tokio::test]
async fn a_refusal_names_the_rule_that_was_broken() {
    let site = Site::start(Server::default(), echo).await;
    let said = site.say(b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n").await;
    assert!(said.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{said}");
    for part in ["a request names one host", "RFC 9112 3.2", "http1/host-twice", "2 times"] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[tokio::test]
async fn what_was_asked_before_a_broken_request_is_answered() {
    let site = Site::start(Server::default(), describe).await;
    let said = site.say(b"GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\n\r\n").await;
    assert!(said.starts_with("HTTP/1.1 200 OK"), "{said}");
    assert!(said.contains("GET /1HTTP/1.1 400 "), "{said}");
}

#[tokio::test]
async fn a_tunnel_that_nobody_digs_is_closed() {
    let site = Site::start(Server::default(), echo).await;
    let mut stream = site.connect().await;
    stream.write_all(b"CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n").await.unwrap();
    let said = rest(&mut stream).await;
    assert!(said.starts_with("HTTP/1.1 200 OK\r\n"), "{said}");
}
