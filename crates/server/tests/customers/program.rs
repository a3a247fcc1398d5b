//! The program under test, started and ended.

use crate::client::Client;
use std::{
    fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};

/// A running program, which ends with its test.
pub(crate) struct Program {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Program {
    /// Starts it on a free port.
    pub(crate) fn start(options: &[&str]) -> Program {
        Program::start_by(&mut Command::new(path()), options)
    }

    /// Starts it where no file can become longer than this: like a disk that is full soon.
    pub(crate) fn start_on_a_small_disk(kilobytes: u32, options: &[&str]) -> Program {
        // Who ignores the signal is told by the failing write. -f counts half kilobytes.
        let limit = format!("trap '' XFSZ; ulimit -f {}; exec \"$0\" \"$@\"", kilobytes * 2);
        Program::start_by(Command::new("sh").args(["-c", &limit]).arg(path()), options)
    }

    fn start_by(command: &mut Command, options: &[&str]) -> Program {
        let command = command.args(["--port", "0", "--log", "off"]).args(options);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap_or_else(|error| {
            let build = "cargo build -p server --example customers";
            panic!("cannot start {command:?} ({error}); build it: {build}")
        });
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().rsplit('/').next().and_then(|address| address.parse().ok());
        Program { child, address: address.unwrap_or_else(|| panic!("it said {line:?}")) }
    }

    /// Two of them, which must do the same: one keeps customers in memory, one in a file.
    pub(crate) fn both() -> impl Iterator<Item = (Program, Folder)> {
        [false, true].into_iter().map(|in_file| {
            let folder = Folder::new();
            let data = folder.path("customers.db");
            let options = ["--data", &data];
            (Program::start(if in_file { &options } else { &[] }), folder)
        })
    }

    pub(crate) fn client(&self) -> Client {
        Client::connect(self.address).unwrap()
    }

    /// Ends it as the system does, in the middle of whatever it does: SIGKILL.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

/// Tests lie in `target/…/deps`, examples in `target/…/examples`.
pub(crate) fn path() -> PathBuf {
    let own = std::env::current_exe().unwrap();
    let profile = own.ancestors().nth(2).unwrap();
    profile.join("examples").join(format!("customers{}", std::env::consts::EXE_SUFFIX))
}

/// A folder of its own for a test.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Folder {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("customers-{}-{number}", std::process::id());
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&folder).unwrap();
        Folder(folder)
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        _ = fs::remove_dir_all(&self.0);
    }
}
