//! Clients that lose their connection, and come back.

use crate::{site::Site, visitor::Socket as Visitor};
use serde_json::Value;
use server::{
    Server,
    socketio::{Config, Recovery, Socket, SocketIo},
};

async fn serve(recovery: Recovery) -> (Site, SocketIo) {
    let io = SocketIo::new(&Config { recovery: Some(recovery), ..Config::default() });
    io.on_connect(|socket: Socket| async move {
        if !socket.is_recovered() {
            socket.join("lobby");
        }
    });
    (Site::start(Server::default(), io.clone()).await, io)
}

/// Comes in with what it says of itself; what the server answers.
async fn enter(site: &Site, auth: &str) -> (Visitor, String, String) {
    let mut visitor = Visitor::session(site, "/").await;
    visitor.say(&format!("40{auth}")).await;
    let connected = visitor.hear().await;
    let value: Value = serde_json::from_str(connected.strip_prefix("40").unwrap()).unwrap();
    let text = |name: &str| value[name].as_str().unwrap().to_owned();
    (visitor, text("sid"), text("pid"))
}

/// The offset at the end of an event.
async fn offset(visitor: &mut Visitor, event: &str) -> String {
    let heard = visitor.hear().await;
    let arguments: Value = serde_json::from_str(heard.strip_prefix("42").unwrap()).unwrap();
    assert_eq!(arguments[0], event);
    arguments.as_array().unwrap().last().unwrap().as_str().unwrap().to_owned()
}

async fn leave(visitor: Visitor, io: &SocketIo, left: usize) {
    drop(visitor);
    while io.main().count() > left {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn who_comes_back_misses_nothing() {
    let (site, io) = serve(Recovery::default()).await;
    let (mut ana, sid, pid) = enter(&site, "").await;
    let (mut ben, ..) = enter(&site, "").await;
    io.emit("one", &[1_u64.into()]).unwrap();
    let got = offset(&mut ana, "one").await;
    leave(ana, &io, 1).await;
    io.to("lobby").emit("two", &[]).unwrap();
    io.to("elsewhere").emit("not for her", &[]).unwrap();
    io.to("lobby").except(sid.as_str()).emit("not for her either", &[]).unwrap();
    io.emit("three", &[]).unwrap();

    let auth = format!(r#"{{"pid":"{pid}","offset":"{got}"}}"#);
    let (mut ana, same_sid, same_pid) = enter(&site, &auth).await;
    assert_eq!((same_sid, same_pid), (sid, pid));
    offset(&mut ana, "two").await;
    offset(&mut ana, "three").await;
    // Her rooms are hers again.
    io.to("lobby").emit("four", &[]).unwrap();
    offset(&mut ana, "four").await;
    for event in ["one", "two", "not for her either", "three", "four"] {
        offset(&mut ben, event).await;
    }
}

#[tokio::test]
async fn what_was_said_to_one_alone_is_not_lost_either() {
    let (site, io) = serve(Recovery::default()).await;
    let (mut ana, sid, pid) = enter(&site, "").await;
    let socket = io.main().socket(&sid).unwrap();
    socket.emit("one", &[]).unwrap();
    let got = offset(&mut ana, "one").await;
    leave(ana, &io, 0).await;
    socket.emit("two", &[]).unwrap();
    let (mut ana, ..) = enter(&site, &format!(r#"{{"pid":"{pid}","offset":"{got}"}}"#)).await;
    offset(&mut ana, "two").await;
}

#[tokio::test]
async fn who_comes_too_late_is_somebody_new() {
    let (site, io) = serve(Recovery { bytes: 0, ..Recovery::default() }).await;
    let (mut ana, sid, pid) = enter(&site, "").await;
    io.emit("one", &[]).unwrap();
    let got = offset(&mut ana, "one").await;
    leave(ana, &io, 0).await;
    io.emit("two", &[]).unwrap();
    let (_, other_sid, other_pid) =
        enter(&site, &format!(r#"{{"pid":"{pid}","offset":"{got}"}}"#)).await;
    assert!(other_sid != sid && other_pid != pid);
}

#[tokio::test]
async fn who_left_on_purpose_is_somebody_new() {
    let (site, io) = serve(Recovery::default()).await;
    let (mut ana, sid, pid) = enter(&site, "").await;
    io.emit("one", &[]).unwrap();
    let got = offset(&mut ana, "one").await;
    ana.say("41").await;
    leave(ana, &io, 0).await;
    let (_, other_sid, _) = enter(&site, &format!(r#"{{"pid":"{pid}","offset":"{got}"}}"#)).await;
    assert_ne!(other_sid, sid);
}
