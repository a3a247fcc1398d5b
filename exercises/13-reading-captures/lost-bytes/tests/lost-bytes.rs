//! Holes before, behind and across the acknowledgement.

#![expect(clippy::single_range_in_vec_init, reason = "a list of one hole is a list")]

use std::ops::Range;
use try_lost_bytes::{Holes, holes};

#[track_caller]
fn check(seen: &[Range<u64>], acknowledged: u64, recorder: &[Range<u64>], pending: &[Range<u64>]) {
    let want = Holes { recorder: recorder.to_vec(), pending: pending.to_vec() };
    assert_eq!(
        holes(seen, acknowledged),
        want,
        "seen {seen:?}, acknowledged up to {acknowledged}: see \"When bytes are missing\" and \
         \"The code\" in chapter 13"
    );
}

#[test]
fn nothing_is_missing() {
    check(&[], 0, &[], &[]);
    check(&[0..10], 0, &[], &[]);
    check(&[0..10], 10, &[], &[]);
    check(&[0..10, 10..20], 20, &[], &[]);
    check(&[10..20, 0..10], 5, &[], &[]);
}

#[test]
fn what_was_acknowledged_is_missed_by_the_recorder() {
    check(&[0..10, 20..30], 30, &[10..20], &[]);
    check(&[0..10, 20..30], 20, &[10..20], &[]);
    check(&[20..30], 30, &[0..20], &[]);
    check(&[0..10, 11..12, 13..14], 14, &[10..11, 12..13], &[]);
}

#[test]
fn what_was_not_acknowledged_may_still_come() {
    check(&[0..10, 20..30], 10, &[], &[10..20]);
    check(&[0..10, 20..30], 0, &[], &[10..20]);
    check(&[5..10], 0, &[], &[0..5]);
}

#[test]
fn the_acknowledgement_divides_a_hole() {
    check(&[0..10, 20..30], 15, &[10..15], &[15..20]);
    check(&[0..10, 20..30], 11, &[10..11], &[11..20]);
    check(&[0..10, 20..30], 19, &[10..19], &[19..20]);
    check(&[0..2, 4..6, 8..10], 5, &[2..4], &[6..8]);
}

#[test]
fn an_acknowledgement_beyond_all_that_was_seen_shows_a_hole_at_the_end() {
    check(&[0..10], 25, &[10..25], &[]);
    check(&[], 25, &[0..25], &[]);
    check(&[0..10, 20..30], 31, &[10..20, 30..31], &[]);
}

#[test]
fn the_order_of_the_capture_does_not_matter() {
    check(&[20..30, 0..10, 40..50], 50, &[10..20, 30..40], &[]);
    check(&[40..50, 20..30, 0..10], 0, &[], &[10..20, 30..40]);
}

#[test]
fn repeated_and_overlapping_segments_make_no_holes() {
    check(&[0..10, 0..10, 5..15, 15..20], 20, &[], &[]);
    check(&[0..100, 10..20, 30..40], 100, &[], &[]);
    check(&[0..100, 10..20, 110..120], 120, &[100..110], &[]);
    check(&[10..20, 0..30, 12..15, 35..36], 0, &[], &[30..35]);
}

#[test]
fn an_empty_segment_says_nothing() {
    check(&[0..10, 15..15, 20..30], 30, &[10..20], &[]);
    check(&[0..10, 50..50], 10, &[], &[]);
    check(&[0..10, 15..15, 20..30], 0, &[], &[10..20]);
}

#[test]
fn agrees_with_counting_byte_by_byte() {
    let mut state = 1_u64;
    let mut dice = |sides: u64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % sides
    };
    for _ in 0..2_000 {
        let seen: Vec<Range<u64>> = (0..dice(6))
            .map(|_| {
                let start = dice(24);
                start..start + dice(6)
            })
            .collect();
        let acknowledged = dice(32);
        let end = seen
            .iter()
            .filter(|range| !range.is_empty())
            .map(|range| range.end)
            .fold(acknowledged, u64::max);
        let is_missing = |place: &u64| !seen.iter().any(|range| range.contains(place));
        let missed: Vec<u64> = (0..acknowledged).filter(is_missing).collect();
        let pending: Vec<u64> = (acknowledged..end).filter(is_missing).collect();

        let found = holes(&seen, acknowledged);
        let bytes = |list: &[Range<u64>]| list.iter().cloned().flatten().collect::<Vec<u64>>();
        let about = format!("seen {seen:?}, acknowledged up to {acknowledged}: {found:?}");
        assert_eq!(bytes(&found.recorder), missed, "missed by the recorder; {about}");
        assert_eq!(bytes(&found.pending), pending, "still to come; {about}");
        for list in [&found.recorder, &found.pending] {
            assert!(list.iter().all(|hole| !hole.is_empty()), "an empty hole; {about}");
            assert!(
                list.windows(2).all(|two| two[0].end < two[1].start),
                "holes that touch are one; {about}"
            );
        }
    }
}
