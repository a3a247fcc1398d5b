//! One room in many processes, over a Redis that comes and goes.
#![cfg(feature = "redis")]
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]
#![allow(dead_code, reason = "a member can do more than these tests ask for")]

#[path = "../doors/line.rs"]
mod line;
#[path = "../doors/member.rs"]
mod member;
mod process;
mod redis;
#[path = "../../../server/tests/site/mod.rs"]
mod site;

use http1::{Method, Request};
use member::{Door, Member};
use process::Process;
use redis::Redis;
use serde_json::{Value, json};
use site::{Client, PATIENCE};
use std::{net::SocketAddr, time::Duration};
use tokio::{
    net::TcpStream,
    time::{sleep, timeout},
};

#[tokio::test]
#[ignore = "needs redis-server"]
async fn what_is_said_in_one_process_is_heard_in_all_once_and_in_one_order() {
    let redis = Redis::start().await;
    let processes = [(); 2].map(|()| Process::start(&redis.url()));
    let mut members = everybody(&processes).await;
    for round in 0..5 {
        for member in &mut members {
            member.say(&format!("{round} {}", member.name)).await;
        }
    }
    let count = 5 * members.len();
    for member in &mut members {
        member.hear(count).await;
        assert_eq!((member.lost, member.heard.len()), (0, count));
    }
    assert!(members.iter().all(|member| member.heard == members[0].heard));
    assert!(members[0].heard.is_sorted());
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn who_comes_back_to_another_process_is_the_same_and_misses_nothing() {
    let redis = Redis::start().await;
    let processes = [(); 2].map(|()| Process::start(&redis.url()));
    let [here, there] = [&processes[0], &processes[1]].map(|process| process.address);
    for door in Door::ALL {
        let enter = |name| Member::enter_room(here, door, door.name(), name);
        let (mut speaker, mut member) = (enter("Speaker").await, enter("Ada").await);
        let mut expected = Vec::new();
        for (round, address) in [there, here, there, here].into_iter().enumerate() {
            speaker.say(&format!("{round} before")).await;
            member.cut();
            member.address = address;
            speaker.say(&format!("{round} after")).await;
            expected.extend([format!("{round} before"), format!("{round} after")]);
            member.hear(expected.len()).await;
            assert_eq!((member.texts(), member.lost), (texts(&expected), 0), "{door:?}");
        }
    }
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn all_are_told_who_is_here_in_any_process_and_no_two_have_one_name() {
    let redis = Redis::start().await;
    let processes = [(); 2].map(|()| Process::start_with(&redis.url(), ABSENCE));
    let [here, there] = [&processes[0], &processes[1]].map(|process| process.address);
    let mut watcher = Member::enter(here, Door::EventStream, "Watcher").await;
    watcher.listen().await;
    let mut ada = Member::enter(there, Door::WebSocket, "Ada").await;
    ada.listen_until(|ada| ada.users == ["Watcher", "Ada"]).await;
    let mut other = Member::enter(here, Door::LongPolling, "ada").await;
    assert_eq!(other.name, "ada-3");
    watcher.listen_until(|watcher| watcher.users == ["Watcher", "Ada", "ada-3"]).await;
    other.listen_until(|other| other.users.len() == 3).await;
    ada.leave().await;
    watcher.listen_until(|watcher| watcher.users == ["Watcher", "ada-3"]).await;
    other.cut();
    watcher.listen_until(|watcher| watcher.users == ["Watcher"]).await;
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn when_a_process_dies_its_members_may_come_to_another_and_who_does_not_is_seen_off() {
    let redis = Redis::start().await;
    let [here, there] = [(); 2].map(|()| Process::start_with(&redis.url(), ABSENCE));
    let mut watcher = Member::enter(here.address, Door::WebSocket, "Watcher").await;
    watcher.listen().await;
    let mut ada = Member::enter(there.address, Door::WebSocket, "Ada").await;
    let mut bob = Member::enter(there.address, Door::EventStream, "Bob").await;
    bob.listen_until(|bob| bob.users.len() == 3).await;
    ada.listen_until(|ada| ada.users.len() == 3).await;
    there.kill();
    watcher.say("are you here?").await;
    ada.cut();
    ada.address = here.address;
    ada.hear(1).await;
    assert_eq!((ada.texts(), ada.lost), (vec!["are you here?"], 0));
    watcher.listen_until(|watcher| watcher.users == ["Watcher", "Ada"]).await;
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn who_comes_to_a_new_process_hears_what_was_said_before_it_began() {
    let redis = Redis::start().await;
    let here = Process::start(&redis.url());
    let mut speaker = Member::enter(here.address, Door::WebSocket, "Speaker").await;
    let mut others = Vec::new();
    for number in 0..50 {
        let other = Member::enter(here.address, Door::Polling, &format!("Other {number}")).await;
        others.push(tokio::spawn(insist(other, 50, Duration::ZERO)));
    }
    for other in others {
        other.await.unwrap();
    }
    let count = 50 * 50;
    speaker.hear(count).await;
    let there = Process::start(&redis.url());
    let mut late = Member::enter(there.address, Door::WebSocket, "Late").await;
    late.hear(count).await;
    assert_eq!(late.heard, speaker.heard);
    // The token of who came before is known, too.
    speaker.cut();
    speaker.address = there.address;
    late.say("and now?").await;
    speaker.hear(count + 1).await;
    assert_eq!(speaker.lost, 0);
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn when_redis_is_killed_and_comes_back_nothing_acknowledged_is_lost_or_said_twice() {
    let mut redis = Redis::start().await;
    let processes = [(); 2].map(|()| Process::start(&redis.url()));
    let mut witnesses = everybody(&processes).await;
    let mut speakers = Vec::new();
    for process in &processes {
        for number in 0..4 {
            let name = format!("Speaker {number}");
            let speaker = Member::enter(process.address, Door::Polling, &name).await;
            speakers.push(tokio::spawn(insist(speaker, 60, Duration::from_millis(5))));
        }
    }
    for witness in &mut witnesses {
        witness.hear(50).await;
    }
    redis.kill().await;
    for witness in &mut witnesses {
        witness.listen_until(|witness| witness.notices == ["cutoff"]).await;
    }
    let answer = witnesses[0].post(r#"{"type":"message","text":"anybody?"}"#).await;
    assert_eq!(answer.status(), 503);
    assert!(answer.text().contains("the room is cut off"), "{}", answer.text());
    redis.restart().await;

    let mut acknowledged = Vec::new();
    for speaker in speakers {
        acknowledged.extend(timeout(PATIENCE, speaker).await.expect("it is heard").unwrap());
    }
    for witness in &mut witnesses {
        witness.listen_until(|witness| witness.notices == ["cutoff", "rejoined"]).await;
        witness.hear(acknowledged.len()).await;
        assert_eq!(witness.lost, 0);
    }
    assert!(witnesses.iter().all(|witness| witness.heard == witnesses[0].heard));
    let mut heard = witnesses[0].texts();
    heard.sort_unstable();
    acknowledged.sort_unstable();
    assert_eq!(heard, texts(&acknowledged));
}

/// Says so many things, and each until it is acknowledged.
async fn insist(speaker: Member, count: usize, pause: Duration) -> Vec<String> {
    let mut acknowledged = Vec::new();
    for number in 0..count {
        let text = format!("{} says {number}", speaker.name);
        let wish = json!({"type": "message", "text": text, "key": format!("key-{number}")});
        loop {
            let answer = speaker.post(&wish.to_string()).await;
            match answer.status() {
                204 => break,
                // The room is cut off. With the key it may just be said again.
                503 => sleep(Duration::from_millis(20)).await,
                other => panic!("{other}: {}", answer.text()),
            }
        }
        acknowledged.push(text);
        sleep(pause).await;
    }
    acknowledged
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn a_redis_that_has_forgotten_everything_is_told_by_who_has_not() {
    let mut redis = Redis::start().await;
    let processes = [(); 2].map(|()| Process::start(&redis.url()));
    let mut members = everybody(&processes).await;
    members[0].say("before").await;
    for member in &mut members {
        member.hear(1).await;
    }
    redis.kill().await;
    for member in &mut members {
        member.listen_until(|member| member.notices == ["cutoff"]).await;
    }
    redis.forget();
    redis.restart().await;
    for member in &mut members {
        member.listen_until(|member| member.notices == ["cutoff", "rejoined"]).await;
    }
    for member in &mut members {
        member.say("after").await;
    }
    let mut late = Member::enter(processes[1].address, Door::WebSocket, "Late").await;
    let count = 1 + members.len();
    late.hear(count).await;
    for member in &mut members {
        member.hear(count).await;
        assert_eq!((&member.heard, member.lost), (&late.heard, 0));
    }
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn what_nobody_remembers_is_told_as_lost() {
    let mut redis = Redis::start().await;
    let process = Process::start(&redis.url());
    let mut before = Member::enter(process.address, Door::LongPolling, "Ada").await;
    before.say("before").await;
    before.hear(1).await;
    process.kill();
    redis.kill().await;
    redis.forget();
    redis.restart().await;
    let process = Process::start(&redis.url());
    before.address = process.address;
    assert_eq!(before.post(r#"{"type":"message","text":"still here"}"#).await.status(), 403);
    let mut after = Member::enter(process.address, Door::LongPolling, "Ada").await;
    after.cursor = before.cursor;
    after.say("after").await;
    after.hear(1).await;
    assert_eq!((after.texts(), after.lost), (vec!["after"], 1));
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn without_redis_nobody_comes_in_and_as_soon_as_it_is_there_they_do() {
    let mut redis = Redis::start().await;
    redis.kill().await;
    let process = Process::start(&redis.url());
    let (status, answer) = enter(process.address).await;
    assert_eq!((status, &answer["type"]), (503, &json!("refused")), "{answer}");
    redis.restart().await;
    let came_in = async { while enter(process.address).await.0 != 201 {} };
    timeout(PATIENCE, came_in).await.expect("it is there");
}

/// Long enough to come to another process, where a test waits until somebody is seen off.
const ABSENCE: Duration = Duration::from_secs(4);

async fn enter(address: SocketAddr) -> (u16, Value) {
    let mut client = Client::new(TcpStream::connect(address).await.unwrap());
    let request = Request::new(Method::POST, "/rooms/lobby/members").with("Host", "a");
    let answer = client.ask(&request, br#"{"type":"username","name":"Ada"}"#).await;
    (answer.status(), serde_json::from_slice(&answer.body).unwrap())
}

/// One member through every door of every process.
async fn everybody(processes: &[Process]) -> Vec<Member> {
    let mut members = Vec::new();
    for process in processes {
        for door in Door::ALL {
            members.push(Member::enter(process.address, door, door.name()).await);
        }
    }
    members
}

fn texts(texts: &[String]) -> Vec<&str> {
    texts.iter().map(String::as_str).collect()
}
