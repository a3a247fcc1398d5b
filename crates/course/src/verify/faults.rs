//! What can be seen of a step without compiling it: names, hints, page, format.

use super::answer::Answer;
use crate::{Course, Error, Step, step};
use std::process::Command;

/// How many hints a step has.
const HINTS: usize = 3;

/// The fewest wrong answers of a step.
const WRONG: usize = 2;

/// What a learner must never read: it builds solutions where stubs are expected.
const NEVER: &str = "--all-features";

/// What is not in order.
pub(super) fn find(course: &Course, step: &Step) -> Result<Vec<String>, Error> {
    let mut faults = Vec::new();
    let mut wants = |holds: bool, fault: &str| {
        if !holds {
            faults.push(fault.to_owned());
        }
    };
    let name = step.name();
    let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    wants(name.chars().all(is_name), "its name has other characters than a-z, 0-9 and `-`");
    let same = course.steps().iter().filter(|other| other.name() == name).count();
    wants(same == 1, "another step has its name");
    let manifest = step.text("Cargo.toml")?;
    let package = format!("name = \"{}\"", step.package());
    wants(
        manifest.lines().any(|line| line == package),
        &format!("Cargo.toml does not say {package}"),
    );
    wants(
        manifest.contains("publish.workspace = true") || manifest.contains("publish = false"),
        "Cargo.toml does not say publish = false",
    );

    let doc = step.text("src/lib.rs")?;
    wants(!step.about().is_empty(), "src/lib.rs does not begin with what the step is about");
    let book = step.number().map(|number| format!("//! Book: chapter {number}"));
    let leads = |line: &str| book.as_deref().is_some_and(|book| line.trim_end_matches('.') == book);
    wants(
        doc.lines().any(leads),
        &format!("src/lib.rs has no line `{}`", book.as_deref().unwrap_or("//! Book: chapter N")),
    );
    wants(course.root().join(step.page()).is_file(), &format!("there is no page {}", step.page()));

    let hints = step.hints()?;
    let full = hints.iter().filter(|hint| !hint.is_empty()).count();
    wants(
        hints.len() == HINTS && full == HINTS,
        "hints.md does not have three hints, under `## 1`, `## 2` and `## 3`",
    );
    wants(
        step::is_stub(&step.text("src/exercise.rs")?),
        "src/exercise.rs has no todo!(…): is it a stub?",
    );
    wants(step.wrong()?.len() >= WRONG, "there are fewer than two wrong answers");
    for answer in step.wrong()? {
        let text = step.text(&format!("wrong/{answer}.rs"))?;
        wants(
            text.starts_with("//! "),
            &format!("wrong/{answer}.rs does not begin with what is wrong with it (//! …)"),
        );
    }
    for file in ["src/lib.rs", "src/exercise.rs", "hints.md"] {
        wants(!step.text(file)?.contains(NEVER), &format!("{file} says {NEVER}"));
    }
    faults.extend(format_fault(step)?);
    Ok(faults)
}

/// What rustfmt would change.
fn format_fault(step: &Step) -> Result<Option<String>, Error> {
    let mut rustfmt = Command::new("rustfmt");
    rustfmt.args(["--check", "--edition", "2024", "--color", "never", "-l"]);
    rustfmt.arg(step.path("src/lib.rs"));
    for answer in Answer::all(step)? {
        rustfmt.arg(step.path(&answer.file()));
    }
    rustfmt.args(step.tests()?.iter().map(|file| step.path(file)));
    let output =
        rustfmt.output().map_err(|error| Error::Start { program: "rustfmt".to_owned(), error })?;
    if output.status.success() {
        return Ok(None);
    }
    let said = [output.stdout, output.stderr]
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .concat();
    let home = step.path("").display().to_string();
    let mut lines: Vec<&str> =
        said.lines().map(|line| line.strip_prefix(&home).unwrap_or(line)).collect();
    lines.sort_unstable();
    lines.dedup();
    Ok(Some(format!("rustfmt would change\n{}", lines.join("\n"))))
}
