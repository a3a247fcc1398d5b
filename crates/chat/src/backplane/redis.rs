//! The stream of a room, in Redis.
//!
//! ```text
//! chat:1:lobby:stream   a stream   1-0  date 1795344000123  post {"by":71,"number":4,"begin":…}
//!                                  2-0  date 1795344000124  post {"by":71,"number":5,"join":…}
//! chat:1:lobby:state    a hash     place 1000   room {…}         the room, as it was there
//! ```
//!
//! An entry's place is counted, not taken from a clock: so a gap can be seen. Now and
//! then the process that posted there writes the room down, and the stream before the
//! last such place but one is forgotten. Who comes new reads what is written down,
//! and then the stream from there.
//!
//! Two connections for each room: one that posts, and one that waits for the stream.
//! Both keys live for an hour after the last post; who has a line to a room posts
//! more often.

mod scripts;

use super::{Backplane, Deed, Outbox, Post, Process, Replica, outbox::State, replica::Mark};
use crate::{
    hub::Hub,
    room::{Limits, Millis, Name, Room},
};
use redis::{
    AsyncConnectionConfig, Client, RedisError,
    aio::MultiplexedConnection,
    cmd,
    streams::{StreamId, StreamRangeReply, StreamReadReply},
};
use scripts::{EVERY, Scripts};
use std::{
    convert::Infallible,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::time::{Instant, sleep, sleep_until};

/// Carries a room, as long as this is polled.
pub(super) async fn carry(
    backplane: Backplane,
    name: Name,
    limits: Limits,
    hub: Arc<Hub>,
    outbox: Arc<Outbox>,
) -> Infallible {
    let key = |what| format!("chat:1:{}:{what}", name.folded());
    let (stream, state) = (key("stream"), key("state"));
    let carrier = Carrier {
        client: Client::open(backplane.url).expect("the URL was checked"),
        scripts: Scripts::new(&stream, &state),
        stream,
        state,
        hub,
        outbox,
        limits,
        lease: backplane.lease,
        replica: Mutex::new(Replica::new(Instant::now().into_std())),
    };
    carrier.carry().await
}

struct Carrier {
    client: Client,
    stream: String,
    state: String,
    hub: Arc<Hub>,
    outbox: Arc<Outbox>,
    limits: Limits,
    lease: Duration,
    replica: Mutex<Replica>,
    scripts: Scripts,
}

/// Why a connection is given up.
#[derive(Debug, thiserror::Error)]
enum Error {
    #[error(transparent)]
    Redis(#[from] RedisError),
    #[error("the stream goes on at {found} behind {read}")]
    Gap { read: u64, found: u64 },
    #[error("what stands in the stream is no post of this version: {0}")]
    Foreign(#[from] serde_json::Error),
    #[error("an entry of the stream has no {0}")]
    Missing(&'static str),
}

/// An entry of the stream.
struct Item {
    place: u64,
    date: Millis,
    post: Post<'static>,
}

/// How long a connection may take to come about.
const CONNECTING: Duration = Duration::from_secs(2);

/// How long an answer may take.
const ANSWERING: Duration = Duration::from_secs(5);

/// How long a wait for the stream lasts before it is asked again, in milliseconds.
const WAITING: u64 = 1_000;

/// How many entries are read at once.
const BATCH: usize = 256;

/// How long it takes until the next attempt.
const SHORTEST: Duration = Duration::from_millis(50);
const LONGEST: Duration = Duration::from_secs(2);

/// Whether this is a URL of a Redis.
pub(super) fn check(url: &str) -> Result<(), String> {
    Client::open(url).map(|_| ()).map_err(|error| error.to_string())
}

impl Carrier {
    /// Carries the room, and comes back whenever Redis does.
    async fn carry(&self) -> Infallible {
        let mut wait = SHORTEST;
        loop {
            let Err(error) = self.attend().await;
            if self.becomes(State::CutOff) {
                wait = SHORTEST;
                tracing::warn!(stream = self.stream, %error, "a room is cut off");
            }
            // Not all at the same instant.
            sleep(wait.mul_f64(rand::random_range(0.5..1.0))).await;
            wait = (wait * 2).min(LONGEST);
        }
    }

    // ANCHOR: attend
    async fn attend(&self) -> Result<Infallible, Error> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECTING))
            .set_response_timeout(Some(ANSWERING));
        let connect = || self.client.get_multiplexed_async_connection_with_config(&config);
        let (mut reading, writing) = tokio::try_join!(connect(), connect())?;
        let mut place = self.attach(&mut reading).await?;
        // Whatever was done here until now is read before anything is posted.
        while self.read(&mut reading, &mut place, None).await? {}
        if self.becomes(State::Joined) {
            tracing::info!(stream = self.stream, place, "a room is carried");
        }
        tokio::select! {
            ended = self.follow(reading, place) => ended,
            ended = self.write(writing) => ended,
            never = self.beat() => match never {},
        }
    }
    // ANCHOR_END: attend

    fn becomes(&self, state: State) -> bool {
        let is_news = self.outbox.becomes(state);
        if is_news {
            self.hub.wake();
        }
        is_news
    }

    // Where we are

    /// Finds in the stream the place up to which it was read; if that is gone, either
    /// of the two must be brought up to date.
    async fn attach(&self, redis: &mut MultiplexedConnection) -> Result<u64, Error> {
        let place = *self.outbox.watch_reading().borrow();
        let (last, born) = {
            let replica = self.replica();
            (replica.last(), replica.born())
        };
        let Some(last) = last else { return self.load(redis).await };
        match self.first(redis, place).await? {
            Some(item) if item.place == place && item.mark() == last => Ok(place),
            // The same place, and something else there: Redis has lost what we have read,
            // and gone on without it. So the room begins anew, for all.
            Some(item) if item.place == place => {
                let place = self.load(redis).await?;
                let begin = self.begin(born);
                self.scripts.post(place).arg(&*begin).invoke_async::<u64>(redis).await?;
                Ok(place)
            }
            // We were away for so long that it is forgotten, but it is written down.
            Some(_) => self.load(redis).await,
            // Redis knows less than we do.
            None => {
                let written = self.hub.read(|room| self.replica().write(room));
                let restore = self.scripts.restore(place, &written, last);
                let is_restored: bool = restore.invoke_async(redis).await?;
                tracing::warn!(stream = self.stream, place, is_restored, "Redis has lost a room");
                if is_restored { Ok(place) } else { self.load(redis).await }
            }
        }
    }

    /// Reads the room as it was written down. The place where that was.
    async fn load(&self, redis: &mut MultiplexedConnection) -> Result<u64, Error> {
        let (written, first): (Option<(u64, String)>, StreamRangeReply) = {
            let mut pipe = redis::pipe();
            pipe.atomic();
            pipe.cmd("HMGET").arg(&self.state).arg("place").arg("room");
            pipe.cmd("XRANGE").arg(&self.stream).arg("-").arg("+").arg("COUNT").arg(1);
            let (written, first): ((Option<u64>, Option<String>), _) =
                pipe.query_async(redis).await?;
            (written.0.zip(written.1), first)
        };
        let place = match written {
            Some((place, json)) => {
                let (replica, room) = Replica::read(&json, Instant::now().into_std())?;
                self.outbox.settle(replica.number(self.outbox.process()));
                *self.replica() = replica;
                self.hub.replace(room);
                place
            }
            None => {
                if first.ids.first().is_some_and(|id| id.id != "1-0") {
                    // Somebody has thrown away what was written down.
                    () = cmd("DEL").arg(&self.stream).query_async(redis).await?;
                }
                *self.replica() = Replica::new(Instant::now().into_std());
                0
            }
        };
        self.outbox.has_read(place);
        Ok(place)
    }

    /// The first entry at this place or behind it.
    async fn first(
        &self,
        redis: &mut MultiplexedConnection,
        place: u64,
    ) -> Result<Option<Item>, Error> {
        let range = cmd("XRANGE").arg(&self.stream).arg(place).arg("+").arg("COUNT").arg(1).clone();
        let StreamRangeReply { ids } = range.query_async(redis).await?;
        ids.first().map(Item::decode).transpose()
    }

    // Reading

    async fn follow(
        &self,
        mut redis: MultiplexedConnection,
        mut place: u64,
    ) -> Result<Infallible, Error> {
        loop {
            self.read(&mut redis, &mut place, Some(WAITING)).await?;
        }
    }

    /// Reads what stands behind the place, and does it. Whether there was anything.
    async fn read(
        &self,
        redis: &mut MultiplexedConnection,
        place: &mut u64,
        wait: Option<u64>,
    ) -> Result<bool, Error> {
        let mut read = cmd("XREAD");
        read.arg("COUNT").arg(BATCH);
        if let Some(wait) = wait {
            read.arg("BLOCK").arg(wait);
        }
        read.arg("STREAMS").arg(&self.stream).arg(*place);
        let reply: Option<StreamReadReply> = read.query_async(redis).await?;
        let Some(key) = reply.and_then(|mut reply| reply.keys.pop()) else { return Ok(false) };
        let items: Vec<Item> = key.ids.iter().map(Item::decode).collect::<Result<_, _>>()?;
        for item in &items {
            if item.place != *place + 1 {
                return Err(Error::Gap { read: *place, found: item.place });
            }
            *place = item.place;
        }
        let (done, written) = self.hub.act(|room, _| self.apply(room, items));
        for (number, done) in done {
            self.outbox.answer(number, done);
        }
        self.outbox.has_read(*place);
        if let Some((place, json)) = written {
            () = self.scripts.save(place, &json).invoke_async(redis).await?;
        }
        Ok(true)
    }

    /// Does what was posted: what the room says to our own posts, and the room written
    /// down, if that is ours to do.
    fn apply(&self, room: &mut Room, items: Vec<Item>) -> (Vec<Done>, Option<(u64, String)>) {
        let me = self.outbox.process();
        let mut replica = self.replica();
        let (mut all, mut written) = (Vec::new(), None);
        for Item { place, date, post } in items {
            let done = replica.apply(room, date, &post);
            if post.by != me {
                continue;
            }
            all.extend(done.map(|done| (post.number, done)));
            if place % EVERY == 0 {
                written = Some((place, replica.write(room)));
            }
        }
        (all, written)
    }

    // Writing

    async fn write(&self, mut redis: MultiplexedConnection) -> Result<Infallible, Error> {
        let mut last = 0;
        loop {
            let batch = self.outbox.batch(last).await;
            let place = *self.outbox.watch_reading().borrow();
            let mut posting = self.scripts.post(place);
            if !batch.posts.is_empty() && self.replica().born().is_none() {
                posting.arg(&*self.begin(None));
            }
            for post in &batch.posts {
                posting.arg(&**post);
            }
            let end: u64 = posting.invoke_async(&mut redis).await?;
            last = batch.last;
            for asking in batch.asking {
                // Who asked may have gone.
                _ = asking.send(end);
            }
        }
    }

    /// It may be read before posts that are older, so it is nobody's.
    fn begin(&self, after: Option<Millis>) -> String {
        let deed = Deed::Begin { limits: self.limits, lease: self.lease, after };
        let post = Post { by: Process(rand::random()), number: 1, deed };
        serde_json::to_string(&post).expect("numbers are JSON")
    }

    // Time

    /// Tells the others who is here and that we are alive, and what time it is when
    /// something is due.
    async fn beat(&self) -> Infallible {
        let third = self.lease / 3;
        let mut reading = self.outbox.watch_reading();
        let mut beat = Instant::now();
        let mut due = self.due();
        let mut posted = 0;
        loop {
            tokio::select! {
                () = sleep_until(beat) => {
                    posted = self.tell_lines(posted);
                    beat = Instant::now() + third;
                }
                opened = self.outbox.opened() => {
                    let held = self.replica().holds(self.outbox.process());
                    let new: Vec<_> = opened.into_iter().filter(|id| !held.contains(id)).collect();
                    if !new.is_empty() {
                        self.outbox.put(Deed::Hold(new), None);
                    }
                }
                () = crate::hub::at(due) => {
                    // Until that is read, nothing else is due.
                    due = None;
                    self.outbox.put(Deed::Pass {}, None);
                }
                _ = reading.changed() => due = self.due(),
            }
        }
    }

    fn due(&self) -> Option<Instant> {
        let due = self.hub.read(|room| self.replica().due(room))?;
        Some(Instant::now() + due)
    }

    /// The others know of our lines what they read; the number of our last post.
    fn tell_lines(&self, posted: u64) -> u64 {
        let lines = self.outbox.lines(self.lease / 3);
        let held = self.replica().holds(self.outbox.process());
        let new: Vec<_> = lines.difference(&held).copied().collect();
        let old: Vec<_> = held.difference(&lines).copied().collect();
        for (deed, is_empty) in [
            (Deed::Hold(new.clone()), new.is_empty()),
            (Deed::Release(old.clone()), old.is_empty()),
        ] {
            if !is_empty {
                self.outbox.put(deed, None);
            }
        }
        if !held.is_empty() && self.outbox.youngest() == posted {
            self.outbox.put(Deed::Pass {}, None);
        }
        self.outbox.youngest()
    }

    fn replica(&self) -> MutexGuard<'_, Replica> {
        // Held for a moment, never across an await, and never while the room is waited for.
        self.replica.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

type Done = (u64, Result<Option<crate::room::Joined>, crate::room::Refusal>);

impl Item {
    fn decode(id: &StreamId) -> Result<Item, Error> {
        let place = id.id.split('-').next().and_then(|place| place.parse().ok());
        let post: String = id.get("post").ok_or(Error::Missing("post"))?;
        Ok(Item {
            place: place.ok_or(Error::Missing("place"))?,
            date: Millis(id.get("date").ok_or(Error::Missing("date"))?),
            post: serde_json::from_str(&post)?,
        })
    }

    fn mark(&self) -> Mark {
        Mark::of(&self.post, self.date)
    }
}
