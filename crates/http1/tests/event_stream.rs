//! Event streams: the examples of the HTML standard, every cut, round trips.

use http1::{EventStream, ServerEvent, event_stream};
use proptest::prelude::*;
use wire::laws;

#[expect(clippy::unwrap_used, reason = "nothing here is too large")]
fn drive(chunks: &[&[u8]]) -> Vec<(std::ops::Range<u64>, ServerEvent)> {
    let mut stream = EventStream::new(1_000);
    let mut events = Vec::new();
    for chunk in chunks {
        stream.receive(chunk);
        while let Some(dispatched) = stream.next_event().unwrap() {
            events.push((dispatched.range, dispatched.event));
        }
    }
    events
}

#[track_caller]
fn check(bytes: impl AsRef<[u8]>, want: &[ServerEvent]) {
    let events = laws::same_at_every_cut(bytes.as_ref(), drive);
    let events: Vec<_> = events.into_iter().map(|(_, event)| event).collect();
    assert_eq!(events, want);
}

fn message(data: &str) -> ServerEvent {
    ServerEvent::new(data)
}

#[test]
fn html_9_2_6_joins_data_lines() {
    check("data: YHOO\ndata: +2\ndata: 10\n\n", &[message("YHOO\n+2\n10")]);
}

#[test]
fn html_9_2_6_ids_stay_until_another_one_comes() {
    let stream = ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n";
    check(
        stream,
        &[message("first event").with_id("1"), message("second event"), message(" third event")],
    );
    check(
        "id: 1\n\ndata: a\n\nid: 2\0\ndata: b\n\n",
        &[message("a").with_id("1"), message("b").with_id("1")],
    );
}

#[test]
fn html_9_2_6_an_empty_data_field_is_data_and_no_field_is_none() {
    check("data\n\ndata\ndata\n\ndata:", &[message(""), message("\n")]);
    check("event: only\n\ndata: a\n\n", &[message("a")]);
}

#[test]
fn html_9_2_6_one_space_behind_the_colon_is_no_value() {
    check("data:test\n\ndata: test\n\n", &[message("test"), message("test")]);
}

#[test]
fn lines_end_with_lf_or_cr_or_both() {
    check("data: a\r\n\r\ndata: b\r\rdata: c\n\ndata: d\r\n\n", &["a", "b", "c", "d"].map(message));
    check("data: a\n\r\ndata: b\r\n\r\n", &["a", "b"].map(message));
}

#[test]
fn a_byte_order_mark_counts_only_at_the_start() {
    check(
        "\u{feff}data: a\n\n\u{feff}data: b\n\ndata: \u{feff}c\n\n",
        &[message("a"), message("\u{feff}c")],
    );
    check(b"\xef\xbb\ndata: a\n\n", &[message("a")]);
    check("\u{feff}\u{feff}data: a\n\n", &[]);
}

#[test]
fn knows_types_and_passes_over_unknown_fields() {
    check(
        "event: joined\nData: A\nfoo: b\ndata: c\n\nevent:\ndata: d\n\n",
        &[message("c").named("joined"), message("d")],
    );
}

#[test]
fn retry_is_digits_and_holds_without_an_event() {
    let retry = |data: &str, retry| ServerEvent { retry: Some(retry), ..message(data) };
    check("retry: 1000\ndata: a\n\ndata: b\n\n", &[retry("a", 1000), message("b")]);
    check("retry: 1s\ndata: a\n\nretry:\ndata: b\n\n", &[message("a"), message("b")]);
    let mut stream = EventStream::new(10);
    stream.receive(b"retry: 250\n\nretry: -1\n\n");
    assert_eq!(stream.next_event(), Ok(None));
    assert_eq!(stream.reconnection_time(), Some(250));
}

#[test]
fn bytes_that_are_no_utf8_are_replaced() {
    check(b"data: a\xffb\xc3\ndata: \xed\x95\x9c\n\n", &[message("a\u{fffd}b\u{fffd}\n한")]);
}

#[test]
fn names_the_bytes_of_an_event() {
    let events = drive(&[b": hi\n\ndata: a\n\nid: 1\r\n\r\ndata: b\r\n\r\n"]);
    let ranges: Vec<_> = events.into_iter().map(|(range, _)| range).collect();
    assert_eq!(ranges, [6..15, 24..34]);
}

#[test]
fn an_event_that_is_too_large_is_passed_over() {
    for large in [format!("data: {}\n", "x".repeat(2_000)), "data: 0123456789\n".repeat(200)] {
        for chunk in [1, 100, 10_000] {
            let mut stream = EventStream::new(1_000);
            let bytes = format!("data: a\n\n{large}\ndata: b\n\n");
            bytes.as_bytes().chunks(chunk).for_each(|chunk| stream.receive(chunk));
            assert_eq!(stream.next_event().unwrap().unwrap().event, message("a"));
            assert_eq!(stream.next_event().unwrap_err().rule.id, "http1/event-too-large");
            assert_eq!(stream.next_event().unwrap().unwrap().event, message("b"));
        }
    }
    let mut stream = EventStream::new(10);
    stream.receive(format!(":{}\ndata: a\n\n", "x".repeat(100)).as_bytes());
    assert_eq!(stream.next_event().unwrap().unwrap().event, message("a"));
}

#[test]
fn refuses_to_send_what_would_end_its_line() {
    let mut out = Vec::new();
    assert!(message("a").named("b\nc").encode(&mut out).is_err());
    assert!(message("a").with_id("b\rc").encode(&mut out).is_err());
    assert!(message("a").with_id("b\0c").encode(&mut out).is_err());
    assert_eq!(out, b"");
}

#[test]
fn comments_dispatch_nothing() {
    let mut out = Vec::new();
    event_stream::encode_comment("keep\nalive", &mut out);
    assert_eq!(out, b": keep\n: alive\n\n");
    check(out, &[]);
}

proptest! {
    #[test]
    fn what_is_encoded_is_decoded(
        event in "[^\r\n]{1,10}", data in "[^\r]*", id in "[^\r\n\0]{1,10}", retry: Option<u64>,
    ) {
        let event = ServerEvent { event, data, id, retry };
        let mut bytes = Vec::new();
        event.encode(&mut bytes).unwrap();
        let mut stream = EventStream::new(10_000);
        stream.receive(&bytes);
        let dispatched = stream.next_event().unwrap().unwrap();
        prop_assert_eq!(dispatched.event, event);
        prop_assert_eq!(dispatched.range, 0..bytes.len() as u64);
    }

    #[test]
    fn any_bytes_give_the_same_events_however_they_are_cut(
        words in prop::collection::vec(prop::sample::select(WORDS), 0..40),
    ) {
        let bytes = words.concat();
        laws::same_at_every_cut(&bytes, drive);
    }
}

const WORDS: &[&[u8]] = &[
    b"data: a",
    b"data",
    b"id: 1",
    b"event: e",
    b"retry: 5",
    b":",
    b" ",
    b"\r",
    b"\n",
    b"\r\n",
    b"\n\n",
    b"\xef\xbb\xbf",
    b"\xef",
    b"\xff",
    b"\0",
];
