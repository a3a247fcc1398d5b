//! Echoes what is sent to it, with a thread for each connection.
//!
//! Lay it beside `echo-tokio.rs`: line for line they do the same.
//!
//! Book: chapter 1.

use clap::Parser;
use echo::{Cuts, Options, Semaphore, announce, say};
use std::{io, process::ExitCode, sync::Arc, time::Duration};
// What echo-tokio takes from tokio.
use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    thread,
};

fn main() -> ExitCode {
    let options = Options::parse();
    match listen(&options) {
        Ok(listener) => serve(&listener, &options),
        Err(error) => {
            say(&format!("echo-threads: {}", options.address.cannot_listen(&error)));
            ExitCode::FAILURE
        }
    }
}

fn listen(options: &Options) -> io::Result<TcpListener> {
    let listener = TcpListener::bind(options.address.pair())?;
    announce("echo-threads", listener.local_addr()?);
    Ok(listener)
}

// ANCHOR: accept
/// Gives each connection a thread, and never ends.
fn serve(listener: &TcpListener, options: &Options) -> ! {
    // Each connection holds a place, and gives it back by dropping it.
    let places = Arc::new(Semaphore::new(options.at_most));
    let mut number = 0;
    loop {
        // While no place is free, newcomers wait in the listener's queue.
        let place = Arc::clone(&places).acquire_owned();
        let (stream, peer) = match listener.accept() {
            Ok(accepted) => accepted,
            Err(error) => {
                // Too many open files, perhaps. Whoever leaves makes room, so wait a moment.
                say(&format!("cannot accept a connection: {error}"));
                thread::sleep(Duration::from_millis(100));
                continue;
            }
        };
        number += 1;
        let mut cuts = options.cuts(number, peer);
        let buffer_size = options.buffer;
        // ANCHOR: thread
        let connection = move || {
            if let Err(error) = echo(stream, buffer_size, &mut cuts) {
                cuts.show_error(&error);
            }
            drop(place);
        };
        // A machine has only so many threads. Without one, this connection is closed.
        if let Err(error) = thread::Builder::new().spawn(connection) {
            say(&format!("cannot start a thread for connection {number}: {error}"));
        }
        // ANCHOR_END: thread
    }
}
// ANCHOR_END: accept

// ANCHOR: echo
/// Sends back what the client sends, until it says that no more will come.
fn echo(mut stream: TcpStream, buffer_size: usize, cuts: &mut Cuts) -> io::Result<()> {
    // Else Nagle's algorithm keeps a small answer back until the one before it is
    // acknowledged (RFC 9293 3.7.4).
    stream.set_nodelay(true)?;
    let mut buffer = vec![0; buffer_size];
    loop {
        // What has arrived: a part of what was sent at once, or many writes together.
        let len = stream.read(&mut buffer)?;
        cuts.show(&buffer[..len]);
        if len == 0 {
            // The client has closed its half of the connection (RFC 9293 3.6.1) and has
            // everything back. Leaving this function drops `stream`: that closes our half.
            return Ok(());
        }
        // A write, too, may take only a part; `write_all` goes on until nothing is left. If the
        // client does not read, we wait here and do not read either: one buffer is enough.
        stream.write_all(&buffer[..len])?;
    }
}
// ANCHOR_END: echo
