//! Spans: they cover every byte, and agree with the decoder.

use http1::{Request, Response, body};
use proptest::prelude::*;
use wire::{Span, laws};

fn outline(span: &Span) -> String {
    fn walk(span: &Span, depth: usize, out: &mut String) {
        let Span { range, name, value, .. } = span;
        out.push_str(&format!("{:indent$}{range:?} {name}", "", indent = depth * 2));
        if !value.is_empty() {
            out.push_str(&format!(" = {value}"));
        }
        out.push('\n');
        span.children.iter().for_each(|child| walk(child, depth + 1, out));
    }
    let mut out = String::new();
    walk(span, 0, &mut out);
    out
}

#[test]
fn describes_a_request() {
    let bytes = b"GET /chat HTTP/1.1\r\nHost: a\r\nX :\tb \r\nempty:\r\n\r\nnext";
    let span = Request::describe(bytes);
    laws::spans_cover(&span, bytes.len());
    insta::assert_snapshot!(outline(&span), @r"
    0..51 request head
      0..20 request line = GET /chat HTTP/1.1
        0..3 method = GET
        3..4 space
        4..9 target = /chat
        9..10 space
        10..18 version = HTTP/1.1
        18..20 line end
      20..29 host = a
        20..24 name = Host
        24..25 colon
        25..26 space
        26..27 value = a
        27..29 line end
      29..37 x = b
        29..30 name = X
        30..31 space
        31..32 colon
        32..33 space
        33..34 value = b
        34..35 space
        35..37 line end
      37..45 empty
        37..42 name = empty
        42..43 colon
        43..45 line end
      45..47 empty line
      47..51 body = 4 bytes
    ");
}

#[test]
fn describes_a_response() {
    let bytes = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
    let span = Response::describe(bytes);
    laws::spans_cover(&span, bytes.len());
    insta::assert_snapshot!(outline(&span), @r"
    0..45 response head
      0..24 status line = HTTP/1.1 404 Not Found
        0..8 version = HTTP/1.1
        8..9 space
        9..12 status = 404
        12..13 space
        13..22 reason = Not Found
        22..24 line end
      24..43 content-length = 0
        24..38 name = Content-Length
        38..39 colon
        39..40 space
        40..41 value = 0
        41..43 line end
      43..45 empty line
    ");
}

#[test]
fn describes_a_chunked_body() {
    let bytes = b"5;a=b\r\nhello\r\n0\r\nDigest: c\r\n\r\n";
    let span = body::describe_chunked(bytes);
    laws::spans_cover(&span, bytes.len());
    insta::assert_snapshot!(outline(&span), @r"
    0..30 chunked body
      0..14 chunk = 5 bytes
        0..1 size = 5
        1..5 extension = ;a=b
        5..7 line end
        7..12 data = 5 bytes
        12..14 line end
      14..17 last chunk = 0 bytes
        14..15 size = 0
        15..17 line end
      17..28 digest = c
        17..23 name = Digest
        23..24 colon
        24..25 space
        25..26 value = c
        26..28 line end
      28..30 empty line
    ");
}

#[test]
fn describes_whatever_is_there() {
    for bytes in
        ["", "\r\n", "G", "GET", "GET /", "GET /\r", "\n:", "\r\n\r\nGET / HTTP/1.1\r\n a: b"]
    {
        let bytes = bytes.as_bytes();
        laws::spans_cover(&Request::describe(bytes), bytes.len());
        laws::spans_cover(&Response::describe(bytes), bytes.len());
        laws::spans_cover(&body::describe_chunked(bytes), bytes.len());
    }
    for bytes in [
        "5",
        "5\r",
        "5\r\nhel",
        "5\r\nhello\r",
        "5\r\nhellohello",
        "0\r\n",
        "ffffffffffffffff\r\na",
    ] {
        laws::spans_cover(&body::describe_chunked(bytes.as_bytes()), bytes.len());
    }
}

proptest! {
    #[test]
    fn spans_cover_any_bytes(words in prop::collection::vec(prop::sample::select(WORDS), 0..20)) {
        let bytes = words.concat();
        laws::spans_cover(&Request::describe(&bytes), bytes.len());
        laws::spans_cover(&Response::describe(&bytes), bytes.len());
        laws::spans_cover(&body::describe_chunked(&bytes), bytes.len());
    }

    #[test]
    fn values_agree_with_the_decoder(
        method in "[A-Z]{1,7}", path in "/[a-z0-9?=]{0,10}",
        fields in prop::collection::vec(("[A-Za-z-]{1,8}", "[!-~]{0,10}"), 0..5),
    ) {
        let mut bytes = format!("{method} {path} HTTP/1.0\r\n");
        for (name, value) in &fields {
            bytes += &format!("x{name}: {value}\r\n");
        }
        bytes += "\r\n";
        let span = Request::describe(bytes.as_bytes());
        laws::spans_cover(&span, bytes.len());
        let mut violations = Vec::new();
        let decoded = Request::decode_leniently(bytes.as_bytes(), &mut violations);
        let (Some(request), _) = decoded.expect("it is whole") else { panic!("{violations:?}") };
        let value = |path: &str| span.find(path).map(|span| span.value.to_string());
        prop_assert_eq!(value("request line/method"), Some(request.method.to_string()));
        prop_assert_eq!(value("request line/target"), Some(request.target));
        prop_assert_eq!(value("request line/version"), Some(request.version.to_string()));
        let shown: Vec<_> = span.children.iter().skip(1).take(fields.len()).map(|field| {
            (field.name.to_string(), field.value.to_string().into_bytes())
        }).collect();
        let decoded: Vec<_> = request.headers.iter().map(|(name, value)| {
            (name.to_ascii_lowercase(), value.to_vec())
        }).collect();
        prop_assert_eq!(shown, decoded);
    }
}

const WORDS: &[&[u8]] = &[
    b"GET / HTTP/1.1\r\n",
    b"HTTP/1.1 200 OK\r\n",
    b"Host: a\r\n",
    b" ",
    b":",
    b"\r\n",
    b"\n",
    b"\r",
    b"5",
    b";a",
    b"0\r\n",
    b"hello\r\n",
    b"\xff",
    b"\t",
];
