//! Pages that wait, with chances that the tests choose.

use std::time::Duration;
use try_jitter::{Poll, next_wait};

const POLL: Poll = Poll { after: 2_000, jitter: 1_000 };

#[track_caller]
fn check(poll: Poll, chance: f64, wanted_millis: u64) {
    let wait = next_wait(poll, &mut || chance);
    let wanted = Duration::from_millis(wanted_millis);
    assert!(
        wait.abs_diff(wanted) <= Duration::from_millis(1),
        "for {poll:?} and the chance {chance}, the wait is {wanted:?}, not {wait:?}\nBook: chapter 3, \
         \"Jitter\""
    );
}

#[test]
fn without_luck_the_wait_is_what_the_server_asks_for() {
    check(POLL, 0.0, 2_000);
    assert!(next_wait(POLL, &mut || 0.0) >= Duration::from_secs(2), "never less than asked for");
}

#[test]
fn the_chance_adds_its_part_of_the_jitter() {
    check(POLL, 0.5, 2_500);
    check(POLL, 0.25, 2_250);
    check(POLL, 0.75, 2_750);
    check(POLL, 0.001, 2_001);
    check(POLL, 0.999, 2_999);
}

#[test]
fn the_numbers_of_the_server_count() {
    check(Poll { after: 10_000, jitter: 5_000 }, 0.5, 12_500);
    check(Poll { after: 0, jitter: 1_000 }, 0.5, 500);
    check(Poll { after: 100, jitter: 10_000 }, 0.5, 5_100);
    check(Poll { after: 1_234, jitter: 567 }, 0.0, 1_234);
    check(Poll { after: 86_400_000, jitter: 3_600_000 }, 0.5, 88_200_000);
}

#[test]
fn without_jitter_all_wait_alike() {
    for chance in [0.0, 0.3, 0.999_999] {
        check(Poll { after: 2_000, jitter: 0 }, chance, 2_000);
    }
}

#[test]
fn nobody_waits_longer_than_the_server_said() {
    let wait = next_wait(POLL, &mut || 0.999_999_999);
    assert!(wait <= Duration::from_secs(3), "two seconds and up to one more, not {wait:?}");
}

#[test]
fn a_thousand_pages_are_spread_evenly() {
    let mut in_a_tenth = [0; 10];
    for page in 0..1_000 {
        let chance = (f64::from(page) + 0.5) / 1_000.0;
        let wait = next_wait(POLL, &mut || chance);
        let late = wait.saturating_sub(Duration::from_secs(2)).as_millis() as usize;
        in_a_tenth[(late / 100).min(9)] += 1;
    }
    assert!(
        in_a_tenth.iter().all(|&count| (95..=105).contains(&count)),
        "a thousand pages in ten tenths of a second should be about a hundred in each, not \
         {in_a_tenth:?}\nBook: chapter 3, \"Jitter\""
    );
}

#[test]
fn each_wait_has_a_chance_of_its_own() {
    let mut asked = 0;
    let mut chance = || {
        asked += 1;
        f64::from(asked) / 10.0
    };
    let waits: Vec<u128> = (0..5).map(|_| next_wait(POLL, &mut chance).as_millis()).collect();
    assert_eq!(asked, 5, "five waits ask five times for a chance");
    for (wait, wanted) in waits.iter().zip([2_100, 2_200, 2_300, 2_400, 2_500]) {
        assert!(wait.abs_diff(wanted) <= 1, "the waits {waits:?} do not follow their chances");
    }
}
