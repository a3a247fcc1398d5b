//! What a client is told when it does not get what it asked for (RFC 9457).
//!
//! ```text
//! HTTP/1.1 422 Unprocessable Content
//! Content-Type: application/problem+json
//!
//! {
//!   "type": "/problems/invalid",                          the kind; it can be looked up
//!   "title": "The body can be read, but not accepted",    the same for all of a kind
//!   "status": 422,
//!   "detail": "fields that are wrong: 1",                 what happened this time
//!   "errors": [{"pointer": "#/customer/email", "detail": "has no @"}]
//! }
//! ```
//!
//! A program looks at `type` and `errors`, a person reads `title` and `detail`.

use crate::{
    fields::Fault,
    representation::{Answer, Cell, Resource},
    store,
};
use http1::Response;
use serde::Serialize;
use serde_json::{Map, Value, json};
use tracing::error;

/// A kind of problem: each refusal of this program is one of [`KINDS`].
#[derive(Debug, Serialize)]
pub(crate) struct Kind {
    /// The last part of its `type`.
    pub(crate) slug: &'static str,
    pub(crate) status: u16,
    pub(crate) title: &'static str,
    /// What to do about it.
    pub(crate) advice: &'static str,
}

// ANCHOR: kinds
macro_rules! kinds {
    ($($name:ident $status:literal $slug:literal $title:literal $advice:literal)*) => {
        $(pub(crate) const $name: Kind =
            Kind { slug: $slug, status: $status, title: $title, advice: $advice };)*
        pub(crate) const KINDS: &[Kind] = &[$($name),*];
    };
}

kinds! {
    MALFORMED 400 "malformed"
        "What was sent cannot be read"
        "The detail says where reading stopped."
    LOGIN_NEEDED 401 "login-needed"
        "Nobody knows who asks"
        "POST /session with a name and a password, then send the cookie or the token along."
    FOREIGN_PAGE 403 "foreign-page"
        "A page of another site may not change anything here"
        "A browser says by itself which page asks. Another program that sends the session cookie must add: Sec-Fetch-Site: same-origin"
    NOT_FOUND 404 "not-found"
        "There is nothing here"
        "GET / lists what there is."
    METHOD_NOT_ALLOWED 405 "method-not-allowed"
        "This cannot be done here"
        "The field Allow lists what can."
    NOT_ACCEPTABLE 406 "not-acceptable"
        "None of the forms that were asked for is there"
        "The member `available` lists those that are; Accept: */* takes any."
    DUPLICATE_EMAIL 409 "duplicate-email"
        "Another customer has this e-mail address"
        "Choose another address, or change the other customer first."
    CHANGED 412 "changed"
        "Its state is not the one that the request expects"
        "Somebody was faster, most likely. GET it again, make the change again, and send the new ETag in If-Match."
    MEDIA_TYPE 415 "media-type"
        "A body of this kind is not understood here"
        "The field Accept-Post or Accept says which is: send that, and say so in Content-Type."
    INVALID 422 "invalid"
        "The body can be read, but not accepted"
        "The member `errors` lists what is wrong, and where."
    MATCH_NEEDED 428 "match-needed"
        "A change must say what it changes"
        "GET it, and send its ETag in If-Match: so nobody's change is lost."
    STORE 503 "store"
        "The store cannot do it now"
        "Nobody knows whether it was done. GET tells."
}
// ANCHOR_END: kinds

impl Resource for Kind {
    const ONE: &'static str = "problem";
    const MANY: &'static str = "problems";

    fn cells(&self) -> Vec<Cell> {
        let Kind { slug, status, title, advice } = self;
        let [slug, title, advice] = [slug, title, advice].map(|text| (*text).to_owned());
        vec![("slug", slug), ("status", status.to_string()), ("title", title), ("advice", advice)]
    }

    fn key(&self) -> Option<String> {
        Some(self.slug.to_string())
    }
}

/// What went wrong this time.
#[derive(Debug)]
pub(crate) struct Problem {
    kind: &'static Kind,
    detail: String,
    /// What a program may want to know beside it.
    members: Map<String, Value>,
    fields: Vec<(&'static str, String)>,
}

impl Problem {
    pub(crate) fn new(kind: &'static Kind, detail: impl Into<String>) -> Self {
        Problem { kind, detail: detail.into(), members: Map::new(), fields: Vec::new() }
    }

    /// The same with one more member of its body.
    pub(crate) fn member(mut self, name: &str, value: impl Serialize) -> Self {
        self.members.insert(name.to_owned(), json!(value));
        self
    }

    /// The same with one more field of its head.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.fields.push((name, value.into()));
        self
    }

    pub(crate) fn answer(self) -> Answer {
        let Problem { kind, detail, members, fields } = self;
        let Kind { slug, status, title, .. } = *kind;
        let body = Body { kind: format!("/problems/{slug}"), title, status, detail, members };
        let body = serde_json::to_vec_pretty(&body).expect("texts and numbers are always JSON");
        let response = Response::new(status)
            .with("Content-Type", "application/problem+json")
            .with("X-Content-Type-Options", "nosniff")
            .with("Cache-Control", "no-store");
        let with = |response: Response, (name, value)| response.with(name, value);
        Answer { response: fields.into_iter().fold(response, with), body: [&*body, b"\n"].concat() }
    }
}

/// What stands in the body (RFC 9457 3).
#[derive(Serialize)]
struct Body {
    #[serde(rename = "type")]
    kind: String,
    title: &'static str,
    status: u16,
    detail: String,
    #[serde(flatten)]
    members: Map<String, Value>,
}

/// Why a request was not answered as it wished.
#[derive(Debug)]
pub(crate) enum Refusal {
    Problem(Problem),
    /// The server knows what to say, if there is anybody left to hear it.
    Server(server::Error),
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Refusal::Problem(problem)
    }
}

impl From<server::Error> for Refusal {
    fn from(error: server::Error) -> Self {
        Refusal::Server(error)
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Malformed(detail) => Problem::new(&MALFORMED, detail),
            Fault::Invalid(wrong) => {
                let detail = format!("fields that are wrong: {}", wrong.len());
                Problem::new(&INVALID, detail).member("errors", wrong)
            }
        }
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Refusal::Problem(fault.into())
    }
}

impl From<store::Error> for Problem {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::DuplicateEmail => Problem::new(&DUPLICATE_EMAIL, error.to_string()),
            store::Error::Sqlite(_) | store::Error::Lost => {
                // What is wrong inside is nobody's business outside; the log has it.
                error!(%error, "the store failed");
                Problem::new(&STORE, "the log of the server says why")
            }
        }
    }
}

impl From<store::Error> for Refusal {
    fn from(error: store::Error) -> Self {
        Refusal::Problem(error.into())
    }
}
