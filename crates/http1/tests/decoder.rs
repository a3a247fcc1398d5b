//! One direction of a connection: events, cuts, gaps, switches.

use http1::{Decoder, Event, EventKind, Limits, Method, decoder};
use proptest::prelude::*;
use wire::laws;

const LIMITS: Limits =
    Limits { head: 200, target: 100, fields: 5, chunk_extensions: 20, body: 1_000 };

/// The events of these chunks as text, the pieces of a body joined.
fn drive(mut decoder: Decoder, chunks: &[&[u8]]) -> Vec<String> {
    let mut story = Story::default();
    for chunk in chunks {
        decoder.receive(chunk);
        story.drain(&mut decoder);
    }
    decoder.finish();
    story.drain(&mut decoder);
    story.lines
}

#[derive(Default)]
struct Story {
    lines: Vec<String>,
    body: Option<(std::ops::Range<u64>, Vec<u8>)>,
}

impl Story {
    fn drain(&mut self, decoder: &mut Decoder) {
        while let Some(event) = decoder.next_event() {
            self.tell(&event);
        }
    }

    fn tell(&mut self, event: &Event<'_>) {
        if let EventKind::Body(piece) = event.kind {
            match &mut self.body {
                Some((range, body)) => {
                    range.end = event.range.end;
                    body.extend(piece);
                }
                None => self.body = Some((event.range.clone(), piece.to_vec())),
            }
            return;
        }
        if let Some((range, body)) = self.body.take() {
            self.lines.push(format!("{range:?} body {}", body.escape_ascii()));
        }
        let what = match &event.kind {
            EventKind::Request(request) => format!("{} {}", request.method, request.target),
            EventKind::Response(response) => format!("{} {}", response.status, response.reason),
            EventKind::End { trailers } if trailers.is_empty() => "end".to_owned(),
            EventKind::End { trailers } => format!("end {trailers:?}"),
            EventKind::Violation(violation) => format!("! {}", violation.rule.id),
            EventKind::Switch => "switch".to_owned(),
            EventKind::Lost => "lost".to_owned(),
            EventKind::Body(_) => unreachable!("told above"),
        };
        self.lines.push(format!("{:?} {what}", event.range));
    }
}

#[track_caller]
fn requests(bytes: &[u8]) -> Vec<String> {
    laws::same_at_every_cut(bytes, |chunks| drive(Decoder::requests(LIMITS), chunks))
}

#[track_caller]
fn responses(methods: &[Method], bytes: &[u8]) -> Vec<String> {
    laws::same_at_every_cut(bytes, |chunks| {
        let mut decoder = Decoder::responses(LIMITS);
        methods.iter().for_each(|method| decoder.expect(method.clone()));
        drive(decoder, chunks)
    })
}

#[test]
fn decodes_pipelined_requests_in_order() {
    let bytes = b"GET /a HTTP/1.1\r\nHost: a\r\n\r\n\
        \r\n\
        POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello\
        PUT /c HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n";
    assert_eq!(
        requests(bytes),
        [
            "0..28 GET /a",
            "28..28 end",
            "30..78 POST /b",
            "78..83 body hello",
            "83..83 end",
            "83..130 PUT /c",
            "130..130 end",
        ]
    );
}

#[test]
fn decodes_chunks_with_extensions_and_trailers() {
    let bytes = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\
        005;a;b=\"c;\\\"d\"\r\nhello\r\nA\r\n, 10 bytes\r\n0\r\nDigest: x\r\n\r\n\
        GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    let told = requests(bytes);
    assert_eq!(told[0], "0..56 POST /");
    assert_eq!(told[1], "73..93 body hello, 10 bytes");
    assert_eq!(told[2], "98..111 end [\"Digest: x\"]");
    assert_eq!(told[3], "111..138 GET /");
}

#[test]
fn a_response_without_length_ends_with_the_connection() {
    assert_eq!(
        responses(&[], b"HTTP/1.1 200 OK\r\n\r\nhello"),
        ["0..19 200 OK", "19..24 body hello", "24..24 end"]
    );
}

#[test]
fn the_method_and_the_status_decide_whether_a_body_follows() {
    let bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n\
        HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n\
        HTTP/1.1 100 Continue\r\n\r\n\
        HTTP/1.1 204 \r\n\r\n\
        HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    let methods = [Method::HEAD, Method::GET, Method::DELETE, Method::GET];
    let told = responses(&methods, bytes);
    let without_end: Vec<_> = told.iter().filter(|line| !line.ends_with(" end")).collect();
    assert_eq!(
        without_end,
        [
            "0..38 200 OK",
            "38..86 304 Not Modified",
            "86..111 100 Continue",
            "111..128 204 ",
            "128..166 200 OK",
            "166..168 body ok",
        ]
    );
}

#[test]
fn finds_a_body_where_none_is_allowed() {
    assert_eq!(
        responses(&[Method::HEAD], b"HTTP/1.1 200 OK\r\n\r\n<html>\nHTTP/1.1 200 OK\r\n\r\n"),
        [
            "0..19 200 OK",
            "19..19 end",
            "19..20 ! http1/body-forbidden",
            "20..20 lost",
            "26..45 200 OK",
            "45..45 end",
        ]
    );
}

#[test]
fn pauses_behind_an_upgrade_and_resumes() {
    let bytes = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n\
        GET /b HTTP/1.1\r\nHost: a\r\n\r\n";
    let mut decoder = Decoder::requests(LIMITS);
    decoder.receive(bytes);
    let mut story = Story::default();
    story.drain(&mut decoder);
    assert_eq!(story.lines, ["0..62 GET /", "62..62 end", "62..62 switch"]);
    assert_eq!(decoder.pending(), &bytes[62..]);
    decoder.resume();
    story.drain(&mut decoder);
    assert_eq!(story.lines[3..], ["62..90 GET /b", "90..90 end"]);
}

#[test]
fn hands_over_what_was_received_behind_the_switch() {
    let mut decoder = Decoder::responses(LIMITS);
    decoder.receive(b"HTTP/1.1 101 Switching Protocols\r\n\r\n\x81\x05He");
    let mut story = Story::default();
    story.drain(&mut decoder);
    assert_eq!(story.lines, ["0..36 101 Switching Protocols", "36..36 end", "36..36 switch"]);
    decoder.receive(b"llo");
    assert_eq!(decoder.switch(), b"\x81\x05Hello");
    assert_eq!(decoder.position(), 36);
}

#[test]
fn a_cut_message_is_reported_once() {
    assert_eq!(
        requests(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel"),
        ["0..47 POST /", "47..50 body hel", "50..50 ! http1/message-cut"]
    );
    assert_eq!(requests(b"GET / HT"), ["0..8 ! http1/message-cut"]);
    assert_eq!(requests(b"\r\n"), [""; 0]);
}

#[test]
fn goes_on_behind_bytes_that_nobody_saw() {
    let head = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc";
    let mut decoder = Decoder::responses(LIMITS);
    decoder.receive(head);
    let mut story = Story::default();
    story.drain(&mut decoder);
    decoder.miss(4);
    decoder.receive(b"hiHTTP/1.1 204 \r\n\r\n");
    story.drain(&mut decoder);
    assert_eq!(
        story.lines,
        ["0..38 200 OK", "38..47 body abchi", "47..47 end", "47..64 204 ", "64..64 end"]
    );
}

#[test]
fn looks_for_the_next_head_when_boundaries_are_lost() {
    let mut decoder = Decoder::requests(LIMITS);
    decoder.receive(b"GET / HTTP/1.1\r\nHos");
    let mut story = Story::default();
    story.drain(&mut decoder);
    decoder.miss(100);
    decoder.receive(
        b"GET is a word\r\nGET /no HTTP/1.1\r\nno field\r\nGET /yes HTTP/1.1\r\nHost: a\r\n",
    );
    story.drain(&mut decoder);
    decoder.receive(b"\r\n");
    story.drain(&mut decoder);
    assert_eq!(story.lines, ["0..119 lost", "162..192 GET /yes", "192..192 end"]);
}

#[test]
fn limits_are_reported_and_decoding_goes_on() {
    let long = format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "a".repeat(100));
    assert!(requests(long.as_bytes())[0].ends_with("! http1/target-too-long"));
    let longer = format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "a".repeat(300));
    assert_eq!(requests(longer.as_bytes()), ["0..200 ! http1/target-too-long", "200..200 lost"]);
    let fields = format!("GET / HTTP/1.1\r\nHost: a\r\n{}\r\n", "a: b\r\n".repeat(6));
    assert!(requests(fields.as_bytes())[0].ends_with("! http1/too-many-fields"));
    let large = format!("GET / HTTP/1.1\r\nHost: a\r\na: {}\r\n\r\n", "b".repeat(200));
    assert_eq!(requests(large.as_bytes()), ["0..200 ! http1/head-too-large", "200..200 lost"]);
    let body = format!("HTTP/1.1 200 OK\r\n\r\n{}", "b".repeat(1_001));
    let told = responses(&[], body.as_bytes());
    assert_eq!(told[2], "1019..1019 ! http1/body-too-large");
    assert_eq!(told[3], "1019..1020 body b");
}

#[test]
fn borrows_bodies_from_who_holds_the_bytes() {
    let bytes = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello";
    for cut in 0..bytes.len() {
        let (left, right) = bytes.split_at(cut);
        let mut decoder = Decoder::requests(LIMITS);
        let mut story = Story::default();
        for mut piece in [left, right] {
            loop {
                let (event, taken) = decoder.decode(piece);
                piece = &piece[taken..];
                let Some(event) = event else { break };
                story.tell(&event);
            }
            assert!(piece.is_empty());
        }
        assert_eq!(
            story.lines,
            ["0..47 POST /", "47..52 body hello", "52..52 end"],
            "cut at {cut}"
        );
    }
}

#[test]
fn a_million_pieces_take_linear_time() {
    let mut decoder = Decoder::requests(Limits { head: 1 << 20, ..Limits::WATCHING });
    decoder.receive(b"GET / HTTP/1.1\r\nHost: a\r\nx: ");
    for _ in 0..1_000_000 {
        decoder.receive(b"y");
        assert!(decoder.next_event().is_none());
    }
    decoder.receive(b"\r\n\r\n");
    assert!(matches!(decoder.next_event(), Some(Event { kind: EventKind::Request(_), .. })));

    let mut decoder = Decoder::requests(Limits::WATCHING);
    decoder.receive(b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    let mut len = 0;
    for _ in 0..1_000_000 {
        decoder.receive(b"1\r\na\r\n");
        while let Some(event) = decoder.next_event() {
            if let decoder::EventKind::Body(piece) = event.kind {
                len += piece.len();
            }
        }
    }
    assert_eq!(len, 1_000_000);
}

proptest! {
    #[test]
    fn random_bytes_never_panic(bytes: Vec<u8>, start in 0..4_usize) {
        let starts: [&[u8]; 4] = [
            b"",
            b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"HTTP/1.1 200 OK\r\n",
        ];
        let bytes = [starts[start], &bytes].concat();
        for new in [Decoder::requests, Decoder::responses] {
            let whole = drive(new(LIMITS), &[&bytes]);
            let single: Vec<&[u8]> = bytes.chunks(1).collect();
            prop_assert_eq!(drive(new(LIMITS), &single), whole);
        }
    }

    #[test]
    fn http_like_bytes_give_the_same_events_however_they_are_cut(
        words in prop::collection::vec(prop::sample::select(WORDS), 0..30),
    ) {
        let bytes = words.concat();
        for new in [Decoder::requests, Decoder::responses] {
            let whole = drive(new(LIMITS), &[&bytes]);
            let single: Vec<&[u8]> = bytes.chunks(1).collect();
            prop_assert_eq!(drive(new(LIMITS), &single), whole);
        }
    }
}

const WORDS: &[&[u8]] = &[
    b"GET / HTTP/1.1\r\n",
    b"HTTP/1.1 200 OK\r\n",
    b"HTTP/1.1 204 \r\n",
    b"Host: a\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Content-Length: 5\r\n",
    b"Content-Length: 6\r\n",
    b"Connection: close\r\n",
    b"\r\n",
    b"\r\n\r\n",
    b"\n",
    b"\r",
    b" ",
    b"5\r\nhello\r\n",
    b"0\r\n\r\n",
    b"0;a=\"b\"\r\n",
    b"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    b":",
    b"\0",
];
