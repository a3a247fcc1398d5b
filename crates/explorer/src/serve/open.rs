//! The reader's browser.

use super::say;
use std::{
    env,
    io::{self, IsTerminal},
    process::Stdio,
};
use tokio::process::Command;

/// Whether somebody sits in front of this machine, as far as that can be known.
pub(super) fn is_wanted() -> bool {
    let is_seen = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    let has_screen =
        cfg!(any(windows, target_os = "macos")) || is_seen("DISPLAY") || is_seen("WAYLAND_DISPLAY");
    io::stdout().is_terminal() && has_screen && !is_seen("SSH_CONNECTION")
}

/// Opens `url` in the browser that the system prefers.
pub(super) fn open(url: &str) {
    let (program, arguments): (_, &[&str]) = if cfg!(windows) {
        // `start` takes its first argument for a title.
        ("cmd", &["/C", "start", ""])
    } else if cfg!(target_os = "macos") {
        ("open", &[])
    } else {
        ("xdg-open", &[])
    };
    let mut command = Command::new(program);
    command.args(arguments).arg(url);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if let Err(error) = command.spawn() {
        say(&format!("cannot open a browser with {program} ({error}); please open the address"));
    }
}
