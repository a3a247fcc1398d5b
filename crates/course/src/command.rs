//! The command: arguments in, exit status out.

mod check;
mod list;
mod look;
mod paint;
mod prove;
mod reset;
mod watch;

use anstream::{eprintln, println};
use clap::{Parser, Subcommand};
use course::{Course, Error, Progress, Step};
use paint::{BAD, FAINT};
use std::{env, path::Path, process::ExitCode, time::Duration};

/// Tests that have not ended then will not end.
const LIMIT: Duration = Duration::from_secs(20);

/// The exercises of the book: what there is, what you have solved, and what is next.
#[derive(Debug, Parser)]
#[command(name = "learn", bin_name = "cargo learn", version, max_term_width = 100)]
#[command(after_help = "\
Plain cargo is enough too: `cargo test -p try-STEP` runs the tests of a step.

Exit status: 0 done, and what was checked is solved; 1 it is not solved; 2 it could not be done.")]
struct Arguments {
    #[command(subcommand)]
    action: Option<Action>,
}

/// What can be done. Where a step may be left out, it is the next one that is not solved.
#[derive(Debug, Subcommand)]
enum Action {
    /// Show all steps and what you have solved; done without being asked for
    List,
    /// Show the next step: what it is about, its page and its file
    Next,
    /// Run the tests of a step
    Check {
        /// Its name, as in the list [default: the next one]
        step: Option<String>,
        /// The seconds after which they are ended
        #[arg(long, value_name = "SECONDS", default_value_t = LIMIT.as_secs())]
        limit: u64,
    },
    /// Show a hint: one more each time
    Hint {
        /// Its name, as in the list [default: the next one]
        step: Option<String>,
    },
    /// Run the tests of a step each time you save it
    Watch {
        /// Its name, as in the list [default: whichever you save]
        step: Option<String>,
        /// Look every second, where the system does not tell of changes: network folders, containers
        #[arg(long)]
        poll: bool,
    },
    /// Take a step back to how it was; your answer is kept beside it
    Reset {
        /// Its name, as in the list
        step: String,
    },
    /// Show the solution of a step that you have solved
    Solution {
        /// Its name, as in the list
        step: String,
        /// Also of one that you have not solved
        #[arg(long)]
        spoil: bool,
    },
    /// Prove that steps work: for those who write them
    Verify {
        /// Their names [default: all]
        steps: Vec<String>,
    },
}

/// Runs the command line.
pub(crate) fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let here = env::current_dir().unwrap_or_else(|_| Path::new(".").to_owned());
    match act(&here, arguments.action.unwrap_or(Action::List)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("{BAD}cargo learn:{BAD:#} {error}");
            ExitCode::from(2)
        }
    }
}

/// Does it, and says whether what was checked is as it should be.
fn act(here: &Path, action: Action) -> Result<bool, Error> {
    let course = Course::read(here)?;
    let mut progress = Progress::read(course.root())?;
    match action {
        Action::List => list::list(&course, &progress),
        Action::Next => match next(&course, &progress) {
            Some(step) => look::step(step, &progress),
            None => all_solved(),
        },
        Action::Check { step, limit } => match chosen(&course, &progress, step.as_deref())? {
            Some(step) => {
                let limit = Duration::from_secs(limit);
                return check::check(&course, step, &mut progress, limit);
            }
            None => all_solved(),
        },
        Action::Hint { step } => match chosen(&course, &progress, step.as_deref())? {
            Some(step) => look::hint(step, &mut progress)?,
            None => all_solved(),
        },
        Action::Watch { step, poll } => {
            let step = step.map(|name| course.step(&name)).transpose()?;
            watch::watch(&course, step, &mut progress, poll)?;
        }
        Action::Reset { step } => reset::reset(&course, course.step(&step)?, &mut progress)?,
        Action::Solution { step, spoil } => {
            return look::solution(course.step(&step)?, &progress, spoil);
        }
        Action::Verify { steps } => return prove::prove(&course, &steps),
    }
    Ok(true)
}

/// The first step that is not solved.
fn next<'a>(course: &'a Course, progress: &Progress) -> Option<&'a Step> {
    course.steps().iter().find(|step| !progress.is_solved(step.name()))
}

/// The step that was named, or the next one.
fn chosen<'a>(
    course: &'a Course,
    progress: &Progress,
    name: Option<&str>,
) -> Result<Option<&'a Step>, Error> {
    match name {
        Some(name) => course.step(name).map(Some),
        None => Ok(next(course, progress)),
    }
}

fn all_solved() {
    println!("Every step is solved. {FAINT}`cargo learn check STEP` runs one again.{FAINT:#}");
}
