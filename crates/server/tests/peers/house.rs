//! Our server, with a door for each thing that a visitor tries.
//!
//! ```text
//! /echo        sends every message back
//! /fragments   the same, in frames of 1,000 bytes
//! /count       says a thousand numbers at once, then echoes
//! /close       closes as the first message says: `1001 back in a minute`
//! /ping        says `answered` when a ping of its own was answered, then echoes
//! /stay        echoes, until the house is closed
//! ```
//!
//! The peers' servers have the same doors but the last, and print how each
//! connection ended.

use crate::{
    plan::{BEAT, End, LIFE, MANY, Plan, SOON},
    program::{self, PATIENCE, Peer, Program},
    site::Site,
};
use frame::{Closed, Code, Event};
use handshake::deflate::Policy;
use server::{Error, Exchange, Handler, Server, WebSocket, websocket::Config};
use std::{net::SocketAddr, sync::Arc};
use tokio::{sync::mpsc, time::timeout};

/// An open house, and a list of who left it how.
pub(crate) struct House {
    site: Site,
    ends: mpsc::UnboundedReceiver<End>,
}

impl House {
    pub(crate) async fn open(compression: bool) -> House {
        let (doors, ends) = Doors::new(compression);
        let answer = move |exchange| {
            let doors = Arc::clone(&doors);
            async move { doors.answer(exchange).await }
        };
        House::of(answer, ends).await
    }

    /// A house whose doors are part of something larger.
    pub(crate) async fn of(handler: impl Handler, ends: mpsc::UnboundedReceiver<End>) -> House {
        House { site: Site::start(Server::default(), handler).await, ends }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.site.address
    }

    pub(crate) fn url(&self) -> String {
        format!("ws://{}", self.address())
    }

    /// The connections must have ended as planned. Then the house is closed, and
    /// whoever stayed must go.
    pub(crate) async fn expect(mut self, plan: &Plan) {
        let wanted = [plan.ends(), vec![End::arrival()]].concat();
        compare(wanted, async || self.ends.recv().await.unwrap()).await;
        assert_eq!(self.site.stop().await.cut_off, 0, "nobody is there any more");
        assert_eq!(self.ends.recv().await, Some(End::new("/stay", 1001, "")));
    }
}

/// A house of somebody else's: a program, which says first where it listens.
pub(crate) struct ForeignHouse {
    program: Program,
    pub(crate) url: String,
}

impl ForeignHouse {
    pub(crate) async fn open(peer: Peer, script: &str, plan: &Plan) -> ForeignHouse {
        let mut program = Program::start(peer, [program::script(script), plan.json()]);
        let url = format!("ws://127.0.0.1:{}", program.line().await);
        ForeignHouse { program, url }
    }

    /// As [`House::expect`].
    pub(crate) async fn expect(mut self, plan: &Plan) {
        compare(plan.ends(), async || End::decode(&self.program.line().await)).await;
    }
}

/// Waits for as many ends as are planned, and compares them.
pub(crate) async fn compare(mut wanted: Vec<End>, mut next: impl AsyncFnMut() -> End) {
    let mut ends = Vec::new();
    while ends.len() < wanted.len() {
        let end = timeout(PATIENCE, next()).await;
        ends.push(end.unwrap_or_else(|_| panic!("nothing but these ended: {ends:#?}")));
    }
    // Two connections may end in either order.
    ends.sort();
    wanted.sort();
    assert_eq!(ends, wanted);
}

/// The doors, and where it is told how a connection ended.
pub(crate) struct Doors {
    config: Config,
    ends: mpsc::UnboundedSender<End>,
}

impl Doors {
    pub(crate) fn new(compression: bool) -> (Arc<Doors>, mpsc::UnboundedReceiver<End>) {
        let mut config = Config { threshold: 0, ..Config::default() };
        config.handshake.deflate = compression.then(Policy::default);
        let (told, ends) = mpsc::unbounded_channel();
        (Arc::new(Doors { config, ends: told }), ends)
    }

    pub(crate) async fn answer(&self, exchange: Exchange) -> Result<(), Error> {
        let door = exchange.path().to_owned();
        let config = match &*door {
            "/ping" => Config { ping_after: SOON, pong_timeout: BEAT, ..self.config.clone() },
            _ => self.config.clone(),
        };
        let socket = exchange.upgrade(&config).await?;
        if door == "/stay" {
            self.ends.send(End::arrival()).unwrap();
        }
        let ended = match &*door {
            "/close" => close(socket).await,
            door => stay(door, socket).await,
        };
        let (code, reason) = match ended {
            Ok(Some(Closed { code, reason, .. })) => (code.0, reason),
            // Whoever goes without a word may reset the connection, too.
            Ok(None) | Err(Error::Io(_)) => (1006, String::new()),
            Err(error) => return Err(error),
        };
        // A peer may repeat our reason, or not.
        let is_ours = ["/close", "/stay"].contains(&&*door);
        let reason = if is_ours { String::new() } else { reason };
        self.ends.send(End { door, code, reason }).unwrap();
        Ok(())
    }
}

/// Until the visitor closes.
async fn stay(door: &str, mut socket: WebSocket) -> Result<Option<Closed>, Error> {
    match door {
        "/echo" | "/stay" => echo(&mut socket, usize::MAX).await?,
        "/fragments" => echo(&mut socket, 1_000).await?,
        "/count" => count(&mut socket).await?,
        "/ping" => ping(&mut socket).await?,
        _ => panic!("there is no door {door}"),
    }
    Ok(socket.closed())
}

async fn echo(socket: &mut WebSocket, most: usize) -> Result<(), Error> {
    while let Some((message, sender)) = socket.receive().await? {
        sender.send_in_fragments(message, most)?;
    }
    Ok(())
}

async fn count(socket: &mut WebSocket) -> Result<(), Error> {
    for number in 0..MANY {
        socket.send(Event::Text(&number.to_string())).await?;
    }
    echo(socket, usize::MAX).await
}

/// A ping that is not answered in time is the end: who is there longer has answered.
async fn ping(socket: &mut WebSocket) -> Result<(), Error> {
    if timeout(LIFE, socket.receive()).await.is_err() {
        socket.send(Event::Text("answered")).await?;
    }
    echo(socket, usize::MAX).await
}

async fn close(mut socket: WebSocket) -> Result<Option<Closed>, Error> {
    let farewell = match socket.receive().await? {
        Some((Event::Text(farewell), _)) => farewell.to_owned(),
        other => panic!("{other:?} is no farewell"),
    };
    let (code, reason) = farewell.split_once(' ').unwrap();
    socket.close(Code(code.parse().unwrap()), reason).await
}
