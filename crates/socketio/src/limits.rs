//! How much of everything a peer may send.

/// What one packet, and one connection, may have. How long a message may be,
/// Engine.IO says: [`payload::Limits`](crate::engineio::payload::Limits).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How many attachments a packet may announce.
    pub attachments: usize,
    /// How deep the arrays and objects of a payload may be nested.
    pub nesting: usize,
    /// How long the name of a namespace may be, in bytes.
    pub namespace: usize,
    /// On how many namespaces a client may be at a time.
    pub namespaces: usize,
    /// How many acknowledgements may be awaited at a time.
    pub acks: usize,
}

/// 10 attachments, as the reference has it; 64 levels; 256 bytes; 32 namespaces; 1,024 acknowledgements.
impl Default for Limits {
    fn default() -> Self {
        Limits { attachments: 10, nesting: 64, namespace: 256, namespaces: 32, acks: 1024 }
    }
}
