//! How many may be inside at once: tokio's semaphore, for threads.
//!
//! The standard library has none. This one is a count behind a [`Mutex`], with
//! a [`Condvar`] on which a thread sleeps until the count changes.

use std::sync::{Arc, Condvar, Mutex};

/// A number of permits; who finds none waits for one.
///
/// ```
/// use echo::Semaphore;
/// use std::sync::Arc;
///
/// let places = Arc::new(Semaphore::new(1));
/// let place = Arc::clone(&places).acquire_owned();
/// drop(place); // without this line the next one would wait forever
/// let place = Arc::clone(&places).acquire_owned();
/// # drop(place);
/// ```
#[derive(Debug)]
pub struct Semaphore {
    free: Mutex<usize>,
    freed: Condvar,
}

impl Semaphore {
    /// With so many permits.
    pub fn new(permits: usize) -> Self {
        Semaphore { free: Mutex::new(permits), freed: Condvar::new() }
    }

    /// Takes a permit. While there is none, the thread sleeps.
    pub fn acquire_owned(self: Arc<Self>) -> Permit {
        let free = self.free.lock().expect(NO_PANIC);
        let mut free = self.freed.wait_while(free, |free| *free == 0).expect(NO_PANIC);
        *free -= 1;
        drop(free);
        Permit(self)
    }
}

const NO_PANIC: &str = "nobody panics while counting";

/// The right to be inside, until it is dropped.
#[derive(Debug)]
pub struct Permit(Arc<Semaphore>);

impl Drop for Permit {
    fn drop(&mut self) {
        *self.0.free.lock().expect(NO_PANIC) += 1;
        self.0.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        sync::atomic::{AtomicUsize, Ordering::SeqCst},
        thread,
    };

    #[test]
    fn lets_in_no_more_than_it_has_permits() {
        let places = Arc::new(Semaphore::new(3));
        let (inside, served) = (AtomicUsize::new(0), AtomicUsize::new(0));
        thread::scope(|scope| {
            for _ in 0..20 {
                scope.spawn(|| {
                    let place = Arc::clone(&places).acquire_owned();
                    assert!(inside.fetch_add(1, SeqCst) < 3);
                    thread::yield_now();
                    inside.fetch_sub(1, SeqCst);
                    served.fetch_add(1, SeqCst);
                    drop(place);
                });
            }
        });
        assert_eq!(served.into_inner(), 20);
    }
}
