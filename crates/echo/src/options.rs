//! What both servers can be told on the command line.

use crate::{Address, Cuts, Source};
use clap::{Parser, builder::RangedU64ValueParser};
use std::net::SocketAddr;

/// A TCP server that sends back every byte it gets, as RFC 862 has it.
///
/// echo-threads serves each connection with a thread, echo-tokio with a task;
/// else they do the same.
#[derive(Debug, Clone, Parser)]
#[command(version, max_term_width = 100, after_help = HELP)]
pub struct Options {
    /// Where to listen: HOST:PORT, or only one of them; port 0 takes a free one
    #[arg(default_value_t)]
    pub address: Address,

    /// Show what each read brought: where the stream was cut
    #[arg(long)]
    pub show: bool,

    /// How much one read may bring; less than was sent at once cuts it
    #[arg(long, value_name = "BYTES", default_value = "8192", value_parser = buffer_size())]
    pub buffer: usize,

    /// How many connections may be open at once; more wait in the listener's queue
    // A process may often have 1,024 files open, and a connection is one of them.
    #[arg(long, value_name = "CONNECTIONS", default_value = "1000",
        value_parser = RangedU64ValueParser::<usize>::new().range(1..=1_000_000))]
    pub at_most: usize,
}

impl Options {
    /// The stream of a connection, at its beginning.
    pub fn cuts(&self, number: u64, peer: SocketAddr) -> Cuts {
        let cuts = Cuts::new(Source::Connection(number), self.show);
        cuts.show_peer(peer);
        cuts
    }
}

/// Nothing fits into no bytes, and every connection has a buffer of its own.
pub fn buffer_size() -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(1..=1 << 20)
}

const HELP: &str = "\
With --show, each read is a line on standard error:
  #2   at      5      9 B  2c 20 77 6f 72 6c 64 21 0a   \", world!\\n\"
  ▲            ▲      ▲    ▲
  │            │      │    the bytes, and the same as text (of many bytes both ends)
  │            │      how many bytes this read brought
  │            how many bytes this connection had brought before
  the second connection

Try it in two terminals (cargo run -p echo --bin echo-tokio -- --show):
  echo-tokio --show              and  echo-client    type lines, then Ctrl-D
  echo-tokio --show --buffer 4   and  echo-client    a line is read in parts
  echo-threads --at-most 1       and  echo-client, twice:
                                      the second is connected, and waits

How many threads, and how much memory? Ask for the process that is printed:
  ps -o nlwp,rss -p PROCESS      (on macOS: ps -M PROCESS)
Then open some connections and ask again: echo-threads has one thread more for
each of them; echo-tokio has as many as before.";
