//! Who may come in: pages of other sites, and how many sessions.

use crate::{
    demo,
    site::{Client, Site, client::request},
    visitor::Polling,
};
use http1::Method;
use server::{
    Server,
    socketio::{
        Config, SocketIo,
        engineio::{Access, Origins},
    },
};

const OPEN: &str = "/socket.io/?EIO=4&transport=polling";

async fn client_of(options: &[&str]) -> (Site, Client) {
    let site = demo(options).await;
    let client = site.client().await;
    (site, client)
}

#[tokio::test]
async fn a_page_of_another_site_stays_outside() {
    let (_site, mut client) = client_of(&[]).await;
    let evil = [("Origin", "http://evil.com")];
    let forbidden = r#"{"code":4,"message":"Forbidden"}"#;
    let answer = client.get(OPEN, &evil).await;
    assert_eq!((answer.status(), answer.text()), (403, forbidden));
    assert_eq!(answer.field("Access-Control-Allow-Origin"), "");
    let preflight = client.ask(&request(&Method::OPTIONS, OPEN, &evil), b"").await;
    assert_eq!(preflight.status(), 403);
    let websocket = [
        ("Origin", "http://evil.com"),
        ("Connection", "Upgrade"),
        ("Upgrade", "websocket"),
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", "x3JJHMbDL1EzLkh9GBhXDw=="),
    ];
    let answer = client.get("/socket.io/?EIO=4&transport=websocket", &websocket).await;
    assert_eq!((answer.status(), answer.text()), (403, forbidden));
}

#[tokio::test]
async fn a_page_of_this_site_comes_in() {
    let (_site, mut client) = client_of(&[]).await;
    // The test's clients call every host "a".
    let answer = client.get(OPEN, &[("Origin", "http://a")]).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.field("Cache-Control"), "no-store");
    assert_eq!(answer.field("Access-Control-Allow-Origin"), "");
}

#[tokio::test]
async fn a_page_that_is_named_comes_in_and_is_told_before() {
    let (_site, mut client) = client_of(&["--cors", "https://a.org"]).await;
    let page = [
        ("Origin", "https://a.org"),
        ("Access-Control-Request-Method", "POST"),
        ("Access-Control-Request-Headers", "content-type, x-token"),
    ];
    let preflight = client.ask(&request(&Method::OPTIONS, OPEN, &page), b"").await;
    assert_eq!((preflight.status(), preflight.text()), (204, ""));
    assert_eq!(preflight.field("Access-Control-Allow-Origin"), "https://a.org");
    assert_eq!(preflight.field("Access-Control-Allow-Methods"), "GET, POST");
    assert_eq!(preflight.field("Access-Control-Allow-Headers"), "content-type, x-token");
    for target in [OPEN, "/socket.io/?EIO=3&transport=polling"] {
        let answer = client.get(target, &page[..1]).await;
        assert_eq!(answer.field("Access-Control-Allow-Origin"), "https://a.org", "{target}");
        assert_eq!(answer.field("Vary"), "Origin");
    }
}

#[tokio::test]
async fn every_page_may_come_in_where_that_is_wanted() {
    let (_site, mut client) = client_of(&["--cors", "*"]).await;
    let answer = client.get(OPEN, &[("Origin", "null")]).await;
    assert_eq!((answer.status(), answer.field("Access-Control-Allow-Origin")), (200, "*"));
}

#[tokio::test]
async fn there_is_room_for_so_many_sessions() {
    let access = Access { sessions: 2, origins: Origins::Any, ..Access::default() };
    let io = SocketIo::new(&Config { access, ..Config::default() });
    let site = Site::start(Server::default(), io.clone()).await;
    let mut first = Polling::open(&site, "/").await;
    let _second = Polling::open(&site, "/").await;
    let mut client = site.client().await;
    assert_eq!(client.get("/?EIO=4&transport=polling", &[]).await.status(), 503);
    assert_eq!(io.count(), 2);
    assert_eq!(first.post("1").await.0, 200);
    assert_eq!(client.get("/?EIO=4&transport=polling", &[]).await.status(), 200);
}
