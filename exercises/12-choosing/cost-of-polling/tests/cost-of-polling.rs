//! Bills by hand, bills by walking through the day, and the question of chapter 12.

use try_cost_of_polling::{Bill, DAY, Prices, polling, stream};

const PRICES: Prices = Prices { request: 600, message: 160, heartbeat: 110 };

#[track_caller]
fn check(got: Bill, requests: u64, bytes: u64, longest_delay: u64, what: &str) {
    let want = Bill { requests, bytes, longest_delay };
    assert_eq!(got, want, "{what}, at {PRICES:?}");
}

#[test]
fn polling_pays_for_every_nothing_new() {
    check(polling(10, &[], PRICES), 8_640, 5_184_000, 0, "every 10 s, nothing is said");
    check(polling(DAY, &[], PRICES), 1, 600, 0, "once a day, nothing is said");
    check(polling(DAY + 1, &[], PRICES), 0, 0, 0, "the first question would be tomorrow");
}

#[test]
fn an_interval_that_does_not_divide_the_day_asks_once_less() {
    check(polling(7, &[], PRICES), 12_342, 7_405_200, 0, "every 7 s");
    check(polling(50_000, &[], PRICES), 1, 600, 0, "every 50,000 s");
}

#[test]
fn polling_is_as_late_as_its_interval() {
    let bytes = 5_184_000 + 160;
    check(polling(10, &[1], PRICES), 8_640, bytes, 9, "said at second 1, asked at 10");
    check(polling(10, &[10], PRICES), 8_640, bytes, 0, "said and asked at second 10");
    check(polling(10, &[11], PRICES), 8_640, bytes, 9, "said at second 11, asked at 20");
    check(polling(1, &[11], PRICES), DAY, DAY * 600 + 160, 0, "asked every second");
    let bytes = 5_184_000 + 3 * 160;
    check(polling(10, &[19, 20, 24], PRICES), 8_640, bytes, 6, "the unluckiest was said at 24");
}

#[test]
fn a_question_brings_all_messages_for_one_price() {
    let said = [1, 2, 2, 3];
    check(polling(10, &said, PRICES), 8_640, 5_184_000 + 640, 9, "four messages, one answer");
}

#[test]
fn what_is_said_behind_the_last_question_comes_tomorrow() {
    let last = 12_342 * 7;
    let said = [last, last + 1, DAY];
    check(polling(7, &said, PRICES), 12_342, 7_405_200 + 160, 0, "one of three is brought today");
    check(polling(DAY + 1, &[1], PRICES), 0, 0, 0, "nothing is asked, so nothing is brought");
}

#[test]
fn a_stream_pays_for_silence_with_heartbeats() {
    check(stream(20, &[], PRICES), 1, 600 + 4_320 * 110, 0, "a heartbeat every 20 s");
    check(stream(DAY, &[], PRICES), 1, 600 + 110, 0, "one heartbeat, in the last second");
    check(stream(DAY + 1, &[], PRICES), 1, 600, 0, "none");
}

#[test]
fn a_message_begins_the_silence_anew() {
    let beat = DAY / 2 + 10;
    let middle = DAY / 2;
    check(stream(beat, &[middle], PRICES), 1, 600 + 160, 0, "no silence was long enough");
    let bytes = 600 + 160 + (DAY - 30) / 20 * 110 + 110;
    check(stream(20, &[30], PRICES), 1, bytes, 0, "a beat at 20, a message at 30, a beat at 50");
}

#[test]
fn a_message_takes_the_place_of_a_heartbeat_in_its_second() {
    let end = DAY - 40;
    let bytes = 600 + 160 + 110 + end / 20 * 110;
    check(stream(20, &[40], PRICES), 1, bytes, 0, "a beat at 20, and at 40 the message");
    check(stream(DAY, &[DAY], PRICES), 1, 600 + 160, 0, "a message in the last second");
}

#[test]
fn a_busy_stream_has_no_heartbeats() {
    let said: Vec<u64> = (1..=DAY).collect();
    check(stream(1, &said, PRICES), 1, 600 + DAY * 160, 0, "a message every second");
    let said: Vec<u64> = (1..=DAY).flat_map(|second| [second, second]).collect();
    check(stream(1, &said, PRICES), 1, 600 + 2 * DAY * 160, 0, "two messages every second");
}

/// Walks through the day, second by second.
fn walk(wait: u64, said: &[u64]) -> (Bill, Bill) {
    let mut polled = Bill { requests: 0, bytes: 0, longest_delay: 0 };
    let mut streamed = Bill { requests: 1, bytes: PRICES.request, longest_delay: 0 };
    let (mut waiting, mut next, mut quiet) = (Vec::new(), 0, 0);
    for second in 1..=DAY {
        quiet += 1;
        while said.get(next) == Some(&second) {
            waiting.push(second);
            streamed.bytes += PRICES.message;
            quiet = 0;
            next += 1;
        }
        if quiet == wait {
            streamed.bytes += PRICES.heartbeat;
            quiet = 0;
        }
        if second % wait == 0 {
            polled.requests += 1;
            polled.bytes += PRICES.request;
            for said in waiting.drain(..) {
                polled.bytes += PRICES.message;
                polled.longest_delay = polled.longest_delay.max(second - said);
            }
        }
    }
    (polled, streamed)
}

#[test]
fn agrees_with_a_walk_through_the_day() {
    for wait in [1, 7, 25, 60, 50_000] {
        for pace in [2, 10, 61, 86_399] {
            let said: Vec<u64> = (pace..=DAY).step_by(pace as usize).collect();
            let (polled, streamed) = walk(wait, &said);
            let about = format!("a message every {pace} s, at {PRICES:?}");
            assert_eq!(polling(wait, &said, PRICES), polled, "asked every {wait} s; {about}");
            assert_eq!(stream(wait, &said, PRICES), streamed, "a beat after {wait} s; {about}");
        }
    }
}

#[test]
fn the_dashboard_of_chapter_12() {
    let said: Vec<u64> = (600..=DAY).step_by(600).collect();
    let polled = polling(10, &said, PRICES);
    let streamed = stream(20, &said, PRICES);
    assert_eq!((polled.bytes, streamed.bytes), (5_207_040, 483_000), "of one listener, in a day");
}
