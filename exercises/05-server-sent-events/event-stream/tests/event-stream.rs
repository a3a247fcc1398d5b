//! Events as browsers see them.

use try_event_stream::{Event, EventStream};

fn event(kind: &str, data: &str, id: &str) -> Event {
    Event { kind: kind.to_owned(), data: data.to_owned(), id: id.to_owned() }
}

/// Gives `text` to the decoder line by line; checks the events and the last id.
#[track_caller]
fn check(text: &str, wanted: &[Event], last_event_id: &str) {
    let mut stream = EventStream::default();
    let mut events = Vec::new();
    let whole = text.strip_suffix('\n').expect("the streams of these tests end with a line end");
    for line in whole.split('\n') {
        let before = events.len();
        events.extend(stream.line(line));
        assert!(
            line.is_empty() || events.len() == before,
            "only an empty line completes an event, and {line:?} did"
        );
    }
    let place = "HTML standard, section 9.2.6; book: chapter 5, \"The body\"";
    assert_eq!(events, wanted, "\nthe events of\n{text}{place}\n");
    assert_eq!(
        stream.last_event_id(),
        last_event_id,
        "\nthe id that a browser would send behind\n{text}{place}\n"
    );
}

#[test]
fn data_and_an_empty_line_are_an_event() {
    check("data: hello\n\n", &[event("message", "hello", "")], "");
}

#[test]
fn without_an_empty_line_there_is_no_event() {
    check("data: hello\n", &[], "");
    check("data: whole\n\nid: 9\ndata: cut off\n", &[event("message", "whole", "")], "");
}

#[test]
fn a_type_belongs_to_one_event() {
    let wanted = [event("greeting", "hello", ""), event("message", "hello", "")];
    check("event: greeting\ndata: hello\n\ndata: hello\n\n", &wanted, "");
}

#[test]
fn the_order_of_the_fields_means_nothing() {
    check("data: hello\nid: 1\nevent: a\n\n", &[event("a", "hello", "1")], "1");
    check("event: a\nevent: b\ndata: hello\n\n", &[event("b", "hello", "")], "");
    check("event: a\nevent:\ndata: hello\n\n", &[event("message", "hello", "")], "");
    check("event\ndata: hello\n\n", &[event("message", "hello", "")], "");
}

#[test]
fn several_data_lines_are_joined_with_line_ends() {
    check("data: a\ndata: b\n\n", &[event("message", "a\nb", "")], "");
    check("data: a\nevent: x\ndata: b\n\n", &[event("x", "a\nb", "")], "");
    check("data: a\ndata:\n\n", &[event("message", "a\n", "")], "");
    check("data:\ndata: a\n\n", &[event("message", "\na", "")], "");
    check("data\ndata\ndata\n\n", &[event("message", "\n\n", "")], "");
}

#[test]
fn one_space_behind_the_colon_is_dropped_and_no_more() {
    let wanted = ["a", "a", " a", "\ta", "a ", "", "", " "].map(|data| event("message", data, ""));
    let text =
        "data:a\n\ndata: a\n\ndata:  a\n\ndata:\ta\n\ndata: a \n\ndata:\n\ndata: \n\ndata:  \n\n";
    check(text, &wanted, "");
    check("event:  a\nid:  1\ndata: x\n\n", &[event(" a", "x", " 1")], " 1");
}

#[test]
fn an_event_with_an_empty_text_is_an_event() {
    check("data\n\n", &[event("message", "", "")], "");
    check("data:\n\n", &[event("message", "", "")], "");
}

#[test]
fn an_event_without_data_is_none_and_its_type_is_forgotten() {
    let wanted = [event("message", "a plain message again", "")];
    check("event: lost\n\ndata: a plain message again\n\n", &wanted, "");
    check("\n\n\n", &[], "");
}

#[test]
fn a_value_may_have_colons() {
    check("data: 12:30: go\n\n", &[event("message", "12:30: go", "")], "");
    check("data::a\n\n", &[event("message", ":a", "")], "");
}

#[test]
fn comments_are_passed_over() {
    let wanted = [event("message", "news\nmore news", "")];
    check(": connected\n\n:\n\ndata: news\n: inside\n:data: x\ndata: more news\n\n", &wanted, "");
}

#[test]
fn names_that_nobody_knows_are_ignored_and_case_counts() {
    let text = "unknown: x\nData: no\nDATA: no\n data: no\ndata : no\ndatax: no\ndata: kept\n\n";
    check(text, &[event("message", "kept", "")], "");
    check("Event: x\nID: 1\ndata: a\n\n", &[event("message", "a", "")], "");
    check("\u{feff}data: strange\n\n", &[], "");
}

#[test]
fn an_id_stays_until_another_one_comes() {
    let text = "id: 1\ndata: a\n\ndata: b\n\nid: 2\ndata: c\n\n";
    let wanted =
        [event("message", "a", "1"), event("message", "b", "1"), event("message", "c", "2")];
    check(text, &wanted, "2");
}

#[test]
fn an_empty_id_resets_it() {
    check(
        "id: 1\ndata: a\n\nid\ndata: b\n\n",
        &[event("message", "a", "1"), event("message", "b", "")],
        "",
    );
    check("id: 1\n\nid:\n\n", &[], "");
}

#[test]
fn an_id_with_nul_is_ignored() {
    check("id: 1\nid: a\0b\ndata: a\n\n", &[event("message", "a", "1")], "1");
    check("id: 1\nid: \0\ndata: \0\n\n", &[event("message", "\0", "1")], "1");
}

#[test]
fn an_id_counts_when_its_event_has_arrived() {
    check("id: 1\ndata: a\n\nid: 2\ndata: b\n", &[event("message", "a", "1")], "1");
    check("id: 1\n", &[], "");
}

#[test]
fn an_id_without_data_counts_too() {
    check("id: 5\n\n", &[], "5");
    check("id: 5\n\ndata: a\n\n", &[event("message", "a", "5")], "5");
}

#[test]
fn an_id_need_not_be_a_number() {
    check("id: 서울-7 a\ndata: a\n\n", &[event("message", "a", "서울-7 a")], "서울-7 a");
}

#[test]
fn retry_is_for_the_browser_and_no_text() {
    check("retry: 300\ndata: a\n\n", &[event("message", "a", "")], "");
    check("retry: 300\n\n", &[], "");
}

#[test]
fn decodes_the_stream_of_the_chapter() {
    let fixture = include_str!("../../../../fixtures/sse/data-lines.hex");
    let bytes = wire::hex::decode(fixture).expect("the fixture is hexadecimal");
    let text = String::from_utf8(bytes).expect("an event stream is UTF-8");
    let data = "first line\nsecond line\n two spaces, one stays\n\n안녕 👋";
    check(&text, &[event("message", data, ""), event("message", "", "")], "");
}
