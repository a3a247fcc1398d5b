//! Members that read more slowly than the others speak, over pipes that hold little.

use crate::{limits, line::piped, settings};
use chat::{
    doors::Slow,
    room::Limits,
    site::{Settings, Site},
};
use frame::{Code, Event};
use serde_json::Value;
use server::{Exchange, Handler, WebSocket};
use std::sync::Arc;

/// Far more than the log and the pipe hold.
const WORDS: usize = 600;

#[tokio::test]
async fn a_slow_reader_is_let_go_and_the_others_feel_nothing() {
    let (mut slow, said) = outtalked(Slow::LetGo).await;
    let mut heard = 0;
    while let Some(object) = next(&mut slow).await {
        assert_ne!(object["type"], "lost");
        heard += usize::from(object["type"] == "message");
    }
    let closed = slow.closed().unwrap();
    assert_eq!(closed.code, Code::TRY_AGAIN_LATER);
    assert_eq!(closed.reason, "others speak faster than you read");
    assert!(heard * 1_000 < 128 << 10, "{heard} of {said} waited for it");
}

#[tokio::test]
async fn a_slow_reader_skips_to_the_newest_where_the_server_says_so() {
    let (mut slow, said) = outtalked(Slow::Skip).await;
    let mut heard = 0;
    while let Some(object) = next(&mut slow).await {
        heard += usize::from(object["type"] == "message");
        if object["type"] == "lost" {
            break;
        }
    }
    assert!(heard * 1_000 < 128 << 10, "{heard} of {said} waited for it");
    assert_eq!(next(&mut slow).await.unwrap()["type"], "userlist");
    slow.send(Event::Text(r#"{"type":"message","text":"and on it goes"}"#)).await.unwrap();
    assert_eq!(next(&mut slow).await.unwrap()["text"], "and on it goes");
}

/// A member that has read nothing while others talked.
async fn outtalked(slow: Slow) -> (WebSocket, usize) {
    let limits = Limits { history: 20, ..limits() };
    let site = Arc::new(Site::new(Settings { limits, slow, ..settings() }));
    let handler = move |exchange: Exchange| {
        let site = Arc::clone(&site);
        async move { site.handle(exchange).await }
    };
    let slow = piped(handler.clone(), "/rooms/lobby/socket?name=Slow", 4 << 10).await;
    let mut talker = piped(handler.clone(), "/rooms/lobby/socket?name=Talker", 64 << 10).await;
    let mut listener = piped(handler, "/rooms/lobby/socket?name=Listener", 64 << 10).await;
    for number in 0..WORDS {
        let text = format!("{number} {}", "x".repeat(1_000));
        let wish = format!(r#"{{"type":"message","text":"{text}"}}"#);
        talker.send(Event::Text(&wish)).await.unwrap();
        for quick in [&mut talker, &mut listener] {
            while next(quick).await.unwrap()["text"] != text {}
        }
    }
    (slow, WORDS)
}

async fn next(socket: &mut WebSocket) -> Option<Value> {
    let received = tokio::time::timeout(crate::site::PATIENCE, socket.receive());
    let (event, _) = received.await.expect("something comes").unwrap()?;
    let Event::Text(text) = event else { panic!("{event:?}") };
    Some(serde_json::from_str(text).unwrap())
}
