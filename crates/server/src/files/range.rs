//! Parts of a file (RFC 9110 14).
//!
//! ```text
//! Range: bytes=0-99            the first hundred bytes
//! Range: bytes=100-            all but these
//! Range: bytes=-100            the last hundred
//! Range: bytes=0-99,200-299    two parts, in one answer of two bodies
//! ```

use crate::conditional::Validators;
use http1::{Method, Request};
use std::ops::Range;

/// What of a file is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    Whole,
    /// At least one part, none of them empty.
    Parts(Vec<Range<u64>>),
    /// Only what lies behind its end: 416.
    Nothing,
}

impl Wanted {
    /// What a request asks for of a file of `len` bytes.
    pub(super) fn by(request: &Request, validators: &Validators, len: u64) -> Wanted {
        // RFC 9110 14.2: "A server MUST ignore a Range header field received with a
        // request method that is unrecognized or for which range handling is not
        // defined. For this specification, GET is the only method".
        let mut ranges = request.headers.get_all("range");
        match (ranges.next(), ranges.next()) {
            (Some(ranges), None)
                if request.method == Method::GET && validators.allow_range(request) =>
            {
                std::str::from_utf8(ranges)
                    .ok()
                    .and_then(|ranges| decode(ranges, len))
                    .unwrap_or(Wanted::Whole)
            }
            _ => Wanted::Whole,
        }
    }
}

/// More parts than this are answered with the whole.
const PARTS: usize = 16;

/// `ranges-specifier = range-unit "=" range-set`; `None` where it is malformed, of
/// another unit, or asks for so much that the whole is less.
fn decode(text: &str, len: u64) -> Option<Wanted> {
    let (unit, set) = text.split_once('=')?;
    if !unit.eq_ignore_ascii_case("bytes") {
        return None;
    }
    let specs = set.split(',').map(|spec| spec.trim_matches([' ', '\t']));
    let specs = specs.filter(|spec| !spec.is_empty()).take(PARTS + 1);
    let ranges: Vec<Range<u64>> = specs.map(|spec| decode_one(spec, len)).collect::<Option<_>>()?;
    if ranges.is_empty() || ranges.len() > PARTS {
        return None;
    }
    let parts: Vec<_> = ranges.into_iter().filter(|range| !range.is_empty()).collect();
    let wanted: u64 = parts.iter().fold(0, |sum, part| sum.saturating_add(part.end - part.start));
    match wanted {
        0 => Some(Wanted::Nothing),
        // They overlap.
        wanted if wanted > len => None,
        _ => Some(Wanted::Parts(parts)),
    }
}

/// `int-range = first-pos "-" [ last-pos ]`, `suffix-range = "-" suffix-length`;
/// empty where it lies behind the end.
fn decode_one(spec: &str, len: u64) -> Option<Range<u64>> {
    match spec.split_once('-')? {
        ("", suffix) => Some(len.saturating_sub(number(suffix)?)..len),
        (first, "") => Some(number(first)?.min(len)..len),
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            (first <= last).then(|| first.min(len)..last.saturating_add(1).min(len))
        }
    }
}

/// `1*DIGIT`; more than fits is more than any file has.
fn number(digits: &str) -> Option<u64> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(digits.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of a file of 1,000 bytes.
    fn parts(text: &str) -> Option<Wanted> {
        decode(text, 1_000)
    }

    #[track_caller]
    fn check(text: &str, expected: &[(u64, u64)]) {
        let expected = expected.iter().map(|&(start, end)| start..end).collect();
        assert_eq!(parts(text), Some(Wanted::Parts(expected)), "{text}");
    }

    #[test]
    fn rfc9110_14_1_2_reads_ranges_of_bytes() {
        check("bytes=0-499", &[(0, 500)]);
        check("bytes=500-999", &[(500, 1_000)]);
        check("bytes=-500", &[(500, 1_000)]);
        check("bytes=950-", &[(950, 1_000)]);
        check("bytes=0-0,-1", &[(0, 1), (999, 1_000)]);
        check("Bytes= 0-0 ,\t, 5-6", &[(0, 1), (5, 7)]);
    }

    #[test]
    fn cuts_a_range_at_the_end_of_the_file() {
        check("bytes=990-5000", &[(990, 1_000)]);
        check("bytes=-5000", &[(0, 1_000)]);
        check("bytes=0-99999999999999999999999", &[(0, 1_000)]);
        check("bytes=0-0,1000-", &[(0, 1)]);
    }

    #[test]
    fn nothing_is_left_of_what_lies_behind_the_end() {
        for text in ["bytes=1000-", "bytes=1000-1000", "bytes=-0", "bytes=99999999999999999999-"] {
            assert_eq!(parts(text), Some(Wanted::Nothing), "{text}");
        }
        for text in ["bytes=0-", "bytes=0-0", "bytes=-1"] {
            assert_eq!(decode(text, 0), Some(Wanted::Nothing), "{text} of nothing");
        }
    }

    #[test]
    fn ignores_what_it_does_not_understand() {
        for text in [
            "",
            "bytes",
            "bytes=",
            "bytes=,",
            "bytes=-",
            "bytes=a-b",
            "bytes=5-4",
            "bytes=0-5,x",
            "bytes=+1-2",
            "bytes=0--1",
            "bytes=1 - 2",
            "lines=0-5",
            "bytes 0-5",
            "bytes=0-5;6",
        ] {
            assert_eq!(parts(text), None, "{text}");
        }
    }

    #[test]
    fn gives_the_whole_where_the_parts_are_more() {
        assert_eq!(parts("bytes=0-,0-,0-"), None);
        let many = |count: usize| parts(&format!("bytes={}", vec!["0-0"; count].join(",")));
        assert!(many(16).is_some());
        assert_eq!(many(17), None);
        assert_eq!(many(1_000_000), None);
    }
}
