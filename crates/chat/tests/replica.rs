//! The law of replicas: the same posts make the same room, wherever they are read.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use chat::{
    act::Act,
    backplane::{Deed, Post, Process, Replica},
    message::Wish,
    room::{Flood, Limits, MemberId, Millis, Moment, Refusal, Room, Token},
};
use proptest::prelude::*;
use std::{
    borrow::Cow,
    time::{Duration, Instant},
};

const LIMITS: Limits = Limits {
    history: 5,
    history_bytes: usize::MAX,
    members: 6,
    name: 8,
    text: 100,
    flood: Some(Flood { burst: 3, every: Duration::from_micros(33_333) }),
    absence: Duration::from_millis(500),
    presence: Duration::from_millis(100),
};
const LEASE: Duration = Duration::from_millis(300);

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn all_who_read_the_same_posts_have_the_same_room(steps in steps()) {
        let (mut here, mut there) = (Machine::new(0), Machine::new(77));
        let mut stream = Vec::new();
        let mut date = 1_795_344_000_000;
        let mut numbers = [0; 3];
        for Step { wait, by, deed, is_twice, moves } in steps {
            // Now and then the clock behind the stream is set back.
            date = date + wait - 20;
            numbers[by] += 1;
            let post = Post { by: Process(by as u64 + 1), number: numbers[by], deed };
            let json = serde_json::to_string(&post).unwrap();
            for _ in 0..=usize::from(is_twice) {
                stream.push((Millis(date), json.clone()));
                let done = here.read(Millis(date), &json);
                prop_assert_eq!(&done, &there.read(Millis(date), &json));
            }
            if moves && here.replica.born().is_some() {
                there = there.moved();
            }
            prop_assert_eq!(here.written(), there.written());
        }
        let mut late = Machine::new(5);
        for (date, json) in &stream {
            late.read(*date, json);
        }
        prop_assert_eq!(late.written(), here.written());
    }
}

#[derive(Debug, Clone)]
struct Step {
    wait: u64,
    by: usize,
    deed: Deed<'static>,
    is_twice: bool,
    /// Somebody who comes new reads what was written down.
    moves: bool,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = (0..200_u64, 0..3_usize, deed(), any::<bool>(), any::<bool>())
        .prop_map(|(wait, by, deed, is_twice, moves)| Step { wait, by, deed, is_twice, moves });
    prop::collection::vec(step, 1..80)
}

fn deed() -> impl Strategy<Value = Deed<'static>> {
    let id = || (1..9_u64).prop_map(MemberId);
    let ids = || prop::collection::vec(id(), 0..4);
    let name = || prop::sample::select(vec!["Ada", "ada", "김철수", "Bob"]);
    let key = prop::option::of(prop::sample::select(vec!["a", "b"]).prop_map(str::to_owned));
    let to = prop::option::weighted(0.3, name().prop_map(str::to_owned));
    let wish = |id, wish| Deed::Act(Act::Wish { id, wish: Cow::Owned(wish) });
    prop_oneof![
        2 => Just(Deed::Begin { limits: LIMITS, lease: LEASE, after: None }),
        3 => (name(), any::<u128>()).prop_map(|(name, token)| {
            Deed::Act(Act::Join { name: name.into(), token: Token(token) })
        }),
        1 => id().prop_map(|id| Deed::Act(Act::Leave { id })),
        4 => (id(), to, key).prop_map(move |(id, to, key)| {
            wish(id, Wish::Message { text: "word".to_owned(), to, key })
        }),
        1 => (id(), name()).prop_map(move |(id, name)| {
            wish(id, Wish::Username { name: name.to_owned() })
        }),
        1 => id().prop_map(move |id| wish(id, Wish::Typing)),
        2 => ids().prop_map(Deed::Hold),
        1 => ids().prop_map(Deed::Release),
        1 => Just(Deed::Pass {}),
    ]
}

/// A machine that reads the stream, with a clock of its own.
struct Machine {
    clock: Instant,
    replica: Replica,
    room: Room,
}

impl Machine {
    fn new(offset: u64) -> Machine {
        let clock = Instant::now() + Duration::from_secs(offset);
        let now = Moment { instant: clock, date: Millis(offset) };
        Machine { clock, replica: Replica::new(clock), room: Room::new(LIMITS, now) }
    }

    fn read(&mut self, date: Millis, json: &str) -> Option<Result<Option<MemberId>, Refusal>> {
        let post: Post<'_> = serde_json::from_str(json).unwrap();
        let done = self.replica.apply(&mut self.room, date, &post)?;
        Some(done.map(|joined| joined.map(|joined| joined.id)))
    }

    fn moved(&self) -> Machine {
        let clock = self.clock + Duration::from_secs(1_000);
        let (replica, room) = Replica::read(&self.written(), clock).unwrap();
        Machine { clock, replica, room }
    }

    fn written(&self) -> String {
        match self.replica.born() {
            Some(_) => self.replica.write(&self.room),
            // What a room was before it began does not count.
            None => String::new(),
        }
    }

    fn post(&mut self, date: u64, by: u64, number: u64, deed: Deed<'_>) {
        let post = Post { by: Process(by), number, deed };
        self.replica.apply(&mut self.room, Millis(date), &post).unwrap().unwrap();
    }
}

fn begun() -> Machine {
    let mut machine = Machine::new(0);
    machine.post(1_000, 9, 1, Deed::Begin { limits: LIMITS, lease: LEASE, after: None });
    let join = |name: &'static str| Deed::Act(Act::Join { name: name.into(), token: Token(7) });
    machine.post(1_000, 1, 1, join("Ada"));
    machine.post(1_000, 1, 2, Deed::Hold(vec![MemberId(1)]));
    machine
}

#[test]
fn who_is_held_stays_as_long_as_the_process_is_heard_and_then_for_a_while() {
    let mut machine = begun();
    for (number, date) in (3..).zip((1_200..5_000).step_by(200)) {
        machine.post(date, 1, number, Deed::Pass {});
    }
    // The process is heard no more. Another one tells the time.
    machine.post(5_000, 2, 1, Deed::Pass {});
    assert_eq!(machine.replica.due(&machine.room), None);
    machine.post(5_400, 2, 2, Deed::Pass {});
    assert_eq!(machine.replica.due(&machine.room), Some(LIMITS.absence));
    assert_eq!(machine.room.users().count(), 1);
    machine.post(5_900, 2, 3, Deed::Pass {});
    assert_eq!(machine.room.users().count(), 0);
}

#[test]
fn who_comes_back_to_another_process_is_still_held() {
    let mut machine = begun();
    machine.post(1_100, 2, 1, Deed::Hold(vec![MemberId(1)]));
    machine.post(1_200, 1, 3, Deed::Release(vec![MemberId(1)]));
    for (number, date) in (2..).zip((1_200..5_000).step_by(200)) {
        machine.post(date, 2, number, Deed::Pass {});
    }
    assert_eq!(machine.room.users().count(), 1);
}

#[test]
fn a_room_begins_anew_only_in_the_place_of_the_one_that_was_meant() {
    let mut machine = begun();
    let begin = |after| Deed::Begin { limits: LIMITS, lease: LEASE, after };
    machine.post(2_000, 8, 1, begin(None));
    machine.post(2_000, 7, 1, begin(Some(Millis(5))));
    assert_eq!(machine.replica.born(), Some(Millis(1_000)));
    machine.post(2_000, 6, 1, begin(Some(Millis(1_000))));
    machine.post(2_001, 5, 1, begin(Some(Millis(1_000))));
    assert_eq!(machine.replica.born(), Some(Millis(2_000)));
    assert_eq!(machine.room.users().count(), 0);
}
