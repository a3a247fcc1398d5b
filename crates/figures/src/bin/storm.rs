//! Lets a thousand members of a chat come and go through five doors while their lines are cut.

use clap::Parser;
use figures::{
    machine,
    process::{Process, allow_files},
    storm::{self, Storm},
};
use indicatif::{ProgressBar, ProgressDrawTarget};
use std::{io, process::ExitCode, time::Duration};

/// Lets many members come and go through the five doors of a chat while their lines are
/// cut at random, and looks whether all have heard the same.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many members there are at a time
    #[arg(long, default_value_t = 1_000)]
    members: usize,

    /// For how long, in seconds
    #[arg(long, default_value_t = 120)]
    seconds: u64,

    /// Another number, another storm
    #[arg(long, default_value_t = 1)]
    seed: u64,

    /// How much memory the server may have, in MiB
    #[arg(long, default_value_t = 192)]
    memory: u64,

    /// Be the chat, and print the port: how the process is started that is measured
    #[arg(long, hide = true)]
    be_the_chat: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match arguments.be_the_chat {
        true => allow_files().and_then(|()| storm::serve()).map(|()| true),
        false => allow_files().and_then(|()| run(&arguments)),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("storm: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> io::Result<bool> {
    // Behind the start of the server, only one processor is ours.
    let machine = machine::describe();
    let server = Process::start_with(&["--be-the-chat"])?;
    let bar = ProgressBar::with_draw_target(Some(arguments.seconds), ProgressDrawTarget::stderr());
    let storm = Storm {
        members: arguments.members,
        time: Duration::from_secs(arguments.seconds),
        seed: arguments.seed,
        memory: arguments.memory << 20,
    };
    let report = storm.blow(&server, || bar.inc(1))?;
    bar.finish_and_clear();
    print!("{machine}\n\n{report}");
    Ok(report.is_good())
}
