//! What is of Socket.IO alone: coming in by name, acknowledgements, refusals, the upgrade.

use crate::{
    chat, chat_with, limits,
    line::{Talk, url},
    member::{Door, Member},
    settings,
    site::{PATIENCE, Site},
};
use chat::{
    room::{Flood, Limits},
    site::Settings,
};
use frame::Event;
use serde_json::{Value, json};
use server::{
    WebSocket,
    websocket::{self, Config},
};
use std::time::Duration;
use tokio::time::timeout;

/// Somebody who comes in by name.
struct Visitor {
    talk: Talk,
    packets: std::collections::VecDeque<String>,
}

impl Visitor {
    async fn knock(chat: &Site, auth: Value) -> Visitor {
        let talk = Talk::by_websocket(chat.address, &auth).await;
        Visitor { talk, packets: Default::default() }
    }

    /// The first packet from here on that begins so, without its beginning.
    async fn next(&mut self, beginning: &str) -> String {
        loop {
            while let Some(packet) = self.packets.pop_front() {
                if let Some(rest) = packet.strip_prefix(beginning) {
                    return rest.to_owned();
                }
            }
            let packets = timeout(PATIENCE, self.talk.packets()).await;
            let packets = packets.unwrap_or_else(|_| panic!("no {beginning}"));
            self.packets.extend(packets.unwrap_or_else(|| panic!("it ends, and no {beginning}")));
        }
    }

    /// The next event of this name.
    async fn hear(&mut self, name: &str) -> Value {
        loop {
            let [event, object]: [Value; 2] = serde_json::from_str(&self.next("42").await).unwrap();
            assert_eq!(event, object["type"]);
            assert!(object["date"].is_u64(), "{object}");
            if event == name {
                return object;
            }
        }
    }
}

#[tokio::test]
async fn who_comes_by_name_is_told_who_they_are_and_who_is_here() {
    let chat = chat().await;
    let mut nobody = Visitor::knock(&chat, json!({})).await;
    assert_eq!(nobody.hear("id").await["name"], "Guest");
    let mut ada = Visitor::knock(&chat, json!({"room": "lobby", "name": "Ada"})).await;
    let welcome = ada.hear("id").await;
    assert_eq!((&welcome["name"], welcome["token"].as_str().unwrap().len()), (&json!("Ada"), 32));
    while ada.hear("userlist").await["users"] != json!(["Guest", "Ada"]) {}
    let mut other = Visitor::knock(&chat, json!({"room": "lobby", "name": "ADA"})).await;
    other.hear("id").await;
    assert_eq!(other.hear("rejectusername").await["name"], "ADA-3");
}

#[tokio::test]
async fn who_asks_for_an_acknowledgement_hears_there_what_became_of_it() {
    let flood = Some(Flood { burst: 2, every: Duration::from_secs(60) });
    let chat = chat_with(Settings { limits: Limits { flood, ..limits() }, ..settings() }).await;
    let mut ada = Visitor::knock(&chat, json!({"name": "Ada"})).await;
    ada.hear("id").await;
    for (packet, part) in [
        (r#"420["message",{"text":"안녕"}]"#, "[]"),
        (r#"420["typing"]"#, "[]"),
        (r#"420["username",{"name":"Eva"}]"#, "[]"),
        (r#"420["message",{"text":"word","key":"k"}]"#, "too fast: wait"),
        (r#"420["message",{"text":"word","key":"k"}]"#, r#""key":"k""#),
        (r#"420["message",{"text":"psst","to":"Nobody"}]"#, "nobody here is called"),
        (r#"420["message",{"text":"\u0007"}]"#, "U+0007"),
        (r#"420["message"]"#, "needs a field"),
        (r#"420["message","word"]"#, "no JSON object"),
        (r#"420["message",["word"]]"#, "no JSON object"),
        (r#"420["shutdown",{}]"#, "there is no type"),
    ] {
        ada.talk.send(packet).await;
        let answer = ada.next("430").await;
        assert!(answer.contains(part), "{packet}: {answer}");
        assert!(answer == "[]" || answer.contains(r#""type":"refused""#), "{answer}");
    }
    ada.talk.send(r#"451-0["message",{"text":{"_placeholder":true,"num":0}}]"#).await;
    ada.talk.send_bytes(b"\x01").await;
    assert!(ada.next("430").await.contains("bytes"));
    // Without an acknowledgement, the same is an event.
    ada.talk.emit("message", &json!({"text": "word", "key": "k"})).await;
    let refused = ada.hear("refused").await;
    assert_eq!(refused["key"], "k", "{refused}");
}

#[tokio::test]
async fn who_may_not_come_in_is_told_why() {
    let limits = Limits { members: 1, ..limits() };
    let chat = chat_with(Settings { limits, rooms: 1, ..settings() }).await;
    let mut ada = Visitor::knock(&chat, json!({"name": "Ada"})).await;
    ada.hear("id").await;
    for (auth, why) in [
        (json!({"name": "Bob"}), "the room is full"),
        (json!({"name": ""}), "it is empty"),
        (json!({"name": "a\u{202e}b"}), "U+202E"),
        (json!({"token": "zz"}), "you are not in this room"),
        (json!({"token": "0", "name": "Ada"}), "you are not in this room"),
        (json!({"room": "elsewhere", "name": "Bob"}), "there is no such room"),
    ] {
        let mut visitor = Visitor::knock(&chat, auth.clone()).await;
        let error: Value = serde_json::from_str(&visitor.next("44").await).unwrap();
        assert!(error["message"].as_str().unwrap().contains(why), "{auth}: {error}");
    }
}

#[tokio::test]
async fn who_says_goodbye_leaves_and_who_loses_the_line_is_missed_for_a_while() {
    let chat = chat().await;
    let mut watcher = Visitor::knock(&chat, json!({"name": "Watcher"})).await;
    let mut going = Visitor::knock(&chat, json!({"name": "Going"})).await;
    going.hear("id").await;
    let mut lost = Visitor::knock(&chat, json!({"name": "Lost"})).await;
    let token = lost.hear("id").await["token"].clone();
    while watcher.hear("userlist").await["users"] != json!(["Watcher", "Going", "Lost"]) {}
    drop(lost);
    going.talk.leave().await;
    assert_eq!(watcher.hear("userlist").await["users"], json!(["Watcher", "Lost"]));
    let mut back = Visitor::knock(&chat, json!({"token": token})).await;
    assert_eq!(back.hear("id").await["name"], "Lost");
}

#[tokio::test]
async fn one_conversation_goes_on_while_the_transport_changes() {
    let chat = chat().await;
    let auth = json!({"name": "Ada"});
    let mut ada =
        Visitor { talk: Talk::by_polling(chat.address, &auth).await, packets: Default::default() };
    ada.hear("id").await;
    let mut speaker = Member::enter(chat.address, Door::WebSocket, "Speaker").await;
    speaker.say("by polling").await;
    assert_eq!(ada.hear("message").await["text"], "by polling");
    let target = format!("/socket.io/?EIO=4&transport=websocket&sid={}", ada.talk.sid());
    let mut socket =
        websocket::connect(&url(chat.address, &target), &Config::default()).await.unwrap();
    assert_eq!(exchange(&mut socket, "2probe").await, "3probe");
    speaker.say("in between").await;
    // The last poll brings what was said before it, or nothing.
    let last = ada.talk.packets().await.unwrap();
    socket.send(Event::Text("5")).await.unwrap();
    speaker.say("by WebSocket").await;
    let mut heard: Vec<String> = last;
    while !heard.iter().any(|packet| packet.contains("by WebSocket")) {
        socket.flush().await.unwrap();
        let (event, _) = timeout(PATIENCE, socket.receive()).await.unwrap().unwrap().unwrap();
        let Event::Text(packet) = event else { panic!("{event:?}") };
        heard.push(packet.to_owned());
    }
    let said = heard.iter().filter(|packet| packet.starts_with(r#"42["message""#)).count();
    assert_eq!(said, 2, "{heard:#?}");
}

async fn exchange(socket: &mut WebSocket, packet: &str) -> String {
    socket.send(Event::Text(packet)).await.unwrap();
    socket.flush().await.unwrap();
    let (event, _) = timeout(PATIENCE, socket.receive()).await.unwrap().unwrap().unwrap();
    let Event::Text(packet) = event else { panic!("{event:?}") };
    packet.to_owned()
}
