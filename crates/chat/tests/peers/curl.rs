//! curl, through the two doors that are made of requests alone.

use crate::{
    program::{PATIENCE, Peer, Program},
    site::Site,
};
use serde_json::{Value, json};

/// What was answered: `%{…}` is curl's own word for it.
const WHAT: &str = "\n%{http_code} %header{etag}";

/// A member that asks with curl.
pub(crate) struct Caller {
    room: String,
    token: String,
    cursor: u64,
}

/// An answer, as curl shows it.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) etag: String,
    pub(crate) body: Value,
}

impl Caller {
    pub(crate) async fn enter(site: &Site, name: &str) -> Caller {
        let room = format!("http://{}/rooms/lobby", site.address);
        let wish = json!({"type": "username", "name": name}).to_string();
        let answer = curl(&["--data-raw", &wish, &format!("{room}/members")]).await;
        assert_eq!(answer.status, 201);
        let token = answer.body["token"].as_str().unwrap().to_owned();
        Caller { room, token, cursor: answer.body["cursor"].as_u64().unwrap() }
    }

    pub(crate) async fn say(&self, text: &str) {
        let wish = json!({"type": "message", "text": text}).to_string();
        let url = format!("{}/messages?token={}", self.room, self.token);
        assert_eq!(curl(&["--data-raw", &wish, &url]).await.status, 204);
    }

    /// Asks for what stands behind the cursor; with so many seconds, waits for it.
    pub(crate) async fn ask(&mut self, wait: Option<u32>, more: &[&str]) -> Answer {
        let Caller { room, token, cursor } = self;
        let wait = wait.map(|wait| format!("&wait={wait}")).unwrap_or_default();
        let url = format!("{room}/messages?token={token}&since={cursor}{wait}");
        let answer = curl(&[more, &[&url]].concat()).await;
        if let Some(cursor) = answer.body["cursor"].as_u64() {
            self.cursor = cursor;
            assert_eq!(answer.body["lost"], false);
        }
        answer
    }

    /// Waits until so many are here: then nothing more comes by itself.
    async fn wait_for(&mut self, count: usize) {
        while !self.ask(Some(25), &[]).await.entries().any(|entry| is_list_of(entry, count)) {}
    }

    /// Says something as soon as so many are here, and hears as many texts.
    pub(crate) async fn talk(mut self, wait: Option<u32>, name: &str, count: usize) -> Vec<String> {
        let mut texts = Vec::new();
        let mut has_spoken = false;
        while texts.len() < count {
            let answer = self.ask(wait, &[]).await;
            texts.extend(answer.texts().into_iter().map(str::to_owned));
            if !has_spoken && answer.entries().any(|entry| is_list_of(entry, count)) {
                self.say(&format!("{name}: 안녕하세요 👋🏽")).await;
                has_spoken = true;
            }
        }
        texts
    }
}

impl Answer {
    fn entries(&self) -> impl Iterator<Item = &Value> {
        self.body["messages"].as_array().unwrap().iter()
    }

    fn texts(&self) -> Vec<&str> {
        self.entries().filter_map(|entry| entry["text"].as_str()).collect()
    }
}

/// Whether an entry says that so many are here.
fn is_list_of(entry: &Value, count: usize) -> bool {
    entry["users"].as_array().is_some_and(|users| users.len() == count)
}

async fn curl(arguments: &[&str]) -> Answer {
    let always =
        ["-q", "--silent", "--show-error", "--noproxy", "*", "--max-time", "50", "-w", WHAT];
    let mut curl = Program::start(Peer::Curl, always.iter().chain(arguments));
    let mut printed = curl.rest(PATIENCE).await;
    let what = printed.pop().unwrap();
    let (status, etag) = what.split_once(' ').unwrap();
    let body = match printed.join("\n") {
        nothing if nothing.is_empty() => Value::Null,
        json => serde_json::from_str(&json).expect(&json),
    };
    Answer { status: status.parse().unwrap(), etag: etag.to_owned(), body }
}

#[tokio::test]
#[ignore = "needs curl"]
async fn curl_polls_and_is_sent_nothing_twice() {
    let site = crate::chat().await;
    let mut ada = Caller::enter(&site, "Ada").await;
    let bob = Caller::enter(&site, "Bob").await;
    ada.wait_for(2).await;
    bob.say("안녕하세요 👋🏽").await;
    assert_eq!(ada.ask(None, &[]).await.texts(), ["안녕하세요 👋🏽"]);
    let nothing = ada.ask(None, &[]).await;
    assert_eq!((nothing.status, nothing.texts().len()), (200, 0));
    // The same question again: the answer is the one that curl has already.
    let known = format!("If-None-Match: {}", nothing.etag);
    let same = ada.ask(None, &["-H", &known]).await;
    assert_eq!((same.status, same.body, same.etag), (304, Value::Null, nothing.etag));
    bob.say("이제 새 소식").await;
    let news = ada.ask(None, &["-H", &known]).await;
    assert_eq!((news.status, news.texts()), (200, vec!["이제 새 소식"]));
}

#[tokio::test]
#[ignore = "needs curl"]
async fn curl_waits_and_is_answered_as_soon_as_somebody_speaks() {
    let site = crate::chat().await;
    let mut ada = Caller::enter(&site, "Ada").await;
    let bob = Caller::enter(&site, "Bob").await;
    ada.wait_for(2).await;
    let (answer, ()) = tokio::join!(ada.ask(Some(25), &[]), bob.say("드디어 🎉"));
    assert_eq!(answer.texts(), ["드디어 🎉"]);
    let over = ada.ask(Some(1), &[]).await;
    assert_eq!((over.status, over.texts().len()), (200, 0), "nothing for a second");
}
