//! Segments in every disorder, over the end of the numbers too.

use try_segments_in_order::Stream;

/// Feeds segments, numbered from `first`, and compares what each makes readable.
#[track_caller]
fn check_from(first: u32, segments: &[(u32, &str, &str)]) {
    let mut stream = Stream::new(first);
    let mut so_far = String::new();
    for &(offset, bytes, want) in segments {
        let sequence = first.wrapping_add(offset);
        so_far += &format!("\n  sequence {sequence} {bytes:?}");
        let got = stream.receive(sequence, bytes.as_bytes());
        assert_eq!(
            String::from_utf8_lossy(&got),
            want,
            "what can be read now, in a stream that begins at {first}, after:{so_far}\n"
        );
    }
}

/// The same at several beginnings, with the end of the numbers in different places.
#[track_caller]
fn check(segments: &[(u32, &str, &str)]) {
    for first in [100, 0, 1, u32::MAX, u32::MAX - 1, u32::MAX - 4, i32::MAX as u32, 1 << 31] {
        check_from(first, segments);
    }
}

#[test]
fn segments_in_order_pass_at_once() {
    check(&[(0, "Hel", "Hel"), (3, "lo", "lo"), (5, "", ""), (5, "!", "!")]);
}

#[test]
fn what_comes_too_early_is_kept() {
    check(&[(3, "lo", ""), (0, "Hel", "Hello")]);
    check(&[(5, "world", ""), (0, "Hel", "Hel"), (3, "lo", "loworld")]);
    check(&[(4, "e", ""), (2, "c", ""), (0, "a", "a"), (3, "d", ""), (1, "b", "bcde")]);
}

#[test]
fn what_was_seen_adds_nothing() {
    check(&[(0, "Hello", "Hello"), (0, "Hello", ""), (3, "lo", ""), (5, "!", "!")]);
    check(&[(3, "lo", ""), (3, "lo", ""), (0, "Hel", "Hello"), (3, "lo", "")]);
}

#[test]
fn segments_may_overlap() {
    check(&[(0, "Hel", "Hel"), (1, "ello", "lo"), (0, "Hello!", "!")]);
    check(&[(2, "cde", ""), (1, "bc", ""), (4, "ef", ""), (0, "a", "abcdef")]);
    check(&[(2, "c", ""), (0, "abcde", "abcde")]);
}

#[test]
fn the_first_copy_counts() {
    check(&[(0, "abc", "abc"), (0, "XXXd", "d")]);
    check(&[(2, "cd", ""), (1, "XXXe", ""), (0, "a", "aXcde")]);
    check(&[(1, "bcd", ""), (0, "aXXXX", "abcdX")]);
}

#[test]
fn a_segment_behind_the_stream_is_old_and_not_far_ahead() {
    check_from(5, &[(0u32.wrapping_sub(5), "older", ""), (0, "next", "next")]);
    check_from(0, &[(0u32.wrapping_sub(3), "old", ""), (0, "new", "new")]);
    check_from(7, &[(0u32.wrapping_sub(3), "oldnew", "new"), (3, "!", "!")]);
}

#[test]
fn the_numbers_begin_again_at_zero_in_a_long_stream() {
    let mut stream = Stream::new(u32::MAX - 2_500);
    let piece = [7; 1_000];
    let mut sequence = u32::MAX - 2_500;
    for round in 1..=5 {
        let got = stream.receive(sequence, &piece).len();
        assert_eq!(got, 1_000, "piece number {round}, at {sequence}");
        assert_eq!(stream.receive(sequence, &piece), [], "the same piece again");
        sequence = sequence.wrapping_add(1_000);
    }
}

/// A row of numbers that looks random and is always the same.
fn dice(seed: u64) -> impl FnMut(usize) -> usize {
    let mut state = seed;
    move |sides| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % sides
    }
}

#[test]
fn any_disorder_gives_the_same_stream() {
    let text: Vec<u8> = (0..60).collect();
    for seed in 0..300 {
        let mut dice = dice(seed);
        let first = (u32::MAX - 70).wrapping_add(dice(80) as u32);
        let mut segments: Vec<(usize, usize)> = (0..text.len()).map(|at| (at, at + 1)).collect();
        for _ in 0..20 {
            let begin = dice(text.len());
            segments.push((begin, (begin + 1 + dice(12)).min(text.len())));
        }
        for at in (1..segments.len()).rev() {
            segments.swap(at, dice(at + 1));
        }
        let mut stream = Stream::new(first);
        let mut read = Vec::new();
        for &(begin, end) in &segments {
            read.extend(stream.receive(first.wrapping_add(begin as u32), &text[begin..end]));
        }
        assert_eq!(
            read, text,
            "a stream that begins at {first}, in segments with these offsets: {segments:?}"
        );
    }
}
