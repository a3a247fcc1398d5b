//! The byte at the acknowledgement is counted as confirmed.

use crate::Holes;
use std::ops::Range;

/// Finds the holes in a stream that begins at offset 0.
pub fn holes(seen: &[Range<u64>], acknowledged: u64) -> Holes {
    let mut segments: Vec<&Range<u64>> = seen.iter().filter(|range| !range.is_empty()).collect();
    segments.sort_by_key(|range| range.start);

    let acknowledged = if acknowledged == 0 { 0 } else { acknowledged + 1 };
    let mut holes = Holes::default();
    let mut known = 0;
    for segment in segments {
        holes.add(known..segment.start, acknowledged);
        known = known.max(segment.end);
    }
    holes.add(known..acknowledged, acknowledged);
    holes
}

impl Holes {
    /// Adds a hole, if it is one, divided where the acknowledgement ends.
    fn add(&mut self, hole: Range<u64>, acknowledged: u64) {
        let border = acknowledged.clamp(hole.start, hole.end.max(hole.start));
        let parts =
            [(&mut self.recorder, hole.start..border), (&mut self.pending, border..hole.end)];
        for (list, part) in parts {
            if !part.is_empty() {
                list.push(part);
            }
        }
    }
}
