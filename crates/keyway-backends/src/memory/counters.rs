//! Counters of sliding windows in the memory of one node: exact, and gone when it ends.

use std::sync::Arc;

use async_trait::async_trait;
use keyway_core::backend::counters::Counters;
use keyway_core::ratelimit::{Check, Counter, CounterKey, Draw, Judgement, Source, take_all};
use keyway_core::time::Timestamp;

use super::fingerprint::Fingerprints;
use super::shard::Terms;
use super::table::{Item, Place, Table};

/// How many locks share the counters: a power of two.
const SHARDS: usize = 1024;
/// How many counters there are at most that nobody holds; beyond, those go first whose windows end
/// first. It is as many as fit into 2048 buckets a shard.
const CAPACITY: usize = 1792 * SHARDS;

/// Counters in memory.
pub struct MemoryCounters {
    fingerprints: Fingerprints,
    table: Table,
}

impl Default for MemoryCounters {
    fn default() -> Self {
        Self::with_capacity(CAPACITY)
    }
}

impl MemoryCounters {
    /// Counters that take up no more room than `capacity` of them need, apart from those that
    /// somebody holds.
    pub fn with_capacity(capacity: usize) -> Self {
        let table = Table::new(SHARDS, capacity.div_ceil(SHARDS));
        Self { fingerprints: Fingerprints::new(), table }
    }

    fn item<'a>(&self, check: &Check<'a>) -> Item<'a> {
        let &Check { counter, held, limit, cost } = check;
        let place = match held {
            Some(counter) => Place::Held(counter),
            None => Place::At(self.fingerprints.of(&counter)),
        };
        Item { place, terms: Terms { duration: counter.duration, limit, cost } }
    }
}

#[async_trait]
impl Counters for MemoryCounters {
    async fn take(&self, checks: &[Check<'_>], now: Timestamp) -> Vec<Judgement> {
        if let [check] = checks {
            return vec![self.table.take(self.item(check), now)];
        }
        if let Some(draws) = checks.iter().map(held).collect::<Option<Vec<_>>>() {
            return take_all(&draws, &mut [], now);
        }
        let items: Vec<Item<'_>> = checks.iter().map(|check| self.item(check)).collect();
        self.table.take_all(&items, now)
    }

    async fn give_back(&self, checks: &[Check<'_>], now: Timestamp) {
        for check in checks {
            self.table.give_back(self.item(check), now);
        }
    }

    fn local(&self, counter: &CounterKey<'_>) -> Option<Arc<Counter>> {
        Some(self.table.share(self.fingerprints.of(counter), counter.duration))
    }

    fn take_local(&self, check: &Check<'_>, now: Timestamp) -> Option<Judgement> {
        Some(self.table.take(self.item(check), now))
    }

    fn sweep(&self, now: Timestamp) -> bool {
        self.table.sweep(now)
    }
}

/// What is asked of a counter that the caller holds.
fn held<'a>(check: &Check<'a>) -> Option<Draw<'a>> {
    let &Check { limit, cost, .. } = check;
    check.held.map(|counter| Draw { source: Source::Counter(counter), limit, cost })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicI64, Ordering};

    use futures_util::FutureExt;
    use keyway_core::id::WorkspaceId;
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
        counters.table.len()
    }

    fn sweep_all(counters: &MemoryCounters, now: Timestamp) {
        while counters.sweep(now) {}
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
    fn a_sweep_goes_in_steps() {
        let counters = MemoryCounters::default();
        for number in 0..10_000 {
            take(&counters, &[check(&number.to_string(), 10, 1)], NOW);
        }
        assert!(counters.sweep(Timestamp(NOW.0 + 2 * 60_000)), "it pauses");
        assert!((6000..9000).contains(&stored(&counters)), "{}", stored(&counters));
    }

    #[test]
    fn a_counter_that_is_held_is_the_one_that_is_looked_up() {
        let counters = MemoryCounters::default();
        take(&counters, &[check("a", 10, 1)], NOW);
        let held = counters.local(&check("a", 10, 0).counter).unwrap();
        assert_eq!(held.take(10, 2, NOW).remaining, 7);
        let with = |cost| Check { held: Some(&held), ..check("a", 10, cost) };
        assert_eq!(
            left(&take(&counters, &[with(1), check("a", 10, 1)], NOW)),
            [(true, 6), (true, 5)]
        );
        assert_eq!(
            left(&take(&counters, &[with(1), check("b", 1, 2)], NOW)),
            [(true, 5), (false, 0)]
        );
        counters.give_back(&[check("a", 10, 3)], NOW).now_or_never().unwrap();
        assert_eq!(held.take(10, 0, NOW).remaining, 8);
        let again = counters.local(&check("a", 10, 0).counter).unwrap();
        assert!(Arc::ptr_eq(&held, &again));
    }

    #[test]
    fn a_counter_that_is_held_is_never_forgotten() {
        let counters = MemoryCounters::with_capacity(SHARDS);
        let held = counters.local(&check("held", 10, 0).counter).unwrap();
        let late = Timestamp(NOW.0 + 3 * 60_000);
        assert!(held.take(10, 4, NOW).passed);
        sweep_all(&counters, late);
        for number in 0..20_000 {
            take(&counters, &[check(&number.to_string(), 10, 1)], NOW);
        }
        assert!(Arc::ptr_eq(&held, &counters.local(&check("held", 10, 0).counter).unwrap()));
        assert_eq!(left(&take(&counters, &[check("held", 10, 0)], NOW)), [(true, 6)]);

        drop(held);
        sweep_all(&counters, NOW);
        assert_eq!(left(&take(&counters, &[check("held", 10, 0)], NOW)), [(true, 6)]);
        sweep_all(&counters, late);
        assert_eq!(stored(&counters), 0);
    }

    #[test]
    fn counters_that_nobody_holds_any_more_take_up_no_room_for_long() {
        let counters = MemoryCounters::with_capacity(SHARDS);
        for number in 0..200_000 {
            let counter = counters.local(&check(&number.to_string(), 10, 0).counter).unwrap();
            counter.take(10, 1, NOW);
        }
        assert!(stored(&counters) < 20 * SHARDS, "{}", stored(&counters));
    }

    #[test]
    fn looks_and_refusals_take_up_no_room() {
        let counters = MemoryCounters::default();
        for number in 0..100 {
            take(&counters, &[check(&number.to_string(), 10, 0)], NOW);
            take(&counters, &[check(&number.to_string(), 0, 1)], NOW);
            take(&counters, &[check(&number.to_string(), 10, 0), check("counted", 900, 1)], NOW);
            take(&counters, &[check(&number.to_string(), 10, 1), check("refused", 0, 1)], NOW);
        }
        assert_eq!(stored(&counters), 1);
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
