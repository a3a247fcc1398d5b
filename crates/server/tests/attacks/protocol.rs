//! Other protocols on the port of this one, and handlers that fail.

use crate::victim::{Victim, statuses};

#[tokio::test]
async fn refuses_what_is_no_http_1() {
    let victim = Victim::new().await;
    // RFC 9113 3.4: how a client of HTTP/2 begins.
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    victim.refuses("HTTP/2", preface, 505).await;
    let hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03";
    victim.refuses("TLS", hello, 400).await;
    victim.refuses("SSH", b"SSH-2.0-OpenSSH_9.2\r\n\r\n", 400).await;
    victim.refuses("a response", b"HTTP/1.1 200 OK\r\n\r\n", 400).await;
    victim.refuses("a frame", b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", 400).await;
    victim.refuses("zeros", &[0; 100_000], 400).await;
    assert_eq!(victim.executed(), 0);
    victim.ends_unharmed().await;
}

#[tokio::test]
async fn answers_500_where_a_handler_panics() {
    let victim = Victim::new().await;
    for _ in 0..3 {
        victim.refuses("a panic", b"GET /panic HTTP/1.1\r\nHost: a\r\n\r\n", 500).await;
    }
    let body = b"POST /panic HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n";
    victim.refuses("a panic before the body", body, 500).await;
    let two = b"GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /panic HTTP/1.1\r\nHost: a\r\n\r\n";
    assert_eq!(statuses(&victim.say(two).await), [200, 500]);
    victim.ends_unharmed().await;
}
