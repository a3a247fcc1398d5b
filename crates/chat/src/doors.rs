//! The doors: one file for each way of carrying a room to a page.
//!
//! | door | the page asks | what stands behind its cursor comes |
//! | --- | --- | --- |
//! | [`polling`] | again and again | with the next answer |
//! | [`long_polling`] | once, and waits | as soon as there is something |
//! | [`event_stream`] | once for all | as it happens, one way |
//! | [`websocket`] | once for all | as it happens, both ways |
//! | [`socketio`] | by whatever works | as it happens, both ways |
//!
//! Lay two of them side by side: they call the same functions of the
//! [`Hub`](crate::hub::Hub), and differ in who waits for whom.

pub mod event_stream;
pub mod long_polling;
pub mod polling;
pub mod requests;
pub mod socketio;
pub mod websocket;

use crate::room::Refusal;

/// What becomes of a member that reads more slowly than the others speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Slow {
    /// The line ends: a WebSocket is told 1013, Socket.IO why. They may come back with their cursor.
    #[default]
    LetGo,
    /// They are told that something is lost, and go on with the newest.
    Skip,
}

/// How somebody is called who says no name.
const NAMELESS: &str = "Guest";

/// How a conversation both ways ended.
enum Ended {
    ByPeer,
    TooSlow,
    SentAway(Refusal),
}
