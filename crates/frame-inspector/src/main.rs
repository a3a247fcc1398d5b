//! The command line of frame-inspector.
//!
//! Exit status: 0 decoded, 1 with `--strict` where a rule was broken, 2 the
//! input could not be read.

mod command;

use std::process::ExitCode;

fn main() -> ExitCode {
    command::run()
}
