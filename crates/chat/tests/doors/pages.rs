//! Pages that were written for other chats: they know `id`, `username`, `message`,
//! `rejectusername` and `userlist`, and nothing of cursors and tokens.

use crate::{chat, line::url, site::PATIENCE};
use frame::Event;
use serde_json::{Value, json};
use server::{
    WebSocket,
    websocket::{self, Config},
};
use std::net::SocketAddr;
use tokio::time::timeout;

/// A page as the source material has it: `new WebSocket(url, "json")`.
struct Page {
    socket: WebSocket,
    id: Value,
}

impl Page {
    async fn open(address: SocketAddr, subprotocols: &[&str]) -> Page {
        let mut config = Config::default();
        config.handshake.subprotocols = subprotocols.iter().copied().map(str::to_owned).collect();
        let url = url(address, "/rooms/lobby/socket");
        let socket = websocket::connect(&url, &config).await.unwrap();
        Page { socket, id: Value::Null }
    }

    async fn send(&mut self, object: Value) {
        self.socket.send(Event::Text(&object.to_string())).await.unwrap();
        self.socket.flush().await.unwrap();
    }

    /// The next object of this type.
    async fn next(&mut self, kind: &str) -> Value {
        let next = async {
            loop {
                let (event, _) = self.socket.receive().await.unwrap().expect("it is open");
                let Event::Text(text) = event else { panic!("{event:?}") };
                let object: Value = serde_json::from_str(text).unwrap();
                assert!(object["date"].is_u64(), "{object}");
                if object["type"] == kind {
                    return object;
                }
            }
        };
        timeout(PATIENCE, next).await.unwrap_or_else(|_| panic!("no {kind}"))
    }

    /// What such a page does first.
    async fn call_itself(&mut self, name: &str, field: &str) {
        self.id = self.next("id").await["id"].clone();
        let date = 1_795_344_000_000_u64;
        self.send(json!({"type": "username", field: name, "id": self.id, "date": date})).await;
    }
}

#[tokio::test]
async fn the_chat_of_the_source_material_works() {
    let chat = chat().await;
    let mut ada = Page::open(chat.address, &["json"]).await;
    assert_eq!(ada.socket.agreement().subprotocol.as_deref(), Some("json"));
    ada.call_itself("Ada", "name").await;
    assert_eq!(ada.next("username").await["name"], "Ada");

    let mut bob = Page::open(chat.address, &["chat", "superchat"]).await;
    assert_eq!(bob.socket.agreement().subprotocol.as_deref(), Some("chat"));
    bob.call_itself("Bob", "text").await;
    let renamed = ada.next("username").await;
    assert_eq!((&renamed["name"], &renamed["id"]), (&json!("Bob"), &bob.id));
    while ada.next("userlist").await["users"] != json!(["Ada", "Bob"]) {}

    let message = json!({"type": "message", "text": "안녕 👋", "id": bob.id, "date": 1});
    bob.send(message).await;
    for page in [&mut ada, &mut bob] {
        let heard = page.next("message").await;
        assert_eq!((&heard["text"], &heard["name"]), (&json!("안녕 👋"), &json!("Bob")));
        assert_ne!(heard["date"], 1, "the room knows better when that was");
    }
}

#[tokio::test]
async fn a_wrong_token_is_told_behind_the_handshake_where_a_page_can_see_it() {
    let chat = chat().await;
    for token in ["", "zz", "ffffffffffffffffffffffffffffffff"] {
        let url = url(chat.address, &format!("/rooms/lobby/socket?name=Ada&token={token}"));
        let mut socket = websocket::connect(&url, &Config::default()).await.unwrap();
        assert!(timeout(PATIENCE, socket.receive()).await.unwrap().unwrap().is_none());
        let closed = socket.closed().unwrap();
        assert_eq!(closed.code, frame::Code::POLICY_VIOLATION);
        assert_eq!(closed.reason, "you are not in this room");
    }
}

#[tokio::test]
async fn a_taken_name_is_rejected_and_another_one_given() {
    let chat = chat().await;
    let mut ada = Page::open(chat.address, &[]).await;
    ada.call_itself("Ada", "name").await;
    ada.next("username").await;
    let mut other = Page::open(chat.address, &[]).await;
    other.call_itself("ada", "name").await;
    let rejected = other.next("rejectusername").await;
    assert_eq!((&rejected["name"], &rejected["id"]), (&json!("ada-2"), &other.id));
}

#[tokio::test]
async fn what_a_page_says_wrongly_is_refused_and_the_line_stays() {
    let chat = chat().await;
    let mut page = Page::open(chat.address, &[]).await;
    page.next("id").await;
    for (object, part) in [
        (json!("hello"), "no JSON object"),
        (json!({"type": "shutdown"}), "there is no type"),
        (json!({"type": "message"}), "needs a field"),
        (json!({"type": "message", "text": "\u{7}"}), "U+0007"),
        (json!({"type": "message", "text": "x".repeat(5_000)}), "at most 4096"),
        (json!({"type": "username", "name": "x".repeat(5_000)}), "at most 32"),
    ] {
        page.send(object).await;
        let refused = page.next("refused").await;
        assert!(refused["text"].as_str().unwrap().contains(part), "{refused}");
    }
    page.socket.send(Event::Binary(b"{}")).await.unwrap();
    page.socket.flush().await.unwrap();
    assert_eq!(page.next("refused").await["text"], "say it in JSON");
    page.send(json!({"type": "message", "text": "still here"})).await;
    assert_eq!(page.next("message").await["text"], "still here");
}

#[tokio::test]
async fn who_closes_leaves_and_who_loses_the_line_is_missed_for_a_while() {
    let chat = chat().await;
    let mut watcher = Page::open(chat.address, &[]).await;
    let mut going = Page::open(chat.address, &[]).await;
    going.call_itself("Going", "name").await;
    let mut lost = Page::open(chat.address, &[]).await;
    lost.call_itself("Lost", "name").await;
    let all = json!(["Guest", "Going", "Lost"]);
    while watcher.next("userlist").await["users"] != all {}
    drop(lost);
    _ = going.socket.close(frame::Code::NORMAL, "").await.unwrap();
    assert_eq!(watcher.next("userlist").await["users"], json!(["Guest", "Lost"]));
}
