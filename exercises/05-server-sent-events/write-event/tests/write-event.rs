//! Events, written by you and read as browsers read them.

use http1::EventStream;
use try_write_event::{Event, encode};

/// What a page gets: type, text and the id in force, of each event. Before it, an event with the id `old`.
fn read(text: &str) -> Vec<(String, String, String)> {
    let mut stream = EventStream::new(1_000_000);
    stream.receive(b"id: old\ndata: before\n\n");
    stream.receive(text.as_bytes());
    stream.receive(b"data: behind\n\n");
    let mut events = Vec::new();
    while let Some(dispatched) = stream.next_event().expect("no event is too large") {
        let event = dispatched.event;
        events.push((event.event, event.data, event.id));
    }
    events
}

#[track_caller]
fn check(event: &Event<'_>, kind: &str, data: &str, id: &str) {
    let text = encode(event).unwrap_or_else(|| panic!("{event:?} can be written\nBook: chapter 5"));
    let own = |text: &str| text.to_owned();
    let wanted = [
        (own("message"), own("before"), own("old")),
        (own(kind), own(data), own(id)),
        (own("message"), own("behind"), own(id)),
    ];
    assert_eq!(
        read(&text),
        wanted,
        "\n{event:?}\nwas written as\n{}\nwhich a browser reads as on the left, between an event before \
         and one behind\nHTML standard, section 9.2.5; book: chapter 5, \"The body\"\n",
        text.escape_debug()
    );
    assert!(!text.contains('\r'), "lines are to end with LF: {text:?}");
}

#[track_caller]
fn check_data(data: &str, wanted: &str) {
    check(&Event { data, ..Event::default() }, "message", wanted, "old");
}

#[test]
fn a_text_is_an_event() {
    check_data("hello", "hello");
    check_data("안녕 👋", "안녕 👋");
}

#[test]
fn type_and_id_have_lines_of_their_own() {
    let event = Event { kind: Some("greeting"), id: Some("7"), data: "hello" };
    check(&event, "greeting", "hello", "7");
    check(&Event { kind: Some("가입"), ..event }, "가입", "hello", "7");
}

#[test]
fn an_empty_id_resets_the_old_one() {
    check(&Event { id: Some(""), data: "a", ..Event::default() }, "message", "a", "");
}

#[test]
fn a_text_of_several_lines_arrives_whole() {
    check_data("a\nb", "a\nb");
    check_data("a\n\nb", "a\n\nb");
    check_data("\na", "\na");
    check_data("a\n", "a\n");
    check_data("\n", "\n");
    check_data("\n\n\n", "\n\n\n");
}

#[test]
fn cr_and_cr_lf_arrive_as_lf() {
    check_data("a\rb", "a\nb");
    check_data("a\r\nb", "a\nb");
    check_data("a\r\r\n\nb\r", "a\n\n\nb\n");
    check_data("a\n\rb", "a\n\nb");
}

#[test]
fn an_empty_text_is_an_event() {
    check_data("", "");
    check(&Event { kind: Some("ping"), id: None, data: "" }, "ping", "", "old");
}

#[test]
fn spaces_in_the_text_arrive() {
    check_data(" a", " a");
    check_data("  a \n b ", "  a \n b ");
    check_data(" ", " ");
    check_data("\ta", "\ta");
    check(&Event { kind: Some(" a"), id: Some(" b "), data: "c" }, " a", "c", " b ");
}

#[test]
fn no_text_can_write_a_field() {
    check_data("hello\nid: 99", "hello\nid: 99");
    check_data("hello\revent: login", "hello\nevent: login");
    check_data("hello\n\ndata: a second event\n\n", "hello\n\ndata: a second event\n\n");
    check_data("hello\r\n\r\ndata: a second event", "hello\n\ndata: a second event");
    check_data(": no comment", ": no comment");
    check_data("data: data: ", "data: data: ");
}

#[test]
fn other_signs_are_only_text() {
    check_data("a\u{85}b\u{2028}c\u{b}d\0e", "a\u{85}b\u{2028}c\u{b}d\0e");
    check_data("\u{feff}a", "\u{feff}a");
}

#[test]
fn what_would_break_the_lines_is_refused() {
    for broken in ["a\nb", "a\rb", "a\r\nb", "\n", "a\n", "\ra", "1\ndata: x\n\n"] {
        for event in [
            Event { kind: Some(broken), id: None, data: "a" },
            Event { kind: Some("a"), id: Some(broken), data: "a" },
        ] {
            assert_eq!(
                encode(&event),
                None,
                "\n{event:?} has a line end in its type or its id, and cannot be written\nBook: chapter 5, \
                 \"The code\"\n"
            );
        }
    }
}

#[test]
fn an_id_with_nul_is_refused() {
    assert_eq!(
        encode(&Event { kind: None, id: Some("a\0b"), data: "a" }),
        None,
        "browsers ignore it"
    );
}
