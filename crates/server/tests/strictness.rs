//! What a server answers to requests of every shape: a sentence, the bytes, the
//! statuses. The shapes are those that other servers are tested with, h1spec's and
//! llhttp's among them; where RFC 9112 leaves a choice, the sentence says what we chose.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod site;

use http1::Response;
use server::{Error, Exchange, Peer, Server};
use site::PATIENCE;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex},
    task::yield_now,
    time::timeout,
};

/// As `examples/echo-http` does.
async fn echo(mut exchange: Exchange) -> Result<(), Error> {
    let body = exchange.body().await?;
    exchange.respond(Response::new(200), &body).await
}

/// The client's end of a connection to a server.
fn connect() -> DuplexStream {
    let (client, server) = duplex(64 << 10);
    let peer = Peer { address: ([127, 0, 0, 1], 1).into(), secure: false };
    tokio::spawn(Server::default().serve_connection(server, peer, echo));
    client
}

/// All that comes back to these bytes.
async fn say(bytes: &[u8]) -> String {
    let mut client = connect();
    client.write_all(bytes).await.unwrap();
    client.shutdown().await.unwrap();
    let mut said = Vec::new();
    timeout(PATIENCE, client.read_to_end(&mut said)).await.expect("it ends").unwrap();
    String::from_utf8(said).unwrap()
}

async fn check(cases: &[(&str, &[u16], &[u8])]) {
    for (sentence, statuses, bytes) in cases {
        let said = say(bytes).await;
        let status = |answer: &str| answer.get(..3)?.parse().ok();
        let answered: Vec<u16> = said.split("HTTP/1.1 ").skip(1).filter_map(status).collect();
        assert_eq!(&answered, statuses, "{sentence}: {}\n{said}", bytes.escape_ascii());
    }
}

#[tokio::test]
async fn a_request_that_is_not_complete_is_waited_for() {
    let request = b"POST /hello HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nhi";
    for cut in 0..request.len() {
        let (first, second) = request.split_at(cut);
        let mut client = connect();
        client.write_all(first).await.unwrap();
        for _ in 0..20 {
            yield_now().await;
        }
        let mut said = Vec::new();
        tokio::select! {
            biased;
            _ = client.read_buf(&mut said) => panic!("{}", first.escape_ascii()),
            () = yield_now() => {}
        }
        client.write_all(second).await.unwrap();
        while !said.ends_with(b"\r\n\r\nhi") {
            timeout(PATIENCE, client.read_buf(&mut said)).await.expect("an answer").unwrap();
        }
        assert!(said.starts_with(b"HTTP/1.1 200 OK\r\n"), "{}", first.escape_ascii());
    }
}

#[tokio::test]
async fn request_lines() {
    check(&[
        ("a method, a target, a version", &[200], b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("any token is a method", &[200], b"M-SEARCH /a HTTP/1.1\r\nHost: a\r\n\r\n"),
        (
            "what a method unknown to us may ask for, it knows",
            &[200],
            b"M-SEARCH * HTTP/1.1\r\nHost: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\n\r\n",
        ),
        (
            "the whole server is asked with OPTIONS",
            &[200],
            b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
        ),
        ("and with nothing else that we know", &[400], b"GET * HTTP/1.1\r\nHost: a\r\n\r\n"),
        (
            "a method begins at the beginning",
            &[400],
            b"Extra lineGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        ),
        ("a method has no control characters", &[400], b"G\x01T / HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("HTTP/0.9 had no version; it is gone", &[400], b"GET /\r\n\r\n"),
        ("a space announces a version", &[400], b"GET / \r\n\r\n"),
        ("one space, not two", &[400], b"GET  / HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("a space in a target is encoded", &[400], b"GET /foo bar/ HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("there is no HTTP/9.9", &[505], b"GET / HTTP/9.9\r\nHost: a\r\n\r\n"),
        ("HTTP/2 does not begin like this", &[505], b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        ("HTTP/1.2 would be one of ours", &[200], b"GET / HTTP/1.2\r\nHost: a\r\n\r\n"),
        ("case matters in a version", &[400], b"GET / http/1.1\r\nHost: a\r\n\r\n"),
        ("HTTP, not IHTTP", &[400], b"GET / IHTTP/1.0\r\nHost: a\r\n\r\n"),
        ("HTTP, not ICE", &[400], b"GET / ICE/1.0\r\nHost: a\r\n\r\n"),
        ("HTTP, not RTSP", &[400], b"PUT / RTSP/1.0\r\nHost: a\r\n\r\n"),
        ("not TLS", &[400], b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
        (
            "empty lines before a request are old clients' habit",
            &[200],
            b"\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        ),
        ("a white space before it is not", &[400], b" GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
    ])
    .await;
}

#[tokio::test]
async fn targets() {
    check(&[
        (
            "quotes and bars should be encoded, and often are not",
            &[200],
            b"GET /with_\"lovely\"_quotes?foo=\\\"bar\\\"|{baz} HTTP/1.1\r\nHost: a\r\n\r\n",
        ),
        ("a question mark in a query", &[200], b"GET /a?b=c?d HTTP/1.1\r\nHost: a\r\n\r\n"),
        (
            "a host that ends with a query",
            &[200],
            b"GET http://a.b?c=d HTTP/1.1\r\nHost: a.b\r\n\r\n",
        ),
        ("a host and a port", &[200], b"GET http://a.b:1234 HTTP/1.1\r\nHost: a.b:1234\r\n\r\n"),
        (
            "a name and a password before it",
            &[200],
            b"GET http://a%12:b!&*$@c.d:1234/e HTTP/1.1\r\nHost: c.d:1234\r\n\r\n",
        ),
        (
            "letters beyond ASCII should be encoded, and are let in",
            &[200],
            "GET /δ¶/δt/pope?q=1 HTTP/1.1\r\nHost: a\r\n\r\n".as_bytes(),
        ),
        ("bytes that are no letters are not", &[400], b"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("a fragment never leaves the client", &[400], b"GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n"),
        (
            "control characters have no place in it",
            &[400],
            b"GET /\x7f HTTP/1.1\r\nHost: a\r\n\r\n",
        ),
        (
            "a tunnel is asked for with a host and a port",
            &[200],
            b"CONNECT home_0.example.com:443 HTTP/1.0\r\nUser-agent: a\r\n\r\n",
        ),
        ("and not with a path", &[400], b"CONNECT /a HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("a path begins with a slash", &[400], b"GET a HTTP/1.1\r\nHost: a\r\n\r\n"),
    ])
    .await;
}

#[tokio::test]
async fn fields() {
    check(&[
        (
            "names in any case, white space around values, empty values",
            &[200],
            b"GET / HTTP/1.1\r\nhoSt:\ta \t\r\nempty:\r\nblank: \r\n\r\n",
        ),
        ("an odd host is a host", &[200], b"GET / HTTP/1.1\r\nHost: 0.0.0.0=5000\r\n\r\n"),
        (
            "bytes beyond ASCII in a value",
            &[200],
            b"GET / HTTP/1.1\r\nHost: a\r\nTest: D\xc3\xbcsseldorf\xff\r\n\r\n",
        ),
        ("HTTP/1.1 names its host", &[400], b"GET / HTTP/1.1\r\nContent-Length: 5\r\n\r\n"),
        ("HTTP/1.0 need not", &[200], b"GET / HTTP/1.0\r\n\r\n"),
        ("one host", &[400], b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
        ("not even the same twice", &[400], b"GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n"),
        (
            "brackets are no part of a name",
            &[400],
            b"GET / HTTP/1.1\r\nHost: a\r\nX-Invalid[]: b\r\n\r\n",
        ),
        ("nor is an at sign", &[400], b"GET / HTTP/1.1\r\nHost: a\r\nFo@: b\r\n\r\n"),
        ("nor a control character", &[400], b"GET / HTTP/1.1\r\nHost: a\r\nFoo\x01\x07: b\r\n\r\n"),
        ("a field has a name", &[400], b"GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n"),
        ("and a colon", &[400], b"GET / HTTP/1.1\r\nHost: a\r\nname\r\n : value\r\n\r\n"),
        ("directly behind the name", &[400], b"GET / HTTP/1.1\r\nHost : a\r\n\r\n"),
        ("no bell in a value", &[400], b"GET / HTTP/1.1\r\nHost: a\r\nb: c\x07\r\n\r\n"),
        ("no NUL in a value", &[400], b"GET / HTTP/1.1\r\nHost: a\r\nb: \0\r\n\r\n"),
        (
            "no CR between two fields",
            &[400],
            b"GET / HTTP/1.1\r\nHost: a\r\nFoo: 1\rBar: 2\r\n\r\n",
        ),
        (
            "nor a CR where a value is empty",
            &[400],
            b"POST / HTTP/1.1\r\nHost: a\r\nx:\rTransfer-Encoding: chunked\r\n\r\n1\r\nA\r\n0\r\n\
              \r\n",
        ),
        (
            "nor a LF",
            &[400],
            b"POST / HTTP/1.1\r\nHost: a\r\nx:x\nTransfer-Encoding: chunked\r\n\r\n1\r\nA\r\n0\r\n\
              \r\n",
        ),
        (
            "nor a LF where a value is empty",
            &[400],
            b"POST / HTTP/1.1\r\nHost: a\r\nx:\nTransfer-Encoding: chunked\r\n\r\n1\r\nA\r\n0\r\n\
              \r\n",
        ),
        (
            "a LF hides no length",
            &[400],
            b"GET / HTTP/1.1\r\nHost: a\r\nDummy: x\nContent-Length: 23\r\n\r\nGET / HTTP/1.1\r\n\
              Dummy: GET /admin HTTP/1.1\r\nHost: a\r\n\r\n",
        ),
        (
            "a CR does not end a head",
            &[400],
            b"GET / HTTP/1.1\r\nConnection: close\r\nHost: a\r\n\rZGET /evil: HTTP/1.1\r\n\
              Host: a\r\n\r\n",
        ),
        ("a line ends with both", &[400], b"GET / HTTP/1.1\nHost: a\n\n"),
        ("a value stands on one line", &[400], b"GET / HTTP/1.1\r\nHost: a\r\nb: c\r\n d\r\n\r\n"),
        (
            "and hides nothing behind a fold",
            &[400],
            b"POST /hello HTTP/1.1\r\nHost: a\r\nFoo: bar\r\n Content-Length: 38\r\n\r\n\
              GET /bye HTTP/1.1\r\nHost: a\r\n\r\n",
        ),
        ("no space before the first", &[400], b"GET / HTTP/1.1\r\n Host: a\r\n\r\n"),
        (
            "noise on the line",
            &[400],
            b"GET / HTTP/1.1\r\nHost: a\r\nConnection\r\x1b\x35\xd5eep-Alive\r\n\
              Accept-Encoding: gzip\r\n\r\n",
        ),
    ])
    .await;
}

#[tokio::test]
async fn lengths() {
    check(&[
        (
            "a body of five bytes",
            &[200],
            b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
        ),
        ("zeroes in front", &[200], b"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 003\r\n\r\nabc"),
        ("spaces around", &[200], b"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length:  3 \r\n\r\nabc"),
        ("a GET may have a body", &[200], b"GET / HTTP/1.0\r\nconTENT-Length: 5\r\n\r\nHELLO"),
        (
            "the same length twice",
            &[200],
            b"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
        ),
        (
            "two lengths",
            &[400],
            b"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        ),
        ("spaces inside", &[400], b"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 4 2\r\n\r\n"),
        ("no number", &[400], b"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n"),
        ("letters", &[400], b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: abc\r\n\r\n"),
        (
            "less than nothing",
            &[400],
            b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1234\r\n\r\n",
        ),
        (
            "much less than nothing",
            &[400],
            b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -123456789123456789123456789\r\n\r\n",
        ),
        (
            "more than can be counted",
            &[400],
            b"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000000000000000\r\n\r\n",
        ),
        (
            "more than is taken",
            &[413],
            b"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000000000000000\r\n\r\n",
        ),
        ("a CR in its name", &[400], b"PUT / HTTP/1.1\r\nHost: a\r\nContent\rLength: 3\r\n\r\nabc"),
        (
            "a body that ends too early",
            &[400],
            b"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc",
        ),
        (
            "a length with chunks",
            &[400],
            b"GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n",
        ),
        (
            "a length with another coding",
            &[400],
            b"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: identity\r\n\
              \r\na",
        ),
        (
            "a length with a coding that has no name",
            &[400],
            b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\nContent-Length: 5\r\n\r\nhello",
        ),
        (
            "a length with a coding that has no name, three times",
            &[400],
            b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\nTransfer-Encoding:\r\n\
              Transfer-Encoding:\r\nTransfer-Encoding:\r\n\r\n2\r\nAA\r\n0\r\n\r\n",
        ),
    ])
    .await;
}

#[tokio::test]
async fn transfer_codings() {
    check(&[
        (
            "a coding that nobody knows, and its end neither",
            &[400],
            b"PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: pigeons\r\n\r\n",
        ),
        (
            "chunked before another",
            &[400],
            b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, deflate\r\n\r\nWorld",
        ),
        (
            "the same in two fields",
            &[400],
            b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\
              Transfer-Encoding: deflate\r\n\r\nWorld",
        ),
        (
            "chunked last: the end is known, and the body is not",
            &[501],
            b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: deflate, chunked\r\n\r\n5\r\n\
              World\r\n0\r\n\r\n",
        ),
        (
            "twice chunked is not a coding",
            &[400],
            b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunkedchunked\r\n\r\n5\r\n\
              World\r\n0\r\n\r\n",
        ),
        (
            "HTTP/1.0 had none",
            &[400],
            b"POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        ),
    ])
    .await;
}

#[tokio::test]
async fn chunks() {
    for (sentence, status, body) in [
        ("small letters", 200, "a\r\n0123456789\r\n0\r\n\r\n"),
        ("capital letters", 200, "A\r\n0123456789\r\n0\r\n\r\n"),
        ("two, and three zeroes", 200, "5\r\nhello\r\n6\r\n world\r\n000\r\n\r\n"),
        (
            "fields behind them",
            200,
            "5\r\nhello\r\n0\r\nVary: *\r\nContent-Type: text/plain\r\n\r\n",
        ),
        (
            "extensions",
            200,
            "5;ilove;somuch=love;another=one\r\nhello\r\n6;blah;blah\r\n world\r\n0\r\n\r\n",
        ),
        (
            "extensions in quotes",
            200,
            "5;a=\"I \\\"love\\\"; \\\\extensions\\\\\";b=\"c\";d;e=f\r\nhello\r\n0\r\n\r\n",
        ),
        ("quotes without an end", 400, "5;a=\"abc\";b=\"def; ghi\r\nhello\r\n0\r\n\r\n"),
        ("no semicolon", 400, "2 erfrferferf\r\naa\r\n0 rrrr\r\n\r\n"),
        ("nothing behind the semicolon", 400, "2;\r\naa\r\n0\r\n\r\n"),
        ("a space behind the number", 400, "a \r\n0123456789\r\n0\r\n\r\n"),
        ("a LF behind it", 400, "3 \n  \r\nfoo\r\n0\r\n\r\n"),
        ("no last chunk", 400, "3\r\nfoo\r\n\r\n"),
        ("no number", 400, "hello\r\n0\r\n\r\n"),
        ("a number with a sign", 400, "+5\r\nhello\r\n0\r\n\r\n"),
        ("a number of another kind", 400, "0x5\r\nhello\r\n0\r\n\r\n"),
        ("a number that is too large to count", 400, "10000000000000005\r\nhello\r\n0\r\n\r\n"),
        ("CR CR behind the number", 400, "5\r\r;ABCD\r\n34\r\nE\r\n0\r\n\r\n"),
        ("no line end behind the data", 400, "5\r\nABCDE0\r\n\r\n"),
        ("a LF behind the data", 400, "5\r\nABCDE\n0\r\n\r\n"),
        ("LF all along", 400, "1\nA\n0\n\n"),
    ] {
        let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
        check(&[(sentence, &[status], format!("{head}{body}").as_bytes())]).await;
    }
}

#[tokio::test]
async fn requests_one_after_another() {
    check(&[
        (
            "three with bodies",
            &[200, 200, 200],
            b"POST /aaa HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nAAA\
              PUT /bbb HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nBBBB\
              PATCH /ccc HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nCCCCC",
        ),
        (
            "an empty line between them",
            &[200, 200],
            b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nq=42\r\nGET / HTTP/1.1\r\n\
              Host: a\r\n\r\n",
        ),
        (
            "keep-alive is what HTTP/1.1 does anyway",
            &[200, 200],
            b"PUT / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\n\r\nPUT / HTTP/1.1\r\n\
              Host: a\r\n\r\n",
        ),
        ("HTTP/1.0 does not", &[200], b"PUT / HTTP/1.0\r\n\r\nPUT / HTTP/1.1\r\nHost: a\r\n\r\n"),
        (
            "close means it",
            &[200],
            b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nConnection: close\r\n\r\nq=42\r\n\
              \r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        ),
        (
            "close in a list means it, too",
            &[200],
            b"PUT / HTTP/1.1\r\nHost: a\r\nConnection: token, close, keep-alive\r\n\r\n\
              GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        ),
        (
            "an upgrade that is not wanted is a request like any other",
            &[200, 200],
            b"GET /demo HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\n\
              Upgrade: WebSocket\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        ),
        (
            "with a body, too",
            &[200, 200],
            b"POST /demo HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: HTTP/2.0\r\n\
              Content-Length: 15\r\n\r\nsweet post bodyGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        ),
        (
            "what is no request behind it is refused",
            &[200, 400],
            b"GET /demo HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: WebSocket\r\n\r\n\
              Hot diggity dogg",
        ),
        (
            "a client that expects, and has nothing to send",
            &[200],
            b"GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n",
        ),
        (
            "a client that expects what there is not",
            &[417],
            b"GET / HTTP/1.1\r\nHost: a\r\nExpect: a-miracle\r\n\r\n",
        ),
    ])
    .await;
}
