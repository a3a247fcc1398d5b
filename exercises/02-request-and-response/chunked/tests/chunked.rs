//! Chunks of every kind, cut at every place.

use try_chunked::{Body, Broken, decode};

#[track_caller]
fn check(stream: &[u8], wanted: &[u8]) {
    let shown = stream.escape_ascii();
    let place = "RFC 9112, section 7.1; book: chapter 2, \"Where a body ends\"";
    let body = Body { bytes: wanted.to_vec(), taken: stream.len() };
    assert_eq!(decode(stream), Ok(Some(body)), "\nthe stream \"{shown}\"\n{place}\n");

    let next = [stream, b"GET / HTTP/1.1\r\n\r\n"].concat();
    let body = Body { bytes: wanted.to_vec(), taken: stream.len() };
    assert_eq!(
        decode(&next),
        Ok(Some(body)),
        "\nthe stream \"{shown}\", and another request behind it, which must be left alone\n{place}\n"
    );
    for cut in 0..stream.len() {
        assert_eq!(
            decode(&stream[..cut]),
            Ok(None),
            "\nof the stream \"{shown}\" only {cut} bytes have come: \"{}\"\n{place}\n",
            stream[..cut].escape_ascii()
        );
    }
}

#[track_caller]
fn check_broken(stream: &[u8], why: &str) {
    assert_eq!(
        decode(stream),
        Err(Broken),
        "\nthe stream \"{}\" is broken: {why}\nRFC 9112, section 7.1; book: chapter 2\n",
        stream.escape_ascii()
    );
}

#[test]
fn one_chunk_is_a_body() {
    check(b"5\r\nhello\r\n0\r\n\r\n", b"hello");
}

#[test]
fn the_edges_of_chunks_mean_nothing() {
    check(b"5\r\none, \r\n5\r\ntwo, \r\na\r\nand three\n\r\n0\r\n\r\n", b"one, two, and three\n");
    check(b"1\r\nh\r\n1\r\ni\r\n0\r\n\r\n", b"hi");
}

#[test]
fn a_body_may_be_empty() {
    check(b"0\r\n\r\n", b"");
}

#[test]
fn lengths_are_hexadecimal_in_either_case() {
    let check_length = |digits: &str, len: usize| {
        let body = vec![b'x'; len];
        check(&[digits.as_bytes(), b"\r\n", &body, b"\r\n0\r\n\r\n"].concat(), &body);
    };
    check_length("9", 9);
    check_length("a", 10);
    check_length("A", 10);
    check_length("f", 15);
    check_length("10", 16);
    check_length("1F", 31);
    check_length("fF", 255);
}

#[test]
fn lengths_may_have_leading_zeros() {
    check(b"0000000000000005\r\nhello\r\n0000\r\n\r\n", b"hello");
}

#[test]
fn a_chunk_may_have_line_ends_in_it() {
    check(b"6\r\na\r\nb\r\n\r\n0\r\n\r\n", b"a\r\nb\r\n");
    check(b"5\r\n0\r\n\r\n\r\n0\r\n\r\n", b"0\r\n\r\n");
    check(b"1\r\n\r\r\n1\r\n\n\r\n0\r\n\r\n", b"\r\n");
}

#[test]
fn bytes_of_every_value_pass_unchanged() {
    let all: Vec<u8> = (0..=255).collect();
    check(&[b"100\r\n", &all[..], b"\r\n0\r\n\r\n"].concat(), &all);
}

#[test]
fn extensions_are_passed_over() {
    check(b"5;a\r\nhello\r\n0;last\r\n\r\n", b"hello");
    check(b"5;name=value;quoted=\"a ; b\"\r\nhello\r\n0\r\n\r\n", b"hello");
}

#[test]
fn trailers_are_passed_over() {
    check(b"5\r\nhello\r\n0\r\nX-Checksum: 1234\r\n\r\n", b"hello");
    check(b"0\r\nA: 1\r\nB: 2\r\n\r\n", b"");
}

#[test]
fn decodes_a_response_that_uses_every_freedom() {
    let fixture = include_str!("../../../../fixtures/http/chunked.hex");
    let chunks = wire::transcript::decode(fixture).expect("the fixture is a transcript");
    let sent = chunks.iter().filter(|(side, _)| *side == wire::Side::Server);
    let response: Vec<u8> = sent.flat_map(|(_, bytes)| bytes).copied().collect();
    let head = response.windows(4).position(|end| end == b"\r\n\r\n").expect("the head ends");
    check(&response[head + 4..], "hello, chunked 안녕 👋\r\n".as_bytes());
}

#[test]
fn a_length_of_other_characters_is_broken() {
    for length in ["g", "+5", "-5", "0x5", "5 5", " 5", "5\t", "", "５", "5,5", ";a", "5\r"] {
        check_broken(
            format!("{length}\r\nhello\r\n0\r\n\r\n").as_bytes(),
            "a length is hexadecimal digits and nothing else",
        );
    }
    check_broken(b"5\r\nhello\r\n\r\n0\r\n\r\n", "an empty line is no length");
}

#[test]
fn a_length_that_is_too_long_is_broken() {
    check_broken(b"10000000000000000\r\n", "a length has sixteen digits at most");
    check_broken(b"00000000000000005\r\nhello\r\n0\r\n\r\n", "a length has sixteen digits at most");
}

#[test]
fn a_lone_line_feed_ends_no_line() {
    check_broken(b"5\nhello\n0\n\n\r\n", "lines end with CR LF");
    check_broken(b"5\r\nhello\n0\r\n\r\n", "behind the bytes of a chunk stands CR LF");
}

#[test]
fn a_chunk_is_followed_by_a_line_end() {
    check_broken(b"5\r\nhello!\r\n0\r\n\r\n", "the chunk is longer than its length says");
    check_broken(b"4\r\nhello\r\n0\r\n\r\n", "the chunk is longer than its length says");
    check_broken(b"6\r\nhello\r\n0\r\n\r\n", "the chunk is shorter than its length says");
    check_broken(b"5\r\nhello\rx0\r\n\r\n", "a CR without its LF stands behind the chunk");
}

#[test]
fn the_largest_length_only_waits_for_its_bytes() {
    for length in ["ffffffffffffffff", "7fffffffffffffff", "fffffffffffffffe", "100000000"] {
        let stream = format!("{length}\r\nonly this");
        assert_eq!(
            decode(stream.as_bytes()),
            Ok(None),
            "\nsomebody announced a chunk of {length} bytes; that is legal, and most of it is missing\n"
        );
    }
}
