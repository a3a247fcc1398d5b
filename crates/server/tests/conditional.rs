//! What becomes of a request that has conditions (RFC 9110 13).

use Condition::{NotModified, PreconditionFailed, Proceed};
use http1::{Method, Request, Response};
use server::conditional::{Condition, EntityTag, Validators, not_modified};
use std::time::{Duration, UNIX_EPOCH};

const BEFORE: &str = "Sun, 06 Nov 1994 08:49:36 GMT";
const THEN: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
const AFTER: &str = "Sun, 06 Nov 1994 08:49:38 GMT";

/// Content with the tag "now", last changed half a second after [`THEN`].
fn content() -> Validators {
    Validators {
        etag: EntityTag::decode("\"now\""),
        modified: Some(UNIX_EPOCH + Duration::from_millis(784_111_777_500)),
    }
}

fn request(method: &Method, fields: &[(&str, &str)]) -> Request {
    Request { headers: fields.iter().copied().collect(), ..Request::new(method.clone(), "/") }
}

/// What GET and PUT come to.
#[track_caller]
fn check(fields: &[(&str, &str)], get: Condition, put: Condition) {
    assert_eq!(content().check(&request(&Method::GET, fields)), get, "GET {fields:?}");
    assert_eq!(content().check(&request(&Method::HEAD, fields)), get, "HEAD {fields:?}");
    assert_eq!(content().check(&request(&Method::PUT, fields)), put, "PUT {fields:?}");
}

#[test]
fn without_conditions_everything_proceeds() {
    check(&[], Proceed, Proceed);
    check(&[("Range", "bytes=0-1"), ("If-Range", "\"old\"")], Proceed, Proceed);
}

#[test]
fn rfc9110_13_1_1_if_match_wants_the_same_bytes() {
    check(&[("If-Match", "\"now\"")], Proceed, Proceed);
    check(&[("If-Match", "\"old\", \"now\"")], Proceed, Proceed);
    check(&[("If-Match", "\"old\""), ("if-match", "\"now\"")], Proceed, Proceed);
    check(&[("If-Match", "*")], Proceed, Proceed);
    check(&[("If-Match", "\"now-gzip\"")], Proceed, Proceed);
    for value in ["\"old\"", "W/\"now\"", "now", "", "\"*\""] {
        check(&[("If-Match", value)], PreconditionFailed, PreconditionFailed);
    }
}

#[test]
fn rfc9110_13_1_2_if_none_match_wants_something_else() {
    for value in ["\"now\"", "W/\"now\"", "*", "\"old\",\"now\"", "\"now-gzip\""] {
        check(&[("If-None-Match", value)], NotModified, PreconditionFailed);
    }
    for value in ["\"old\"", "now", "", "\"NOW\"", "\"*\""] {
        check(&[("If-None-Match", value)], Proceed, Proceed);
    }
}

#[test]
fn rfc9110_13_1_3_if_modified_since_is_for_reading() {
    check(&[("If-Modified-Since", BEFORE)], Proceed, Proceed);
    check(&[("If-Modified-Since", THEN)], NotModified, Proceed);
    check(&[("If-Modified-Since", AFTER)], NotModified, Proceed);
    check(&[("If-Modified-Since", "Sunday, 06-Nov-94 08:49:37 GMT")], NotModified, Proceed);
    check(&[("If-Modified-Since", "Sun Nov  6 08:49:37 1994")], NotModified, Proceed);
}

#[test]
fn a_date_that_is_none_is_no_condition() {
    for name in ["If-Modified-Since", "If-Unmodified-Since"] {
        for value in ["", "yesterday", "1994-11-06", "784111777"] {
            check(&[(name, value)], Proceed, Proceed);
        }
        check(&[(name, BEFORE), (name, AFTER)], Proceed, Proceed);
    }
}

#[test]
fn rfc9110_13_1_4_if_unmodified_since_guards_against_lost_updates() {
    check(&[("If-Unmodified-Since", BEFORE)], PreconditionFailed, PreconditionFailed);
    check(&[("If-Unmodified-Since", THEN)], Proceed, Proceed);
    check(&[("If-Unmodified-Since", AFTER)], Proceed, Proceed);
}

#[test]
fn rfc9110_13_2_2_tags_come_before_dates_and_guards_before_savings() {
    check(&[("If-Match", "\"now\""), ("If-Unmodified-Since", BEFORE)], Proceed, Proceed);
    check(&[("If-None-Match", "\"old\""), ("If-Modified-Since", AFTER)], Proceed, Proceed);
    let both = [("If-None-Match", "\"now\""), ("If-Modified-Since", BEFORE)];
    check(&both, NotModified, PreconditionFailed);
    let stale = [("If-Match", "\"old\""), ("If-None-Match", "\"now\"")];
    check(&stale, PreconditionFailed, PreconditionFailed);
    let fresh = [("If-Match", "\"now\""), ("If-None-Match", "\"now\"")];
    check(&fresh, NotModified, PreconditionFailed);
    check(&[("If-Unmodified-Since", THEN), ("If-Modified-Since", THEN)], NotModified, Proceed);
}

#[test]
fn what_is_not_there_matches_nothing() {
    let absent = |fields: &[(&str, &str)]| Condition::of(&request(&Method::PUT, fields), None);
    assert_eq!(absent(&[]), Proceed);
    assert_eq!(absent(&[("If-Match", "*")]), PreconditionFailed);
    assert_eq!(absent(&[("If-None-Match", "*")]), Proceed, "create it, unless it is there");
    assert_eq!(absent(&[("If-Unmodified-Since", BEFORE)]), Proceed);
}

#[test]
fn what_has_no_validators_keeps_only_conditions_on_being_there() {
    let bare = Validators::default();
    let check = |name, value| bare.check(&request(&Method::GET, &[(name, value)]));
    assert_eq!(check("If-Match", "*"), Proceed);
    assert_eq!(check("If-None-Match", "*"), NotModified);
    assert_eq!(check("If-Match", "\"now\""), PreconditionFailed);
    assert_eq!(check("If-Unmodified-Since", BEFORE), Proceed);
    assert_eq!(check("If-Modified-Since", AFTER), Proceed);
}

#[test]
fn rfc9110_13_2_1_methods_that_select_nothing_have_no_conditions() {
    for method in [Method::OPTIONS, Method::TRACE, Method::CONNECT] {
        assert_eq!(content().check(&request(&method, &[("If-Match", "\"old\"")])), Proceed);
    }
}

#[test]
fn rfc9110_13_1_5_if_range_allows_a_part_of_the_same_bytes_only() {
    let allowed = |value| content().allow_range(&request(&Method::GET, &[("If-Range", value)]));
    assert!(content().allow_range(&request(&Method::GET, &[])));
    assert!(allowed("\"now\""));
    assert!(allowed(THEN));
    for value in ["\"old\"", "W/\"now\"", "\"now-gzip\"", BEFORE, AFTER, "", "now", "*"] {
        assert!(!allowed(value), "{value}");
    }
    let weak = Validators { etag: content().etag.map(EntityTag::weaken), ..content() };
    assert!(!weak.allow_range(&request(&Method::GET, &[("If-Range", "W/\"now\"")])));
}

#[test]
fn says_what_it_is_in_the_answer() {
    let mut response = Response::new(200).with("Content-Type", "text/html").with("vary", "Accept");
    content().push(&mut response.headers);
    assert_eq!(response.headers.get_str("etag"), Some("\"now\""));
    assert_eq!(response.headers.get_str("last-modified"), Some(THEN));

    let not_modified = not_modified(&response);
    assert_eq!(not_modified.status, 304);
    let names: Vec<&str> = not_modified.headers.iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["vary", "ETag", "Last-Modified"]);
}

#[test]
fn a_time_that_http_cannot_say_is_not_said() {
    let mut response = Response::new(200);
    let old = Validators { etag: None, modified: Some(UNIX_EPOCH - Duration::from_secs(1)) };
    old.push(&mut response.headers);
    assert!(response.headers.is_empty());
    // A clock that is wrong, or an archive from elsewhere: no year of five digits.
    let far = UNIX_EPOCH + Duration::from_secs(400_000_000_000);
    Validators { etag: None, modified: Some(far) }.push(&mut response.headers);
    let said = response
        .headers
        .get_str("last-modified")
        .and_then(|date| httpdate::parse_http_date(date).ok());
    assert!(said.is_some_and(|said| said <= std::time::SystemTime::now()));
}
