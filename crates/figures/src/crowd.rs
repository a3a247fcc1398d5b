//! A crowd: many members of one room, of whom some speak and all hear everything.
//!
//! ```text
//!  speaker ── #00000007xxxx… ──► room ──► 500 members
//!     ▲                                       │ each: 7 heard, and how long it took
//!     └──────── all have heard 7 ─────────────┘
//! ```
//!
//! So many messages are under way at a time; the next is said when one has reached
//! everybody.

use crate::load;
use frame::{Header, Kind, Mask};
use std::{
    cell::{Cell, RefCell},
    io,
    rc::Rc,
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::Semaphore,
    task::{JoinHandle, spawn_local},
    time::{Instant, sleep, timeout},
};

/// How one comes into a room and speaks there.
#[derive(Debug, Clone, Copy)]
pub struct Manner {
    path: &'static str,
    /// What is said once, at the beginning.
    joining: Option<&'static str>,
    /// What stands around what is said.
    around: [&'static str; 2],
}

impl Manner {
    /// Every text message goes to all.
    pub const PLAIN: Manner = Manner { path: "/", joining: None, around: ["", ""] };

    /// Our chat room, by its WebSocket door.
    pub const CHAT: Manner = Manner {
        path: "/rooms/lobby/socket?name=Member",
        joining: None,
        around: [r#"{"type":"message","text":""#, r#""}"#],
    };

    /// Socket.IO: the event `msg` goes to all.
    pub const SOCKET_IO: Manner = Manner {
        path: "/socket.io/?EIO=4&transport=websocket",
        joining: Some("40"),
        around: [r#"42["msg",""#, r#""]"#],
    };
}

/// Members of a room, connected and silent.
#[derive(Debug)]
pub struct Crowd {
    manner: Manner,
    members: Vec<Member>,
}

#[derive(Debug)]
struct Member {
    reader: OwnedReadHalf,
    writer: OwnedWriteHalf,
    /// What came and is not looked at.
    arrived: Vec<u8>,
}

/// What came of a talk.
#[derive(Debug, Clone, Copy)]
pub struct Heard {
    /// How often somebody heard something.
    pub deliveries: u64,
    /// How long all but one of a hundred took at most.
    pub p99: Duration,
}

impl Crowd {
    /// Lets so many members come in.
    ///
    /// # Errors
    /// The server refuses one.
    pub async fn gather(port: u16, manner: Manner, count: usize) -> io::Result<Self> {
        let mut members = Vec::new();
        for _ in 0..count {
            members.push(Member::enter(port, manner).await?);
        }
        // Whatever is told to newcomers is told now.
        sleep(Duration::from_millis(500)).await;
        Ok(Crowd { manner, members })
    }

    /// Has ten of them talk for this time, with messages of `size` bytes of which
    /// `depth` are under way.
    ///
    /// # Errors
    /// A message does not reach everybody.
    pub async fn talk(self, size: usize, depth: usize, time: Duration) -> io::Result<Heard> {
        let until = Instant::now() + time;
        let minutes = Rc::new(Minutes {
            listeners: self.members.len(),
            said: RefCell::default(),
            latencies: RefCell::default(),
            turns: Semaphore::new(depth),
            doubles: Cell::new(0),
        });
        // Kept to the end: who lets go of this says that they say nothing more.
        let mut writers = Vec::new();
        let mut listening = Vec::new();
        for Member { reader, writer, arrived } in self.members {
            writers.push(writer);
            listening.push(Listening(spawn_local(Rc::clone(&minutes).listen(reader, arrived))));
        }
        let [before, behind] = self.manner.around;
        let speakers = SPEAKERS.min(writers.len());
        for turn in 0.. {
            let next = timeout(PATIENCE, minutes.turns.acquire()).await;
            let next = next.map_err(|_| io::Error::other("a message did not reach everybody"))?;
            next.map_err(io::Error::other)?.forget();
            if Instant::now() >= until {
                break;
            }
            let text = format!("{:x<size$}", format!("#{:08}", minutes.begin()));
            let message = masked(&format!("{before}{text}{behind}"));
            writers[turn % speakers].write_all(&message).await?;
        }
        minutes.close()
    }
}

/// How many of a crowd speak.
const SPEAKERS: usize = 10;

/// How long a message may be under way.
const PATIENCE: Duration = Duration::from_secs(5);

impl Member {
    async fn enter(port: u16, manner: Manner) -> io::Result<Self> {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.set_nodelay(true)?;
        stream.write_all(&load::opening(manner.path)).await?;
        let mut arrived = Vec::new();
        let head = loop {
            if stream.read_buf(&mut arrived).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            // The first frames may come with it.
            if let Some(end) = arrived.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
        };
        arrived.drain(..head);
        if let Some(joining) = manner.joining {
            stream.write_all(&masked(joining)).await?;
        }
        let (reader, writer) = stream.into_split();
        Ok(Member { reader, writer, arrived })
    }
}

/// A message as a client sends it. The key is fixed: good for a load, never for a client.
fn masked(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    frame::encode(Kind::Text, text.as_bytes(), Some(Mask([0x37, 0xfa, 0x21, 0x3d])), &mut bytes);
    bytes
}

/// A task that ends with the talk.
struct Listening(JoinHandle<()>);

impl Drop for Listening {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// What was said, and who has heard it.
struct Minutes {
    listeners: usize,
    said: RefCell<Vec<Said>>,
    latencies: RefCell<Vec<u32>>,
    turns: Semaphore,
    /// How often somebody heard what everybody had heard.
    doubles: Cell<u64>,
}

struct Said {
    at: Instant,
    /// How many have not heard it.
    left: usize,
}

impl Minutes {
    /// The number of the message that is said now.
    fn begin(&self) -> usize {
        let mut said = self.said.borrow_mut();
        said.push(Said { at: Instant::now(), left: self.listeners });
        said.len() - 1
    }

    async fn listen(self: Rc<Self>, mut reader: OwnedReadHalf, mut arrived: Vec<u8>) {
        loop {
            let mut start = 0;
            while let Some((header, len)) = Header::decode(&arrived[start..]) {
                let end = start + len + header.len as usize;
                let Some(payload) = arrived.get(start + len..end) else { break };
                self.hear(payload);
                start = end;
            }
            arrived.drain(..start);
            // Who is cut off hears nothing, and that is found out.
            let Ok(1..) = reader.read_buf(&mut arrived).await else { return };
        }
    }

    fn hear(&self, payload: &[u8]) {
        let Some(number) = number(payload) else { return };
        let mut said = self.said.borrow_mut();
        let Some(said) = said.get_mut(number) else { return };
        if said.left == 0 {
            return self.doubles.set(self.doubles.get() + 1);
        }
        let micros = u32::try_from(said.at.elapsed().as_micros()).unwrap_or(u32::MAX);
        self.latencies.borrow_mut().push(micros);
        said.left -= 1;
        if said.left == 0 {
            self.turns.add_permits(1);
        }
    }

    fn close(&self) -> io::Result<Heard> {
        let mut latencies = self.latencies.borrow_mut();
        latencies.sort_unstable();
        let p99 = latencies.get(latencies.len() * 99 / 100).copied();
        match (p99, self.doubles.get()) {
            (Some(p99), 0) => Ok(Heard {
                deliveries: latencies.len() as u64,
                p99: Duration::from_micros(p99.into()),
            }),
            (None, _) => Err(io::Error::other("nobody heard anything")),
            (_, doubles) => Err(io::Error::other(format!("{doubles} messages came twice"))),
        }
    }
}

/// The number behind the mark.
fn number(payload: &[u8]) -> Option<usize> {
    let mark = memchr::memchr(b'#', payload)?;
    std::str::from_utf8(payload.get(mark + 1..mark + 9)?).ok()?.parse().ok()
}
