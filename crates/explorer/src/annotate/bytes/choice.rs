//! Which part of a fixture is meant.

use crate::annotate::{
    arguments::Arguments,
    fixture::{Fixture, Passage},
    path,
};
use wire::Span;

/// A part of a fixture that is drawn.
pub(super) struct Chosen<'a> {
    /// The passage's number in its fixture, from 1.
    pub(super) number: usize,
    pub(super) passage: &'a Passage,
    /// The passage's whole tree, or a part of it.
    pub(super) span: &'a Span,
}

/// The passages that the options name, or all of them.
pub(super) fn choose<'a>(
    fixture: &'a Fixture,
    arguments: &Arguments,
) -> Result<Vec<Chosen<'a>>, String> {
    let mut passages: Vec<(usize, &Passage)> = (1..).zip(&fixture.passages).collect();
    if let Some(number) = arguments.number("connection")? {
        let before = passages.len();
        passages.retain(|(_, passage)| passage.connection == Some(number as u64));
        if passages.is_empty() && before > 0 {
            return Err(unknown_connection(fixture, number));
        }
    }
    if let Some(number) = arguments.number("message")? {
        passages = vec![nth(&passages, "message", number, |_| true)?];
    }
    if let Some(number) = arguments.number("head")? {
        passages = vec![nth(&passages, "HTTP head", number, Passage::is_head)?];
    }
    if let Some(number) = arguments.number("frame")? {
        passages = vec![nth(&passages, "frame", number, Passage::is_frame)?];
    }
    let Some(at) = arguments.option("at") else {
        let whole = |(number, passage): (usize, &'a Passage)| Chosen {
            number,
            passage,
            span: &passage.span,
        };
        return Ok(passages.into_iter().map(whole).collect());
    };
    for (number, passage) in &passages {
        if let Some(span) = path::find(&passage.span, at) {
            return Ok(vec![Chosen { number: *number, passage, span }]);
        }
    }
    let mut names = Vec::new();
    for (_, passage) in &passages {
        path::names(&passage.span, &mut names);
    }
    Err(path::unknown("field", at, names))
}

fn nth<'a>(
    passages: &[(usize, &'a Passage)],
    what: &str,
    number: usize,
    is_one: fn(&Passage) -> bool,
) -> Result<(usize, &'a Passage), String> {
    let of_kind: Vec<_> = passages.iter().filter(|(_, passage)| is_one(passage)).collect();
    match of_kind.get(number - 1) {
        Some(found) => Ok(**found),
        None => Err(format!("there is no {what} {number}; there are {}", of_kind.len())),
    }
}

fn unknown_connection(fixture: &Fixture, number: usize) -> String {
    let mut numbers: Vec<u64> = fixture.passages.iter().filter_map(|p| p.connection).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let numbers: Vec<String> = numbers.iter().map(u64::to_string).collect();
    format!("there is no connection {number} with bytes; there is: {}", numbers.join(", "))
}
