//! A chat room that many enter, each in their own way: who is here, and what was said.
//!
//! - [`room`]: who is here, and what was said. Begin here.
//! - [`message`]: the same as JSON.
//!
//! # What this crate does not do
//! It keeps nothing on disk, and has no accounts: a name belongs to who has it at the
//! moment, and everybody may come in.
//!
//! Book: chapters 3, 4, 5 and 9.

pub mod message;
pub mod room;
