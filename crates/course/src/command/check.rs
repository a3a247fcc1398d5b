//! The tests of a step, run for its learner.

use super::{
    next,
    paint::{BAD, FAINT, GOOD, LINK, LOUD, counted, indented},
};
use anstream::{println, stdout};
use course::{
    Course, Error, Progress, Step,
    trial::{self, Build, Report, Test, Verdict},
};
use std::{
    io::{self, IsTerminal, Write},
    time::Duration,
};

/// How many failing tests tell their story at once.
const STORIES: usize = 2;

/// Whether the step is solved.
pub(super) fn check(
    course: &Course,
    step: &Step,
    progress: &mut Progress,
    limit: Duration,
) -> Result<bool, Error> {
    println!("{LOUD}{}{LOUD:#}  {FAINT}{}{FAINT:#}", step.name(), step.about());
    let Some(reports) = try_out(course, step, limit)? else { return Ok(false) };
    let solved = !reports.is_empty() && reports.iter().all(Report::is_pass);
    for report in &reports {
        tell(step, report);
    }
    // What was solved once stays so, whatever is tried in it later.
    if solved {
        progress.set_solved(step.name(), true)?;
        praise(course, step, progress);
    } else {
        let (passed, all) = reports.iter().fold((0, 0), |(passed, all), report| {
            (passed + report.count(Verdict::Passed), all + report.tests.len())
        });
        println!();
        if all > 0 {
            println!("{BAD}{passed} of {} passed.{BAD:#}", counted(all, "test"));
        }
        let (folder, page) = (step.folder(), step.page());
        println!("{FAINT}Your file: {folder}/src/exercise.rs; the page: {page}{FAINT:#}");
        println!("{FAINT}Stuck? {FAINT:#}{LINK}cargo learn hint {}{LINK:#}", step.name());
    }
    Ok(solved)
}

/// Builds and runs the tests; nothing if the answer does not compile, which has been told then.
fn try_out(course: &Course, step: &Step, limit: Duration) -> Result<Option<Vec<Report>>, Error> {
    let colours = stdout().current_choice() != anstream::ColorChoice::Never;
    let messages = if colours { "json-diagnostic-rendered-ansi" } else { "json" };
    let waits = io::stderr().is_terminal();
    if waits {
        // It is taken away again; nobody is lost without it.
        _ = write!(io::stderr(), "building …");
    }
    let build = Build::run(trial::cargo().current_dir(course.root()).args([
        "test",
        "--no-run",
        "--test",
        "*",
        "--package",
        &step.package(),
        &format!("--message-format={messages}"),
    ]));
    if waits {
        _ = write!(io::stderr(), "\r          \r");
    }
    let build = build?;
    let own = |folder: &std::path::Path| folder.ends_with(step.folder());
    for complaint in build.complaints.iter().filter(|complaint| own(&complaint.folder)) {
        println!();
        println!("{}", indented(&complaint.text, 2));
    }
    if build.complaints.iter().any(|complaint| complaint.is_error) {
        println!();
        println!(
            "{BAD}It does not compile yet.{BAD:#} {FAINT}The first message is the one to begin with.{FAINT:#}"
        );
        return Ok(None);
    }
    let programs = build.programs.iter().filter(|program| own(&program.folder));
    programs.map(|program| program.run(limit)).collect::<Result<_, _>>().map(Some)
}

/// Each test in a line, and what the first failing ones say.
fn tell(step: &Step, report: &Report) {
    let written = sources(step);
    let place = |test: &Test| written.find(&format!("fn {}(", test.name));
    let mut tests: Vec<&Test> = report.tests.iter().collect();
    tests.sort_by_cached_key(|test| (test.verdict, place(test), test.name.clone()));
    let unwritten = report.tests.iter().filter(|test| is_todo(test)).count();
    let mut stories = 0;
    for test in tests {
        match test.verdict {
            Verdict::Passed => println!("  {GOOD}✓{GOOD:#} {}", test.sentence()),
            Verdict::Ignored => println!("  {FAINT}· {} (not run){FAINT:#}", test.sentence()),
            Verdict::Failed => {
                println!("  {BAD}✗{BAD:#} {}", test.sentence());
                let Some(panic) =
                    test.panics.last().filter(|_| stories < STORIES && !is_todo(test))
                else {
                    continue;
                };
                stories += 1;
                println!();
                println!("{}", indented(&panic.message, 6));
                println!("      {FAINT}{}{FAINT:#}", panic.place);
                println!();
            }
        }
    }
    if report.too_long {
        println!(
            "  {BAD}✗{BAD:#} after {} s the tests were still running, and were ended: is there a loop that never stops, or a wait for what never comes?",
            report.took.as_secs()
        );
    }
    if let Some(crash) = &report.crash {
        println!("  {BAD}✗{BAD:#} the tests fell over before their end:");
        println!("{}", indented(crash, 6));
    }
    if unwritten > 0 {
        println!();
        println!("There is a {LOUD}todo!{LOUD:#} left; {} reached it.", counted(unwritten, "test"));
    }
}

/// The tests' own text, whose order goes from the simple to the tricky.
fn sources(step: &Step) -> String {
    step.tests().unwrap_or_default().iter().filter_map(|file| step.text(file).ok()).collect()
}

fn is_todo(test: &Test) -> bool {
    test.panics.iter().any(trial::Panic::is_todo)
}

fn praise(course: &Course, step: &Step, progress: &Progress) {
    let all = course.steps().len();
    let solved = course.steps().iter().filter(|step| progress.is_solved(step.name())).count();
    println!();
    println!(
        "{GOOD}Solved!{GOOD:#} That makes {solved} of {all}. {FAINT}Compare: {FAINT:#}{LINK}cargo learn solution {}{LINK:#}",
        step.name()
    );
    if let Some(step) = next(course, progress) {
        println!("Next: {LOUD}{}{LOUD:#}  {FAINT}{}{FAINT:#}", step.name(), step.about());
    }
}
