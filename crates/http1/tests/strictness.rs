//! What a server refuses, and what it must not refuse: the shapes of request
//! smuggling, of damaged heads, and of legal traffic that is rarely seen.

use http1::{Connection, Decoder, EventKind, Limits};

/// What the strict server says of a whole stream: the ids of what it only noted,
/// and the id of what it refused.
fn judge(bytes: &[u8]) -> (Vec<&'static str>, Option<&'static str>, usize) {
    let mut server = Connection::server(Limits::default());
    server.receive(bytes);
    let mut noted = Vec::new();
    let mut complete = 0;
    loop {
        match server.next_event() {
            Ok(None) => return (noted, None, complete),
            Ok(Some(event)) => match event.kind {
                EventKind::Violation(violation) => noted.push(violation.rule.id),
                EventKind::End { .. } => complete += 1,
                _ => {}
            },
            Err(violation) => return (noted, Some(violation.rule.id), complete),
        }
    }
}

#[track_caller]
fn refuses(cases: &[(&str, &[u8])]) {
    for (rule, bytes) in cases {
        let (_, refused, _) = judge(bytes);
        let refused = refused.map(|id| id.trim_start_matches("http1/"));
        assert_eq!(refused, Some(*rule), "{}", bytes.escape_ascii());
    }
}

/// A request with these lines behind its Host.
fn post(lines: &str, body: &str) -> Vec<u8> {
    format!("POST / HTTP/1.1\r\nHost: a\r\n{lines}\r\n{body}").into_bytes()
}

fn chunked(body: &str) -> Vec<u8> {
    post("Transfer-Encoding: chunked\r\n", body)
}

#[test]
fn refuses_ambiguous_lengths() {
    for (rule, lines) in [
        ("length-with-coding", "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n"),
        ("length-with-coding", "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n"),
        ("length-with-coding", "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n"),
        ("length-with-coding", "transfer-encoding: chunked\r\ncontent-length: 4\r\n"),
        ("lengths-differ", "Content-Length: 4\r\nContent-Length: 5\r\n"),
        ("lengths-differ", "Content-Length: 4, 5\r\n"),
        ("lengths-differ", "Content-Length: 0\r\nContent-Length: 5\r\n"),
        ("length", "Content-Length: +4\r\n"),
        ("length", "Content-Length: -4\r\n"),
        ("length", "Content-Length: 0x4\r\n"),
        ("length", "Content-Length: 4a\r\n"),
        ("length", "Content-Length: 4 4\r\n"),
        ("length", "Content-Length: 4.0\r\n"),
        ("length", "Content-Length: 1e3\r\n"),
        ("length", "Content-Length: \"4\"\r\n"),
        ("length", "Content-Length: ٤\r\n"),
        ("length", "Content-Length:\r\n"),
        ("length", "Content-Length: ,\r\n"),
        ("length", "Content-Length: 4,\r\n"),
        ("length", "Content-Length: -9223372036854775809\r\n"),
        ("length", "Content-Length: 18446744073709551616\r\n"),
        ("length", "Content-Length: 4\r\nContent-Length: four\r\n"),
        ("body-too-large", "Content-Length: 18446744073709551615\r\n"),
    ] {
        refuses(&[(rule, &post(lines, "0\r\n\r\n"))]);
    }
}

#[test]
fn refuses_codings_that_hide_chunked() {
    for (rule, lines) in [
        ("chunked-last", "Transfer-Encoding: xchunked\r\n"),
        ("chunked-last", "Transfer-Encoding: identity\r\n"),
        ("chunked-last", "Transfer-Encoding: chunked, identity\r\n"),
        ("chunked-last", "Transfer-Encoding: chunked, cow\r\n"),
        ("chunked-last", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"),
        ("chunked-last", "Transfer-Encoding: gzip\r\n"),
        ("chunked-last", "Transfer-Encoding:\r\n"),
        ("chunked-last", "Transfer-Encoding: ,\r\n"),
        ("chunked-twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
        ("coding-unknown", "Transfer-Encoding: identity, chunked\r\n"),
        ("coding-unknown", "Transfer-Encoding: cow, chunked\r\n"),
        ("coding-unknown", "Transfer-Encoding: cow\r\nTransfer-Encoding: chunked\r\n"),
        ("coding", "Transfer-Encoding: \"chunked\"\r\n"),
        ("coding", "Transfer-Encoding: 'chunked' \"\"\r\n"),
        ("coding", "Transfer-Encoding: chunked;q=1\r\n"),
        ("coding", "Transfer-Encoding: chunked chunked\r\n"),
        ("coding", "Transfer-Encoding: chunked\u{a0}\r\n"),
        ("space-before-colon", "Transfer-Encoding : chunked\r\n"),
        ("space-before-colon", "Transfer-Encoding\t: chunked\r\n"),
        ("folded-field", "Transfer-Encoding:\r\n chunked\r\n"),
        ("folded-field", "X: y\r\n Transfer-Encoding: chunked\r\n"),
        ("field-value", "Transfer-Encoding: \x0bchunked\r\n"),
        ("field-value", "Transfer-Encoding: chunked\0\r\n"),
        ("field-name", "Transfer-Encoding\0: chunked\r\n"),
        ("field-name", "Transfer\x0bEncoding: chunked\r\n"),
        ("bare-cr", "X: y\rTransfer-Encoding: chunked\r\n"),
        ("bare-cr", "Transfer-Encoding: chunked\r\r\n"),
        ("line-end", "X: y\nTransfer-Encoding: chunked\r\n"),
        ("field-line", "Transfer-Encoding\r\n chunked\r\n"),
    ] {
        refuses(&[(rule, &post(lines, "0\r\n\r\n"))]);
    }
    let old = b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    refuses(&[("coding-in-http10", old)]);
}

#[test]
fn refuses_chunks_that_two_readers_would_read_differently() {
    for (rule, body) in [
        ("chunk-size", "0x5\r\nhello\r\n0\r\n\r\n"),
        ("chunk-size", "+5\r\nhello\r\n0\r\n\r\n"),
        ("chunk-size", "-5\r\nhello\r\n0\r\n\r\n"),
        ("chunk-size", " 5\r\nhello\r\n0\r\n\r\n"),
        ("chunk-size", "5 \r\nhello\r\n0\r\n\r\n"),
        ("chunk-size", "5\t\r\nhello\r\n0\r\n\r\n"),
        ("chunk-size", "5 5\r\nhello\r\n0\r\n\r\n"),
        ("chunk-size", "5_0\r\nhello\r\n0\r\n\r\n"),
        ("chunk-size", "5g\r\nhello\r\n0\r\n\r\n"),
        ("chunk-size", "\r\nhello\r\n0\r\n\r\n"),
        ("chunk-size", ";a=b\r\nhello\r\n0\r\n\r\n"),
        ("chunk-size", "10000000000000000\r\nhello\r\n0\r\n\r\n"),
        ("chunk-size", "fffffffffffffffff\r\nhello\r\n0\r\n\r\n"),
        ("chunk-size", "10000000000000005\r\nhello\r\n0\r\n\r\n"),
        ("chunk-size", "5\0\r\nhello\r\n0\r\n\r\n"),
        ("body-too-large", "ffffffffffffffff\r\nhello\r\n0\r\n\r\n"),
        ("line-end", "5\nhello\r\n0\r\n\r\n"),
        ("line-end", "5;a\nhello\r\n0\r\n\r\n"),
        ("bare-cr", "5\rhello\r\n0\r\n\r\n"),
        ("bare-cr", "5;a\rb\r\nhello\r\n0\r\n\r\n"),
        ("chunk-end", "5\r\nhello0\r\n\r\n"),
        ("chunk-end", "5\r\nhello\n0\r\n\r\n"),
        ("chunk-end", "5\r\nhello\r0\r\n\r\n"),
        ("chunk-end", "5\r\nhello \r\n0\r\n\r\n"),
        ("chunk-end", "5\r\nhello!!\r\n0\r\n\r\n"),
        ("chunk-extension", "5;\r\nhello\r\n0\r\n\r\n"),
        ("chunk-extension", "5;a=\r\nhello\r\n0\r\n\r\n"),
        ("chunk-extension", "5;a=\"b\r\nhello\r\n0\r\n\r\n"),
        ("chunk-extension", "5;a=b\"\r\nhello\r\n0\r\n\r\n"),
        ("chunk-extension", "5;a b\r\nhello\r\n0\r\n\r\n"),
        ("chunk-extension", "5;a \r\nhello\r\n0\r\n\r\n"),
        ("chunk-extension", "5;a\0\r\nhello\r\n0\r\n\r\n"),
        ("line-end", "0\r\n\n"),
        ("line-end", "0\n\r\n"),
        ("line-end", "0\r\nA: b\n\r\n"),
        ("field-line", "0\r\nA\r\n\r\n"),
        ("space-before-colon", "0\r\nA : b\r\n\r\n"),
        ("folded-field", "0\r\nA: b\r\n c\r\n\r\n"),
        ("field-value", "0\r\nA: \0\r\n\r\n"),
    ] {
        refuses(&[(rule, &chunked(body))]);
    }
}

#[test]
fn refuses_damaged_heads() {
    refuses(&[
        ("request-line", b"GET /\r\n\r\n"),
        ("request-line", b"GET\r\n\r\n"),
        ("request-line", b"GET / HTTP/1.1 \r\nHost: a\r\n\r\n"),
        ("request-line", b"GET / HTTP/1.1 x\r\nHost: a\r\n\r\n"),
        ("request-line", b"GET  HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("request-line", b"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("request-line", b"GET\t/\tHTTP/1.1\r\nHost: a\r\n\r\n"),
        ("request-line", b" GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("request-line", b"GET / http/1.1\r\nHost: a\r\n\r\n"),
        ("request-line", b"GET / HTTPS/1.1\r\nHost: a\r\n\r\n"),
        ("request-line", b"GET / HTTP/1.10\r\nHost: a\r\n\r\n"),
        ("request-line", b"GET / HTTP/01.1\r\nHost: a\r\n\r\n"),
        ("request-line", b"GET / HTTP/1\r\nHost: a\r\n\r\n"),
        ("request-line", b"GET / RTSP/1.0\r\nHost: a\r\n\r\n"),
        ("request-line", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
        ("request-line", b"\0"),
        ("version", b"GET / HTTP/9.9\r\nHost: a\r\n\r\n"),
        ("version", b"GET / HTTP/0.9\r\nHost: a\r\n\r\n"),
        ("version", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        ("method", b"G@T / HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("method", b"GET\0 / HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("target", b"GET * HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("target", b"GET a HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("target", b"GET a:80 HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("target", b"GET http:/a HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("target", b"GET /\x7f HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("target", b"GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("target", b"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("target", b"CONNECT /a HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("host-missing", b"GET / HTTP/1.1\r\n\r\n"),
        ("host-missing", b"GET http://a/ HTTP/1.1\r\n\r\n"),
        ("host-twice", b"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"),
        ("host-twice", b"GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"),
        ("host-invalid", b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n"),
        ("host-invalid", b"GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"),
        ("host-invalid", b"GET / HTTP/1.1\r\nHost: a:b\r\n\r\n"),
        ("host-invalid", b"GET / HTTP/1.1\r\nHost: http://a\r\n\r\n"),
        ("host-invalid", b"GET / HTTP/1.1\r\nHost: a#b\r\n\r\n"),
        ("bare-cr", b"GET / HTTP/1.1\r\nHost: a\r\n\rSome-Header: b\r\n\r\n"),
        ("line-end", b"GET / HTTP/1.1\nHost: a\n\n"),
        ("line-end", b"\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("line-end", b"GET / HTTP/1.1\r\nHost: a\r\n\n"),
        ("line-end", b"GET / HTTP/1.1\r\nHost: a\n\r\n"),
        ("field-line", b"GET / HTTP/1.1\r\nHost: a\r\nb\r\n\r\n"),
        ("field-name", b"GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n"),
        ("field-name", b"GET / HTTP/1.1\r\nHost: a\r\na b: c\r\n\r\n"),
        ("field-name", b"GET / HTTP/1.1\r\nHost: a\r\n\xc3\xa9: c\r\n\r\n"),
        ("field-name", b"GET / HTTP/1.1\r\nHost: a\r\na[0]: c\r\n\r\n"),
        ("field-value", b"GET / HTTP/1.1\r\nHost: a\r\nb: \x07\r\n\r\n"),
        ("field-value", b"GET / HTTP/1.1\r\nHost: a\r\nb: \x7f\r\n\r\n"),
        ("space-before-fields", b"GET / HTTP/1.1\r\n Host: a\r\n\r\n"),
        ("space-before-fields", b"GET / HTTP/1.1\r\n \r\nHost: a\r\n\r\n"),
        ("folded-field", b"GET / HTTP/1.1\r\nHost: a\r\n \r\n\r\n"),
        ("expectation", b"GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue, b\r\n\r\n"),
    ]);
}

#[test]
fn legal_traffic_raises_nothing() {
    let cases: &[(usize, &[u8])] = &[
        (1, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        (1, b"\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        (1, b"GET / HTTP/1.1\r\nhoSt:\ta\r\nempty:\r\n\r\n"),
        (1, b"GET / HTTP/1.1\r\nHost:a\r\n\r\n"),
        (1, b"GET / HTTP/1.1\r\nHost: \t a \t \r\n\r\n"),
        (1, b"GET / HTTP/1.1\r\nHost:\r\n\r\n"),
        (1, b"GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n"),
        (1, b"GET / HTTP/1.0\r\n\r\n"),
        (1, b"GET /a?b=c|d^e{f}&g[]=h'\\` HTTP/1.1\r\nHost: a\r\n\r\n"),
        (1, b"GET http://a:80/b?c HTTP/1.1\r\nHost: A\r\n\r\n"),
        (1, b"GET http://u:p@a/ HTTP/1.1\r\nHost: a\r\n\r\n"),
        (1, b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"),
        (1, b"OPTIONS / HTTP/1.1\r\nHost: a\r\n\r\n"),
        (1, b"CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n"),
        (1, b"CONNECT [::1]:443 HTTP/1.1\r\nHost: [::1]:443\r\n\r\n"),
        (1, b"M-SEARCH / HTTP/1.1\r\nHost: a\r\n\r\n"),
        (1, b"!#$%&'*+-.^_`|~ / HTTP/1.1\r\nHost: a\r\n\r\n"),
        (1, b"GET / HTTP/1.1\r\nHost: a\r\n!#$%&'*+-.^_`|~: b\r\n\r\n"),
        (1, b"GET / HTTP/1.1\r\nHost: a\r\nb: \xe9\xff \"(;:=\x09\r\n\r\n"),
        (1, b"GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\n\r\n"),
        (1, b"GET / HTTP/1.0\r\nHost: a\r\nExpect: anything\r\n\r\n"),
        (
            2,
            b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 00005\r\n\r\nhello\
              \r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        ),
        (1, b"DELETE / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"),
    ];
    for (messages, bytes) in cases {
        assert_eq!(judge(bytes), (vec![], None, *messages), "{}", bytes.escape_ascii());
    }
    for body in [
        "0\r\n\r\n",
        "000\r\n\r\n",
        "5\r\nhello\r\n0\r\n\r\n",
        "00000000000000000000005\r\nhello\r\n0\r\n\r\n",
        "a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n",
        "5;a\r\nhello\r\n0;b\r\n\r\n",
        "5;a=b;c=\"d;\\\"\\r\te\";f\r\nhello\r\n0\r\n\r\n",
        "5\r\nhello\r\n0\r\nDigest: a\r\nServer-Timing: \r\n\r\n",
    ] {
        for coding in ["chunked", "Chunked", ", chunked ,", "\tCHUNKED \t"] {
            let bytes = post(&format!("Transfer-Encoding: {coding}\r\n"), body);
            assert_eq!(judge(&bytes), (vec![], None, 1), "{}", bytes.escape_ascii());
        }
    }
}

#[test]
fn legal_responses_raise_nothing() {
    for bytes in [
        &b"HTTP/1.1 200 OK\r\n\r\nuntil the end"[..],
        b"HTTP/1.0 200 OK\r\n\r\nuntil the end",
        b"HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 Tr\xe8s bien\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 599 \r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
        b"HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nuntil the end",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: a\r\n\r\n\x81\x00",
    ] {
        let mut decoder = Decoder::responses(Limits::default());
        decoder.receive(bytes);
        decoder.finish();
        while let Some(event) = decoder.next_event() {
            assert!(
                !matches!(event.kind, EventKind::Violation(_) | EventKind::Lost),
                "{:?} in {}",
                event.kind,
                bytes.escape_ascii()
            );
        }
    }
}

#[test]
fn what_is_only_suspicious_is_noted_and_answered() {
    for (rule, bytes) in [
        ("http1/length-repeated", post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello")),
        ("http1/length-repeated", post("Content-Length: 5, 5\r\n", "hello")),
        ("http1/chunk-space", chunked("5 ;a\r\nhello\r\n0\r\n\r\n")),
        ("http1/chunk-space", chunked("5; a = b\r\nhello\r\n0\r\n\r\n")),
        ("http1/target-escaped", b"GET /\xc3\xa9 HTTP/1.1\r\nHost: a\r\n\r\n".to_vec()),
        ("http1/host-differs", b"GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n".to_vec()),
        ("http1/version-minor", b"GET / HTTP/1.2\r\nHost: a\r\n\r\n".to_vec()),
        ("http1/trailer-field", chunked("0\r\nHost: b\r\n\r\n")),
    ] {
        assert_eq!(judge(&bytes), (vec![rule], None, 1), "{}", bytes.escape_ascii());
    }
}
