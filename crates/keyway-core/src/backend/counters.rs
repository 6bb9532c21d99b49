//! Rate-limit counters.

use std::sync::Arc;

use async_trait::async_trait;

use crate::ratelimit::{Check, Counter, CounterKey, Judgement};
use crate::time::Timestamp;

/// Counters of sliding windows.
#[async_trait]
pub trait Counters: Send + Sync {
    /// Judges all checks at `now` and counts them if every one passes; else counts none.
    /// Several checks of one counter add up in order. No other call sees a batch half counted.
    /// The judgements stand in the order of the checks.
    async fn take(&self, checks: &[Check<'_>], now: Timestamp) -> Vec<Judgement>;

    /// Takes back what a passed batch counted, because the request was refused for another
    /// reason. Windows that have ended meanwhile stay as they are.
    async fn give_back(&self, checks: &[Check<'_>], now: Timestamp);

    /// The counter itself, for whoever will ask it often; none if another process judges. As long
    /// as somebody holds it, nobody gets another one for this key.
    fn local(&self, _counter: &CounterKey<'_>) -> Option<Arc<Counter>> {
        None
    }

    /// The same as `take` of a single check, at once; none if another process judges.
    fn take_local(&self, _check: &Check<'_>, _now: Timestamp) -> Option<Judgement> {
        None
    }

    /// Forgets counters that make no difference any more, in a step that is over soon. Says whether
    /// there is more to do; the next call goes on.
    fn sweep(&self, _now: Timestamp) -> bool {
        false
    }
}

impl dyn Counters + '_ {
    /// The same as `take` of a single check, without the lists that more need. None only if the
    /// implementation gave no judgement at all.
    pub async fn take_one(&self, check: &Check<'_>, now: Timestamp) -> Option<Judgement> {
        match self.take_local(check, now) {
            None => self.take(std::slice::from_ref(check), now).await.pop(),
            judgement => judgement,
        }
    }
}
