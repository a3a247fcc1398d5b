//! Conditional requests: do it only if nothing has changed, or only if something has.
//!
//! RFC 9110 13.
//!
//! ```text
//! 200 OK                             GET /customers/223             304 Not Modified
//! ETag: "5d8c72a5"            ─────► If-None-Match: "5d8c72a5" ───► (no body: yours is still good)
//!
//! 200 OK                             PUT /customers/223             412 Precondition Failed
//! ETag: "5d8c72a5"            ─────► If-Match: "5d8c72a5"      ───► (somebody was faster)
//! ```
//!
//! A handler that knows what its content is now asks what the request makes of it:
//!
//! ```
//! use http1::{Method, Request};
//! use server::conditional::{Condition, EntityTag, Validators};
//!
//! let now = Validators::of(b"{\"name\":\"Ada\"}");
//! let tag = now.etag.clone().expect("it was made from content").to_string();
//!
//! let again = Request::new(Method::GET, "/").with("If-None-Match", &tag);
//! assert_eq!(now.check(&again), Condition::NotModified);
//!
//! let stale = Request::new(Method::PUT, "/").with("If-Match", "\"of-yesterday\"");
//! assert_eq!(now.check(&stale), Condition::PreconditionFailed);
//! ```
//!
//! Book: chapter 2.

mod entity_tag;

pub use entity_tag::EntityTag;
pub(crate) use entity_tag::tags;
use http1::{Headers, Method, Request, Response};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// By what one state of some content is told from another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Validators {
    /// Differs when the content does.
    pub etag: Option<EntityTag>,
    /// When the content changed last. HTTP has whole seconds only.
    pub modified: Option<SystemTime>,
}

/// What becomes of a request that has conditions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// Answer as if there were none.
    Proceed,
    /// The client has this already: 304, see [`not_modified`].
    NotModified,
    /// Do nothing, and answer 412.
    PreconditionFailed,
}

impl Validators {
    /// A tag made from the content itself.
    pub fn of(content: &[u8]) -> Self {
        Validators { etag: Some(EntityTag::of(content)), modified: None }
    }

    /// What a request makes of content that is there.
    pub fn check(&self, request: &Request) -> Condition {
        Condition::of(request, Some(self))
    }

    /// Adds ETag and Last-Modified.
    pub fn push(&self, headers: &mut Headers) {
        if let Some(etag) = &self.etag {
            headers.push("ETag", etag.to_string());
        }
        if let Some(modified) = self.modified.and_then(whole_second) {
            headers.push("Last-Modified", httpdate::fmt_http_date(modified));
        }
    }

    /// Whether a range may be sent: "if this is what you have a part of, send me
    /// the rest; otherwise send me everything" (RFC 9110 13.1.5).
    pub fn allow_range(&self, request: &Request) -> bool {
        let Some(wanted) = request.headers.get("if-range") else { return true };
        if let Some(tag) = std::str::from_utf8(wanted).ok().and_then(EntityTag::decode) {
            return self.etag.as_ref().is_some_and(|ours| ours.matches_strongly(&tag));
        }
        // Two changes within a second look the same here. But a client may send a
        // date only if it got its part at least a second after that date.
        let wanted = date(&request.headers, "if-range");
        wanted.is_some() && wanted == self.modified.and_then(whole_second)
    }

    /// `If-Match = "*" / #entity-tag`: whether the content is one of these.
    fn is_one_of(&self, headers: &Headers, name: &str, same: Comparison) -> bool {
        headers.get_all(name).any(|value| {
            value == b"*"
                || self.etag.as_ref().is_some_and(|ours| tags(value).any(|tag| same(ours, &tag)))
        })
    }

    fn is_modified_since(&self, date: SystemTime) -> bool {
        self.modified.and_then(whole_second).is_some_and(|modified| modified > date)
    }
}

type Comparison = fn(&EntityTag, &EntityTag) -> bool;

impl Condition {
    /// What a request makes of the `current` content; of `None`, where there is none yet.
    ///
    /// The order is that of RFC 9110 13.2.2: first what guards against lost updates,
    /// then what saves sending.
    pub fn of(request: &Request, current: Option<&Validators>) -> Condition {
        let Request { method, headers, .. } = request;
        if [Method::CONNECT, Method::OPTIONS, Method::TRACE].contains(method) {
            return Condition::Proceed;
        }
        let modified = current.and_then(|current| current.modified);
        if headers.contains("if-match") {
            let matches =
                |now: &Validators| now.is_one_of(headers, "if-match", EntityTag::matches_uncoded);
            if !current.is_some_and(matches) {
                return Condition::PreconditionFailed;
            }
        } else if let (Some(now), Some(_), Some(date)) =
            (current, modified, date(headers, "if-unmodified-since"))
            && now.is_modified_since(date)
        {
            return Condition::PreconditionFailed;
        }

        let reads = [Method::GET, Method::HEAD].contains(method);
        if headers.contains("if-none-match") {
            let matches = |now: &Validators| {
                now.is_one_of(headers, "if-none-match", EntityTag::matches_weakly)
            };
            return match current.is_some_and(matches) {
                true if reads => Condition::NotModified,
                true => Condition::PreconditionFailed,
                false => Condition::Proceed,
            };
        }
        match (current, modified, date(headers, "if-modified-since")) {
            (Some(now), Some(_), Some(date)) if reads && !now.is_modified_since(date) => {
                Condition::NotModified
            }
            _ => Condition::Proceed,
        }
    }
}

/// The 304 that stands for this response: with those of its fields that a cache needs
/// to refresh what it keeps (RFC 9110 15.4.5).
pub fn not_modified(response: &Response) -> Response {
    let kept = |name: &str| KEPT.iter().any(|kept| name.eq_ignore_ascii_case(kept));
    let fields = response.headers.iter().filter(|(name, _)| kept(name));
    Response { headers: fields.collect(), ..Response::new(304) }
}

/// Last-Modified is for those who have no ETag, and does no harm beside one.
const KEPT: [&str; 7] =
    ["Cache-Control", "Content-Location", "Date", "ETag", "Expires", "Last-Modified", "Vary"];

/// The date in a field; one that is malformed or stands there twice is none.
fn date(headers: &Headers, name: &str) -> Option<SystemTime> {
    let mut values = headers.get_all(name);
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    httpdate::parse_http_date(std::str::from_utf8(value).ok()?).ok()
}

/// A time as HTTP can say it: in whole seconds, not before 1970, and not in the
/// future, where a file's date may well lie (RFC 9110 8.8.2.1).
fn whole_second(time: SystemTime) -> Option<SystemTime> {
    let since = time.min(SystemTime::now()).duration_since(UNIX_EPOCH).ok()?;
    Some(UNIX_EPOCH + Duration::from_secs(since.as_secs()))
}
