//! What a resource looks like: JSON for programs, HTML for browsers, text for terminals.
//!
//! ```text
//!                          ┌─ Accept: application/json ─► {"customer":{"id":123,"name":…
//! Customer ──► Document ───┼─ Accept: text/html ────────► <tr><th>id<th>name<th>email…
//!                          └─ Accept: text/plain ───────► id     123 …
//! ```
//!
//! The same customer in three forms is three representations (RFC 9110 3.2): each has
//! an ETag of its own, and `Vary: Accept` tells caches that there are others.

mod html;
mod text;

use crate::problem::{CHANGED, NOT_ACCEPTABLE, Problem};
use http1::{Accept, Headers, Request, Response};
use serde::Serialize;
use server::conditional::{Condition, Validators, not_modified};
use std::collections::BTreeMap;

/// What can be shown.
pub(crate) trait Resource: Serialize {
    /// What it is called, alone and in a list: the name of its JSON.
    const ONE: &'static str;
    const MANY: &'static str;

    /// Its parts, each with its name.
    fn cells(&self) -> Vec<Cell>;

    /// Under which name it is found in its list, if it has a page of its own there.
    fn key(&self) -> Option<String> {
        None
    }
}

// ANCHOR: format
/// The forms there are. Of equally welcome ones the first is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    Html,
    Text,
}

impl Format {
    const ALL: [Format; 3] = [Format::Json, Format::Html, Format::Text];

    fn media_type(self) -> &'static str {
        match self {
            Format::Json => "application/json",
            Format::Html => "text/html; charset=utf-8",
            Format::Text => "text/plain; charset=utf-8",
        }
    }

    /// The form that a client would rather have.
    ///
    /// # Errors
    /// It would have none of them: 406.
    pub(crate) fn wanted(headers: &Headers) -> Result<Format, Problem> {
        let offers = Format::ALL.map(Format::media_type);
        let best = Accept::of(headers).best(&offers);
        let mut formats = Format::ALL.into_iter();
        formats.find(|format| Some(format.media_type()) == best).ok_or_else(|| {
            Problem::new(&NOT_ACCEPTABLE, "Accept names no form that there is")
                .member("available", offers)
                .with("Vary", "Accept")
        })
    }
}
// ANCHOR_END: format

/// One resource, or a list of them, ready to be shown in any form.
#[derive(Debug)]
pub(crate) struct Document {
    title: &'static str,
    json: String,
    rows: Vec<Row>,
    is_list: bool,
    /// Where the list goes on.
    next: Option<String>,
}

impl Document {
    pub(crate) fn one<R: Resource>(resource: &R) -> Self {
        Document {
            title: R::ONE,
            json: json(R::ONE, resource),
            rows: vec![Row { link: None, cells: resource.cells() }],
            is_list: false,
            next: None,
        }
    }

    /// A list at `path`; what has a key has its page at `path/KEY`.
    pub(crate) fn list<R: Resource>(path: &str, resources: &[R], next: Option<String>) -> Self {
        let row = |resource: &R| Row {
            link: resource.key().map(|key| format!("{path}/{key}")),
            cells: resource.cells(),
        };
        Document {
            title: R::MANY,
            json: json(R::MANY, &resources),
            rows: resources.iter().map(row).collect(),
            is_list: true,
            next,
        }
    }

    // ANCHOR: answer
    /// Answers GET: with all of it, or with 304 where the client has it already.
    ///
    /// # Errors
    /// The client takes none of the forms, or wants it only if it is another: 406, 412.
    pub(crate) fn get(&self, request: &Request) -> Result<Answer, Problem> {
        let answer = self.answer(200, Format::wanted(&request.headers)?);
        match Validators::of(&answer.body).check(request) {
            Condition::Proceed => Ok(answer),
            Condition::NotModified => Ok(Answer::new(not_modified(&answer.response))),
            Condition::PreconditionFailed => Err(changed()),
        }
    }

    /// Answers with all of it, in this form.
    pub(crate) fn answer(&self, status: u16, format: Format) -> Answer {
        let body = self.show(format).into_bytes();
        let mut response = Response::new(status)
            .with("Content-Type", format.media_type())
            .with("Vary", "Accept")
            // Keep it if you like, but ask whether it is still good before you use it.
            .with("Cache-Control", "no-cache")
            .with("X-Content-Type-Options", "nosniff")
            // Were something not escaped after all: it could do nothing.
            .with("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
        Validators::of(&body).push(&mut response.headers);
        Answer { response, body }
    }

    /// Lets a change go on, unless it is meant for another state than this.
    ///
    /// # Errors
    /// The ETag in If-Match is not the one that GET would give now: 412.
    pub(crate) fn check(&self, request: &Request) -> Result<(), Problem> {
        let format = Format::wanted(&request.headers).unwrap_or(Format::Json);
        match Validators::of(self.show(format).as_bytes()).check(request) {
            Condition::Proceed => Ok(()),
            Condition::NotModified | Condition::PreconditionFailed => Err(changed()),
        }
    }
    // ANCHOR_END: answer

    fn show(&self, format: Format) -> String {
        match format {
            Format::Json => self.json.clone(),
            Format::Html => html::page(self),
            Format::Text => text::table(self),
        }
    }
}

/// One thing, in parts.
#[derive(Debug)]
struct Row {
    /// Where it has a page of its own, if this is not that page.
    link: Option<String>,
    cells: Vec<Cell>,
}

impl Row {
    fn names(&self) -> Vec<&str> {
        self.cells.iter().map(|(name, _)| *name).collect()
    }

    fn values(&self) -> Vec<&str> {
        self.cells.iter().map(|(_, value)| &**value).collect()
    }
}

/// A name, and what has it.
pub(crate) type Cell = (&'static str, String);

fn json(name: &str, value: &impl Serialize) -> String {
    let named = BTreeMap::from([(name, value)]);
    let json = serde_json::to_string(&named).expect("texts and numbers are always JSON");
    json + "\n"
}

fn changed() -> Problem {
    Problem::new(&CHANGED, "its ETag is not the one in the request; each form has its own")
        .with("Vary", "Accept")
}

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) response: Response,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// An answer without a body.
    pub(crate) fn new(response: Response) -> Self {
        Answer { response, body: Vec::new() }
    }

    /// The same with one more field.
    pub(crate) fn with(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.response.headers.insert(name, value);
        self
    }

    /// The same without an ETag.
    pub(crate) fn without_tag(mut self) -> Self {
        self.response.headers.remove("ETag");
        self
    }

    /// The same, for nobody but who asked: it shall be kept nowhere.
    pub(crate) fn secret(self) -> Self {
        self.without_tag().with("Cache-Control", "no-store")
    }
}
