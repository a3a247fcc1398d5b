//! What there is to read about a step: its task, its hints, its solution.

use super::paint::{BAD, FAINT, GOOD, LINK, LOUD, counted};
use anstream::{eprintln, println};
use course::{Error, Progress, Step};

/// What it is about, and where.
pub(super) fn step(step: &Step, progress: &Progress) {
    let name = step.name();
    println!("{LOUD}{name}{LOUD:#}  {FAINT}{}{FAINT:#}", step.title());
    println!();
    let doc = step.text("src/lib.rs").unwrap_or_default();
    for line in doc.lines().map_while(|line| line.strip_prefix("//!")) {
        println!("  {}", line.trim());
    }
    println!();
    println!("  write   {LINK}{}/src/exercise.rs{LINK:#}", step.folder());
    println!("  read    {LINK}{}{LINK:#}", step.page());
    println!(
        "  check   {LINK}cargo learn check {name}{LINK:#}, or {LINK}cargo test -p {}{LINK:#}",
        step.package()
    );
    let given = match progress.hints(name) {
        0 => String::new(),
        given => format!(" {FAINT}({} given){FAINT:#}", counted(given, "hint")),
    };
    println!("  stuck?  {LINK}cargo learn hint {name}{LINK:#}{given}");
}

/// One hint more than last time, below those that were given before.
pub(super) fn hint(step: &Step, progress: &mut Progress) -> Result<(), Error> {
    let name = step.name();
    let hints = step.hints()?;
    let given = (progress.hints(name) + 1).min(hints.len());
    for (index, hint) in hints.iter().take(given).enumerate() {
        println!("{LOUD}{name}, hint {} of {}{LOUD:#}", index + 1, hints.len());
        println!();
        println!("{hint}");
        println!();
    }
    if given == hints.len() {
        println!(
            "{FAINT}These are all. The page {} tells the rest; `cargo learn solution {name} --spoil` shows the end.{FAINT:#}",
            step.page()
        );
    } else {
        println!("{FAINT}The same command gives one more.{FAINT:#}");
    }
    progress.set_hints(name, given)
}

/// The solution, for those who have solved it or will not wait.
pub(super) fn solution(step: &Step, progress: &Progress, spoil: bool) -> Result<bool, Error> {
    let name = step.name();
    if !spoil && !progress.is_solved(name) {
        eprintln!(
            "{BAD}{name} is not solved yet.{BAD:#} Its solution is more fun behind your own."
        );
        eprintln!(
            "A hint: {LINK}`cargo learn hint {name}`{LINK:#}. To see it all the same: {LINK}`cargo learn solution {name} --spoil`{LINK:#}"
        );
        return Ok(false);
    }
    println!("{GOOD}{}/solution.rs{GOOD:#}", step.folder());
    println!();
    println!("{}", step.text("solution.rs")?.trim_end());
    Ok(true)
}
