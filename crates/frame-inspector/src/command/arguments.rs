//! What may stand on the command line.

use super::Failure;
use crate::{Options, event::TYPE_NAMES, filter::Filter};
use clap::{Parser, Subcommand, ValueEnum};
use regex::bytes::Regex;
use std::path::PathBuf;
use wire::Side;

/// Explains captured HTTP and WebSocket traffic: who said what, which rules
/// were broken, and why each connection ended.
#[derive(Debug, Parser)]
#[command(
    name = "frame-inspector",
    version,
    max_term_width = 100,
    args_conflicts_with_subcommands = true
)]
#[command(after_help = "\
Examples:
  frame-inspector chat.pcapng                     the conversation, and why it ended
  frame-inspector chat.pcapng --bytes             every byte with its name
  frame-inspector chat.pcapng --json --only message
  tcpdump -i lo -U -w - port 8080 | frame-inspector -
  frame-inspector explain 81 85 37fa213d 7f9f4d5158
  frame-inspector rules frame/unmasked-client

Signs: ──▶ from the client, ◀── from the server, ✓ a handshake that is right, ✗ one that was refused,
! a broken rule or something odd, ? a suspicion, … bytes that are missing, ■ why a connection ended.

Exit status: 0 decoded; 1 with --strict where a rule was broken; 2 the input could not be read.")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) action: Option<Action>,

    /// A pcap or pcapng file (gzip too), a transcript (.hex), or - for standard input
    pub(crate) capture: Option<PathBuf>,

    /// Print JSON Lines: one object an event
    #[arg(long, global = true)]
    pub(crate) json: bool,

    /// Print only whole messages and each connection's end
    #[arg(long, conflicts_with_all = ["frames", "bytes", "only"])]
    pub(crate) messages: bool,

    /// Print every WebSocket frame too
    #[arg(long)]
    pub(crate) frames: bool,

    /// Print every byte, annotated
    #[arg(long)]
    pub(crate) bytes: bool,

    /// Print a row per connection, totals, and where the bytes went
    #[arg(long, conflicts_with_all = ["json", "messages", "frames", "bytes", "only", "from", "grep"])]
    pub(crate) summary: bool,

    /// Print only these types of events
    #[arg(long, value_name = "TYPE,…", value_delimiter = ',', value_parser = TYPE_NAMES)]
    only: Option<Vec<String>>,

    /// Print only this connection
    #[arg(long, value_name = "N")]
    connection: Option<u64>,

    /// Print only what this side sent
    #[arg(long, value_name = "SIDE")]
    from: Option<From>,

    /// Print only events whose text or payload matches
    #[arg(long, value_name = "REGEX")]
    grep: Option<String>,

    /// Exit with 1 where a rule was broken
    #[arg(long, global = true)]
    pub(crate) strict: bool,

    /// When to use colours; `auto` respects `NO_COLOR`
    #[arg(long, value_name = "WHEN", default_value = "auto", global = true)]
    pub(crate) color: ColorWhen,
}

/// What else can be done.
#[derive(Debug, Subcommand)]
pub(crate) enum Action {
    /// Annotate bytes given by hand: a frame, an HTTP head, a whole handshake
    Explain {
        /// Hexadecimal digits with any spacing, "quoted text", # comments; - reads standard input
        #[arg(required = true)]
        hex: Vec<String>,

        /// Who sent them, so that masks can be checked
        #[arg(long, value_name = "SIDE")]
        from: Option<From>,
    },
    /// Print the rule book, or one rule of it
    Rules {
        /// A rule (frame/unmasked-client) or a family (frame)
        id: Option<String>,
    },
}

/// When to use colours.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum ColorWhen {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// A side, by its name.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum From {
    /// Who opened the connection
    Client,
    /// Who answered
    Server,
}

impl std::convert::From<From> for Side {
    fn from(from: From) -> Side {
        match from {
            From::Client => Side::Client,
            From::Server => Side::Server,
        }
    }
}

impl Arguments {
    /// What the inspector shall tell: what an option or `--only` asks for.
    pub(crate) fn options(&self) -> Options {
        let only = |name: &str| self.only.iter().flatten().any(|only| only == name);
        Options { frames: self.frames || only("frame"), bytes: self.bytes || only("bytes") }
    }

    /// The filter that the options ask for.
    pub(crate) fn filter(&self) -> Result<Filter, Failure> {
        let grep = match &self.grep {
            None => None,
            Some(pattern) => Some(Regex::new(pattern).map_err(|error| {
                Failure::Said(format!("--grep {pattern:?} is not a regular expression: {error}"))
            })?),
        };
        let types = match &self.only {
            Some(types) => Some(types.clone()),
            None if self.messages => Some(vec!["message".into(), "connection".into()]),
            None => None,
        };
        Ok(Filter { types, connection: self.connection, from: self.from.map(Into::into), grep })
    }
}
