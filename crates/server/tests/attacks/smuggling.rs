//! Requests that two servers in a row could cut differently (RFC 9112 11.2).
//!
//! Each would hide a second request from one of them. This server refuses the
//! first with 400 and hears nothing behind it.

use crate::victim::{Victim, statuses};

/// What stands behind each attack, and must never be executed.
const HIDDEN: &str = "GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n";

/// Whether the head alone betrays it, so that nothing at all is executed.
async fn refuse(victim: &Victim, attack: &str, first: &[u8], status: u16) {
    let bytes = [first, HIDDEN.as_bytes()].concat();
    victim.refuses(attack, &bytes, status).await;
    assert_eq!(victim.executed(), 0, "{attack}");
}

#[tokio::test]
async fn refuses_lengths_that_contradict_or_are_no_numbers() {
    let victim = Victim::new().await;
    let lengths = [
        "5\r\nContent-Length: 6",
        "5\r\nContent-length: 06",
        "5, 6",
        "5,",
        ",5",
        "+5",
        "-5",
        "-0",
        "0x5",
        "5 5",
        "5;",
        "5.0",
        "1e1",
        "",
        "five",
        "\u{664}",
        "18446744073709551616",
        "99999999999999999999999999",
        "5\r\nTransfer-Encoding: chunked",
    ];
    for length in lengths {
        let first = format!("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n");
        refuse(&victim, length, first.as_bytes(), 400).await;
    }
    victim.ends_unharmed().await;
}

#[tokio::test]
async fn refuses_transfer_codings_that_somebody_could_overlook() {
    let victim = Victim::new().await;
    let codings = [
        ("chunked\r\nContent-Length: 5", 400),
        ("chunked, chunked", 400),
        ("chunked\r\nTransfer-Encoding: chunked", 400),
        ("chunked, identity", 400),
        ("chunked\r\nTransfer-Encoding: identity", 400),
        ("identity\r\nTransfer-Encoding: chunked", 501),
        ("xchunked", 400),
        ("chunkedx", 400),
        ("gzip, chunked", 501),
        ("identity", 400),
        ("chunked;q=1", 400),
        ("\"chunked\"", 400),
        ("chun ked", 400),
        ("\x0bchunked", 400),
        ("chunked\x0b", 400),
        ("\0chunked", 400),
        ("\r\n chunked", 400),
        ("", 400),
        (",", 400),
    ];
    for (coding, status) in codings {
        let first =
            format!("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: {coding}\r\n\r\n0\r\n\r\n");
        refuse(&victim, coding, first.as_bytes(), status).await;
    }
    let old = b"POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    refuse(&victim, "a coding in HTTP/1.0", old, 400).await;
    victim.ends_unharmed().await;
}

#[tokio::test]
async fn refuses_heads_whose_lines_somebody_could_read_otherwise() {
    let victim = Victim::new().await;
    let heads: [&[u8]; 31] = [
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length : 5\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length\t: 5\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\n Content-Length: 5\r\n\r\n",
        b"POST / HTTP/1.1\r\n Content-Length: 5\r\nHost: a\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nX: y\r\n\tz\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length 5\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\n: 5\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Le\0ngth: 5\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Le\xffngth: 5\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nX: y\0z\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nX: y\x7fz\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nX: y\rTransfer-Encoding: chunked\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nX: y\nTransfer-Encoding: chunked\r\n\r\n",
        b"POST / HTTP/1.1\nHost: a\n\n",
        b"POST / HTTP/1.1\r\nHost: a\r\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\n\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a, b\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a/b\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: b@a\r\n\r\n",
        b"POST / HTTP/1.1\r\nX: y\r\n\r\n",
        b"POST  / HTTP/1.1\r\nHost: a\r\n\r\n",
        b"POST /\tHTTP/1.1\r\nHost: a\r\n\r\n",
        b"POST / HTTP/1.1 \r\nHost: a\r\n\r\n",
        b"POST / /hidden HTTP/1.1\r\nHost: a\r\n\r\n",
        b"POST / http/1.1\r\nHost: a\r\n\r\n",
        b"POST / HTTP/1.11\r\nHost: a\r\n\r\n",
        b"POST / HTTP/01.1\r\nHost: a\r\n\r\n",
        b"POST /\r\n\r\n",
        b"PO ST / HTTP/1.1\r\nHost: a\r\n\r\n",
        b" POST / HTTP/1.1\r\nHost: a\r\n\r\n",
    ];
    for head in heads {
        refuse(&victim, &head.escape_ascii().to_string(), head, 400).await;
    }
    victim.ends_unharmed().await;
}

#[tokio::test]
async fn refuses_chunks_that_somebody_could_cut_otherwise() {
    let victim = Victim::new().await;
    let long = format!("5;{}\r\nhello\r\n", "x".repeat(1 << 20));
    let chunks = [
        ("10000000000000000\r\n", 400),
        ("fffffffffffffffff5\r\nhello\r\n", 400),
        ("ffffffffffffffff\r\n", 413),
        ("8000000000000000\r\n", 413),
        ("+5\r\nhello\r\n", 400),
        ("-5\r\nhello\r\n", 400),
        ("0x5\r\nhello\r\n", 400),
        ("5g\r\nhello\r\n", 400),
        ("5 \r\nhello\r\n", 400),
        (" 5\r\nhello\r\n", 400),
        ("5_0\r\nhello\r\n", 400),
        ("\r\nhello\r\n", 400),
        (";x\r\nhello\r\n", 400),
        ("5\nhello\r\n", 400),
        ("5\rhello\r\n", 400),
        ("5\r\nhello\n", 400),
        ("5\r\nhello\r", 400),
        ("5\r\nhello0\r\n\r\n", 400),
        ("5\r\nhelloX\r\n0\r\n\r\n", 400),
        ("5;x\ny\r\nhello\r\n", 400),
        ("5;x=\"\n\"\r\nhello\r\n", 400),
        ("5;x=\"\0\"\r\nhello\r\n", 400),
        ("5;\r\nhello\r\n", 400),
        ("5,x\r\nhello\r\n", 400),
        ("0\r\nX : y\r\n\r\n", 400),
        ("0\r\nX: y\nz: 0\r\n\r\n", 400),
        ("0\r\nX: y\0\r\n\r\n", 400),
        (&long, 400),
    ];
    let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (chunk, status) in chunks {
        let attack = chunk.get(..40).unwrap_or(chunk);
        refuse(&victim, attack, format!("{head}{chunk}").as_bytes(), status).await;
    }
    victim.ends_unharmed().await;
}

#[tokio::test]
async fn keeps_a_body_that_looks_like_a_request_a_body() {
    let victim = Victim::new().await;
    let len = HIDDEN.len();
    let counted = format!("Content-Length: {len}\r\n\r\n{HIDDEN}");
    let chunked = format!("Transfer-Encoding: Chunked\r\n\r\n{len:x};x=y\r\n{HIDDEN}\r\n0\r\n\r\n");
    for body in [counted, chunked] {
        let before = victim.executed();
        let request = format!("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{body}");
        let said = victim.say(request.as_bytes()).await;
        assert!(said.starts_with("HTTP/1.1 200 ") && said.ends_with(HIDDEN), "{said}");
        assert_eq!(victim.executed(), before + 1);
    }
    victim.ends_unharmed().await;
}

#[tokio::test]
async fn answers_what_came_before_garbage_and_nothing_behind_it() {
    let victim = Victim::new().await;
    let honest = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    let said = victim.say(format!("{honest}\0garbage\r\n\r\n{HIDDEN}").as_bytes()).await;
    assert_eq!(statuses(&said), [200, 400], "{said}");
    assert_eq!(victim.executed(), 1);
    victim.ends_unharmed().await;
}
