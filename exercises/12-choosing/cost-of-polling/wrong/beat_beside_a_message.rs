//! A heartbeat is sent in the same second as a message.

use crate::{Bill, DAY, Prices};

/// A day of polling every `interval` seconds.
pub fn polling(interval: u64, said: &[u64], prices: Prices) -> Bill {
    let requests = DAY / interval;
    let last_question = requests * interval;
    let mut bill = Bill { requests, bytes: requests * prices.request, longest_delay: 0 };
    for &second in said.iter().filter(|&&second| second <= last_question) {
        let brought = second.next_multiple_of(interval);
        bill.bytes += prices.message;
        bill.longest_delay = bill.longest_delay.max(brought - second);
    }
    bill
}

/// A day of one stream that stays open.
pub fn stream(beat_after: u64, said: &[u64], prices: Prices) -> Bill {
    let mut heartbeats = 0;
    let mut latest = 0;
    for &second in said {
        heartbeats += (second - latest) / beat_after;
        latest = second;
    }
    heartbeats += (DAY - latest) / beat_after;

    let messages = said.len() as u64;
    let bytes = prices.request + messages * prices.message + heartbeats * prices.heartbeat;
    Bill { requests: 1, bytes, longest_delay: 0 }
}
