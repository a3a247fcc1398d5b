//! Engine.IO and Socket.IO over real sockets: what other people's test suites check,
//! in sentences of our own, and what a program may count on.
//!
//! The server of the first two modules is `examples/socketio-demo.rs`, as the
//! suites of both protocols expect it. Tests that need clients of other people are
//! ignored unless asked for: `cargo test -p server --test socketio -- --include-ignored`.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

#[path = "../../examples/socketio-demo.rs"]
#[allow(dead_code, reason = "its main is not called here")]
mod demo;
#[path = "../peers/program.rs"]
mod program;
#[path = "../site/mod.rs"]
mod site;

mod access;
mod clients;
mod engine;
mod events;
mod recovery;
mod rooms;
mod session;
mod shutdown;
mod visitor;

use clap::Parser;
use demo::{Demo, Options};
use server::Server;
use site::Site;

/// The demo with these options; its clients are pinged every 25 seconds.
async fn demo(options: &[&str]) -> Site {
    let options = Options::parse_from([&["socketio-demo"], options].concat());
    Site::start(Server::default(), Demo::new(&options)).await
}
