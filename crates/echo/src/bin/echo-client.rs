//! Sends its input to a server and prints what comes back, as `nc` does.
//!
//! Book: chapter 1.

use clap::Parser;
use echo::{Address, Cuts, Source, buffer_size, say};
use std::{
    io::{self, ErrorKind, Read, Write},
    net::{Shutdown, TcpStream},
    process, thread,
    time::Duration,
};

/// Sends its standard input to a server and prints what comes back, as nc does.
#[derive(Debug, Parser)]
#[command(name = "echo-client", version, max_term_width = 100, after_help = HELP)]
struct Arguments {
    /// Where to connect: HOST:PORT, or only one of them
    #[arg(default_value_t)]
    address: Address,

    /// Show what each write sent and what each read brought
    #[arg(long)]
    show: bool,

    /// How much one write sends, at most
    #[arg(long, value_name = "BYTES", default_value = "8192", value_parser = buffer_size())]
    piece: usize,

    /// How long to wait after each write
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 0)]
    pause: u64,

    /// How much one read may bring
    #[arg(long, value_name = "BYTES", default_value = "8192", value_parser = buffer_size())]
    buffer: usize,
}

const HELP: &str = "\
Try it, with a server in a second terminal (echo-tokio --help explains --show):

  echo-tokio --show      and  echo-client
    Type lines, and see them come back. Ctrl-D (on Windows Ctrl-Z and Enter)
    ends the input. That closes our half of the connection, and the server
    answers by closing the other half.

  echo-tokio --show      and  printf 'Hello, world!' | echo-client --show --piece 3
    Five writes (──▶). In how many reads does the server get them, in how many
    do we (◀──)? Do it again.

  echo-tokio --show      and  the same with --pause 500
    Each piece arrives alone. It was time that kept them apart, not TCP, and
    no program should count on it.

  echo-tokio --buffer 4  and  printf 'Hello, world!' | echo-client --show
    One write. The server reads it in four parts.

Exit status: 0 the server has closed its half, 1 the connection failed; then a
sentence on standard error says how.";

fn main() {
    let Arguments { address, show, piece, pause, buffer } = Arguments::parse();
    let (sender, receiver) =
        connect(&address).unwrap_or_else(|error| fail(&address.cannot_connect(&error)));
    // Two threads: if one sent everything before it received anything, client and server would
    // wait for each other to read, as soon as all buffers between them were full.
    let pause = Duration::from_millis(pause);
    thread::spawn(move || send(sender, piece, pause, Cuts::new(Source::Client, show)));
    if let Err(error) = receive(receiver, buffer, Cuts::new(Source::Server, show)) {
        fail(&format!("{address} broke the connection: {error}"));
    }
}

/// Both halves of a new connection, one for each thread.
fn connect(address: &Address) -> io::Result<(TcpStream, TcpStream)> {
    let stream = TcpStream::connect(address.pair())?;
    // Else Nagle's algorithm gathers small pieces while one is not acknowledged (RFC 9293 3.7.4).
    stream.set_nodelay(true)?;
    Ok((stream.try_clone()?, stream))
}

// ANCHOR: send
/// Sends standard input piece by piece, then says that no more will come.
fn send(mut stream: TcpStream, piece_size: usize, pause: Duration, mut cuts: Cuts) {
    let mut buffer = vec![0; piece_size];
    loop {
        let len = match io::stdin().read(&mut buffer) {
            Ok(len) => len,
            Err(error) => fail(&format!("cannot read standard input: {error}")),
        };
        cuts.show(&buffer[..len]);
        // If sending fails, the connection is broken, and `receive` tells why.
        if len == 0 {
            // This closes only our half: what is on its way back still arrives.
            let _ = stream.shutdown(Shutdown::Write);
            return;
        }
        if stream.write_all(&buffer[..len]).is_err() {
            return;
        }
        thread::sleep(pause);
    }
}
// ANCHOR_END: send

// ANCHOR: receive
/// Prints what the server sends, until it says that no more will come.
fn receive(mut stream: TcpStream, buffer_size: usize, mut cuts: Cuts) -> io::Result<()> {
    let mut buffer = vec![0; buffer_size];
    let mut stdout = io::stdout();
    loop {
        let len = stream.read(&mut buffer)?;
        cuts.show(&buffer[..len]);
        if len == 0 {
            return Ok(());
        }
        match stdout.write_all(&buffer[..len]).and_then(|()| stdout.flush()) {
            Ok(()) => {}
            // Whoever reads our output has seen enough: `echo-client | head -1`.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(()),
            Err(error) => fail(&format!("cannot write to standard output: {error}")),
        }
    }
}
// ANCHOR_END: receive

/// Ends the whole program, from either thread.
fn fail(sentence: &str) -> ! {
    say(&format!("echo-client: {sentence}"));
    process::exit(1)
}
