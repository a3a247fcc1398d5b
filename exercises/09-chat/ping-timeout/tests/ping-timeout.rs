//! Silence, answers, late clocks: a fake clock tells all of it.

use Beat::{Dead, Ping, Wait};
use try_ping_timeout::{Beat, Heartbeat};

const PING_AFTER: u64 = 20_000;
const PONG_TIMEOUT: u64 = 5_000;

fn heartbeat() -> Heartbeat {
    Heartbeat::new(1_000, PING_AFTER, PONG_TIMEOUT)
}

/// Asks at each time and compares what it says.
#[track_caller]
fn ticks(heartbeat: &mut Heartbeat, want: &[(u64, Beat)]) {
    for &(now, beat) in want {
        assert_eq!(
            heartbeat.tick(now),
            beat,
            "tick({now}), where a ping is due after {PING_AFTER} and given up after \
             {PONG_TIMEOUT} more: {heartbeat:?}"
        );
    }
}

#[test]
fn asks_after_a_silence_and_then_gives_up() {
    ticks(
        &mut heartbeat(),
        &[(1_000, Wait), (20_999, Wait), (21_000, Ping), (25_999, Wait), (26_000, Dead)],
    );
}

#[test]
fn asks_only_once() {
    ticks(&mut heartbeat(), &[(21_000, Ping), (21_000, Wait), (21_001, Wait), (25_999, Wait)]);
}

#[test]
fn a_pong_begins_the_silence_anew() {
    let mut heartbeat = heartbeat();
    ticks(&mut heartbeat, &[(21_000, Ping)]);
    heartbeat.heard(21_700);
    ticks(&mut heartbeat, &[(26_000, Wait), (41_699, Wait), (41_700, Ping), (46_699, Wait)]);
    heartbeat.heard(46_699);
    ticks(&mut heartbeat, &[(46_700, Wait), (66_699, Ping), (71_699, Dead)]);
}

#[test]
fn a_busy_connection_is_never_asked() {
    let mut heartbeat = heartbeat();
    for now in (1_000..1_000_000).step_by(19_999) {
        heartbeat.heard(now);
        ticks(&mut heartbeat, &[(now, Wait), (now + 19_998, Wait)]);
    }
}

#[test]
fn nobody_is_dead_who_was_not_asked() {
    ticks(&mut heartbeat(), &[(900_000, Ping), (900_000, Wait), (904_999, Wait), (905_000, Dead)]);
}

#[test]
fn the_wait_for_an_answer_begins_with_the_ping() {
    ticks(&mut heartbeat(), &[(24_000, Ping), (26_000, Wait), (28_999, Wait), (29_000, Dead)]);
}

#[test]
fn an_answer_in_the_last_moment_counts() {
    let mut heartbeat = heartbeat();
    ticks(&mut heartbeat, &[(21_000, Ping)]);
    heartbeat.heard(26_000);
    ticks(&mut heartbeat, &[(26_000, Wait), (45_999, Wait), (46_000, Ping)]);
}

#[test]
fn dead_is_final() {
    let mut heartbeat = heartbeat();
    ticks(&mut heartbeat, &[(21_000, Ping), (26_000, Dead), (26_000, Dead), (26_001, Dead)]);
    heartbeat.heard(26_500);
    ticks(&mut heartbeat, &[(26_500, Dead), (99_999, Dead)]);
}

#[test]
fn the_deadline_is_when_tick_has_something_to_say() {
    let mut heartbeat = heartbeat();
    assert_eq!(heartbeat.deadline(), 21_000, "opened at 1,000: {heartbeat:?}");
    heartbeat.heard(3_000);
    assert_eq!(heartbeat.deadline(), 23_000, "heard at 3,000: {heartbeat:?}");
    ticks(&mut heartbeat, &[(23_500, Ping)]);
    assert_eq!(heartbeat.deadline(), 28_500, "asked at 23,500: {heartbeat:?}");
    heartbeat.heard(24_000);
    assert_eq!(heartbeat.deadline(), 44_000, "answered at 24,000: {heartbeat:?}");
}

#[test]
fn ticking_at_the_deadlines_alone_is_enough() {
    let mut heartbeat = heartbeat();
    let at = heartbeat.deadline();
    ticks(&mut heartbeat, &[(at - 1, Wait), (at, Ping)]);
    let at = heartbeat.deadline();
    ticks(&mut heartbeat, &[(at - 1, Wait), (at, Dead)]);
}

#[test]
fn both_waits_may_have_any_length() {
    for (ping_after, pong_timeout) in [(10, 30), (30, 10), (10, 10)] {
        let mut heartbeat = Heartbeat::new(0, ping_after, pong_timeout);
        let beats: Vec<(u64, Beat)> = (0..100)
            .map(|now| (now, heartbeat.tick(now)))
            .filter(|&(_, beat)| beat != Wait)
            .take(2)
            .collect();
        let want = [(ping_after, Ping), (ping_after + pong_timeout, Dead)];
        assert_eq!(beats, want, "ping after {ping_after}, give up after {pong_timeout} more");
    }
}
