//! What events carry: JSON that may have bytes in it, anywhere.
//!
//! ```text
//! socket.emit("picture", { name: "dot", bytes: <Buffer 01 02> })
//!
//! ["picture",{"name":"dot","bytes":{"_placeholder":true,"num":0}}]    the payload
//! 01 02                                                               its attachment 0
//! ```
//!
//! ```
//! use socketio::{Binary, Object, Value};
//!
//! let picture = Object::from_iter([("name", Value::from("dot")), ("bytes", Binary::from([1, 2]).into())]);
//! let picture = Value::from(picture);
//! assert_eq!(picture.get("name").and_then(Value::as_str), Some("dot"));
//! assert_eq!(picture.to_string(), r#"{"name":"dot","bytes":<Buffer 01 02>}"#);
//! ```
//!
//! Book: chapter 11.

mod read;
mod write;

use crate::Binary;
pub(crate) use read::{Places, read};
use serde_json::Number;
use std::fmt;
pub(crate) use write::Writer;

/// A value of JSON, or bytes.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    /// `null`.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A text.
    String(String),
    /// A list.
    Array(Vec<Value>),
    /// Names and their values.
    Object(Object),
    /// Bytes, which travel beside the JSON.
    Binary(Binary),
}

impl Value {
    /// The text, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// Whether it is true, if it is `true` or `false`.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(bool) => Some(*bool),
            _ => None,
        }
    }

    /// The number, if it is one.
    pub fn as_number(&self) -> Option<&Number> {
        match self {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The number, if it is a whole one from 0 on.
    pub fn as_u64(&self) -> Option<u64> {
        self.as_number()?.as_u64()
    }

    /// The list, if it is one.
    pub fn as_array(&self) -> Option<&[Value]> {
        match self {
            Value::Array(values) => Some(values),
            _ => None,
        }
    }

    /// The object, if it is one.
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Value::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The bytes, if it is some.
    pub fn as_binary(&self) -> Option<&Binary> {
        match self {
            Value::Binary(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// What stands under a name, if it is an object that has it.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.as_object()?.get(name)
    }

    /// Whether there are bytes in it.
    pub fn has_binary(&self) -> bool {
        match self {
            Value::Binary(_) => true,
            Value::Array(values) => values.iter().any(Value::has_binary),
            Value::Object(object) => object.iter().any(|(_, value)| value.has_binary()),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
        }
    }
}

/// An object of JSON: names and values, in the order in which they came.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Object(Vec<(String, Value)>);

impl Object {
    /// What stands under a name; the last one, as in JavaScript, if it stands there twice.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().rev().find(|(found, _)| found == name).map(|(_, value)| value)
    }

    /// Appends a name and its value.
    pub fn push(&mut self, name: impl Into<String>, value: impl Into<Value>) {
        self.0.push((name.into(), value.into()));
    }

    /// The names and values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (&**name, value))
    }

    fn values_mut(&mut self) -> impl Iterator<Item = &mut Value> {
        self.0.iter_mut().map(|(_, value)| value)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether another reader would take it for the place of an attachment.
    fn is_placeholder(&self) -> bool {
        self.iter().any(|(name, value)| name == PLACEHOLDER && value == &Value::Bool(true))
    }
}

/// What an object is called that stands for an attachment.
const PLACEHOLDER: &str = "_placeholder";
const NUM: &str = "num";

impl<N: Into<String>, V: Into<Value>> FromIterator<(N, V)> for Object {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        Object(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

impl IntoIterator for Object {
    type Item = (String, Value);
    type IntoIter = std::vec::IntoIter<(String, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// JSON, with bytes as the documents write them: `["baz",<Buffer 01 02>]`.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => f.write_str("null"),
            Value::Bool(bool) => write!(f, "{bool}"),
            Value::Number(number) => write!(f, "{number}"),
            Value::String(text) => write!(f, "{}", serde_json::Value::from(&**text)),
            Value::Array(values) => {
                f.write_str("[")?;
                for (index, value) in values.iter().enumerate() {
                    write!(f, "{}{value}", if index > 0 { "," } else { "" })?;
                }
                f.write_str("]")
            }
            Value::Object(object) => write!(f, "{object}"),
            Value::Binary(bytes) => write!(f, "{bytes}"),
        }
    }
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{")?;
        for (index, (name, value)) in self.iter().enumerate() {
            let comma = if index > 0 { "," } else { "" };
            write!(f, "{comma}{}:{value}", serde_json::Value::from(name))?;
        }
        f.write_str("}")
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::String(text)
    }
}

impl From<bool> for Value {
    fn from(bool: bool) -> Self {
        Value::Bool(bool)
    }
}

impl From<i32> for Value {
    fn from(number: i32) -> Self {
        Value::Number(number.into())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Value::Number(number.into())
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Value::Number(number.into())
    }
}

/// `null` for what JSON has no number for, as `JSON.stringify` does.
impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Number::from_f64(number).map_or(Value::Null, Value::Number)
    }
}

impl From<Vec<Value>> for Value {
    fn from(values: Vec<Value>) -> Self {
        Value::Array(values)
    }
}

impl From<Object> for Value {
    fn from(object: Object) -> Self {
        Value::Object(object)
    }
}

impl From<Binary> for Value {
    fn from(bytes: Binary) -> Self {
        Value::Binary(bytes)
    }
}

impl From<serde_json::Value> for Value {
    fn from(value: serde_json::Value) -> Self {
        match value {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(bool) => Value::Bool(bool),
            serde_json::Value::Number(number) => Value::Number(number),
            serde_json::Value::String(text) => Value::String(text),
            serde_json::Value::Array(values) => values.into_iter().map(Value::from).collect(),
            serde_json::Value::Object(object) => Value::Object(object.into_iter().collect()),
        }
    }
}

impl FromIterator<Value> for Value {
    fn from_iter<I: IntoIterator<Item = Value>>(values: I) -> Self {
        Value::Array(values.into_iter().collect())
    }
}

/// The bytes that stand in the way of plain JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there are bytes in it, which JSON has no word for")]
pub struct HasBinary;

/// Plain JSON, for whoever wants to make a type of their own of it.
impl TryFrom<Value> for serde_json::Value {
    type Error = HasBinary;

    fn try_from(value: Value) -> Result<Self, HasBinary> {
        Ok(match value {
            Value::Null => serde_json::Value::Null,
            Value::Bool(bool) => serde_json::Value::Bool(bool),
            Value::Number(number) => serde_json::Value::Number(number),
            Value::String(text) => serde_json::Value::String(text),
            Value::Array(values) => {
                let values = values.into_iter().map(serde_json::Value::try_from);
                serde_json::Value::Array(values.collect::<Result<_, _>>()?)
            }
            Value::Object(object) => {
                let pairs = object.into_iter().map(|(name, value)| Ok((name, value.try_into()?)));
                serde_json::Value::Object(pairs.collect::<Result<_, _>>()?)
            }
            Value::Binary(_) => return Err(HasBinary),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn plain_json_comes_and_goes() {
        let json = json!({"a": [1, -2, 0.5, "x", null, true], "b": {}});
        let value = Value::from(json.clone());
        assert_eq!(value.get("b"), Some(&Value::Object(Object::default())));
        assert_eq!(value.to_string(), json.to_string());
        assert_eq!(serde_json::Value::try_from(value), Ok(json));
        let bytes = Value::from(vec![Binary::from([1]).into()]);
        assert!(bytes.has_binary());
        assert_eq!(serde_json::Value::try_from(bytes), Err(HasBinary));
    }

    #[test]
    fn the_last_of_two_names_counts() {
        let object = Object::from_iter([("a", 1_u64), ("b", 2), ("a", 3)]);
        assert_eq!(object.get("a"), Some(&Value::from(3_u64)));
        assert_eq!(object.len(), 3);
    }
}
