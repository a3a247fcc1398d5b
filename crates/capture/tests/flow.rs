//! Connections as captures show them, whole and damaged.
#![expect(clippy::unwrap_used, reason = "what a test cannot do fails it")]

mod network;

use capture::{End, Ending, Limits, Patience};
use network::*;

const FIRST: End = End::First;
const SECOND: End = End::Second;

fn data(from: End, offset: u64, text: &str, packet: u64) -> Told {
    Told::Data(from, offset, text.as_bytes().to_vec(), packet)
}

/// The three packets that open a connection: the client's bytes begin at 101, the server's at 901.
fn handshake() -> Vec<Made> {
    vec![client(100, 0, SYN, b""), server(900, 101, SYN_ACK, b""), client(101, 901, ACK, b"")]
}

fn after_handshake(made: impl IntoIterator<Item = Made>) -> Vec<Made> {
    handshake().into_iter().chain(made).collect()
}

#[test]
fn follows_a_connection_from_syn_to_the_last_ack() {
    let log = follow(&after_handshake([
        client(101, 901, PSH, b"hello"),
        server(901, 106, PSH, b"world"),
        client(106, 906, FIN, b""),
        server(906, 107, FIN, b"!"),
        client(107, 908, ACK, b""),
    ]));
    assert_eq!(
        log.first(),
        [
            Told::Opened,
            data(FIRST, 0, "hello", 4),
            data(SECOND, 0, "world", 5),
            Told::Fin(FIRST),
            data(SECOND, 5, "!", 7),
            Told::Fin(SECOND),
            Told::Ended(Ending::Closed),
        ]
    );
    let flow = &log.flows[0];
    assert_eq!((flow.initiator, flow.slot, flow.number), (Some(FIRST), 0, 1));
    assert_eq!((flow.first.to_string(), flow.second.to_string()), (CLIENT.into(), SERVER.into()));
    assert_eq!(flow.sent_by(FIRST).header_bytes, 5 * 40);
    assert_eq!(flow.sent_by(SECOND).payload_bytes, 6);
    assert_eq!(flow.opened.number, 1);
    assert_eq!(flow.latest.number, 8);
    assert_eq!(log.texts(), [""; 0]);
}

#[test]
fn who_receives_the_syn_ack_is_the_initiator() {
    let log = follow(&handshake()[1..]);
    assert_eq!(log.flows[0].initiator, Some(SECOND));
}

#[test]
fn nobody_is_known_to_have_opened_a_connection_joined_later() {
    let log = follow(&[server(901, 106, PSH, b"world"), client(106, 906, PSH, b"again")]);
    assert_eq!(log.flows[0].initiator, None);
    assert_eq!(log.stream(1, FIRST), "world");
    assert_eq!(log.stream(1, SECOND), "again");
}

#[test]
fn reordered_segments_come_out_in_order() {
    let log = follow(&after_handshake([
        client(106, 901, PSH, b"two"),
        client(109, 901, FIN, b"three"),
        client(101, 901, PSH, b"one, "),
    ]));
    let [_, one, two, three, fin, _] = &log.first()[..] else { panic!("{:?}", log.told) };
    assert_eq!(*one, data(FIRST, 0, "one, ", 6));
    assert_eq!(*two, data(FIRST, 5, "two", 4));
    assert_eq!(*three, data(FIRST, 8, "three", 5));
    assert_eq!(*fin, Told::Fin(FIRST));
}

#[test]
fn the_first_two_segments_of_a_joined_connection_may_be_swapped() {
    let log = follow(&[client(106, 901, PSH, b"world"), client(101, 901, PSH, b"hello")]);
    assert_eq!(log.stream(1, FIRST), "helloworld");
}

#[test]
fn attempts_are_counted_until_the_other_end_is_heard() {
    let again = || client(101, 901, PSH, b"hello");
    let log = follow(&after_handshake([again(), again(), again()]));
    assert_eq!(log.flows[0].sent_by(FIRST).attempts, 2);
    let log = follow(&after_handshake([again(), again(), server(901, 106, ACK, b"")]));
    assert_eq!(log.flows[0].sent_by(FIRST).attempts, 0);
}

#[test]
fn a_retransmission_is_counted_and_not_repeated() {
    let log = follow(&after_handshake([
        client(101, 901, PSH, b"hello"),
        client(101, 901, PSH, b"hello, you"),
        client(104, 901, PSH, b"lo"),
    ]));
    assert_eq!(log.stream(1, FIRST), "hello, you");
    assert_eq!(log.flows[0].sent_by(FIRST).repeated_bytes, 7);
    assert_eq!(log.flows[0].sent_by(FIRST).payload_bytes, 17);
}

#[test]
fn a_conflicting_retransmission_is_told_and_the_first_copy_counts() {
    let log = follow(&after_handshake([
        client(101, 901, PSH, b"hello"),
        client(101, 901, PSH, b"heLLo, you"),
    ]));
    assert_eq!(log.stream(1, FIRST), "hello, you");
    assert!(log.first().contains(&Told::Conflict(FIRST, 2)));
}

#[test]
fn a_conflict_is_found_long_after_the_first_copy() {
    let mut made = after_handshake([]);
    for index in 0..400_u32 {
        made.push(client(101 + index * 1_000, 901, PSH, &[b'x'; 1_000]));
    }
    made.push(client(101 + 200_500, 901, PSH, b"xxxxyxx"));
    assert!(follow(&made).first().contains(&Told::Conflict(FIRST, 200_504)));
}

#[test]
fn a_keep_alive_probe_is_no_conflict() {
    let log = follow(&after_handshake([
        client(101, 901, PSH, b"hello"),
        client(105, 901, ACK, b"\0"),
        server(901, 106, ACK, b""),
        client(105, 901, ACK, b""),
        client(106, 901, PSH, b"!"),
    ]));
    assert_eq!(log.stream(1, FIRST), "hello!");
    assert!(!log.first().iter().any(|told| matches!(told, Told::Conflict(..))));
}

#[test]
fn a_repeated_syn_changes_nothing_and_data_on_a_syn_counts() {
    let log = follow(&[
        client(100, 0, SYN, b"early"),
        client(100, 0, SYN, b"early"),
        server(900, 106, SYN_ACK, b""),
        server(900, 106, SYN_ACK, b""),
        client(106, 901, PSH, b" late"),
    ]);
    assert_eq!(log.stream(1, FIRST), "early late");
    assert_eq!(log.flows.len(), 1);
}

#[test]
fn a_simultaneous_open_is_one_connection() {
    let log = follow(&[
        client(100, 0, SYN, b""),
        server(900, 0, SYN, b""),
        client(100, 901, SYN_ACK, b""),
        server(900, 101, SYN_ACK, b""),
        client(101, 901, PSH, b"hello"),
    ]);
    assert_eq!(log.flows.len(), 1);
    assert_eq!(log.flows[0].initiator, Some(FIRST));
    assert_eq!(log.stream(1, FIRST), "hello");
}

#[test]
fn a_syn_behind_the_data_that_follows_it_is_the_same_connection() {
    let log = follow(&[
        client(106, 901, PSH, b"two"),
        client(100, 0, SYN, b""),
        client(101, 901, PSH, b"one, "),
        server(900, 101, SYN_ACK, b""),
    ]);
    assert_eq!((log.flows.len(), log.stream(1, FIRST)), (1, "one, two".into()));
    assert_eq!(log.flows[0].initiator, Some(FIRST));
}

#[test]
fn a_syn_with_another_sequence_number_is_another_connection() {
    let log = follow(&after_handshake([
        client(101, 901, PSH, b"hello"),
        client(70_000, 0, SYN, b""),
        server(80_000, 70_001, SYN_ACK, b""),
        client(70_001, 80_001, PSH, b"again"),
    ]));
    assert_eq!(log.of(1).last(), Some(&Told::Ended(Ending::Reused)));
    assert_eq!(log.stream(2, FIRST), "again");
    assert_eq!(log.flows[1].slot, log.flows[0].slot);
}

#[test]
fn late_packets_of_an_ended_connection_open_none() {
    let mut made = after_handshake([
        client(101, 901, FIN, b"bye"),
        server(901, 105, FIN, b""),
        client(105, 902, ACK, b""),
        // Late ones: a FIN, an acknowledgment, a retransmission, a reset.
        server(901, 105, FIN, b""),
        client(105, 902, ACK, b""),
        client(101, 901, FIN, b"bye"),
        client(105, 0, RST, b""),
    ]);
    assert_eq!(follow(&made).flows.len(), 1);
    made.push(client(5_000, 0, SYN, b""));
    assert_eq!(follow(&made).flows.len(), 2);
}

#[test]
fn data_for_an_ended_connection_is_passed_over_and_said() {
    let log = follow(&after_handshake([client(101, 0, RST, b""), server(901, 101, PSH, b"late")]));
    assert_eq!(log.flows.len(), 1);
    assert_eq!(
        log.texts(),
        ["packet 5 has data for a connection that is over: it was passed over"]
    );
}

#[test]
fn a_reset_ends_the_connection_after_what_was_sent_before() {
    let log = follow(&after_handshake([
        client(106, 901, PSH, b"world"),
        client(111, 0, RST, b""),
        client(101, 901, PSH, b"hello"),
    ]));
    assert_eq!(log.stream(1, FIRST), "helloworld");
    let [.., reset, ended] = &log.first()[..] else { panic!() };
    assert_eq!((reset, ended), (&Told::Reset(FIRST), &Told::Ended(Ending::Reset)));
}

#[test]
fn a_refused_connection_is_reset_by_the_other_side() {
    let log = follow(&[client(100, 0, SYN, b""), server(0, 101, RST.with(ACK), b"")]);
    assert_eq!(log.first(), [Told::Opened, Told::Reset(SECOND), Told::Ended(Ending::Reset)]);
}

#[test]
fn a_reset_far_from_the_stream_is_not_heeded() {
    let log = follow(&after_handshake([
        client(2_000_000_000, 0, RST, b""),
        client(101, 901, PSH, b"hello"),
    ]));
    assert_eq!(log.stream(1, FIRST), "hello");
    assert_eq!(log.texts().len(), 1);
    assert!(!log.first().contains(&Told::Reset(FIRST)));
}

#[test]
fn data_behind_a_fin_is_passed_over() {
    let log = follow(&after_handshake([
        client(101, 901, FIN, b"bye"),
        client(103, 901, PSH, b"e or not"),
        client(105, 901, PSH, b"more"),
    ]));
    assert_eq!(log.stream(1, FIRST), "bye");
    assert_eq!(log.texts().len(), 1);
}

#[test]
fn after_a_half_close_the_other_side_goes_on() {
    let log = follow(&after_handshake([
        client(101, 901, FIN, b"get"),
        server(901, 105, PSH, b"one"),
        server(904, 105, FIN, b"two"),
        client(105, 908, ACK, b""),
    ]));
    assert_eq!(log.stream(1, SECOND), "onetwo");
    assert_eq!(log.first().last(), Some(&Told::Ended(Ending::Closed)));
}

#[test]
fn acknowledged_bytes_that_do_not_come_are_a_gap_after_some_packets() {
    let mut made = after_handshake([
        client(101, 901, PSH, b"one"),
        // "two" is lost.
        client(107, 901, PSH, b"three"),
        server(901, 112, ACK, b""),
    ]);
    let before = made.len();
    for index in 0..80 {
        made.push(server(901 + index, 112, PSH, b"."));
    }
    let log = follow(&made);
    assert_eq!(log.stream(1, FIRST), "one...three");
    let gap = log.told.iter().position(|(_, told)| *told == Told::Gap(FIRST, 3, 3)).unwrap();
    assert!(gap > before && gap < log.told.len() - 10, "said in between, not at the end");
}

#[test]
fn acknowledged_bytes_that_do_not_come_are_a_gap_after_a_second() {
    let log = follow(&after_handshake([
        client(104, 901, PSH, b"two").at(0),
        server(901, 107, ACK, b"").at(1),
        server(901, 107, PSH, b"a").at(900),
        server(902, 107, PSH, b"b").at(1_002),
        server(903, 107, PSH, b"c").at(1_003),
    ]));
    let [_, a, b, gap, two, ..] = &log.first()[..] else { panic!("{:?}", log.told) };
    assert_eq!((a, b), (&data(SECOND, 0, "a", 6), &data(SECOND, 1, "b", 7)));
    assert_eq!((gap, two), (&Told::Gap(FIRST, 0, 3), &data(FIRST, 3, "two", 4)));
}

#[test]
fn a_hole_that_nobody_acknowledged_is_waited_for() {
    let mut made = after_handshake([client(104, 901, PSH, b"two").at(0)]);
    for index in 0..200 {
        made.push(server(901 + index, 101, PSH, b".").at(20 * u64::from(index)));
    }
    made.push(client(101, 901, PSH, b"one").at(5_000));
    let log = follow(&made);
    assert_eq!(log.stream(1, FIRST), "onetwo");
}

#[test]
fn a_stream_whose_last_bytes_were_lost_ends_with_a_gap() {
    let log = follow(&after_handshake([client(101, 901, PSH, b"one"), server(901, 110, ACK, b"")]));
    assert_eq!(log.stream(1, FIRST), "one......");
}

#[test]
fn one_segment_far_ahead_is_damage_and_two_are_a_long_gap() {
    let far = 101 + (100 << 20);
    let made = after_handshake([
        client(101, 901, PSH, b"one"),
        client(far, 901, PSH, b"far"),
        client(104, 901, PSH, b"two"),
    ]);
    assert_eq!(follow(&made).stream(1, FIRST), "onetwo");
    let made = [made, vec![client(far, 901, PSH, b"far"), client(far + 3, 901, PSH, b"on")]];
    let log = follow(&made.concat());
    let gap = Told::Gap(FIRST, 6, (100 << 20) - 3);
    let [.., one, two, _] = &log.first()[..] else { panic!() };
    assert_eq!((one, two), (&gap, &data(FIRST, (100 << 20) + 3, "on", 8)));
}

#[test]
fn a_lost_fin_is_no_gap() {
    let log = follow(&after_handshake([
        client(101, 901, PSH, b"one"),
        server(901, 105, FIN, b""),
        client(105, 902, ACK, b""),
    ]));
    assert_eq!(log.stream(1, FIRST), "one");
    assert_eq!(log.first().last(), Some(&Told::Ended(Ending::Capture)));
}

#[test]
fn one_direction_alone_is_followed_and_its_holes_are_said() {
    let mut made = vec![server(901, 101, PSH, b"one"), server(904, 101, PSH, b"two")];
    for index in 0..300 {
        made.push(server(910 + index, 101, PSH, b"x"));
    }
    let log = follow(&made);
    assert_eq!(log.stream(1, FIRST), format!("onetwo...{}", "x".repeat(300)));
    let gap = log.told.iter().position(|(_, told)| *told == Told::Gap(FIRST, 6, 3)).unwrap();
    assert!(gap < 10, "{gap}");
}

#[test]
fn what_a_snaplen_cut_off_is_a_gap() {
    let log = follow(&after_handshake([
        client(101, 901, PSH, b"hello, world").cut(7),
        client(113, 901, PSH, b"again").cut(5),
        client(118, 901, FIN, b"end"),
    ]));
    assert_eq!(log.stream(1, FIRST), "hello............end");
    assert!(log.first().contains(&Told::Fin(FIRST)));
    assert_eq!(log.texts(), [""; 0]);
}

#[test]
fn two_interfaces_that_see_the_same_packets_are_one_connection() {
    let once = after_handshake([
        client(101, 901, PSH, b"hello"),
        server(901, 106, FIN, b"world"),
        client(106, 907, FIN, b""),
        server(907, 107, ACK, b""),
    ]);
    let twice: Vec<_> = once.iter().flat_map(|made| [made.clone(), made.clone()]).collect();
    let log = follow(&twice);
    assert_eq!((log.flows.len(), log.stream(1, FIRST)), (1, "hello".into()));
    assert_eq!(log.stream(1, SECOND), "world");
}

#[test]
fn time_that_goes_backwards_is_said_once() {
    let made = [client(100, 0, SYN, b"").at(5_000), client(101, 0, ACK, b"").at(3_000)];
    let log = follow(&[made.clone(), made].concat());
    assert_eq!(log.texts(), ["time goes backwards: packet 2 is 2s older than one before it"]);
}

#[test]
fn the_connection_silent_for_the_longest_time_is_given_up_first() {
    let limits = Limits { flows: 3, ..Limits::default() };
    let mut made: Vec<_> = (1..=3).map(|port| client(100, 0, SYN, b"").ports(port, 80)).collect();
    made.push(client(101, 0, ACK, b"").ports(1, 80));
    made.push(client(100, 0, SYN, b"").ports(4, 80));
    let log = follow_within(limits, &made);
    assert_eq!(log.of(2), [Told::Opened, Told::Ended(Ending::GivenUp)]);
    let want = "more than 3 connections are open at once: those that were silent for the longest time are given up";
    assert_eq!(log.texts(), [want]);
}

#[test]
fn what_is_held_behind_holes_is_bounded() {
    let limits = Limits { held_per_stream: 10_000, held: 30_000, ..Limits::default() };
    let mut made = Vec::new();
    for port in 1..=10 {
        made.push(client(100, 0, SYN, b"").ports(port, 80));
        made.push(server(900, 101, SYN_ACK, b"").ports(80, port));
    }
    for index in 0..100 {
        for port in 1..=10 {
            made.push(client(200 + index * 100, 901, PSH, &[b'x'; 100]).ports(port, 80));
        }
    }
    let log = follow_within(limits, &made);
    assert_eq!(log.stream(1, FIRST).len(), 99 + 100 * 100);
    assert!(log.texts()[0].starts_with("too much lies behind missing bytes"), "{:?}", log.texts());
}

#[test]
fn patience_is_a_setting() {
    let patience = Patience { packets: 1, ..Patience::default() };
    let log = follow_within(
        Limits { patience, ..Limits::default() },
        &after_handshake([
            client(104, 901, PSH, b"two"),
            server(901, 107, ACK, b""),
            server(901, 107, PSH, b"a"),
            client(101, 902, PSH, b"one"),
        ]),
    );
    assert_eq!(log.stream(1, FIRST), "...two");
}

#[test]
fn a_hundred_thousand_connections_are_fine() {
    let mut made = Vec::new();
    for index in 0..100_000_u32 {
        let from = format!("10.{}.{}.{}:40000", index >> 16, index >> 8 & 0xff, index & 0xff);
        made.push(Made::new(&from, SERVER, 100, 0, SYN, b""));
        made.push(Made::new(&from, SERVER, 101, 0, ACK, b"hello"));
    }
    let log = follow(&made);
    assert_eq!(log.flows.len(), 100_000);
    assert_eq!(log.stream(100_000, FIRST), "hello");
    assert_eq!(log.texts(), [""; 0]);
}

/// Connections that each wait for their first segment, with so many segments behind it, in turns.
fn waiting_connections(count: u16, segments: u32) -> Vec<Made> {
    let opening = (1..=count).map(|port| client(100, 0, SYN, b"").ports(port, 80));
    let behind = (0..segments).flat_map(|index| {
        (1..=count)
            .map(move |port| client(200 + index * 100, 901, PSH, &[b'x'; 100]).ports(port, 80))
    });
    opening.chain(behind).collect()
}

#[test]
fn of_all_that_is_held_what_waited_the_longest_is_given_up_first() {
    let limits = Limits { held: 3_000, ..Limits::default() };
    let mut made = waiting_connections(16, 1);
    // What the last two miss comes late, but they still wait for it.
    for port in [15, 16] {
        made.push(client(101, 901, PSH, &[b'w'; 99]).ports(port, 80));
    }
    let log = follow_within(limits, &made);
    let is_gap = |told: &&(u64, Told)| matches!(told.1, Told::Gap(..));
    let mut gaps = log.told.iter().filter(is_gap).map(|(flow, _)| *flow);
    assert!(gaps.by_ref().eq(1..=14), "{:?}", log.told);
    let early = log.told.iter().position(|told| *told == (1, Told::Gap(FIRST, 0, 99))).unwrap();
    let late = log
        .told
        .iter()
        .position(|(flow, told)| (*flow, told) == (15, &Told::Data(FIRST, 0, vec![b'w'; 99], 33)));
    assert!(early < late.unwrap());
}

#[test]
fn a_connection_that_was_reset_ends_when_its_hole_is_given_up() {
    let limits = Limits { held: 300, ..Limits::default() };
    let mut made = waiting_connections(1, 1);
    made.push(client(300, 0, RST, b"").ports(1, 80));
    made.push(client(200, 901, PSH, &[b'x'; 200]).ports(2, 80));
    let log = follow_within(limits, &made);
    assert_eq!(
        log.told[..6],
        [
            (1, Told::Opened),
            (2, Told::Opened),
            (1, Told::Gap(FIRST, 0, 99)),
            (1, data(FIRST, 99, &"x".repeat(100), 2)),
            (1, Told::Reset(FIRST)),
            (1, Told::Ended(Ending::Reset)),
        ]
    );
}

#[test]
fn thousands_of_connections_that_wait_at_once_take_linear_time() {
    let limits = Limits { held: 1 << 20, ..Limits::default() };
    let made = waiting_connections(3_000, 20);
    // Were each of the 60,000 segments to look at all that wait, this would not end soon.
    let log = follow_within(limits, &made);
    assert_eq!(log.flows.len(), 3_000);
    assert_eq!(log.stream(3_000, FIRST).len(), 99 + 20 * 100);
}
