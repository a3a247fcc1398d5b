//! Namespaces (Socket.IO 5, Introduction): conversations that share a connection.
//!
//! ```text
//! 2["hello"]          => the main namespace, /
//! 2/admin,["hello"]   => the namespace /admin, up to the comma
//! ```

use std::{fmt, ops::Deref, sync::Arc};

/// The name of a namespace: a slash and what follows, without commas and control characters.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Namespace(Option<Arc<str>>);

impl Namespace {
    /// The namespace that everybody knows, `/`. It takes no memory.
    pub const MAIN: Namespace = Namespace(None);

    /// The namespace of this name, if it can be one.
    ///
    /// ```
    /// use socketio::Namespace;
    ///
    /// assert_eq!(Namespace::new("/"), Some(Namespace::MAIN));
    /// assert_eq!(Namespace::new("/admin").as_deref(), Some("/admin"));
    /// assert_eq!(Namespace::new("admin"), None);
    /// assert_eq!(Namespace::new("/a,b"), None);
    /// ```
    pub fn new(name: &str) -> Option<Namespace> {
        if name == "/" {
            return Some(Namespace::MAIN);
        }
        let can_travel = |char: char| char != ',' && !char.is_control();
        let is_name = name.starts_with('/') && name.chars().all(can_travel);
        is_name.then(|| Namespace(Some(name.into())))
    }

    /// Whether it is the main one.
    pub fn is_main(&self) -> bool {
        self.0.is_none()
    }
}

impl Deref for Namespace {
    type Target = str;

    fn deref(&self) -> &str {
        self.0.as_deref().unwrap_or("/")
    }
}

impl fmt::Display for Namespace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self)
    }
}

impl fmt::Debug for Namespace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}
