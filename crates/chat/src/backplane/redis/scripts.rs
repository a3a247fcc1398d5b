//! What Redis must do in one step.
//!
//! | script | does | only if |
//! | --- | --- | --- |
//! | post | appends posts, with the moment of Redis's own clock | the stream holds what the process has read of it |
//! | restore | puts a written room in the place of all there is | the stream ends before it |
//! | save | keeps a written room, and forgets the stream long before it | it is newer than the one that is kept |
//!
//! Each gives both keys a new hour to live.

use super::super::replica::Mark;
use redis::{Script, ScriptInvocation, ToRedisArgs};

pub(super) struct Scripts {
    stream: String,
    state: String,
    post: Script,
    restore: Script,
    save: Script,
}

/// Every so many entries, the room is written down.
pub(super) const EVERY: u64 = 1_000;

/// How long a room is kept that nobody posts to, in seconds.
const KEPT: u64 = 3_600;

impl Scripts {
    pub(super) fn new(stream: &str, state: &str) -> Self {
        let script = |body: &str| Script::new(&[BEFORE, body, AFTER].concat());
        Scripts {
            stream: stream.to_owned(),
            state: state.to_owned(),
            post: script(POST),
            restore: script(RESTORE),
            save: script(SAVE),
        }
    }

    /// Answers with the place of the last entry. The posts are its further arguments.
    pub(super) fn post(&self, read: u64) -> ScriptInvocation<'_> {
        self.on(&self.post, read)
    }

    /// Answers whether it was done.
    pub(super) fn restore(&self, place: u64, written: &str, last: Mark) -> ScriptInvocation<'_> {
        let (date, post) = last.into_post();
        let post = serde_json::to_string(&post).expect("numbers are JSON");
        let mut restore = self.on(&self.restore, place);
        restore.arg(written).arg(date.0).arg(post);
        restore
    }

    pub(super) fn save(&self, place: u64, written: &str) -> ScriptInvocation<'_> {
        let mut save = self.on(&self.save, place);
        save.arg(written).arg(EVERY);
        save
    }

    fn on<'s>(&'s self, script: &'s Script, place: impl ToRedisArgs) -> ScriptInvocation<'s> {
        let mut invocation = script.prepare_invoke();
        invocation.key(&*self.stream).key(&*self.state).arg(place).arg(KEPT);
        invocation
    }
}

/// The last place of the stream.
const BEFORE: &str = "
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
local place = tonumber(last and string.match(last[1], '%d+') or 0)
";

const AFTER: &str = "
redis.call('EXPIRE', KEYS[1], ARGV[2])
redis.call('EXPIRE', KEYS[2], ARGV[2])
return place
";

const POST: &str = "
if place < tonumber(ARGV[1]) then
  return redis.error_reply('FORGOTTEN the stream ends before what was read of it')
end
local time = redis.call('TIME')
local date = string.format('%d', time[1] * 1000 + math.floor(time[2] / 1000))
for index = 3, #ARGV do
  place = place + 1
  redis.call('XADD', KEYS[1], place .. '-0', 'date', date, 'post', ARGV[index])
end
";

/// The last entry comes with it: by that, others see that it is the stream they know.
const RESTORE: &str = "
if place >= tonumber(ARGV[1]) then return 0 end
redis.call('DEL', KEYS[1], KEYS[2])
redis.call('HSET', KEYS[2], 'place', ARGV[1], 'room', ARGV[3])
redis.call('XADD', KEYS[1], ARGV[1] .. '-0', 'date', ARGV[4], 'post', ARGV[5])
place = 1
";

/// Who reads a little behind is not to find a gap.
const SAVE: &str = "
if tonumber(redis.call('HGET', KEYS[2], 'place') or 0) < tonumber(ARGV[1]) then
  redis.call('HSET', KEYS[2], 'place', ARGV[1], 'room', ARGV[3])
  redis.call('XTRIM', KEYS[1], 'MINID', ARGV[1] - ARGV[4])
end
";
