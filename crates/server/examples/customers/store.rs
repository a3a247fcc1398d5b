//! Where customers and orders are kept.
//!
//! ```text
//! request ── job ──┐
//! request ── job ──┼──► Keeper: begin ─ job ─ job ─ job ─ commit ──► answers
//! request ── job ──┘            └──── all that wait ────┘
//! ```
//!
//! One thread, the keeper, owns the store, and three things follow:
//!
//! - A job may look first and write then: no other comes in between. So nothing is
//!   lost where two clients change the same customer at the same time.
//! - Nobody is answered before the commit: what was answered is kept.
//! - The jobs that come while the disk is busy share the next commit. A disk that
//!   makes 200 commits a second takes more than 200 customers a second.

mod memory;
mod sqlite;

use crate::{
    customer::{Customer, Draft, Id},
    order::{Order, OrderDraft},
};
pub(crate) use memory::Memory;
pub(crate) use sqlite::Sqlite;
use std::{io, thread};
use tokio::sync::{mpsc, oneshot};
use tracing::error;

// ANCHOR: store
/// What a store can do. There are two: lay `memory.rs` and `sqlite.rs` side by side.
///
/// Each writing act is whole or not done at all: a job that writes once needs no undo.
pub(crate) trait Store: Send {
    fn begin(&mut self) -> Result<(), Error>;
    fn commit(&mut self) -> Result<(), Error>;

    /// At most `limit` customers, in the order of their ids, from behind `after`.
    fn customers(&self, after: Id, limit: usize) -> Result<Vec<Customer>, Error>;
    fn customer(&self, id: Id) -> Result<Option<Customer>, Error>;
    fn create(&mut self, draft: Draft) -> Result<Customer, Error>;
    fn replace(&mut self, customer: &Customer) -> Result<(), Error>;
    /// Deletes a customer, and the customer's orders.
    fn delete(&mut self, id: Id) -> Result<(), Error>;

    fn orders(&self, customer: Id, after: Id, limit: usize) -> Result<Vec<Order>, Error>;
    fn order(&self, customer: Id, id: Id) -> Result<Option<Order>, Error>;
    fn create_order(&mut self, customer: Id, draft: OrderDraft) -> Result<Order, Error>;
}
// ANCHOR_END: store

/// Why a store could not do it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("another customer has this e-mail address")]
    DuplicateEmail,
    #[error(transparent)]
    Sqlite(rusqlite::Error),
    /// What was wrong is in the log. Whether it was done is not known.
    #[error("the store could not keep it")]
    Lost,
}

// ANCHOR: keeper
/// The thread that owns a store.
#[derive(Debug)]
pub(crate) struct Keeper {
    jobs: mpsc::Sender<Job>,
}

/// Does something with the store.
type Job = Box<dyn FnOnce(&mut dyn Store) -> Answer + Send>;

/// Tells the outcome to who waits for it.
type Answer = Box<dyn FnOnce() + Send>;

/// How many jobs may wait, and how many share a commit.
const JOBS: usize = 256;

impl Keeper {
    /// Starts the thread. It ends with the last request; and as it may be killed at
    /// any moment, nobody waits for it.
    ///
    /// # Errors
    /// The system has no thread left.
    pub(crate) fn start(mut store: impl Store + 'static) -> io::Result<Keeper> {
        let (sender, mut jobs) = mpsc::channel(JOBS);
        thread::Builder::new().name("keeper".to_owned()).spawn(move || {
            while let Some(first) = jobs.blocking_recv() {
                if let Err(error) = batch(&mut store, first, &mut jobs) {
                    error!(%error, "nothing of a batch was kept");
                }
            }
        })?;
        Ok(Keeper { jobs: sender })
    }

    /// Lets the keeper do a job, and waits until it is committed.
    pub(crate) async fn run<T, E>(
        &self,
        job: impl FnOnce(&mut dyn Store) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let job = move |store: &mut dyn Store| -> Answer {
            let outcome = job(store);
            // Who asked may have gone away in the meantime.
            Box::new(|| _ = answer.send(outcome))
        };
        self.jobs.send(Box::new(job)).await.map_err(|_| Error::Lost)?;
        // An answer that is dropped was not committed.
        answered.await.map_err(|_| Error::Lost)?
    }
}

/// Does all the jobs that wait, commits them together, and only then tells.
fn batch(store: &mut dyn Store, first: Job, jobs: &mut mpsc::Receiver<Job>) -> Result<(), Error> {
    store.begin()?;
    let mut answers = vec![first(store)];
    while answers.len() < JOBS
        && let Ok(job) = jobs.try_recv()
    {
        answers.push(job(store));
    }
    store.commit()?;
    answers.into_iter().for_each(|tell| tell());
    Ok(())
}
// ANCHOR_END: keeper
