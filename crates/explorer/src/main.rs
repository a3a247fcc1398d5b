//! The command line of explorer: `cargo explore`.

mod command;

use std::process::ExitCode;

fn main() -> ExitCode {
    command::run()
}
