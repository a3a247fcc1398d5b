//! Clients for a test: they say what they are told to, right or wrong.

use crate::site::{
    Client, PATIENCE, Site,
    client::{Answer, request},
};
use frame::{Code, Event};
use http1::Method;
use serde_json::Value;
use server::{WebSocket, websocket};
use tokio::time::timeout;

/// A session by long polling. GETs and POSTs have a connection each.
pub(crate) struct Polling {
    target: String,
    getter: Client,
    poster: Client,
    pub(crate) sid: String,
    /// What the server said first, and the open packet did not hold.
    pub(crate) open: Value,
}

impl Polling {
    /// Opens a session.
    pub(crate) async fn open(site: &Site, path: &str) -> Polling {
        let target = format!("{path}?EIO=4&transport=polling");
        let (mut getter, poster) = (site.client().await, site.client().await);
        let answer = getter.get(&target, &[]).await;
        assert_eq!(answer.status(), 200, "{}", answer.text());
        let open = opening(answer.text());
        let sid = open["sid"].as_str().unwrap().to_owned();
        Polling { target: format!("{target}&sid={sid}"), getter, poster, sid, open }
    }

    /// Fetches packets, and waits until there are some.
    pub(crate) async fn poll(&mut self) -> (u16, String) {
        said(&self.getter.get(&self.target, &[]).await)
    }

    /// Asks for packets, and does not wait for them.
    pub(crate) async fn ask(&mut self) {
        self.getter.send(&request(&Method::GET, &self.target, &[]), b"").await;
    }

    /// What comes for a GET that was [asked](Polling::ask) before.
    pub(crate) async fn answer(&mut self) -> (u16, String) {
        said(&self.getter.answer().await.expect("the answer is whole"))
    }

    /// Sends packets.
    pub(crate) async fn post(&mut self, body: &str) -> (u16, String) {
        let post = request(&Method::POST, &self.target, &[("Content-Type", "text/plain")]);
        said(&self.poster.ask(&post, body.as_bytes()).await)
    }

    /// Asks once more, on a connection of its own.
    pub(crate) async fn poll_elsewhere(&self, site: &Site) -> (u16, String) {
        said(&site.client().await.get(&self.target, &[]).await)
    }

    /// Closes both connections.
    pub(crate) fn vanish(self) {}
}

fn said(answer: &Answer) -> (u16, String) {
    (answer.status(), answer.text().to_owned())
}

/// What an open packet says.
pub(crate) fn opening(packet: &str) -> Value {
    serde_json::from_str(packet.strip_prefix('0').expect("an open packet")).unwrap()
}

pub(crate) fn answer(status: u16, body: &str) -> (u16, String) {
    (status, body.to_owned())
}

/// What came by WebSocket.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Message {
    Text(String),
    Binary(Vec<u8>),
    /// It is over, with this code of the server's.
    End(Code),
}

/// A WebSocket that knows nothing of sessions.
pub(crate) struct Socket(WebSocket);

impl Socket {
    pub(crate) async fn open(site: &Site, target: &str) -> Socket {
        let url = format!("ws://{}{target}", site.address);
        Socket(websocket::connect(&url, &websocket::Config::default()).await.unwrap())
    }

    /// With a session of its own, whose open packet was heard.
    pub(crate) async fn session(site: &Site, path: &str) -> Socket {
        let mut socket = Socket::open(site, &format!("{path}?EIO=4&transport=websocket")).await;
        opening(&socket.hear().await);
        socket
    }

    /// In the namespace `/` of a program that says nothing first.
    pub(crate) async fn join(site: &Site) -> Socket {
        let mut socket = Socket::session(site, "/").await;
        socket.say("40").await;
        assert!(socket.hear().await.starts_with(r#"40{"sid":""#));
        socket
    }

    pub(crate) async fn say(&mut self, text: &str) {
        self.0.send(Event::Text(text)).await.unwrap();
        self.0.flush().await.unwrap();
    }

    pub(crate) async fn say_bytes(&mut self, bytes: &[u8]) {
        self.0.send(Event::Binary(bytes)).await.unwrap();
        self.0.flush().await.unwrap();
    }

    /// The next message, whatever it is.
    pub(crate) async fn next(&mut self) -> Message {
        let heard = timeout(PATIENCE, self.0.receive()).await.expect("something comes");
        match heard.unwrap() {
            Some((Event::Text(text), _)) => return Message::Text(text.to_owned()),
            Some((Event::Binary(bytes), _)) => return Message::Binary(bytes.to_owned()),
            Some(_) => unreachable!("only messages are received"),
            None => {}
        }
        Message::End(self.0.closed().unwrap().code)
    }

    /// The next message, which is text.
    pub(crate) async fn hear(&mut self) -> String {
        match self.next().await {
            Message::Text(text) => text,
            message => panic!("{message:?}"),
        }
    }

    /// The server closes, and says nothing before but pings.
    pub(crate) async fn end(&mut self) -> Code {
        loop {
            match self.next().await {
                Message::End(code) => return code,
                Message::Text(ping) if ping == "2" => {}
                message => panic!("{message:?}"),
            }
        }
    }

    /// Closes as a page does that is left.
    pub(crate) async fn close(self) {
        self.0.close(Code::GOING_AWAY, "").await.unwrap();
    }
}
