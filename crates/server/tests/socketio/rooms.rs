//! Events for many.

use crate::{
    site::Site,
    visitor::{Polling, Socket as Visitor, answer},
};
use server::{
    Server,
    socketio::{AckError, Config, Event, Socket, SocketIo, engineio},
};
use std::{sync::Arc, time::Duration};

/// Everybody may enter rooms, leave them, and speak to them.
async fn house() -> (Site, SocketIo) {
    let io = SocketIo::default();
    io.on_connect(|socket: Socket| async move {
        socket.on("join", |event: Event| async move {
            event.socket.join(event.arguments[0].as_str().unwrap());
            event.ack(&[])
        });
        socket.on("leave", |event: Event| async move {
            event.socket.leave(event.arguments[0].as_str().unwrap());
            event.ack(&[])
        });
        socket.on("others", |event: Event| async move {
            event.socket.broadcast().emit("said", &event.arguments)
        });
        socket.on("room", |event: Event| async move {
            let (room, text) = event.arguments.split_first().unwrap();
            event.socket.to(room.as_str().unwrap()).emit("said", text)
        });
    });
    (Site::start(Server::default(), io.clone()).await, io)
}

async fn visitors<const N: usize>(site: &Site, rooms: [&[&str]; N]) -> [Visitor; N] {
    let mut visitors = Vec::new();
    for rooms in rooms {
        let mut visitor = Visitor::join(site).await;
        for room in rooms {
            visitor.say(&format!(r#"421["join","{room}"]"#)).await;
            assert_eq!(visitor.hear().await, "431[]");
        }
        visitors.push(visitor);
    }
    visitors.try_into().ok().unwrap()
}

/// Each has heard this, and nothing before.
async fn expect(visitors: &mut [Visitor], heard: &[&[&str]]) {
    for (number, (visitor, heard)) in visitors.iter_mut().zip(heard).enumerate() {
        for event in *heard {
            assert_eq!(visitor.hear().await, format!("42{event}"), "visitor {number}");
        }
    }
}

#[tokio::test]
async fn an_event_reaches_whom_it_is_for_and_each_once() {
    let (site, io) = house().await;
    let rooms: [&[&str]; 4] = [&[], &["a"], &["a", "b"], &["b"]];
    let mut visitors = visitors(&site, rooms).await;
    io.emit("all", &[]).unwrap();
    io.to("a").emit("a", &[]).unwrap();
    io.to("a").to("b").emit("a and b", &[]).unwrap();
    io.to("a").except("b").emit("a but b", &[]).unwrap();
    io.main().all().except("a").emit("but a", &[]).unwrap();
    io.to("nowhere").emit("nobody", &[]).unwrap();
    io.emit("end", &[]).unwrap();
    expect(
        &mut visitors,
        &[
            &[r#"["all"]"#, r#"["but a"]"#, r#"["end"]"#],
            &[r#"["all"]"#, r#"["a"]"#, r#"["a and b"]"#, r#"["a but b"]"#, r#"["end"]"#],
            &[r#"["all"]"#, r#"["a"]"#, r#"["a and b"]"#, r#"["end"]"#],
            &[r#"["all"]"#, r#"["a and b"]"#, r#"["but a"]"#, r#"["end"]"#],
        ],
    )
    .await;
}

#[tokio::test]
async fn who_speaks_does_not_hear_itself() {
    let (site, io) = house().await;
    let mut visitors = visitors(&site, [&["a"][..], &["a"], &[]]).await;
    visitors[0].say(r#"42["others","hello"]"#).await;
    visitors[0].say(r#"42["room","a","psst"]"#).await;
    let heard = [r#"["said","hello"]"#, r#"["said","psst"]"#];
    expect(&mut visitors[1..], &[&heard, &heard[..1]]).await;
    io.emit("end", &[]).unwrap();
    expect(&mut visitors, &[&[r#"["end"]"#][..]; 3]).await;
}

#[tokio::test]
async fn who_leaves_a_room_hears_nothing_of_it() {
    let (site, io) = house().await;
    let mut visitors = visitors(&site, [&["a"][..], &["a"]]).await;
    visitors[0].say(r#"421["leave","a"]"#).await;
    assert_eq!(visitors[0].hear().await, "431[]");
    io.to("a").emit("a", &[]).unwrap();
    io.emit("end", &[]).unwrap();
    expect(&mut visitors, &[&[r#"["end"]"#], &[r#"["a"]"#, r#"["end"]"#]]).await;
    assert_eq!(io.to("a").sockets().len(), 1);
    let [_, second] = visitors;
    second.close().await;
    while io.main().count() > 1 {
        tokio::task::yield_now().await;
    }
    assert_eq!(io.to("a").sockets(), []);
}

#[tokio::test]
async fn the_id_of_a_socket_is_a_room_of_its_own() {
    let (site, io) = house().await;
    let mut visitors = visitors(&site, [&["a"][..], &["a"]]).await;
    let sockets = io.to("a").sockets();
    io.to(sockets[1].id()).emit("you", &[]).unwrap();
    sockets[0].emit("and you", &[]).unwrap();
    io.emit("end", &[]).unwrap();
    expect(&mut visitors, &[&[r#"["and you"]"#, r#"["end"]"#], &[r#"["you"]"#, r#"["end"]"#]])
        .await;
    assert_eq!(sockets[0].rooms(), ["a".into()]);
    assert_eq!(io.main().socket(sockets[0].id()).as_ref(), Some(&sockets[0]));
}

#[tokio::test]
async fn a_namespace_knows_nothing_of_another() {
    let io = SocketIo::default();
    io.of("/other").on_connect(|socket: Socket| async move { socket.join("a") });
    io.on_connect(|socket: Socket| async move { socket.join("a") });
    let site = Site::start(Server::default(), io.clone()).await;
    let mut visitor = Visitor::join(&site).await;
    visitor.say("40/other,").await;
    assert!(visitor.hear().await.starts_with("40/other,"));
    io.of("/other").emit("x", &[]).unwrap();
    io.to("a").emit("y", &[]).unwrap();
    assert_eq!(visitor.hear().await, r#"42/other,["x"]"#);
    assert_eq!(visitor.hear().await, r#"42["y"]"#);
}

#[tokio::test]
async fn everybody_is_asked_and_the_answers_are_gathered() {
    let (site, io) = house().await;
    let mut visitors = visitors(&site, [&["a"][..], &["a"], &["a"], &[]]).await;
    let asking = tokio::spawn({
        let io = io.clone();
        async move { io.to("a").emit_with_ack("q", &[], Duration::from_millis(300)).await }
    });
    let question = visitors[0].hear().await;
    let id = question.strip_prefix("42").unwrap().strip_suffix(r#"["q"]"#).unwrap().to_owned();
    for visitor in &mut visitors[1..3] {
        assert_eq!(visitor.hear().await, question, "it is encoded once for all");
    }
    visitors[0].say(&format!("43{id}[1]")).await;
    visitors[1].say("41").await;
    let answers = asking.await.unwrap().unwrap();
    let answers: Vec<_> = answers.into_iter().map(|(_, answer)| answer).collect();
    let wanted = [Ok(vec![1_u64.into()]), Err(AckError::Disconnected), Err(AckError::TimedOut)];
    assert_eq!(answers, wanted);
}

#[tokio::test]
async fn who_takes_nothing_is_let_go_and_others_feel_nothing() {
    let engine = engineio::Config { max_queue: 10_000, ..engineio::Config::default() };
    let session = socketio::Config { engine: Arc::new(engine), ..socketio::Config::default() };
    let io = SocketIo::new(&Config { session, ..Config::default() });
    let site = Site::start(Server::default(), io.clone()).await;
    let mut sluggish = Polling::open(&site, "/").await;
    assert_eq!(sluggish.post("40").await, answer(200, "ok"));
    let mut attentive = Visitor::join(&site).await;
    let text = "x".repeat(1000);
    for _ in 0..20 {
        io.emit("news", &[text.as_str().into()]).unwrap();
        assert_eq!(attentive.hear().await.len(), text.len() + 13);
    }
    let (status, last) = sluggish.poll().await;
    assert!(status == 200 && last.len() < 10_000, "what waited was kept within bounds");
    assert_eq!(sluggish.poll().await, answer(200, "1"));
    assert_eq!(io.main().count(), 1);
}
