//! Named ranges of bytes.
//!
//! A decoder that can explain itself returns a tree of spans beside its value:
//!
//! ```text
//! 81 85 37 fa 21 3d 7f 9f 4d 51 58
//! └─────────────── frame ────────┘
//! └─────── header ┘ └─ payload ──┘
//! └┘ first: FIN 1 · RSV 000 · opcode 0x1
//!    └┘ second: MASK 1 · length 5
//!       └── mask ─┘
//! ```
//!
//! Laws, checked by [`laws::spans_cover`](crate::laws::spans_cover) (feature `laws`):
//! the leaves cover every byte exactly once and in order, and where a leaf
//! names bits, they cover its bits exactly once.
//!
//! Book: chapter 0.

use std::{borrow::Cow, ops::Range};

type Text = Cow<'static, str>;

// ANCHOR: span
/// A range of bytes with a name and a meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Where it lies, in bytes from the start of what was described.
    pub range: Range<usize>,
    /// The specification's word for it, in lower case: `masking key`.
    pub name: Text,
    /// The decoded value as text: `5`, `text (0x1)`, `37fa213d`.
    pub value: Text,
    /// One sentence for the reader, or nothing.
    pub note: Text,
    /// Where it is specified: `RFC 6455 5.2`.
    pub section: &'static str,
    /// The bits inside, most significant first, where they have names of their own.
    pub bits: Vec<Bits>,
    /// The parts, in order.
    pub children: Vec<Span>,
}
// ANCHOR_END: span

/// Some bits of a [`Span`] that have a name of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bits {
    /// Which bits, counted from the most significant bit of the span's first byte.
    pub range: Range<usize>,
    /// The specification's word for them: `FIN`.
    pub name: Text,
    /// The decoded value as text.
    pub value: Text,
    /// One sentence for the reader, or nothing.
    pub note: Text,
}

impl Span {
    /// A span without a value yet; the builder methods add the rest.
    pub fn new(range: Range<usize>, name: impl Into<Text>) -> Self {
        Span {
            range,
            name: name.into(),
            value: Text::default(),
            note: Text::default(),
            section: "",
            bits: Vec::new(),
            children: Vec::new(),
        }
    }

    /// Sets the decoded value.
    #[must_use]
    pub fn value(mut self, value: impl Into<Text>) -> Self {
        self.value = value.into();
        self
    }

    /// Sets the sentence for the reader.
    #[must_use]
    pub fn note(mut self, note: impl Into<Text>) -> Self {
        self.note = note.into();
        self
    }

    /// Sets where it is specified.
    #[must_use]
    pub fn section(mut self, section: &'static str) -> Self {
        self.section = section;
        self
    }

    /// Names the next `width` bits of this span.
    #[must_use]
    pub fn bits(
        mut self,
        width: usize,
        name: impl Into<Text>,
        value: impl Into<Text>,
        note: impl Into<Text>,
    ) -> Self {
        let start = self.bits.last().map_or(0, |bits| bits.range.end);
        self.bits.push(Bits {
            range: start..start + width,
            name: name.into(),
            value: value.into(),
            note: note.into(),
        });
        self
    }

    /// Adds a part at the end.
    #[must_use]
    pub fn child(mut self, child: Span) -> Self {
        self.children.push(child);
        self
    }

    /// The same tree, `by` bytes further on.
    #[must_use]
    pub fn shifted(mut self, by: usize) -> Self {
        self.range = self.range.start + by..self.range.end + by;
        self.children = self.children.into_iter().map(|child| child.shifted(by)).collect();
        self
    }

    /// How many bytes it covers.
    pub fn len(&self) -> usize {
        self.range.len()
    }

    /// Whether it covers no byte.
    pub fn is_empty(&self) -> bool {
        self.range.is_empty()
    }

    /// The spans without parts, in order.
    pub fn leaves(&self) -> Vec<&Span> {
        if self.children.is_empty() {
            return vec![self];
        }
        self.children.iter().flat_map(Span::leaves).collect()
    }

    /// The first span on a path of names below this one: `header/masking key`.
    pub fn find(&self, path: &str) -> Option<&Span> {
        let (name, rest) = match path.split_once('/') {
            Some((name, rest)) => (name, Some(rest)),
            None => (path, None),
        };
        let mut named = self.children.iter().filter(|child| child.name == name);
        match rest {
            Some(rest) => named.find_map(|child| child.find(rest)),
            None => named.next(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame() -> Span {
        Span::new(0..3, "frame")
            .child(
                Span::new(0..2, "header")
                    .child(
                        Span::new(0..1, "first")
                            .bits(1, "FIN", "1", "last fragment")
                            .bits(3, "RSV", "0", "")
                            .bits(4, "opcode", "0x1", "text"),
                    )
                    .child(Span::new(1..2, "second").value("1")),
            )
            .child(Span::new(2..3, "payload").value("a").note("the text").section("RFC 6455 5.2"))
    }

    #[test]
    fn finds_a_span_by_its_path() {
        assert_eq!(frame().find("header/second").map(|span| &*span.value), Some("1"));
        assert_eq!(frame().find("payload").map(|span| span.section), Some("RFC 6455 5.2"));
        assert_eq!(frame().find("header/third"), None);
    }

    #[test]
    fn lists_its_leaves_in_order() {
        let frame = frame();
        let ranges: Vec<_> = frame.leaves().iter().map(|span| span.range.clone()).collect();
        assert_eq!(ranges, [0..1, 1..2, 2..3]);
    }

    #[test]
    fn moves_with_everything_inside() {
        let moved = frame().shifted(10);
        assert_eq!(moved.range, 10..13);
        assert_eq!(moved.find("header/second").map(|span| span.range.clone()), Some(11..12));
    }

    #[test]
    fn bits_follow_one_another() {
        let frame = frame();
        let first = frame.find("header/first").map(|span| &span.bits);
        let ranges: Vec<_> = first.into_iter().flatten().map(|bits| bits.range.clone()).collect();
        assert_eq!(ranges, [0..1, 1..4, 4..8]);
    }
}
