//! What the test suite of Socket.IO checks.

use crate::{
    demo,
    site::Site,
    visitor::{Message, Polling, Socket, answer},
};
use frame::Code;

const PATH: &str = "/socket.io/";

/// On a namespace of the demo, with the id that the server gave.
async fn connect(site: &Site, packet: &str) -> (Socket, String) {
    let mut socket = Socket::session(site, PATH).await;
    let sid = enter(&mut socket, packet).await;
    (socket, sid)
}

/// Enters a namespace, and hears `auth`.
async fn enter(socket: &mut Socket, packet: &str) -> String {
    socket.say(packet).await;
    let connected = socket.hear().await;
    let json = connected.find('{').unwrap();
    let value: serde_json::Value = serde_json::from_str(&connected[json..]).unwrap();
    assert_eq!(value.as_object().unwrap().len(), 1, "{connected}");
    socket.hear().await;
    value["sid"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_client_joins_a_namespace_and_says_who_it_is() {
    let site = demo(&[]).await;
    for (packet, connected, auth) in [
        ("40", r#"40{"sid":""#, r#"42["auth",{}]"#),
        (r#"40{"token":"123"}"#, r#"40{"sid":""#, r#"42["auth",{"token":"123"}]"#),
        ("40/custom,", r#"40/custom,{"sid":""#, r#"42/custom,["auth",{}]"#),
        (
            r#"40/custom,{"token":"abc"}"#,
            r#"40/custom,{"sid":""#,
            r#"42/custom,["auth",{"token":"abc"}]"#,
        ),
    ] {
        let mut socket = Socket::session(&site, PATH).await;
        socket.say(packet).await;
        let answer = socket.hear().await;
        assert!(answer.starts_with(connected), "{packet}: {answer}");
        assert_eq!(socket.hear().await, auth, "{packet}");
    }
}

#[tokio::test]
async fn a_namespace_that_nobody_opened_is_refused() {
    let site = demo(&[]).await;
    let mut socket = Socket::session(&site, PATH).await;
    socket.say("40/random").await;
    assert_eq!(socket.hear().await, r#"44/random,{"message":"Invalid namespace"}"#);
    // The connection goes on.
    enter(&mut socket, "40").await;
}

#[tokio::test]
async fn who_joins_nothing_in_time_is_let_go() {
    let site = demo(&["--connect-timeout", "20"]).await;
    let mut socket = Socket::session(&site, PATH).await;
    assert_eq!(socket.end().await, Code::NORMAL);
}

#[tokio::test]
async fn what_breaks_the_protocol_ends_the_connection() {
    let site = demo(&[]).await;
    let mut stranger = Socket::session(&site, PATH).await;
    stranger.say("4abc").await;
    assert_eq!(stranger.end().await, Code::NORMAL);
    let mut early = Socket::session(&site, PATH).await;
    early.say(r#"42["message"]"#).await;
    assert_eq!(early.end().await, Code::NORMAL);
    for packet in ["4abc", "42{}", r#"42abc["message-with-ack",1,"2",{"3":[false]}]"#] {
        let (mut socket, _) = connect(&site, "40").await;
        socket.say(packet).await;
        assert_eq!(socket.end().await, Code::NORMAL, "{packet}");
    }
    let mut polling = Polling::open(&site, PATH).await;
    assert_eq!(polling.post("4abc").await.0, 400);
}

#[tokio::test]
async fn a_client_leaves_a_namespace_and_stays_on_another() {
    let site = demo(&["--ping-interval", "300"]).await;
    let (mut socket, _) = connect(&site, "40").await;
    enter(&mut socket, "40/custom").await;
    socket.say("41/custom").await;
    socket.say(r#"42["message","still here"]"#).await;
    assert_eq!(socket.hear().await, r#"42["message-back","still here"]"#);
    socket.say("41").await;
    assert_eq!(socket.hear().await, "2", "the connection goes on");
}

#[tokio::test]
async fn events_come_back_with_the_same_arguments() {
    let site = demo(&[]).await;
    let (mut socket, _) = connect(&site, "40").await;
    socket.say(r#"42["message",1,"2",{"3":[true]}]"#).await;
    assert_eq!(socket.hear().await, r#"42["message-back",1,"2",{"3":[true]}]"#);

    let places = r#"{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}"#;
    socket.say(&format!(r#"452-["message",{places}]"#)).await;
    socket.say_bytes(&[1, 2, 3]).await;
    socket.say_bytes(&[4, 5, 6]).await;
    assert_eq!(socket.hear().await, format!(r#"452-["message-back",{places}]"#));
    assert_eq!(socket.next().await, Message::Binary(vec![1, 2, 3]));
    assert_eq!(socket.next().await, Message::Binary(vec![4, 5, 6]));
}

#[tokio::test]
async fn events_are_acknowledged_with_the_same_arguments() {
    let site = demo(&[]).await;
    let (mut socket, _) = connect(&site, "40").await;
    socket.say(r#"42456["message-with-ack",1,"2",{"3":[false]}]"#).await;
    assert_eq!(socket.hear().await, r#"43456[1,"2",{"3":[false]}]"#);

    let places = r#"{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}"#;
    socket.say(&format!(r#"452-789["message-with-ack",{places}]"#)).await;
    socket.say_bytes(&[1, 2, 3]).await;
    socket.say_bytes(&[4, 5, 6]).await;
    assert_eq!(socket.hear().await, format!("462-789[{places}]"));
    assert_eq!(socket.next().await, Message::Binary(vec![1, 2, 3]));
    assert_eq!(socket.next().await, Message::Binary(vec![4, 5, 6]));
}

#[tokio::test]
async fn events_come_back_by_polling_too() {
    let site = demo(&[]).await;
    let mut polling = Polling::open(&site, PATH).await;
    assert_eq!(polling.post("40").await, answer(200, "ok"));
    assert!(polling.poll().await.1.starts_with(r#"40{"sid":""#));
    assert_eq!(polling.poll().await, answer(200, r#"42["auth",{}]"#));
    let bytes = r#"451-["message",{"_placeholder":true,"num":0}]"#;
    assert_eq!(polling.post(&format!("{bytes}\x1ebAQIDBA==")).await, answer(200, "ok"));
    let (_, payload) = polling.poll().await;
    assert_eq!(payload, bytes.replace("message", "message-back") + "\x1ebAQIDBA==");
}

#[tokio::test]
async fn ids_are_never_the_same() {
    let site = demo(&[]).await;
    let mut ids = std::collections::BTreeSet::new();
    for _ in 0..20 {
        let (mut socket, sid) = connect(&site, "40").await;
        assert!(ids.insert(sid));
        assert!(ids.insert(enter(&mut socket, "40/custom").await));
    }
}
