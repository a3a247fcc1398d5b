//! Which part of a fixture is meant.

use crate::annotate::{
    arguments::Arguments,
    fixture::{Fixture, Passage},
    path,
};
use wire::Span;

/// The options that choose.
pub(in crate::annotate) const OPTIONS: [&str; 6] =
    ["at", "message", "connection", "head", "frame", "packet"];

/// A part of a fixture.
pub(in crate::annotate) struct Chosen<'a> {
    /// What tells the passage from others of its fixture, for ids: `-2`.
    pub(in crate::annotate) label: String,
    pub(in crate::annotate) passage: &'a Passage,
    /// The passage's whole tree, or a part of it.
    pub(in crate::annotate) span: &'a Span,
}

/// The passages that the options name, or all of them.
pub(in crate::annotate) fn choose<'a>(
    fixture: &'a Fixture,
    arguments: &Arguments,
) -> Result<Vec<Chosen<'a>>, String> {
    let passages = passages(fixture, arguments)?;
    let chosen = |number: usize, passage: &'a Passage, span: &'a Span| {
        let label = match passage.packet {
            Some(packet) => format!("-packet-{packet}"),
            None if fixture.passages.len() == 1 => String::new(),
            None => format!("-{number}"),
        };
        Chosen { label, passage, span }
    };
    let Some(at) = arguments.option("at") else {
        let whole = passages.into_iter();
        return Ok(whole.map(|(number, passage)| chosen(number, passage, &passage.span)).collect());
    };
    let found = passages.iter().find_map(|(number, passage)| {
        Some((number, passage, path::find_holder(&passage.span, at)?))
    });
    match found {
        Some((number, passage, span)) => Ok(vec![chosen(*number, passage, span)]),
        None => {
            let mut names = Vec::new();
            for (_, passage) in &passages {
                path::names(&passage.span, &mut names);
            }
            Err(path::unknown("field", at, names))
        }
    }
}

/// Passages with their numbers in the fixture, from 1.
type Numbered<'a> = Vec<(usize, &'a Passage)>;

fn passages<'a>(fixture: &'a Fixture, arguments: &Arguments) -> Result<Numbered<'a>, String> {
    if let Some(number) = arguments.number("packet")? {
        return Ok(vec![(number, nth(&fixture.packets, "packet", number)?)]);
    }
    let mut passages: Numbered<'a> = (1..).zip(&fixture.passages).collect();
    if let Some(number) = arguments.number("connection")? {
        passages.retain(|(_, passage)| passage.connection == Some(number as u64));
        if passages.is_empty() {
            return Err(unknown_connection(fixture, number));
        }
    }
    let messages = messages(&passages);
    if let Some(number) = arguments.number("message")? {
        return nth(&messages, "message", number).cloned();
    }
    if let Some(number) = arguments.number("head")? {
        return nth(&heads(&messages), "HTTP head", number).cloned();
    }
    if let Some(number) = arguments.number("frame")? {
        passages.retain(|(_, passage)| passage.is_frame());
        return Ok(vec![*nth(&passages, "frame", number)?]);
    }
    Ok(passages)
}

/// HTTP messages, each a head with its body, and frames.
fn messages<'a>(passages: &Numbered<'a>) -> Vec<Numbered<'a>> {
    let mut messages: Vec<Numbered<'a>> = Vec::new();
    for (number, passage) in passages {
        let is_part = |message: &&mut Numbered<'a>| {
            let (_, first) = message[0];
            (first.connection, first.from) == (passage.connection, passage.from)
        };
        let before = messages.iter_mut().rev().find(is_part);
        match before {
            Some(head) if passage.is_body() && head[0].1.is_head() => head.push((*number, passage)),
            _ => messages.push(vec![(*number, passage)]),
        }
    }
    messages
}

fn heads<'a>(messages: &[Numbered<'a>]) -> Vec<Numbered<'a>> {
    let first = |message: &Numbered<'a>| message.iter().copied().take(1).collect();
    messages.iter().map(first).filter(|head: &Numbered<'a>| head[0].1.is_head()).collect()
}

fn nth<'l, T>(list: &'l [T], what: &str, number: usize) -> Result<&'l T, String> {
    list.get(number - 1).ok_or_else(|| {
        let there = match list.len() {
            0 => "there is none".to_owned(),
            1 => "there is 1".to_owned(),
            count => format!("there are {count}"),
        };
        format!("there is no {what} {number}; {there}")
    })
}

fn unknown_connection(fixture: &Fixture, number: usize) -> String {
    let mut numbers: Vec<u64> = fixture.passages.iter().filter_map(|p| p.connection).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let numbers: Vec<String> = numbers.iter().map(u64::to_string).collect();
    format!("there is no connection {number} with readable bytes; there is: {}", numbers.join(", "))
}
