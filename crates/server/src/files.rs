//! Static files: what lies in a directory, and nothing that lies outside.
//!
//! ```text
//! GET /guide/                 200 root/guide/index.html; 304 to who has it already
//! GET /guide                  301 guide/
//! GET /film.mp4, bytes=0-99   206 the first hundred bytes
//! GET /..%2f..%2fetc/passwd   404
//! ```
//!
//! The directory is the whole configuration. Nothing in it is listed, and names that
//! begin with a dot stay private. What leads to the outside is not there: neither
//! `..`, however it is written, nor a symbolic link.
//!
//! ```no_run
//! # async fn run() -> std::io::Result<()> {
//! use server::{Files, Server, interrupted};
//!
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
//! Server::default().serve(listener, Files::new("book"), interrupted()).await;
//! # Ok(())
//! # }
//! ```
//!
//! Book: chapter 2.

mod find;
mod page;
mod range;
mod send;

use crate::{Error, Exchange, Handler, http::path};
use find::Found;
use http1::{Method, Response};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::{
    io::{self, ErrorKind},
    path::PathBuf,
};
use tokio::task::spawn_blocking;
use tracing::warn;

/// The files of a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    /// The directory. A file `404.html` in it is shown where there is no other.
    pub root: PathBuf,
    /// What caches may do with the files.
    pub cache_control: String,
}

impl Files {
    /// The files of this directory. Caches may keep them, and ask each time whether
    /// they are still good.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Files { root: root.into(), cache_control: "no-cache".to_owned() }
    }

    /// Answers with the file that the path names.
    ///
    /// # Errors
    /// The path is wrongly encoded, the file cannot be read, or the peer does not
    /// take it.
    pub async fn serve(&self, exchange: Exchange) -> Result<(), Error> {
        self.serve_under("", exchange).await
    }

    /// Answers with the file that the path names behind `prefix`: under `/book`,
    /// the path `/book/style.css` names `style.css`.
    ///
    /// # Errors
    /// As [`serve`](Self::serve).
    pub async fn serve_under(&self, prefix: &str, exchange: Exchange) -> Result<(), Error> {
        if ![Method::GET, Method::HEAD].contains(&exchange.request().method) {
            let response = Response::new(405).with("Allow", "GET, HEAD");
            return exchange.respond(response, b"Files are for reading: GET or HEAD.\n").await;
        }
        let inside = exchange.path().strip_prefix(prefix);
        let Some(inside) = inside.filter(|path| path.is_empty() || path.starts_with('/')) else {
            return self.miss(exchange).await;
        };
        let as_directory = inside.ends_with('/');
        let mut names = path::segments(inside)?;
        names.pop_if(|name| name.is_empty());
        match self.find(names, as_directory).await {
            Ok(Found::File(file)) => self.send(exchange, *file).await,
            Ok(Found::Directory) => redirect(exchange).await,
            Ok(Found::Nothing) => self.miss(exchange).await,
            Err(error) if error.kind() == ErrorKind::PermissionDenied => {
                page::send(exchange, 403, "This may not be read.", &[]).await
            }
            Err(error) => {
                warn!(root = %self.root.display(), path = exchange.path(), %error, "cannot read");
                Err(Error::Handler(error.into()))
            }
        }
    }

    async fn find(&self, names: Vec<String>, as_directory: bool) -> io::Result<Found> {
        let root = self.root.clone();
        spawn_blocking(move || find::find(&root, &names, as_directory)).await?
    }

    /// Says that there is no such file.
    async fn miss(&self, exchange: Exchange) -> Result<(), Error> {
        let own = self.find(vec!["404.html".to_owned()], false).await;
        if let Ok(Found::File(file)) = own
            && let Some(page) = file.content
        {
            return exchange.respond(page::head(404), &page).await;
        }
        page::send(exchange, 404, "There is nothing here.", &[]).await
    }
}

impl Handler for Files {
    async fn handle(&self, exchange: Exchange) -> Result<(), Error> {
        self.serve(exchange).await
    }
}

/// To the same path with a slash behind it: a page's relative links begin there.
/// The redirect is relative too, whoever stands in between and whatever it calls us.
async fn redirect(exchange: Exchange) -> Result<(), Error> {
    let segments = exchange.segments()?;
    let name = segments.last().map_or("", String::as_str);
    let mut location = format!("{}/", utf8_percent_encode(name, ESCAPED));
    if let Some(query) = exchange.query() {
        location = format!("{location}?{query}");
    }
    page::send(exchange, 301, "This is a directory.", &[("Location", &location)]).await
}

/// `unreserved = ALPHA / DIGIT / "-" / "." / "_" / "~"` (RFC 3986 2.3): all but these
/// is escaped.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
