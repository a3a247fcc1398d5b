//! An object, read strictly: every fault is found at once, and none is passed over.
//!
//! A field that nobody knows is a fault too: whoever writes `emial` should hear of
//! it now, not when the mail does not come.

use serde::Serialize;
use serde_json::{Map, Value};
use std::ops::RangeInclusive;

/// Why a body was not understood.
#[derive(Debug)]
pub(crate) enum Fault {
    /// It is no JSON, or no form: 400.
    Malformed(String),
    /// It is one, and says what cannot be: 422.
    Invalid(Vec<Wrong>),
}

/// One thing that is wrong, in the words of RFC 9457 3.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Wrong {
    /// Where it stands, as a JSON pointer (RFC 6901 6).
    pub(crate) pointer: String,
    pub(crate) detail: String,
}

// ANCHOR: fields
/// The fields of an object that were not read yet, and what was wrong with the others.
///
/// A field that is wrong reads as empty, or as 0: [`end`](Fields::end) then fails.
#[derive(Debug)]
pub(crate) struct Fields {
    pointer: String,
    unread: Map<String, Value>,
    wrong: Vec<Wrong>,
}

impl Fields {
    /// The object under `name`, and nothing beside it: `{"customer": {…}}`.
    ///
    /// # Errors
    /// There is no such object.
    pub(crate) fn of_json(body: &[u8], name: &str) -> Result<Fields, Fault> {
        let value = serde_json::from_slice(body)
            .map_err(|error| Fault::Malformed(format!("this is no JSON: {error}")))?;
        let unread = object(value).unwrap_or_default();
        let mut outer = Fields { pointer: "#".to_owned(), unread, wrong: Vec::new() };
        let inner = outer.take(name, "an object", object).unwrap_or_default();
        outer.end()?;
        Ok(Fields { pointer: format!("#/{name}"), unread: inner, wrong: Vec::new() })
    }

    /// The fields of a form: each is a text.
    pub(crate) fn of_form(fields: impl Iterator<Item = (String, String)>) -> Fields {
        let unread = fields.map(|(name, value)| (name, Value::String(value))).collect();
        Fields { pointer: "#".to_owned(), unread, wrong: Vec::new() }
    }

    /// A text that passes the check.
    pub(crate) fn text(
        &mut self,
        name: &str,
        check: impl Fn(&str) -> Result<(), &'static str>,
    ) -> String {
        let text = self.take(name, "a text", |value| match value {
            Value::String(text) => Some(text),
            _ => None,
        });
        if let Some(Err(wrong)) = text.as_deref().map(check) {
            self.add(name, wrong);
        }
        text.unwrap_or_default()
    }

    /// A whole number between these two.
    pub(crate) fn number(&mut self, name: &str, range: RangeInclusive<i64>) -> i64 {
        let wanted = format!("a whole number from {} to {}", range.start(), range.end());
        self.take(name, &wanted, |value| value.as_i64().filter(|number| range.contains(number)))
            .unwrap_or_default()
    }

    /// A number that need not be there, but must be this one if it is.
    pub(crate) fn same(&mut self, name: &str, number: i64) {
        if self.has(name) {
            self.take(name, &number.to_string(), |value| (value == number).then_some(()));
        }
    }

    /// Whether a field is there.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.unread.contains_key(name)
    }

    /// That is all.
    ///
    /// # Errors
    /// Something was wrong, or there is a field that nobody asked for.
    pub(crate) fn end(mut self) -> Result<(), Fault> {
        for name in std::mem::take(&mut self.unread).keys().take(MENTIONED) {
            self.add(name, "is not known here");
        }
        if self.wrong.is_empty() { Ok(()) } else { Err(Fault::Invalid(self.wrong)) }
    }

    fn take<T>(
        &mut self,
        name: &str,
        wanted: &str,
        convert: impl Fn(Value) -> Option<T>,
    ) -> Option<T> {
        let Some(value) = self.unread.remove(name) else {
            self.add(name, "is missing");
            return None;
        };
        let converted = convert(value);
        if converted.is_none() {
            self.add(name, &format!("should be {wanted}"));
        }
        converted
    }

    fn add(&mut self, name: &str, detail: &str) {
        // RFC 6901 3: ~ and / are written as ~0 and ~1.
        let name = name.replace('~', "~0").replace('/', "~1");
        let pointer = format!("{}/{name}", self.pointer);
        self.wrong.push(Wrong { pointer, detail: detail.to_owned() });
    }
}
// ANCHOR_END: fields

/// How many fields of a stranger's invention an answer repeats.
const MENTIONED: usize = 20;

fn object(value: Value) -> Option<Map<String, Value>> {
    match value {
        Value::Object(fields) => Some(fields),
        _ => None,
    }
}
