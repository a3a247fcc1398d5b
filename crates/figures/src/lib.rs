//! Measures our crates beside well-known peers.
//!
//! ```text
//! make-capture   a capture of any size, the same every time: the input of the others
//! decode         frames from memory: our decoder, three libraries, two bounds
//! inspect        a whole capture: frame-inspector, tshark, sha1sum, cat
//! serve          over sockets: our server, hyper, fastwebsockets, tokio-websockets
//! broadcast      one speaks and five hundred hear: our rooms, tokio-tungstenite, socketioxide
//! hold           ten thousand connections to our server, a third of which misbehave
//! storm          a thousand members of a chat, whose lines are cut at random
//! doors          captures of our chat: what each transport costs on the wire
//! ```
//!
//! A figure is CPU time, never the clock on the wall, and the best of several
//! rounds in which the programs take turns: other programs on the machine can
//! only make a round slower. What counts is the ratio between two lines of the
//! same run; times change with the machine. The README has the last results.
//!
//! - [`traffic`], [`talk`]: connections, packet by packet, from a seed.
//! - [`packet`], [`file`](mod@file), [`payload`], [`random`]: what they are made of.
//! - [`contender`], [`source`]: those who decode, and what.
//! - [`server`], [`process`], [`load`]: those who serve, each in a process, and who asks.
//! - [`crowd`]: those who speak and hear.
//! - [`misbehaviour`]: what a server must not suffer from.
//! - [`storm`]: members of a chat whose lines are cut.
//! - [`doors`]: what goes over the wire for a message, and how long it takes.
//! - [`meter`]: CPU time and memory of programs.
//! - [`machine`]: what was measured on.
//!
//! # What this crate does not do
//! It runs on Linux only, since what a program cost is the system's to tell. It
//! is no default member of the workspace and nothing depends on it, so nobody
//! who only runs the tests builds the peers.

pub mod contender;
pub mod crowd;
pub mod doors;
pub mod file;
pub mod load;
pub mod machine;
pub mod meter;
pub mod misbehaviour;
pub mod packet;
pub mod payload;
pub mod process;
pub mod random;
pub mod server;
pub mod source;
pub mod storm;
pub mod talk;
pub mod traffic;
