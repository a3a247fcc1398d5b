//! CPU time and peak memory, as the system counts them.
//!
//! The system adds up what children cost only when they have ended, and keeps
//! the peak of the largest one. So that each program has its own peak, it is
//! run by a small process of its own: this program, started again with
//! [`CHILD`] before the command line.

use nix::sys::resource::{Usage, UsageWho, getrusage};
use std::{
    env,
    ffi::OsString,
    io,
    process::{Command, Stdio},
    time::Duration,
};

/// What a program cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// User and system time together.
    pub cpu: Duration,
    /// The most memory that it had at once, in KiB.
    pub peak: u64,
}

/// The CPU time of this program so far.
pub fn own_cpu() -> Duration {
    getrusage(UsageWho::RUSAGE_SELF).map(|usage| cpu(&usage)).unwrap_or_default()
}

/// The first argument of a program that only runs another.
pub const CHILD: &str = "run-and-measure";

/// Runs a command line without its output and says what it cost.
///
/// # Errors
/// It could not be started, or ended with a failure.
pub fn run(command: &[OsString]) -> io::Result<Cost> {
    let output = Command::new(env::current_exe()?).arg(CHILD).args(command).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let mut numbers = text.split_whitespace().map_while(|word| word.parse().ok());
    match (output.status.success(), numbers.next(), numbers.next()) {
        (true, Some(micros), Some(peak)) => Ok(Cost { cpu: Duration::from_micros(micros), peak }),
        _ => Err(io::Error::other(String::from_utf8_lossy(&output.stderr).trim().to_owned())),
    }
}

/// Where this program was started by [`run`]: runs the command line, prints what it cost.
///
/// # Errors
/// It could not be started, or ended with a failure.
pub fn run_as_child() -> io::Result<bool> {
    let mut arguments = env::args_os().skip(1);
    if arguments.next().is_none_or(|first| first != CHILD) {
        return Ok(false);
    }
    let name = arguments.next().ok_or(io::ErrorKind::InvalidInput)?;
    let status = Command::new(name).args(arguments).stdout(Stdio::null()).status()?;
    if !status.success() {
        return Err(io::Error::other(format!("it ended with {status}")));
    }
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    println!("{} {}", cpu(&usage).as_micros(), usage.max_rss());
    Ok(true)
}

fn cpu(usage: &Usage) -> Duration {
    let duration = |time: nix::sys::time::TimeVal| {
        let micros = time.tv_sec() * 1_000_000 + time.tv_usec();
        Duration::from_micros(micros.unsigned_abs())
    };
    duration(usage.user_time()) + duration(usage.system_time())
}
