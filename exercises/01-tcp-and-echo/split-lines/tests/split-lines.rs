//! The same lines, wherever the stream is cut.

use try_split_lines::Lines;

/// Sends the stream in these pieces; gives the lines and what `finish` says.
fn receive<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> (Vec<String>, Option<String>) {
    let mut lines = Lines::default();
    let whole = pieces.into_iter().flat_map(|piece| lines.receive(piece)).collect();
    (whole, lines.finish())
}

/// Checks the stream whole, in single bytes, and with a cut at every place.
#[track_caller]
fn check(stream: &str, wanted: &[&str], left: Option<&str>) {
    let bytes = stream.as_bytes();
    let mut cuts: Vec<Vec<&[u8]>> = vec![vec![bytes], bytes.chunks(1).collect()];
    for cut in 0..=bytes.len() {
        let (before, behind) = bytes.split_at(cut);
        cuts.push(vec![before, behind]);
        cuts.push(vec![before, b"", behind]);
    }
    cuts.push(bytes.chunks(2).collect());
    cuts.push(bytes.chunks(3).collect());
    for pieces in cuts {
        let (lines, finish) = receive(pieces.iter().copied());
        assert!(
            lines == wanted && finish.as_deref() == left,
            "the stream {stream:?}\n  came in the pieces {:?}\n  your lines  {lines:?}, and at the \
             end {finish:?}\n  wanted      {wanted:?}, and at the end {left:?}\nBook: chapter 1, \
             keep what is not complete, and wait",
            pieces.iter().map(|piece| piece.escape_ascii().to_string()).collect::<Vec<_>>()
        );
    }
}

#[test]
fn a_line_ends_with_a_line_feed() {
    check("hello, echo\n", &["hello, echo"], None);
}

#[test]
fn what_has_no_line_feed_yet_waits() {
    check("hello", &[], Some("hello"));
    check("one\ntwo", &["one"], Some("two"));
}

#[test]
fn a_line_is_given_as_soon_as_it_is_whole() {
    let mut lines = Lines::default();
    assert_eq!(lines.receive(b"he"), [""; 0], "nothing is whole yet");
    assert_eq!(lines.receive(b"llo\nwor"), ["hello"], "this piece has the line feed");
    assert_eq!(lines.receive(b"ld\n"), ["world"]);
    assert_eq!(lines.receive(b""), [""; 0]);
    assert_eq!(lines.finish(), None);
}

#[test]
fn one_piece_may_hold_many_lines() {
    check("a\nb\nc\nd\n", &["a", "b", "c", "d"], None);
}

#[test]
fn an_empty_line_is_a_line() {
    check("\n", &[""], None);
    check("\r\n", &[""], None);
    check("a\n\n\r\nb\n\n", &["a", "", "", "b", ""], None);
}

#[test]
fn nothing_sent_is_no_line() {
    check("", &[], None);
}

#[test]
fn a_carriage_return_before_the_line_feed_belongs_to_the_end() {
    check("GET / HTTP/1.1\r\nHost: a\r\n\r\n", &["GET / HTTP/1.1", "Host: a", ""], None);
    check("mixed\r\nlines\nhere\r\n", &["mixed", "lines", "here"], None);
}

#[test]
fn any_other_carriage_return_stays() {
    check("a\rb\n\rc\n", &["a\rb", "\rc"], None);
    check("twice\r\r\n", &["twice\r"], None);
    check("end\r", &[], Some("end\r"));
}

#[test]
fn a_torn_syllable_is_put_together_again() {
    check("안녕하세요\n메아리!\n", &["안녕하세요", "메아리!"], None);
    check("👋\r\n안", &["👋"], Some("안"));
}

#[test]
fn spaces_and_other_signs_belong_to_the_line() {
    check(
        "  a \t\n \n\u{b}\u{c}\u{85}\u{2028}\n",
        &["  a \t", " ", "\u{b}\u{c}\u{85}\u{2028}"],
        None,
    );
    check("a\0b\n", &["a\0b"], None);
}

#[test]
fn bytes_that_are_no_text_do_not_stop_the_stream() {
    let (lines, left) = receive([&b"a\xff"[..], b"b\nok\n\xec\x95"]);
    assert_eq!(lines, ["a\u{fffd}b", "ok"]);
    assert_eq!(left.as_deref(), Some("\u{fffd}"));
}

#[test]
fn every_pair_of_cuts_gives_the_same_lines() {
    let stream = "어\r\n\nab\n".as_bytes();
    for first in 0..=stream.len() {
        for second in first..=stream.len() {
            let pieces = [&stream[..first], &stream[first..second], &stream[second..]];
            let (lines, left) = receive(pieces);
            assert_eq!(lines, ["어", "", "ab"], "\nthe pieces {pieces:02x?}\nBook: chapter 1\n");
            assert_eq!(left, None);
        }
    }
}
