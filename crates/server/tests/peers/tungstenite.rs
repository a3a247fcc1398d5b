//! tokio-tungstenite, on either side. It compresses nothing.

use crate::{
    house::{House, compare},
    plan::{Compression, End, FAREWELLS, GOODBYES, MANY, Plan, SIZES, STOPS, bytes, text},
    program::PATIENCE,
    visitor,
};
use futures_util::{SinkExt, StreamExt};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    time::timeout,
};
use tokio_tungstenite::{
    WebSocketStream, accept_hdr_async, connect_async,
    tungstenite::{
        Bytes, Message,
        handshake::server::{Request, Response},
        protocol::{
            CloseFrame,
            frame::{
                Frame,
                coding::{Data, OpCode},
            },
        },
    },
};

#[tokio::test]
async fn tungstenite_goes_through_every_door_of_our_server() {
    let plan = Plan::of_a_program(Compression::OnlyOurs);
    let house = House::open(true).await;
    let url = house.url();
    tokio::join!(visit(&url), house.expect(&plan));
}

#[tokio::test]
async fn our_client_goes_through_every_door_of_tungstenite() {
    let plan = Plan::of_a_program(Compression::OnlyOurs);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}", listener.local_addr().unwrap());
    let (told, mut ends) = mpsc::unbounded_channel();
    let serving = tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(serve(stream, told.clone()));
        }
    });
    visitor::visit(&url, &plan, true).await;
    compare(plan.ends(), async || ends.recv().await.unwrap()).await;
    serving.abort();
}

/// A WebSocket of tungstenite's, in one piece with what a test wants of it.
struct Socket<S>(WebSocketStream<S>);

impl<S: AsyncRead + AsyncWrite + Unpin> Socket<S> {
    async fn send(&mut self, message: impl Into<Message>) {
        self.0.send(message.into()).await.unwrap();
    }

    /// The next message but for pings, which it has answered.
    async fn next(&mut self) -> Message {
        loop {
            let message = timeout(PATIENCE, self.0.next()).await.expect("it says something");
            match message.expect("it says something").unwrap() {
                Message::Ping(_) => {}
                message => return message,
            }
        }
    }

    async fn send_in_fragments(&mut self, text: &str, most: usize) {
        let mut pieces = text.as_bytes().chunks(most).peekable();
        let mut kind = Data::Text;
        while let Some(piece) = pieces.next() {
            let piece = Bytes::copy_from_slice(piece);
            let is_last = pieces.peek().is_none();
            self.send(Message::Frame(Frame::message(piece, OpCode::Data(kind), is_last))).await;
            kind = Data::Continue;
        }
    }

    /// Closes; the end of the peer's stream is the end.
    async fn goodbye(&mut self, code: u16, reason: &str) {
        let frame = CloseFrame { code: code.into(), reason: reason.into() };
        self.0.close(Some(frame)).await.unwrap();
        let Message::Close(Some(answer)) = self.next().await else { panic!("it answers") };
        assert_eq!(u16::from(answer.code), code);
        let end = timeout(PATIENCE, self.0.next()).await.expect("it ends");
        assert!(end.is_none(), "{end:?}");
    }

    /// The peer closes.
    async fn farewell(&mut self, code: u16, reason: &str) {
        let Message::Close(Some(farewell)) = self.next().await else { panic!("it closes") };
        assert_eq!((u16::from(farewell.code), &*farewell.reason), (code, reason));
        let end = timeout(PATIENCE, self.0.next()).await.expect("it ends");
        assert!(end.is_none(), "{end:?}");
    }
}

/// tungstenite's client, in a house of ours.
async fn visit(url: &str) {
    let open = async |door: &str| {
        let (socket, _) = connect_async(format!("{url}{door}")).await.unwrap();
        Socket(socket)
    };

    let mut socket = open("/echo").await;
    for size in SIZES {
        socket.send(text(size)).await;
        assert_eq!(socket.next().await, Message::from(text(size)));
        socket.send(bytes(size)).await;
        assert_eq!(socket.next().await, Message::from(bytes(size)));
    }
    socket.goodbye(1000, "").await;

    let mut socket = open("/echo").await;
    for number in 0..MANY {
        socket.send(format!("메시지 {number}")).await;
    }
    for number in 0..MANY {
        assert_eq!(socket.next().await, Message::from(format!("메시지 {number}")));
    }
    socket.goodbye(1000, "").await;

    let mut socket = open("/count").await;
    for number in 0..MANY {
        assert_eq!(socket.next().await, Message::from(number.to_string()));
    }
    socket.goodbye(1000, "").await;

    let mut socket = open("/fragments").await;
    for (size, most) in [(26, 5), (65_536, 1_001)] {
        socket.send_in_fragments(&text(size), most).await;
        assert_eq!(socket.next().await, Message::from(text(size)));
    }
    socket.goodbye(1000, "").await;

    let mut socket = open("/ping").await;
    for payload in [&b""[..], b"are you there?", &[b'x'; 125]] {
        socket.send(Message::Ping(Bytes::copy_from_slice(payload))).await;
        assert_eq!(socket.next().await, Message::Pong(Bytes::copy_from_slice(payload)));
    }
    assert_eq!(socket.next().await, Message::from("answered"));
    socket.goodbye(1000, "").await;

    for (code, reason) in GOODBYES {
        open("/echo").await.goodbye(code, reason).await;
    }
    for (code, reason) in FAREWELLS {
        let mut socket = open("/close").await;
        socket.send(format!("{code} {reason}")).await;
        socket.farewell(code, reason).await;
    }
    // Without a word.
    drop(open("/echo").await);
    open("/stay").await.farewell(STOPS.0, STOPS.1).await;
}

/// The doors of `house.rs`, with tungstenite.
async fn serve(stream: TcpStream, told: mpsc::UnboundedSender<End>) {
    let mut door = String::new();
    #[expect(clippy::result_large_err, reason = "tungstenite asks for it")]
    let note = |request: &Request, response: Response| {
        door = request.uri().path().to_owned();
        Ok(response)
    };
    let mut socket = Socket(accept_hdr_async(stream, note).await.unwrap());
    match &*door {
        "/count" => {
            for number in 0..MANY {
                socket.send(number.to_string()).await;
            }
        }
        "/ping" => socket.send(Message::Ping("are you there?".into())).await,
        _ => {}
    }
    let mut end = End::new(&door, 1006, "");
    while let Some(Ok(message)) = socket.0.next().await {
        match (&*door, message) {
            ("/close", Message::Text(farewell)) => {
                let (code, reason) = farewell.split_once(' ').unwrap();
                let code: u16 = code.parse().unwrap();
                let frame = CloseFrame { code: code.into(), reason: reason.into() };
                socket.0.close(Some(frame)).await.unwrap();
            }
            ("/fragments", Message::Text(text)) => socket.send_in_fragments(&text, 1_000).await,
            ("/ping", Message::Pong(payload)) if payload == "are you there?" => {
                socket.send("answered").await;
            }
            (_, message @ (Message::Text(_) | Message::Binary(_))) => socket.send(message).await,
            (_, Message::Close(Some(frame))) => {
                let reason = if door == "/close" { "" } else { &*frame.reason };
                end = End::new(&door, frame.code.into(), reason);
            }
            _ => {}
        }
    }
    told.send(end).unwrap();
}
