//! The exercises: their steps, a learner's progress, and the proof that each step teaches.
//!
//! ```text
//! exercises/07-frames/mask/        one step
//!   src/exercise.rs                what the learner writes      ─► Build, Program: does it pass?
//!   solution.rs   wrong/*.rs       answers, right and wrong     ─► verify: is each told from the other?
//!   hints.md                       three, one at a time         ─► Progress
//! ```
//!
//! ```no_run
//! use course::{Course, Progress};
//!
//! let course = Course::read(".".as_ref())?;
//! let progress = Progress::read(course.root())?;
//! for step in course.steps() {
//!     println!("{} {}", step.name(), progress.is_solved(step.name()));
//! }
//! # Ok::<(), course::Error>(())
//! ```
//!
//! - [`step`]: what a step is made of
//! - [`progress`]: what a learner has done
//! - [`trial`]: cargo, and the programs of tests that it builds
//! - [`mod@verify`]: the proof
//!
//! # What this crate does not do
//! It draws nothing but lines of text, and it knows no protocol. It compiles in seconds, because
//! whoever begins to learn waits for it; the book is `explorer`'s.
//!
//! Book: the introduction.

pub mod progress;

pub mod step;
mod stub;
pub mod trial;
pub mod verify;

pub use progress::Progress;
pub use step::{Course, Step};
pub use verify::verify;

use std::{io, path::Path, path::PathBuf};

/// What went wrong around a step; that an answer is wrong is no error.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No folder here or above it is the root of the project.
    #[error("there is no folder `exercises` in {} or above it; run this inside the checkout", .0.display())]
    NoCourse(PathBuf),
    /// A name that no step has.
    #[error("there is no step `{name}`{}", did_you_mean(.like.as_deref()))]
    NoStep {
        /// The name as it was given.
        name: String,
        /// The step that has the most similar name.
        like: Option<String>,
    },
    /// A file that cannot be read or written.
    #[error("{}: {error}", .path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The file of progress does not hold what this program writes.
    #[error("{} cannot be understood ({why}); mend it, or delete it to begin anew", .path.display())]
    Progress {
        /// Which file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// A program that does not start.
    #[error("{program} does not start: {error}")]
    Start {
        /// Which one.
        program: String,
        /// Why.
        error: io::Error,
    },
    /// cargo gave up before it compiled anything.
    #[error("cargo gave up:\n{0}")]
    Cargo(String),
    /// Nothing in the history of the checkout is the stub of a step.
    #[error(
        "the stub of `{0}` is not in the history of this checkout (git log); copy it from a fresh one"
    )]
    NoStub(String),
}

impl Error {
    /// Turns an [`io::Error`] into one that names the file.
    fn file(path: &Path) -> impl FnOnce(io::Error) -> Error + '_ {
        move |error| Error::File { path: path.to_owned(), error }
    }
}

fn did_you_mean(like: Option<&str>) -> String {
    match like {
        Some(like) => format!("; did you mean `{like}`?"),
        None => "; `cargo learn` lists them all".to_owned(),
    }
}
