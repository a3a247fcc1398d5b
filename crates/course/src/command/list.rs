//! All steps, and what is solved.

use super::{
    next,
    paint::{FAINT, GOOD, LINK, LOUD, counted},
};
use anstream::println;
use course::{Course, Progress};

/// How many cells the bar has.
const CELLS: usize = 24;

pub(super) fn list(course: &Course, progress: &Progress) {
    let next = next(course, progress);
    let width = course.steps().iter().map(|step| step.name().len()).max().unwrap_or(0);
    let mut chapter = "";
    for step in course.steps() {
        if step.chapter() != chapter {
            chapter = step.chapter();
            println!("{LOUD}{}{LOUD:#}", step.title());
        }
        let name = step.name();
        let mark = if progress.is_solved(name) {
            format!("{GOOD}✓{GOOD:#}")
        } else if next.is_some_and(|next| next.name() == name) {
            format!("{LINK}▶{LINK:#}")
        } else if step.is_begun() {
            "◐".to_owned()
        } else {
            format!("{FAINT}·{FAINT:#}")
        };
        let hints = match progress.hints(name) {
            0 => String::new(),
            hints => format!("  {FAINT}{}{FAINT:#}", counted(hints, "hint")),
        };
        println!("  {mark} {name:width$}  {FAINT}{}{FAINT:#}{hints}", step.about());
    }
    let total = course.steps().len();
    let solved = course.steps().iter().filter(|step| progress.is_solved(step.name())).count();
    let full = (CELLS * solved).checked_div(total).unwrap_or(0);
    let (full, rest) = ("█".repeat(full), "░".repeat(CELLS - full));
    println!();
    println!(
        "{GOOD}{full}{GOOD:#}{FAINT}{rest}{FAINT:#} {solved} of {} solved",
        counted(total, "step")
    );
    match next {
        Some(step) => println!(
            "Next: {LOUD}{}{LOUD:#}. {LINK}`cargo learn next`{LINK:#} tells more; {LINK}`cargo learn watch`{LINK:#} runs its tests while you work.",
            step.name()
        ),
        None => println!("That is all of them. Well done!"),
    }
}
