//! Our client against our server, over real sockets.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod site;

use frame::{Code, Decoder, Event, Header, Kind, Settings, deflate::Window};
use server::{
    Error, Exchange, Handler, Peer, Server, WebSocket,
    websocket::{self, Config, ConnectError},
};
use site::{
    PATIENCE, Site,
    pipe::{Counted, Writes},
    rest,
};
use std::{
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll, ready},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream, ReadBuf},
    net::{TcpListener, TcpStream},
    time::timeout,
};
use wire::Side;

async fn echo(exchange: Exchange, config: Config) -> Result<(), Error> {
    let mut socket = exchange.upgrade(&config).await?;
    while let Some((message, sender)) = socket.receive().await? {
        sender.send(message)?;
    }
    Ok(())
}

async fn start(config: &Config) -> Site {
    let config = config.clone();
    Site::start(Server::default(), move |exchange| echo(exchange, config.clone())).await
}

async fn connect(site: &Site, config: &Config) -> WebSocket {
    websocket::connect(&format!("ws://{}/", site.address), config).await.unwrap()
}

/// The next message.
async fn receive(socket: &mut WebSocket) -> (Kind, Vec<u8>) {
    match timeout(PATIENCE, socket.receive()).await.expect("a message comes").unwrap() {
        Some((Event::Text(text), _)) => (Kind::Text, text.as_bytes().to_vec()),
        Some((Event::Binary(bytes), _)) => (Kind::Binary, bytes.to_vec()),
        other => panic!("no message, but {other:?}"),
    }
}

fn deflating() -> Config {
    let mut config = Config::default();
    config.handshake.deflate = Some(handshake::deflate::Policy::default());
    config
}

const SIZES: [usize; 9] = [0, 1, 125, 126, 127, 65_535, 65_536, 65_537, 1 << 20];

#[tokio::test]
async fn messages_of_every_size_come_back() {
    for config in [Config::default(), deflating()] {
        let site = start(&config).await;
        let mut socket = connect(&site, &config).await;
        for size in SIZES {
            let text: String = "ütterly ".chars().cycle().take(size).collect();
            let bytes: Vec<u8> = (0..size as u32).map(|number| ((number * 7) >> 3) as u8).collect();
            socket.send(Event::Text(&text)).await.unwrap();
            assert!(receive(&mut socket).await == (Kind::Text, text.into_bytes()), "{size}");
            socket.send(Event::Binary(&bytes)).await.unwrap();
            assert!(receive(&mut socket).await == (Kind::Binary, bytes), "{size}");
        }
        let closed = socket.close(Code::NORMAL, "done").await.unwrap().unwrap();
        assert_eq!((closed.code, closed.was_clean), (Code::NORMAL, true));
        assert_eq!(site.stop().await.cut_off, 0);
    }
}

#[tokio::test]
async fn messages_in_fragments_come_back_whole() {
    for config in [Config::default(), deflating()] {
        let site = start(&config).await;
        let mut socket = connect(&site, &config).await;
        let text = "fragménts ".repeat(100);
        for most in [1, 2, 3, 125, 126, 999, text.len(), usize::MAX] {
            socket.sender().send_in_fragments(Event::Text(&text), most).unwrap();
            socket.send(Event::Ping(b"between")).await.unwrap();
            assert_eq!(receive(&mut socket).await, (Kind::Text, text.clone().into_bytes()));
        }
    }
}

/// What both ends said on the wire.
#[derive(Debug, Clone, Default)]
struct Tape {
    written: Arc<Mutex<Vec<u8>>>,
    read: Arc<Mutex<Vec<u8>>>,
}

/// A stream that somebody listens to.
struct Tapped(TcpStream, Tape);

impl AsyncRead for Tapped {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.0).poll_read(context, buffer))?;
        self.1.read.lock().unwrap().extend_from_slice(&buffer.filled()[before..]);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Tapped {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.0).poll_write(context, bytes))?;
        self.1.written.lock().unwrap().extend_from_slice(&bytes[..written]);
        Poll::Ready(Ok(written))
    }

    fn poll_flush(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}

/// The headers of the frames behind a head.
fn headers(tape: &Mutex<Vec<u8>>, from: Side) -> Vec<Header> {
    let tape = tape.lock().unwrap();
    let head = tape.windows(4).position(|end| end == b"\r\n\r\n").unwrap() + 4;
    let deflate = Some(Window::default());
    let mut decoder = Decoder::new(Settings { deflate, ..Settings::from(from) });
    decoder.receive(&tape[head..]);
    std::iter::from_fn(|| decoder.next_frame().map(|step| step.header)).collect()
}

#[tokio::test]
async fn compression_that_was_agreed_on_is_used_in_both_directions() {
    let config = deflating();
    let site = start(&config).await;
    let (stream, tape) = (site.connect().await, Tape::default());
    let peer = Peer { address: site.address, secure: false };
    let deflate = vec![handshake::deflate::Offer::default()];
    let offer = handshake::Offer { deflate, ..handshake::Offer::new("a", "/") };
    let stream = Tapped(stream, tape.clone());
    let mut socket = websocket::open(stream, peer, &offer, &config).await.unwrap();
    assert!(socket.agreement().deflate.is_some());
    let text = "again and ".repeat(1000);
    for _ in 0..2 {
        socket.send(Event::Text(&text)).await.unwrap();
        assert_eq!(receive(&mut socket).await, (Kind::Text, text.clone().into_bytes()));
    }
    for (tape, from) in [(&tape.written, Side::Client), (&tape.read, Side::Server)] {
        let headers = headers(tape, from);
        assert_eq!(headers.len(), 2);
        assert!(headers.iter().all(|header| header.rsv.rsv1() && header.len < 200), "{headers:?}");
        // It refers to the first, of which the window still knows.
        assert!(headers[1].len < headers[0].len, "{headers:?}");
    }
}

#[tokio::test]
async fn the_first_subprotocol_of_the_client_that_the_server_speaks_is_chosen() {
    let mut config = Config::default();
    config.handshake.subprotocols = ["chat.v1", "chat.v2"].map(str::to_owned).to_vec();
    let site = start(&config).await;
    for (named, chosen) in [
        (vec!["chat.v3", "chat.v2", "chat.v1"], Some("chat.v2")),
        (vec!["chat.v3"], None),
        (vec![], None),
    ] {
        let mut offered = Config::default();
        offered.handshake.subprotocols = named.into_iter().map(str::to_owned).collect();
        let socket = connect(&site, &offered).await;
        assert_eq!(socket.agreement().subprotocol.as_deref(), chosen);
    }
}

#[tokio::test]
async fn a_refusal_comes_with_the_answer() {
    let handler = |exchange: Exchange| async move {
        exchange.respond(http1::Response::new(403).with("X-Why", "no"), b"").await
    };
    let site = Site::start(Server::default(), handler).await;
    let url = format!("ws://{}/", site.address);
    match websocket::connect(&url, &Config::default()).await {
        Err(ConnectError::Refused { response, violation }) => {
            assert_eq!(response.status, 403);
            assert_eq!(response.headers.get_str("x-why"), Some("no"));
            assert_eq!(violation.rule.id, "handshake/status-not-101");
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_client_finds_out_that_nobody_is_there() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}/", listener.local_addr().unwrap());
    drop(listener);
    let nobody = websocket::connect(&url, &Config::default()).await;
    assert!(matches!(nobody, Err(ConnectError::Io { .. })), "{nobody:?}");
}

const HANDSHAKE: &[u8] = b"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\
    Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

#[tokio::test]
async fn frames_in_one_piece_with_the_handshake_are_heard_by_the_server() {
    let site = start(&Config::default()).await;
    let mut stream = site.connect().await;
    let frames = b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58\x88\x80\0\0\0\0";
    stream.write_all(&[HANDSHAKE, frames].concat()).await.unwrap();
    let said = rest(&mut stream).await;
    assert!(said.ends_with("\r\n\r\n\u{fffd}\u{5}Hello\u{fffd}\0"), "{said:?}");
}

/// A server that says its bytes behind a correct 101, and hears the rest.
async fn say_behind_101(bytes: &'static [u8]) -> (WebSocket, tokio::task::JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}/", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            request.push(stream.read_u8().await.unwrap());
        }
        let request = String::from_utf8(request).unwrap();
        let key = request.lines().find_map(|line| line.strip_prefix("Sec-WebSocket-Key: "));
        let accept = handshake::accept_key(key.unwrap());
        let head = format!(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\
            Connection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"
        );
        stream.write_all(&[head.as_bytes(), bytes].concat()).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut heard = Vec::new();
        _ = stream.read_to_end(&mut heard).await;
        heard
    });
    (websocket::connect(&url, &Config::default()).await.unwrap(), server)
}

#[tokio::test]
async fn frames_in_one_piece_with_the_101_are_heard_by_the_client() {
    let (mut socket, _) = say_behind_101(b"\x81\x03one\x82\x03two\x88\x02\x03\xe8").await;
    assert_eq!(receive(&mut socket).await, (Kind::Text, b"one".to_vec()));
    assert_eq!(receive(&mut socket).await, (Kind::Binary, b"two".to_vec()));
    assert!(socket.receive().await.unwrap().is_none());
    assert_eq!(socket.closed().unwrap().code, Code::NORMAL);
}

#[tokio::test]
async fn a_client_tells_its_server_which_rule_it_broke() {
    let broken = [
        (b"\x81\x81\0\0\0\0t".as_slice(), Code::PROTOCOL_ERROR),
        (b"\x83\x00", Code::PROTOCOL_ERROR),
        (b"\x81\x01\xff", Code::INVALID_PAYLOAD),
    ];
    for (bytes, code) in broken {
        let (mut socket, server) = say_behind_101(bytes).await;
        let received = socket.receive().await;
        assert!(matches!(received, Err(Error::Violation(_))), "{received:?}");
        drop(socket);
        let heard = timeout(PATIENCE, server).await.unwrap().unwrap();
        let mut decoder = Decoder::new(Settings::from(Side::Client));
        decoder.receive(&heard);
        let step = decoder.next_frame().expect("a close frame comes");
        assert_eq!(step.message.unwrap().close().unwrap().code, code);
    }
}

#[tokio::test]
async fn both_ends_talk_at_once() {
    const ALL: u32 = 10_000;
    async fn talk(socket: &mut WebSocket) -> Result<(), Error> {
        let (mut sent, mut heard) = (0_u32, 0_u32);
        while heard < ALL {
            if sent < ALL {
                socket.send(Event::Binary(&sent.to_be_bytes())).await?;
                sent += 1;
                if sent % 100 > 0 {
                    continue;
                }
            }
            let (message, _) = socket.receive().await?.unwrap();
            assert_eq!(message, Event::Binary(&heard.to_be_bytes()));
            heard += 1;
        }
        Ok(())
    }
    let handler = |exchange: Exchange| async move {
        let mut socket = exchange.upgrade(&Config::default()).await?;
        talk(&mut socket).await
    };
    let site = Site::start(Server::default(), handler).await;
    let mut socket = connect(&site, &Config::default()).await;
    timeout(PATIENCE, talk(&mut socket)).await.expect("nobody waits for the other").unwrap();
}

#[tokio::test]
async fn a_receive_that_is_dropped_loses_nothing() {
    let site = start(&Config::default()).await;
    let mut socket = connect(&site, &Config::default()).await;
    for number in 0..2000_u32 {
        socket.sender().send(Event::Binary(&number.to_be_bytes())).unwrap();
    }
    let (mut next, mut dropped) = (0_u32, 0);
    while next < 2000 {
        tokio::select! {
            biased;
            received = socket.receive() => {
                let (message, _) = received.unwrap().unwrap();
                assert_eq!(message, Event::Binary(&next.to_be_bytes()));
                next += 1;
            }
            // Ready at once: whatever had to wait is dropped.
            () = tokio::task::yield_now() => dropped += 1,
        }
    }
    assert!(dropped > 0);
}

/// A WebSocket behind its handshake, to a server that counts its writes.
async fn counted(handler: impl Handler) -> (DuplexStream, Writes) {
    let (mut client, server) = tokio::io::duplex(1 << 20);
    let (server, writes) = Counted::new(server);
    let peer = Peer { address: ([127, 0, 0, 1], 1).into(), secure: false };
    tokio::spawn(Server::default().serve_connection(server, peer, handler));
    client.write_all(HANDSHAKE).await.unwrap();
    while client.read_u8().await.unwrap() != b'\n' || client.read_u16().await.unwrap() != 0x0d0a {}
    (client, writes)
}

#[tokio::test]
async fn messages_that_many_share_leave_in_one_write_with_the_others() {
    let long: Arc<[u8]> = vec![b'x'; 1_000].into();
    let handler = {
        let long = Arc::clone(&long);
        move |exchange: Exchange| {
            let long = Arc::clone(&long);
            async move {
                let mut socket = exchange.upgrade(&Config::default()).await?;
                while let Some((_, sender)) = socket.receive().await? {
                    for _ in 0..8 {
                        sender.send_shared(Kind::Text, &long)?;
                        sender.send(Event::Text("own"))?;
                    }
                }
                Ok(())
            }
        }
    };
    let (mut client, writes) = counted(handler).await;
    let (before, holders) = (writes.count(), Arc::strong_count(&long));
    client.write_all(b"\x81\x81\0\0\0\0t").await.unwrap();
    let round = [b"\x81\x7e\x03\xe8".as_slice(), &long, b"\x81\x03own"].concat();
    let mut told = vec![0; 8 * round.len()];
    client.read_exact(&mut told).await.unwrap();
    assert_eq!(told, round.repeat(8));
    assert_eq!(writes.count() - before, 1);
    assert_eq!(Arc::strong_count(&long), holders, "what is written is let go");
}

#[tokio::test]
async fn frames_of_one_read_are_answered_in_one_write() {
    let (mut client, writes) = counted(|exchange| echo(exchange, Config::default())).await;
    let before = writes.count();
    client.write_all(&b"\x81\x81\0\0\0\0t".repeat(16)).await.unwrap();
    let mut echoed = [0; 16 * 3];
    client.read_exact(&mut echoed).await.unwrap();
    assert_eq!(echoed.as_slice(), b"\x81\x01t".repeat(16));
    assert_eq!(writes.count() - before, 1);
}
