//! Rate limits: a sliding window over two fixed windows, in integers.

use std::sync::Arc;

use crate::id::{RatelimitId, WorkspaceId};
use crate::time::Timestamp;

mod counter;
mod sync;

pub use counter::{Counter, Draw, Loose, Source, take_all};

/// A limit of a key or an identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ratelimit {
    /// Its id.
    pub id: RatelimitId,
    /// Its name, unique for its owner.
    pub name: String,
    /// How many units per window.
    pub limit: i64,
    /// The length of a window in milliseconds.
    pub duration: i64,
    /// Whether every verification counts.
    pub auto_apply: bool,
}

/// A limit to be stored; it gets `new_id` unless its owner has one of that name.
#[derive(Clone, Debug)]
pub struct NewRatelimit {
    /// The id of a new limit, if one is created.
    pub new_id: RatelimitId,
    /// Its name.
    pub name: String,
    /// How many units per window.
    pub limit: i64,
    /// The length of a window in milliseconds.
    pub duration: i64,
    /// Whether every verification counts.
    pub auto_apply: bool,
}

/// Whose counter it is. Counters of different owners never meet, whatever their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CounterOwner<'a> {
    /// A limit of the key with that id, by name.
    Key(&'a str, &'a str),
    /// A limit that the keys of the identity with that id share, by name.
    Identity(&'a str, &'a str),
    /// The namespace with that id and the identifier that was asked for.
    Namespace(&'a str, &'a str),
    /// The requests of a whole workspace.
    Workspace,
}

/// Which counter is asked. The limit isn't part of it: another limit sees the same count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CounterKey<'a> {
    /// Whose it is.
    pub workspace: &'a WorkspaceId,
    /// What it counts for.
    pub owner: CounterOwner<'a>,
    /// The length of its windows in milliseconds.
    pub duration: i64,
}

/// One check of a batch: `cost` units of the counter, if they fit under `limit`.
#[derive(Clone, Copy, Debug)]
pub struct Check<'a> {
    /// Which counter.
    pub counter: CounterKey<'a>,
    /// The counter of that key, if whoever asks holds it. It needn't be looked up then.
    pub held: Option<&'a Arc<Counter>>,
    /// How many units fit into a window.
    pub limit: i64,
    /// How many units are wanted; 0 looks without counting.
    pub cost: i64,
}

/// What a check found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// Whether this check fits by itself.
    pub passed: bool,
    /// What is left: after the cost if the batch was counted, before it if another check of the
    /// batch failed, and 0 if this one did.
    pub remaining: i64,
    /// The end of the present window.
    pub reset: Timestamp,
}

/// The units of the present window and of the one before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// When the present window began: a multiple of its length.
    pub start: Timestamp,
    /// Units counted in it.
    pub current: i64,
    /// Units counted in the one before.
    pub previous: i64,
}

impl Window {
    /// The window as it is at `now`. A clock that steps back doesn't reopen an old window.
    #[must_use]
    pub fn at(self, now: Timestamp, duration: i64) -> Self {
        if now < self.start.plus(duration) {
            return self;
        }
        let start = Timestamp(now.0 - now.0.rem_euclid(duration));
        let is_next = start == self.start.plus(duration);
        Self { start, current: 0, previous: if is_next { self.current } else { 0 } }
    }

    /// Units in use at `now`: those of the present window and the share of the previous one
    /// that the sliding window still covers. The window must be the one at `now`.
    pub fn used(self, now: Timestamp, duration: i64) -> i64 {
        if self.previous == 0 {
            return self.current;
        }
        let left = duration - now.0.saturating_sub(self.start.0).clamp(0, duration);
        let carried = if let Some(product) = self.previous.checked_mul(left) {
            product / duration
        } else {
            let carried = i128::from(self.previous) * i128::from(left) / i128::from(duration);
            i64::try_from(carried).unwrap_or(i64::MAX)
        };
        self.current.saturating_add(carried)
    }

    /// When the window ends.
    pub fn reset(self, duration: i64) -> Timestamp {
        self.start.plus(duration)
    }

    /// From when on the window makes no difference any more: the one after it is over.
    pub fn end(self, duration: i64) -> Timestamp {
        self.start.plus(duration.saturating_mul(2))
    }

    /// Judges a check of `cost` units under `limit`, without counting it.
    pub fn judge(self, now: Timestamp, duration: i64, limit: i64, cost: i64) -> Judgement {
        let wanted = self.used(now, duration).checked_add(cost);
        let left = wanted.and_then(|wanted| limit.checked_sub(wanted));
        let passed = 0 < limit && left.is_some_and(|left| 0 <= left);
        let remaining = left.filter(|_| passed).unwrap_or(0);
        Judgement { passed, remaining, reset: self.reset(duration) }
    }

    /// Judges a check of `cost` units under `limit` at `now`, and counts it if it passes.
    pub fn take(&mut self, now: Timestamp, duration: i64, limit: i64, cost: i64) -> Judgement {
        let window = self.at(now, duration);
        let judgement = window.judge(now, duration, limit, cost);
        if judgement.passed && cost != 0 {
            *self = Self { current: window.current.saturating_add(cost), ..window };
        }
        judgement
    }

    /// Takes back `cost` units that were counted. A window that has ended stays as it is.
    pub fn give_back(&mut self, now: Timestamp, duration: i64, cost: i64) {
        if self.at(now, duration) == *self {
            self.current = self.current.saturating_sub(cost).max(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Counts by remembering every hit, as slowly and plainly as it can be said.
    fn naive(hits: &[(i64, i64)], now: i64, duration: i64, limit: i64, cost: i64) -> bool {
        let sequence = now / duration;
        let sum = |wanted: i64| -> i128 {
            hits.iter().filter(|(at, _)| at / duration == wanted).map(|(_, c)| i128::from(*c)).sum()
        };
        let left = duration - now % duration;
        let carried = sum(sequence - 1) * i128::from(left) / i128::from(duration);
        0 < limit && sum(sequence) + carried + i128::from(cost) <= i128::from(limit)
    }

    proptest! {
        #[test]
        fn the_window_agrees_with_a_log_of_hits(
            duration in 1000_i64..5000,
            limit in 0_i64..30,
            steps in proptest::collection::vec((0_i64..1500, 0_i64..6), 1..200),
        ) {
            let (mut now, mut window, mut hits) = (0, Window::default(), Vec::new());
            for (step, cost) in steps {
                now += step;
                let judged = window.take(Timestamp(now), duration, limit, cost);
                prop_assert_eq!(judged.passed, naive(&hits, now, duration, limit, cost));
                prop_assert!(now < judged.reset.0 && judged.reset.0 <= now + duration);
                if judged.passed {
                    hits.push((now, cost));
                }
            }
        }

        #[test]
        fn no_numbers_overflow(
            current: i64, previous: i64, limit: i64, cost in 0..i64::MAX, duration in 1_i64..i64::MAX,
        ) {
            let window = Window { start: Timestamp(duration), current: current.max(0), previous: previous.max(0) };
            window.judge(Timestamp(duration), duration, limit, cost);
        }
    }

    #[test]
    fn a_huge_cost_is_refused() {
        let window = Window { start: Timestamp(0), current: 5, previous: 0 };
        for limit in [i64::MAX - 1, i64::MAX] {
            assert!(!window.judge(Timestamp(1), 1000, limit, i64::MAX).passed);
        }
    }

    #[test]
    fn a_full_window_frees_its_tokens_steadily() {
        let window = Window { current: 100, ..Window::default() };
        let duration = 60_000;
        for (percent, free) in [(0, 0), (25, 25), (50, 50), (99, 99)] {
            let now = Timestamp(duration + duration * percent / 100);
            assert_eq!(window.at(now, duration).judge(now, duration, 100, 0).remaining, free);
        }
    }

    #[test]
    fn a_clock_that_steps_back_reopens_nothing() {
        let mut window = Window::default();
        window.take(Timestamp(10_000), 1000, 5, 5);
        let back = window.at(Timestamp(3000), 1000);
        assert_eq!(back, window);
        assert!(!back.judge(Timestamp(3000), 1000, 5, 1).passed);
    }
}
