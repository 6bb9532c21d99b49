//! Counters of sliding windows in the memory of one node: exact, and gone when it ends.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use keyway_core::backend::counters::Counters;
use keyway_core::ratelimit::{Check, CounterKey, Judgement, Window};
use keyway_core::time::Timestamp;

/// How many locks share the counters.
const SHARDS: usize = 64;
/// How many counters there are at most; beyond, those go first whose windows end first.
const CAPACITY: usize = 1 << 20;
/// How often a shard is swept, in milliseconds.
const SWEEP: i64 = 10_000;

/// Counters in memory.
pub struct MemoryCounters {
    hasher: RandomState,
    shards: Box<[Mutex<Shard>]>,
    /// How many counters a shard holds at most.
    capacity: usize,
}

#[derive(Default)]
struct Shard {
    windows: HashMap<CounterKey, Window>,
    next_sweep: i64,
}

impl Default for MemoryCounters {
    fn default() -> Self {
        Self::with_capacity(CAPACITY)
    }
}

impl MemoryCounters {
    /// Counters that take up no more room than `capacity` of them need.
    pub fn with_capacity(capacity: usize) -> Self {
        Self {
            hasher: RandomState::new(),
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            capacity: capacity.div_ceil(SHARDS),
        }
    }

    fn shard_of(&self, counter: &CounterKey) -> usize {
        #[expect(clippy::cast_possible_truncation, reason = "only the low bits are used")]
        let hash = self.hasher.hash_one(counter) as usize;
        hash % SHARDS
    }

    /// The usual batch of one, without the lists that more need.
    fn take_one(&self, check: &Check, now: Timestamp) -> Judgement {
        let shard = &self.shards[self.shard_of(&check.counter)];
        let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
        let mut window = shard.window(&check.counter, now);
        let judgement = window.judge(now, check.counter.duration, check.limit, check.cost);
        if judgement.passed && check.cost != 0 {
            window.count(check.cost);
            shard.put(&check.counter, window, now, self.capacity);
        }
        judgement
    }

    /// Locks the shards of all checks, in one order for everybody, so that two batches with the
    /// same counters in different orders never wait for each other.
    fn lock(&self, checks: &[Check]) -> Locked<'_> {
        let places: Vec<usize> = checks.iter().map(|check| self.shard_of(&check.counter)).collect();
        let mut order = places.clone();
        order.sort_unstable();
        order.dedup();
        let guards = order
            .iter()
            .map(|shard| self.shards[*shard].lock().unwrap_or_else(PoisonError::into_inner))
            .collect();
        let places =
            places.into_iter().map(|shard| order.partition_point(|other| *other < shard)).collect();
        Locked { guards, places }
    }
}

/// The shards of a batch, and which of them each check needs.
struct Locked<'a> {
    guards: Vec<MutexGuard<'a, Shard>>,
    places: Vec<usize>,
}

#[async_trait]
impl Counters for MemoryCounters {
    async fn take(&self, checks: &[Check], now: Timestamp) -> Vec<Judgement> {
        if let [check] = checks {
            return vec![self.take_one(check, now)];
        }
        let mut locked = self.lock(checks);
        // Each check sees what those before it in the batch would count.
        let mut pending: Vec<(usize, Window)> = Vec::with_capacity(checks.len());
        let mut judgements = Vec::with_capacity(checks.len());
        for (index, (check, place)) in checks.iter().zip(&locked.places).enumerate() {
            let duration = check.counter.duration;
            let earlier = pending
                .iter()
                .rev()
                .find(|(other, _)| checks[*other].counter == check.counter)
                .map(|(_, window)| *window);
            let mut window =
                earlier.unwrap_or_else(|| locked.guards[*place].window(&check.counter, now));
            let judgement = window.judge(now, duration, check.limit, check.cost);
            if judgement.passed {
                window.count(check.cost);
            }
            pending.push((index, window));
            judgements.push(judgement);
        }
        if judgements.iter().all(|judgement| judgement.passed) {
            for (index, window) in pending {
                let check = &checks[index];
                if check.cost != 0 {
                    let shard = &mut locked.guards[locked.places[index]];
                    shard.put(&check.counter, window, now, self.capacity);
                }
            }
        } else {
            for (check, judgement) in checks.iter().zip(&mut judgements) {
                if judgement.passed {
                    judgement.remaining = judgement.remaining.saturating_add(check.cost);
                }
            }
        }
        judgements
    }

    async fn give_back(&self, checks: &[Check], now: Timestamp) {
        let mut locked = self.lock(checks);
        for (check, place) in checks.iter().zip(&locked.places) {
            let shard = &mut locked.guards[*place];
            if let Some(window) = shard.windows.get_mut(&check.counter)
                && window.at(now, check.counter.duration) == *window
            {
                window.current = window.current.saturating_sub(check.cost).max(0);
            }
        }
    }
}

impl Shard {
    /// The window of a counter as it is at `now`.
    fn window(&self, counter: &CounterKey, now: Timestamp) -> Window {
        self.windows.get(counter).copied().unwrap_or_default().at(now, counter.duration)
    }

    /// Stores a window, and forgets others now and then.
    fn put(&mut self, counter: &CounterKey, window: Window, now: Timestamp, capacity: usize) {
        if self.next_sweep <= now.0 {
            self.next_sweep = now.0.saturating_add(SWEEP);
            self.windows.retain(|counter, window| now.0 < end(counter, window));
        }
        if let Some(stored) = self.windows.get_mut(counter) {
            *stored = window;
            return;
        }
        if capacity <= self.windows.len() {
            self.evict(capacity);
        }
        self.windows.insert(counter.clone(), window);
    }

    /// Forgets the eighth of the counters that would be forgotten soonest anyway, so that the next
    /// eviction is far away.
    fn evict(&mut self, capacity: usize) {
        let mut ends: Vec<i64> =
            self.windows.iter().map(|(counter, window)| end(counter, window)).collect();
        let gone = (capacity / 8).min(ends.len().saturating_sub(1));
        let (_, limit, _) = ends.select_nth_unstable(gone);
        let limit = *limit;
        let mut left = gone + 1;
        self.windows.retain(|counter, window| {
            let goes = left != 0 && end(counter, window) <= limit;
            left -= usize::from(goes);
            !goes
        });
    }
}

/// From when on a window makes no difference any more.
fn end(counter: &CounterKey, window: &Window) -> i64 {
    window.sequence.saturating_add(2).saturating_mul(counter.duration)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};

    use futures_util::FutureExt;
    use keyway_core::id::KeyId;
    use keyway_core::ratelimit::CounterOwner;

    use super::*;

    const NOW: Timestamp = Timestamp(1_700_000_000_000);

    fn check(name: &str, limit: i64, cost: i64) -> Check {
        let owner = CounterOwner::Key(KeyId::from("key_1"), name.into());
        let counter = CounterKey { workspace: "ws_1".into(), owner, duration: 60_000 };
        Check { counter, limit, cost }
    }

    fn take(counters: &MemoryCounters, checks: &[Check], now: Timestamp) -> Vec<Judgement> {
        counters.take(checks, now).now_or_never().expect("memory doesn't wait")
    }

    fn left(judgements: &[Judgement]) -> Vec<(bool, i64)> {
        judgements.iter().map(|judgement| (judgement.passed, judgement.remaining)).collect()
    }

    #[test]
    fn a_limit_lets_exactly_its_number_pass_whatever_the_number_of_threads() {
        let counters = MemoryCounters::default();
        let passed = AtomicI64::new(0);
        std::thread::scope(|scope| {
            for _ in 0..64 {
                scope.spawn(|| {
                    for _ in 0..10 {
                        let judgements = take(&counters, &[check("a", 100, 1)], NOW);
                        passed.fetch_add(i64::from(judgements[0].passed), Ordering::Relaxed);
                    }
                });
            }
        });
        assert_eq!(passed.into_inner(), 100);
    }

    #[test]
    fn batches_in_opposite_orders_neither_block_nor_mix() {
        let counters = MemoryCounters::default();
        let names: Vec<String> = (0..8).map(|n| format!("limit {n}")).collect();
        let passed = AtomicI64::new(0);
        std::thread::scope(|scope| {
            for thread in 0..8 {
                let (counters, names, passed) = (&counters, &names, &passed);
                scope.spawn(move || {
                    for _ in 0..500 {
                        let mut batch: Vec<Check> =
                            names.iter().map(|name| check(name, 1000, 1)).collect();
                        if thread % 2 == 0 {
                            batch.reverse();
                        }
                        let judgements = take(counters, &batch, NOW);
                        // All of them have the same count, so all of them agree.
                        let answers: BTreeSet<_> = left(&judgements).into_iter().collect();
                        assert_eq!(answers.len(), 1, "{judgements:?}");
                        passed.fetch_add(i64::from(judgements[0].passed), Ordering::Relaxed);
                    }
                });
            }
        });
        assert_eq!(passed.into_inner(), 1000);
    }

    #[test]
    fn a_refused_batch_takes_nothing_and_shows_what_is_left() {
        let counters = MemoryCounters::default();
        let batch = [check("wide", 10, 3), check("narrow", 1, 2), check("other", 5, 0)];
        let judgements = take(&counters, &batch, NOW);
        assert_eq!(left(&judgements), [(true, 10), (false, 0), (true, 5)]);
        let looks = [check("wide", 10, 0), check("narrow", 1, 0)];
        assert_eq!(left(&take(&counters, &looks, NOW)), [(true, 10), (true, 1)]);
    }

    #[test]
    fn repeats_of_a_counter_add_up_in_order() {
        let counters = MemoryCounters::default();
        let thrice = [check("a", 10, 2), check("a", 10, 2), check("a", 10, 2)];
        let judgements = take(&counters, &thrice, NOW);
        assert_eq!(left(&judgements), [(true, 8), (true, 6), (true, 4)]);
        assert_eq!(left(&take(&counters, &[check("a", 10, 0)], NOW)), [(true, 4)]);

        let judgements = take(&counters, &thrice, NOW);
        assert_eq!(left(&judgements), [(true, 4), (true, 2), (false, 0)]);
        assert_eq!(left(&take(&counters, &[check("a", 10, 4)], NOW)), [(true, 0)]);
    }

    #[test]
    fn what_is_given_back_can_be_taken_again() {
        let counters = MemoryCounters::default();
        let batch = [check("a", 2, 1), check("a", 2, 1)];
        assert!(take(&counters, &batch, NOW).iter().all(|judgement| judgement.passed));
        counters.give_back(&batch, NOW).now_or_never().unwrap();
        assert_eq!(left(&take(&counters, &[check("a", 2, 2)], NOW)), [(true, 0)]);

        let later = Timestamp(NOW.0 + 60_000);
        counters.give_back(&batch, later).now_or_never().unwrap();
        // Two thirds of the window that ended still count: it stays as it was.
        assert_eq!(left(&take(&counters, &[check("a", 2, 0)], later)), [(true, 1)]);
    }

    #[test]
    fn another_limit_sees_the_same_count_and_another_duration_does_not() {
        let counters = MemoryCounters::default();
        take(&counters, &[check("a", 10, 4)], NOW);
        assert_eq!(left(&take(&counters, &[check("a", 100, 0)], NOW)), [(true, 96)]);
        let mut longer = check("a", 10, 0);
        longer.counter.duration = 120_000;
        assert_eq!(left(&take(&counters, &[longer], NOW)), [(true, 10)]);
    }

    fn stored(counters: &MemoryCounters) -> usize {
        counters.shards.iter().map(|shard| shard.lock().unwrap().windows.len()).sum()
    }

    #[test]
    fn counters_that_make_no_difference_any_more_are_forgotten() {
        let counters = MemoryCounters::default();
        for number in 0..5000 {
            take(&counters, &[check(&number.to_string(), 10, 1)], NOW);
        }
        assert_eq!(stored(&counters), 5000);
        let later = Timestamp(NOW.0 + 3 * 60_000);
        for number in 0..1000 {
            take(&counters, &[check(&number.to_string(), 10, 1)], later);
        }
        assert_eq!(stored(&counters), 1000);
    }

    #[test]
    fn looks_and_refusals_take_up_no_room() {
        let counters = MemoryCounters::default();
        for number in 0..100 {
            take(&counters, &[check(&number.to_string(), 10, 0)], NOW);
            take(&counters, &[check(&number.to_string(), 0, 1)], NOW);
        }
        assert_eq!(stored(&counters), 0);
    }

    #[test]
    fn the_number_of_counters_is_bounded_and_the_longest_windows_stay() {
        let counters = Arc::new(MemoryCounters::with_capacity(6400));
        let mut long = check("long", 10, 1);
        long.counter.duration = 30 * 24 * 3_600_000;
        take(&counters, std::slice::from_ref(&long), NOW);
        for number in 0..50_000 {
            take(&counters, &[check(&number.to_string(), 10, 1)], NOW);
        }
        assert!(stored(&counters) <= 6400);
        long.cost = 0;
        assert_eq!(left(&take(&counters, &[long], NOW)), [(true, 9)]);
    }
}
