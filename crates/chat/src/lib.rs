//! A chat room that people enter by polling, long polling, server-sent events, WebSocket
//! or Socket.IO.
//!
//! ```text
//!   polling       long polling    event stream     WebSocket        Socket.IO
//!   ask, ask,     ask, and wait   ask once, be     ask once, talk   talk both ways,
//!   ask again                     told ever after  both ways        by whatever works
//!      └───────────────┴───────────── doors ───────────┴────────────────┘
//!                                       │  take what stands behind a cursor
//!                                       ▼
//!                                      hub      wakes those who wait
//!                                       │
//!                                       ▼
//!                                      room     who is here, and what was said, in one order
//! ```
//!
//! All of them see the same messages, in the same order, each once. The room knows
//! nothing of its doors, so what each of them costs can be seen by itself.
//!
//! ```
//! use chat::site::{Settings, Site};
//! use frame::Event;
//! use server::{Server, websocket::{self, Config}};
//! use tokio::net::TcpListener;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let listener = TcpListener::bind("127.0.0.1:0").await?;
//! let address = listener.local_addr()?;
//! let site = Site::new(Settings::default());
//! tokio::spawn(Server::default().serve(listener, site, std::future::pending()));
//!
//! let door = |name| format!("ws://{address}/rooms/lobby/socket?name={name}");
//! let mut ada = websocket::connect(&door("Ada"), &Config::default()).await?;
//! let mut bob = websocket::connect(&door("Bob"), &Config::default()).await?;
//! ada.send(Event::Text(r#"{"type":"message","text":"Hello"}"#)).await?;
//! ada.flush().await?;
//! loop {
//!     let (event, _) = bob.receive().await?.expect("the room goes on");
//!     let Event::Text(json) = event else { continue };
//!     // Before it come who Bob is, and who is here.
//!     if json.starts_with(r#"{"type":"message","id":1,"name":"Ada","text":"Hello","#) {
//!         break;
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! - [`room`]: who is here, and what was said. Begin here.
//! - [`message`]: the same as JSON.
//! - [`act`]: what can be done in it.
//! - [`hub`]: the room, shared by many tasks.
//! - [`doors`]: one file for each transport; lay two of them side by side.
//! - [`rooms`]: one for each name.
//! - [`backplane`]: the same rooms in many processes.
//! - [`site`]: from a path to a door. The page itself lies in `page/`.
//!
//! `cargo run -p chat`, and open the address that it prints in two windows.
//!
//! # What this crate does not do
//! It keeps nothing on disk, and a room ends with its program; who comes back then is
//! told that something is lost. (With a [`backplane`], it ends when all programs and
//! their Redis have forgotten it.) It has no accounts: a name belongs to who has it at
//! the moment, and everybody may come in.
//!
//! Book: chapters 3, 4, 5, 9 and 11.

pub mod act;
pub mod backplane;
pub mod doors;
pub mod hub;
pub mod message;
mod page;
pub mod room;
pub mod rooms;
pub mod site;
