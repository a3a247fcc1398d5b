//! The page: HTML, styles and modules, as they lie in `page/`, built into the program.
//!
//! ```text
//! index.html  style.css  icon.svg
//! chat.js ──► log.js          what one sees
//!    └──────► seat.js         who we are, what we have read, when to come back
//!    └──────► doors/*.js      one file for each door: attend(seat, signal), send(seat, wish)
//!                └──► socketio.js   what a browser has for the others, and not for Socket.IO
//! ```
//!
//! Book: chapter 9.

use http1::Response;
use server::{
    Error, Exchange,
    conditional::{Condition, Validators, not_modified},
};

/// One file of the page.
struct File {
    path: &'static str,
    media_type: &'static str,
    content: &'static [u8],
}

macro_rules! files {
    ($($path:literal $media_type:literal $file:literal)*) => {
        [$(File {
            path: $path,
            media_type: $media_type,
            content: include_bytes!(concat!("../page/", $file)),
        }),*]
    };
}

const FILES: &[File] = &files! {
    "/" "text/html; charset=utf-8" "index.html"
    "/style.css" "text/css; charset=utf-8" "style.css"
    "/icon.svg" "image/svg+xml" "icon.svg"
    "/chat.js" "text/javascript; charset=utf-8" "chat.js"
    "/log.js" "text/javascript; charset=utf-8" "log.js"
    "/seat.js" "text/javascript; charset=utf-8" "seat.js"
    "/requests.js" "text/javascript; charset=utf-8" "requests.js"
    "/patience.js" "text/javascript; charset=utf-8" "patience.js"
    "/socketio.js" "text/javascript; charset=utf-8" "socketio.js"
    "/doors/polling.js" "text/javascript; charset=utf-8" "doors/polling.js"
    "/doors/long-polling.js" "text/javascript; charset=utf-8" "doors/long-polling.js"
    "/doors/event-stream.js" "text/javascript; charset=utf-8" "doors/event-stream.js"
    "/doors/websocket.js" "text/javascript; charset=utf-8" "doors/websocket.js"
    "/doors/socketio.js" "text/javascript; charset=utf-8" "doors/socketio.js"
};

// ANCHOR: policy
/// Only what comes from here runs, only here does it connect to, and no text of
/// anybody's is ever taken for markup.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
     connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
     require-trusted-types-for 'script'; trusted-types 'none'";
// ANCHOR_END: policy

/// Answers with a file of the page.
///
/// # Errors
/// As [`Exchange::respond`].
pub(crate) async fn serve(exchange: Exchange) -> Result<(), Error> {
    let Some(file) = FILES.iter().find(|file| file.path == exchange.path()) else {
        let response = Response::new(404).with("Content-Type", "text/plain");
        return exchange.respond(response, b"Nothing here.\n").await;
    };
    if !["GET", "HEAD"].contains(&exchange.request().method.as_str()) {
        return exchange.respond(Response::new(405).with("Allow", "GET, HEAD"), b"").await;
    }
    let validators = Validators::of(file.content);
    let mut response = Response::new(200)
        .with("Content-Type", file.media_type)
        .with("Content-Security-Policy", POLICY)
        .with("Cross-Origin-Opener-Policy", "same-origin")
        .with("Cross-Origin-Resource-Policy", "same-origin")
        .with("X-Content-Type-Options", "nosniff")
        .with("Referrer-Policy", "no-referrer")
        .with("Cache-Control", "no-cache");
    validators.push(&mut response.headers);
    match validators.check(exchange.request()) {
        Condition::NotModified => exchange.respond(not_modified(&response), b"").await,
        _ => exchange.respond(response, file.content).await,
    }
}
