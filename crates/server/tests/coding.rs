//! Compressed answers, over real sockets (RFC 9110 8.4 and 12.5.3).
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod site;

use flate2::read::GzDecoder;
use http1::{Method, Response};
use server::{
    Error, Exchange, Server,
    conditional::{Condition, Validators, not_modified},
    http,
};
use site::{Site, client::request};
use std::io::Read;

const GZIP: (&str, &str) = ("Accept-Encoding", "gzip, br");

/// Answers with its query as the Content-Type, and a body of as many letters as the path says.
async fn letters(exchange: Exchange) -> Result<(), Error> {
    let length: usize = exchange.path()[1..].parse().unwrap();
    let body = "abcdefgh".repeat(length / 8);
    let validators = Validators::of(body.as_bytes());
    let mut response = Response::new(200);
    for (name, value) in exchange.query_pairs() {
        response.headers.push(&name, value);
    }
    validators.push(&mut response.headers);
    match validators.check(exchange.request()) {
        Condition::Proceed => exchange.respond(response, body.as_bytes()).await,
        Condition::NotModified => exchange.respond(not_modified(&response), b"").await,
        Condition::PreconditionFailed => exchange.respond(Response::new(412), b"").await,
    }
}

fn inflate(compressed: &[u8]) -> String {
    let mut text = String::new();
    GzDecoder::new(compressed).read_to_string(&mut text).unwrap();
    text
}

const JSON: &str = "/4096?Content-Type=application/json;charset=utf-8";

#[tokio::test]
async fn text_is_compressed_for_who_asks() {
    let site = Site::start(Server::default(), letters).await;
    let mut client = site.client().await;
    let answer = client.get(JSON, &[GZIP]).await;
    assert_eq!(answer.field("content-encoding"), "gzip");
    assert_eq!(answer.field("vary"), "Accept-Encoding");
    assert_eq!(answer.field("content-length"), answer.body.len().to_string());
    assert!(answer.body.len() < 100);
    assert_eq!(inflate(&answer.body), "abcdefgh".repeat(512));
    assert!(answer.field("etag").ends_with("-gzip\""));

    // The thread's compressor begins anew each time.
    assert_eq!(client.get(JSON, &[GZIP]).await.body, answer.body);

    let head = client.head(JSON, &[GZIP]).await;
    assert_eq!(head.undated(), answer.undated());
    assert_eq!(head.body, b"");
}

#[tokio::test]
async fn text_stays_plain_for_who_does_not_ask() {
    let site = Site::start(Server::default(), letters).await;
    let mut client = site.client().await;
    for fields in [&[][..], &[("Accept-Encoding", "br")], &[("Accept-Encoding", "gzip;q=0, *")]] {
        let answer = client.get(JSON, fields).await;
        assert_eq!(answer.field("content-encoding"), "");
        assert_eq!(answer.field("vary"), "Accept-Encoding", "a cache must know");
        assert_eq!(answer.body.len(), 4096);
        assert!(!answer.field("etag").contains("gzip"));
    }
}

#[tokio::test]
async fn what_gains_nothing_is_left_alone() {
    let site = Site::start(Server::default(), letters).await;
    let mut client = site.client().await;
    for target in [
        "/4096",
        "/1016?Content-Type=text/plain",
        "/4096?Content-Type=image/png",
        "/4096?Content-Type=text/event-stream",
        "/4096?Content-Type=text",
        "/4096?Content-Type=text/html&Content-Encoding=br",
        "/4096?Content-Type=text/html&Cache-Control=private,+no-transform",
    ] {
        let answer = client.get(target, &[GZIP]).await;
        assert_ne!(answer.field("content-encoding"), "gzip", "{target}");
        assert_eq!(answer.field("vary"), "", "{target}");
    }
    for kind in ["text/html", "image/svg%2Bxml", "application/problem%2Bjson", "application/wasm"] {
        let answer = client.get(&format!("/1024?Content-Type={kind}"), &[GZIP]).await;
        assert_eq!(answer.field("content-encoding"), "gzip", "{kind}");
    }
}

#[tokio::test]
async fn a_server_that_does_not_compress_says_nothing_of_it() {
    let http = http::Config { compress: false, ..http::Config::default() };
    let site = Site::start(Server { http, ..Server::default() }, letters).await;
    let answer = site.client().await.get(JSON, &[GZIP]).await;
    assert_eq!((answer.field("content-encoding"), answer.field("vary")), ("", ""));
}

#[tokio::test]
async fn a_vary_that_is_there_is_kept() {
    let site = Site::start(Server::default(), letters).await;
    let mut client = site.client().await;
    for (given, fields) in [("Accept", 2), ("accept,+accept-encoding", 1), ("*", 1)] {
        let target = format!("{JSON}&Vary={given}");
        let answer = client.get(&target, &[GZIP]).await;
        assert_eq!(answer.response.headers.get_all("vary").count(), fields, "{given}");
    }
}

#[tokio::test]
async fn the_tag_of_compressed_content_comes_back_in_conditions() {
    let site = Site::start(Server::default(), letters).await;
    let mut client = site.client().await;
    let whole = client.get(JSON, &[GZIP]).await;
    let tag = whole.field("etag");

    let kept = client.get(JSON, &[GZIP, ("If-None-Match", tag)]).await;
    assert_eq!((kept.status(), kept.body.len()), (304, 0));
    assert_eq!((kept.field("etag"), kept.field("vary")), (tag, "Accept-Encoding"));
    assert!(kept.response.headers.contains("date"));

    let plain = client.get(JSON, &[]).await;
    let plain = plain.field("etag");
    assert_ne!(plain, tag);
    let kept = client.get(JSON, &[("If-None-Match", plain)]).await;
    assert_eq!((kept.status(), kept.field("etag")), (304, plain));

    let guarded = request(&Method::PUT, JSON, &[("If-Match", tag)]);
    assert_eq!(client.ask(&guarded, b"").await.status(), 200);
}

#[tokio::test]
async fn a_large_body_is_compressed_aside() {
    let site = Site::start(Server::default(), letters).await;
    let answer = site.client().await.get("/2000000?Content-Type=text/plain", &[GZIP]).await;
    assert_eq!(inflate(&answer.body), "abcdefgh".repeat(250_000));
}
