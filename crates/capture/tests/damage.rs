//! A conversation that the capture saw out of order, twice, or in part.
#![expect(clippy::unwrap_used, reason = "what a test cannot do fails it")]

mod network;

use capture::{End, Ending};
use network::*;
use proptest::{collection::vec, prelude::*};

/// One side's turn: how many segments, of which length.
type Turn = (bool, Vec<usize>);

/// A conversation with all its acknowledgments, and what each side sent.
#[derive(Debug, Clone)]
struct Conversation {
    made: Vec<Made>,
    sent: [Vec<u8>; 2],
}

fn conversation(start: [u32; 2], turns: &[Turn]) -> Conversation {
    let [mut ours, mut theirs] = start;
    let mut made =
        vec![client(ours, 0, SYN, b""), server(theirs, ours.wrapping_add(1), SYN_ACK, b"")];
    ours = ours.wrapping_add(1);
    theirs = theirs.wrapping_add(1);
    made.push(client(ours, theirs, ACK, b""));
    let mut sent = [Vec::new(), Vec::new()];
    for (by_client, lens) in turns {
        for len in lens {
            let side = &mut sent[usize::from(!by_client)];
            let payload: Vec<u8> =
                (0..*len).map(|at| b'A' + ((side.len() + at) * 7 / 5 % 50) as u8).collect();
            side.extend(&payload);
            if *by_client {
                made.push(client(ours, theirs, PSH, &payload));
                ours = ours.wrapping_add(*len as u32);
            } else {
                made.push(server(theirs, ours, PSH, &payload));
                theirs = theirs.wrapping_add(*len as u32);
            }
        }
        made.push(match by_client {
            true => server(theirs, ours, ACK, b""),
            false => client(ours, theirs, ACK, b""),
        });
    }
    made.push(client(ours, theirs, FIN, b""));
    made.push(server(theirs, ours.wrapping_add(1), FIN, b""));
    made.push(client(ours.wrapping_add(1), theirs.wrapping_add(1), ACK, b""));
    for (index, made) in made.iter_mut().enumerate() {
        made.time = Some(index as u64 * 50_000);
    }
    Conversation { made, sent }
}

fn conversations() -> impl Strategy<Value = Conversation> {
    let start = prop_oneof![any::<u32>(), (u32::MAX - 200)..=u32::MAX];
    let turns = vec((any::<bool>(), vec(1..80_usize, 1..6)), 1..12);
    ([start.clone(), start], turns).prop_map(|(start, turns)| conversation(start, &turns))
}

/// Puts each packet back by a few places.
fn jostle(made: &[Made], late: &[usize]) -> Vec<Made> {
    let mut order: Vec<usize> = (0..made.len()).collect();
    order.sort_by_key(|&index| index + late[index % late.len()]);
    order.into_iter().map(|index| made[index].clone()).collect()
}

#[track_caller]
fn is_whole(log: &Log, conversation: &Conversation) {
    for end in End::BOTH {
        let sent = String::from_utf8(conversation.sent[end.index()].clone()).unwrap();
        assert_eq!(log.stream(1, end), sent, "{end:?}");
    }
    assert_eq!(log.flows.len(), 1);
    assert!(!log.first().iter().any(|told| matches!(told, Told::Gap(..) | Told::Conflict(..))));
}

proptest! {
    #[test]
    fn in_order_is_whole_and_closed(conversation in conversations()) {
        let log = follow(&conversation.made);
        is_whole(&log, &conversation);
        prop_assert_eq!(log.first().pop(), Some(Told::Ended(Ending::Closed)));
        prop_assert_eq!(log.texts(), [""; 0]);
    }

    #[test]
    fn out_of_order_is_whole(conversation in conversations(), late in vec(0..4_usize, 40)) {
        // The first three packets are no test of order: who is first names the ends.
        let (opening, rest) = conversation.made.split_at(3);
        let made = [opening, &jostle(rest, &late)].concat();
        is_whole(&follow(&made), &conversation);
    }

    #[test]
    fn every_packet_twice_is_whole(conversation in conversations(), late in vec(0..6_usize, 40)) {
        let twice: Vec<Made> =
            conversation.made.iter().flat_map(|made| [made.clone(), made.clone()]).collect();
        let (opening, rest) = twice.split_at(6);
        is_whole(&follow(&[opening, &jostle(rest, &late)].concat()), &conversation);
    }

    #[test]
    fn what_was_lost_is_a_gap_and_nothing_else_is(
        conversation in conversations(),
        lost in vec(prop::bool::weighted(0.2), 100),
        late in vec(0..3_usize, 40),
    ) {
        let mut expected = conversation.sent.clone();
        let starts: Vec<u32> = conversation.made.iter().take(2).map(|made| made.sequence).collect();
        let is_lost = |index: usize, made: &Made| !made.payload.is_empty() && lost[index % 100];
        for (_, made) in conversation.made.iter().enumerate().filter(|(index, made)| is_lost(*index, made)) {
            let side = usize::from(made.from.to_string() == SERVER);
            let at = made.sequence.wrapping_sub(starts[side].wrapping_add(1)) as usize;
            expected[side][at..at + made.payload.len()].fill(b'.');
        }
        let captured = conversation.made.iter().enumerate();
        let captured = captured.filter(|(index, made)| !is_lost(*index, made));
        let captured: Vec<Made> = captured.map(|(_, made)| made.clone()).collect();
        let (opening, rest) = captured.split_at(3);
        let log = follow(&[opening, &jostle(rest, &late)].concat());
        for end in End::BOTH {
            let expected = String::from_utf8(expected[end.index()].clone()).unwrap();
            prop_assert_eq!(log.stream(1, end), expected);
        }
        prop_assert_eq!(log.flows.len(), 1);
    }

    #[test]
    fn joined_anywhere_gives_the_end_of_both_streams(
        conversation in conversations(),
        from in 3..60_usize,
    ) {
        let from = from.min(conversation.made.len() - 3);
        let log = follow(&conversation.made[from..]);
        let first_is_client = conversation.made[from].from.to_string() == CLIENT;
        for end in End::BOTH {
            let side = end.index() ^ usize::from(!first_is_client);
            let sent = String::from_utf8(conversation.sent[side].clone()).unwrap();
            prop_assert!(sent.ends_with(&log.stream(1, end)));
        }
        prop_assert_eq!(log.flows.len(), 1);
        let gaps = log.first().iter().any(|told| matches!(told, Told::Gap(..)));
        prop_assert!(!gaps);
    }

    #[test]
    fn one_direction_alone_is_whole(conversation in conversations(), by_client: bool) {
        let from: std::net::SocketAddr = if by_client { CLIENT } else { SERVER }.parse().unwrap();
        let half: Vec<_> = conversation.made.iter().filter(|made| made.from == from).cloned().collect();
        let sent = String::from_utf8(conversation.sent[usize::from(!by_client)].clone()).unwrap();
        prop_assert_eq!(follow(&half).stream(1, End::First), sent);
    }

    #[test]
    fn a_snaplen_leaves_exactly_the_beginnings(conversation in conversations(), snaplen in 40..90_usize) {
        let mut expected = conversation.sent.clone();
        let starts: Vec<u32> = conversation.made.iter().take(2).map(|made| made.sequence).collect();
        let made: Vec<Made> = conversation.made.iter().map(|made| {
            let cut = (made.payload.len() + 40).saturating_sub(snaplen);
            let side = usize::from(made.from.to_string() == SERVER);
            let at = made.sequence.wrapping_sub(starts[side].wrapping_add(1)) as usize;
            let end = at.wrapping_add(made.payload.len());
            if cut > 0 {
                expected[side][end - cut..end].fill(b'.');
            }
            made.clone().cut(cut)
        }).collect();
        let log = follow(&made);
        for end in End::BOTH {
            let expected = String::from_utf8(expected[end.index()].clone()).unwrap();
            prop_assert_eq!(log.stream(1, end), expected);
        }
        prop_assert_eq!(log.first().pop(), Some(Told::Ended(Ending::Closed)));
    }
}

#[test]
fn a_million_segments_out_of_order_take_linear_time_and_bounded_memory() {
    let mut made = vec![client(0, 0, SYN, b""), server(0, 1, SYN_ACK, b"")];
    // Every second byte first, then the others: nothing can be delivered for long.
    for half in [2, 1] {
        made.extend((0..100_000).map(|index| client(half + index * 2, 1, ACK, b"x")));
    }
    let log = follow(&made);
    let stream = log.stream(1, End::First);
    assert!(stream.len() >= 199_999, "{}", stream.len());
}
