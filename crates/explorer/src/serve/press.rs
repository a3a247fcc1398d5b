//! Builds the book again and again: edition after edition.

use super::{say, watch::Watch};
use crate::book::{Book, Progress};
use indicatif::{ProgressBar, ProgressStyle};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use tempfile::TempDir;
use tokio::{
    sync::watch::{self, Receiver, Sender},
    task::spawn_blocking,
    time::timeout,
};

/// What there is to read.
#[derive(Debug, Clone, Default)]
pub(super) struct Edition {
    /// Tells it from any other, of this run and of those before; 0 where there is none.
    pub(super) stamp: u64,
    /// Its pages, which go with the last who reads them.
    pub(super) pages: Option<Arc<TempDir>>,
    /// Why there is no newer one.
    pub(super) failure: Option<Arc<str>>,
}

/// Makes editions.
pub(super) struct Press {
    root: PathBuf,
    newest: Sender<Edition>,
}

/// An editor that saves several files, or one in several steps, is done after such a pause.
const PAUSE: Duration = Duration::from_millis(40);

/// Where files change without a pause, it is built all the same.
const LONGEST_WAIT: Duration = Duration::from_secs(1);

impl Press {
    /// A press for the project in `root`, and what comes from it.
    pub(super) fn new(root: &Path) -> (Press, Receiver<Edition>) {
        let (newest, editions) = watch::channel(Edition::default());
        (Press { root: root.to_owned(), newest }, editions)
    }

    /// Builds the book, calls `ready`, and builds it anew at each change.
    pub(super) async fn run(self, ready: impl FnOnce()) {
        // Before the first build, so that no change is missed.
        let mut watch = Watch::new(&self.root);
        self.print().await;
        ready();
        loop {
            let changed = watch.change().await;
            let since = Instant::now();
            while since.elapsed() < LONGEST_WAIT && timeout(PAUSE, watch.change()).await.is_ok() {}
            let name = changed.strip_prefix(&self.root).unwrap_or(&changed).display();
            say(&format!("{name} has changed"));
            self.print().await;
        }
    }

    async fn print(&self) {
        let root = self.root.clone();
        // mdBook cannot go from thread to thread: it begins and ends on one of its own.
        let built = spawn_blocking(move || build(root)).await;
        let built = built.unwrap_or_else(|error| Err(format!("the build ended early: {error}")));
        self.newest.send_modify(|newest| match built {
            Ok(edition) => *newest = edition,
            Err(failure) => newest.failure = Some(failure.into()),
        });
    }
}

fn build(root: PathBuf) -> Result<Edition, String> {
    let start = Instant::now();
    let stamp = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    let stamp = u64::try_from(stamp).unwrap_or(u64::MAX);
    let folder = TempDir::with_prefix("explorer-").map_err(|error| refused(&error))?;
    let book =
        Book::new(root, folder.path().to_owned()).live_reload(format!("live?edition={stamp}"));
    let bar = ProgressBar::no_length().with_style(style());
    let moved = bar.clone();
    let built = book.build_telling(move |Progress { page, of, name }| {
        moved.set_length(of as u64);
        moved.set_position(page as u64);
        moved.set_message(name.to_owned());
    });
    bar.finish_and_clear();
    let built = built.map_err(|error| refused(&error))?;
    say(&format!("{} pages built in {:.1} s", built.pages, start.elapsed().as_secs_f32()));
    Ok(Edition { stamp, pages: Some(Arc::new(folder)), failure: None })
}

fn refused(error: &dyn std::error::Error) -> String {
    let sentence = format!("the book cannot be built:\n{error}");
    say(&sentence);
    sentence
}

/// Drawn on standard error, where that is a terminal.
fn style() -> ProgressStyle {
    ProgressStyle::with_template("building the book: page {pos} of {len}  {msg}")
        .expect("the template is right")
}
