//! The door that fits everywhere: Socket.IO, by polling or by WebSocket.
//!
//! ```text
//! 40{"room":"lobby","name":"Ada"}                  ──►
//!                                                  ◄── 40{"sid":"…"}
//!                                                  ◄── 42["id",{"id":3,"token":"9f2c…",…}]
//! 421["message",{"text":"Hello"}]                  ──►
//!                                                  ◄── 431[]
//!                                                  ◄── 42["message",{"cursor":…18,…}]
//!
//! 40{"room":"lobby","token":"9f2c…","since":…18}   ──►   the line was lost: the same member, and on from there
//! ```
//!
//! The objects are those of every door. What they call their `type` is the name of the
//! event here, so that a page may say `socket.on("message", …)`. Who asks for an
//! acknowledgement hears there what they are told alone: nothing, where all is done.
//!
//! In which room somebody is, they say in `auth`, beside who they are. A namespace would
//! have to be there before they come, and a room begins with the first who comes. Nor
//! does this door use Socket.IO's own rooms and its recovery: a member reads the log
//! from a cursor, here as everywhere, and may come back through another door.
//!
//! Who came with a name leaves with `socket.disconnect()`. Whose line is lost may come
//! back.
//!
//! Book: chapter 11.

use super::{Ended, NAMELESS, Slow, requests};
use crate::{
    hub::{self, Hub, Reader},
    message::{Entry, Malformed, Reply, Wish},
    room::{Cursor, Joined, MemberId, Refusal, Token},
    rooms::Rooms,
};
use server::socketio::{
    Config, Encoded, Event, Object, Reason, Refused, SendError, Socket, SocketIo, Value,
};
use socketio::Namespace;
use std::sync::Arc;
use tokio::sync::Mutex;

/// The door to all rooms: which one it is, everybody says.
pub fn open(rooms: Arc<Rooms>, config: &Config, slow: Slow) -> SocketIo {
    let io = SocketIo::new(config);
    io.main().check(move |handshake| {
        let rooms = Arc::clone(&rooms);
        async move {
            handshake.keep(Guest::enter(&rooms, &handshake.auth).await?);
            Ok(())
        }
    });
    io.on_connect(move |socket| serve(socket, slow));
    io
}

/// Carries the room to one page, until that goes.
async fn serve(socket: Socket, slow: Slow) -> Result<(), SendError> {
    let Some(guest) = socket.handshake().kept::<Guest>() else { return Ok(()) };
    let Guest { hub, joined: Joined { id, name, was_taken }, token, came_back, since } = guest;
    let (id, name) = (*id, Arc::clone(name));
    let _line = hub.line(id);
    // Before anything is waited for: who is let in may speak.
    let (room, turn) = (Arc::clone(hub), Arc::new(Mutex::new(())));
    socket.on_others(move |event| {
        let (room, turn) = (Arc::clone(&room), Arc::clone(&turn));
        async move {
            // What they want is done in the order in which they said it.
            let _turn = turn.lock().await;
            hear(&event, &room, id).await
        }
    });
    let mut reader = match hub.reader(id, *since).await {
        Ok(reader) => reader,
        Err(refusal) => return send_away(&socket, &refusal.to_string()),
    };
    let cursor = reader.cursor;
    tell(&socket, &Reply::Id { id, name: Arc::clone(&name), token: *token, cursor })?;
    if *was_taken {
        tell(&socket, &Reply::RejectUsername { id, name })?;
    }
    match talk(&socket, hub, &mut reader, slow).await {
        Ok(Ended::SentAway(refusal)) => send_away(&socket, &refusal.to_string()),
        Ok(Ended::TooSlow) => send_away(&socket, "others speak faster than you read"),
        Ok(Ended::ByPeer) | Err(_) => {
            let reason = socket.disconnected().await;
            if !came_back && reason == Reason::ClientNamespaceDisconnect {
                // If that is not done, they are seen off when they have stayed away.
                _ = hub.leave(id).await;
            }
            Ok(())
        }
    }
}

/// Who is at the other end.
struct Guest {
    hub: Arc<Hub>,
    joined: Joined,
    token: Token,
    /// Whether they came with a token.
    came_back: bool,
    /// What they have read.
    since: Option<Cursor>,
}

impl Guest {
    async fn enter(rooms: &Rooms, auth: &Object) -> Result<Self, Refused> {
        let text = |name| auth.get(name).and_then(Value::as_str);
        let hub = rooms.enter(text("room").unwrap_or(LOBBY));
        let hub = hub.ok_or_else(|| Refused::new(requests::NO_ROOM))?;
        let entered = match text("token") {
            None => hub.join(text("name").unwrap_or(NAMELESS)).await,
            Some(token) => come_back(&hub, token).await,
        };
        let (mut joined, token) = entered.map_err(|refusal| Refused::new(refusal.to_string()))?;
        // Who says no name is rejected none.
        joined.was_taken &= text("name").is_some();
        let since = auth.get("since").and_then(Value::as_u64).map(Cursor);
        Ok(Guest { hub, joined, token, came_back: text("token").is_some(), since })
    }
}

async fn come_back(hub: &Hub, token: &str) -> Result<(Joined, Token), Refusal> {
    let token = token.parse().map_err(|_| Refusal::NotHere)?;
    let line = hub.line_of(token).await?;
    let name = hub.act(|room, _| room.name(line.id))?;
    Ok((Joined { id: line.id, name, was_taken: false }, token))
}

/// Where somebody is who says no room.
const LOBBY: &str = "lobby";

// ANCHOR: talk
async fn talk(
    socket: &Socket,
    hub: &Hub,
    reader: &mut Reader,
    slow: Slow,
) -> Result<Ended, SendError> {
    let mut news = hub.news();
    // What was there before is news to who comes in.
    news.mark_changed();
    let mut entries = Vec::new();
    let mut has_read = false;
    loop {
        tokio::select! {
            _ = socket.disconnected() => return Ok(Ended::ByPeer),
            _ = news.changed() => loop {
                let taken = match hub.take(reader, BATCH, &mut entries) {
                    Ok(taken) => taken,
                    Err(refusal) => return Ok(Ended::SentAway(refusal)),
                };
                if taken.lost {
                    match slow {
                        Slow::LetGo if has_read => return Ok(Ended::TooSlow),
                        Slow::Skip if has_read => hub.skip(reader, &mut entries),
                        Slow::LetGo | Slow::Skip => {}
                    }
                    tell(socket, &Reply::Lost)?;
                }
                has_read = true;
                for entry in entries.drain(..) {
                    socket.emit_encoded(entry.packed(packet))?;
                }
                // Who does not take this is not sent more: the log waits, up to its bounds.
                socket.flushed().await;
                if taken.whole {
                    break;
                }
            },
        }
    }
}
// ANCHOR_END: talk

/// How much is taken from the log at once, in bytes.
const BATCH: usize = 64 << 10;

/// Does what the member wants.
async fn hear(event: &Event, hub: &Hub, id: MemberId) -> Result<(), SendError> {
    let reply = match wish(event) {
        Ok(wish) => match hub.fulfil(id, &wish).await {
            Ok(reply) => reply,
            Err(refusal) => Some(Reply::from(&refusal).to(&wish)),
        },
        Err(malformed) => Some(Reply::from(&malformed)),
    };
    match reply {
        Some(reply) if !event.wants_ack() => tell(&event.socket, &reply),
        Some(reply) => event.ack(&[reply.to_value(hub::now().date).into()]),
        None => event.ack(&[]),
    }
}

fn wish(event: &Event) -> Result<Wish, Malformed> {
    let object = match event.arguments.first() {
        Some(object) => serde_json::Value::try_from(object.clone()),
        None => Ok(serde_json::json!({})),
    };
    let object = object.map_err(|error| Malformed::Json(error.to_string()))?;
    Wish::of(&event.name, object)
}

fn tell(socket: &Socket, reply: &Reply) -> Result<(), SendError> {
    socket.emit_encoded(&named(reply.to_value(hub::now().date)))
}

fn send_away(socket: &Socket, why: &str) -> Result<(), SendError> {
    tell(socket, &requests::refused(why))?;
    // Their program does not come back by itself behind this, but when it is told to.
    socket.disconnect();
    Ok(())
}

/// An entry as the packet that every member gets.
fn packet(entry: &Entry) -> Encoded {
    named(entry.to_value())
}

/// An object as an event with the name of its type.
fn named(object: serde_json::Value) -> Encoded {
    let name = object["type"].as_str().unwrap_or_default().to_owned();
    let event = Encoded::event(&Namespace::MAIN, &name, &[object.into()], None);
    event.expect("no type is a name of Socket.IO's own, and no object has bytes in it")
}
