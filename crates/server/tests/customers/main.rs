//! The example `customers`, as its clients see it: the program is started, and asked
//! over real sockets.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod client;
mod conditions;
mod durability;
mod help;
mod logins;
mod negotiation;
mod origins;
mod program;
mod refusals;
mod resources;
