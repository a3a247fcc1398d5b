//! Readers that wait, in threads of their own, and never longer than the tests allow.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;
use try_park_and_wake::Room;

/// Far longer than anything here takes. Who has no answer by then hangs.
const LIMIT: Duration = Duration::from_secs(4);
/// Longer than the tests wait for anything.
const LONG: Duration = Duration::from_secs(3_600);

/// A question, held by a thread of its own.
fn ask(room: &Arc<Room>, cursor: usize, patience: Duration) -> Receiver<Vec<String>> {
    let (sender, receiver) = mpsc::channel();
    let room = Arc::clone(room);
    thread::spawn(move || sender.send(room.take(cursor, patience)));
    receiver
}

#[track_caller]
fn check(answer: &Receiver<Vec<String>>, wanted: &[&str], when: &str) {
    match answer.recv_timeout(LIMIT) {
        Ok(messages) => assert_eq!(messages, wanted, "\n{when}\nBook: chapter 4\n"),
        Err(RecvTimeoutError::Timeout) => panic!(
            "{when}\n  the answer should be {wanted:?}, and there is none: the question hangs\n\
             Book: chapter 4, \"The order of two lines\""
        ),
        Err(RecvTimeoutError::Disconnected) => panic!("{when}: the question panicked, see above"),
    }
}

#[track_caller]
fn check_held(answer: &Receiver<Vec<String>>, when: &str) {
    match answer.recv_timeout(Duration::from_millis(60)) {
        Err(RecvTimeoutError::Timeout) => {}
        Ok(messages) => panic!("{when}, so the question is held; the answer was {messages:?}"),
        Err(RecvTimeoutError::Disconnected) => panic!("{when}: the question panicked, see above"),
    }
}

#[test]
fn what_is_there_already_is_answered_at_once() {
    let room = Arc::new(Room::default());
    room.say("one");
    room.say("two");
    room.say("three");
    let when = "three messages were said before the question";
    check(&ask(&room, 0, LONG), &["one", "two", "three"], when);
    check(&ask(&room, 1, LONG), &["two", "three"], when);
    check(&ask(&room, 2, LONG), &["three"], when);
}

#[test]
fn news_wakes_the_one_who_waits() {
    let room = Arc::new(Room::default());
    room.say("one");
    let answer = ask(&room, 1, LONG);
    check_held(&answer, "nothing is behind the cursor");
    room.say("two");
    check(&answer, &["two"], "somebody spoke while the question was held");
}

#[test]
fn news_wakes_all_who_wait() {
    let room = Arc::new(Room::default());
    let answers: Vec<_> = (0..8).map(|_| ask(&room, 0, LONG)).collect();
    for answer in &answers {
        check_held(answer, "nothing was said");
    }
    room.say("hello");
    for answer in &answers {
        check(answer, &["hello"], "eight questions were held, and one message answers all of them");
    }
}

#[test]
fn who_is_woken_for_nothing_waits_on() {
    let room = Arc::new(Room::default());
    let answer = ask(&room, 2, LONG);
    for text in ["one", "two"] {
        check_held(&answer, "the reader has seen two messages");
        room.say(text);
    }
    check_held(&answer, "two messages were said, and the reader has seen two");
    room.say("three");
    check(
        &answer,
        &["three"],
        "the third message is behind the cursor of a reader who has seen two",
    );
}

#[test]
fn without_patience_the_answer_comes_at_once() {
    let room = Arc::new(Room::default());
    check(&ask(&room, 0, Duration::ZERO), &[], "nothing was said, and the patience is zero");
    room.say("one");
    check(&ask(&room, 0, Duration::ZERO), &["one"], "a patience of zero still looks once");
    check(&ask(&room, 1, Duration::ZERO), &[], "everything is seen, and the patience is zero");
    check(&ask(&room, 9, Duration::ZERO), &[], "a cursor may be behind the end");
}

#[test]
fn when_the_time_is_over_the_answer_is_empty() {
    let room = Arc::new(Room::default());
    let answer = ask(&room, 0, Duration::from_millis(30));
    check(&answer, &[], "nothing was said, and the patience of 30 milliseconds is over");
}

#[test]
fn bells_do_not_make_the_patience_longer() {
    let room = Arc::new(Room::default());
    let answer = ask(&room, usize::MAX, Duration::from_millis(100));
    // A room in which somebody speaks much more often than the patience is over.
    let over = Arc::new(AtomicBool::new(false));
    let speaker = {
        let (room, over) = (Arc::clone(&room), Arc::clone(&over));
        thread::spawn(move || {
            while !over.load(Ordering::Relaxed) {
                room.say("bell");
                thread::sleep(Duration::from_millis(10));
            }
        })
    };
    let result = answer.recv_timeout(LIMIT);
    over.store(true, Ordering::Relaxed);
    speaker.join().expect("speaking does not fail");
    assert_eq!(
        result,
        Ok(vec![]),
        "\nthe reader had a patience of 100 milliseconds, and was woken every 10 by messages that it \
         does not want; each of them must leave less time, not begin the patience anew\n"
    );
}

#[test]
fn no_message_is_lost_between_answers() {
    const COUNT: usize = 3_000;
    let room = Arc::new(Room::default());
    let (sender, receiver) = mpsc::channel();
    for _ in 0..2 {
        let (room, sender) = (Arc::clone(&room), sender.clone());
        thread::spawn(move || {
            let mut seen: Vec<String> = Vec::new();
            while seen.len() < COUNT {
                seen.extend(room.take(seen.len(), LONG));
            }
            sender.send(seen)
        });
    }
    let wanted: Vec<String> = (0..COUNT).map(|number| number.to_string()).collect();
    for text in &wanted {
        room.say(text);
        thread::yield_now();
    }
    for _ in 0..2 {
        match receiver.recv_timeout(LIMIT) {
            Ok(seen) => {
                assert!(seen == wanted, "a reader has seen messages twice or in another order");
            }
            Err(_) => panic!(
                "{COUNT} messages were said, and a reader that asks again and again waits for more: one \
                 came between its looking and its waiting\nBook: chapter 4, \"The order of two lines\""
            ),
        }
    }
}

#[test]
fn readers_at_different_places_get_different_answers() {
    let room = Arc::new(Room::default());
    room.say("one");
    let (early, late) = (ask(&room, 1, LONG), ask(&room, 2, LONG));
    check_held(&early, "this reader has seen all");
    check_held(&late, "this reader claims to have seen more than there is");
    room.say("two");
    check(&early, &["two"], "this reader had seen one message, and a second was said");
    room.say("three");
    check(&late, &["three"], "this reader had seen two messages, and a third was said");
}
