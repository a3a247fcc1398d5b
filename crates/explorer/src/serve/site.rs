//! What is asked for and what is answered: pages, the WebSocket, what readers type.

use super::{press::Edition, reload};
use crate::labs;
use http1::{Request, Response};
use server::{Error, Exchange, Files, Handler};
use std::sync::Arc;
use tokio::sync::watch::Receiver;

/// The book, for one server.
pub(super) struct Site {
    editions: Receiver<Edition>,
}

/// What each page runs while it is served from here, and a static site has not.
const LIVE: &str = include_str!("live.js");

impl Site {
    pub(super) fn new(editions: Receiver<Edition>) -> Self {
        Site { editions }
    }

    async fn page(&self, exchange: Exchange) -> Result<(), Error> {
        let Edition { stamp, pages, failure } = self.editions.borrow().clone();
        match pages {
            // Held until the file is sent: the next edition may come before.
            Some(pages) => Files::new(pages.path()).serve(exchange).await,
            None => wait(exchange, stamp, failure).await,
        }
    }
}

impl Handler for Site {
    async fn handle(&self, exchange: Exchange) -> Result<(), Error> {
        if !is_from_here(exchange.request()) {
            let response = text(403);
            return exchange
                .respond(response, b"Pages of other sites have no business here.\n")
                .await;
        }
        match exchange.path() {
            "/live" => reload::serve(exchange, self.editions.clone()).await,
            "/live.js" => {
                let response = Response::new(200)
                    .with("Content-Type", "text/javascript; charset=utf-8")
                    .with("Cache-Control", "no-cache");
                exchange.respond(response, LIVE.as_bytes()).await
            }
            path if path.starts_with("/try/") => labs::serve(exchange).await,
            _ => self.page(exchange).await,
        }
    }
}

/// Whether no page of another site asks. Browsers say in Origin which page asks, where
/// that matters; a program that is none says nothing, and can do no harm that it could
/// not do by itself.
fn is_from_here(request: &Request) -> bool {
    let host = request.headers.get_str("host").unwrap_or_default();
    let ours = format!("http://{host}");
    request.headers.get_all("origin").all(|origin| origin.eq_ignore_ascii_case(ours.as_bytes()))
}

/// There is no book yet: the page says so, and goes when there is one.
async fn wait(exchange: Exchange, stamp: u64, failure: Option<Arc<str>>) -> Result<(), Error> {
    let heading = match failure {
        Some(_) => "The book cannot be built",
        None => "The book is being built",
    };
    let page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>{heading}</title>\n\
         <style>:root {{ color-scheme: light dark; font-family: system-ui, sans-serif; }} \
         pre {{ white-space: pre-wrap; }}</style>\n<h1>{heading}</h1>\n\
         <script src=\"/live.js\" data-socket=\"live?edition={stamp}\"></script>\n</html>\n"
    );
    let response = Response::new(503)
        .with("Content-Type", "text/html; charset=utf-8")
        .with("Cache-Control", "no-store")
        .with("Retry-After", "1");
    exchange.respond(response, page.as_bytes()).await
}

fn text(status: u16) -> Response {
    Response::new(status).with("Content-Type", "text/plain; charset=utf-8")
}

#[cfg(test)]
mod tests {
    use super::*;
    use http1::Method;

    #[test]
    fn pages_of_other_sites_are_told_from_ours() {
        let request = |origin: &str| {
            Request::new(Method::GET, "/live").with("Host", "127.0.0.1:4000").with("Origin", origin)
        };
        assert!(is_from_here(&request("http://127.0.0.1:4000")));
        for origin in
            ["http://127.0.0.1:8080", "https://127.0.0.1:4000", "http://example.com", "null"]
        {
            assert!(!is_from_here(&request(origin)), "{origin}");
        }
        assert!(is_from_here(&Request::new(Method::GET, "/").with("Host", "localhost")));
    }
}
