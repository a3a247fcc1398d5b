//! How much of everything a peer may send.

/// What a message may cost before it is refused. A length is compared with its
/// limit before anything is set aside for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a head, or of the trailers behind a chunked body.
    pub head: usize,
    /// Bytes of a request target.
    pub target: usize,
    /// Fields of a head.
    pub fields: usize,
    /// Bytes of all chunk extensions of one message.
    pub chunk_extensions: usize,
    /// Bytes of a body, without its chunk framing.
    pub body: u64,
}

impl Limits {
    /// No limit on bodies, and generous ones on heads: for who watches, not serves.
    pub const WATCHING: Limits = Limits {
        head: 1 << 20,
        target: 1 << 20,
        fields: 10_000,
        chunk_extensions: 1 << 20,
        body: u64::MAX,
    };
}

/// What a server on the open internet can live with. RFC 9112 3 asks for at
/// least 8,000 bytes of request line.
impl Default for Limits {
    fn default() -> Self {
        Limits {
            head: 32 * 1024,
            target: 8 * 1024,
            fields: 100,
            chunk_extensions: 4 * 1024,
            body: 8 * 1024 * 1024,
        }
    }
}
