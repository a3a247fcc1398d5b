//! Take a packet of Socket.IO apart, and answer an event.
//!
//! ```text
//!   2["hello",1]                       event, in the main namespace /
//!   2/admin,13["ask"]                  event in /admin that wants an acknowledgement: number 13
//!   3/admin,13["bar"]                  that acknowledgement
//!   51-["picture",{"_placeholder":…}]  event with one attachment
//! ```
//!
//! The order is always the same: type, attachments, namespace, number, JSON. All
//! but the type may be absent. (The `4` of Engine.IO was taken off already.)
//!
//! Write your answer in `src/exercise.rs`, then: `cargo test -p try-socketio-event`
//!
//! Book: chapter 11

#[cfg(not(feature = "solution"))]
mod exercise;
#[cfg(feature = "solution")]
#[path = "../solution.rs"]
mod exercise;

pub use exercise::*;

/// A packet of Socket.IO, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packet<'a> {
    /// Its type, 0 to 6.
    pub kind: u8,
    /// How many attachments follow, for the types 5 and 6; 0 for the others.
    pub attachments: u32,
    /// Its namespace, with the `/` at its beginning; the main one is `/`.
    pub namespace: &'a str,
    /// The number of the event that it is, or answers.
    pub id: Option<u64>,
    /// What is left, which is JSON or nothing.
    pub json: &'a str,
}

/// Why a text is no packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It does not begin with a digit from 0 to 6.
    Type,
    /// A type with attachments does not go on with digits and a `-`, or the
    /// number is too large for a `u32`.
    Attachments,
    /// The number of the event is too large for a `u64`.
    Id,
}
