//! A server in a process of its own, on a processor of its own.

use crate::server::Contender;
use clap::ValueEnum;
use nix::{
    sched::{CpuSet, sched_setaffinity},
    sys::resource::{Resource, getrlimit, setrlimit},
    unistd::{Pid, SysconfVar, sysconf},
};
use std::{
    env, fs,
    io::{self, BufRead, BufReader},
    process::{Child, Command, Stdio},
    time::Duration,
};

/// A server that runs until this is dropped.
#[derive(Debug)]
pub struct Process {
    child: Child,
    /// Where it listens.
    pub port: u16,
}

impl Process {
    /// Starts this program again, as that server. It gets the first processor, we
    /// take the second.
    ///
    /// # Errors
    /// It does not start.
    pub fn start(contender: Contender) -> io::Result<Self> {
        let name = contender.to_possible_value().expect("every server has a name");
        let process = Process::start_with(&["--be", name.get_name()])?;
        let pid = Pid::from_raw(i32::try_from(process.child.id()).map_err(io::Error::other)?);
        if std::thread::available_parallelism()?.get() > 1 {
            pin(pid, 0)?;
            pin(Pid::this(), 1)?;
        }
        Ok(process)
    }

    /// Starts this program again with these arguments, which make it a server that
    /// prints its port. It runs on any processor.
    ///
    /// # Errors
    /// It does not start.
    pub fn start_with(arguments: &[&str]) -> io::Result<Self> {
        let mut command = Command::new(env::current_exe()?);
        command.args(arguments).stdout(Stdio::piped());
        let mut child = command.spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("it is a pipe")).read_line(&mut line)?;
        let port = line.trim().parse().map_err(io::Error::other)?;
        Ok(Process { child, port })
    }

    /// The CPU time that it has used so far; the system counts in steps of ten milliseconds.
    ///
    /// # Errors
    /// It has ended.
    pub fn cpu(&self) -> io::Result<Duration> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // The second field is a name in parentheses, which may have spaces in it.
        let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
        let ticks: u64 = fields.split(' ').skip(12).take(2).flat_map(str::parse::<u64>).sum();
        let a_second = sysconf(SysconfVar::CLK_TCK)?.unwrap_or(100);
        Ok(Duration::from_secs_f64(ticks as f64 / a_second as f64))
    }

    /// How much memory it has at this moment, in bytes.
    ///
    /// # Errors
    /// It has ended.
    pub fn resident(&self) -> io::Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        kib.map(|kib| kib << 10).ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

/// As many open files as the system lets us have.
///
/// # Errors
/// The system says no.
pub fn allow_files() -> io::Result<()> {
    let (_, most) = getrlimit(Resource::RLIMIT_NOFILE)?;
    setrlimit(Resource::RLIMIT_NOFILE, most, most)?;
    Ok(())
}

fn pin(pid: Pid, processor: usize) -> io::Result<()> {
    let mut processors = CpuSet::new();
    processors.set(processor)?;
    sched_setaffinity(pid, &processors)?;
    Ok(())
}

impl Drop for Process {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}
