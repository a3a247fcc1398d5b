//! Every turn in every state, for both sides, and whole conversations.

use try_closing_states::{Act, State, Turn, can_receive, can_send, step};
use wire::Side;

const CLEAN: State = State::Closed { clean: true };
const UNCLEAN: State = State::Closed { clean: false };

#[track_caller]
fn check(we: Side, state: State, turn: Turn, want: State, acts: &[Act]) {
    assert_eq!(
        step(we, state, turn),
        (want, acts),
        "the {we} is in {state:?}, then {turn:?}: see \"Goodbye\" in chapter 8, and RFC 6455, \
         section 7.1"
    );
}

#[test]
fn who_closes_says_so_and_waits() {
    for we in Side::BOTH {
        check(we, State::Open, Turn::WeClose, State::Closing, &[Act::SendClose]);
    }
}

#[test]
fn who_is_told_answers_and_the_server_ends_tcp() {
    check(Side::Client, State::Open, Turn::TheyClose, State::Ending, &[Act::SendClose]);
    let both = [Act::SendClose, Act::EndStream];
    check(Side::Server, State::Open, Turn::TheyClose, State::Ending, &both);
}

#[test]
fn the_answer_to_our_close_frame_is_not_answered() {
    check(Side::Client, State::Closing, Turn::TheyClose, State::Ending, &[]);
    check(Side::Server, State::Closing, Turn::TheyClose, State::Ending, &[Act::EndStream]);
}

#[test]
fn an_end_is_clean_if_both_close_frames_have_passed() {
    for we in Side::BOTH {
        check(we, State::Open, Turn::StreamEnds, UNCLEAN, &[]);
        check(we, State::Closing, Turn::StreamEnds, UNCLEAN, &[]);
        check(we, State::Ending, Turn::StreamEnds, CLEAN, &[]);
    }
}

#[test]
fn nobody_waits_for_ever() {
    for we in Side::BOTH {
        check(we, State::Closing, Turn::TimedOut, UNCLEAN, &[Act::EndStream]);
        check(we, State::Ending, Turn::TimedOut, CLEAN, &[Act::EndStream]);
        check(we, State::Open, Turn::TimedOut, State::Open, &[]);
    }
}

#[test]
fn one_close_frame_is_enough() {
    for we in Side::BOTH {
        check(we, State::Closing, Turn::WeClose, State::Closing, &[]);
        check(we, State::Ending, Turn::WeClose, State::Ending, &[]);
        check(we, State::Ending, Turn::TheyClose, State::Ending, &[]);
    }
}

#[test]
fn closed_is_the_end() {
    for we in Side::BOTH {
        for state in [CLEAN, UNCLEAN] {
            for turn in [Turn::WeClose, Turn::TheyClose, Turn::StreamEnds, Turn::TimedOut] {
                check(we, state, turn, state, &[]);
            }
        }
    }
}

#[test]
fn sends_until_we_close_and_receives_until_they_close() {
    let table = [
        (State::Open, true, true),
        (State::Closing, false, true),
        (State::Ending, false, false),
        (CLEAN, false, false),
        (UNCLEAN, false, false),
    ];
    for (state, sends, receives) in table {
        assert_eq!(can_send(state), sends, "may we send a message in {state:?}?");
        assert_eq!(
            can_receive(state),
            receives,
            "may a message arrive in {state:?}? What they sent before they read our close frame \
             is still on its way"
        );
    }
}

/// Two machines and the wire between: frames arrive in order, TCP's end last.
#[test]
fn two_machines_always_end_cleanly_whoever_closes_first() {
    for first in [&[Side::Client][..], &[Side::Server], &[Side::Client, Side::Server]] {
        let mut states = [State::Open; 2];
        let mut on_the_way: Vec<(Side, Turn)> = Vec::new();
        let mut closes_sent = [0; 2];
        let mut turn = |we: Side, turn: Turn, on_the_way: &mut Vec<(Side, Turn)>| {
            let (state, acts) = step(we, states[we as usize], turn);
            states[we as usize] = state;
            for act in acts {
                match act {
                    Act::SendClose => {
                        closes_sent[we as usize] += 1;
                        on_the_way.push((we.other(), Turn::TheyClose));
                    }
                    Act::EndStream => {
                        on_the_way.push((we.other(), Turn::StreamEnds));
                        on_the_way.push((we, Turn::StreamEnds));
                    }
                }
            }
        };
        for &side in first {
            turn(side, Turn::WeClose, &mut on_the_way);
        }
        let mut steps = 0;
        while !on_the_way.is_empty() && steps < 20 {
            let (side, what) = on_the_way.remove(0);
            turn(side, what, &mut on_the_way);
            steps += 1;
        }
        assert_eq!(closes_sent, [1, 1], "close frames of client and server, begun by {first:?}");
        assert_eq!(states, [CLEAN; 2], "client and server at the end, begun by {first:?}");
    }
}
