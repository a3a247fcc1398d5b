//! The machines of both ends: what they answer, and how they get on.

use http1::{Connection, Decoder, EventKind, Limits, Method, Request, Response, SendError};
use proptest::prelude::*;

fn server(bytes: &[u8]) -> Connection {
    let mut server = Connection::server(Limits::default());
    server.receive(bytes);
    server
}

/// Takes every event, and answers every request with its target as the body.
fn echo_targets(server: &mut Connection) -> Option<u16> {
    let mut body = Vec::new();
    loop {
        match server.next_event().map(|event| event.map(|event| event.kind.clone_head())) {
            Ok(Some(Some(request))) => body = request.target.into_bytes(),
            Ok(Some(None)) => {
                server.respond(&Response::new(200), &body).expect("a request was there");
            }
            Ok(None) => return None,
            Err(violation) => return violation.status(),
        }
    }
}

/// The events that matter to [`echo_targets`]: a request, or its end.
trait CloneHead {
    fn clone_head(&self) -> Option<Request>;
}

impl CloneHead for EventKind<'_> {
    fn clone_head(&self) -> Option<Request> {
        match self {
            EventKind::Request(request) => Some(request.clone()),
            EventKind::End { .. } => None,
            other => panic!("{other:?} in a test without bodies"),
        }
    }
}

fn sent(connection: &mut Connection) -> String {
    let bytes = connection.transmit().to_vec();
    connection.transmitted(bytes.len());
    String::from_utf8(bytes).expect("the tests speak ASCII")
}

/// Takes events until there are none; says what they were.
fn told(connection: &mut Connection) -> Vec<String> {
    let mut told = Vec::new();
    loop {
        told.push(match connection.next_event() {
            Ok(None) => return told,
            Ok(Some(event)) => match event.kind {
                EventKind::Request(request) => format!("{} {}", request.method, request.target),
                EventKind::Response(response) => format!("{}", response.status),
                EventKind::Body(piece) => piece.escape_ascii().to_string(),
                EventKind::End { trailers } if trailers.is_empty() => "end".to_owned(),
                EventKind::End { trailers } => format!("end {trailers:?}"),
                EventKind::Violation(violation) => format!("({})", violation.rule.id),
                EventKind::Switch => "switch".to_owned(),
                EventKind::Lost => panic!("a strict machine loses nothing"),
            },
            Err(violation) => format!("! {}", violation.rule.id),
        });
    }
}

const GET: &[u8] = b"GET /a HTTP/1.1\r\nHost: a\r\n\r\n";

#[test]
fn gives_memory_back_at_any_moment_and_goes_on() {
    let mut server = Connection::server(Limits::default());
    for _ in 0..2 {
        for byte in GET {
            server.receive(&[*byte]);
            server.shrink();
            assert_eq!(echo_targets(&mut server), None);
            server.shrink();
        }
        let mut answer = Vec::new();
        while let Some(byte) = server.transmit().first() {
            answer.push(*byte);
            server.transmitted(1);
            server.shrink();
        }
        assert_eq!(answer, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n/a");
    }
}

#[test]
fn an_idle_connection_is_small() {
    // A server has thousands of them.
    assert!(size_of::<Connection>() <= 400);
}

#[test]
fn answers_pipelined_requests_in_order_in_one_piece() {
    let mut server = server(&[GET, b"GET /b HTTP/1.1\r\nHost: a\r\n\r\n"].concat());
    assert_eq!(told(&mut server), ["GET /a", "end", "GET /b", "end"]);
    assert_eq!(server.unanswered(), 2);
    server.respond(&Response::new(200), b"a").unwrap();
    server.respond(&Response::new(404), b"bb").unwrap();
    assert_eq!(
        sent(&mut server),
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na\
         HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nbb"
    );
    assert!(server.is_idle() && !server.is_closed());
}

#[test]
fn a_request_that_says_close_is_the_last() {
    let close = b"GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let mut server = server(&[close, GET].concat());
    assert_eq!(told(&mut server), ["GET /a", "end"]);
    server.respond(&Response::new(204), b"").unwrap();
    assert_eq!(sent(&mut server), "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
    assert!(server.is_closed());
    assert_eq!(server.respond(&Response::new(200), b""), Err(SendError::Closed));
}

#[test]
fn http10_closes_unless_both_sides_keep_alive() {
    let mut plain = server(b"GET / HTTP/1.0\r\n\r\n");
    echo_targets(&mut plain);
    assert_eq!(
        sent(&mut plain),
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\n/"
    );
    assert!(plain.is_closed());

    let mut kept = server(b"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n");
    echo_targets(&mut kept);
    assert_eq!(
        sent(&mut kept),
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: keep-alive\r\n\r\n/"
    );
    assert!(!kept.is_closed());
}

#[test]
fn a_body_of_unknown_length_goes_in_chunks_or_until_the_end() {
    let mut modern = server(GET);
    told(&mut modern);
    modern.send_response(&Response::new(200)).unwrap();
    modern.send_body(b"hello, ").unwrap();
    modern.send_body(b"").unwrap();
    modern.send_body(b"world and all").unwrap();
    modern.send_trailers(&[("Digest", "x")].into_iter().collect()).unwrap();
    assert_eq!(
        sent(&mut modern),
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
         7\r\nhello, \r\nd\r\nworld and all\r\n0\r\nDigest: x\r\n\r\n"
    );

    let mut old = server(b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    told(&mut old);
    old.send_response(&Response::new(200)).unwrap();
    old.send_body(b"hello").unwrap();
    old.send_end().unwrap();
    assert_eq!(sent(&mut old), "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello");
    assert!(old.is_closed());
}

#[test]
fn head_and_304_have_no_body() {
    let mut server = server(b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
    told(&mut server);
    server.respond(&Response::new(200), b"hello").unwrap();
    server.respond(&Response::new(304), b"").unwrap();
    assert_eq!(
        sent(&mut server),
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHTTP/1.1 304 Not Modified\r\n\r\n"
    );
}

#[test]
fn invites_a_body_once_and_closes_when_it_does_not() {
    let bytes = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";
    let mut inviting = server(bytes);
    assert_eq!(told(&mut inviting), ["POST /"]);
    assert!(inviting.awaits_continue());
    inviting.send_continue().unwrap();
    assert!(!inviting.awaits_continue());
    inviting.receive(b"hello");
    assert_eq!(told(&mut inviting), ["hello", "end"]);
    inviting.respond(&Response::new(200), b"").unwrap();
    assert_eq!(
        sent(&mut inviting),
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    );
    assert!(!inviting.is_closed());

    let mut refusing = server(bytes);
    told(&mut refusing);
    refusing.respond(&Response::new(401), b"").unwrap();
    assert!(sent(&mut refusing).contains("Connection: close\r\n"));
    assert!(refusing.is_closed());

    let mut eager = server(&[&bytes[..], b"hello"].concat());
    assert_eq!(told(&mut eager), ["POST /", "hello", "end"]);
    assert!(!eager.awaits_continue());
}

#[test]
fn the_first_fatal_violation_is_answered_behind_the_requests_before_it() {
    let mut server = server(&[GET, b"GET / HTTP/1.1\r\n\r\n", GET].concat());
    assert_eq!(echo_targets(&mut server), Some(400));
    assert!(server.can_respond());
    server.respond(&Response::new(400), b"no host").unwrap();
    assert!(server.is_closed());
    assert_eq!(
        sent(&mut server),
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n/a\
         HTTP/1.1 400 Bad Request\r\nContent-Length: 7\r\nConnection: close\r\n\r\nno host"
    );
    assert_eq!(told(&mut server), [""; 0]);
}

#[test]
fn a_violation_in_a_body_is_answered_unless_the_answer_has_begun() {
    let bytes = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n";
    let mut late = server(bytes);
    assert_eq!(told(&mut late), ["POST /", "! http1/chunk-size"]);
    assert_eq!(late.unanswered(), 1);
    late.respond(&Response::new(400), b"").unwrap();
    assert!(late.is_closed());

    let mut early = server(&bytes[..bytes.len() - 3]);
    told(&mut early);
    early.respond(&Response::new(200), b"").unwrap();
    early.receive(b"x\r\n");
    assert_eq!(told(&mut early), ["! http1/chunk-size"]);
    assert!(!early.can_respond() && early.is_closed());
}

#[test]
fn switches_and_keeps_the_bytes_behind() {
    let upgrade = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
    let mut accepting = server(&[&upgrade[..], b"\x81\x05"].concat());
    assert_eq!(told(&mut accepting), ["GET /", "end", "switch"]);
    let switching = Response::new(101).with("Connection", "Upgrade").with("Upgrade", "websocket");
    accepting.respond(&switching, b"").unwrap();
    assert!(accepting.is_switched());
    accepting.receive(b"Hello");
    assert_eq!(accepting.take_leftovers(), b"\x81\x05Hello");
    assert!(sent(&mut accepting).starts_with("HTTP/1.1 101 Switching Protocols\r\n"));

    let mut declining = server(&[&upgrade[..], GET].concat());
    assert_eq!(told(&mut declining), ["GET /", "end", "switch"]);
    declining.respond(&Response::new(426), b"").unwrap();
    assert_eq!(told(&mut declining), ["GET /a", "end"]);

    let mut unasked = server(GET);
    told(&mut unasked);
    assert_eq!(unasked.respond(&switching, b""), Err(SendError::SwitchUnasked));
}

#[test]
fn refuses_to_send_what_would_split_a_response() {
    let mut server = server(GET);
    told(&mut server);
    let split = Response::new(200).with("Location", "/\r\nSet-Cookie: a=b");
    assert!(matches!(server.respond(&split, b""), Err(SendError::Unsendable(_))));
    let both = Response::new(200).with("Content-Length", "1").with("Transfer-Encoding", "chunked");
    assert_eq!(server.send_response(&both), Err(SendError::Framing));
    let short = Response::new(200).with("Content-Length", "3");
    assert_eq!(server.respond(&short, b"12345"), Err(SendError::WrongLength(2)));
    server.send_response(&short).unwrap();
    assert_eq!(server.send_body(b"1234"), Err(SendError::WrongLength(1)));
    server.send_body(b"12").unwrap();
    assert_eq!(server.send_end(), Err(SendError::WrongLength(1)));
    server.send_body(b"3").unwrap();
    server.send_end().unwrap();
    assert_eq!(sent(&mut server), "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n123");
}

#[test]
fn closes_when_told_behind_the_last_answer() {
    let mut busy = server(GET);
    told(&mut busy);
    busy.close();
    busy.receive(GET);
    assert_eq!(told(&mut busy), [""; 0]);
    busy.respond(&Response::new(200), b"").unwrap();
    assert!(sent(&mut busy).contains("Connection: close"));
    assert!(busy.is_closed());

    let mut idle = server(b"");
    idle.close();
    assert!(idle.is_closed());
}

#[test]
fn a_client_that_has_said_all_still_gets_its_answer() {
    let mut server = server(GET);
    server.finish();
    assert_eq!(told(&mut server), ["GET /a", "end"]);
    assert!(!server.is_closed());
    server.respond(&Response::new(200), b"").unwrap();
    assert!(server.is_closed());

    let mut cut = self::server(b"GET /a HT");
    cut.finish();
    assert_eq!(told(&mut cut), ["! http1/message-cut"]);
    assert!(self::server(b"").is_idle());
}

/// Both ends, and a network that carries so many bytes at a time.
struct Pair {
    client: Connection,
    server: Connection,
    step: usize,
}

impl Pair {
    fn new(step: usize) -> Self {
        let limits = Limits::default();
        Pair { client: Connection::client(limits), server: Connection::server(limits), step }
    }

    fn carry(from: &mut Connection, to: &mut Connection, step: usize) -> Vec<String> {
        let mut events = Vec::new();
        while !from.transmit().is_empty() {
            let piece = from.transmit();
            let piece = piece[..step.min(piece.len())].to_vec();
            from.transmitted(piece.len());
            to.receive(&piece);
            events.extend(told(to));
        }
        events
    }

    fn carry_requests(&mut self) -> Vec<String> {
        Pair::carry(&mut self.client, &mut self.server, self.step)
    }

    fn carry_responses(&mut self) -> Vec<String> {
        Pair::carry(&mut self.server, &mut self.client, self.step)
    }
}

#[test]
fn both_machines_get_on_however_the_network_cuts() {
    for step in [1, 2, 3, 7, 1_000] {
        let mut pair = Pair::new(step);
        let get = Request::new(Method::GET, "/").with("Host", "a");
        let head = Request { method: Method::HEAD, ..get.clone() };
        let post =
            Request { method: Method::POST, ..get.clone() }.with("Transfer-Encoding", "chunked");
        pair.client.ask(&head, b"").unwrap();
        pair.client.send_request(&post).unwrap();
        pair.client.send_body(b"a").unwrap();
        pair.client.send_end().unwrap();
        pair.client.ask(&get, b"").unwrap();
        assert_eq!(
            pair.carry_requests(),
            ["HEAD /", "end", "POST /", "a", "end", "GET /", "end"],
            "{step} bytes at a time"
        );

        pair.server.respond(&Response::new(200), b"swallowed").unwrap();
        pair.server.send_response(&Response::new(103)).unwrap();
        pair.server.send_response(&Response::new(201)).unwrap();
        pair.server.send_body(b"b").unwrap();
        pair.server.send_end().unwrap();
        pair.server.close();
        pair.server.respond(&Response::new(200), b"c").unwrap();
        assert!(pair.server.is_closed());
        assert_eq!(
            pair.carry_responses(),
            ["200", "end", "103", "end", "201", "b", "end", "200", "c", "end"],
            "{step} bytes at a time"
        );
        assert!(pair.client.is_closed());
        assert_eq!(pair.client.unanswered(), 0);
    }
}

#[test]
fn a_client_refuses_what_it_did_not_ask_for() {
    let mut client = Connection::client(Limits::default());
    client.receive(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    assert_eq!(told(&mut client), ["! http1/response-unasked"]);
    assert!(client.is_closed());

    let mut client = Connection::client(Limits::default());
    client.ask(&Request::new(Method::GET, "/").with("Host", "a"), b"").unwrap();
    client.receive(b"HTTP/1.1 101 Switching Protocols\r\n\r\n");
    assert_eq!(told(&mut client), ["! http1/switch-unasked"]);
}

#[test]
fn a_server_that_waited_in_vain_may_say_so() {
    let mut client = Connection::client(Limits::default());
    client.receive(b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n");
    assert_eq!(told(&mut client), ["408", "end"]);
}

#[test]
fn a_client_switches_and_keeps_the_bytes_behind() {
    let mut client = Connection::client(Limits::default());
    let request = Request::new(Method::GET, "/")
        .with("Host", "a")
        .with("Connection", "Upgrade")
        .with("Upgrade", "websocket");
    client.ask(&request, b"").unwrap();
    client.receive(b"HTTP/1.1 101 Switching Protocols\r\n\r\n\x81\x00");
    assert_eq!(told(&mut client), ["101", "end", "switch"]);
    assert!(client.is_switched());
    assert_eq!(client.take_leftovers(), b"\x81\x00");
}

#[test]
fn a_client_keeps_its_word_about_the_body() {
    let mut client = Connection::client(Limits::default());
    let get = Request::new(Method::GET, "/").with("Host", "a");
    client.send_request(&get).unwrap();
    assert_eq!(client.send_body(b"a"), Err(SendError::BodyNotAllowed));
    assert_eq!(client.send_request(&get), Err(SendError::MessageOpen));
    client.send_end().unwrap();
    assert_eq!(client.send_end(), Err(SendError::NoMessageOpen));
    assert_eq!(client.respond(&Response::new(200), b""), Err(SendError::WrongRole));
    let spaced = Request::new(Method::GET, "/a b");
    assert!(matches!(client.send_request(&spaced), Err(SendError::Unsendable(_))));
    let sent = client.transmit().len();
    let short = get.with("Content-Length", "5");
    assert_eq!(client.ask(&short, b"hi"), Err(SendError::WrongLength(3)));
    assert_eq!(client.transmit().len(), sent, "a refused call sends nothing");
    client.ask(&short, b"hello").unwrap();
}

#[test]
fn a_response_without_length_ends_when_the_server_does() {
    let mut client = Connection::client(Limits::default());
    client.ask(&Request::new(Method::GET, "/").with("Host", "a"), b"").unwrap();
    client.receive(b"HTTP/1.1 200 OK\r\n\r\nhello");
    assert_eq!(told(&mut client), ["200", "hello"]);
    client.finish();
    assert_eq!(told(&mut client), ["end"]);
    assert!(client.is_closed());
}

const WORDS: &[&[u8]] = &[
    b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    b"HEAD / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: b\r\n\r\n",
    b"CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",
    b"HTTP/1.1 200 OK\r\n\r\n",
    b"HTTP/1.1 100 Continue\r\n\r\n",
    b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
    b"HTTP/1.1 204 No Content\r\n\r\n",
    b"hello",
    b"5\r\nhello\r\n",
    b"0\r\n\r\n",
    b"\r\n",
    b"x",
];

proptest! {
    /// Whatever comes in and whatever the program answers: no panic, a refused call
    /// sends nothing, and what is sent begins with a response.
    #[test]
    fn no_order_of_calls_breaks_the_machines(
        steps in prop::collection::vec((prop::sample::select(WORDS), 0..8_u8), 0..20),
    ) {
        let mut server = Connection::server(Limits::default());
        let mut client = Connection::client(Limits::default());
        let mut sent = Vec::new();
        for (word, step) in steps {
            server.receive(word);
            client.receive(word);
            told(&mut server);
            told(&mut client);
            // Some of these calls are wrong: then they are refused.
            let get = Request::new(Method::GET, "/").with("Host", "a");
            let refused = match step {
                0 => server.respond(&Response::new(200), b"body").is_err(),
                1 => server.send_response(&Response::new(200)).is_err(),
                2 => server.send_body(b"piece").is_err(),
                3 => server.send_end().is_err(),
                4 => server.respond(&Response::new(101), b"").is_err(),
                5 => client.ask(&get, b"").is_err(),
                6 => client.ask(&get.with("Connection", "close"), b"body").is_err(),
                _ => server.send_continue().is_err(),
            };
            let before = sent.len();
            sent.extend(server.transmit());
            let len = server.transmit().len();
            server.transmitted(len);
            prop_assert!(!refused || sent.len() == before, "a refused call sends nothing");
        }
        server.finish();
        client.finish();
        told(&mut server);
        told(&mut client);
        let mut decoder = Decoder::responses(Limits::default());
        decoder.receive(&sent);
        if let Some(event) = decoder.next_event() {
            prop_assert!(matches!(event.kind, EventKind::Response(_)));
        }
    }
}
