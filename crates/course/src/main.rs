//! The command line of the exercises: `cargo learn`.

mod command;

use std::process::ExitCode;

fn main() -> ExitCode {
    command::run()
}
