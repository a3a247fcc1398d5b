//! Lines that break before and behind, and a small storm.

use std::collections::VecDeque;
use try_resume::{Entry, Message, Room, Seat};

fn message(key: &str) -> Message {
    Message { key: key.to_owned(), text: format!("the words of {key}") }
}

fn entry(cursor: u64, member: u64, key: &str) -> Entry {
    let Message { key, text } = message(key);
    Entry { cursor, member, key, text }
}

fn keys(messages: &[Message]) -> Vec<&str> {
    messages.iter().map(|message| message.key.as_str()).collect()
}

#[test]
fn a_new_seat_begins_at_the_beginning() {
    assert_eq!(Seat::new(1).reconnect(), (0, vec![]));
}

#[test]
fn shows_each_entry_once() {
    let mut seat = Seat::new(1);
    assert_eq!(seat.take(entry(1, 2, "a")), Some(entry(1, 2, "a")));
    assert_eq!(seat.take(entry(2, 2, "b")), Some(entry(2, 2, "b")));
    assert_eq!(seat.take(entry(2, 2, "b")), None, "entry 2 was heard on the old line already");
    assert_eq!(seat.take(entry(1, 2, "a")), None, "entry 1 is older still");
    assert_eq!(seat.reconnect().0, 2, "an old entry does not move the cursor back");
    assert_eq!(seat.take(entry(3, 2, "c")), Some(entry(3, 2, "c")));
    assert_eq!(seat.reconnect(), (3, vec![]), "nothing of our own to say again");
}

#[test]
fn keeps_what_it_has_said_until_it_comes_back() {
    let mut seat = Seat::new(1);
    for key in ["a", "b", "c"] {
        seat.say(message(key));
    }
    assert_eq!(keys(&seat.reconnect().1), ["a", "b", "c"], "nothing has come back");
    assert_eq!(seat.take(entry(1, 1, "b")), Some(entry(1, 1, "b")), "our own words are shown too");
    assert_eq!(keys(&seat.reconnect().1), ["a", "c"], "b has come back, and the order stays");
    assert_eq!(keys(&seat.reconnect().1), ["a", "c"], "a second new line, before anything came");
    seat.take(entry(2, 1, "a"));
    seat.take(entry(3, 1, "c"));
    assert_eq!(seat.reconnect(), (3, vec![]));
}

#[test]
fn somebody_elses_key_means_nothing() {
    let mut seat = Seat::new(1);
    seat.say(message("a"));
    seat.take(entry(1, 2, "a"));
    assert_eq!(keys(&seat.reconnect().1), ["a"], "entry 1 is from member 2, and we are member 1");
}

#[test]
fn the_room_counts_from_one_and_tells_what_is_behind_a_cursor() {
    let mut room = Room::default();
    assert_eq!(room.since(0), []);
    assert_eq!(room.say(1, message("a")), 1);
    assert_eq!(room.say(2, message("b")), 2);
    assert_eq!(room.since(0), [entry(1, 1, "a"), entry(2, 2, "b")]);
    assert_eq!(room.since(1), [entry(2, 2, "b")]);
    assert_eq!(room.since(2), []);
    assert_eq!(room.since(9), []);
}

#[test]
fn the_room_hears_a_message_at_most_once() {
    let mut room = Room::default();
    assert_eq!(room.say(1, message("a")), 1);
    assert_eq!(room.say(1, message("b")), 2);
    assert_eq!(room.say(1, message("a")), 1, "said again: the old cursor is the answer");
    assert_eq!(room.say(1, message("b")), 2);
    assert_eq!(room.say(1, message("c")), 3, "the next new message gets the next cursor");
    assert_eq!(room.since(0).len(), 3);
}

#[test]
fn the_same_words_under_another_key_are_another_message() {
    let mut room = Room::default();
    let again = Message { key: "b".to_owned(), text: message("a").text };
    assert_eq!(room.say(1, message("a")), 1);
    assert_eq!(room.say(1, again), 2, "somebody may say \"ok\" twice, and mean it");
}

#[test]
fn two_members_may_use_the_same_key() {
    let mut room = Room::default();
    assert_eq!(room.say(1, message("a")), 1);
    assert_eq!(room.say(2, message("a")), 2, "member 2 has not said this before");
    assert_eq!(room.say(1, message("a")), 1);
    assert_eq!(room.say(2, message("a")), 2);
}

/// A line that holds what is on its way, and loses it when it breaks.
#[derive(Default)]
struct Line {
    up: VecDeque<Message>,
    down: VecDeque<Entry>,
    told: u64,
}

#[test]
fn in_a_storm_everybody_hears_everything_once_and_in_order() {
    for seed in 0..60_u64 {
        let mut state = seed;
        let mut dice = |sides: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % sides
        };
        let mut room = Room::default();
        let mut seats: Vec<Seat> = (0..3).map(Seat::new).collect();
        let mut lines: Vec<Line> = (0..3).map(|_| Line::default()).collect();
        let mut heard: Vec<Vec<Entry>> = vec![Vec::new(); 3];
        let mut said = 0;
        for turn in 0..2_000 {
            let member = dice(3) as usize;
            let (seat, line) = (&mut seats[member], &mut lines[member]);
            // The last turns are calm, so that all that was said can arrive.
            let storm = turn < 1_000;
            match dice(8) {
                0 if storm => {
                    let words = message(&format!("{}", said / 3));
                    if keys(&seat.reconnect().1).contains(&words.key.as_str()) {
                        continue;
                    }
                    let unheard = !room
                        .since(0)
                        .iter()
                        .any(|entry| entry.member == member as u64 && entry.key == words.key);
                    if unheard {
                        said += 1;
                        seat.say(words.clone());
                        line.up.push_back(words);
                    }
                }
                1 if storm || turn == 1_000 => {
                    let (told, up) = seat.reconnect();
                    *line = Line { up: up.into(), down: VecDeque::new(), told };
                }
                2..=4 => {
                    if let Some(message) = line.up.pop_front() {
                        room.say(member as u64, message);
                    }
                }
                _ => {
                    let news = room.since(line.told);
                    line.told += news.len() as u64;
                    line.down.extend(news);
                    heard[member].extend(line.down.pop_front().and_then(|entry| seat.take(entry)));
                }
            }
        }
        for (member, (seat, line)) in seats.iter_mut().zip(&mut lines).enumerate() {
            for message in seat.reconnect().1 {
                room.say(member as u64, message);
            }
            line.told = seat.reconnect().0;
        }
        for (member, seat) in seats.iter_mut().enumerate() {
            for entry in room.since(seat.reconnect().0) {
                heard[member].extend(seat.take(entry));
            }
            assert_eq!(seat.reconnect().1, [], "seed {seed}: member {member} keeps nothing");
        }
        let log = room.since(0);
        assert_eq!(log.len(), said, "seed {seed}: the room has heard each message once");
        for (member, heard) in heard.iter().enumerate() {
            assert_eq!(heard, &log, "seed {seed}: what member {member} was shown, and the room");
        }
    }
}
