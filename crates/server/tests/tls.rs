//! The same server inside TLS.
#![cfg(feature = "tls")]
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod site;

use frame::{Code, Event};
use server::{
    Error, Exchange, Server,
    tls::{Acceptor, Connector},
    websocket::{self, Config, ConnectError},
};
use site::{Site, rest};
use tokio::io::AsyncWriteExt;

async fn echo(exchange: Exchange) -> Result<(), Error> {
    assert!(exchange.peer().secure);
    let mut socket = exchange.upgrade(&Config::default()).await?;
    while let Some((message, sender)) = socket.receive().await? {
        sender.send(message)?;
    }
    Ok(())
}

async fn secure_site() -> (Site, String) {
    let (acceptor, certificate) = Acceptor::for_practice(&["localhost"]).unwrap();
    let server = Server { tls: Some(acceptor), ..Server::default() };
    (Site::start(server, echo).await, certificate)
}

#[tokio::test]
async fn a_websocket_opens_inside_tls() {
    let (site, certificate) = secure_site().await;
    let trusted = Connector::trusting(&certificate).unwrap();
    let url = format!("wss://localhost:{}/", site.address.port());
    let mut socket = websocket::connect_trusting(&url, &trusted, &Config::default()).await.unwrap();
    let long = "안녕하세요 👋 ".repeat(20_000);
    for text in ["", "Hello", &long] {
        socket.send(Event::Text(text)).await.unwrap();
        let (answer, _) = socket.receive().await.unwrap().unwrap();
        assert_eq!(answer, Event::Text(text));
    }
    let closed = socket.close(Code::NORMAL, "done").await.unwrap().unwrap();
    assert!(closed.was_clean);
    assert_eq!(site.stop().await.cut_off, 0);
}

#[tokio::test]
async fn a_client_trusts_no_certificate_that_nobody_vouches_for() {
    let (site, _) = secure_site().await;
    let (_, another) = Acceptor::for_practice(&["localhost"]).unwrap();
    let trusted = Connector::trusting(&another).unwrap();
    let url = format!("wss://localhost:{}/", site.address.port());
    let refused = websocket::connect_trusting(&url, &trusted, &Config::default()).await;
    assert!(matches!(refused, Err(ConnectError::Io { .. })), "{refused:?}");
    site.stop().await;
}

#[tokio::test]
async fn who_speaks_no_tls_is_let_go_and_others_are_served() {
    let (site, certificate) = secure_site().await;
    let mut plain = site.connect().await;
    plain.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    rest(&mut plain).await;
    let trusted = Connector::trusting(&certificate).unwrap();
    let url = format!("wss://localhost:{}/", site.address.port());
    websocket::connect_trusting(&url, &trusted, &Config::default()).await.unwrap();
    site.stop().await;
}
