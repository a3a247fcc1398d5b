//! What is asked for, taken apart (RFC 3986 3.3 and 3.4).
//!
//! ```text
//! /customers/M%C3%BCller/orders?open=yes&since=2026
//!  customers  Müller     orders                         segments
//!                               open yes   since 2026   pairs of the query
//! ```

use http1::rules;
use percent_encoding::percent_decode_str;
use wire::Violation;

/// The path of a target, without the query: `/customers/223`.
pub(super) fn of(target: &str) -> &str {
    let target = target.split(['?', '#']).next().unwrap_or_default();
    // A proxy is asked with the whole URL (RFC 9112 3.2.2), and so may we be.
    match target.split_once("://") {
        Some((_, rest)) if !target.starts_with('/') => {
            rest.find('/').map_or("/", |slash| rest.get(slash..).unwrap_or_default())
        }
        _ => target,
    }
}

/// The authority of a whole URL, without user and password: `example.com:8080`.
pub(super) fn authority(target: &str) -> Option<&str> {
    let (_, rest) = target.split_once("://").filter(|_| !target.starts_with('/'))?;
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    Some(authority.rsplit_once('@').map_or(authority, |(_, host)| host))
}

/// The segments of a path, decoded. A slash ends one more, which is empty.
///
/// `pct-encoded = "%" HEXDIG HEXDIG`
pub(crate) fn segments(path: &str) -> Result<Vec<String>, Violation> {
    match path.strip_prefix('/').unwrap_or(path) {
        "" => Ok(Vec::new()),
        path => path.split('/').map(decode).collect(),
    }
}

/// Decodes a segment: split first, and a `%2F` inside it separates nothing.
fn decode(segment: &str) -> Result<String, Violation> {
    let escapes = segment.split('%').skip(1);
    let is_escape = |rest: &str| rest.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2;
    let decoded = percent_decode_str(segment).decode_utf8();
    match decoded {
        Ok(decoded) if escapes.into_iter().all(is_escape) => Ok(decoded.into_owned()),
        Ok(_) => Err(rules::TARGET.broken(format!("a % without two digits in {segment:?}"))),
        Err(_) => Err(rules::TARGET.broken(format!("{segment:?} is not UTF-8"))),
    }
}

/// The pairs of a query, or of a form that was posted: `name=value&…`, with `+` for
/// a space. There is no wrong one: what cannot be decoded stays as it is.
pub fn pairs(query: &str) -> impl Iterator<Item = (String, String)> {
    let decode = |text: &str| {
        let spaced = text.replace('+', " ");
        percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
    };
    query.split('&').filter(|pair| !pair.is_empty()).map(move |pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode(name), decode(value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_path_in_every_form_of_a_target() {
        for (target, path) in [
            ("/", "/"),
            ("/a/b?c/d", "/a/b"),
            ("/a?b=http://c/d", "/a"),
            ("http://a/b?c", "/b"),
            ("http://a", "/"),
            ("http://a?b/c", "/"),
            ("/http://a/b", "/http://a/b"),
            ("*", "*"),
        ] {
            assert_eq!(of(target), path, "{target}");
        }
    }

    #[test]
    fn decodes_segments_after_splitting_them() {
        for (path, expected) in [
            ("/", &[][..]),
            ("/a", &["a"]),
            ("/a/", &["a", ""]),
            ("//a", &["", "a"]),
            ("/customers/M%C3%BCller", &["customers", "Müller"]),
            ("/a%2fb/%25/+/..", &["a/b", "%", "+", ".."]),
            ("*", &["*"]),
        ] {
            assert_eq!(segments(path).unwrap(), expected, "{path}");
        }
    }

    #[test]
    fn refuses_escapes_that_are_none() {
        for path in ["/%", "/a%2", "/%zz", "/%+1", "/%C3", "/%FF%FE", "/%%41"] {
            assert_eq!(segments(path).unwrap_err().rule, &rules::TARGET, "{path}");
        }
    }

    #[test]
    fn reads_the_pairs_of_a_query() {
        let read: Vec<_> = pairs("a=1&&b=M%C3%BC+x&c&d=e=f&%=%zz").collect();
        let expected = [("a", "1"), ("b", "Mü x"), ("c", ""), ("d", "e=f"), ("%", "%zz")];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(read, expected);
    }
}
