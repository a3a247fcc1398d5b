//! What the book is made of, watched.

use super::say;
use notify::{Config, Event, EventKind, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher};
use std::{
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::sync::mpsc::{self, Receiver, Sender};

/// Pages and theme; the fixtures that they show; the listings and outputs that they include.
const FOLDERS: [&str; 3] = ["book", "fixtures", "crates"];

/// How often files are looked at where the system does not tell.
const GLANCE: Duration = Duration::from_secs(1);

/// Tells of changes for as long as it is kept.
pub(super) struct Watch {
    changes: Receiver<PathBuf>,
    _watcher: Option<Box<dyn Watcher + Send>>,
}

impl Watch {
    /// Watches the folders of the project in `root`.
    pub(super) fn new(root: &Path) -> Self {
        // One place is enough: a change that finds it taken is built with the one in it.
        let (sender, changes) = mpsc::channel(1);
        let told = RecommendedWatcher::new(teller(sender.clone()), Config::default());
        let watcher = told.and_then(|watcher| with_folders(watcher, root)).or_else(|error| {
            say(&format!("the system does not tell of changes ({error}); looking every second"));
            let config = Config::default().with_poll_interval(GLANCE);
            with_folders(PollWatcher::new(teller(sender), config)?, root)
        });
        if let Err(error) = &watcher {
            say(&format!("changes are not noticed: {error}"));
        }
        Watch { changes, _watcher: watcher.ok() }
    }

    /// A file that has changed; more may have.
    pub(super) async fn change(&mut self) -> PathBuf {
        match self.changes.recv().await {
            Some(path) => path,
            // Nothing is watched.
            None => std::future::pending().await,
        }
    }
}

fn with_folders(
    mut watcher: impl Watcher + Send + 'static,
    root: &Path,
) -> notify::Result<Box<dyn Watcher + Send>> {
    for folder in FOLDERS.map(|folder| root.join(folder)) {
        if folder.is_dir() {
            watcher.watch(&folder, RecursiveMode::Recursive)?;
        }
    }
    Ok(Box::new(watcher))
}

fn teller(sender: Sender<PathBuf>) -> impl Fn(notify::Result<Event>) + Send + 'static {
    move |event| {
        let Ok(Event { kind, paths, .. }) = event else { return };
        if matches!(kind, EventKind::Access(_)) {
            return;
        }
        if let Some(path) = paths.into_iter().find(|path| is_source(path)) {
            _ = sender.try_send(path);
        }
    }
}

/// Whether it is no file that an editor keeps for itself.
fn is_source(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    !name.starts_with('.') && !name.ends_with('~') && !name.ends_with(".swp")
}
