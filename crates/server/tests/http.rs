//! HTTP/1.1 over real sockets.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod site;

use http1::Response;
use server::{Error, Exchange, Server};
use site::Site;

async fn echo(mut exchange: Exchange) -> Result<(), Error> {
    let body = exchange.body().await?;
    exchange.respond(Response::new(200), &body).await
}

#[tokio::test]
async fn answers_pipelined_requests_in_order() {
    let site = Site::start(Server::default(), echo).await;
    let said = site
        .say(
            b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\none\
              POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nConnection: close\r\n\r\ntwo",
        )
        .await;
    let (first, second) = said.split_at(said.rfind("HTTP/1.1").unwrap());
    assert!(first.ends_with("\r\n\r\none") && second.ends_with("\r\n\r\ntwo"), "{said}");
    assert_eq!(site.stop().await.cut_off, 0);
}

#[tokio::test]
async fn a_panic_in_a_handler_is_a_500() {
    let panics = |_: Exchange| async { panic!("on purpose") };
    let site = Site::start(Server::default(), panics).await;
    let said = site.say(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert!(said.starts_with("HTTP/1.1 500 "), "{said}");
}
