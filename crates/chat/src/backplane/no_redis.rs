//! What stands for Redis where it is not built in.

use super::{Backplane, Outbox, outbox::State};
use crate::{
    hub::Hub,
    room::{Limits, Name},
};
use std::{convert::Infallible, sync::Arc};

pub(super) fn check(_url: &str) -> Result<(), String> {
    let how = "cargo run -p chat --features redis";
    Err(format!("this program was built without Redis; with it: {how}"))
}

pub(super) async fn carry(
    _backplane: Backplane,
    _name: Name,
    _limits: Limits,
    _hub: Arc<Hub>,
    outbox: Arc<Outbox>,
) -> Infallible {
    outbox.becomes(State::CutOff);
    std::future::pending().await
}
