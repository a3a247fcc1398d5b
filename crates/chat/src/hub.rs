//! A room that many tasks share, and that wakes those who wait for news.
//!
//! ```text
//! say ──► Mutex<Room> ──► newest: 21 ──► wakes every reader ──► since(their cursor)
//! ```
//!
//! Nothing is handed to the readers but a number: where the log ends now. Each
//! takes what it has not read, when it can; ten entries that came meanwhile are
//! taken together. No reader has a queue that could grow, and none can hold up
//! another.
//!
//! Book: chapters 4 and 9.

use crate::{
    act::Act,
    backplane::Outbox,
    message::{Entry, Reply, Wish},
    room::{Cursor, Joined, Limits, MemberId, Millis, Moment, Refusal, Room, Token},
};
use std::{
    borrow::Cow,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};
use tokio::{
    sync::{Notify, watch},
    time::{Instant, sleep_until},
};

/// A room that many tasks share.
#[derive(Debug)]
pub struct Hub {
    /// A plain mutex: it is held for a moment, and never across an await.
    room: Mutex<Room>,
    newest: watch::Sender<Cursor>,
    /// Tells [`keep`](Hub::keep) that something is due sooner than it was.
    sooner: Notify,
    /// Where acts are put in order; `None`: here.
    outbox: Option<Arc<Outbox>>,
}

impl Hub {
    /// A hub around an empty room.
    pub fn new(limits: Limits) -> Self {
        Hub::around(Room::new(limits, now()), None)
    }

    /// A hub whose room is carried across processes: it has begun elsewhere, or has yet
    /// to begin.
    pub fn carried(limits: Limits, outbox: Arc<Outbox>) -> Self {
        let before_all = Moment { date: Millis(0), ..now() };
        Hub::around(Room::new(limits, before_all), Some(outbox))
    }

    fn around(room: Room, outbox: Option<Arc<Outbox>>) -> Self {
        Hub {
            newest: watch::Sender::new(room.newest()),
            room: Mutex::new(room),
            sooner: Notify::new(),
            outbox,
        }
    }

    /// Does something in the room, and wakes the readers if there is news.
    // ANCHOR: act
    pub fn act<T>(&self, act: impl FnOnce(&mut Room, Moment) -> T) -> T {
        let mut room = self.room();
        let due = room.poll_timeout();
        let done = act(&mut room, now());
        let newest = room.newest();
        let is_sooner = room.poll_timeout().is_some_and(|new| due.is_none_or(|due| new < due));
        drop(room);
        // Somebody who acted later may be here sooner: the number only grows.
        self.newest.send_if_modified(|known| {
            let is_news = *known < newest;
            *known = newest.max(*known);
            is_news
        });
        if is_sooner {
            self.sooner.notify_one();
        }
        done
    }
    // ANCHOR_END: act

    /// Somebody comes in; the second is how they show later that it is they.
    ///
    /// # Errors
    /// As [`Room::join`].
    pub async fn join(&self, name: &str) -> Result<(Joined, Token), Refusal> {
        let token = Token(rand::random());
        let joined = self.perform(&Act::Join { name: name.into(), token }).await?;
        Ok((joined.expect("who comes in is somebody"), token))
    }

    /// Does what a member wants; what they are told alone comes back.
    ///
    /// # Errors
    /// What they want is not done.
    pub async fn fulfil(&self, id: MemberId, wish: &Wish) -> Result<Option<Reply>, Refusal> {
        let renamed = self.perform(&Act::Wish { id, wish: Cow::Borrowed(wish) }).await?;
        Ok(renamed
            .filter(|joined| joined.was_taken)
            .map(|Joined { id, name, .. }| Reply::RejectUsername { id, name }))
    }

    /// Somebody goes.
    ///
    /// # Errors
    /// They are still here.
    pub async fn leave(&self, id: MemberId) -> Result<(), Refusal> {
        self.perform(&Act::Leave { id }).await.map(|_| ())
    }

    /// Does something in the room. Whoever calls this waits until it is done: here,
    /// that is at once; where the room is carried across processes, all do it.
    async fn perform(&self, act: &Act<'_>) -> Result<Option<Joined>, Refusal> {
        match &self.outbox {
            None => self.act(|room, now| act.perform(room, now)),
            Some(outbox) => outbox.post(act).await,
        }
    }

    /// A line to a member, as long as it is held.
    pub fn line(&self, id: MemberId) -> Line<'_> {
        match &self.outbox {
            None => self.act(|room, _| room.connect(id)),
            Some(outbox) => outbox.open(id),
        }
        Line { hub: self, id }
    }

    /// A line to who has this token.
    ///
    /// # Errors
    /// Nobody here has it, or nobody can be asked.
    pub async fn line_of(&self, token: Token) -> Result<Line<'_>, Refusal> {
        let bearer = || self.read(|room| room.bearer(token)).map(|id| self.line(id));
        if let Some(line) = bearer() {
            return Ok(line);
        }
        if let Some(outbox) = &self.outbox {
            // They may have come in elsewhere, just now.
            outbox.catch_up().await?;
        }
        bearer().ok_or(Refusal::NotHere)
    }

    /// Somebody who reads from their cursor; from where nothing is forgotten, if they
    /// have none.
    ///
    /// # Errors
    /// They are not here.
    pub async fn reader(&self, id: MemberId, since: Option<Cursor>) -> Result<Reader, Refusal> {
        let is_told = match &self.outbox {
            None => false,
            Some(outbox) => {
                if since.is_some_and(|cursor| cursor > self.read(Room::newest)) {
                    // They may have read more elsewhere. If not, they are told what is lost.
                    _ = outbox.catch_up().await;
                }
                outbox.is_told(id)
            }
        };
        let beginning = self.read(|room| room.beginning(id))?;
        Ok(Reader { id, cursor: since.unwrap_or(beginning), is_told })
    }

    /// Takes what a reader has not read, about `most` bytes of it. Moves the cursor.
    ///
    /// # Errors
    /// They are here no more.
    // ANCHOR: take
    pub fn take(
        &self,
        reader: &mut Reader,
        most: usize,
        entries: &mut Vec<Arc<Entry>>,
    ) -> Result<Taken, Refusal> {
        let room = self.room();
        let since = room.since(reader.cursor, reader.id)?;
        let mut bytes = 0;
        for entry in since.entries {
            if bytes >= most {
                return Ok(Taken { lost: since.lost, whole: false });
            }
            bytes += entry.message.weight();
            reader.cursor = entry.cursor;
            entries.push(Arc::clone(entry));
        }
        // What was not for this reader is read, too.
        reader.cursor = room.newest();
        if let Some(outbox) = &self.outbox {
            let notice = outbox.notice(reader.id, &mut reader.is_told);
            let entry = |message| Arc::new(Entry::new(reader.cursor, now().date, message));
            entries.extend(notice.map(entry));
        }
        Ok(Taken { lost: since.lost, whole: true })
    }
    // ANCHOR_END: take

    /// Lets a reader go on at the end of the log; of all before, they are told only
    /// who is here.
    pub fn skip(&self, reader: &mut Reader, entries: &mut Vec<Arc<Entry>>) {
        let room = self.room();
        reader.cursor = room.newest();
        entries.clear();
        entries.extend(room.userlist().cloned());
    }

    /// Where the log ends, and word of it when it grows.
    pub fn news(&self) -> watch::Receiver<Cursor> {
        self.newest.subscribe()
    }

    /// Whether nobody is here.
    pub fn is_empty(&self) -> bool {
        self.room().users().next().is_none()
    }

    /// Does what is due, when it is due: sees off who is away for too long, tells who
    /// is here. It never ends.
    pub async fn keep(&self) {
        loop {
            let due = self.room().poll_timeout().map(Instant::from_std);
            tokio::select! {
                () = at(due) => self.act(Room::handle_timeout),
                () = self.sooner.notified() => {}
            }
        }
    }

    /// Looks at the room.
    pub fn read<T>(&self, look: impl FnOnce(&Room) -> T) -> T {
        look(&self.room())
    }

    /// Wakes the readers, though the log has not grown.
    #[cfg(feature = "redis")]
    pub(crate) fn wake(&self) {
        self.newest.send_modify(|_| ());
    }

    /// The room is another one from now on.
    #[cfg(feature = "redis")]
    pub(crate) fn replace(&self, new: Room) {
        let newest = new.newest();
        *self.room() = new;
        self.newest.send_replace(newest);
    }

    fn room(&self) -> MutexGuard<'_, Room> {
        // The room is whole between two calls, whoever panicked beside it.
        self.room.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) async fn at(due: Option<Instant>) {
    match due {
        Some(due) => sleep_until(due).await,
        None => std::future::pending().await,
    }
}

/// Now, on the clocks of this machine.
pub(crate) fn now() -> Moment {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let date = Millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX));
    Moment { instant: Instant::now().into_std(), date }
}

/// A line to a member: whoever has one is here.
#[derive(Debug)]
pub struct Line<'h> {
    hub: &'h Hub,
    /// Whose it is.
    pub id: MemberId,
}

impl Drop for Line<'_> {
    fn drop(&mut self) {
        match &self.hub.outbox {
            None => self.hub.act(|room, now| room.disconnect(self.id, now)),
            Some(outbox) => outbox.close(self.id),
        }
    }
}

/// Somebody who reads, and how far they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reader {
    /// Who.
    pub id: MemberId,
    /// The last entry they have read.
    pub cursor: Cursor,
    /// Whether they know that other machines cannot be reached.
    is_told: bool,
}

/// What became of a [`Hub::take`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// Whether something was forgotten that the reader has not read.
    pub lost: bool,
    /// Whether everything was taken.
    pub whole: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Message;
    use std::time::Duration;

    const OPEN: Limits = Limits {
        history: 100_000,
        history_bytes: usize::MAX,
        members: 1_000,
        name: 32,
        text: 100,
        flood: None,
        absence: Duration::from_secs(30),
        presence: Duration::from_millis(100),
    };

    /// How long a test waits for what must come: far longer than it takes.
    const PATIENCE: Duration = Duration::from_secs(60);

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn no_reader_misses_the_last_word() {
        const EACH: usize = 300;
        let hub = Arc::new(Hub::new(OPEN));
        let reading: Vec<_> = (0..8)
            .map(|_| {
                let (hub, mut news) = (Arc::clone(&hub), hub.news());
                tokio::spawn(async move {
                    let (joined, _) = hub.join("Reader").await.unwrap();
                    let mut reader = hub.reader(joined.id, None).await.unwrap();
                    let mut entries = Vec::new();
                    let mut said = 0;
                    while said < 4 * EACH {
                        news.changed().await.unwrap();
                        hub.take(&mut reader, usize::MAX, &mut entries).unwrap();
                        let is_said =
                            |entry: Arc<Entry>| matches!(entry.message, Message::Said { .. });
                        said +=
                            entries.drain(..).filter(|entry| is_said(Arc::clone(entry))).count();
                    }
                })
            })
            .collect();
        for name in ["Ada", "Bob", "Cem", "Dan"] {
            let hub = Arc::clone(&hub);
            tokio::spawn(async move {
                let (joined, _) = hub.join(name).await.unwrap();
                for _ in 0..EACH {
                    hub.act(|room, now| room.say(joined.id, "word", now)).unwrap();
                    tokio::task::yield_now().await;
                }
            });
        }
        for reader in reading {
            tokio::time::timeout(PATIENCE, reader).await.expect("it was woken").unwrap();
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_is_away_for_too_long_is_seen_off_and_their_token_is_void() {
        let hub = Hub::new(OPEN);
        let (_, token) = hub.join("Ada").await.unwrap();
        let line = hub.line_of(token).await.unwrap();
        tokio::select! {
            () = hub.keep() => {}
            () = async {
                sleep_until(Instant::now() + OPEN.absence * 2).await;
                assert!(!hub.is_empty(), "there is a line to her");
                drop(line);
                sleep_until(Instant::now() + OPEN.absence / 2).await;
                assert!(hub.line_of(token).await.is_ok(), "she has some time to come back");
                sleep_until(Instant::now() + OPEN.absence * 2).await;
                assert!(hub.is_empty());
                assert!(hub.line_of(token).await.is_err());
            } => {}
        }
    }

    #[tokio::test(start_paused = true)]
    async fn five_hundred_who_come_at_once_are_told_of_in_a_few_lists() {
        let hub = Hub::new(OPEN);
        let (joined, _) = hub.join("Reader").await.unwrap();
        let _line = hub.line(joined.id);
        let mut reader = hub.reader(joined.id, None).await.unwrap();
        let coming = async {
            for number in 0..500 {
                hub.join(&format!("Guest {number}")).await.unwrap();
                sleep_until(Instant::now() + Duration::from_millis(2)).await;
            }
            sleep_until(Instant::now() + Duration::from_secs(2)).await;
        };
        let mut lists = Vec::new();
        let reading = async {
            let mut entries = Vec::new();
            let mut news = hub.news();
            loop {
                news.changed().await.unwrap();
                hub.take(&mut reader, usize::MAX, &mut entries).unwrap();
                lists.extend(entries.drain(..).map(|entry| entry.json()));
            }
        };
        tokio::select! {
            () = hub.keep() => {}
            () = reading => {}
            () = coming => {}
        }
        let bytes: usize = lists.iter().map(String::len).sum();
        assert!(lists.last().unwrap().contains("Guest 499"), "the last list is whole");
        assert!(lists.len() < 15, "{} lists", lists.len());
        assert!(bytes < 40_000, "{bytes} bytes to each, and not 1.4 million");
    }

    #[tokio::test]
    async fn takes_no_more_at_once_than_a_batch_and_goes_on_where_it_stopped() {
        let hub = Hub::new(OPEN);
        let (joined, _) = hub.join("Ada").await.unwrap();
        let mut reader = hub.reader(joined.id, None).await.unwrap();
        for number in 0..100 {
            hub.act(|room, now| room.say(joined.id, &*number.to_string(), now)).unwrap();
        }
        let (mut entries, mut takes) = (Vec::new(), 1);
        while !hub.take(&mut reader, 1_000, &mut entries).unwrap().whole {
            takes += 1;
        }
        assert!(takes > 5, "{takes}");
        let cursors: Vec<Cursor> = entries.iter().map(|entry| entry.cursor).collect();
        assert!(cursors.is_sorted() && cursors.len() == 101, "{cursors:?}");
    }
}
