//! What a server offers, and what it puts up with.

use crate::{Limits, Namespace, engineio};
use std::{sync::Arc, time::Duration};

/// What a server offers, and what it puts up with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// What is below.
    pub engine: Arc<engineio::Config>,
    /// Which namespaces there are.
    pub welcome: Welcome,
    /// How long a client may take to join its first namespace.
    pub connect_timeout: Duration,
    /// Whether a client that lost its connection is told apart from a new one.
    pub recovery: bool,
    /// What is too much.
    pub limits: Limits,
}

/// As the reference server has it: 45 seconds, no recovery. Every namespace is
/// the program's to accept or refuse.
impl Default for Config {
    fn default() -> Self {
        Config {
            engine: Arc::default(),
            welcome: Welcome::Any,
            connect_timeout: Duration::from_secs(45),
            recovery: false,
            limits: Limits::default(),
        }
    }
}

/// Which namespaces there are. A client that asks for another one is told
/// `Invalid namespace`, and its connection goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Welcome {
    /// Each that the program accepts.
    Any,
    /// These.
    Only(Vec<Namespace>),
}

impl Welcome {
    pub(super) fn allows(&self, namespace: &Namespace) -> bool {
        match self {
            Welcome::Any => true,
            Welcome::Only(known) => known.contains(namespace),
        }
    }
}
