//! Our client, in a house of somebody else's.

use crate::{
    plan::{BEAT, FAREWELLS, GOODBYES, LIFE, MANY, Plan, SIZES, SOON, STOPS, bytes, text},
    program::PATIENCE,
};
use frame::{Code, Event};
use handshake::deflate::Policy;
use server::{
    WebSocket,
    websocket::{self, Config},
};
use tokio::time::{Instant, timeout, timeout_at};

/// Goes through every door of the house at `url`.
pub(crate) async fn visit(url: &str, plan: &Plan, compression: bool) {
    let mut config = Config { threshold: 0, ..Config::default() };
    config.handshake.deflate = compression.then(Policy::default);
    let open = async |door: &str| {
        let socket = websocket::connect(&format!("{url}{door}"), &config).await;
        let socket = socket.unwrap_or_else(|error| panic!("{door}: {error}"));
        assert_eq!(socket.agreement().deflate.is_some(), plan.compression.is_agreed(), "{door}");
        socket
    };
    echoes(open("/echo").await).await;
    many(open("/echo").await).await;
    count(open("/count").await).await;
    fragments(open("/fragments").await).await;

    let patient = Config { ping_after: SOON, pong_timeout: BEAT, ..config.clone() };
    ping(websocket::connect(&format!("{url}/ping"), &patient).await.unwrap()).await;

    for (code, reason) in GOODBYES {
        goodbye(open("/echo").await, code, reason).await;
    }
    for (code, reason) in FAREWELLS {
        farewell(open("/close").await, code, reason).await;
    }
    // Without a word.
    drop(open("/echo").await);
}

/// Stays in a house of ours until it is closed.
pub(crate) async fn stay(url: &str) {
    let opened = websocket::connect(&format!("{url}/stay"), &Config::default()).await;
    let mut socket = opened.unwrap();
    assert!(timeout(PATIENCE, socket.receive()).await.unwrap().unwrap().is_none());
    let closed = socket.closed().unwrap();
    assert_eq!((closed.code.0, &*closed.reason, closed.was_clean), (STOPS.0, STOPS.1, true));
}

async fn echoes(mut socket: WebSocket) {
    for size in SIZES {
        let text = text(size);
        assert_eq!(answer(&mut socket, Event::Text(&text)).await, Event::Text(&text), "{size}");
        let bytes = bytes(size);
        assert_eq!(
            answer(&mut socket, Event::Binary(&bytes)).await,
            Event::Binary(&bytes),
            "{size}"
        );
    }
    goodbye(socket, 1000, "").await;
}

async fn many(mut socket: WebSocket) {
    for number in 0..MANY {
        socket.send(Event::Text(&format!("메시지 {number}"))).await.unwrap();
    }
    for number in 0..MANY {
        assert_eq!(next(&mut socket).await, Event::Text(&format!("메시지 {number}")));
    }
    goodbye(socket, 1000, "").await;
}

async fn count(mut socket: WebSocket) {
    for number in 0..MANY {
        assert_eq!(next(&mut socket).await, Event::Text(&number.to_string()));
    }
    goodbye(socket, 1000, "").await;
}

/// Fragments of five and of 1,001 bytes cut through characters.
async fn fragments(mut socket: WebSocket) {
    for (size, most) in [(26, 5), (65_536, 1_001)] {
        let text = text(size);
        socket.sender().send_in_fragments(Event::Text(&text), most).unwrap();
        assert_eq!(next(&mut socket).await, Event::Text(&text));
    }
    goodbye(socket, 1000, "").await;
}

/// A ping of ours that is not answered in time is the end, and there is none.
async fn ping(mut socket: WebSocket) {
    let until = Instant::now() + LIFE;
    assert_eq!(next(&mut socket).await, Event::Text("answered"));
    let silence = timeout_at(until, socket.receive()).await;
    assert!(silence.is_err(), "{silence:?}");
    goodbye(socket, 1000, "").await;
}

/// Closes, and looks how that was answered.
async fn goodbye(socket: WebSocket, code: u16, reason: &str) {
    let closed =
        timeout(PATIENCE, socket.close(Code(code), reason)).await.unwrap().unwrap().unwrap();
    assert_eq!((closed.code, closed.was_clean), (Code(code), true), "{closed:?}");
}

/// Asks to be sent away, and looks how that is done.
async fn farewell(mut socket: WebSocket, code: u16, reason: &str) {
    socket.send(Event::Text(&format!("{code} {reason}"))).await.unwrap();
    let end = timeout(PATIENCE, socket.receive()).await.unwrap().unwrap();
    assert!(end.is_none(), "{end:?}");
    let closed = socket.closed().unwrap();
    assert_eq!((closed.code, &*closed.reason, closed.was_clean), (Code(code), reason, true));
}

async fn answer<'socket>(socket: &'socket mut WebSocket, message: Event<'_>) -> Event<'socket> {
    socket.send(message).await.unwrap();
    next(socket).await
}

async fn next(socket: &mut WebSocket) -> Event<'_> {
    let next = timeout(PATIENCE, socket.receive()).await.expect("it says something");
    next.unwrap().expect("it says something").0
}
