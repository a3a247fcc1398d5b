//! JSON out, its bytes taken out (Socket.IO 5, Format).

use super::{Object, Value};
use crate::Binary;
use std::io::Write;

/// Writes values as JSON and collects the bytes in them.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    pub(crate) json: Vec<u8>,
    pub(crate) attachments: Vec<Binary>,
    /// Whether an object was written that looks like a placeholder.
    pub(crate) is_ambiguous: bool,
}

impl Writer {
    /// A list that begins with a name, if there is one.
    pub(crate) fn list(&mut self, first: Option<&str>, values: &[Value]) {
        self.json.push(b'[');
        if let Some(first) = first {
            self.string(first);
        }
        for (index, value) in values.iter().enumerate() {
            if index > 0 || first.is_some() {
                self.json.push(b',');
            }
            self.value(value);
        }
        self.json.push(b']');
    }

    pub(crate) fn object(&mut self, object: &Object) {
        self.is_ambiguous |= object.is_placeholder();
        self.json.push(b'{');
        for (index, (name, value)) in object.iter().enumerate() {
            if index > 0 {
                self.json.push(b',');
            }
            self.string(name);
            self.json.push(b':');
            self.value(value);
        }
        self.json.push(b'}');
    }

    pub(crate) fn value(&mut self, value: &Value) {
        match value {
            Value::Null => self.json.extend_from_slice(b"null"),
            Value::Bool(true) => self.json.extend_from_slice(b"true"),
            Value::Bool(false) => self.json.extend_from_slice(b"false"),
            Value::Number(number) => write!(self.json, "{number}").expect(ROOM),
            Value::String(text) => self.string(text),
            Value::Array(values) => self.list(None, values),
            Value::Object(object) => self.object(object),
            Value::Binary(bytes) => {
                let num = self.attachments.len();
                write!(self.json, r#"{{"_placeholder":true,"num":{num}}}"#).expect(ROOM);
                self.attachments.push(bytes.clone());
            }
        }
    }

    /// Control characters are escaped, so no separator of payloads ever stands in JSON.
    fn string(&mut self, text: &str) {
        serde_json::to_writer(&mut self.json, text).expect(ROOM);
    }
}

const ROOM: &str = "a vector takes every byte";
