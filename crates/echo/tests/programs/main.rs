//! The three programs, started as a reader starts them.
//!
//! Every wait has a limit, and none is there to let time pass.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod alike;
mod client;
mod program;
mod servers;
