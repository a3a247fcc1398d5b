//! `cargo explore` over real sockets, without a browser.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

#[path = "browser/book.rs"]
mod book;

use book::Book;
use devtools::PATIENCE;
use frame::Event;
use server::{
    WebSocket,
    websocket::{self, Config, ConnectError},
};
use std::{fs, net::TcpListener, process::Command};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// What a server answers to a request, head and body.
async fn ask(book: &Book, request: &str) -> String {
    let mut stream = TcpStream::connect(book.address()).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    timeout(PATIENCE, stream.read_to_end(&mut answer)).await.unwrap().unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

async fn get(book: &Book, path: &str, fields: &str) -> String {
    ask(book, &format!("GET {path} HTTP/1.1\r\n{fields}Connection: close\r\n\r\n")).await
}

/// The path of the WebSocket that a page opens.
async fn live(book: &Book) -> String {
    let page = get(book, "/", "Host: localhost\r\n").await;
    let (_, rest) = page.split_once("data-socket=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

async fn hear(socket: &mut WebSocket) -> String {
    match timeout(PATIENCE, socket.receive()).await.unwrap().unwrap() {
        Some((Event::Text(text), _)) => text.to_owned(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn only_pages_of_this_server_are_answered() {
    let book = Book::serve().await;
    let page = get(&book, "/", "Host: localhost\r\n").await;
    assert!(page.starts_with("HTTP/1.1 200 ") && page.contains("<title>"), "{page}");
    let stranger = get(&book, "/", "Host: evil.example\r\n").await;
    assert!(stranger.starts_with("HTTP/1.1 421 "), "{stranger}");
    let stranger = get(&book, "/", "Host: localhost\r\nOrigin: http://evil.example\r\n").await;
    assert!(stranger.starts_with("HTTP/1.1 403 "), "{stranger}");
    let typed = "POST /try/key HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost:1\r\n\
         Content-Length: 1\r\nConnection: close\r\n\r\nA";
    let stranger = ask(&book, typed).await;
    assert!(stranger.starts_with("HTTP/1.1 403 "), "{stranger}");
    let long = "POST /try/bytes HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999999\r\n\r\n";
    let refused = ask(&book, long).await;
    assert!(refused.starts_with("HTTP/1.1 413 "), "{refused}");
}

#[tokio::test]
async fn a_page_hears_of_the_next_edition_and_of_one_that_fails() {
    let book = Book::serve().await;
    let url = format!("ws://{}/{}", book.address(), live(&book).await);
    let mut socket = websocket::connect(&url, &Config::default()).await.unwrap();
    assert_eq!(hear(&mut socket).await, "well");

    let page = book.page("07-frames.md");
    let text = fs::read_to_string(&page).unwrap();
    fs::write(&page, format!("{text}\n{{{{#bytes no/such.hex}}}}\n")).unwrap();
    let failure = hear(&mut socket).await;
    assert!(failure.starts_with("failed ") && failure.contains("07-frames.md:"), "{failure}");

    fs::write(&page, format!("{text}\nA wombat.\n")).unwrap();
    assert_eq!(hear(&mut socket).await, "reload");
    let page = get(&book, "/07-frames.html", "Host: localhost\r\n").await;
    assert!(page.contains("A wombat."), "{page}");
    // Whoever opens an old page anew hears it at once.
    let mut late = websocket::connect(&url, &Config::default()).await.unwrap();
    assert_eq!(hear(&mut late).await, "reload");
}

#[tokio::test]
async fn a_stranger_hears_nothing() {
    let book = Book::serve().await;
    let path = live(&book).await;
    let host = book.address();
    let request = format!(
        "GET /{path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://evil.example\r\nUpgrade: websocket\r\n\
         Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\
         Sec-WebSocket-Version: 13\r\n\r\n"
    );
    let mut stream = TcpStream::connect(host).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut status = [0; 13];
    timeout(PATIENCE, stream.read_exact(&mut status)).await.unwrap().unwrap();
    assert_eq!(&status, b"HTTP/1.1 403 ");
    let nowhere = websocket::connect(&format!("ws://{host}/try/live"), &Config::default()).await;
    assert!(matches!(nowhere, Err(ConnectError::Refused { .. })), "{nowhere:?}");
}

#[tokio::test]
async fn the_handshake_of_a_page_is_printed_for_who_asks() {
    let mut book = Book::serve_with(&["--trace"]).await;
    let url = format!("ws://{}/{}", book.address(), live(&book).await);
    let mut socket = websocket::connect(&url, &Config::default()).await.unwrap();
    assert_eq!(hear(&mut socket).await, "well");
    let mut printed = String::new();
    while !printed.contains("empty line") || !printed.contains("Sec-WebSocket-Accept") {
        printed += &book.line().await;
        printed.push('\n');
    }
    assert!(printed.contains("GET /live?edition="), "{printed}");
    assert!(printed.contains("101 Switching Protocols"), "{printed}");
}

#[test]
fn a_port_in_use_is_said_with_what_to_do() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let mut command = Command::new(env!("CARGO_BIN_EXE_explorer"));
    let output = command.args(["--port", &port.to_string()]).current_dir(root).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("is in use") && said.contains("--port"), "{said}");
}

#[cfg(unix)]
#[tokio::test]
async fn ctrl_c_ends_it_in_good_order() {
    let mut book = Book::serve().await;
    let url = format!("ws://{}/{}", book.address(), live(&book).await);
    let mut socket = websocket::connect(&url, &Config::default()).await.unwrap();
    assert_eq!(hear(&mut socket).await, "well");
    let sent = Command::new("kill").args(["-INT", &book.process()]).status().unwrap();
    assert!(sent.success());
    let heard = timeout(PATIENCE, socket.receive()).await.unwrap().unwrap().is_none();
    assert!(heard, "the server says goodbye");
    assert_eq!(socket.closed().unwrap().code, frame::Code::GOING_AWAY);
    drop(socket);
    assert!(book.end().await.success());
}
