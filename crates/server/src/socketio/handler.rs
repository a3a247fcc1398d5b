//! Functions of the program, as they are kept.

use std::{fmt, future::Future, pin::Pin, sync::Arc};
use tracing::debug;

/// What a handler does.
pub(super) type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A function from `A` to what is to be done.
pub(super) struct Handler<A>(Arc<dyn Fn(A) -> Work + Send + Sync>);

impl<A: Send + 'static> Handler<A> {
    pub(super) fn new<F, W>(function: F) -> Self
    where
        F: Fn(A) -> W + Send + Sync + 'static,
        W: Future<Output: Outcome> + Send + 'static,
    {
        let function = Arc::new(function);
        Handler(Arc::new(move |argument| {
            let function = Arc::clone(&function);
            // Called inside, so that a panic anywhere in it is the work's.
            Box::pin(async move { function(argument).await.settle() })
        }))
    }

    pub(super) fn call(&self, argument: A) -> Work {
        (self.0)(argument)
    }
}

impl<A> Clone for Handler<A> {
    fn clone(&self) -> Self {
        Handler(Arc::clone(&self.0))
    }
}

impl<A> fmt::Debug for Handler<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handler").finish_non_exhaustive()
    }
}

/// With what a handler may end: nothing, or a `Result` whose error is for the log.
pub trait Outcome {
    /// Writes it to the log, where it is an error.
    fn settle(self);
}

impl Outcome for () {
    fn settle(self) {}
}

impl<E: fmt::Display> Outcome for Result<(), E> {
    fn settle(self) {
        if let Err(error) = self {
            debug!(%error, "a handler ended with an error");
        }
    }
}
