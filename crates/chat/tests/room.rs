//! The laws of a room, for any coming, going, speaking and reading.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use chat::{
    message::Message,
    room::{Cursor, Limits, MemberId, Millis, Moment, Name, Refusal, Room, Speech, Token},
};
use proptest::prelude::*;
use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn everybody_reads_what_is_for_them_once_and_in_one_order(steps in steps()) {
        let mut world = World::new();
        for step in steps {
            world.take(step);
            world.check();
        }
        world.read_all();
    }
}

/// Something that happens. Members are chosen among all there ever were.
#[derive(Debug, Clone, Copy)]
enum Step {
    Join(&'static str),
    Rename(usize, &'static str),
    Leave(usize),
    Connect(usize),
    Disconnect(usize),
    Say(usize),
    Whisper(usize, usize),
    /// With one of three keys.
    Repeat(usize, usize),
    Type(usize),
    Read(usize),
    Wait(u64),
    /// To another machine.
    Move,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let name = || prop::sample::select(vec!["Ada", "ada", "김철수", "A\u{200b}da", "Ada-2", "Bob"]);
    let who = || 0..12_usize;
    let step = prop_oneof![
        2 => name().prop_map(Step::Join),
        1 => (who(), name()).prop_map(|(who, name)| Step::Rename(who, name)),
        1 => who().prop_map(Step::Leave),
        2 => who().prop_map(Step::Connect),
        1 => who().prop_map(Step::Disconnect),
        4 => who().prop_map(Step::Say),
        2 => (who(), who()).prop_map(|(who, to)| Step::Whisper(who, to)),
        2 => (who(), 0..3_usize).prop_map(|(who, key)| Step::Repeat(who, key)),
        1 => who().prop_map(Step::Type),
        4 => who().prop_map(Step::Read),
        2 => (0..400_u64).prop_map(Step::Wait),
        1 => Just(Step::Move),
    ];
    prop::collection::vec(step, 1..120)
}

/// Small enough that everything is forgotten, full and over now and then.
const LIMITS: Limits = Limits {
    history: 5,
    history_bytes: usize::MAX,
    members: 6,
    name: 8,
    text: 100,
    flood: None,
    absence: Duration::from_millis(500),
    presence: Duration::from_millis(100),
};

/// A room, and all that there is to know about it.
struct World {
    room: Room,
    born: Instant,
    now: Moment,
    members: Vec<Person>,
    said: Vec<Word>,
}

/// Somebody who is or was here.
struct Person {
    id: MemberId,
    token: Token,
    here: bool,
    lines: usize,
    away: Instant,
    cursor: Cursor,
}

/// Something that was said.
struct Word {
    cursor: Cursor,
    /// Who may read it; nobody named: all.
    only: Option<[MemberId; 2]>,
    text: String,
    key: Option<(MemberId, usize)>,
}

impl World {
    fn new() -> World {
        let now = Moment { instant: Instant::now(), date: Millis(1_795_344_000_000) };
        let room = Room::new(LIMITS, now);
        World { room, born: now.instant, now, members: Vec::new(), said: Vec::new() }
    }

    fn take(&mut self, step: Step) {
        let now = self.now;
        match step {
            Step::Join(name) => self.join(name),
            Step::Wait(millis) => self.wait(Duration::from_millis(millis)),
            Step::Move => self.write_down_and_read(),
            _ if self.members.is_empty() => {}
            Step::Rename(who, name) => {
                let Person { id, here, .. } = *self.person(who);
                let renamed = self.room.rename(id, name, now);
                assert_eq!(renamed.is_ok(), here, "{renamed:?}");
            }
            Step::Leave(who) => {
                let person = self.person(who);
                person.here = false;
                let id = person.id;
                self.room.leave(id, now);
            }
            Step::Connect(who) => {
                let person = self.person(who);
                person.lines += 1;
                let id = person.id;
                self.room.connect(id);
            }
            Step::Disconnect(who) => {
                let person = self.person(who);
                if person.lines == 1 {
                    person.away = now.instant;
                }
                person.lines = person.lines.saturating_sub(1);
                let id = person.id;
                self.room.disconnect(id, now);
            }
            Step::Say(who) => self.say(who, None, None),
            Step::Whisper(who, to) => self.say(who, Some(to), None),
            Step::Repeat(who, key) => self.say(who, None, Some(key)),
            Step::Type(who) => {
                let Person { id, here, .. } = *self.person(who);
                assert_eq!(self.room.type_on(id, now).is_ok(), here);
            }
            Step::Read(who) => self.read(who),
        }
    }

    fn join(&mut self, name: &str) {
        let token = Token(self.members.len() as u128);
        let joined = self.room.join(name, token, self.now);
        if self.members.iter().filter(|person| person.here).count() == LIMITS.members {
            assert_eq!(joined.unwrap_err(), Refusal::Full);
            return;
        }
        let joined = joined.unwrap();
        assert_eq!(joined.was_taken, &*joined.name != name);
        let person = Person {
            id: joined.id,
            token,
            here: true,
            lines: 0,
            away: self.now.instant,
            cursor: self.room.beginning(joined.id).unwrap(),
        };
        self.members.push(person);
    }

    fn say(&mut self, who: usize, to: Option<usize>, key: Option<usize>) {
        let Person { id, here, .. } = *self.person(who);
        let text = format!("word {}", self.said.len());
        let key_text = key.map(|key| format!("key-{key}"));
        let other = to.map(|to| self.person(to).id);
        let name = other.map(|other| self.room.name(other).unwrap_or_else(|_| "Nobody".into()));
        let speech = Speech { text: &text, to: name.as_deref(), key: key_text.as_deref() };
        let said = self.room.say(id, speech, self.now);
        if !here {
            assert_eq!(said, Err(Refusal::NotHere));
            return;
        }
        let Ok(cursor) = said else {
            assert!(other.is_some_and(|other| !self.is_here(other)), "{said:?}");
            return;
        };
        let key = key.map(|key| (id, key));
        let before = self.held().iter().find(|word| key.is_some() && word.key == key);
        if let Some(before) = before {
            assert_eq!(before.cursor, cursor, "it is not said twice");
            return;
        }
        assert!(self.said.last().is_none_or(|last| last.cursor < cursor), "there is one order");
        self.said.push(Word { cursor, only: other.map(|other| [id, other]), text, key });
    }

    /// Time passes, and the room is told whenever it wants to be.
    fn wait(&mut self, time: Duration) {
        let until = self.now.instant + time;
        while let Some(due) = self.room.poll_timeout().filter(|due| *due <= until) {
            self.advance(due.max(self.now.instant));
            let now = self.now;
            self.room.handle_timeout(now);
            assert!(self.room.poll_timeout().is_none_or(|next| next > now.instant), "it is done");
        }
        self.advance(until);
        let gone =
            |person: &Person| person.lines == 0 && person.away + LIMITS.absence <= self.now.instant;
        for person in self.members.iter_mut().filter(|person| gone(person)) {
            person.here = false;
        }
    }

    /// Nobody notices.
    fn write_down_and_read(&mut self) {
        let due = self.room.poll_timeout();
        let written = serde_json::to_string(&self.room.snapshot(self.born)).unwrap();
        let snapshot = serde_json::from_str(&written).unwrap();
        self.room = Room::restore(snapshot, self.born);
        assert_eq!(self.room.poll_timeout(), due);
        let again = serde_json::to_string(&self.room.snapshot(self.born)).unwrap();
        assert_eq!(again, written);
    }

    fn advance(&mut self, to: Instant) {
        let passed = to.duration_since(self.now.instant).as_millis();
        self.now.date.0 += u64::try_from(passed).unwrap();
        self.now.instant = to;
    }

    fn read(&mut self, who: usize) {
        let Person { id, cursor, here, .. } = *self.person(who);
        if !here {
            assert_eq!(self.room.since(cursor, id).err(), Some(Refusal::NotHere));
            return;
        }
        let (entries, lost) = {
            let since = self.room.since(cursor, id).unwrap();
            (since.entries.cloned().collect::<Vec<_>>(), since.lost)
        };

        let cursors: Vec<Cursor> = entries.iter().map(|entry| entry.cursor).collect();
        assert!(cursors.windows(2).all(|two| two[0] < two[1]), "one order, each once: {cursors:?}");
        assert!(cursors.first().is_none_or(|first| *first > cursor), "nothing is read again");

        let is_news =
            |word: &&Word| word.cursor > cursor && word.only.is_none_or(|only| only.contains(&id));
        let expected: Vec<(Cursor, &str)> =
            self.held().iter().filter(is_news).map(|word| (word.cursor, &*word.text)).collect();
        let heard: Vec<(Cursor, &str)> = entries
            .iter()
            .filter_map(|entry| match &entry.message {
                Message::Said { text, .. } => Some((entry.cursor, &**text)),
                _ => None,
            })
            .collect();
        assert_eq!(heard, expected);
        let forgotten = &self.said[..self.said.len() - self.held().len()];
        assert_eq!(lost, forgotten.iter().any(|word| is_news(&word)), "whether something is lost");
        let newest = self.room.newest();
        self.person(who).cursor = newest;
    }

    /// What must hold after every step.
    fn check(&self) {
        let names: Vec<Name> =
            self.room.users().map(|name| Name::decode(name, LIMITS.name).unwrap()).collect();
        assert_eq!(names.iter().collect::<HashSet<_>>().len(), names.len(), "names are unique");
        let here = self.members.iter().filter(|person| person.here);
        let here: Vec<_> = here.map(|person| self.room.name(person.id).unwrap()).collect();
        assert_eq!(self.room.users().cloned().collect::<Vec<_>>(), here);
        for person in &self.members {
            let id = self.room.bearer(person.token);
            assert_eq!(id, person.here.then_some(person.id), "a token is as good as its member");
        }
        // The history, a list, and of each member their typing and their new name.
        let most = LIMITS.history + 1 + 2 * LIMITS.members;
        for person in self.members.iter().filter(|person| person.here) {
            let since = self.room.since(Cursor(0), person.id).unwrap();
            assert!(since.entries.count() <= most);
        }
    }

    /// In the end, when nobody else can be seen off, all know who is here.
    fn read_all(&mut self) {
        self.wait(LIMITS.absence + LIMITS.presence);
        for who in 0..self.members.len() {
            self.read(who);
        }
        let told = self.room.userlist().map(|entry| match &entry.message {
            Message::Userlist { users } => users.to_vec(),
            other => panic!("{other:?}"),
        });
        let here: Vec<_> = self.room.users().cloned().collect();
        assert_eq!(told.unwrap_or_default(), here);
    }

    fn held(&self) -> &[Word] {
        &self.said[self.said.len().saturating_sub(LIMITS.history)..]
    }

    fn person(&mut self, who: usize) -> &mut Person {
        let len = self.members.len();
        &mut self.members[who % len]
    }

    fn is_here(&self, id: MemberId) -> bool {
        self.members.iter().any(|person| person.id == id && person.here)
    }
}

fn room(limits: Limits) -> (Room, Moment) {
    let now = Moment { instant: Instant::now(), date: Millis(1_795_344_000_000) };
    (Room::new(limits, now), now)
}

#[test]
fn a_cursor_of_an_earlier_life_is_told_that_something_is_lost() {
    let (mut before, now) = room(Limits::default());
    let ada = before.join("Ada", Token(1), now).unwrap().id;
    for _ in 0..10 {
        before.say(ada, "word", now).unwrap();
    }
    let cursor = before.newest();
    let later = Moment { date: Millis(now.date.0 + 1), ..now };
    let mut after = Room::new(LIMITS, later);
    let ada = after.join("Ada", Token(1), later).unwrap().id;
    after.say(ada, "again", later).unwrap();
    for stale in [cursor, Cursor(0), Cursor(u64::MAX)] {
        let since = after.since(stale, ada).unwrap();
        assert!(since.lost, "{stale:?}");
        assert_eq!(since.entries.count(), 2, "who is here, and a word");
    }
    assert!(!after.since(after.beginning(ada).unwrap(), ada).unwrap().lost);
}

#[test]
fn the_history_is_bounded_in_bytes_too_and_keeps_the_newest() {
    let (mut room, now) = room(Limits { history_bytes: 10_000, flood: None, ..Limits::default() });
    let ada = room.join("Ada", Token(1), now).unwrap().id;
    for _ in 0..100 {
        room.say(ada, &*"x".repeat(1_000), now).unwrap();
    }
    let since = room.since(Cursor(0), ada).unwrap();
    assert!((8..=10).contains(&since.entries.count()));
    let (mut tiny, now) = self::room(Limits { history: 0, history_bytes: 0, ..Limits::default() });
    let ada = tiny.join("Ada", Token(1), now).unwrap().id;
    let cursor = tiny.say(ada, "heard at least once", now).unwrap();
    let since = tiny.since(Cursor(cursor.0 - 1), ada).unwrap();
    assert!(!since.lost);
    assert_eq!(since.entries.count(), 1);
}

#[test]
fn typing_is_told_to_the_others_until_it_is_said_or_passed() {
    let (mut room, now) = room(Limits::default());
    let ada = room.join("Ada", Token(1), now).unwrap().id;
    let bob = room.join("Bob", Token(2), now).unwrap().id;
    let typing = |room: &Room, reader| {
        let entries = room.since(Cursor(0), reader).unwrap().entries;
        entries.filter(|entry| matches!(entry.message, Message::Typing { .. })).count()
    };
    room.type_on(ada, now).unwrap();
    assert_eq!((typing(&room, ada), typing(&room, bob)), (0, 1));
    let newest = room.newest();
    room.type_on(ada, now).unwrap();
    assert_eq!(room.newest(), newest, "that is nothing new");
    room.say(ada, "said", now).unwrap();
    assert_eq!(typing(&room, bob), 0);

    let later = |seconds: u64| Moment {
        instant: now.instant + Duration::from_secs(seconds),
        date: Millis(now.date.0 + 1_000 * seconds),
    };
    room.type_on(ada, later(1)).unwrap();
    assert_eq!(typing(&room, bob), 1);
    room.say(bob, "much later", later(60)).unwrap();
    assert_eq!(typing(&room, bob), 0);
}

#[test]
fn who_speaks_too_fast_is_told_how_long_to_wait() {
    let (mut room, now) = room(Limits::default());
    let ada = room.join("Ada", Token(1), now).unwrap().id;
    for _ in 0..20 {
        room.say(ada, "word", now).unwrap();
    }
    assert_eq!(room.say(ada, "word", now), Err(Refusal::TooFast { wait: 200 }));
    assert_eq!(room.rename(ada, "Eda", now), Err(Refusal::TooFast { wait: 200 }));
    let later = Moment { instant: now.instant + Duration::from_millis(200), ..now };
    assert!(room.say(ada, "word", later).is_ok());
}

#[test]
fn a_new_name_is_told_to_all_and_the_old_one_is_free() {
    let (mut room, now) = room(Limits::default());
    let ada = room.join("Guest", Token(1), now).unwrap().id;
    let bob = room.join("Bob", Token(2), now).unwrap().id;
    let renamed = room.rename(ada, "Ada", now).unwrap();
    assert_eq!((&*renamed.name, renamed.was_taken), ("Ada", false));
    let told =
        room.since(Cursor(0), bob).unwrap().entries.any(
            |entry| matches!(&entry.message, Message::Username { name, .. } if &**name == "Ada"),
        );
    assert!(told);
    assert!(!room.join("guest", Token(3), now).unwrap().was_taken);
    assert_eq!(&*room.rename(bob, "ADA", now).unwrap().name, "ADA-2");
    assert_eq!(&*room.rename(ada, "ADA", now).unwrap().name, "ADA", "it is her own");
}
