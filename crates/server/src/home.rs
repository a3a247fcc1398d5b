//! Where a connection comes back to from its handler.

use crate::{Error, http, websocket};
use std::{
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::{Mutex, PoisonError},
    task::Poll,
};

/// Where a connection comes back to from its handler, whatever happened there.
///
/// A handler owns what it is given, so that the compiler sees that no request is
/// answered twice. But an owner may return early or panic, and a connection should
/// outlive both: so an exchange leaves its connection here when it is dropped.
#[derive(Debug, Default)]
pub(crate) struct Home {
    /// A plain mutex: one task puts, and the same task takes.
    returned: Mutex<Option<Returned>>,
}

/// As what it comes back.
#[derive(Debug)]
pub(crate) enum Returned {
    Http(Box<http::Connection>),
    WebSocket(Box<websocket::Line>),
}

impl Home {
    pub(crate) fn put(&self, returned: Returned) {
        *self.returned.lock().unwrap_or_else(PoisonError::into_inner) = Some(returned);
    }

    pub(crate) fn take(&self) -> Option<Returned> {
        self.returned.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Runs a handler; its panic is an error like any other.
///
/// It takes the future where it lies: a parameter of an async function is stored
/// twice, and every connection would pay for that as long as it lives.
pub(crate) async fn run(
    mut handled: Pin<&mut impl Future<Output = Result<(), Error>>>,
) -> Result<(), Error> {
    std::future::poll_fn(move |context| {
        // What the panic left half done is dropped with the future, and never looked at.
        match catch_unwind(AssertUnwindSafe(|| handled.as_mut().poll(context))) {
            Ok(poll) => poll,
            Err(_) => Poll::Ready(Err(Error::Handler("the handler panicked".into()))),
        }
    })
    .await
}
