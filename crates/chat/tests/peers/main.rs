//! Other people's programs come in through every door of one room.
//!
//! ```text
//! curl                       ──►  polling and long polling
//! Node's eventsource         ──►  the event stream
//! Node's ws                  ──►  the WebSocket
//! Python's websockets        ──►  the WebSocket
//! Node's socket.io-client    ──►  Socket.IO, by polling, by WebSocket, from one to the other
//! ```
//!
//! Two scenes are played at each door. *Talk*: a member comes in, waits until so many
//! are here, says who it is, prints what it hears, and goes when it has heard all of
//! them. *Return*: a member loses its line, others talk meanwhile, and it comes back,
//! misses nothing and hears nothing twice.
//!
//! The programs are installed as those of the server's tests are, and from the same
//! lists: `cargo test -p chat --test peers -- --include-ignored`.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod curl;
#[path = "../../../server/tests/peers/program.rs"]
mod program;
#[path = "../../../server/tests/site/mod.rs"]
mod site;

use chat::{
    room::Limits,
    site::{Settings, Site},
};
use curl::Caller;
use program::{PATIENCE, Peer, Program, script};
use server::Server;
use std::collections::BTreeSet;

async fn chat() -> site::Site {
    let limits = Limits { flood: None, ..Limits::default() };
    site::Site::start(Server::default(), Site::new(Settings { limits, ..Settings::default() }))
        .await
}

/// Somebody at a door: the program that goes through it.
fn member(site: &site::Site, door: Door, scene: &[&str]) -> Program {
    let url = format!("http://{}", site.address);
    let (peer, script, door) = match door {
        Door::Node(door) => (Peer::Node, script("node/member.js"), Some(door)),
        Door::Python => (Peer::Python, script("python/member.py"), None),
    };
    Program::start(peer, [&*script, &*url].into_iter().chain(door).chain(scene.iter().copied()))
}

#[derive(Debug, Clone, Copy)]
enum Door {
    /// Which of those in `node/doors.js`.
    Node(&'static str),
    Python,
}

/// All but those that are made of requests alone: these have a line that can be lost.
const DOORS: [Door; 6] = [
    Door::Node("event-stream"),
    Door::Node("websocket"),
    Door::Python,
    Door::Node("socketio-polling"),
    Door::Node("socketio-websocket"),
    Door::Node("socketio-upgrade"),
];

#[tokio::test]
#[ignore = "needs Node's ws, eventsource and socket.io-client, Python's websockets and curl"]
async fn everybody_hears_the_same_texts_once_and_in_one_order() {
    let site = chat().await;
    let count = DOORS.len() + 2;
    let mut programs = Vec::new();
    for (number, door) in DOORS.into_iter().enumerate() {
        let (name, count) = (format!("손님 {number}"), count.to_string());
        programs.push(member(&site, door, &["talk", &name, &count]));
    }
    let polling = Caller::enter(&site, "폴링").await;
    let long_polling = Caller::enter(&site, "롱폴링").await;
    let (one, other) = tokio::join!(
        polling.talk(None, "폴링", count),
        long_polling.talk(Some(25), "롱폴링", count)
    );
    assert_eq!(one.iter().collect::<BTreeSet<_>>().len(), count, "each once: {one:#?}");
    assert_eq!(other, one);
    for (mut program, door) in programs.into_iter().zip(DOORS) {
        assert_eq!(program.rest(PATIENCE).await, one, "{door:?}");
    }
}

#[tokio::test]
#[ignore = "needs Node's ws, eventsource and socket.io-client, and Python's websockets"]
async fn who_loses_the_line_and_comes_back_misses_nothing_and_hears_nothing_twice() {
    for door in DOORS {
        let site = chat().await;
        member(&site, door, &["return"]).rest(PATIENCE).await;
    }
}
