//! What the test suite of Engine.IO checks, and its corners.

use crate::{
    demo,
    site::{Site, client::request},
    visitor::{Message, Polling, Socket, answer, opening},
};
use frame::Code;
use http1::Method;
use serde_json::{Value, json};
use server::{
    Server,
    socketio::engineio::{Access, Client, Config, EngineIo, Event, Reason},
};
use std::{sync::Arc, time::Duration};
use tokio::sync::mpsc;

const PATH: &str = "/engine.io/";
const SUITE: &[&str] = &["--ping-interval", "300", "--ping-timeout", "200"];

fn expect_opening(open: &Value, upgrades: &[&str]) {
    let keys: Vec<&String> = open.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["maxPayload", "pingInterval", "pingTimeout", "sid", "upgrades"]);
    assert_eq!(open["sid"].as_str().map(str::len), Some(20));
    assert_eq!(open["upgrades"], json!(upgrades));
    assert_eq!(open["pingInterval"], 300);
    assert_eq!(open["pingTimeout"], 200);
    assert_eq!(open["maxPayload"], 1_000_000);
}

#[tokio::test]
async fn a_session_opens_by_polling_or_by_websocket() {
    let site = demo(SUITE).await;
    expect_opening(&Polling::open(&site, PATH).await.open, &["websocket"]);
    let mut socket = Socket::open(&site, "/engine.io/?EIO=4&transport=websocket").await;
    expect_opening(&opening(&socket.hear().await), &[]);
}

#[tokio::test]
async fn a_request_that_nobody_understands_is_refused_with_its_reason() {
    let site = demo(&[]).await;
    let mut client = site.client().await;
    let websocket = [
        ("Connection", "Upgrade"),
        ("Upgrade", "websocket"),
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", "x3JJHMbDL1EzLkh9GBhXDw=="),
    ];
    let unknown = r#"{"code":0,"message":"Transport unknown"}"#;
    let sid = r#"{"code":1,"message":"Session ID unknown"}"#;
    let method = r#"{"code":2,"message":"Bad handshake method"}"#;
    let bad = r#"{"code":3,"message":"Bad request"}"#;
    let version = r#"{"code":5,"message":"Unsupported protocol version"}"#;
    let cases = [
        (Method::GET, "transport=polling", &[][..], version),
        (Method::GET, "EIO=abc&transport=polling", &[], version),
        (Method::GET, "EIO=4", &[], unknown),
        (Method::GET, "EIO=4&transport=abc", &[], unknown),
        (Method::POST, "EIO=4&transport=polling", &[], method),
        (Method::PUT, "EIO=4&transport=polling", &[], method),
        (Method::GET, "EIO=4&transport=polling&sid=nobody", &[], sid),
        (Method::POST, "EIO=4&transport=polling&sid=nobody", &[], sid),
        (Method::GET, "EIO=4&transport=websocket", &[], bad),
        (Method::GET, "transport=websocket", &websocket[..], version),
        (Method::GET, "EIO=abc&transport=websocket", &websocket, version),
        (Method::GET, "EIO=4", &websocket, unknown),
        (Method::GET, "EIO=4&transport=abc", &websocket, unknown),
        (Method::GET, "EIO=4&transport=websocket&sid=nobody", &websocket, sid),
    ];
    for (method, query, fields, body) in cases {
        let asked = request(&method, &format!("{PATH}?{query}"), fields);
        let found = client.ask(&asked, b"").await;
        assert_eq!((found.status(), found.text()), (400, body), "{method} {query}");
        assert_eq!(found.field("Content-Type"), "application/json");
    }
}

#[tokio::test]
async fn messages_come_and_go_by_polling() {
    let site = demo(&[]).await;
    let mut polling = Polling::open(&site, PATH).await;
    for payload in ["4hello", "4test1\x1e4test2\x1e4test3", "4hello\x1ebAQIDBA=="] {
        assert_eq!(polling.post(payload).await, answer(200, "ok"));
        assert_eq!(polling.poll().await, answer(200, payload));
    }
}

#[tokio::test]
async fn messages_come_and_go_by_websocket() {
    let site = demo(&[]).await;
    let mut socket = Socket::session(&site, PATH).await;
    socket.say("4hello").await;
    assert_eq!(socket.hear().await, "4hello");
    socket.say_bytes(&[1, 2, 3, 4]).await;
    assert_eq!(socket.next().await, Message::Binary(vec![1, 2, 3, 4]));
}

#[tokio::test]
async fn a_get_is_held_until_there_is_something_to_say() {
    let site = demo(&[]).await;
    let mut polling = Polling::open(&site, PATH).await;
    polling.ask().await;
    assert_eq!(polling.post("4hello").await, answer(200, "ok"));
    assert_eq!(polling.answer().await, answer(200, "4hello"));
}

#[tokio::test]
async fn what_is_no_packet_ends_the_session() {
    let site = demo(&[]).await;
    let mut polling = Polling::open(&site, PATH).await;
    assert_eq!(polling.post("abc").await.0, 400);
    assert_eq!(polling.poll().await.0, 400);
    let mut socket = Socket::session(&site, PATH).await;
    socket.say("abc").await;
    assert_eq!(socket.end().await, Code::NORMAL);
}

#[tokio::test]
async fn a_second_get_ends_the_session() {
    let site = demo(&[]).await;
    let mut polling = Polling::open(&site, PATH).await;
    polling.ask().await;
    let second = polling.poll_elsewhere(&site).await;
    let mut both = [polling.answer().await, second];
    // Nobody says which of two connections is the faster one.
    both.sort();
    assert_eq!(both, [answer(200, "1"), answer(400, r#"{"code":3,"message":"Bad request"}"#)]);
    assert_eq!(polling.poll().await.0, 400);
}

#[tokio::test]
async fn a_ping_comes_and_wants_a_pong() {
    let site = demo(SUITE).await;
    let by_polling = async {
        let mut polling = Polling::open(&site, PATH).await;
        for _ in 0..3 {
            assert_eq!(polling.poll().await, answer(200, "2"));
            assert_eq!(polling.post("3").await, answer(200, "ok"));
        }
    };
    let by_websocket = async {
        let mut socket = Socket::session(&site, PATH).await;
        for _ in 0..3 {
            assert_eq!(socket.hear().await, "2");
            socket.say("3").await;
        }
    };
    tokio::join!(by_polling, by_websocket);
}

#[tokio::test]
async fn who_gives_no_pong_is_given_up() {
    let site = demo(SUITE).await;
    let by_polling = async {
        let mut polling = Polling::open(&site, PATH).await;
        assert_eq!(polling.poll().await, answer(200, "2"));
        assert_eq!(polling.poll().await, answer(200, "1"));
        assert_eq!(polling.post("3").await.0, 400);
    };
    let by_websocket = async {
        let mut socket = Socket::session(&site, PATH).await;
        assert_eq!(socket.end().await, Code::NORMAL);
    };
    tokio::join!(by_polling, by_websocket);
}

#[tokio::test]
async fn a_client_that_closes_is_let_go() {
    let site = demo(&[]).await;
    let mut polling = Polling::open(&site, PATH).await;
    polling.ask().await;
    assert_eq!(polling.post("1").await, answer(200, "ok"));
    assert_eq!(polling.answer().await, answer(200, "6"));
    assert_eq!(polling.poll().await.0, 400);
    let mut socket = Socket::session(&site, PATH).await;
    socket.say("1").await;
    assert_eq!(socket.end().await, Code::NORMAL);
}

#[tokio::test]
async fn a_session_changes_from_polling_to_websocket() {
    let site = demo(&[]).await;
    let mut polling = Polling::open(&site, PATH).await;
    let target = format!("{PATH}?EIO=4&transport=websocket&sid={}", polling.sid);
    polling.ask().await;
    let mut socket = Socket::open(&site, &target).await;
    socket.say("2probe").await;
    assert_eq!(socket.hear().await, "3probe");
    // A noop, so that no GET is under way when the client changes.
    assert_eq!(polling.answer().await, answer(200, "6"));
    socket.say("5").await;
    socket.say("4hello").await;
    assert_eq!(socket.hear().await, "4hello");

    assert_eq!(polling.poll().await.0, 400);
    assert_eq!(polling.post("4hello").await.0, 400);
    let mut second = Socket::open(&site, &target).await;
    assert_eq!(second.end().await, Code::POLICY_VIOLATION);
    socket.say("4hello").await;
    assert_eq!(socket.hear().await, "4hello");
}

#[tokio::test]
async fn a_websocket_that_is_no_good_leaves_the_session_to_polling() {
    let site = demo(&[]).await;
    let mut polling = Polling::open(&site, PATH).await;
    let target = format!("{PATH}?EIO=4&transport=websocket&sid={}", polling.sid);
    let mut socket = Socket::open(&site, &target).await;
    socket.say("4hello").await;
    assert_eq!(socket.end().await, Code::NORMAL);
    assert_eq!(polling.post("4still here").await, answer(200, "ok"));
    assert_eq!(polling.poll().await, answer(200, "4still here"));
    // And another one may be tried.
    let mut socket = Socket::open(&site, &target).await;
    socket.say("2probe").await;
    assert_eq!(socket.hear().await, "3probe");
}

/// A server that tells what happens, and sends every text back.
async fn listening(config: Config, access: Access) -> (Site, mpsc::UnboundedReceiver<Event>) {
    let (told, heard) = mpsc::unbounded_channel();
    let engine = EngineIo::new(config, access, move |client: &Arc<Client>, event| {
        if let Event::Message(text) = &event {
            _ = client.send(text);
        }
        _ = told.send(event);
    });
    (Site::start(Server::default(), engine).await, heard)
}

#[tokio::test]
async fn a_payload_may_be_as_long_as_announced_and_no_longer() {
    let site = demo(&["--max-payload", "100"]).await;
    let mut polling = Polling::open(&site, PATH).await;
    let most = format!("4{}", "x".repeat(99));
    assert_eq!(polling.post(&most).await, answer(200, "ok"));
    assert_eq!(polling.poll().await, answer(200, &most));
    assert_eq!(polling.post(&format!("{most}x")).await.0, 413);
    assert_eq!(polling.poll().await.0, 400, "the session has ended");

    let mut socket = Socket::session(&site, PATH).await;
    socket.say(&most).await;
    assert_eq!(socket.hear().await, most);
    socket.say(&format!("{most}x")).await;
    assert_eq!(socket.end().await, Code::TOO_BIG);
}

#[tokio::test]
async fn who_takes_nothing_is_let_go() {
    let config = Config { max_queue: 4096, ..Config::default() };
    let (site, mut heard) = listening(config, Access::default()).await;
    let mut polling = Polling::open(&site, "/").await;
    for _ in 0..5 {
        assert_eq!(polling.post(&format!("4{}", "x".repeat(1000))).await, answer(200, "ok"));
    }
    // It may still fetch what is there, behind which the session ends.
    let (_, kept) = polling.poll().await;
    assert!(kept.len() < 4096 && kept.starts_with("4xxx"));
    assert_eq!(polling.poll().await, answer(200, "1"));
    let closed = loop {
        if let Event::Closed(reason) = heard.recv().await.unwrap() {
            break reason;
        }
    };
    assert_eq!(closed, Reason::ForcedClose);
}

#[tokio::test]
async fn a_session_whose_get_is_lost_ends() {
    let (site, mut heard) = listening(Config::default(), Access::default()).await;
    let mut polling = Polling::open(&site, "/").await;
    polling.ask().await;
    polling.vanish();
    assert_eq!(heard.recv().await, Some(Event::Closed(Reason::TransportError)));
}

#[tokio::test]
async fn a_session_whose_websocket_closes_ends() {
    let (site, mut heard) = listening(Config::default(), Access::default()).await;
    Socket::session(&site, "/").await.close().await;
    assert_eq!(heard.recv().await, Some(Event::Closed(Reason::TransportClose)));
    drop(Socket::session(&site, "/").await);
    assert_eq!(heard.recv().await, Some(Event::Closed(Reason::TransportClose)));
}

#[tokio::test]
async fn a_probe_that_takes_too_long_is_dropped() {
    let config = Config { upgrade_timeout: Duration::from_millis(20), ..Config::default() };
    let (site, _heard) = listening(config, Access::default()).await;
    let mut polling = Polling::open(&site, "/").await;
    let target = format!("/?EIO=4&transport=websocket&sid={}", polling.sid);
    let mut socket = Socket::open(&site, &target).await;
    assert_eq!(socket.end().await, Code::NORMAL);
    assert_eq!(polling.post("4hello").await, answer(200, "ok"));
    assert_eq!(polling.poll().await, answer(200, "4hello"));
}

#[tokio::test]
async fn messages_keep_their_order_across_the_change() {
    let (site, mut heard) = listening(Config::default(), Access::default()).await;
    let mut polling = Polling::open(&site, "/").await;
    let target = format!("/?EIO=4&transport=websocket&sid={}", polling.sid);
    polling.ask().await;
    let mut socket = Socket::open(&site, &target).await;
    socket.say("2probe").await;
    assert_eq!(socket.hear().await, "3probe");
    assert_eq!(polling.answer().await, answer(200, "6"));
    assert_eq!(polling.post("4one\x1e4two").await, answer(200, "ok"));
    socket.say("5").await;
    socket.say("4three").await;
    let mut told = Vec::new();
    while told.len() < 4 {
        told.push(heard.recv().await.unwrap());
    }
    let message = |text: &str| Event::Message(text.to_owned());
    assert_eq!(told, [message("one"), message("two"), Event::Upgraded, message("three")]);
    for text in ["4one", "4two", "4three"] {
        assert_eq!(socket.hear().await, text);
    }
}
