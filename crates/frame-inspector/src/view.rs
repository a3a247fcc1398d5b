//! The drawings: each is a [`Sink`](crate::event::Sink) that writes what it is given.
//!
//! - [`text`]: the conversation, one line an event.
//! - [`json`]: JSON Lines, for programs.
//! - [`bytes`]: every byte with its name.
//! - [`summary`]: a row per connection, and totals.

pub mod bytes;
pub mod json;
mod paint;
mod pen;
pub mod summary;
pub mod text;

pub use paint::quoted;
