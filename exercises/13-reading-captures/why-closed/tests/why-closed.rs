//! Endings of captures that lie in `fixtures/captures`, and a few more.

use Side::{Client, Server};
use try_why_closed::{Event, Verdict, onclose, verdict};
use wire::Side;

fn close(by: Side, code: u16) -> Event {
    Event::CloseFrame(by, Some(code))
}

#[track_caller]
fn check(events: &[Event], want: Verdict, code: u16) {
    assert_eq!(
        verdict(events),
        want,
        "the verdict on {events:?}: see \"Who ended it\", chapter 13"
    );
    assert_eq!(
        onclose(events),
        code,
        "what the page is told of {events:?}: see \"The codes\", chapter 8"
    );
}

#[test]
fn the_capture_chromium_close_3001() {
    let events = [close(Client, 3001), close(Server, 3001), Event::Fin(Server), Event::Fin(Client)];
    check(&events, Verdict::Closed { by: Client, code: Some(3001) }, 3001);
}

#[test]
fn the_capture_chromium_close_server_1001() {
    let events = [close(Server, 1001), close(Client, 1001), Event::Fin(Server), Event::Fin(Client)];
    check(&events, Verdict::Closed { by: Server, code: Some(1001) }, 1001);
}

#[test]
fn the_capture_chromium_close_no_code() {
    let events = [
        Event::CloseFrame(Client, None),
        Event::CloseFrame(Server, None),
        Event::Fin(Server),
        Event::Fin(Client),
    ];
    check(&events, Verdict::Closed { by: Client, code: None }, 1005);
}

#[test]
fn the_capture_close_1006_fin() {
    check(&[Event::Fin(Client), Event::Fin(Server)], Verdict::Fin { by: Client }, 1006);
}

#[test]
fn the_capture_close_1006_reset() {
    check(&[Event::Reset(Client)], Verdict::Reset { by: Client }, 1006);
}

#[test]
fn the_capture_node_ws_unplugged() {
    check(&[Event::Unheard(Client)], Verdict::Unplugged { by: Client }, 1006);
}

#[test]
fn nothing_has_ended_yet() {
    check(&[], Verdict::Open, 1006);
    check(&[close(Client, 1000)], Verdict::Open, 1006);
    check(&[close(Server, 1000)], Verdict::Open, 1000);
}

#[test]
fn a_goodbye_without_an_answer() {
    check(&[close(Client, 1000), Event::Fin(Server)], Verdict::Unanswered { by: Client }, 1006);
    check(&[close(Client, 1000), Event::Reset(Client)], Verdict::Unanswered { by: Client }, 1006);
    check(&[close(Server, 1001), Event::Fin(Client)], Verdict::Unanswered { by: Server }, 1001);
    check(&[close(Server, 1001), Event::Unheard(Server)], Verdict::Unanswered { by: Server }, 1001);
    check(&[Event::Fin(Client), close(Server, 1011)], Verdict::Unanswered { by: Server }, 1011);
}

#[test]
fn somebody_elses_silence_does_not_make_a_goodbye_unanswered() {
    check(&[close(Server, 1001), Event::Unheard(Client)], Verdict::Open, 1001);
}

#[test]
fn a_goodbye_from_both_is_a_close_however_tcp_ends() {
    let want = Verdict::Closed { by: Server, code: Some(1012) };
    check(&[close(Server, 1012), close(Client, 1012)], want, 1012);
    check(&[close(Server, 1012), close(Client, 1012), Event::Reset(Client)], want, 1012);
    check(&[close(Server, 1012), close(Client, 1012), Event::Unheard(Server)], want, 1012);
    check(&[close(Server, 1012), Event::Fin(Server), close(Client, 1012)], want, 1012);
}

#[test]
fn the_first_code_names_the_reason_and_the_servers_code_reaches_the_page() {
    let want = Verdict::Closed { by: Client, code: Some(4001) };
    check(&[close(Client, 4001), close(Server, 1000), Event::Fin(Server)], want, 1000);
    check(&[close(Client, 4001), Event::CloseFrame(Server, None)], want, 1005);
    let want = Verdict::Closed { by: Client, code: None };
    check(&[Event::CloseFrame(Client, None), close(Server, 1000)], want, 1000);
}

#[test]
fn a_second_close_frame_from_the_same_side_is_no_answer() {
    check(&[close(Client, 1000), close(Client, 1001)], Verdict::Open, 1006);
    let events = [close(Server, 1000), close(Server, 1001), Event::Fin(Server)];
    check(&events, Verdict::Unanswered { by: Server }, 1000);
}

#[test]
fn the_first_end_of_tcp_counts() {
    check(&[Event::Fin(Server), Event::Reset(Client)], Verdict::Fin { by: Server }, 1006);
    check(&[Event::Reset(Server), Event::Fin(Client)], Verdict::Reset { by: Server }, 1006);
    check(&[Event::Fin(Server), Event::Fin(Client)], Verdict::Fin { by: Server }, 1006);
}

#[test]
fn unplugged_is_for_connections_that_never_ended() {
    check(&[Event::Unheard(Server), Event::Reset(Server)], Verdict::Reset { by: Server }, 1006);
    check(&[Event::Unheard(Client), Event::Fin(Server)], Verdict::Fin { by: Server }, 1006);
    check(
        &[Event::Unheard(Server), Event::Unheard(Client)],
        Verdict::Unplugged { by: Server },
        1006,
    );
}
