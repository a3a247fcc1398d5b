//! The end of a server, in good order.

use crate::{
    site::{PATIENCE, Site},
    visitor::{Polling, Socket as Visitor, answer},
};
use frame::Code;
use server::{
    Server,
    socketio::{Reason, Socket, SocketIo},
};
use tokio::{sync::mpsc, time::timeout};

async fn serve() -> (Site, SocketIo, mpsc::UnboundedReceiver<&'static str>) {
    let io = SocketIo::default();
    let (told, heard) = mpsc::unbounded_channel();
    io.on_connect(move |socket: Socket| {
        let told = told.clone();
        async move {
            socket.on_disconnect(move |reason: Reason| {
                let told = told.clone();
                async move { _ = told.send(reason.name()) }
            });
        }
    });
    (Site::start(Server::default(), io.clone()).await, io, heard)
}

#[tokio::test]
async fn everybody_is_told_and_nobody_comes_in_any_more() {
    let (site, io, mut heard) = serve().await;
    let mut polling = Polling::open(&site, "/").await;
    assert_eq!(polling.post("40").await, answer(200, "ok"));
    assert!(polling.poll().await.1.starts_with("40"));
    polling.ask().await;
    let mut visitor = Visitor::join(&site).await;
    io.emit("last", &[]).unwrap();
    io.shut_down();
    assert_eq!(polling.answer().await, answer(200, r#"42["last"]"#));
    assert_eq!(polling.poll().await, answer(200, "1"));
    assert_eq!(visitor.hear().await, r#"42["last"]"#);
    assert_eq!(visitor.end().await, Code::GOING_AWAY);
    drop(visitor);
    for _ in 0..2 {
        assert_eq!(heard.recv().await, Some("server shutting down"));
    }
    assert_eq!(site.client().await.get("/?EIO=4&transport=polling", &[]).await.status(), 503);
    assert_eq!(io.count(), 0);
    assert_eq!(site.stop().await.cut_off, 0);
}

#[tokio::test]
async fn a_server_that_stops_answers_the_gets_that_it_holds() {
    let (site, io, mut heard) = serve().await;
    let mut polling = Polling::open(&site, "/").await;
    assert_eq!(polling.post("40").await, answer(200, "ok"));
    assert!(polling.poll().await.1.starts_with("40"));
    polling.ask().await;
    // The GET is there before the answer to what follows it on the way.
    assert_eq!(polling.post("3").await, answer(200, "ok"));
    let (drained, told) = tokio::join!(timeout(PATIENCE, site.stop()), polling.answer());
    assert_eq!(drained.unwrap().cut_off, 0);
    assert_eq!(told, answer(200, "1"));
    assert_eq!(heard.recv().await, Some("server shutting down"));
    assert_eq!(io.count(), 0);
}
