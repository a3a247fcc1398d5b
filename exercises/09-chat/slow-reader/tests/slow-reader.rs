//! Readers of every speed, at the log and behind its end.

use try_slow_reader::{Log, Taken};

/// A log of `capacity` in which "1", "2", … were said.
fn log(capacity: usize, said: u64) -> Log {
    let mut log = Log::new(capacity);
    for number in 1..=said {
        assert_eq!(log.say(&number.to_string()), number, "the cursor of entry number {number}");
    }
    log
}

#[track_caller]
fn check(log: &Log, cursor: u64, at_most: usize, entries: &[u64], new_cursor: u64, lost: u64) {
    let want =
        Taken { entries: entries.iter().map(u64::to_string).collect(), cursor: new_cursor, lost };
    assert_eq!(log.take(cursor, at_most), want, "take({cursor}, {at_most}) from {log:?}");
}

#[test]
fn an_empty_log_has_nothing() {
    let log = log(3, 0);
    assert!(log.is_empty());
    check(&log, 0, 10, &[], 0, 0);
}

#[test]
fn a_reader_takes_what_is_behind_its_cursor() {
    let log = log(5, 5);
    check(&log, 0, 10, &[1, 2, 3, 4, 5], 5, 0);
    check(&log, 1, 10, &[2, 3, 4, 5], 5, 0);
    check(&log, 4, 10, &[5], 5, 0);
    check(&log, 5, 10, &[], 5, 0);
}

#[test]
fn what_does_not_fit_into_one_batch_is_not_lost() {
    let log = log(5, 5);
    check(&log, 0, 2, &[1, 2], 2, 0);
    check(&log, 2, 2, &[3, 4], 4, 0);
    check(&log, 4, 2, &[5], 5, 0);
    check(&log, 3, 0, &[], 3, 0);
}

#[test]
fn the_log_remembers_the_newest_entries() {
    let mut log = Log::new(3);
    for number in 1..=10 {
        assert_eq!(log.len() as u64, (number - 1).min(3), "before entry number {number}");
        log.say(&number.to_string());
    }
    assert_eq!(log.len(), 3);
    check(&log, 7, 10, &[8, 9, 10], 10, 0);
}

#[test]
fn a_slow_reader_is_told_how_much_it_has_lost() {
    let log = log(3, 10);
    check(&log, 6, 10, &[8, 9, 10], 10, 1);
    check(&log, 5, 10, &[8, 9, 10], 10, 2);
    check(&log, 0, 10, &[8, 9, 10], 10, 7);
    check(&log, 6, 2, &[8, 9], 9, 1);
    check(&log, 9, 2, &[10], 10, 0);
}

#[test]
fn what_was_lost_is_told_once() {
    let log = log(3, 10);
    let first = log.take(2, 1);
    assert_eq!((first.lost, first.cursor), (5, 8), "{first:?}");
    let second = log.take(first.cursor, 10);
    assert_eq!((second.lost, second.cursor), (0, 10), "{second:?}");
}

#[test]
fn an_empty_batch_tells_the_loss_too() {
    check(&log(3, 10), 2, 0, &[], 7, 5);
}

#[test]
fn a_cursor_that_no_entry_has_had_takes_nothing() {
    check(&log(3, 0), 4, 10, &[], 4, 0);
    check(&log(3, 10), 11, 10, &[], 11, 0);
    check(&log(3, 10), u64::MAX, 10, &[], u64::MAX, 0);
}

#[test]
fn a_log_of_one_entry_works_too() {
    let log = log(1, 4);
    check(&log, 0, 10, &[4], 4, 3);
    check(&log, 3, 10, &[4], 4, 0);
    check(&log, 4, 10, &[], 4, 0);
}

#[test]
fn every_entry_is_either_taken_or_lost() {
    for capacity in 1..=7 {
        for pace in 1..=5 {
            let mut log = Log::new(capacity);
            let (mut cursor, mut taken, mut lost) = (0, Vec::new(), 0);
            for number in 1..=100_u64 {
                log.say(&number.to_string());
                assert!(log.len() <= capacity, "{} entries in a log of {capacity}", log.len());
                if number % pace == 0 || number == 100 {
                    loop {
                        let next = log.take(cursor, 2);
                        assert!(next.cursor >= cursor, "a cursor never goes back: {next:?}");
                        cursor = next.cursor;
                        lost += next.lost;
                        if next.entries.is_empty() {
                            break;
                        }
                        taken.extend(next.entries);
                    }
                }
            }
            assert_eq!(
                taken.len() as u64 + lost,
                100,
                "capacity {capacity}, a reader who comes after every {pace}: what was taken and \
                 what was lost make up what was said"
            );
            let numbers: Vec<u64> = taken.iter().map(|text| text.parse().unwrap_or(0)).collect();
            assert!(numbers.is_sorted_by(|one, next| one < next), "in order, each once: {taken:?}");
        }
    }
}
