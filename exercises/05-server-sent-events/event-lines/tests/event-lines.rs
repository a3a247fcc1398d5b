//! The same lines, whatever ends them and wherever the stream is cut.

use try_event_lines::Lines;

/// Checks the stream whole, in single bytes, and with a cut at every place.
#[track_caller]
fn check(stream: &[u8], wanted: &[&str]) {
    let mut cuts: Vec<Vec<&[u8]>> = vec![vec![stream], stream.chunks(1).collect()];
    for cut in 0..=stream.len() {
        let (before, behind) = stream.split_at(cut);
        cuts.push(vec![before, behind]);
        cuts.push(vec![before, b"", behind]);
    }
    cuts.push(stream.chunks(2).collect());
    for pieces in cuts {
        let mut lines = Lines::default();
        let given: Vec<String> = pieces.iter().flat_map(|piece| lines.receive(piece)).collect();
        assert!(
            given == wanted,
            "the stream \"{}\"\n  came in the pieces {:?}\n  your lines  {given:?}\n  wanted      \
             {wanted:?}\nHTML standard, section 9.2.5; book: chapter 5, \"The body\"",
            stream.escape_ascii(),
            pieces.iter().map(|piece| piece.escape_ascii().to_string()).collect::<Vec<_>>()
        );
    }
}

#[test]
fn lf_ends_a_line() {
    check(b"data: one\n\n", &["data: one", ""]);
}

#[test]
fn cr_ends_a_line() {
    check(b"data: two\r\r", &["data: two", ""]);
    check(b"a\rb\rc\r", &["a", "b", "c"]);
}

#[test]
fn cr_lf_ends_one_line() {
    check(b"data: three\r\n\r\n", &["data: three", ""]);
}

#[test]
fn the_three_may_be_mixed() {
    let stream = fixture(include_str!("../../../../fixtures/sse/line-endings.hex"));
    check(&stream, &["data: one", "", "data: two", "", "data: three", ""]);
    check(b"a\n\rb\r\r\nc\n\nd\r\n\n\r", &["a", "", "b", "", "c", "", "d", "", ""]);
    check(b"\n\r\n\r", &["", "", ""]);
    check(b"\r\r\n\n", &["", "", ""]);
}

#[test]
fn a_line_is_given_as_soon_as_it_has_ended() {
    let mut lines = Lines::default();
    assert_eq!(lines.receive(b"data: a"), [""; 0], "nothing has ended yet");
    assert_eq!(lines.receive(b"b\r"), ["data: ab"], "a CR ends a line, whatever comes next");
    assert_eq!(lines.receive(b"\n"), [""; 0], "this LF belongs to the CR of the piece before");
    assert_eq!(lines.receive(b"\r"), [""], "this is an empty line, and an event is complete");
    assert_eq!(lines.receive(b"\r"), [""]);
    assert_eq!(lines.receive(b""), [""; 0]);
    assert_eq!(lines.receive(b"\nx\n"), ["x"], "an empty piece between CR and LF changes nothing");
}

#[test]
fn what_has_not_ended_is_not_given() {
    check(b"data: whole\n\nid: 9\ndata: cut off", &["data: whole", "", "id: 9"]);
    check(b"", &[]);
}

#[test]
fn a_byte_order_mark_at_the_very_beginning_is_passed_over() {
    check(b"\xef\xbb\xbfdata: hello\n\n", &["data: hello", ""]);
    check(b"\xef\xbb\xbf\n", &[""]);
    check(b"\xef\xbb\xbf\xef\xbb\xbfa\r", &["\u{feff}a"]);
}

#[test]
fn a_later_byte_order_mark_belongs_to_its_line() {
    let stream = fixture(include_str!("../../../../fixtures/sse/bom.hex"));
    let strange = "\u{feff}data: this field has a strange name and is ignored";
    check(&stream, &["data: hello", "", strange, ""]);
    check(b"\n\xef\xbb\xbfa\n", &["", "\u{feff}a"]);
    check(b"a\xef\xbb\xbfb\n", &["a\u{feff}b"]);
}

#[test]
fn a_part_of_a_byte_order_mark_is_none() {
    check(b"\xef\xbb\n", &["\u{fffd}"]);
    check("\u{fefe}a\n".as_bytes(), &["\u{fefe}a"]);
}

#[test]
fn torn_syllables_are_put_together_again() {
    check("data: 안녕 👋\r\ndata: 메아리\r".as_bytes(), &["data: 안녕 👋", "data: 메아리"]);
}

#[test]
fn other_signs_end_no_line() {
    check("a\u{b}b\u{c}c\u{85}d\u{2028}e\0f\n".as_bytes(), &["a\u{b}b\u{c}c\u{85}d\u{2028}e\0f"]);
    check(b" a \t\n", &[" a \t"]);
}

#[test]
fn bytes_that_are_no_text_do_not_stop_the_stream() {
    check(b"a\xffb\nok\n", &["a\u{fffd}b", "ok"]);
}

#[test]
fn every_pair_of_cuts_gives_the_same_lines() {
    let stream = "\u{feff}어\r\n\r\nab\r\n".as_bytes();
    for first in 0..=stream.len() {
        for second in first..=stream.len() {
            let pieces = [&stream[..first], &stream[first..second], &stream[second..]];
            let mut lines = Lines::default();
            let given: Vec<String> = pieces.iter().flat_map(|piece| lines.receive(piece)).collect();
            assert_eq!(given, ["어", "", "ab"], "\nthe pieces {pieces:02x?}\nBook: chapter 5\n");
        }
    }
}

fn fixture(text: &str) -> Vec<u8> {
    wire::hex::decode(text).expect("the fixture is hexadecimal")
}
