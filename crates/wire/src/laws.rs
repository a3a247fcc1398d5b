//! The laws every decoder of the ground obeys, as test helpers.
//!
//! - [`decodes`]: whole, at every cut, with trailing bytes.
//! - [`same_at_every_cut`]: a machine gives the same events however its input was cut.
//! - [`spans_cover`]: the leaves of a span tree cover every byte exactly once.
//! - [`rules_are_in_order`]: ids, families and sentences of a rule book are well formed.

use crate::{Rule, Span};
use std::{collections::HashSet, fmt::Debug};

/// Asserts that `decode` makes `want` of exactly `bytes`: whole, with bytes
/// behind it, and that every shorter input is *not enough yet*.
///
/// # Panics
/// Where the law is broken.
#[track_caller]
pub fn decodes<T: Debug + PartialEq, E: Debug + PartialEq>(
    decode: impl Fn(&[u8]) -> Result<Option<(T, usize)>, E>,
    bytes: &[u8],
    want: &T,
) {
    for behind in [&b""[..], b"next", b"\0", b"\xff\xff\xff\xff\xff\xff\xff\xff"] {
        let input = [bytes, behind].concat();
        match decode(&input) {
            Ok(Some((value, len))) => {
                assert_eq!(&value, want, "with {behind:?} behind it");
                assert_eq!(len, bytes.len(), "bytes consumed with {behind:?} behind it");
            }
            other => panic!("whole, with {behind:?} behind it: {other:?}"),
        }
    }
    for cut in 0..bytes.len() {
        match decode(&bytes[..cut]) {
            Ok(None) => {}
            other => panic!("cut at {cut} of {}: {other:?}", bytes.len()),
        }
    }
}

/// Feeds `bytes` whole, cut in two at every place, and byte by byte; asserts
/// that `run`, which makes a new machine and returns its events, answers the
/// same each time. Returns the events.
///
/// # Panics
/// Where the law is broken.
#[track_caller]
pub fn same_at_every_cut<T: Debug + PartialEq>(bytes: &[u8], run: impl Fn(&[&[u8]]) -> T) -> T {
    let whole = run(&[bytes]);
    for cut in 0..=bytes.len() {
        let (left, right) = bytes.split_at(cut);
        assert_eq!(run(&[left, right]), whole, "cut at {cut} of {}", bytes.len());
    }
    let single: Vec<&[u8]> = bytes.chunks(1).collect();
    assert_eq!(run(&single), whole, "byte by byte");
    whole
}

/// Asserts that the leaves of `span` cover `len` bytes exactly once and in
/// order, that parts lie inside their whole, and that named bits fill their leaf.
///
/// # Panics
/// Where the law is broken.
#[track_caller]
pub fn spans_cover(span: &Span, len: usize) {
    let mut next = 0;
    for leaf in span.leaves() {
        assert_eq!(leaf.range.start, next, "gap or overlap before {:?}", leaf.name);
        assert!(leaf.range.end >= leaf.range.start, "{:?} runs backwards", leaf.name);
        next = leaf.range.end;
    }
    assert_eq!(next, len, "the leaves end early or late");
    parts_fit(span);
}

#[track_caller]
fn parts_fit(span: &Span) {
    assert!(!span.name.is_empty(), "a span without a name at {:?}", span.range);
    if let (Some(first), Some(last)) = (span.children.first(), span.children.last()) {
        let parts = first.range.start..last.range.end;
        assert_eq!(parts, span.range, "the parts of {:?} do not fill it", span.name);
    }
    let mut next = 0;
    for bits in &span.bits {
        assert_eq!(bits.range.start, next, "bits of {:?} before {:?}", span.name, bits.name);
        next = bits.range.end;
    }
    if !span.bits.is_empty() {
        assert!(span.children.is_empty(), "{:?} has both bits and parts", span.name);
        assert_eq!(next, span.len() * 8, "the bits of {:?} do not fill it", span.name);
    }
    span.children.iter().for_each(parts_fit);
}

/// Asserts that a rule book is well formed: ids unique, in the family, in
/// kebab-case; sections and sentences filled; sentences without a full stop.
///
/// # Panics
/// Where the law is broken.
#[track_caller]
pub fn rules_are_in_order(family: &str, rules: &[&Rule]) {
    let mut seen = HashSet::new();
    for rule in rules {
        let id = rule.id;
        assert!(seen.insert(id), "{id} stands twice in the rule book");
        assert_eq!(rule.family(), family, "{id} is in the wrong book");
        let name = id.split_once('/').map(|(_, name)| name).unwrap_or_default();
        let kebab = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        assert!(!name.is_empty() && name.bytes().all(kebab), "{id} is not kebab-case");
        assert!(!rule.section.is_empty(), "{id} has no section");
        assert!(!rule.sentence.is_empty() && !rule.sentence.ends_with('.'), "{id}: sentence");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Reader, Span};

    fn decode(input: &[u8]) -> Result<Option<(u16, usize)>, ()> {
        let mut reader = Reader::new(input);
        Ok(reader.u16().map(|number| (number, reader.position())))
    }

    #[test]
    fn a_decoder_that_keeps_the_law_passes() {
        decodes(decode, &[1, 0], &256);
    }

    #[test]
    #[should_panic(expected = "cut at 1 of 3")]
    fn a_decoder_that_guesses_is_caught() {
        let hasty = |input: &[u8]| Ok::<_, ()>((!input.is_empty()).then_some((7, 3)));
        decodes(hasty, &[1, 2, 3], &7);
    }

    #[test]
    #[should_panic(expected = "byte by byte")]
    fn a_machine_that_counts_reads_is_caught() {
        same_at_every_cut(b"abcd", |chunks| chunks.len().min(3) / 3);
    }

    #[test]
    #[should_panic(expected = "gap or overlap before \"b\"")]
    fn a_gap_between_spans_is_caught() {
        let span = Span::new(0..3, "all").child(Span::new(0..1, "a")).child(Span::new(2..3, "b"));
        spans_cover(&span, 3);
    }

    #[test]
    #[should_panic(expected = "do not fill it")]
    fn missing_bits_are_caught() {
        spans_cover(&Span::new(0..1, "a").bits(7, "seven", "", ""), 1);
    }
}
