//! The answers of a step, and how their tests should end.

use crate::{
    Error, Step,
    trial::{Panic, Report, Verdict},
};
use std::fmt;

/// What can stand in `src/exercise.rs`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// Nothing yet.
    Stub,
    /// What is right.
    Solution,
    /// A mistake, by its name.
    Wrong(String),
}

impl Answer {
    pub(super) fn all(step: &Step) -> Result<Vec<Answer>, Error> {
        let mut answers = vec![Answer::Stub, Answer::Solution];
        answers.extend(step.wrong()?.into_iter().map(Answer::Wrong));
        Ok(answers)
    }

    /// The file that holds it, in the step's folder.
    pub(super) fn file(&self) -> String {
        match self {
            Answer::Stub => "src/exercise.rs".to_owned(),
            Answer::Solution => "solution.rs".to_owned(),
            Answer::Wrong(name) => format!("wrong/{name}.rs"),
        }
    }

    /// The name of its package in the workshop begins with the step's and ends with this.
    pub(super) fn suffix(&self) -> String {
        match self {
            Answer::Stub => "stub".to_owned(),
            Answer::Solution => "solution".to_owned(),
            Answer::Wrong(name) => format!("wrong-{name}"),
        }
    }

    /// Whether the tests ended as they should; if not, what is the matter.
    pub(super) fn judge(&self, reports: &[Report]) -> Result<(), String> {
        if reports.is_empty() {
            return Err("there are no tests".to_owned());
        }
        if reports.iter().any(|report| report.too_long) {
            return Err("its tests do not end".to_owned());
        }
        if let Some(crash) = reports.iter().find_map(|report| report.crash.as_deref()) {
            return Err(format!("its tests fall over: {crash}"));
        }
        let passes = reports.iter().all(Report::is_pass);
        let panics: Vec<&Panic> = reports.iter().flat_map(Report::panics).collect();
        match self {
            Answer::Stub if passes => Err("the tests pass with nothing written (solved already? `cargo learn reset` brings the stub back)".to_owned()),
            Answer::Stub if panics.iter().all(|panic| panic.is_in_answer() && !panic.is_todo()) => {
                Err("fails otherwise than by todo! or an assertion".to_owned())
            }
            Answer::Solution if reports.iter().any(|report| report.count(Verdict::Ignored) > 0) => {
                Err("a test is ignored".to_owned())
            }
            Answer::Solution if !passes => Err(match panics.last() {
                Some(Panic { place, message }) => format!("fails at {place}\n{message}"),
                None => "runs no test".to_owned(),
            }),
            Answer::Wrong(_) if passes => Err("is not caught: all tests pass".to_owned()),
            Answer::Wrong(_) if panics.iter().all(|panic| panic.is_in_answer()) => {
                Err("panics by itself; an assertion should tell what was expected".to_owned())
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file())
    }
}
