//! Members that read more slowly than the others speak, over pipes that hold little.

use crate::{limits, line::piped, settings};
use chat::{
    doors::Slow,
    room::Limits,
    site::{Settings, Site},
};
use frame::{Code, Event};
use serde_json::{Value, json};
use server::{Exchange, Handler, WebSocket};
use std::sync::Arc;

/// Far more than the log and the pipe hold.
const WORDS: usize = 600;

#[tokio::test]
async fn a_slow_reader_is_let_go_and_the_others_feel_nothing() {
    let mut slow = outtalked(Slow::LetGo, WEBSOCKET).await;
    let mut heard = 0;
    while let Some(object) = next(&mut slow).await {
        assert_ne!(object["type"], "lost");
        heard += usize::from(object["type"] == "message");
    }
    let closed = slow.closed().unwrap();
    assert_eq!(closed.code, Code::TRY_AGAIN_LATER);
    assert_eq!(closed.reason, "others speak faster than you read");
    assert!(heard * 1_000 < 128 << 10, "{heard} of {WORDS} waited for it");
}

#[tokio::test]
async fn a_slow_reader_of_socketio_is_told_and_let_go() {
    let mut slow = outtalked(Slow::LetGo, SOCKETIO).await;
    let mut heard = 0;
    let refused = loop {
        let object = next(&mut slow).await.unwrap();
        assert_ne!(object["type"], "lost");
        heard += usize::from(object["type"] == "message");
        if object["type"] == "refused" {
            break object;
        }
    };
    assert_eq!(refused["text"], "others speak faster than you read");
    let (event, _) = slow.receive().await.unwrap().unwrap();
    assert!(matches!(event, Event::Text("41")), "{event:?}");
    assert!(heard * 1_000 < 128 << 10, "{heard} of {WORDS} waited for it");
}

#[tokio::test]
async fn a_slow_reader_skips_to_the_newest_where_the_server_says_so() {
    for (door, say) in [(WEBSOCKET, ""), (SOCKETIO, "42")] {
        let mut slow = outtalked(Slow::Skip, door).await;
        let mut heard = 0;
        while let Some(object) = next(&mut slow).await {
            heard += usize::from(object["type"] == "message");
            if object["type"] == "lost" {
                break;
            }
        }
        assert!(heard * 1_000 < 128 << 10, "{heard} of {WORDS} waited for it");
        assert_eq!(next(&mut slow).await.unwrap()["type"], "userlist");
        let wish = json!({"type": "message", "text": "and on it goes"});
        let wish = if say.is_empty() { wish } else { json!(["message", wish]) };
        slow.send(Event::Text(&format!("{say}{wish}"))).await.unwrap();
        assert_eq!(next(&mut slow).await.unwrap()["text"], "and on it goes");
    }
}

const WEBSOCKET: &str = "/rooms/lobby/socket?name=Slow";
const SOCKETIO: &str = "/socket.io/?EIO=4&transport=websocket";

/// A member at this door that has read nothing while others talked.
async fn outtalked(slow: Slow, door: &str) -> WebSocket {
    let limits = Limits { history: 20, ..limits() };
    let site = Arc::new(Site::new(Settings { limits, slow, ..settings() }));
    let handler = move |exchange: Exchange| {
        let site = Arc::clone(&site);
        async move { site.handle(exchange).await }
    };
    let mut slow = piped(handler.clone(), door, 4 << 10).await;
    if door == SOCKETIO {
        slow.send(Event::Text(r#"40{"room":"lobby","name":"Slow"}"#)).await.unwrap();
    }
    slow.flush().await.unwrap();
    let mut talker = piped(handler.clone(), "/rooms/lobby/socket?name=Talker", 64 << 10).await;
    let mut listener = piped(handler, "/rooms/lobby/socket?name=Listener", 64 << 10).await;
    for member in [&mut talker, &mut listener] {
        while next(member).await.unwrap()["users"] != json!(["Slow", "Talker", "Listener"]) {}
    }
    for number in 0..WORDS {
        let text = format!("{number} {}", "x".repeat(1_000));
        let wish = format!(r#"{{"type":"message","text":"{text}"}}"#);
        talker.send(Event::Text(&wish)).await.unwrap();
        for quick in [&mut talker, &mut listener] {
            while next(quick).await.unwrap()["text"] != text {}
        }
    }
    slow
}

/// The next object.
async fn next(socket: &mut WebSocket) -> Option<Value> {
    loop {
        let received = tokio::time::timeout(crate::site::PATIENCE, socket.receive());
        let (event, _) = received.await.expect("something comes").unwrap()?;
        let Event::Text(text) = event else { panic!("{event:?}") };
        if text.starts_with('{') {
            return Some(serde_json::from_str(text).unwrap());
        }
        // A packet of Socket.IO; before the first event, two say who one is to the protocol.
        let Some(event) = text.strip_prefix("42") else { continue };
        let [_, object]: [Value; 2] = serde_json::from_str(event).unwrap();
        return Some(object);
    }
}
