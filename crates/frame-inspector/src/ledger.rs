//! Where a connection's bytes went.
//!
//! ```text
//! every byte of every IP packet
//! ├── stream bytes, each once
//! │   ├── payload   what the applications wanted to say
//! │   ├── framing   WebSocket frame headers, chunk sizes
//! │   └── http      heads of requests and responses, trailers
//! └── tcp_ip        IP and TCP headers, and bytes that were sent again
//! ```
//!
//! Book: chapter 12.

use std::ops::AddAssign;

// ANCHOR: ledger
/// A cost ledger, in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Message payloads as they travelled (compressed if they were) and HTTP bodies.
    pub payload: u64,
    /// Frame headers with their masking keys, and chunk framing.
    pub framing: u64,
    /// Request and status lines, header fields, trailers.
    pub http: u64,
    /// IP and TCP headers of all packets, and retransmitted bytes.
    pub tcp_ip: u64,
}
// ANCHOR_END: ledger

impl Ledger {
    /// All of it.
    pub fn total(&self) -> u64 {
        self.payload + self.framing + self.http + self.tcp_ip
    }
}

impl AddAssign for Ledger {
    fn add_assign(&mut self, other: Ledger) {
        self.payload += other.payload;
        self.framing += other.framing;
        self.http += other.http;
        self.tcp_ip += other.tcp_ip;
    }
}
