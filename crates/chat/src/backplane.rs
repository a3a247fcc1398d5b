//! What carries a room across processes, so that it does not matter who comes in where.
//!
//! ```text
//!   browsers      browsers                           what is posted, by any process
//!      │             │                               ──────────────────────────────────────────────────
//!   ┌──┴───┐      ┌──┴───┐                           {"by":71,"number":4,"join":{"name":"Ada","token":"9f2c…"}}
//!   │ chat │      │ chat │   each has the room whole {"by":71,"number":5,"hold":[1]}
//!   └──┬─▲─┘      └──┬─▲─┘                           {"by":83,"number":9,"wish":{"id":2,"wish":{"message":…}}}
//! post │ │ the stream│ │                             {"by":83,"number":10,"pass":{}}
//!   ┌──▼─┴───────────▼─┴─┐
//!   │ Redis              │   one stream for each room: 1 2 3 4 5 …
//!   └────────────────────┘
//! ```
//!
//! ```text
//! redis-server --appendonly yes --appendfsync always
//! cargo run -p chat --features redis -- 8080 --backplane redis://127.0.0.1:6379
//! cargo run -p chat --features redis -- 8081 --backplane redis://127.0.0.1:6379
//! ```
//!
//! What a member does is not done where they came in, but posted; when it comes back
//! in the stream, every process does it, and all in the same order. So [`room`](crate::room)
//! knows nothing of this: a [`Replica`] tells it what it is told in one process by the
//! doors. Names are unique everywhere, a cursor means the same everywhere, and a token
//! opens every door of every process.
//!
//! | | |
//! | --- | --- |
//! | [`Deed`], [`Post`] | what travels |
//! | [`replica`] | the stream becomes a room, the same everywhere |
//! | [`outbox`] | what this process has posted and waits for |
//! | `redis` | the stream itself (with the feature `redis`) |
//!
//! # Who is here
//! A process tells which members have a line to it: it *holds* them. It posts something
//! at least three times in the time of a lease, and if it does not, all others let go
//! of those it held; then they are away, as if they had closed the page. A line counts
//! for a third of a lease after its end: who polls is not told of each time.
//!
//! # When Redis is away
//! All members are told once (`{"type":"cutoff"}`), and once when it is back
//! (`{"type":"rejoined"}`). In between they read what there is; what they say is refused,
//! with a sentence. What was on its way just then waits for a few seconds, and is posted
//! again under its number: whoever reads the same number twice does it once.
//!
//! Nobody hears a message before Redis has it. So *acknowledged* (answered with 204, or
//! read by anybody) means: as safe as that Redis keeps it.
//!
//! | Redis runs with | it dies | its machine dies |
//! | --- | --- | --- |
//! | `appendonly yes`, `appendfsync always` | all is kept | all is kept |
//! | `appendonly yes`, `appendfsync everysec` | all is kept | up to two seconds are gone |
//! | neither | as below | as below |
//!
//! A message costs two ways to Redis more than in one process, a fraction of a
//! millisecond where it is near; with `always`, what a write to the disk takes, too.
//!
//! Every process has the room whole. If Redis knows less than the one that comes back
//! to it first, that one writes the room down there again, and still nothing is lost.
//! Only if no process lives that knew it, or they cannot agree, the room begins anew;
//! its cursors are later than all before, so whoever comes back is told `lost`.
//!
//! # What this module does not do
//! It encrypts nothing and asks nobody for a password but Redis: who can read that Redis
//! has every member's token. All processes must be of the same version. The limits of a
//! room are those of the process that began it.
//!
//! Book: chapter 9.

pub mod outbox;
#[cfg(feature = "redis")]
mod redis;
#[cfg(not(feature = "redis"))]
#[path = "backplane/no_redis.rs"]
mod redis;
pub mod replica;

use crate::{
    act::Act,
    hub::Hub,
    room::{Limits, MemberId, Millis, Name},
};
pub use outbox::Outbox;
pub use replica::Replica;
use serde::{Deserialize, Serialize};
use std::{convert::Infallible, sync::Arc, time::Duration};

/// Where rooms are carried across processes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backplane {
    url: String,
    /// How long a process may be silent before it counts as dead.
    pub lease: Duration,
}

/// What a process posts: all processes read it, and do it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post<'a> {
    /// Who posts.
    pub by: Process,
    /// The how manieth it is of theirs. What is posted twice has the same number.
    pub number: u64,
    /// What.
    #[serde(flatten)]
    pub deed: Deed<'a>,
}

/// A process, as long as it runs: a number by chance.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Process(pub u64);

/// What all processes do when they read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Deed<'a> {
    /// The room begins.
    Begin {
        /// What it puts up with.
        limits: Limits,
        /// How long a process may be silent.
        lease: Duration,
        /// When the room began in whose place it is. If that is not the one that there
        /// is, somebody else has begun it already.
        after: Option<Millis>,
    },
    /// These members have a line to the process.
    Hold(Vec<MemberId>),
    /// They have none any more.
    Release(Vec<MemberId>),
    /// Nothing but that it is alive, and that time passes.
    Pass {},
    /// A member does something.
    #[serde(untagged)]
    Act(Act<'a>),
}

impl Backplane {
    /// A backplane over the Redis at this URL.
    ///
    /// # Errors
    /// A sentence: that is no such URL, or this program was built without Redis.
    pub fn new(url: &str) -> Result<Backplane, String> {
        redis::check(url)?;
        Ok(Backplane { url: url.to_owned(), lease: LEASE })
    }

    /// A room, and what carries it as long as it is polled.
    pub(crate) fn carry(
        &self,
        name: &Name,
        limits: Limits,
    ) -> (Arc<Hub>, impl Future<Output = Infallible> + Send + use<>) {
        let outbox = Arc::new(Outbox::new(Process(rand::random())));
        let hub = Arc::new(Hub::carried(limits, Arc::clone(&outbox)));
        let carried = redis::carry(self.clone(), name.clone(), limits, Arc::clone(&hub), outbox);
        (hub, carried)
    }
}

/// How long a process may be silent.
const LEASE: Duration = Duration::from_secs(15);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{message::Wish, room::Token};
    use std::borrow::Cow;

    #[track_caller]
    fn check(deed: Deed<'_>, json: &str) {
        let post = Post { by: Process(7), number: 3, deed };
        let json = format!(r#"{{"by":7,"number":3,{json}}}"#);
        assert_eq!(serde_json::to_string(&post).unwrap(), json);
        assert_eq!(serde_json::from_str::<Post<'_>>(&json).unwrap(), post);
    }

    #[test]
    fn a_post_is_an_object_that_can_be_read() {
        let (id, name) = (MemberId(1), "Ada".into());
        check(
            Deed::Act(Act::Join { name, token: Token(u128::MAX) }),
            r#""join":{"name":"Ada","token":"ffffffffffffffffffffffffffffffff"}"#,
        );
        check(Deed::Act(Act::Leave { id }), r#""leave":{"id":1}"#);
        let wish = Wish::Message { text: "안녕".to_owned(), to: None, key: Some("k".to_owned()) };
        check(
            Deed::Act(Act::Wish { id, wish: Cow::Owned(wish) }),
            r#""wish":{"id":1,"wish":{"message":{"text":"안녕","key":"k"}}}"#,
        );
        check(
            Deed::Act(Act::Wish { id, wish: Cow::Owned(Wish::Typing) }),
            r#""wish":{"id":1,"wish":"typing"}"#,
        );
        check(Deed::Hold(vec![id, MemberId(2)]), r#""hold":[1,2]"#);
        check(Deed::Pass {}, r#""pass":{}"#);
    }
}
