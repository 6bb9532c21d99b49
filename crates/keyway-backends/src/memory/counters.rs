//! Counters of sliding windows in the memory of one node: exact, and gone when it ends.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use keyway_core::backend::counters::Counters;
use keyway_core::ratelimit::{Check, Counter, CounterKey, Draw, Judgement, take_all};
use keyway_core::time::Timestamp;

use super::fingerprint::{Fingerprint, Fingerprints};
use super::shard::{Shard, Terms};

/// How many locks share the counters: a power of two.
const SHARDS: usize = 1024;
/// How many counters there are at most that nobody holds; beyond, those go first whose windows end
/// first.
const CAPACITY: usize = 1 << 20;
/// How many shards a call of `sweep` does.
const SWEPT_AT_ONCE: usize = 16;

/// Counters in memory.
pub struct MemoryCounters {
    fingerprints: Fingerprints,
    shards: Box<[Padded]>,
    /// How many counters a shard holds at most that nobody else holds.
    capacity: usize,
    /// Which shard is swept next.
    next: AtomicUsize,
}

/// A shard whose lock has a cache line of its own.
#[derive(Default)]
#[repr(align(128))]
struct Padded(Mutex<Shard>);

impl Default for MemoryCounters {
    fn default() -> Self {
        Self::with_capacity(CAPACITY)
    }
}

impl MemoryCounters {
    /// Counters that take up no more room than `capacity` of them need, apart from those that
    /// somebody holds.
    pub fn with_capacity(capacity: usize) -> Self {
        Self {
            fingerprints: Fingerprints::new(),
            shards: (0..SHARDS).map(|_| Padded::default()).collect(),
            capacity: capacity.div_ceil(SHARDS),
            next: AtomicUsize::new(0),
        }
    }

    fn lock(&self, shard: usize) -> MutexGuard<'_, Shard> {
        self.shards[shard].0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock_of(&self, fingerprint: Fingerprint) -> MutexGuard<'_, Shard> {
        self.lock(fingerprint.part(SHARDS))
    }

    fn judge(&self, check: &Check<'_>, now: Timestamp) -> Judgement {
        if let Some(counter) = check.held {
            return counter.take(check.limit, check.cost, now);
        }
        let fingerprint = self.fingerprints.of(&check.counter);
        let terms =
            Terms { duration: check.counter.duration, limit: check.limit, cost: check.cost };
        self.lock_of(fingerprint).take(fingerprint, terms, now, self.capacity)
    }

    /// Judges a batch with counters that nobody holds. Their shards are locked before any counter
    /// is, and both in one order for everybody, so that two batches never wait for each other.
    fn judge_all(&self, checks: &[Check<'_>], now: Timestamp) -> Vec<Judgement> {
        let wanted: Vec<Option<Fingerprint>> = checks
            .iter()
            .map(|check| check.held.is_none().then(|| self.fingerprints.of(&check.counter)))
            .collect();
        let mut order: Vec<usize> =
            wanted.iter().flatten().map(|fingerprint| fingerprint.part(SHARDS)).collect();
        order.sort_unstable();
        order.dedup();
        let mut guards: Vec<MutexGuard<'_, Shard>> =
            order.iter().map(|shard| self.lock(*shard)).collect();
        let place = |fingerprint: Fingerprint| {
            let shard = fingerprint.part(SHARDS);
            order.partition_point(|other| *other < shard)
        };

        let mut found: Vec<(Fingerprint, Arc<Counter>)> = Vec::with_capacity(checks.len());
        for (check, fingerprint) in checks.iter().zip(&wanted) {
            if let Some(fingerprint) = *fingerprint
                && found.iter().all(|(other, _)| *other != fingerprint)
            {
                let shard = &guards[place(fingerprint)];
                found.push((fingerprint, shard.peek(fingerprint, check.counter.duration)));
            }
        }
        let draws: Vec<Draw<'_>> = checks
            .iter()
            .zip(&wanted)
            .filter_map(|(check, fingerprint)| {
                let looked_up = || found.iter().find(|(other, _)| Some(*other) == *fingerprint);
                let counter = check.held.or_else(|| looked_up().map(|(_, counter)| counter))?;
                Some(Draw { counter, limit: check.limit, cost: check.cost })
            })
            .collect();
        let judgements = take_all(&draws, now);
        if judgements.iter().all(|judgement| judgement.passed) {
            for (fingerprint, counter) in &found {
                guards[place(*fingerprint)].put(*fingerprint, counter, self.capacity);
            }
        }
        judgements
    }
}

#[async_trait]
impl Counters for MemoryCounters {
    async fn take(&self, checks: &[Check<'_>], now: Timestamp) -> Vec<Judgement> {
        if let [check] = checks {
            return vec![self.judge(check, now)];
        }
        match checks.iter().map(held).collect::<Option<Vec<_>>>() {
            Some(draws) => take_all(&draws, now),
            None => self.judge_all(checks, now),
        }
    }

    async fn give_back(&self, checks: &[Check<'_>], now: Timestamp) {
        for check in checks {
            if let Some(counter) = check.held {
                counter.give_back(check.cost, now);
            } else {
                let fingerprint = self.fingerprints.of(&check.counter);
                let duration = check.counter.duration;
                self.lock_of(fingerprint).give_back(fingerprint, duration, check.cost, now);
            }
        }
    }

    fn local(&self, counter: &CounterKey<'_>) -> Option<Arc<Counter>> {
        let fingerprint = self.fingerprints.of(counter);
        let mut shard = self.lock_of(fingerprint);
        Some(shard.share(fingerprint, counter.duration, self.capacity))
    }

    fn take_local(&self, check: &Check<'_>, now: Timestamp) -> Option<Judgement> {
        Some(self.judge(check, now))
    }

    fn sweep(&self, now: Timestamp) {
        let first = self.next.fetch_add(SWEPT_AT_ONCE, Ordering::Relaxed);
        for shard in first..first.wrapping_add(SWEPT_AT_ONCE) {
            self.lock(shard % SHARDS).sweep(now, self.capacity);
        }
    }
}

/// What is asked of a counter that the caller holds.
fn held<'a>(check: &Check<'a>) -> Option<Draw<'a>> {
    let &Check { limit, cost, .. } = check;
    check.held.map(|counter| Draw { counter, limit, cost })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::LazyLock;
    use std::sync::atomic::AtomicI64;

    use futures_util::FutureExt;
    use keyway_core::id::{KeyId, WorkspaceId};
    use keyway_core::ratelimit::CounterOwner;

    use super::*;

    const NOW: Timestamp = Timestamp(1_700_000_000_000);

    static WORKSPACE: LazyLock<WorkspaceId> = LazyLock::new(|| "ws_1".into());

    fn check(name: &str, limit: i64, cost: i64) -> Check<'_> {
        let owner = CounterOwner::Key("key_1", name);
        let counter = CounterKey { workspace: &WORKSPACE, owner, duration: 60_000 };
        Check { counter, held: None, limit, cost }
    }

    fn take(counters: &MemoryCounters, checks: &[Check<'_>], now: Timestamp) -> Vec<Judgement> {
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
                        let mut batch: Vec<Check<'_>> =
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
        (0..SHARDS).map(|shard| counters.lock(shard).len()).sum()
    }

    fn sweep_all(counters: &MemoryCounters, now: Timestamp) {
        for _ in 0..SHARDS / SWEPT_AT_ONCE {
            counters.sweep(now);
        }
    }

    #[test]
    fn counters_that_make_no_difference_any_more_are_forgotten() {
        let counters = MemoryCounters::default();
        for number in 0..5000 {
            take(&counters, &[check(&number.to_string(), 10, 1)], NOW);
        }
        assert_eq!(stored(&counters), 5000);
        sweep_all(&counters, Timestamp(NOW.0 + 60_000));
        assert_eq!(stored(&counters), 5000, "the window before still counts");
        sweep_all(&counters, Timestamp(NOW.0 + 2 * 60_000));
        assert_eq!(stored(&counters), 0);
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
        let counters = MemoryCounters::with_capacity(8192);
        let mut long = check("long", 10, 1);
        long.counter.duration = 30 * 24 * 3_600_000;
        take(&counters, std::slice::from_ref(&long), NOW);
        for number in 0..50_000 {
            take(&counters, &[check(&number.to_string(), 10, 1)], NOW);
        }
        assert!(stored(&counters) <= 8192);
        long.cost = 0;
        assert_eq!(left(&take(&counters, &[long], NOW)), [(true, 9)]);
    }
}
