//! The command line of frame-inspector.

use std::process::ExitCode;

fn main() -> ExitCode {
    frame_inspector::command::run()
}
