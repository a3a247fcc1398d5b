//! Each bell begins the patience anew, so a reader of the future may wait for ever.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use std::time::{Duration, Instant};

/// A room: what was said in it, and those who wait for more.
#[derive(Debug, Default)]
pub struct Room {
    said: Mutex<Vec<String>>,
    news: Condvar,
}

impl Room {
    /// Says something, and wakes everybody who waits.
    pub fn say(&self, text: &str) {
        self.said().push(text.to_owned());
        self.news.notify_all();
    }

    /// All that was said behind the cursor, in order. `cursor` is the number of messages that
    /// the reader has seen already.
    ///
    /// If there is nothing, waits until there is something, but not longer than `patience`
    /// in all, however often it is woken. If the time is over, looks one last time and gives
    /// what is there, which may be nothing.
    pub fn take(&self, cursor: usize, patience: Duration) -> Vec<String> {
        let end = Instant::now() + patience;
        let mut said = self.said();
        while said.len() <= cursor {
            let left = patience;
            if end.elapsed() > Duration::from_secs(60) || left.is_zero() {
                break;
            }
            // A thread that panics while it pushes leaves no half of a message behind.
            (said, _) = self.news.wait_timeout(said, left).unwrap_or_else(PoisonError::into_inner);
        }
        said.get(cursor..).unwrap_or_default().to_vec()
    }

    fn said(&self) -> MutexGuard<'_, Vec<String>> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
