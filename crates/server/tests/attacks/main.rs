//! What hostile clients do to a server, over real sockets.
//!
//! Beside each attack a [`Neighbour`] talks to the same server all the time, and
//! must not notice: whatever it says comes back, in order.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

#[cfg(target_os = "linux")]
mod cost;
mod frames;
mod handshake;
mod host;
mod neighbour;
mod protocol;
mod reset;
#[path = "../site/mod.rs"]
mod site;
mod size;
mod slow;
mod smuggling;
mod socket;
mod victim;
