//! A customer, and what may become one.
//!
//! ```text
//! {"customer": {"id": 123, "name": "Ada Lovelace", "email": "ada@example.com"}}
//!               given      1 to 200 characters     no two customers have the same
//! ```

use crate::{
    fields::{Fault, Fields},
    representation::{Cell, Resource},
};
use serde::Serialize;
use std::{fmt, str::FromStr};

/// Somebody who buys here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Customer {
    pub(crate) id: Id,
    pub(crate) name: String,
    pub(crate) email: String,
}

impl Customer {
    pub(crate) fn new(id: Id, Draft { name, email }: Draft) -> Self {
        Customer { id, name, email }
    }
}

impl Resource for Customer {
    const ONE: &'static str = "customer";
    const MANY: &'static str = "customers";

    fn cells(&self) -> Vec<Cell> {
        let Customer { id, name, email } = self;
        vec![("id", id.to_string()), ("name", name.clone()), ("email", email.clone())]
    }

    fn key(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

// ANCHOR: draft
/// What a client may say about a customer; the id is the server's to give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Draft {
    pub(crate) name: String,
    pub(crate) email: String,
}

impl Draft {
    /// Reads the body of a POST, or of a PUT to this `id`.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub(crate) fn read(body: &[u8], id: Option<Id>) -> Result<Draft, Fault> {
        let mut fields = Fields::of_json(body, Customer::ONE)?;
        // Who sends back what GET gave sends the id along. It may, but cannot change it.
        if let Some(id) = id {
            fields.same("id", id.number());
        }
        let name = fields.text("name", check_name);
        let email = fields.text("email", check_email);
        fields.end()?;
        Ok(Draft { name, email })
    }
}

/// People have all kinds of names: only what no terminal and no list can show is refused.
fn check_name(name: &str) -> Result<(), &'static str> {
    match name.chars().count() {
        0 => Err("is empty"),
        201.. => Err("is longer than 200 characters"),
        _ if name.trim() != name => Err("begins or ends with a space"),
        _ if name.chars().any(char::is_control) => Err("contains a control character"),
        _ => Ok(()),
    }
}

/// Whether an address is plausible. That it works is proven by a mail that arrives,
/// and by nothing else.
fn check_email(email: &str) -> Result<(), &'static str> {
    let Some((person, host)) = email.rsplit_once('@') else { return Err("has no @") };
    let odd =
        |char: char| char.is_whitespace() || char.is_control() || "\"(),:;<>[]\\@".contains(char);
    let label = |label: &str| {
        let inside = label.chars().all(|char| char.is_alphanumeric() || char == '-');
        !label.is_empty() && inside && !label.starts_with('-') && !label.ends_with('-')
    };
    // RFC 5321 4.5.3.1: 64 bytes before the @, and 254 in all (erratum 1690 to RFC 3696).
    if email.len() > 254 || person.len() > 64 {
        return Err("is too long");
    }
    if person.is_empty() || person.contains(odd) {
        return Err("has no name before the @");
    }
    if !host.split('.').all(label) {
        return Err("has no host behind the @");
    }
    Ok(())
}
// ANCHOR_END: draft

/// A number that was never given before, and never will be again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub(crate) struct Id(i64);

impl Id {
    /// Below all others.
    pub(crate) const ZERO: Id = Id(0);
    /// The first customer is 123, so that the examples of the book work as they stand.
    pub(crate) const BEFORE_FIRST: Id = Id(122);

    pub(crate) fn new(number: i64) -> Id {
        Id(number)
    }

    pub(crate) fn number(self) -> i64 {
        self.0
    }

    pub(crate) fn next(self) -> Id {
        Id(self.0 + 1)
    }
}

/// Written in one way only, so that a customer has one address: no `+1`, no `01`.
impl FromStr for Id {
    type Err = ();

    fn from_str(text: &str) -> Result<Id, ()> {
        let id = text.parse().map(Id).map_err(|_| ())?;
        if id < Id(1) || id.to_string() != text {
            return Err(());
        }
        Ok(id)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
