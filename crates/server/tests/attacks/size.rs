//! Heads, targets and bodies that are too large.

use crate::victim::Victim;
use http1::Limits;

#[tokio::test]
async fn refuses_ten_thousand_fields_with_431() {
    let victim = Victim::new().await;
    let fields: String = (0..10_000).map(|number| format!("X-{number}: y\r\n")).collect();
    let attack = format!("GET / HTTP/1.1\r\nHost: a\r\n{fields}\r\n");
    victim.refuses("10,000 fields", attack.as_bytes(), 431).await;
    let short: String = (0..101).map(|_| "a:\r\n").collect();
    let attack = format!("GET / HTTP/1.1\r\nHost: a\r\n{short}\r\n");
    victim.refuses("103 fields in few bytes", attack.as_bytes(), 431).await;
    assert_eq!(victim.executed(), 0);
    victim.ends_unharmed().await;
}

#[tokio::test]
async fn refuses_a_head_without_end_as_soon_as_the_limit_is_passed() {
    let victim = Victim::new().await;
    let mut attack = b"GET / HTTP/1.1\r\nHost: a\r\nX: ".to_vec();
    attack.resize(Limits::default().head + 1, b'y');
    victim.refuses("not a byte more than the limit and one", &attack, 431).await;
    attack.resize(4 << 20, b'y');
    victim.refuses("4 MiB", &attack, 431).await;
    let trailers = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: ";
    let attack = [trailers.as_slice(), &vec![b'y'; 4 << 20]].concat();
    victim.refuses("4 MiB of trailers", &attack, 431).await;
    assert_eq!(victim.executed(), 0);
    victim.ends_unharmed().await;
}

#[tokio::test]
async fn refuses_a_target_that_is_too_long_with_414() {
    let victim = Victim::new().await;
    let limits = Limits::default();
    let target = |len: usize| format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "t".repeat(len));
    victim.refuses("a long target", target(limits.target).as_bytes(), 414).await;
    let endless = format!("GET /{}", "t".repeat(limits.head));
    victim.refuses("a target without end", endless.as_bytes(), 414).await;
    assert_eq!(victim.executed(), 0);
    victim.ends_unharmed().await;
}

#[tokio::test]
async fn refuses_a_body_that_is_too_large_with_413_before_it_comes() {
    let victim = Victim::new().await;
    for length in [Limits::default().body + 1, 1 << 40, u64::MAX] {
        let attack = format!("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n");
        victim.refuses("a claim", attack.as_bytes(), 413).await;
        let attack = attack.replace("\r\n\r\n", "\r\nExpect: 100-continue\r\n\r\n");
        victim.refuses("a claim that waits for 100", attack.as_bytes(), 413).await;
    }
    let chunk = format!("100000\r\n{}\r\n", "b".repeat(1 << 20));
    let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    let attack = [head, &chunk.repeat(9)].concat();
    victim.refuses("nine chunks of 1 MiB", attack.as_bytes(), 413).await;
    assert_eq!(victim.executed(), 0);
    victim.ends_unharmed().await;
}
