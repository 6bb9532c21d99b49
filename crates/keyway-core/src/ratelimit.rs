//! Rate limits: a sliding window over two fixed windows, in integers.

use crate::id::{IdentityId, KeyId, NamespaceId, RatelimitId, WorkspaceId};
use crate::time::Timestamp;

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
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CounterOwner {
    /// A limit of a key, by name.
    Key(KeyId, Box<str>),
    /// A limit that the keys of an identity share, by name.
    Identity(IdentityId, Box<str>),
    /// A namespace and the identifier that was asked for.
    Namespace(NamespaceId, Box<str>),
    /// The requests of a whole workspace.
    Workspace,
}

/// Which counter is asked. The limit isn't part of it: another limit sees the same count.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CounterKey {
    /// Whose it is.
    pub workspace: WorkspaceId,
    /// What it counts for.
    pub owner: CounterOwner,
    /// The length of its windows in milliseconds.
    pub duration: i64,
}

/// One check of a batch: `cost` units of the counter, if they fit under `limit`.
#[derive(Clone, Debug)]
pub struct Check {
    /// Which counter.
    pub counter: CounterKey,
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
    /// The number of the present window since 1970.
    pub sequence: i64,
    /// Units counted in it.
    pub current: i64,
    /// Units counted in the one before.
    pub previous: i64,
}

impl Window {
    /// The window as it is at `now`. A clock that steps back doesn't reopen an old window.
    #[must_use]
    pub fn at(self, now: Timestamp, duration: i64) -> Self {
        let sequence = now.0.div_euclid(duration);
        if sequence <= self.sequence {
            self
        } else if sequence == self.sequence + 1 {
            Self { sequence, current: 0, previous: self.current }
        } else {
            Self { sequence, current: 0, previous: 0 }
        }
    }

    /// Units in use at `now`: those of the present window and the share of the previous one
    /// that the sliding window still covers. The window must be the one at `now`.
    pub fn used(self, now: Timestamp, duration: i64) -> i64 {
        let elapsed = (now.0 - self.sequence * duration).clamp(0, duration);
        let carried =
            i128::from(self.previous) * i128::from(duration - elapsed) / i128::from(duration);
        self.current.saturating_add(i64::try_from(carried).unwrap_or(i64::MAX))
    }

    /// When the window ends.
    pub fn reset(self, duration: i64) -> Timestamp {
        Timestamp((self.sequence + 1).saturating_mul(duration))
    }

    /// Judges a check of `cost` units under `limit`, without counting it.
    pub fn judge(self, now: Timestamp, duration: i64, limit: i64, cost: i64) -> Judgement {
        let wanted = self.used(now, duration).checked_add(cost);
        let left = wanted.and_then(|wanted| limit.checked_sub(wanted));
        let passed = 0 < limit && left.is_some_and(|left| 0 <= left);
        let remaining = left.filter(|_| passed).unwrap_or(0);
        Judgement { passed, remaining, reset: self.reset(duration) }
    }

    /// Counts `cost` units.
    pub fn count(&mut self, cost: i64) {
        self.current = self.current.saturating_add(cost);
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
                window = window.at(Timestamp(now), duration);
                let judged = window.judge(Timestamp(now), duration, limit, cost);
                prop_assert_eq!(judged.passed, naive(&hits, now, duration, limit, cost));
                prop_assert!(now < judged.reset.0 && judged.reset.0 <= now + duration);
                if judged.passed {
                    window.count(cost);
                    hits.push((now, cost));
                }
            }
        }

        #[test]
        fn no_numbers_overflow(
            current: i64, previous: i64, limit: i64, cost in 0..i64::MAX, duration in 1_i64..i64::MAX,
        ) {
            let window = Window { sequence: 1, current: current.max(0), previous: previous.max(0) };
            window.judge(Timestamp(duration), duration, limit, cost);
        }
    }

    #[test]
    fn a_huge_cost_is_refused() {
        let window = Window { sequence: 0, current: 5, previous: 0 };
        for limit in [i64::MAX - 1, i64::MAX] {
            assert!(!window.judge(Timestamp(1), 1000, limit, i64::MAX).passed);
        }
    }

    #[test]
    fn a_full_window_frees_its_tokens_steadily() {
        let mut window = Window::default();
        window.count(100);
        let duration = 60_000;
        for (percent, free) in [(0, 0), (25, 25), (50, 50), (99, 99)] {
            let now = Timestamp(duration + duration * percent / 100);
            assert_eq!(window.at(now, duration).judge(now, duration, 100, 0).remaining, free);
        }
    }

    #[test]
    fn a_clock_that_steps_back_reopens_nothing() {
        let mut window = Window::default().at(Timestamp(10_000), 1000);
        window.count(5);
        let back = window.at(Timestamp(3000), 1000);
        assert_eq!(back, window);
        assert!(!back.judge(Timestamp(3000), 1000, 5, 1).passed);
    }
}
