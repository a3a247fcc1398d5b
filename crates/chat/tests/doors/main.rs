//! One room through many doors, over real sockets.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod line;
mod manners;
mod member;
mod pages;
#[path = "../../../server/tests/site/mod.rs"]
mod site;
mod slow;
mod socketio;
mod storm;

use chat::{
    room::Limits,
    site::{Settings, Site},
};
use member::{Door, Member};
use server::Server;
use std::{net::SocketAddr, time::Duration};
use tokio::{net::TcpListener, time::timeout};

/// Starts a chat where nobody speaks too fast.
pub(crate) async fn chat() -> site::Site {
    chat_with(settings()).await
}

pub(crate) async fn chat_with(settings: Settings) -> site::Site {
    site::Site::start(Server::default(), Site::new(settings)).await
}

pub(crate) fn settings() -> Settings {
    Settings { limits: limits(), ..Settings::default() }
}

pub(crate) fn limits() -> Limits {
    Limits { flood: None, history: 100_000, history_bytes: 64 << 20, ..Limits::default() }
}

#[tokio::test]
async fn what_is_said_through_one_door_reaches_all_others_once_and_in_one_order() {
    let chat = chat().await;
    let mut members = everybody(chat.address).await;
    for round in 0..5 {
        for member in &mut members {
            member.say(&format!("{round} {:?}", member.name)).await;
        }
    }
    let mut heard = Vec::new();
    for member in &mut members {
        member.hear(5 * Door::ALL.len()).await;
        assert_eq!(member.lost, 0);
        heard.push(member.heard.clone());
    }
    let (first, others) = heard.split_first().unwrap();
    assert!(others.iter().all(|other| other == first), "{heard:#?}");
    assert_eq!(first.len(), 5 * Door::ALL.len());
    assert!(first.windows(2).all(|two| two[0].0 < two[1].0));
}

#[tokio::test]
async fn who_loses_the_line_and_comes_back_with_a_cursor_misses_nothing() {
    let chat = chat().await;
    for door in Door::ALL {
        let enter = |name| Member::enter_room(chat.address, door, door.name(), name);
        let (mut speaker, mut member) = (enter("Speaker").await, enter("Ada").await);
        speaker.say("one").await;
        member.hear(1).await;
        member.cut();
        for word in ["two", "three", "four"] {
            speaker.say(word).await;
        }
        member.hear(4).await;
        assert_eq!(member.texts(), ["one", "two", "three", "four"], "{door:?}");
        assert_eq!(member.lost, 0, "{door:?}");
    }
}

#[tokio::test]
async fn one_member_may_change_the_door_and_stays_the_same() {
    let chat = chat().await;
    let mut member = Member::enter(chat.address, Door::WebSocket, "Ada").await;
    let mut other = Member::enter(chat.address, Door::WebSocket, "Bob").await;
    let id = member.id;
    for (count, door) in Door::ALL.into_iter().cycle().take(13).enumerate() {
        member.change_to(door);
        other.say(&format!("{count}")).await;
        member.hear(count + 1).await;
        other.hear(count + 1).await;
        assert_eq!(member.id, id);
    }
    assert_each_once(&member);
    other.listen_until(|other| other.users == ["Ada", "Bob"]).await;
}

#[tokio::test]
async fn who_comes_back_too_late_is_told_that_something_is_lost() {
    let limits = Limits { history: 3, ..limits() };
    let chat = chat_with(Settings { limits, ..settings() }).await;
    for door in Door::ALL {
        let enter = |through, name| Member::enter_room(chat.address, through, door.name(), name);
        let mut member = enter(door, "Ada").await;
        let mut speaker = enter(Door::WebSocket, "Speaker").await;
        speaker.say("one").await;
        member.hear(1).await;
        member.cut();
        for word in ["two", "three", "four", "five"] {
            speaker.say(word).await;
        }
        speaker.listen_until(|speaker| speaker.texts().last() == Some(&"five")).await;
        member.hear(4).await;
        assert_eq!(member.texts(), ["one", "three", "four", "five"], "{door:?}");
        assert_eq!(member.lost, 1, "{door:?}");
    }
}

#[tokio::test]
async fn what_is_said_to_one_is_heard_by_the_two_alone() {
    let chat = chat().await;
    for door in Door::ALL {
        let enter = |name| Member::enter_room(chat.address, door, door.name(), name);
        let (mut ada, mut bob, mut eve) =
            (enter("Ada").await, enter("Bob").await, enter("Eve").await);
        ada.whisper("bob", "psst").await;
        ada.say("hello").await;
        for member in [&mut ada, &mut bob, &mut eve] {
            member.listen_until(|member| member.texts().last() == Some(&"hello")).await;
        }
        assert_eq!(ada.texts(), ["psst", "hello"]);
        assert_eq!(bob.texts(), ["psst", "hello"]);
        assert_eq!(eve.texts(), ["hello"], "{door:?}");
        let answer = ada.post(r#"{"type":"message","text":"psst","to":"Nobody"}"#).await;
        assert_eq!(answer.status(), 422);
        assert!(answer.text().contains(r#"nobody here is called \"Nobody\""#), "{}", answer.text());
    }
}

#[tokio::test]
async fn each_room_hears_its_own() {
    let chat = chat().await;
    let enter = |room| Member::enter_room(chat.address, Door::LongPolling, room, "Ada");
    let (mut lobby, mut korean) = (enter("lobby").await, enter("%EC%84%9C%EC%9A%B8").await);
    assert_eq!((&*lobby.name, &*korean.name), ("Ada", "Ada"));
    lobby.say("in the lobby").await;
    korean.say("서울에서").await;
    lobby.hear(1).await;
    korean.hear(1).await;
    assert_eq!((lobby.texts(), korean.texts()), (vec!["in the lobby"], vec!["서울에서"]));
}

#[tokio::test]
async fn all_are_told_who_is_here_through_every_door() {
    let limits = Limits { absence: Duration::from_millis(200), ..limits() };
    let chat = chat_with(Settings { limits, ..settings() }).await;
    let mut watcher = Member::enter(chat.address, Door::EventStream, "Watcher").await;
    for door in Door::ALL {
        let mut ada = Member::enter(chat.address, door, "Ada").await;
        watcher.listen_until(|watcher| watcher.users == ["Watcher", "Ada"]).await;
        ada.listen_until(|ada| ada.users == ["Watcher", "Ada"]).await;
        // Some say goodbye, and some just stay away.
        match door {
            Door::Polling => ada.cut(),
            _ => ada.leave().await,
        }
        watcher.listen_until(|watcher| watcher.users == ["Watcher"]).await;
    }
}

#[tokio::test]
async fn what_is_sent_twice_because_the_line_was_lost_is_said_once() {
    let chat = chat().await;
    for door in Door::ALL {
        let mut member = Member::enter_room(chat.address, door, door.name(), "Ada").await;
        member.listen().await;
        member.say("once").await;
        member.cut();
        member.repeat().await;
        member.repeat().await;
        member.say("and another").await;
        member.hear(2).await;
        assert_eq!(member.texts(), ["once", "and another"], "{door:?}");
        assert!(!member.has_pending());
    }
}

#[tokio::test]
async fn hundreds_of_members_hear_the_same() {
    const EACH: usize = 50;
    let chat = chat().await;
    let mut members = Vec::new();
    for number in 0..EACH {
        for door in Door::ALL {
            members.push(Member::enter(chat.address, door, &format!("Guest {number}")).await);
        }
    }
    let count = members.len();
    let listening: Vec<_> = members
        .into_iter()
        .map(|mut member| {
            tokio::spawn(async move {
                member.hear(3).await;
                member.heard
            })
        })
        .collect();
    let mut speaker = Member::enter(chat.address, Door::WebSocket, "Speaker").await;
    for word in ["하나", "둘", "셋"] {
        speaker.say(word).await;
    }
    speaker.hear(3).await;
    for member in listening {
        assert_eq!(member.await.unwrap(), speaker.heard);
    }
    assert_eq!(count, Door::ALL.len() * EACH);
}

#[tokio::test]
async fn when_the_server_stops_every_door_closes_at_once() {
    let chat = chat().await;
    let address = chat.address;
    let mut members = everybody(address).await;
    for member in &mut members {
        member.listen_until(|member| member.users.len() == Door::ALL.len()).await;
    }
    // They wait for what comes next; a page that polls comes back to a closed door.
    let waiting: Vec<_> = members
        .into_iter()
        .filter(|member| member.name != Door::Polling.name())
        .map(|mut member| {
            let (told, listens) = tokio::sync::oneshot::channel();
            let waiting = tokio::spawn(async move {
                _ = told.send(());
                member.listen().await;
                member
            });
            (listens, waiting)
        })
        .collect();
    let mut ended = Vec::new();
    for (listens, waiting) in waiting {
        listens.await.unwrap();
        ended.push(waiting);
    }
    assert_eq!(chat.stop().await.cut_off, 0, "nobody has to be cut off");
    for member in ended {
        let member = timeout(site::PATIENCE, member).await.expect("it ends").unwrap();
        assert_eq!((member.lost, member.heard.len()), (0, 0));
    }
    assert!(TcpListener::bind(address).await.is_ok(), "nobody listens there any more");
}

async fn everybody(address: SocketAddr) -> Vec<Member> {
    let mut members = Vec::new();
    for door in Door::ALL {
        members.push(Member::enter(address, door, door.name()).await);
    }
    members
}

#[track_caller]
pub(crate) fn assert_each_once(member: &Member) {
    let places: Vec<u64> = member.heard.iter().map(|(place, _)| *place).collect();
    assert!(places.windows(2).all(|two| two[0] < two[1]), "{}: {places:?}", member.name);
}
