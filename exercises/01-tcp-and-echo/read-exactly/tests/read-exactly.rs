//! Streams that trickle, end, and are interrupted.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read};
use try_read_exactly::read_exactly;

/// A stream that gives its pieces one at a time, as TCP does.
struct Trickle {
    pieces: VecDeque<Result<Vec<u8>, ErrorKind>>,
    reads: usize,
}

impl Trickle {
    fn new<const N: usize>(pieces: [&[u8]; N]) -> Self {
        Trickle { pieces: pieces.iter().map(|piece| Ok(piece.to_vec())).collect(), reads: 0 }
    }

    fn rest(&mut self) -> Vec<u8> {
        let rest = self.pieces.drain(..).filter_map(Result::ok);
        rest.flatten().collect()
    }
}

impl Read for Trickle {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        self.reads += 1;
        let Some(piece) = self.pieces.pop_front() else { return Ok(0) };
        let mut piece = piece?;
        let len = piece.len().min(room.len());
        room[..len].copy_from_slice(&piece[..len]);
        let rest = piece.split_off(len);
        if !rest.is_empty() {
            self.pieces.push_front(Ok(rest));
        }
        Ok(len)
    }
}

#[track_caller]
fn check(mut stream: Trickle, count: u64, wanted: &[u8], behind: &[u8]) {
    let pieces = format!("{:02x?}", stream.pieces);
    let bytes = match read_exactly(&mut stream, count) {
        Ok(bytes) => bytes,
        Err(error) => panic!(
            "{count} bytes of {pieces} are there, but the answer was: {error}\nBook: chapter 1"
        ),
    };
    assert_eq!(
        bytes, wanted,
        "\n{count} bytes of a stream that comes in the pieces {pieces}\nBook: chapter 1\n"
    );
    assert_eq!(
        stream.rest(),
        behind,
        "\nwhat stands behind the {count} bytes of {pieces} belongs to the next message and must stay \
         in the stream\nBook: chapter 1\n"
    );
}

#[test]
fn reads_what_comes_in_one_piece() {
    check(Trickle::new([b"hello, echo\n"]), 12, b"hello, echo\n", b"");
}

#[test]
fn goes_on_reading_while_the_stream_trickles() {
    check(Trickle::new([b"h", b"e", b"l", b"l", b"o"]), 5, b"hello", b"");
    check(Trickle::new([b"hel", b"lo"]), 5, b"hello", b"");
}

#[test]
fn leaves_in_the_stream_what_stands_behind() {
    check(Trickle::new([b"helloworld"]), 5, b"hello", b"world");
    check(Trickle::new([b"hel", b"lowo", b"rld"]), 5, b"hello", b"world");
    check(Trickle::new([b"hello", b"world"]), 5, b"hello", b"world");
    check(Trickle::new([&[7; 10_000]]), 5_000, &[7; 5_000], &[7; 5_000]);
}

#[test]
fn two_messages_are_read_one_after_the_other() {
    let mut stream = Trickle::new([b"\x81", b"\x05Hel", b"lo\x81\x02", b"Hi"]);
    for wanted in [&b"\x81\x05"[..], b"Hello", b"\x81\x02", b"Hi"] {
        let bytes = read_exactly(&mut stream, wanted.len() as u64).expect("all of it is there");
        assert_eq!(bytes, wanted, "\nafter {} reads of the stream\n", stream.reads);
    }
}

#[test]
fn every_cut_of_a_long_stream_gives_the_same_bytes() {
    let bytes: Vec<u8> = (0..20_000_u32).map(|index| (index % 251) as u8).collect();
    for size in [1, 2, 3, 1000, 4095, 4096, 4097, 8192, 20_000] {
        let pieces = bytes.chunks(size).map(|piece| Ok(piece.to_vec())).collect();
        check(Trickle { pieces, reads: 0 }, 20_000, &bytes, b"");
    }
}

#[test]
fn bytes_of_every_value_pass_unchanged() {
    let all: Vec<u8> = (0..=255).collect();
    check(Trickle::new([&all[..100], &all[100..]]), 256, &all, b"");
}

#[test]
fn no_bytes_need_no_read() {
    let mut stream = Trickle::new([]);
    let bytes = read_exactly(&mut stream, 0).expect("nothing is always there");
    assert_eq!(bytes, b"");
    assert_eq!(
        stream.reads, 0,
        "to read from a connection means to wait for its next byte, and it may never come"
    );
}

#[test]
fn asks_no_further_when_all_bytes_are_there() {
    let mut stream = Trickle::new([b"hello"]);
    read_exactly(&mut stream, 5).expect("five bytes are there");
    assert_eq!(
        stream.reads, 1,
        "five bytes came with the first read; another one would wait for a byte that nobody needs"
    );
}

#[test]
fn a_stream_that_ends_too_early_is_an_error() {
    for (pieces, count) in [([&b""[..], b""], 1), ([b"hell", b""], 5), ([b"he", b"l"], 4)] {
        let mut stream = Trickle::new(pieces);
        stream.pieces.retain(|piece| piece.as_ref().is_ok_and(|piece| !piece.is_empty()));
        let shown = format!("{:02x?}", stream.pieces);
        match read_exactly(&mut stream, count) {
            Ok(bytes) => panic!(
                "{count} bytes were wanted, the stream {shown} ended before, and the answer was \
                 {bytes:02x?} as if that were all\nBook: chapter 1"
            ),
            Err(error) => assert_eq!(error.kind(), ErrorKind::UnexpectedEof, "the stream {shown}"),
        }
    }
}

#[test]
fn an_interruption_says_ask_again() {
    let mut stream = Trickle::new([b"hel", b"lo"]);
    stream.pieces.insert(1, Err(ErrorKind::Interrupted));
    stream.pieces.insert(0, Err(ErrorKind::Interrupted));
    stream.pieces.insert(0, Err(ErrorKind::Interrupted));
    check(stream, 5, b"hello", b"");
}

#[test]
fn any_other_error_is_handed_on() {
    for kind in [ErrorKind::ConnectionReset, ErrorKind::TimedOut] {
        let mut stream = Trickle::new([b"hel"]);
        stream.pieces.push_back(Err(kind));
        let error = read_exactly(&mut stream, 5).expect_err("the stream has failed");
        assert_eq!(error.kind(), kind);
    }
}

#[test]
fn room_is_made_for_what_has_come_not_for_what_was_announced() {
    for count in [u64::MAX, u64::MAX / 2 + 1] {
        let mut stream = Trickle::new([b"only this"]);
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            read_exactly(&mut stream, count).map_err(|error| error.kind())
        }));
        match result {
            Ok(result) => assert_eq!(result, Err(ErrorKind::UnexpectedEof)),
            Err(_) => panic!(
                "somebody announced {count} bytes and sent nine; the program made room for all of \
                 them, and ended\nBook: chapter 0, \"The code\": a length is only what the other end \
                 claims"
            ),
        }
    }
}
