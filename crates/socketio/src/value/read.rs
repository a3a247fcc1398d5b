//! JSON in, its placeholders found (Socket.IO 5, Format).
//!
//! The payload comes before its attachments. So each placeholder is checked at
//! once and leaves an empty place; [`Places::fill`] puts the attachments in when
//! they are there. No JSON is kept as text, and none is read twice.

use super::{NUM, Object, Value};
use crate::{Binary, Limits, quote::quote, rules};
use serde_core::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Number;
use std::fmt;
use wire::Violation;

/// Which attachment belongs to which empty place, in the order of the places.
#[derive(Debug, Default)]
pub(crate) struct Places(Vec<usize>);

/// Reads a payload that `attachments` belong to. Without any, an object that
/// looks like a placeholder is an object.
///
/// # Errors
/// The rule that it breaks.
pub(crate) fn read(
    json: &str,
    attachments: usize,
    limits: &Limits,
) -> Result<(Value, Places), Violation> {
    let mut reading =
        Reading { attachments, depth: limits.nesting, places: Vec::new(), broken: None };
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let value = reading.deserialize(&mut deserializer);
    let value = value.and_then(|value| deserializer.end().map(|()| value));
    match (value, reading.broken) {
        (_, Some(violation)) => Err(violation),
        (Err(error), None) => Err(rules::PAYLOAD_JSON.broken(format!("{} ({error})", quote(json)))),
        (Ok(value), None) => Ok((value, Places::new(reading.places, attachments)?)),
    }
}

impl Places {
    fn new(places: Vec<usize>, attachments: usize) -> Result<Self, Violation> {
        let mut free = vec![true; attachments];
        for &place in &places {
            // A placeholder that names no attachment was refused before.
            if !std::mem::take(&mut free[place]) {
                let detail = format!("attachment {place} has two places");
                return Err(rules::ATTACHMENT_PLACE.broken(detail));
            }
        }
        match free.iter().position(|free| *free) {
            Some(place) => {
                Err(rules::ATTACHMENT_PLACE.broken(format!("attachment {place} has no place")))
            }
            None => Ok(Places(places)),
        }
    }

    /// Puts the attachments into their places.
    pub(crate) fn fill(&self, values: &mut [Value], attachments: &[Binary]) {
        let mut next = self.0.iter().filter_map(|&place| attachments.get(place));
        values.iter_mut().for_each(|value| fill(value, &mut next));
    }
}

fn fill<'a>(value: &mut Value, next: &mut impl Iterator<Item = &'a Binary>) {
    match value {
        Value::Binary(place) => {
            place.clone_from(next.next().expect("each place has its attachment"));
        }
        Value::Array(values) => values.iter_mut().for_each(|value| fill(value, next)),
        Value::Object(object) => object.values_mut().for_each(|value| fill(value, next)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// A payload that is being read.
struct Reading {
    attachments: usize,
    /// How much deeper it may go.
    depth: usize,
    places: Vec<usize>,
    /// The rule that was broken; what the JSON's reader says of it is passed over.
    broken: Option<Violation>,
}

impl Reading {
    fn deeper<T, E: Error>(
        &mut self,
        read: impl FnOnce(&mut Reading) -> Result<T, E>,
    ) -> Result<T, E> {
        let Some(depth) = self.depth.checked_sub(1) else {
            return self.fail(rules::NESTED_TOO_DEEPLY.broken("a payload nested too deeply"));
        };
        self.depth = depth;
        let read = read(self);
        self.depth += 1;
        read
    }

    fn fail<T, E: Error>(&mut self, violation: Violation) -> Result<T, E> {
        self.broken = Some(violation);
        Err(E::custom("a broken rule"))
    }

    /// An object, which may stand for an attachment.
    fn object<E: Error>(&mut self, object: Object) -> Result<Value, E> {
        if self.attachments == 0 || !object.is_placeholder() {
            return Ok(Value::Object(object));
        }
        let num = object.get(NUM).and_then(Value::as_u64);
        let num = num.and_then(|num| usize::try_from(num).ok());
        match num.filter(|num| *num < self.attachments && object.len() == 2) {
            Some(num) => {
                self.places.push(num);
                Ok(Value::Binary(Binary::default()))
            }
            None => {
                let shown = quote(&object.to_string());
                let detail = format!("{shown}, with {} attachments", self.attachments);
                self.fail(rules::PLACEHOLDER.broken(detail))
            }
        }
    }
}

impl<'de> DeserializeSeed<'de> for &mut Reading {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for &mut Reading {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, bool: bool) -> Result<Value, E> {
        Ok(Value::Bool(bool))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Number(number.into()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Number(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Number::from_f64(number).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        self.deeper(|reading| {
            let mut values = Vec::new();
            while let Some(value) = access.next_element_seed(&mut *reading)? {
                values.push(value);
            }
            Ok(Value::Array(values))
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let object = self.deeper(|reading| {
            let mut object = Object::default();
            while let Some(name) = access.next_key::<String>()? {
                object.0.push((name, access.next_value_seed(&mut *reading)?));
            }
            Ok(object)
        })?;
        self.object(object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(json: &str, attachments: &[Binary]) -> Result<Value, &'static str> {
        let limits = Limits { nesting: 4, ..Limits::default() };
        let read = read(json, attachments.len(), &limits);
        let (mut value, places) = read.map_err(|violation| violation.rule.id)?;
        places.fill(std::slice::from_mut(&mut value), attachments);
        Ok(value)
    }

    #[test]
    fn puts_attachments_into_their_places_in_any_order() {
        let attachments = [Binary::from([0]), Binary::from([1, 1])];
        let json = r#"[{"_placeholder":true,"num":1},{"a":[{"num":0,"_placeholder":true}]}]"#;
        let value = reads(json, &attachments).unwrap();
        assert_eq!(value.to_string(), r#"[<Buffer 01 01>,{"a":[<Buffer 00>]}]"#);
    }

    #[test]
    fn without_attachments_a_placeholder_is_an_object() {
        let json = r#"[{"_placeholder":true,"num":0}]"#;
        assert_eq!(reads(json, &[]).unwrap().to_string(), json);
        let json = r#"[{"_placeholder":false,"num":0},{"_placeholder":true,"num":0}]"#;
        let value = reads(json, &[Binary::from([7])]).unwrap();
        assert_eq!(value.to_string(), r#"[{"_placeholder":false,"num":0},<Buffer 07>]"#);
    }

    #[test]
    fn refuses_placeholders_that_name_nothing() {
        let one = [Binary::default()];
        for wrong in [r#""num":1"#, r#""num":-1"#, r#""num":"0""#, r#""no":0"#, r#""num":0,"a":1"#]
        {
            let json = format!(r#"[{{"_placeholder":true,{wrong}}}]"#);
            assert_eq!(reads(&json, &one), Err("socketio/placeholder"), "{json}");
        }
    }

    #[test]
    fn refuses_attachments_without_a_place_or_with_two() {
        let zero = r#"{"_placeholder":true,"num":0}"#;
        let two = [Binary::default(), Binary::default()];
        assert_eq!(reads(&format!("[{zero},{zero}]"), &two), Err("socketio/attachment-place"));
        assert_eq!(reads(&format!("[{zero}]"), &two), Err("socketio/attachment-place"));
        assert_eq!(reads("[]", &two[..1]), Err("socketio/attachment-place"));
    }

    #[test]
    fn refuses_what_is_no_json_or_nested_too_deeply() {
        for wrong in
            ["", "[", "[1,]", "{a:1}", "[1]2", "1e999", r#"["\ud800"]"#, "['a']", "\u{feff}[]"]
        {
            assert_eq!(reads(wrong, &[]), Err("socketio/payload-json"), "{wrong}");
        }
        assert!(reads(r#"[[{"a":[1]}]]"#, &[]).is_ok());
        assert_eq!(reads("[[[[[]]]]]", &[]), Err("socketio/nested-too-deeply"));
        assert_eq!(reads(r#"[{"a":[{"b":{}}]}]"#, &[]), Err("socketio/nested-too-deeply"));
        assert_eq!(reads(&"[".repeat(1_000_000), &[]), Err("socketio/nested-too-deeply"));
    }
}
