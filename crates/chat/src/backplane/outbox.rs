//! What this process has posted and not read yet, and who waits for it.
//!
//! ```text
//! door ── post(act) ──► waiting: 4, 5, 6 ──► the stream ──► 4, 5 are read, and done
//!   ▲                                                            │
//!   └──────────── what the room says to it ◄── answer(4, …) ─────┘
//! ```
//!
//! The numbers make it safe to post everything again that was not read when a
//! connection ended: nobody knows whether it arrived, and it is done once.

use super::{Deed, Post, Process};
use crate::{
    act::Act,
    message::Message,
    room::{Joined, MemberId, Refusal},
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{Notify, oneshot, watch},
    time::{Instant, timeout},
};

/// What this process has posted and not read yet, and what it must tell the others.
#[derive(Debug)]
pub struct Outbox {
    me: Process,
    state: watch::Sender<State>,
    /// How far the stream was read.
    read: watch::Sender<u64>,
    waiting: Mutex<Waiting>,
    work: Notify,
    lines: Mutex<Lines>,
    opened: Notify,
    /// Those who were told of the end, and not of the return.
    told: Mutex<HashSet<MemberId>>,
    /// Those who speak too fast, and until when they do. So a flood ends here.
    hushed: Mutex<HashMap<MemberId, Instant>>,
}

/// Whether the others can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nobody knows yet.
    Starting,
    /// They can.
    Joined,
    /// They cannot.
    CutOff,
}

#[derive(Debug, Default)]
struct Waiting {
    youngest: u64,
    posts: BTreeMap<u64, Posted>,
    /// Those who want to know where the stream ends.
    asking: Vec<oneshot::Sender<u64>>,
}

#[derive(Debug)]
struct Posted {
    json: Arc<str>,
    was_sent: bool,
    answer: Option<oneshot::Sender<Answer>>,
}

type Answer = Result<Option<Joined>, Refusal>;

/// What the writer has to send.
#[derive(Debug, Default)]
pub struct Batch {
    /// The number of its last post.
    pub last: u64,
    /// The posts, as JSON.
    pub posts: Vec<Arc<str>>,
    /// Those who want to know where the stream ends.
    pub asking: Vec<oneshot::Sender<u64>>,
}

/// How long somebody waits for an answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// How many posts wait at most.
const MOST: usize = 10_000;

/// How many are sent at once.
const BATCH: usize = 256;

impl Outbox {
    /// The outbox of a process whose number nobody else has.
    pub fn new(me: Process) -> Self {
        Outbox {
            me,
            state: watch::Sender::new(State::Starting),
            read: watch::Sender::new(0),
            waiting: Mutex::default(),
            work: Notify::new(),
            lines: Mutex::default(),
            opened: Notify::new(),
            told: Mutex::default(),
            hushed: Mutex::default(),
        }
    }

    /// Whose it is.
    pub fn process(&self) -> Process {
        self.me
    }

    // For the doors

    /// Has this done everywhere, and waits until it is done here.
    ///
    /// # Errors
    /// The room does not want it, or the others cannot be reached.
    pub async fn post(&self, act: &Act<'_>) -> Answer {
        self.joined().await?;
        if let Act::Wish { id, .. } = act {
            self.hear(*id)?;
        }
        let (answer, answered) = oneshot::channel();
        let number = self.put(Deed::Act(act.clone()), Some(answer)).ok_or(Refusal::CutOff)?;
        if let Ok(Ok(done)) = timeout(PATIENCE, answered).await {
            if let (Act::Wish { id, .. }, Err(Refusal::TooFast { wait })) = (act, &done) {
                self.hush(*id, Duration::from_millis(*wait));
            }
            return done;
        }
        match lock(&self.waiting).posts.remove(&number) {
            Some(Posted { was_sent: false, .. }) => Err(Refusal::CutOff),
            Some(_) | None => Err(Refusal::Unsure),
        }
    }

    /// Waits until everything is done here that was posted before, by anybody.
    ///
    /// # Errors
    /// The others cannot be reached.
    pub async fn catch_up(&self) -> Result<(), Refusal> {
        self.joined().await?;
        let (answer, answered) = oneshot::channel();
        lock(&self.waiting).asking.push(answer);
        self.work.notify_one();
        let mut read = self.read.subscribe();
        let caught_up = async {
            let end = answered.await.ok()?;
            read.wait_for(|place| *place >= end).await.ok().map(|_| ())
        };
        timeout(PATIENCE, caught_up).await.ok().flatten().ok_or(Refusal::CutOff)
    }

    fn hear(&self, id: MemberId) -> Result<(), Refusal> {
        let hushed = lock(&self.hushed);
        let Some(until) = hushed.get(&id) else { return Ok(()) };
        match until.saturating_duration_since(Instant::now()).as_millis() {
            0 => Ok(()),
            wait => Err(Refusal::TooFast { wait: u64::try_from(wait).unwrap_or(u64::MAX) }),
        }
    }

    fn hush(&self, id: MemberId, wait: Duration) {
        let now = Instant::now();
        let mut hushed = lock(&self.hushed);
        hushed.retain(|_, until| *until > now);
        hushed.insert(id, now + wait);
    }

    async fn joined(&self) -> Result<(), Refusal> {
        let mut state = self.state.subscribe();
        let known = state.wait_for(|state| *state != State::Starting);
        match timeout(PATIENCE, known).await {
            Ok(Ok(state)) if *state == State::Joined => Ok(()),
            _ => Err(Refusal::CutOff),
        }
    }

    /// What a reader must be told of the others, if they do not know it yet.
    pub fn notice(&self, reader: MemberId, is_told: &mut bool) -> Option<Message> {
        let is_cut_off = *self.state.borrow() == State::CutOff;
        if *is_told == is_cut_off {
            return None;
        }
        *is_told = is_cut_off;
        if is_cut_off {
            lock(&self.told).insert(reader);
            return Some(Message::CutOff);
        }
        lock(&self.told).remove(&reader);
        Some(Message::Rejoined)
    }

    /// Whether somebody was told that the others cannot be reached.
    pub fn is_told(&self, reader: MemberId) -> bool {
        lock(&self.told).contains(&reader)
    }

    /// Somebody has a line to this process.
    pub fn open(&self, id: MemberId) {
        lock(&self.lines).open(id);
        self.opened.notify_one();
    }

    /// One of their lines is gone.
    pub fn close(&self, id: MemberId) {
        lock(&self.lines).close(id, Instant::now());
    }

    // For who carries the posts

    /// Posts something that nobody waits for. `None`: too much waits already.
    pub fn put(&self, deed: Deed<'_>, answer: Option<oneshot::Sender<Answer>>) -> Option<u64> {
        let mut waiting = lock(&self.waiting);
        if waiting.posts.len() >= MOST {
            return None;
        }
        waiting.youngest += 1;
        let number = waiting.youngest;
        let post = Post { by: self.me, number, deed };
        let json = serde_json::to_string(&post).expect("texts and numbers are JSON").into();
        waiting.posts.insert(number, Posted { json, was_sent: false, answer });
        drop(waiting);
        self.work.notify_one();
        Some(number)
    }

    /// What has to be sent after this number. Waits until there is something.
    pub async fn batch(&self, after: u64) -> Batch {
        loop {
            let batch = self.take_batch(after);
            if !batch.posts.is_empty() || !batch.asking.is_empty() {
                return batch;
            }
            self.work.notified().await;
        }
    }

    fn take_batch(&self, after: u64) -> Batch {
        let mut waiting = lock(&self.waiting);
        let mut batch =
            Batch { last: after, posts: Vec::new(), asking: mem::take(&mut waiting.asking) };
        for (number, posted) in waiting.posts.range_mut(after + 1..).take(BATCH) {
            posted.was_sent = true;
            batch.last = *number;
            batch.posts.push(Arc::clone(&posted.json));
        }
        batch
    }

    /// A post of ours was read, and this is what the room says to it.
    pub fn answer(&self, number: u64, done: Answer) {
        let posted = lock(&self.waiting).posts.remove(&number);
        if let Some(answer) = posted.and_then(|posted| posted.answer) {
            // Who asked may have gone.
            _ = answer.send(done);
        }
    }

    /// All up to this number was done, and nobody knows with which answer.
    pub fn settle(&self, number: u64) {
        let mut waiting = lock(&self.waiting);
        waiting.posts = waiting.posts.split_off(&(number + 1));
    }

    /// The number of the last post.
    pub fn youngest(&self) -> u64 {
        lock(&self.waiting).youngest
    }

    /// The stream was read up to here.
    pub fn has_read(&self, place: u64) {
        self.read.send_replace(place);
    }

    /// How far the stream was read, and word of it when it is read further.
    pub fn watch_reading(&self) -> watch::Receiver<u64> {
        self.read.subscribe()
    }

    /// The others can be reached, or they cannot. Whether that is news.
    pub fn becomes(&self, state: State) -> bool {
        if state == State::CutOff {
            let mut waiting = lock(&self.waiting);
            waiting.asking.clear();
            // Nobody waits for the answer any more, and it may never have been sent.
            waiting.posts.retain(|_, posted| {
                posted.answer.as_ref().is_some_and(|answer| !answer.is_closed())
            });
        }
        self.state.send_replace(state) != state
    }

    /// Waits until somebody has come; who they are.
    pub async fn opened(&self) -> Vec<MemberId> {
        self.opened.notified().await;
        mem::take(&mut lock(&self.lines).opened)
    }

    /// All who have a line, or had one until a moment ago.
    pub fn lines(&self, linger: Duration) -> BTreeSet<MemberId> {
        lock(&self.lines).all(Instant::now(), linger)
    }
}

/// The lines to this process.
#[derive(Debug, Default)]
struct Lines {
    open: HashMap<MemberId, u32>,
    closed: HashMap<MemberId, Instant>,
    /// Those who have come since this was asked last.
    opened: Vec<MemberId>,
}

impl Lines {
    fn open(&mut self, id: MemberId) {
        *self.open.entry(id).or_default() += 1;
        if self.closed.remove(&id).is_none() {
            self.opened.push(id);
        }
    }

    fn close(&mut self, id: MemberId, now: Instant) {
        let Some(lines) = self.open.get_mut(&id) else { return };
        *lines -= 1;
        if *lines == 0 {
            self.open.remove(&id);
            self.closed.insert(id, now);
        }
    }

    fn all(&mut self, now: Instant, linger: Duration) -> BTreeSet<MemberId> {
        self.closed.retain(|_, since| *since + linger > now);
        self.open.keys().chain(self.closed.keys()).copied().collect()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Each is whole between two calls, and held for a moment.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Wish;
    use std::borrow::Cow;

    const ADA: MemberId = MemberId(1);

    fn typing() -> Act<'static> {
        Act::Wish { id: ADA, wish: Cow::Owned(Wish::Typing) }
    }

    /// Posts it, and gives that answer.
    async fn post(outbox: &Outbox, answer: Answer) -> Answer {
        let act = typing();
        let answering = async {
            let batch = outbox.batch(0).await;
            outbox.answer(batch.last, answer);
        };
        tokio::join!(outbox.post(&act), answering).0
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_not_read_is_sent_again_under_its_number() {
        let outbox = Outbox::new(Process(7));
        outbox.becomes(State::Joined);
        let act = typing();
        let sending = async {
            let first = outbox.batch(0).await;
            outbox.becomes(State::CutOff);
            outbox.becomes(State::Joined);
            let again = outbox.batch(0).await;
            assert_eq!((first.last, &first.posts), (again.last, &again.posts));
            assert!(again.posts[0].starts_with(r#"{"by":7,"number":1,"#), "{again:?}");
            outbox.answer(again.last, Ok(None));
        };
        assert_eq!(tokio::join!(outbox.post(&act), sending).0, Ok(None));
        outbox.put(Deed::Pass {}, None);
        assert_eq!(outbox.batch(0).await.last, 2, "what was answered is sent no more");
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_in_vain_is_told_whether_it_may_have_been_heard() {
        let outbox = Outbox::new(Process(7));
        assert_eq!(outbox.post(&typing()).await, Err(Refusal::CutOff), "nobody knows Redis yet");
        outbox.becomes(State::Joined);
        assert_eq!(outbox.post(&typing()).await, Err(Refusal::CutOff), "it was never sent");
        let act = typing();
        let (answer, batch) = tokio::join!(outbox.post(&act), outbox.batch(0));
        assert_eq!((answer, batch.posts.len()), (Err(Refusal::Unsure), 1));
        assert!(outbox.take_batch(0).posts.is_empty(), "it is not sent again");
    }

    #[tokio::test(start_paused = true)]
    async fn who_speaks_too_fast_is_refused_before_it_is_posted() {
        let outbox = Outbox::new(Process(7));
        outbox.becomes(State::Joined);
        let too_fast = Err(Refusal::TooFast { wait: 100 });
        assert_eq!(post(&outbox, too_fast.clone()).await, too_fast);
        assert_eq!(outbox.post(&typing()).await, too_fast);
        assert_eq!(outbox.youngest(), 1);
        tokio::time::advance(Duration::from_millis(100)).await;
        assert_eq!(post(&outbox, Ok(None)).await, Ok(None));
    }

    #[test]
    fn a_reader_is_told_once_of_the_end_and_once_of_the_return() {
        let outbox = Outbox::new(Process(7));
        let mut is_told = outbox.is_told(ADA);
        let notices = [State::Joined, State::CutOff, State::CutOff, State::Joined, State::Joined]
            .map(|state| {
                outbox.becomes(state);
                // Who polls is another reader each time.
                assert_eq!(outbox.is_told(ADA), is_told);
                outbox.notice(ADA, &mut is_told)
            });
        let expected = [None, Some(Message::CutOff), None, Some(Message::Rejoined), None];
        assert_eq!(notices, expected);
    }
}
