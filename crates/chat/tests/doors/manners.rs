//! What a door answers to those who knock wrongly, and the fields of its answers.

use crate::{
    chat, chat_with, limits,
    member::{Door, Member},
    settings,
    site::{Client, client::request},
};
use chat::{
    room::{Flood, Limits},
    site::Settings,
};
use http1::Method;
use serde_json::Value;
use std::time::Duration;
use tokio::net::TcpStream;

#[tokio::test]
async fn a_poll_that_knows_everything_is_answered_with_304() {
    let chat = chat().await;
    let mut ada = Member::enter(chat.address, Door::Polling, "Ada").await;
    ada.listen_until(|ada| ada.users == ["Ada"]).await;
    let mut client = chat.client().await;
    let target = ada.target("messages", &format!("&since={}", ada.cursor));

    let fresh = client.get(&target, &[]).await;
    assert_eq!(fresh.status(), 200);
    let json: Value = serde_json::from_slice(&fresh.body).unwrap();
    assert_eq!(
        (&json["cursor"], &json["lost"], &json["more"]),
        (&ada.cursor.into(), &false.into(), &false.into())
    );
    assert!(
        json["poll"]["after"].as_u64().unwrap() > 0 && json["poll"]["jitter"].as_u64().unwrap() > 0
    );

    let tag = fresh.field("etag").to_owned();
    for condition in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}")] {
        let known = client.get(&target, &[("If-None-Match", &condition)]).await;
        assert_eq!((known.status(), known.field("etag"), &*known.body), (304, &*tag, &b""[..]));
    }

    ada.say("news").await;
    let news = client.get(&target, &[("If-None-Match", &tag)]).await;
    assert_eq!(news.status(), 200);
    assert_ne!(news.field("etag"), tag);
    assert_eq!(news.field("cache-control"), "private, no-cache");
}

#[tokio::test]
async fn a_long_poll_whose_time_is_over_has_lost_nothing() {
    let chat = chat().await;
    let mut ada = Member::enter(chat.address, Door::Polling, "Ada").await;
    ada.listen_until(|ada| ada.users == ["Ada"]).await;
    let mut client = chat.client().await;
    let target = |ada: &Member| ada.target("messages", &format!("&wait=1&since={}", ada.cursor));
    let empty = client.get(&target(&ada), &[]).await;
    let json: Value = serde_json::from_slice(&empty.body).unwrap();
    assert_eq!(
        (&json["cursor"], &json["messages"]),
        (&ada.cursor.into(), &Value::Array(Vec::new()))
    );

    ada.say("between two requests").await;
    let news = client.get(&target(&ada), &[]).await;
    assert!(news.text().contains("between two requests"), "{}", news.text());
}

#[tokio::test]
async fn a_wrong_token_opens_no_door() {
    let chat = chat().await;
    let _somebody = Member::enter(chat.address, Door::Polling, "Ada").await;
    let mut client = chat.client().await;
    for token in
        ["", "?token=", "?token=0", "?token=zz", "?token=ffffffffffffffffffffffffffffffffff"]
    {
        for (method, door) in [
            (Method::GET, "messages"),
            (Method::POST, "messages"),
            (Method::GET, "events"),
            (Method::DELETE, "members"),
        ] {
            let target = format!("/rooms/lobby/{door}{token}");
            let answer = client.ask(&request(&method, &target, &[]), b"").await;
            assert_eq!(answer.status(), 403, "{method} {target}");
            assert!(answer.text().contains(r#""type":"refused""#), "{}", answer.text());
        }
    }
    let answer = client.get("/rooms/elsewhere/messages?token=0", &[]).await;
    assert_eq!(answer.status(), 404, "a room begins with the first who comes in");
}

#[tokio::test]
async fn names_are_readable_short_and_unique() {
    let chat = chat().await;
    for (json, status, part) in [
        (r#"{"type":"username","name":""}"#, 422, "it is empty"),
        (r#"{"type":"username","name":"\u3164"}"#, 422, "it is empty"),
        (r#"{"type":"username","name":"a\u0000b"}"#, 422, "U+0000"),
        (r#"{"type":"username","name":"a\nb"}"#, 422, "U+000A"),
        (r#"{"type":"username","name":"\u202enimda"}"#, 422, "U+202E"),
        (r#"{"type":"username","name":"012345678901234567890123456789012"}"#, 422, "33 characters"),
        (r#"{"type":"username"}"#, 400, "needs a field"),
        (r#"{"type":"message","text":"hi"}"#, 422, "say your name first"),
        ("Ada", 400, "no JSON object"),
        (
            r#"{"type":"username","name":"<script>alert(1)</script>"}"#,
            201,
            r#""name":"<script>alert(1)</script>""#,
        ),
        (r#"{"type":"username","name":"Ada"}"#, 201, r#""name":"Ada""#),
        (r#"{"type":"username","name":"ADA"}"#, 201, r#""name":"ADA-3""#),
    ] {
        let post = request(&Method::POST, "/rooms/lobby/members", &[]);
        let answer = chat.client().await.ask(&post, json.as_bytes()).await;
        assert_eq!(answer.status(), status, "{json}: {}", answer.text());
        assert!(answer.text().contains(part), "{}", answer.text());
        assert_eq!(answer.field("content-type"), "application/json");
        assert_eq!(answer.field("x-content-type-options"), "nosniff");
    }
}

#[tokio::test]
async fn who_speaks_too_fast_is_refused_and_told_when_to_try_again() {
    let flood = Some(Flood { burst: 2, every: Duration::from_secs(60) });
    let chat = chat_with(Settings { limits: Limits { flood, ..limits() }, ..settings() }).await;
    let ada = Member::enter(chat.address, Door::Polling, "Ada").await;
    let say = async || ada.post(r#"{"type":"message","text":"word"}"#).await;
    assert_eq!((say().await.status(), say().await.status()), (204, 204));
    let refused = say().await;
    assert_eq!((refused.status(), refused.field("retry-after")), (429, "60"));
}

#[tokio::test]
async fn a_full_room_lets_nobody_in_and_a_full_house_no_room() {
    let limits = Limits { members: 1, ..limits() };
    let chat = chat_with(Settings { limits, rooms: 2, ..settings() }).await;
    let enter = async |room: &str| {
        let post = request(&Method::POST, &format!("/rooms/{room}/members"), &[]);
        let mut client = Client::new(TcpStream::connect(chat.address).await.unwrap());
        client.ask(&post, br#"{"type":"username","name":"Ada"}"#).await.status()
    };
    assert_eq!(enter("one").await, 201);
    assert_eq!(enter("one").await, 503);
    assert_eq!(enter("two").await, 201);
    assert_eq!(enter("three").await, 404);
    assert_eq!(enter("ONE").await, 503, "that is the same room");
    assert_eq!(enter("%E2%80%AE").await, 404, "that is no name");
}

#[tokio::test]
async fn a_room_that_everybody_has_left_makes_place_for_another() {
    let chat = chat_with(Settings { rooms: 1, ..settings() }).await;
    let ada = Member::enter_room(chat.address, Door::Polling, "one", "Ada").await;
    ada.leave().await;
    let bob = Member::enter_room(chat.address, Door::Polling, "two", "Bob").await;
    assert_eq!(bob.id, 1);
}

#[tokio::test]
async fn what_means_nothing_is_answered_so() {
    let chat = chat().await;
    let _somebody = Member::enter(chat.address, Door::Polling, "Ada").await;
    let mut client = chat.client().await;
    for (method, target, status, allow) in [
        (Method::GET, "/rooms/lobby/members", 405, "POST, DELETE"),
        (Method::PUT, "/rooms/lobby/messages", 405, "GET, POST"),
        (Method::POST, "/rooms/lobby/events", 405, "GET"),
        (Method::GET, "/rooms/lobby/window", 404, ""),
        (Method::GET, "/rooms/lobby", 404, ""),
        (Method::GET, "/nothing", 404, ""),
    ] {
        let answer = client.ask(&request(&method, target, &[]), b"").await;
        assert_eq!((answer.status(), answer.field("allow")), (status, allow), "{method} {target}");
    }
    let answer = client.get("/rooms/lobby/socket", &[]).await;
    assert_eq!(answer.status(), 426, "{}", answer.text());
}

#[tokio::test]
async fn the_page_lets_nothing_run_that_is_not_its_own() {
    let chat = chat().await;
    let mut client = chat.client().await;
    let page = client.get("/?room=lobby", &[]).await;
    assert_eq!((page.status(), page.field("content-type")), (200, "text/html; charset=utf-8"));
    let policy = page.field("content-security-policy");
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    assert!(policy.contains("trusted-types 'none'"), "{policy}");
    let tag = page.field("etag").to_owned();
    assert_eq!(client.get("/", &[("If-None-Match", &tag)]).await.status(), 304);
    assert_eq!(client.head("/", &[]).await.status(), 200);
    let posted = client.ask(&request(&Method::POST, "/", &[]), b"").await;
    assert_eq!((posted.status(), posted.field("allow")), (405, "GET, HEAD"));
    let module = client.get("/doors/polling.js", &[]).await;
    assert_eq!(module.field("content-type"), "text/javascript; charset=utf-8");
}
