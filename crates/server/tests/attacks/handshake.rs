//! Opening handshakes that are refused (RFC 6455 4.2), and requests for somebody else.

use crate::{
    socket::{OPENING, frame},
    victim::{Victim, statuses},
};
use ::handshake::server::{Config, Origins};
use server::{Server, http, websocket};

async fn refuse(victim: &Victim, request: &str, status: u16) -> String {
    let said = victim.say(format!("{request}\r\n").as_bytes()).await;
    assert_eq!(statuses(&said), [status], "{request}: {said}");
    // RFC 6455 4.4: whatever else is wrong, the client learns which version would do.
    assert!(said.contains("\r\nSec-WebSocket-Version: 13\r\n"), "{request}: {said}");
    said
}

#[tokio::test]
async fn refuses_handshakes_that_break_a_rule() {
    let victim = Victim::new().await;
    let get = format!("GET /socket HTTP/1.1\r\n{OPENING}");
    let without = |name: &str| {
        let lines = get.split_inclusive("\r\n").filter(|line| !line.starts_with(name));
        lines.collect::<String>()
    };
    refuse(&victim, &without("Sec-WebSocket-Version"), 400).await;
    refuse(&victim, &without("Sec-WebSocket-Key"), 400).await;
    refuse(&victim, &without("Connection"), 400).await;
    refuse(&victim, &get.replace(": 13", ": 8"), 426).await;
    refuse(&victim, &get.replace(": 13", ": 13, 8"), 426).await;
    refuse(&victim, &format!("{get}Sec-WebSocket-Version: 8\r\n"), 400).await;
    refuse(&victim, &get.replace("dGhl", ""), 400).await;
    refuse(&victim, &get.replace("dGhl", "\u{fc}"), 400).await;
    refuse(&victim, &get.replace("bXBsZSBub25jZQ==", "bXBsZSBub25jZQ"), 400).await;
    refuse(&victim, &format!("{get}Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"), 400).await;
    refuse(&victim, &format!("{get}Sec-WebSocket-Protocol: a b\r\n"), 400).await;
    refuse(&victim, &format!("{get}Sec-WebSocket-Extensions: a;=b\r\n"), 400).await;
    refuse(&victim, &get.replace("HTTP/1.1", "HTTP/1.0"), 400).await;
    let said = refuse(&victim, &get.replace("GET", "POST"), 405).await;
    assert!(said.contains("\r\nAllow: GET\r\n"), "{said}");
    for request in [without("Upgrade"), get.replace("Upgrade: websocket", "Upgrade: h2c")] {
        let said = refuse(&victim, &request, 426).await;
        assert!(said.contains("\r\nUpgrade: websocket\r\n"), "{said}");
    }
    victim.ends_unharmed().await;
}

#[tokio::test]
async fn takes_no_body_of_a_handshake_for_frames() {
    let victim = Victim::new().await;
    let hidden = frame(0x81, b"hidden");
    let len = hidden.len();
    let counted = (format!("Content-Length: {len}\r\n\r\n"), "");
    let chunked = (format!("Transfer-Encoding: chunked\r\n\r\n{len:x}\r\n"), "\r\n0\r\n\r\n");
    for (fields, end) in [counted, chunked] {
        let head = format!("GET /socket HTTP/1.1\r\n{OPENING}{fields}");
        let request = [head.as_bytes(), &hidden, end.as_bytes()].concat();
        let bytes = [request, frame(0x81, b"open"), frame(0x88, b"")].concat();
        let said = victim.say(&bytes).await;
        assert!(said.ends_with("\r\n\r\n\u{fffd}\u{4}open\u{fffd}\0"), "{said:?}");
    }
    victim.ends_unharmed().await;
}

#[tokio::test]
async fn refuses_pages_of_foreign_origins_with_403() {
    let origins = Origins::Only(vec!["https://chat.example".to_owned()]);
    let handshake = Config { origins, ..Config::default() };
    let config = websocket::Config { handshake, ..websocket::Config::default() };
    let victim = Victim::start(Server::default(), config).await;
    let from = |origin: &str| format!("GET /socket HTTP/1.1\r\n{OPENING}Origin: {origin}\r\n");
    let foreign = [
        "https://evil.example",
        "http://chat.example",
        "https://chat.example:444",
        "https://chat.example.evil.example",
        "https://evil.example/https://chat.example",
        "null",
        "",
        "https://chat.example\r\nOrigin: https://evil.example",
    ];
    for origin in foreign {
        refuse(&victim, &from(origin), 403).await;
    }
    let close = "\r\n\u{88}\u{80}\0\0\0\0".chars().map(|char| char as u8);
    let welcome: Vec<u8> =
        from("https://chat.example").into_bytes().into_iter().chain(close).collect();
    assert_eq!(statuses(&victim.say(&welcome).await), [101]);
    victim.ends_unharmed().await;
}

#[tokio::test]
async fn refuses_requests_for_other_hosts_with_421() {
    let hosts = ["a", "127.0.0.1", "[::1]"].map(str::to_owned).to_vec();
    let http = http::Config { hosts, ..http::Config::default() };
    let victim =
        Victim::start(Server { http, ..Server::default() }, websocket::Config::default()).await;
    let other = ["evil.example", "evil.example:80", "a.evil.example", "127.0.0.2", "[::2]", "aa"];
    for host in other {
        let request = format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n");
        victim.refuses(host, request.as_bytes(), 421).await;
        let absolute = format!("GET http://{host}/ HTTP/1.1\r\nHost: a\r\n\r\n");
        victim.refuses(&absolute, absolute.as_bytes(), 421).await;
    }
    victim.refuses("no host", b"GET / HTTP/1.0\r\n\r\n", 421).await;
    assert_eq!(victim.executed(), 0);
    for host in ["a", "A:8080", "127.0.0.1:80", "[::1]", "[::1]:80"] {
        let request = format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        assert_eq!(statuses(&victim.say(request.as_bytes()).await), [200], "{host}");
        let absolute = format!(
            "GET http://{host}/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
        );
        assert_eq!(statuses(&victim.say(absolute.as_bytes()).await), [200], "{absolute}");
    }
    victim.ends_unharmed().await;
}
