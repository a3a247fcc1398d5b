//! The door that stays open both ways: a WebSocket (RFC 6455).
//!
//! ```text
//! GET /rooms/lobby/socket?name=Ada      ──►
//! Sec-WebSocket-Protocol: chat
//!                                       ◄── 101
//!                                       ◄── {"type":"id","id":3,"token":"9f2c…",…}
//! {"type":"message","text":"Hello"}     ──►
//!                                       ◄── {"type":"message","cursor":…18,…}
//!
//! GET …/socket?token=9f2c…&since=…18    ──►   the line was lost: the same member, and on from there
//! ```
//!
//! Who came with a name leaves with the close frame. Who came with a token may have
//! another door open, and leaves when they say so or stay away.
//!
//! Book: chapter 9.

use super::{
    Ended, NAMELESS, Slow,
    requests::{self, Wanted},
};
use crate::{
    hub::{self, Hub, Line, Reader},
    message::{Entry, Envelope, Reply, Wish},
    room::{Joined, MemberId, Refusal, Token},
};
use frame::{Code, Event, Kind, SendError, Sender};
use server::{Error, Exchange, WebSocket, websocket::Config};
use std::sync::Arc;
use tokio::task::yield_now;

/// Carries the room to one page, until that goes.
///
/// # Errors
/// As [`WebSocket::receive`].
pub async fn serve(
    exchange: Exchange,
    hub: &Hub,
    config: &Config,
    slow: Slow,
) -> Result<(), Error> {
    let wanted = Wanted::of(&exchange);
    // A page cannot see why a handshake is refused: so it is told behind it.
    let mut socket = exchange.upgrade(config).await?;
    let Guest { line, joined, token, came_back } = match Guest::enter(hub, &wanted).await {
        Ok(guest) => guest,
        Err(refusal) => return send_away(socket, &refusal).await,
    };
    let Joined { id, name, was_taken } = joined;
    let reader = match hub.reader(id, wanted.since).await {
        Ok(reader) => reader,
        Err(refusal) => return send_away(socket, &refusal).await,
    };
    let cursor = reader.cursor;
    tell(socket.sender(), &Reply::Id { id, name: name.clone(), token, cursor })?;
    if was_taken && wanted.name.is_some() {
        tell(socket.sender(), &Reply::RejectUsername { id, name })?;
    }
    match talk(&mut socket, hub, reader, slow).await? {
        Ended::SentAway(refusal) => send_away(socket, &refusal).await?,
        Ended::ByPeer => {
            if !came_back && socket.closed().is_some_and(|closed| closed.was_clean) {
                // If that is not done, they are seen off when they have stayed away.
                _ = hub.leave(line.id).await;
            }
        }
        Ended::TooSlow => {
            _ = socket.close(Code::TRY_AGAIN_LATER, "others speak faster than you read").await?;
        }
    }
    Ok(())
}

/// Who is at the other end.
struct Guest<'h> {
    line: Line<'h>,
    joined: Joined,
    token: Token,
    /// Whether they came with a token.
    came_back: bool,
}

impl<'h> Guest<'h> {
    async fn enter(hub: &'h Hub, wanted: &Wanted) -> Result<Self, Refusal> {
        let Some(token) = &wanted.token else {
            let (joined, token) = hub.join(wanted.name.as_deref().unwrap_or(NAMELESS)).await?;
            return Ok(Guest { line: hub.line(joined.id), joined, token, came_back: false });
        };
        let token = token.parse().map_err(|_| Refusal::NotHere)?;
        let line = hub.line_of(token).await?;
        let id = line.id;
        let name = hub.act(|room, _| room.name(id))?;
        let joined = Joined { id, name, was_taken: false };
        Ok(Guest { line, joined, token, came_back: true })
    }
}

// ANCHOR: talk
async fn talk(
    socket: &mut WebSocket,
    hub: &Hub,
    reader: Reader,
    slow: Slow,
) -> Result<Ended, Error> {
    let mut listener = Listener { reader, slow, has_read: false, entries: Vec::new() };
    let mut news = hub.news();
    // What was there before is news to who comes in.
    news.mark_changed();
    loop {
        tokio::select! {
            received = socket.receive() => match received? {
                Some((Event::Text(text), sender)) => hear(text, sender, hub, reader.id).await?,
                Some((_, sender)) => tell(sender, &requests::refused("say it in JSON"))?,
                None => return Ok(Ended::ByPeer),
            },
            _ = news.changed() => {
                // Who speaks at the same moment is heard first: all of it leaves in one write.
                yield_now().await;
                news.mark_unchanged();
                if let Some(ended) = listener.catch_up(socket, hub).await? {
                    return Ok(ended);
                }
            }
        }
    }
}

/// Who is told what is said.
struct Listener {
    reader: Reader,
    slow: Slow,
    /// Whether they were told anything yet.
    has_read: bool,
    entries: Vec<Arc<Entry>>,
}

impl Listener {
    // ANCHOR: news
    /// Tells them all that they have not read, unless they are to be told no more.
    async fn catch_up(
        &mut self,
        socket: &mut WebSocket,
        hub: &Hub,
    ) -> Result<Option<Ended>, Error> {
        let Listener { reader, slow, has_read, entries } = self;
        loop {
            let taken = match hub.take(reader, BATCH, entries) {
                Ok(taken) => taken,
                Err(refusal) => return Ok(Some(Ended::SentAway(refusal))),
            };
            if taken.lost {
                match slow {
                    Slow::LetGo if *has_read => return Ok(Some(Ended::TooSlow)),
                    Slow::Skip if *has_read => hub.skip(reader, entries),
                    Slow::LetGo | Slow::Skip => {}
                }
                tell(socket.sender(), &Reply::Lost)?;
            }
            *has_read = true;
            for entry in entries.drain(..) {
                socket.sender().send_encoded(entry.sealed(Envelope::Frame, frame))?;
            }
            // Who does not take this is not sent more: the log waits, up to its bounds.
            socket.flush().await?;
            if taken.whole {
                return Ok(None);
            }
        }
    }
    // ANCHOR_END: news
}
// ANCHOR_END: talk

/// How much is taken from the log at once, in bytes.
const BATCH: usize = 64 << 10;

/// Does what the member wants.
async fn hear(text: &str, sender: &mut Sender, hub: &Hub, id: MemberId) -> Result<(), SendError> {
    match Wish::decode(text.as_bytes()) {
        Ok(wish) => match hub.fulfil(id, &wish).await {
            Ok(None) => Ok(()),
            Ok(Some(reply)) => tell(sender, &reply),
            Err(refusal) => tell(sender, &Reply::from(&refusal).to(&wish)),
        },
        Err(malformed) => tell(sender, &Reply::from(&malformed)),
    }
}

fn tell(sender: &mut Sender, reply: &Reply) -> Result<(), SendError> {
    sender.send(Event::Text(&reply.json(hub::now().date)))
}

async fn send_away(socket: WebSocket, refusal: &Refusal) -> Result<(), Error> {
    let code = match refusal {
        Refusal::Full | Refusal::CutOff | Refusal::Unsure => Code::TRY_AGAIN_LATER,
        _ => Code::POLICY_VIOLATION,
    };
    _ = socket.close(code, &refusal.to_string()).await?;
    Ok(())
}

// ANCHOR: frame
/// An entry as the frame that every member gets.
fn frame(entry: &Entry) -> Vec<u8> {
    let mut frame = Vec::new();
    frame::encode(Kind::Text, entry.json().as_bytes(), None, &mut frame);
    frame
}
// ANCHOR_END: frame
