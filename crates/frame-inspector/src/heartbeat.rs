//! Pings, and whether they were answered (RFC 6455 5.5.2 and 5.5.3).
//!
//! A pong must come "as soon as is practical", and no capture shows how soon
//! that is. So silence is suspicious only where the other side surely had the
//! ping: it answered a close behind it, it went on talking, or it had much time.
//!
//! ```text
//! server ─── ping "1" ─────────► client
//! server ◄── text ────────────── client    it may not have read the ping yet
//! server ─── text ─────────────► client
//! server ◄── text ────────────── client    now it has, and says other things
//! ```

use crate::{line::Output, verdict::Evidence};
use capture::Time;
use frame::rules;
use std::collections::VecDeque;
use wire::{Side, Sides, Violation};

/// How many unanswered pings are remembered for each side.
const MAX_PINGS: usize = 64;
/// How long a pong may take before it is suspicious, in nanoseconds.
const PATIENCE: u64 = 10 * SECOND;
/// The same, of an endpoint that says other things meanwhile.
const PATIENCE_WHILE_TALKING: u64 = SECOND;
/// How long a ping must have been on the way before the close behind it, for
/// both in one read may be answered with a close alone.
const HEAD_START: u64 = SECOND / 10;
const SECOND: u64 = 1_000_000_000;
/// How often the speaker changes until both have surely heard a ping: the
/// other side speaks, is answered, and speaks again.
const TURNS: u64 = 3;

/// The pings of both sides.
#[derive(Debug, Default)]
pub(crate) struct Heartbeat {
    /// Those that wait for a pong, by who sent them.
    waiting: Sides<VecDeque<Ping>>,
    /// Who sent the last frame, and how often that changed.
    speaker: Option<Side>,
    turns: u64,
    /// When each side closed: the turn, and the time.
    closed: Sides<Option<(u64, Option<Time>)>>,
}

#[derive(Debug)]
struct Ping {
    payload: Vec<u8>,
    packets: Vec<u64>,
    time: Option<Time>,
    /// How often the speaker had changed when it was sent.
    turn: u64,
}

impl Heartbeat {
    /// Notes who sent a frame, of any kind.
    pub(crate) fn hear(&mut self, from: Side) {
        if self.speaker != Some(from) {
            self.speaker = Some(from);
            self.turns += 1;
        }
    }

    /// Notes a ping.
    pub(crate) fn ping(&mut self, from: Side, payload: &[u8], packets: &[u64], time: Option<Time>) {
        let waiting = self.waiting.of_mut(from);
        // The earliest unanswered ones tell the most.
        waiting.truncate(MAX_PINGS - 1);
        let (payload, packets) = (payload.to_vec(), packets.to_vec());
        waiting.push_back(Ping { payload, packets, time, turn: self.turns });
    }

    /// Notes a pong, which answers the ping with its payload and those before it.
    /// A pong of another payload is reported while a ping waits; one that
    /// nobody asked for is a heartbeat of its own, and legal.
    pub(crate) fn pong(&mut self, from: Side, payload: &[u8]) -> Option<Violation> {
        let waiting = self.waiting.of_mut(from.other());
        if let Some(place) = waiting.iter().rposition(|ping| ping.payload == payload) {
            waiting.drain(..=place);
            return None;
        }
        let [pong, ping] = [payload, &waiting.back()?.payload].map(wire::hex::encode);
        Some(rules::PONG_MISMATCH.broken(format!("pong [{pong}] after ping [{ping}]")))
    }

    /// Notes a close.
    pub(crate) fn close(&mut self, from: Side, time: Option<Time>) {
        self.closed.of_mut(from).get_or_insert((self.turns, time));
    }

    /// Whether the other side has surely read this ping before the close of its sender.
    fn precedes_close(&self, from: Side, ping: &Ping) -> bool {
        self.closed.of(from).is_some_and(|(turn, time)| {
            turn > ping.turn
                || time
                    .zip(ping.time)
                    .is_some_and(|(close, ping)| close.nanos > ping.nanos + HEAD_START)
        })
    }

    /// Reports the pings that were surely heard and not answered, now that
    /// nothing more comes.
    pub(crate) fn report(&self, evidence: &Evidence, end: Option<Time>, out: &mut Output<'_>) {
        for side in Side::BOTH {
            let other = side.other();
            let was_answered = evidence.closed_by() == [side, other];
            for ping in self.waiting.of(side) {
                let answered_close = was_answered && self.precedes_close(side, ping);
                let waited = match (ping.time, end) {
                    (Some(ping), Some(end)) => Some(end.nanos.saturating_sub(ping.nanos)),
                    _ => None,
                };
                let talked = self.turns >= ping.turn + TURNS;
                let patience = if talked { PATIENCE_WHILE_TALKING } else { PATIENCE };
                // Without times, the conversation alone must tell.
                let waited_long = waited.map_or(talked, |waited| waited > patience);
                if answered_close || waited_long {
                    let violation = ping.unanswered(waited, answered_close);
                    out.broken(end, &ping.packets, other, &violation);
                }
            }
        }
    }
}

impl Ping {
    fn unanswered(&self, waited: Option<u64>, answered_close: bool) -> Violation {
        let payload = wire::hex::encode(&self.payload);
        let detail = match waited.map(|nanos| nanos / SECOND) {
            Some(seconds @ 1..) => format!("no pong to ping [{payload}] for {seconds} s"),
            _ if answered_close => {
                format!("no pong to ping [{payload}], but an answer to the close behind it")
            }
            _ => format!("no pong to ping [{payload}]"),
        };
        rules::PING_UNANSWERED.broken(detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Event, What};

    fn reported(heartbeat: &Heartbeat, end: u64) -> usize {
        let mut count = 0;
        let mut sink = |event: &Event<'_>| {
            assert!(matches!(event.what, What::Violation { .. }));
            count += 1;
        };
        let mut out = Output { connection: 1, sink: &mut sink };
        let end = Some(Time { nanos: end, digits: 9 });
        heartbeat.report(&Evidence::default(), end, &mut out);
        count
    }

    fn pinged() -> Heartbeat {
        let mut heartbeat = Heartbeat::default();
        heartbeat.hear(Side::Server);
        heartbeat.ping(Side::Server, b"1", &[7], Some(Time { nanos: 0, digits: 9 }));
        heartbeat
    }

    #[test]
    fn a_pong_answers_its_ping_and_those_before_it() {
        let mut heartbeat = pinged();
        heartbeat.ping(Side::Server, b"2", &[8], None);
        assert_eq!(heartbeat.pong(Side::Client, b"2"), None);
        assert_eq!(reported(&heartbeat, 100 * SECOND), 0);
    }

    #[test]
    fn a_pong_that_nobody_asked_for_is_legal_and_a_wrong_one_is_not() {
        assert_eq!(Heartbeat::default().pong(Side::Client, b"alive"), None);
        let violation = pinged().pong(Side::Client, b"2").unwrap();
        assert_eq!(violation.rule, &rules::PONG_MISMATCH);
    }

    #[test]
    fn silence_is_suspicious_after_ten_seconds_and_talk_after_one() {
        let mut heartbeat = pinged();
        assert_eq!(reported(&heartbeat, 9 * SECOND), 0);
        assert_eq!(reported(&heartbeat, 11 * SECOND), 1);
        for side in [Side::Client, Side::Server, Side::Client] {
            heartbeat.hear(side);
        }
        assert_eq!(reported(&heartbeat, SECOND / 2), 0);
        assert_eq!(reported(&heartbeat, 2 * SECOND), 1);
    }
}
