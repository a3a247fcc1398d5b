//! Cargo, and the programs of tests that it builds: which tests pass, and what do the others say?

mod report;

pub use report::{Panic, Report, Test, Verdict};

use crate::Error;
use serde_json::Value;
use std::{
    env,
    ffi::OsString,
    io::{self, Read},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// What came of compiling.
#[derive(Debug, Default)]
pub struct Build {
    /// The programs of tests.
    pub programs: Vec<Program>,
    /// What the compiler had to say.
    pub complaints: Vec<Complaint>,
}

impl Build {
    /// Runs `cargo` with arguments that compile and, among them, ask for messages as JSON.
    ///
    /// # Errors
    /// If cargo does not start, or fails before it compiles anything.
    pub fn run(cargo: &mut Command) -> Result<Build, Error> {
        let output = cargo.stdin(Stdio::null()).output();
        let output = output.map_err(|error| Error::Start { program: "cargo".to_owned(), error })?;
        let mut build = Build::default();
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            let Ok(message) = serde_json::from_str::<Value>(line) else { continue };
            build.read(&message);
        }
        if !output.status.success() && !build.complaints.iter().any(|complaint| complaint.is_error)
        {
            return Err(Error::Cargo(
                String::from_utf8_lossy(&output.stderr).trim_end().to_owned(),
            ));
        }
        Ok(build)
    }

    /// One message, as `cargo help build` describes them under `--message-format`.
    fn read(&mut self, message: &Value) {
        let manifest = Path::new(message["manifest_path"].as_str().unwrap_or_default());
        let folder = manifest.parent().unwrap_or(manifest).to_owned();
        if let Some(path) = message["executable"].as_str() {
            self.programs.push(Program { folder, path: path.into() });
        } else if message["reason"] == "compiler-message" {
            let is_error = message["message"]["level"] == "error";
            let text = message["message"]["rendered"].as_str().unwrap_or_default();
            self.complaints.push(Complaint { folder, is_error, text: text.trim_end().to_owned() });
        }
    }
}

/// The cargo by which this program was started, or the one that is found.
pub fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")))
}

/// What the compiler said about a package.
#[derive(Debug)]
pub struct Complaint {
    /// The folder of the package.
    pub folder: PathBuf,
    /// Whether it could not go on.
    pub is_error: bool,
    /// In its own words.
    pub text: String,
}

/// A program that runs the tests of one file.
#[derive(Debug)]
pub struct Program {
    /// The folder of its package.
    pub folder: PathBuf,
    /// The program itself.
    pub path: PathBuf,
}

impl Program {
    /// Runs all tests, for no longer than `limit`.
    ///
    /// # Errors
    /// If it does not start.
    pub fn run(&self, limit: Duration) -> Result<Report, Error> {
        let failed = |error| Error::Start { program: self.path.display().to_string(), error };
        let start = Instant::now();
        let mut child = Command::new(&self.path)
            .current_dir(&self.folder)
            .env("CARGO_MANIFEST_DIR", &self.folder)
            .env("RUST_BACKTRACE", "0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        let said = listen(child.stdout.take());
        let complained = listen(child.stderr.take());
        let status = loop {
            if let Some(status) = child.try_wait().map_err(failed)? {
                break Some(status);
            }
            if start.elapsed() > limit {
                // It may have ended in this moment, and then there is nothing to kill.
                _ = child.kill();
                child.wait().map_err(failed)?;
                break None;
            }
            thread::sleep(GLANCE);
        };
        let text = said.join().unwrap_or_default();
        let complained = complained.join().unwrap_or_default();
        let mut report = Report::read(&text, status.is_none());
        report.took = start.elapsed();
        if !report.ended && status.is_some() {
            report.crash = Some(complained.trim().to_owned());
        }
        Ok(report)
    }
}

/// How often it is looked whether a program has ended.
const GLANCE: Duration = Duration::from_millis(5);

/// More is not kept of what a program prints.
const MOST: u64 = 1 << 20;

/// Hears a program out, so that it never waits for a reader.
fn listen(from: Option<impl Read + Send + 'static>) -> JoinHandle<String> {
    thread::spawn(move || {
        let Some(mut from) = from else { return String::new() };
        let mut bytes = Vec::new();
        // What cannot be read any more is not there to be read.
        _ = from.by_ref().take(MOST).read_to_end(&mut bytes);
        _ = io::copy(&mut from, &mut io::sink());
        String::from_utf8_lossy(&bytes).into_owned()
    })
}
