//! Messages in pieces, with all that may and may not stand between.

use Opcode::{Binary, Close, Continuation, Ping, Pong, Text};
use try_reassemble::{Assembly, Event, Frame, Opcode, Refusal};

const LIMIT: usize = 16;

fn frame(fin: bool, opcode: Opcode, payload: &str) -> Frame {
    Frame { fin, opcode, payload: payload.into() }
}

fn more(opcode: Opcode, payload: &str) -> Frame {
    frame(false, opcode, payload)
}

fn last(opcode: Opcode, payload: &str) -> Frame {
    frame(true, opcode, payload)
}

fn text(payload: &str) -> Option<Event> {
    Some(Event::Text(payload.into()))
}

fn control(opcode: Opcode, payload: &str) -> Option<Event> {
    Some(Event::Control(opcode, payload.into()))
}

/// Feeds the frames to one assembly and compares each answer.
#[track_caller]
fn check<const N: usize>(conversation: [(Frame, Result<Option<Event>, Refusal>); N]) {
    let mut assembly = Assembly::new(LIMIT);
    let mut so_far = String::new();
    for (frame, want) in conversation {
        let Frame { fin, opcode, payload } = &frame;
        let fin = u8::from(*fin);
        so_far += &format!("\n  FIN {fin} {opcode:?} {:?}", String::from_utf8_lossy(payload));
        let got = assembly.receive(frame);
        assert_eq!(got, want, "after these frames (RFC 6455, section 5.4):{so_far}\n");
    }
}

#[test]
fn a_message_in_one_frame() {
    check([
        (last(Text, "Hello"), Ok(text("Hello"))),
        (last(Binary, "Hello"), Ok(Some(Event::Binary(b"Hello".to_vec())))),
        (last(Text, ""), Ok(text(""))),
    ]);
}

#[test]
fn rfc6455_5_7_a_fragmented_hello() {
    check([(more(Text, "Hel"), Ok(None)), (last(Continuation, "lo"), Ok(text("Hello")))]);
}

#[test]
fn the_first_frame_says_what_the_message_is() {
    check([
        (more(Binary, "a"), Ok(None)),
        (more(Continuation, "b"), Ok(None)),
        (last(Continuation, "c"), Ok(Some(Event::Binary(b"abc".to_vec())))),
        (more(Text, "d"), Ok(None)),
        (more(Continuation, "e"), Ok(None)),
        (last(Continuation, "f"), Ok(text("def"))),
    ]);
}

#[test]
fn a_control_frame_between_is_told_at_once_and_changes_nothing() {
    check([
        (more(Text, "He"), Ok(None)),
        (last(Ping, "1"), Ok(control(Ping, "1"))),
        (more(Continuation, "l"), Ok(None)),
        (last(Pong, ""), Ok(control(Pong, ""))),
        (last(Ping, "2"), Ok(control(Ping, "2"))),
        (last(Continuation, "lo"), Ok(text("Hello"))),
        (last(Ping, "3"), Ok(control(Ping, "3"))),
        (more(Binary, "x"), Ok(None)),
        (last(Close, "\u{3}"), Ok(control(Close, "\u{3}"))),
    ]);
}

#[test]
fn an_empty_fragment_is_a_fragment() {
    check([
        (more(Text, ""), Ok(None)),
        (more(Continuation, ""), Ok(None)),
        (last(Continuation, ""), Ok(text(""))),
        (more(Text, "all"), Ok(None)),
        (last(Continuation, ""), Ok(text("all"))),
        (more(Text, ""), Ok(None)),
        (last(Text, "b"), Err(Refusal::ExpectedContinuation)),
    ]);
}

#[test]
fn a_message_is_not_told_twice() {
    check([
        (more(Text, "a"), Ok(None)),
        (last(Continuation, "b"), Ok(text("ab"))),
        (last(Text, "c"), Ok(text("c"))),
        (more(Text, "d"), Ok(None)),
        (last(Continuation, "e"), Ok(text("de"))),
    ]);
}

#[test]
fn refuses_a_second_message_before_the_first_has_ended() {
    for second in [Text, Binary] {
        for fin in [true, false] {
            check([
                (more(Text, "one"), Ok(None)),
                (frame(fin, second, "two"), Err(Refusal::ExpectedContinuation)),
            ]);
            check([
                (more(Binary, "one"), Ok(None)),
                (last(Ping, ""), Ok(control(Ping, ""))),
                (more(Continuation, ""), Ok(None)),
                (frame(fin, second, "two"), Err(Refusal::ExpectedContinuation)),
            ]);
        }
    }
}

#[test]
fn refuses_a_continuation_of_nothing() {
    let refused = Err(Refusal::UnexpectedContinuation);
    for fin in [true, false] {
        check([(frame(fin, Continuation, "lo"), refused.clone())]);
        check([
            (last(Ping, ""), Ok(control(Ping, ""))),
            (frame(fin, Continuation, ""), refused.clone()),
        ]);
        check([
            (last(Text, "whole"), Ok(text("whole"))),
            (frame(fin, Continuation, "lo"), refused.clone()),
        ]);
        check([
            (more(Text, "a"), Ok(None)),
            (last(Continuation, "b"), Ok(text("ab"))),
            (frame(fin, Continuation, "c"), refused.clone()),
        ]);
    }
}

#[test]
fn a_message_may_have_as_many_bytes_as_the_limit() {
    let full = "0123456789abcdef";
    check([
        (last(Text, full), Ok(text(full))),
        (more(Text, &full[..15]), Ok(None)),
        (last(Continuation, &full[15..]), Ok(text(full))),
        (more(Text, full), Ok(None)),
        (last(Continuation, ""), Ok(text(full))),
    ]);
}

#[test]
fn refuses_a_message_as_soon_as_it_is_too_big() {
    let full = "0123456789abcdef";
    let refused = Err(Refusal::TooBig);
    check([(last(Text, "0123456789abcdefg"), refused.clone())]);
    check([(more(Text, "0123456789abcdefg"), refused.clone())]);
    check([(more(Binary, full), Ok(None)), (more(Continuation, "g"), refused.clone())]);
    check([
        (more(Binary, "0123456789"), Ok(None)),
        (more(Continuation, "abcde"), Ok(None)),
        (more(Continuation, "fg"), refused.clone()),
    ]);
}

#[test]
fn the_payload_of_a_ping_does_not_count() {
    let full = "0123456789abcdef";
    check([
        (more(Text, &full[..8]), Ok(None)),
        (last(Ping, "a ping of twenty-four b."), Ok(control(Ping, "a ping of twenty-four b."))),
        (last(Continuation, &full[8..]), Ok(text(full))),
    ]);
}

#[test]
fn each_message_has_the_whole_limit_for_itself() {
    let full = "0123456789abcdef";
    check([
        (last(Text, full), Ok(text(full))),
        (more(Text, full), Ok(None)),
        (last(Continuation, ""), Ok(text(full))),
        (last(Text, full), Ok(text(full))),
    ]);
}
