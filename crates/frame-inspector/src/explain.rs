//! Bytes given by hand: what are they, and which rules do they break?

use frame::{Decoder, Header, Settings};
use wire::{Side, Span, Violation};

/// What bytes are.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// Every byte with its name.
    pub span: Span,
    /// Sentences about the whole.
    pub notes: Vec<String>,
    /// The rules that the bytes break by themselves.
    pub violations: Vec<Violation>,
}

/// Explains a head of HTTP, or frames, by what the bytes look like.
///
/// Who sent frames is taken from their masks unless `from` says it.
pub fn explain(bytes: &[u8], from: Option<Side>) -> Explanation {
    frames(bytes, from)
}

/// Frames, one after another.
fn frames(bytes: &[u8], from: Option<Side>) -> Explanation {
    let is_masked = Header::decode(bytes).is_some_and(|(header, _)| header.mask.is_some());
    let from = from.unwrap_or(if is_masked { Side::Client } else { Side::Server });
    let mut decoder = Decoder::new(Settings::from(from));
    decoder.receive(bytes);
    let mut span = Span::new(0..bytes.len(), "frames");
    let (mut notes, mut violations) = (Vec::new(), Vec::new());
    let mut end = 0;
    while let Some(step) = decoder.next_frame() {
        violations.extend_from_slice(step.violations);
        if let (true, Ok(start), Ok(stop)) =
            (step.complete, usize::try_from(step.start), usize::try_from(step.end))
        {
            let own = bytes.get(start..stop).unwrap_or_default();
            span = span.child(frame::describe(own).shifted(start));
            end = stop;
        }
    }
    let pending = decoder.pending();
    if end < bytes.len() {
        let rest = Span::new(end..bytes.len(), "unfinished frame");
        span = span.child(rest);
        notes.push(match pending.need {
            Some(need) => format!("the frame needs {need} bytes, and {} are there", pending.have),
            None => "the header is not complete".into(),
        });
    }
    Explanation { span, notes, violations }
}
