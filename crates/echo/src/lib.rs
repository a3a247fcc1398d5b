//! A raw TCP echo twice over, with a thread per connection and on tokio, and a
//! client that shows where the stream was cut.
//!
//! ```text
//! writes    ├── "Hel" ──┼─────── "lo, wo" ──────┼──── "rld!" ───┤   the client's
//! stream      H   e   l   l   o   ,   ␣   w   o   r   l   d   !     neither: no byte knows of a cut
//! reads     ├────────────── "Hello, worl" ──────────────┼─ "d!" ┤   the server's
//! ```
//!
//! One end writes, the other reads, and between them is a stream of bytes.
//! Their order is kept. Where one write ended and the next one began is not.
//!
//! ```
//! use echo::{Piece, Source};
//! use std::{
//!     io::{Read, Write},
//!     net::{TcpListener, TcpStream},
//! };
//!
//! let listener = TcpListener::bind("127.0.0.1:0")?;
//! let mut client = TcpStream::connect(listener.local_addr()?)?;
//! let (mut server, _) = listener.accept()?;
//! for piece in ["Hel", "lo, wo", "rld!"] {
//!     client.write_all(piece.as_bytes())?;
//! }
//! drop(client); // so that the stream ends
//!
//! let mut received = Vec::new();
//! let mut buffer = [0; 4];
//! loop {
//!     let len = server.read(&mut buffer)?;
//!     let (offset, bytes) = (received.len() as u64, &buffer[..len]);
//!     println!("{}", Piece { source: Source::Client, offset, bytes });
//!     if len == 0 {
//!         break;
//!     }
//!     received.extend_from_slice(bytes);
//! }
//! assert_eq!(received, b"Hello, world!");
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! # Three programs
//! `cargo run -p echo --bin echo-tokio -- --show`, and in a second terminal
//! `cargo run -p echo --bin echo-client`. With `--help` each tells what to try.
//!
//! The two servers do the same, line for line; a test compares them. What
//! differs is who waits:
//!
//! | | `echo-threads` | `echo-tokio` |
//! | --- | --- | --- |
//! | a connection is | a thread, with a stack of its own | a task: a value that knows where it stopped |
//! | while nothing can be read | the thread sleeps until the system wakes it | at `.await` the task is put aside, and its thread goes on with another one |
//! | a thousand connections | a thousand threads | a thousand tasks on one thread per processor core |
//! | memory of a connection | the buffer, and a stack: 2 MiB are reserved, a few KiB used | the buffer, and the variables that live across an `.await` |
//! | a long calculation | delays its own connection | delays the tasks that its thread should go on with |
//! | one too many | the system refuses to start its thread | a task is only memory |
//! | a client that does not read | blocks its own thread | blocks its own task |
//! | in JavaScript | a `Worker` for each connection | `async` and `await`, but on several threads |
//!
//! - [`cuts`]: where a stream was cut, drawn.
//! - [`options`], [`address`]: the command line of the servers.
//! - [`semaphore`]: how many may be inside at once.
//! - [`terminal`]: lines for people.
//!
//! `cargo run -p echo --example partial-writes` shows that a write, too, may
//! take only a part.
//!
//! # What this crate does not do
//! It finds no messages in the stream. Where one ends and the next begins is
//! what HTTP and WebSocket add to TCP, in the chapters that follow. It sets no
//! deadline either: a client that keeps silent keeps its place.
//!
//! Book: chapter 1.

pub mod address;
pub mod cuts;
pub mod options;
pub mod semaphore;
pub mod terminal;

pub use address::Address;
pub use cuts::{Cuts, Piece, Source};
pub use options::{Options, buffer_size};
pub use semaphore::Semaphore;
pub use terminal::{announce, say};
