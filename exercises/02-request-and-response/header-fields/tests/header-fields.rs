//! Fields as clients and servers really write them, and as nobody should.

use try_header_fields::{decode_line, value};

#[track_caller]
fn check(line: &str, name: &str, value: &str) {
    assert_eq!(
        decode_line(line),
        Some((name, value)),
        "\nthe line {line:?}\nRFC 9112, section 5.1; book: chapter 2\n"
    );
}

#[track_caller]
fn check_refused(line: &str, why: &str) {
    assert_eq!(
        decode_line(line),
        None,
        "\nthe line {line:?} is no field: {why}\nRFC 9112, section 5.1; book: chapter 2\n"
    );
}

#[test]
fn a_line_is_a_name_a_colon_and_a_value() {
    check("Content-Type: application/json", "Content-Type", "application/json");
}

#[test]
fn space_around_a_value_does_not_belong_to_it() {
    check("hOsT:server.example.com", "hOsT", "server.example.com");
    check("Accept: \t application/json \t ", "Accept", "application/json");
    check("Date:\tSun, 22 Nov 2026 12:00:00 GMT", "Date", "Sun, 22 Nov 2026 12:00:00 GMT");
}

#[test]
fn space_inside_a_value_stays() {
    check("User-Agent:  two  spaces\tand a tab ", "User-Agent", "two  spaces\tand a tab");
}

#[test]
fn only_spaces_and_tabs_are_space() {
    check("Name: \u{a0}지우\u{3000}", "Name", "\u{a0}지우\u{3000}");
}

#[test]
fn a_value_may_have_colons() {
    check("Host: localhost:8080", "Host", "localhost:8080");
    check("Referer: http://[::1]:8080/", "Referer", "http://[::1]:8080/");
    check("X: :", "X", ":");
}

#[test]
fn a_value_may_be_empty() {
    check("X-Empty:", "X-Empty", "");
    check("X-Empty: \t ", "X-Empty", "");
}

#[test]
fn a_name_may_have_every_character_of_a_token() {
    check("Sec-WebSocket-Key: a", "Sec-WebSocket-Key", "a");
    check("!#$%&'*+-.^_`|~09azAZ: a", "!#$%&'*+-.^_`|~09azAZ", "a");
}

#[test]
fn a_space_before_the_colon_is_refused() {
    check_refused("Content-Length : 5", "a space stands before the colon");
    check_refused("Content-Length\t: 5", "a tab stands before the colon");
}

#[test]
fn a_line_that_begins_with_space_is_refused() {
    check_refused(" folded: value", "it begins with a space");
    check_refused("\tfolded: value", "it begins with a tab");
}

#[test]
fn a_line_without_a_name_or_a_colon_is_refused() {
    check_refused(": value", "it has no name");
    check_refused(":", "it has no name");
    check_refused("GET / HTTP/1.1", "it has no colon");
    check_refused("", "it has no colon");
}

#[test]
fn a_name_of_other_characters_is_refused() {
    for name in
        ["two words", "이름", "a(b)", "a@b", "a/b", "a=b", "a\"b", "a{", "a[0]", "a,b", "a;b"]
    {
        check_refused(&format!("{name}: value"), "its name is no token");
    }
    check_refused("a\0b: value", "its name has a control character");
    check_refused("caf\u{e9}: value", "its name is not ASCII");
}

#[test]
fn decodes_the_fields_of_a_request_that_uses_every_freedom() {
    let fixture = include_str!("../../../../fixtures/http/headers.hex");
    let chunks = wire::transcript::decode(fixture).expect("the fixture is a transcript");
    let sent = chunks.iter().filter(|(side, _)| *side == wire::Side::Client);
    let bytes: Vec<u8> = sent.flat_map(|(_, bytes)| bytes).copied().collect();
    let head = String::from_utf8(bytes).expect("the head is text");
    let lines = head.split("\r\n").skip(1).take_while(|line| !line.is_empty());
    let fields: Vec<_> = lines.map(|line| decode_line(line).expect("each line is legal")).collect();
    assert_eq!(value(&fields, "Host").as_deref(), Some("server.example.com"));
    assert_eq!(value(&fields, "Accept").as_deref(), Some("application/json"));
    assert_eq!(value(&fields, "X-Empty").as_deref(), Some(""));
    assert_eq!(value(&fields, "Cache-Control").as_deref(), Some("no-cache, no-store"));
    assert_eq!(value(&fields, "Cache"), None);
}

const FIELDS: [(&str, &str); 6] = [
    ("Host", "a"),
    ("Connection", "keep-alive"),
    ("X-Empty", ""),
    ("CONNECTION", "Upgrade"),
    ("Host-Name", "b"),
    ("connection", "close"),
];

#[test]
fn the_case_of_a_name_means_nothing() {
    for name in ["Host", "host", "HOST", "hOST"] {
        assert_eq!(value(&FIELDS, name).as_deref(), Some("a"), "\nlooking for {name}\n");
    }
}

#[test]
fn the_whole_name_is_compared() {
    assert_eq!(value(&FIELDS, "Hos"), None);
    assert_eq!(value(&FIELDS, "Host-"), None);
    assert_eq!(value(&FIELDS, ""), None);
    assert_eq!(value(&FIELDS, "name"), None);
}

#[test]
fn lines_with_one_name_are_one_list_in_order() {
    assert_eq!(
        value(&FIELDS, "Connection").as_deref(),
        Some("keep-alive, Upgrade, close"),
        "\nRFC 9110, section 5.3: lines with the same name are one list, in order\n"
    );
}

#[test]
fn an_empty_value_is_not_a_missing_field() {
    assert_eq!(value(&FIELDS, "x-empty").as_deref(), Some(""));
    assert_eq!(value(&[("A", ""), ("a", "b")], "a").as_deref(), Some(", b"));
    assert_eq!(value(&FIELDS, "x-missing"), None);
    assert_eq!(value(&[], "host"), None);
}
