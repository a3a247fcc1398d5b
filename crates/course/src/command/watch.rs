//! Runs the tests of a step each time its answer is saved.

use super::{
    LIMIT, check, next,
    paint::{BAD, FAINT, LINK},
};
use anstream::{eprintln, println};
use course::{Course, Error, Progress, Step};
use notify::{Config, Event, EventKind, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher};
use std::{
    path::PathBuf,
    sync::mpsc::{self, Receiver, Sender},
    time::Duration,
};

/// How often files are looked at where the system does not tell.
const GLANCE: Duration = Duration::from_secs(1);

/// An editor writes a file in more than one go; then it is quiet for so long.
const QUIET: Duration = Duration::from_millis(100);

/// Watches `only`, or all steps. It ends when it is ended: by Ctrl-C.
pub(super) fn watch(
    course: &Course,
    only: Option<&Step>,
    progress: &mut Progress,
    poll: bool,
) -> Result<(), Error> {
    let (sender, changes) = mpsc::channel();
    let folders: Vec<PathBuf> = match only {
        Some(step) => vec![step.path("src")],
        None => course.steps().iter().map(|step| step.path("src")).collect(),
    };
    let Some(_watcher) = watcher(&folders, sender, poll) else { return Ok(()) };
    if let Some(step) = only.or_else(|| next(course, progress)) {
        tell(check::check(course, step, progress, LIMIT));
    }
    let whose = |path: &PathBuf| {
        let step = course.steps().iter().find(|step| path.starts_with(step.path("src")))?;
        only.is_none_or(|only| only.name() == step.name()).then_some(step)
    };
    loop {
        println!();
        println!("{FAINT}Watching; save your file and the tests run. Ctrl-C ends this.{FAINT:#}");
        let Some(step) = change(&changes, whose) else { return Ok(()) };
        println!();
        tell(check::check(course, step, progress, LIMIT));
    }
}

/// A mistake while watching is told, and then one watches on.
fn tell(result: Result<bool, Error>) {
    if let Err(error) = result {
        eprintln!("{BAD}cargo learn:{BAD:#} {error}");
    }
}

/// Waits for the next change and until it is over; nothing if there will be none.
fn change<'a>(
    changes: &Receiver<PathBuf>,
    whose: impl Fn(&PathBuf) -> Option<&'a Step>,
) -> Option<&'a Step> {
    let mut step = loop {
        if let Some(step) = whose(&changes.recv().ok()?) {
            break step;
        }
    };
    while let Ok(path) = changes.recv_timeout(QUIET) {
        step = whose(&path).unwrap_or(step);
    }
    Some(step)
}

/// Tells of changes for as long as it is kept; nothing if nobody can tell.
fn watcher(folders: &[PathBuf], sender: Sender<PathBuf>, poll: bool) -> Option<Box<dyn Watcher>> {
    let told = match poll {
        true => Err(notify::Error::generic("as you wish")),
        false => RecommendedWatcher::new(teller(sender.clone()), Config::default())
            .and_then(|watcher| with_folders(watcher, folders)),
    };
    let watcher = told.or_else(|error| {
        println!("{FAINT}Not waiting for the system to tell of changes ({error}), but looking every second.{FAINT:#}");
        let config = Config::default().with_poll_interval(GLANCE).with_compare_contents(true);
        with_folders(PollWatcher::new(teller(sender), config)?, folders)
    });
    if let Err(error) = &watcher {
        eprintln!(
            "{BAD}cargo learn:{BAD:#} changes cannot be noticed ({error}); {LINK}`cargo learn check`{LINK:#} runs the tests once"
        );
    }
    watcher.ok()
}

fn with_folders(
    mut watcher: impl Watcher + 'static,
    folders: &[PathBuf],
) -> notify::Result<Box<dyn Watcher>> {
    for folder in folders {
        watcher.watch(folder, RecursiveMode::NonRecursive)?;
    }
    Ok(Box::new(watcher))
}

fn teller(sender: Sender<PathBuf>) -> impl Fn(notify::Result<Event>) + Send + 'static {
    move |event| {
        let Ok(Event { kind, paths, .. }) = event else { return };
        if matches!(kind, EventKind::Access(_)) {
            return;
        }
        for path in paths.into_iter().filter(|path| path.extension().is_some_and(|end| end == "rs"))
        {
            // When nobody waits any more, the program is about to end.
            _ = sender.send(path);
        }
    }
}
