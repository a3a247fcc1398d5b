//! A held question is no held thread: the claim of long polling, counted.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

#[path = "../../server/tests/site/mod.rs"]
mod site;

use chat::site::{Settings, Site};
use server::Server;
use std::fs;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const QUESTIONS: usize = 200;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_questions_wait_and_there_is_no_thread_more() {
    let chat = site::Site::start(Server::default(), Site::new(Settings::default())).await;
    let welcome =
        chat.say(&request("POST", "members", r#"{"type":"username","name":"Ada"}"#)).await;
    let token = value(&welcome, r#""token":""#);
    let news = chat.say(&request("GET", &format!("messages?token={token}"), "")).await;
    let cursor = value(&news, r#""cursor":"#);
    let before = threads();

    let mut waiting = Vec::new();
    for _ in 0..QUESTIONS {
        let mut stream = chat.connect().await;
        let target = format!("messages?token={token}&since={cursor}&wait=30");
        stream.write_all(&request("GET", &target, "")).await.unwrap();
        waiting.push(stream);
    }
    // What is behind them all has been answered, so they have been read.
    let newest = format!("messages?token={token}&since={cursor}");
    chat.say(&request("GET", &newest, "")).await;
    let while_they_wait = threads();

    chat.say(&request(
        "POST",
        &format!("messages?token={token}"),
        r#"{"type":"message","text":"news"}"#,
    ))
    .await;
    for mut stream in waiting {
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.contains(r#""text":"news""#), "{answer}");
    }
    assert_eq!(while_they_wait, before, "{QUESTIONS} questions were held");
}

fn request(method: &str, target: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "{method} /rooms/lobby/{target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// What stands behind `name` in an answer, up to the end of the value.
fn value<'a>(answer: &'a str, name: &str) -> &'a str {
    let (_, rest) = answer.split_once(name).unwrap();
    rest.split(['"', ',', '}']).next().unwrap()
}

fn threads() -> usize {
    fs::read_dir("/proc/self/task").unwrap().count()
}
