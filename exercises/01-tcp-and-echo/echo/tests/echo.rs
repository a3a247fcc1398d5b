//! A network that takes and gives as little as it likes.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read, Write};
use std::rc::Rc;
use try_echo::echo;

/// Both directions of a connection, and everything that happened in them.
#[derive(Default)]
struct Line {
    /// What the client sends.
    pieces: VecDeque<Result<Vec<u8>, ErrorKind>>,
    /// The client sends a piece only when it has seen this many bytes of echo.
    patient: bool,
    sent: usize,
    /// What the server has written, and how much of it has left its buffer.
    echoed: Vec<u8>,
    flushed: usize,
    /// A write takes this many bytes at most; 0 is a direction that is closed.
    most: usize,
    interrupt_next_write: bool,
    largest_read: usize,
}

#[derive(Clone)]
struct End(Rc<RefCell<Line>>);

impl Read for End {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let mut line = self.0.borrow_mut();
        assert!(
            !line.patient || line.flushed >= line.sent,
            "the client has sent {} bytes, has seen {} of them come back, and waits for the rest \
             before it goes on; the server waits for the client. Send each piece back, and flush it, \
             before you read the next\nBook: chapter 1",
            line.sent,
            line.flushed
        );
        let Some(piece) = line.pieces.pop_front() else { return Ok(0) };
        let mut piece = piece?;
        let len = piece.len().min(room.len());
        line.largest_read = line.largest_read.max(room.len());
        room[..len].copy_from_slice(&piece[..len]);
        let rest = piece.split_off(len);
        if !rest.is_empty() {
            line.pieces.push_front(Ok(rest));
        }
        line.sent += len;
        Ok(len)
    }
}

impl Write for End {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut line = self.0.borrow_mut();
        if std::mem::take(&mut line.interrupt_next_write) {
            return Err(ErrorKind::Interrupted.into());
        }
        let len = bytes.len().min(line.most);
        line.echoed.extend_from_slice(&bytes[..len]);
        Ok(len)
    }

    fn flush(&mut self) -> io::Result<()> {
        let mut line = self.0.borrow_mut();
        line.flushed = line.echoed.len();
        Ok(())
    }
}

fn line(pieces: &[&[u8]]) -> Line {
    let pieces = pieces.iter().map(|piece| Ok(piece.to_vec())).collect();
    Line { pieces, patient: true, most: usize::MAX, ..Line::default() }
}

/// Runs the echo; gives its result and what came back.
fn run(line: Line) -> (io::Result<u64>, Vec<u8>) {
    let end = End(Rc::new(RefCell::new(line)));
    let result = echo(&mut end.clone(), &mut end.clone());
    let echoed = end.0.borrow().echoed.clone();
    (result, echoed)
}

#[track_caller]
fn check(line: Line, wanted: &[u8]) {
    let (result, echoed) = run(line);
    assert!(
        echoed == wanted,
        "sent:      {:?}\ncame back: {:?}\nBook: chapter 1",
        wanted.escape_ascii().to_string(),
        echoed.escape_ascii().to_string()
    );
    match result {
        Ok(count) => assert_eq!(count, wanted.len() as u64, "the number of bytes sent back"),
        Err(error) => panic!("everything came back, but the answer was: {error}"),
    }
}

#[test]
fn a_line_comes_back() {
    check(line(&[b"hello, echo\n"]), b"hello, echo\n");
}

#[test]
fn each_piece_comes_back_before_the_next_is_read() {
    check(line(&[b"ping", b"pong, a longer one", b"!"]), b"pingpong, a longer one!");
}

#[test]
fn a_shorter_piece_leaves_nothing_of_a_longer_one() {
    check(line(&[b"a long piece", b"b", b"cd"]), b"a long piecebcd");
}

#[test]
fn a_client_that_says_nothing_gets_nothing() {
    check(line(&[]), b"");
}

#[test]
fn what_was_sent_last_comes_back_after_the_client_has_ended_its_half() {
    let all = Line { patient: false, ..line(&[b"one", b"two", b"the last words"]) };
    check(all, b"onetwothe last words");
}

#[test]
fn a_write_may_take_only_a_part() {
    for most in [1, 2, 3, 5, 1000] {
        check(
            Line { most, ..line(&[b"hello, ", "메아리\n".as_bytes()]) },
            "hello, 메아리\n".as_bytes(),
        );
    }
}

#[test]
fn bytes_of_no_meaning_come_back_unchanged() {
    let all: Vec<u8> = (0..=255).collect();
    check(line(&[&all]), &all);
    // A syllable, torn between two pieces.
    check(line(&[b"\xec\x95", b"\x88\n"]), b"\xec\x95\x88\n");
}

#[test]
fn a_million_bytes_come_back_and_are_never_held_at_once() {
    let bytes: Vec<u8> = (0..1_000_000_u32).map(|index| (index % 251) as u8).collect();
    let end = End(Rc::new(RefCell::new(Line { most: 70_000, ..line(&[&bytes]) })));
    let count = echo(&mut end.clone(), &mut end.clone()).expect("nothing fails here");
    assert_eq!(count, 1_000_000);
    assert!(end.0.borrow().echoed == bytes, "the million bytes came back changed");
    let largest = end.0.borrow().largest_read;
    assert!(largest <= 256 * 1024, "a read had room for {largest} bytes: memory must not grow");
}

#[test]
fn an_interruption_says_ask_again() {
    let mut line = line(&[b"one", b"two"]);
    line.pieces.insert(1, Err(ErrorKind::Interrupted));
    line.pieces.insert(0, Err(ErrorKind::Interrupted));
    line.interrupt_next_write = true;
    check(line, b"onetwo");
}

#[test]
fn an_error_of_the_client_is_handed_on_after_its_bytes_came_back() {
    let mut line = line(&[b"one"]);
    line.pieces.push_back(Err(ErrorKind::ConnectionReset));
    let (result, echoed) = run(line);
    assert_eq!(result.expect_err("the connection was reset").kind(), ErrorKind::ConnectionReset);
    assert_eq!(echoed, b"one");
}

#[test]
fn who_takes_no_more_bytes_ends_the_echo() {
    let (result, _) = run(Line { most: 0, patient: false, ..line(&[b"one"]) });
    let error = result.expect_err("nothing can be written any more");
    assert_eq!(error.kind(), ErrorKind::WriteZero);
}
