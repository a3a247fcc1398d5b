//! Echoes what is sent to it, with a task for each connection.
//!
//! Lay it beside `echo-threads.rs`: line for line they do the same.
//!
//! Book: chapter 1.

use clap::Parser;
use echo::{Cuts, Options, announce, say};
use std::{io, process::ExitCode, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time,
};

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    match listen(&options).await {
        Ok(listener) => serve(&listener, &options).await,
        Err(error) => {
            say(&format!("echo-tokio: {}", options.address.cannot_listen(&error)));
            ExitCode::FAILURE
        }
    }
}

async fn listen(options: &Options) -> io::Result<TcpListener> {
    let listener = TcpListener::bind(options.address.pair()).await?;
    announce("echo-tokio", listener.local_addr()?);
    Ok(listener)
}

// ANCHOR: accept
/// Gives each connection a task, and never ends.
async fn serve(listener: &TcpListener, options: &Options) -> ! {
    // Each connection holds a place, and gives it back by dropping it.
    let places = Arc::new(Semaphore::new(options.at_most));
    let mut number = 0;
    loop {
        // While no place is free, newcomers wait in the listener's queue.
        let place = Arc::clone(&places).acquire_owned().await.expect("no place is ever closed");
        let (stream, peer) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                // Too many open files, perhaps. Whoever leaves makes room, so wait a moment.
                say(&format!("cannot accept a connection: {error}"));
                time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        number += 1;
        let mut cuts = options.cuts(number, peer);
        let buffer_size = options.buffer;
        // ANCHOR: task
        let connection = async move {
            if let Err(error) = echo(stream, buffer_size, &mut cuts).await {
                cuts.show_error(&error);
            }
            drop(place);
        };
        // A task is a little memory, and nothing that a machine runs out of soon.
        tokio::spawn(connection);
        // ANCHOR_END: task
    }
}
// ANCHOR_END: accept

// ANCHOR: echo
/// Sends back what the client sends, until it says that no more will come.
async fn echo(mut stream: TcpStream, buffer_size: usize, cuts: &mut Cuts) -> io::Result<()> {
    // Else Nagle's algorithm keeps a small answer back until the one before it is
    // acknowledged (RFC 9293 3.7.4).
    stream.set_nodelay(true)?;
    let mut buffer = vec![0; buffer_size];
    loop {
        // What has arrived: a part of what was sent at once, or many writes together.
        let len = stream.read(&mut buffer).await?;
        cuts.show(&buffer[..len]);
        if len == 0 {
            // The client has closed its half of the connection (RFC 9293 3.6.1) and has
            // everything back. Leaving this function drops `stream`: that closes our half.
            return Ok(());
        }
        // A write, too, may take only a part; `write_all` goes on until nothing is left. If the
        // client does not read, we wait here and do not read either: one buffer is enough.
        stream.write_all(&buffer[..len]).await?;
    }
}
// ANCHOR_END: echo
