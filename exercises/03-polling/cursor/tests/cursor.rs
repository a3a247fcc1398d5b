//! Readers of one log, each with a place of its own.

use try_cursor::{Log, News};

/// A log that keeps `capacity` messages, in which the messages 1 to `count` were said.
fn log(capacity: usize, count: u64) -> Log {
    let mut log = Log::new(capacity);
    for number in 1..=count {
        let given = log.say(&format!("message {number}"));
        assert_eq!(
            given, number,
            "\nthe message that was said {number}. in a log that keeps {capacity} has the number \
             {number}, whatever was forgotten\nBook: chapter 3, \"A cursor\"\n"
        );
    }
    log
}

fn messages(numbers: impl Iterator<Item = u64>) -> Vec<String> {
    numbers.map(|number| format!("message {number}")).collect()
}

#[track_caller]
fn check(log: &Log, cursor: u64, most: usize, wanted: &News) {
    assert_eq!(
        &log.after(cursor, most),
        wanted,
        "\nthe news after the cursor {cursor}, at most {most}\nBook: chapter 3, \"A cursor\"\n"
    );
}

#[test]
fn a_reader_that_has_seen_nothing_gets_everything() {
    let news = News { messages: messages(1..=3), cursor: 3, lost: 0, whole: true };
    check(&log(10, 3), 0, 100, &news);
}

#[test]
fn a_reader_gets_what_it_has_not_seen_and_nothing_twice() {
    let log = log(10, 3);
    check(&log, 1, 100, &News { messages: messages(2..=3), cursor: 3, lost: 0, whole: true });
    check(&log, 2, 100, &News { messages: messages(3..=3), cursor: 3, lost: 0, whole: true });
    check(&log, 3, 100, &News { messages: vec![], cursor: 3, lost: 0, whole: true });
}

#[test]
fn an_empty_log_has_no_news() {
    check(&log(10, 0), 0, 100, &News { messages: vec![], cursor: 0, lost: 0, whole: true });
}

#[test]
fn a_lost_answer_costs_nothing() {
    let mut log = log(10, 2);
    let lost_on_the_way = log.after(1, 100);
    assert_eq!(log.after(1, 100), lost_on_the_way, "the same question has the same answer");
    log.say("message 3");
    check(&log, 1, 100, &News { messages: messages(2..=3), cursor: 3, lost: 0, whole: true });
}

#[test]
fn many_news_come_in_several_answers() {
    let log = log(10, 5);
    check(&log, 0, 2, &News { messages: messages(1..=2), cursor: 2, lost: 0, whole: false });
    check(&log, 2, 2, &News { messages: messages(3..=4), cursor: 4, lost: 0, whole: false });
    check(&log, 4, 2, &News { messages: messages(5..=5), cursor: 5, lost: 0, whole: true });
}

#[test]
fn an_answer_that_is_exactly_full_is_whole() {
    let log = log(10, 4);
    check(&log, 2, 2, &News { messages: messages(3..=4), cursor: 4, lost: 0, whole: true });
    check(&log, 4, 0, &News { messages: vec![], cursor: 4, lost: 0, whole: true });
    check(&log, 3, 0, &News { messages: vec![], cursor: 3, lost: 0, whole: false });
}

#[test]
fn numbers_go_on_when_the_log_forgets() {
    let log = log(3, 5);
    check(&log, 4, 100, &News { messages: messages(5..=5), cursor: 5, lost: 0, whole: true });
    check(&log, 5, 100, &News { messages: vec![], cursor: 5, lost: 0, whole: true });
}

#[test]
fn who_missed_something_is_told_how_much() {
    let log = log(3, 5);
    check(&log, 0, 100, &News { messages: messages(3..=5), cursor: 5, lost: 2, whole: true });
    check(&log, 1, 100, &News { messages: messages(3..=5), cursor: 5, lost: 1, whole: true });
    check(&log, 2, 100, &News { messages: messages(3..=5), cursor: 5, lost: 0, whole: true });
    check(&log, 3, 100, &News { messages: messages(4..=5), cursor: 5, lost: 0, whole: true });
}

#[test]
fn a_gap_is_told_once_when_the_news_come_in_several_answers() {
    let log = log(3, 9);
    check(&log, 1, 2, &News { messages: messages(7..=8), cursor: 8, lost: 5, whole: false });
    check(&log, 8, 2, &News { messages: messages(9..=9), cursor: 9, lost: 0, whole: true });
}

#[test]
fn a_log_that_is_exactly_full_has_forgotten_nothing() {
    check(&log(3, 3), 0, 9, &News { messages: messages(1..=3), cursor: 3, lost: 0, whole: true });
    check(&log(1, 1), 0, 9, &News { messages: messages(1..=1), cursor: 1, lost: 0, whole: true });
    check(&log(1, 2), 0, 9, &News { messages: messages(2..=2), cursor: 2, lost: 1, whole: true });
}

#[test]
fn a_cursor_that_was_never_given_is_treated_as_the_end() {
    let mut log = log(3, 5);
    for cursor in [6, 100, u64::MAX] {
        check(&log, cursor, 100, &News { messages: vec![], cursor: 5, lost: 0, whole: true });
    }
    log.say("message 6");
    check(&log, 5, 100, &News { messages: messages(6..=6), cursor: 6, lost: 0, whole: true });
}

#[test]
fn every_reader_sees_every_message_once_or_is_told() {
    for capacity in 1..6 {
        for most in 1..4 {
            for pace in 1..6 {
                let mut log = Log::new(capacity);
                let (mut cursor, mut seen, mut lost) = (0, Vec::new(), 0);
                for number in 1..=30 {
                    log.say(&format!("message {number}"));
                    if number % pace == 0 || number == 30 {
                        for answer in 0.. {
                            assert!(answer <= 30, "the reader asks and asks, and never has it all");
                            let news = log.after(cursor, most);
                            assert!(news.messages.len() <= most, "at most {most} were wanted");
                            seen.extend(news.messages);
                            (cursor, lost) = (news.cursor, lost + news.lost);
                            if news.whole {
                                break;
                            }
                        }
                    }
                }
                let mut once = seen.clone();
                once.dedup();
                assert_eq!(seen, once, "a message was shown twice");
                assert_eq!(
                    seen.len() as u64 + lost,
                    30,
                    "\na log keeps {capacity}, a reader asks for {most} after every {pace}: what it has \
                     seen and what it was told to have missed are not all\n{seen:?}\n"
                );
            }
        }
    }
}
