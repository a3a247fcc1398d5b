//! A workspace apart, with a package for each answer of each step, all built at once.
//!
//! ```text
//! target/learn/
//!   Cargo.toml                             the root's, with other members
//!   Cargo.lock                             the root's, with more names
//!   fixtures                               the root's
//!   exercises/07-frames/
//!     mask--stub  mask--solution  mask--wrong-adds …
//!   target/                                shared by all of them
//! ```
//!
//! A file is written only where it differs, so that cargo does not build anew what is the same.

use super::answer::Answer;
use crate::{
    Course, Error, Step, step,
    trial::{self, Build, Report},
};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

/// Go on behind what does not compile, and say everything as JSON.
const JSON: [&str; 2] = ["--keep-going", "--message-format=json"];

/// The packages, built.
pub(super) struct Workshop {
    folder: PathBuf,
    tests: Build,
    lints: Build,
}

impl Workshop {
    /// Builds all answers of `steps`.
    pub(super) fn build(course: &Course, steps: &[&Step]) -> Result<Workshop, Error> {
        let root = course.root();
        let target = env::var_os("CARGO_TARGET_DIR").map_or("target".into(), PathBuf::from);
        let folder = root.join(target).join("learn");
        fs::create_dir_all(&folder).map_err(Error::file(&folder))?;
        let folder = step::full(&folder)?;
        show_fixtures(root, &folder)?;
        if root.join("exercises/clippy.toml").is_file() {
            copy(&root.join("exercises/clippy.toml"), &folder.join("exercises/clippy.toml"))?;
        }

        let mut packages = Vec::new();
        for step in steps {
            for answer in Answer::all(step)? {
                furnish(&folder, step, &answer)?;
                packages.push((*step, answer));
            }
        }
        write(&folder.join("Cargo.toml"), &manifest(root, &packages)?)?;
        write(&folder.join("Cargo.lock"), &lock(root, &packages)?)?;

        let mut solutions: Vec<String> = Vec::new();
        for step in steps {
            solutions.push(package(step, &Answer::Solution));
        }
        let features: Vec<String> =
            solutions.iter().map(|name| format!("{name}/solution")).collect();
        let features = features.join(",");
        let tests = Build::run(
            cargo(&folder)
                .args(["build", "--workspace", "--test", "*", "--features", &features])
                .args(JSON),
        )?;
        let lints = Build::run(
            cargo(&folder)
                .args(["clippy", "--all-targets", "--features", &features])
                .args(JSON)
                .args(solutions.iter().flat_map(|name| ["--package", name])),
        )?;
        Ok(Workshop { folder, tests, lints })
    }

    /// What the compiler says about an answer; of a solution, what clippy says too.
    pub(super) fn complaints(&self, step: &Step, answer: &Answer) -> Vec<&str> {
        let home = home(&self.folder, step, answer);
        let matters = |is_error: bool| is_error || !matches!(answer, Answer::Wrong(_));
        let all = self.tests.complaints.iter().chain(&self.lints.complaints);
        let mut texts: Vec<&str> = Vec::new();
        for complaint in all {
            let text = complaint.text.as_str();
            if complaint.folder == home && matters(complaint.is_error) && !texts.contains(&text) {
                texts.push(text);
            }
        }
        texts
    }

    /// Runs the tests of an answer.
    pub(super) fn run(
        &self,
        step: &Step,
        answer: &Answer,
        limit: Duration,
    ) -> Result<Vec<Report>, Error> {
        let home = home(&self.folder, step, answer);
        let programs = self.tests.programs.iter().filter(|program| program.folder == home);
        programs.map(|program| program.run(limit)).collect()
    }
}

/// cargo in the workshop.
fn cargo(folder: &Path) -> Command {
    let mut cargo = trial::cargo();
    cargo
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env("CARGO_TERM_COLOR", "never");
    cargo
}

fn package(step: &Step, answer: &Answer) -> String {
    format!("{}--{}", step.package(), answer.suffix())
}

fn home(folder: &Path, step: &Step, answer: &Answer) -> PathBuf {
    folder.join("exercises").join(step.chapter()).join(format!(
        "{}--{}",
        step.name(),
        answer.suffix()
    ))
}

/// Writes the package of an answer: the step as it is, under another name, with that answer.
fn furnish(folder: &Path, step: &Step, answer: &Answer) -> Result<(), Error> {
    let home = home(folder, step, answer);
    write(&home.join("Cargo.toml"), renamed(&step.text("Cargo.toml")?, step, answer))?;
    for sub in ["src", "tests"] {
        let wanted = tree(&step.path(sub))?;
        for file in &wanted {
            copy(&step.path(sub).join(file), &home.join(sub).join(file))?;
        }
        for file in tree(&home.join(sub)).unwrap_or_default() {
            if !wanted.contains(&file) {
                let path = home.join(sub).join(file);
                fs::remove_file(&path).map_err(Error::file(&path))?;
            }
        }
    }
    match answer {
        Answer::Stub => Ok(()),
        Answer::Solution => copy(&step.path("solution.rs"), &home.join("solution.rs")),
        Answer::Wrong(_) => copy(&step.path(&answer.file()), &home.join("src/exercise.rs")),
    }
}

/// The manifest of a step for one of its answers. Its library keeps its name, for the tests.
fn renamed(manifest: &str, step: &Step, answer: &Answer) -> String {
    const NAME: &str = "name = \"";
    let mut text = String::new();
    let mut own = None;
    for line in manifest.lines() {
        match line.strip_prefix(NAME) {
            Some(name) if own.is_none() => {
                own = Some(name.trim_end_matches('"').replace('-', "_"));
                text += &name_line(&package(step, answer));
            }
            _ => {
                text += line;
                text.push('\n');
            }
        }
    }
    let library = format!("[lib]\nname = \"{}\"", own.unwrap_or_default());
    match text.contains("[lib]") {
        true => text.replacen("[lib]", &library, 1),
        false => text + &library + "\n",
    }
}

/// The root's manifest, with the packages of answers as its members.
fn manifest(root: &Path, packages: &[(&Step, Answer)]) -> Result<String, Error> {
    let path = root.join("Cargo.toml");
    let text = fs::read_to_string(&path).map_err(Error::file(&path))?;
    let mut manifest = String::from("[workspace]\nresolver = \"3\"\nmembers = [\n");
    for (step, answer) in packages {
        manifest += &format!(
            "    \"exercises/{}/{}--{}\",\n",
            step.chapter(),
            step.name(),
            answer.suffix()
        );
    }
    manifest += "]\n";
    // What stands in `[workspace]` itself is the root's own; what follows is for all.
    if let Some(shared) = text.find("\n[workspace.") {
        let crates = format!("path = \"{}/crates/", root.display().to_string().replace('\\', "/"));
        manifest += &text[shared..].replace("path = \"crates/", &crates);
    }
    Ok(manifest)
}

/// The root's lock, in which each answer stands where its step does, so that nothing has to be
/// asked for.
fn lock(root: &Path, packages: &[(&Step, Answer)]) -> Result<String, Error> {
    const ENTRY: &str = "[[package]]\n";
    let path = root.join("Cargo.lock");
    let text = fs::read_to_string(&path).map_err(Error::file(&path))?.replace("\r\n", "\n");
    let mut entries = text.split(ENTRY);
    let mut lock = entries.next().unwrap_or_default().to_owned();
    for entry in entries {
        let mut own = packages
            .iter()
            .filter(|(step, _)| entry.starts_with(&name_line(&step.package())))
            .peekable();
        if own.peek().is_none() {
            lock += ENTRY;
            lock += entry;
        }
        for (step, answer) in own {
            lock += ENTRY;
            lock +=
                &entry.replacen(&name_line(&step.package()), &name_line(&package(step, answer)), 1);
        }
    }
    Ok(lock)
}

fn name_line(package: &str) -> String {
    format!("name = \"{package}\"\n")
}

/// Lets the tests find `../../../fixtures`.
#[cfg(unix)]
fn show_fixtures(root: &Path, folder: &Path) -> Result<(), Error> {
    let place = folder.join("fixtures");
    match std::os::unix::fs::symlink(root.join("fixtures"), &place) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            Err(Error::File { path: place, error })
        }
        _ => Ok(()),
    }
}

/// Lets the tests find `../../../fixtures`, where a link is not for everybody.
#[cfg(not(unix))]
fn show_fixtures(root: &Path, folder: &Path) -> Result<(), Error> {
    let (from, to) = (root.join("fixtures"), folder.join("fixtures"));
    tree(&from)?.iter().try_for_each(|file| copy(&from.join(file), &to.join(file)))
}

/// The files in `folder` and below, from there.
fn tree(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut files: Vec<PathBuf> = step::files(folder)?.into_iter().map(PathBuf::from).collect();
    for sub in step::folders(folder)? {
        files.extend(tree(&folder.join(&sub))?.into_iter().map(|file| Path::new(&sub).join(file)));
    }
    Ok(files)
}

fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    write(to, fs::read(from).map_err(Error::file(from))?)
}

fn write(to: &Path, bytes: impl AsRef<[u8]>) -> Result<(), Error> {
    if fs::read(to).is_ok_and(|old| old == bytes.as_ref()) {
        return Ok(());
    }
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).map_err(Error::file(folder))?;
    }
    fs::write(to, bytes).map_err(Error::file(to))
}
