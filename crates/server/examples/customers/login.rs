//! Logging in and out: what is said, and what is answered.
//!
//! This is a demonstration: there is one user, whose password is an option of the
//! program. A real service keeps a slow hash of each password (Argon2, RFC 9106), and
//! counts the wrong ones.

use crate::{
    fields::{Fault, Fields},
    representation::{Cell, Resource},
    token::Key,
};
use serde::Serialize;

/// The one who may log in.
#[derive(Debug)]
pub(crate) struct User {
    name: String,
    key: Key,
    /// The password, as nobody can read it.
    tag: Vec<u8>,
}

impl User {
    pub(crate) fn new(name: String, password: &str) -> Self {
        let key = Key::random();
        User { name, tag: key.tag(password.as_bytes()), key }
    }

    /// Whether it is them. The time that the answer takes tells nothing about the password.
    pub(crate) fn is(&self, name: &str, password: &str) -> bool {
        self.key.is_tag(password.as_bytes(), &self.tag) & (self.name == name)
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }
}

/// How somebody wants to be known again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Way {
    Cookie,
    Token,
}

/// What somebody says who wants to come in.
#[derive(Debug)]
pub(crate) struct Login {
    pub(crate) name: String,
    pub(crate) password: String,
    pub(crate) way: Way,
}

impl Login {
    /// Reads the body of a POST, as JSON or as what a form in a page sends.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub(crate) fn read(body: &[u8], media_type: &str) -> Result<Login, Fault> {
        let mut fields = match media_type {
            FORM => {
                let form = String::from_utf8_lossy(body);
                Fields::of_form(server::http::pairs(&form))
            }
            _ => Fields::of_json(body, Opened::ONE)?,
        };
        let name = fields.text("name", |_| Ok(()));
        let password = fields.text("password", |_| Ok(()));
        let way = match fields.has("by") {
            true => fields.text("by", |by| match by {
                "cookie" | "token" => Ok(()),
                _ => Err("should be \"cookie\" or \"token\""),
            }),
            false => "cookie".to_owned(),
        };
        fields.end()?;
        let way = if way == "token" { Way::Token } else { Way::Cookie };
        Ok(Login { name, password, way })
    }
}

/// What a form in a page sends.
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

/// Who asks.
#[derive(Debug, Serialize)]
pub(crate) struct Me {
    name: String,
    by: Way,
    /// In seconds.
    expires_in: u64,
}

impl Me {
    pub(crate) fn new(name: String, by: Way, expires_in: u64) -> Self {
        Me { name, by, expires_in }
    }
}

impl Resource for Me {
    const ONE: &'static str = "me";
    const MANY: &'static str = "us";

    fn cells(&self) -> Vec<Cell> {
        let Me { name, by, expires_in } = self;
        let by = format!("{by:?}").to_lowercase();
        vec![("name", name.clone()), ("by", by), ("expires_in", expires_in.to_string())]
    }
}

/// What somebody gets who came in.
#[derive(Debug, Serialize)]
pub(crate) struct Opened {
    #[serde(flatten)]
    pub(crate) me: Me,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) token: Option<String>,
}

impl Resource for Opened {
    const ONE: &'static str = "session";
    const MANY: &'static str = "sessions";

    fn cells(&self) -> Vec<Cell> {
        let token = self.token.iter().map(|token| ("token", token.clone()));
        self.me.cells().into_iter().chain(token).collect()
    }
}

/// What came of a logout that nobody will remember.
#[derive(Debug, Serialize)]
pub(crate) struct Logout {
    pub(crate) ended: bool,
    /// For how long the token is still taken, in seconds.
    pub(crate) good_for: u64,
}

impl Resource for Logout {
    const ONE: &'static str = "logout";
    const MANY: &'static str = "logouts";

    fn cells(&self) -> Vec<Cell> {
        vec![("ended", self.ended.to_string()), ("good_for", self.good_for.to_string())]
    }
}
